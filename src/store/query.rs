//! Looking: lists of tickets and of duties.

use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};

use super::events::{self, damaged};
use super::{Store, StoreError};
use crate::core::Time;
use crate::core::duty::DutyKind;
use crate::core::key::Key;
use crate::core::stuck::{BOUNCES, DAYS_IN_STAGE, DAYS_LATE};
use crate::core::words::{Decision, Handler, Impact, Kind, Priority, Role, Severity, Word, words};

words! {
    /// A filter with a name.
    pub NamedFilter {
        /// The Open Bug List: assessed as bugs and not closed.
        OpenBugs = "open-bugs",
        /// Something on it is late.
        Overdue = "overdue",
        /// A customer's answer is what it waits for.
        AwaitingCustomer = "awaiting-customer",
        /// It holds upgrades.
        Held = "held",
        /// It does not move: too long in a stage, waiting on one role, or sent back and forth.
        Stuck = "stuck",
    }

    /// By what a list is sorted.
    pub Sort {
        /// High priority first, then by due time (R9); what is over comes last.
        Urgency = "urgency",
        /// The next due first.
        Due = "due",
        /// The newest first.
        Created = "created",
        /// The last changed first.
        Updated = "updated",
        /// In the order in which they were recorded.
        Key = "key",
    }
}

/// Which tickets to list. What is empty or `None` does not narrow.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "each is the flag of the same name")]
pub struct ListQuery {
    pub stages: Vec<String>,
    pub priorities: Vec<Priority>,
    pub severities: Vec<Severity>,
    pub impacts: Vec<Impact>,
    pub decisions: Vec<Decision>,
    pub customer: Option<String>,
    pub handled_by: Vec<Handler>,
    pub fix_version: Option<String>,
    pub since: Option<Time>,
    pub until: Option<Time>,
    pub overdue: bool,
    pub kind: Option<Kind>,
    pub filters: Vec<NamedFilter>,
    pub sort: Option<Sort>,
    pub limit: Option<u64>,
}

/// A ticket in a list.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "each is the column of the same name")]
pub struct ListRow {
    pub id: Key,
    pub key: Key,
    pub kind: Kind,
    pub stage: String,
    pub priority: Option<Priority>,
    pub customer: String,
    pub summary: String,
    pub decision: Option<String>,
    pub fix_version: Option<String>,
    pub due: Option<Time>,
    pub created: Time,
    pub updated: Time,
}

/// Whose duties to list.
#[derive(Debug, Clone, Default)]
pub struct OwedQuery {
    /// The roles that owe; empty for all.
    pub roles: Vec<Role>,
    /// Only duties to tell somebody.
    pub notices_only: bool,
}

/// A duty in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct OwedRow {
    /// The ticket, by the key under which it was first recorded.
    pub ticket: Key,
    /// What is owed.
    pub kind: DutyKind,
    /// The customer's ticket that it is about.
    pub csd: Option<Key>,
    /// Who owes it.
    pub by: Role,
    /// From when it is owed.
    pub begins: Time,
    /// Until when it is in time.
    pub due: Time,
}

/// A condition and what is bound to it.
#[derive(Debug, Default)]
struct Conditions {
    sql: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    fn any<T: Word>(&mut self, column: &str, words: &[T]) {
        self.any_text(column, words.iter().map(|word| word.as_str().to_owned()).collect());
    }

    fn any_text(&mut self, column: &str, words: Vec<String>) {
        if !words.is_empty() {
            let places = vec!["?"; words.len()].join(", ");
            self.sql.push(format!("{column} IN ({places})"));
            self.values.extend(words.into_iter().map(Value::Text));
        }
    }

    fn with(&mut self, sql: &str, value: Option<Value>) {
        if let Some(value) = value {
            self.sql.push(sql.to_owned());
            self.values.push(value);
        }
    }

    fn clause(&self) -> String {
        if self.sql.is_empty() { String::new() } else { format!(" WHERE {}", self.sql.join(" AND ")) }
    }
}

impl Store {
    /// The tickets that the query asks for, handed on one by one, and how many more there are beyond its limit.
    ///
    /// # Errors
    /// Where the database fails, or `each` does.
    pub fn list<E: From<StoreError>>(
        &self,
        query: &ListQuery,
        now: Time,
        mut each: impl FnMut(ListRow) -> Result<(), E>,
    ) -> Result<u64, E> {
        let failed = |error: rusqlite::Error| E::from(error.into());
        let conditions = conditions(query, now);
        let clause = conditions.clause();
        let order = match query.sort.unwrap_or(Sort::Urgency) {
            Sort::Urgency => "open DESC, rank, due IS NULL, due, began",
            Sort::Due => "due IS NULL, due, rank, began",
            Sort::Created => "began DESC",
            Sort::Updated => "updated DESC, began DESC",
            Sort::Key => "began",
        };
        let limit = query.limit.and_then(|limit| i64::try_from(limit).ok()).unwrap_or(-1);
        let sql = format!(
            "SELECT id, key, kind, stage, priority, decision, fix_version, due, created, updated, \
             coalesce(customer, (SELECT group_concat(customer, ', ') FROM (SELECT DISTINCT c.customer FROM link \
             JOIN ticket AS c ON c.id = link.csd WHERE link.cus = ticket.id ORDER BY c.began)), '') AS customer, \
             (SELECT texts ->> '$.summary' FROM event WHERE event.id = ticket.summary) AS summary \
             FROM ticket{clause} ORDER BY {order} LIMIT {limit}"
        );
        let mut statement = self.connection.prepare(&sql).map_err(failed)?;
        let mut rows = statement.query(params_from_iter(&conditions.values)).map_err(failed)?;
        let mut listed: u64 = 0;
        while let Some(row) = rows.next().map_err(failed)? {
            each(list_row(row)?)?;
            listed += 1;
        }
        if query.limit.is_none_or(|limit| listed < limit) {
            return Ok(0);
        }
        let count = format!("SELECT count(*) FROM ticket{clause}");
        let all: u64 = self
            .connection
            .query_row(&count, params_from_iter(&conditions.values), |row| row.get(0))
            .map_err(failed)?;
        Ok(all.saturating_sub(listed))
    }

    /// What is owed now, overdue first, then by priority and due time.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn owed(&self, query: &OwedQuery, now: Time) -> Result<Vec<OwedRow>, StoreError> {
        let mut conditions = Conditions::default();
        let now = now.timestamp_millis();
        conditions.with("begins <= ?", Some(Value::Integer(now)));
        conditions.any("role", &query.roles);
        if query.notices_only {
            let kinds: Vec<DutyKind> = DutyKind::ALL.iter().copied().filter(|kind| kind.audience().is_some()).collect();
            conditions.any("duty.kind", &kinds);
        }
        let sql = format!(
            "SELECT duty.ticket, duty.kind, duty.csd, duty.role, duty.begins, duty.due FROM duty JOIN ticket ON ticket.id = duty.ticket{} \
             ORDER BY duty.due >= ?, duty.rank, duty.due, ticket.began, duty.csd",
            conditions.clause()
        );
        conditions.values.push(Value::Integer(now));
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query(params_from_iter(&conditions.values))?;
        let mut owed = Vec::new();
        while let Some(row) = rows.next()? {
            let (kind, csd) = (row.get::<_, String>("kind")?, row.get::<_, String>("csd")?);
            let role = row.get::<_, String>("role")?;
            owed.push(OwedRow {
                ticket: key(row, "ticket")?,
                kind: DutyKind::from_word(&kind).ok_or_else(|| damaged(format!("duty `{kind}`")))?,
                csd: if csd.is_empty() { None } else { Some(csd.parse().map_err(damaged)?) },
                by: Role::from_word(&role).ok_or_else(|| damaged(format!("role `{role}`")))?,
                begins: events::time_of(row.get("begins")?)?,
                due: events::time_of(row.get("due")?)?,
            });
        }
        Ok(owed)
    }
}

fn conditions(query: &ListQuery, now: Time) -> Conditions {
    let mut conditions = Conditions::default();
    let time = |time: Option<Time>| time.map(|time| Value::Integer(time.timestamp_millis()));
    let at = now;
    let now = Value::Integer(now.timestamp_millis());
    conditions.any("kind", query.kind.as_slice());
    conditions.any_text("stage", query.stages.clone());
    conditions.any("priority", &query.priorities);
    conditions.any("severity", &query.severities);
    conditions.any("impact", &query.impacts);
    conditions.any("decision", &query.decisions);
    conditions.any("handled_by", &query.handled_by);
    conditions.with("fix_version = ?", query.fix_version.clone().map(Value::Text));
    conditions.with("created >= ?", time(query.since));
    conditions.with("created <= ?", time(query.until));
    conditions.with(
        "(kind = 'csd' AND customer = ?1 COLLATE NOCASE OR id IN (SELECT cus FROM link JOIN ticket AS c ON c.id = \
         link.csd WHERE c.customer = ?1 COLLATE NOCASE))"
            .replace("?1", &format!("?{}", conditions.values.len() + 1))
            .as_str(),
        query.customer.clone().map(Value::Text),
    );
    conditions.with("due < ?", query.overdue.then(|| now.clone()));
    for filter in &query.filters {
        match filter {
            NamedFilter::OpenBugs => conditions.sql.push("bug = 1".to_owned()),
            NamedFilter::Overdue => conditions.with("due < ?", Some(now.clone())),
            NamedFilter::Held => conditions.sql.push("held IS NOT NULL".to_owned()),
            NamedFilter::Stuck => conditions.sql.push(stuck(at)),
            NamedFilter::AwaitingCustomer => {
                conditions.sql.push("id IN (SELECT ticket FROM duty WHERE kind = 'confirm')".to_owned());
            }
        }
    }
    conditions
}

/// What [`crate::core::stuck`] says of a ticket, of the rows that are stored of it.
fn stuck(now: Time) -> String {
    let before = |days: i64| (now - chrono::TimeDelta::days(days)).timestamp_millis();
    let (in_stage, late) = (before(DAYS_IN_STAGE), before(DAYS_LATE));
    format!(
        "open = 1 AND NOT (kind = 'csd' AND stage = 'escalated') AND (bounces >= {BOUNCES} \
         OR (stage_since < {in_stage} AND decision IS NOT 'backlog') \
         OR 1 = (SELECT count(DISTINCT role) FROM duty WHERE duty.ticket = ticket.id AND due < {late}))"
    )
}

fn list_row(row: &Row<'_>) -> Result<ListRow, StoreError> {
    let (kind, priority) = (row.get::<_, String>("kind")?, row.get::<_, Option<String>>("priority")?);
    let due = row.get::<_, Option<i64>>("due")?.map(events::time_of).transpose()?;
    Ok(ListRow {
        id: key(row, "id")?,
        key: key(row, "key")?,
        kind: Kind::from_word(&kind).ok_or_else(|| damaged(format!("kind `{kind}`")))?,
        stage: row.get("stage")?,
        priority: priority.and_then(|priority| Priority::from_word(&priority)),
        customer: row.get("customer")?,
        summary: row.get::<_, Option<String>>("summary")?.unwrap_or_default(),
        decision: row.get("decision")?,
        fix_version: row.get("fix_version")?,
        due,
        created: events::time_of(row.get("created")?)?,
        updated: events::time_of(row.get("updated")?)?,
    })
}

pub(super) fn key(row: &Row<'_>, column: &str) -> Result<Key, StoreError> {
    row.get::<_, String>(column)?.parse().map_err(damaged)
}
