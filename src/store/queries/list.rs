//! Looking: lists of tickets.

use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};

use crate::store::database::Store;
use crate::store::error::{StoreError, damaged};
use crate::store::log::events;
use crate::store::log::load::began;
use crate::store::row_reader::RowReader;
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::names::{customer_form, version_form};
use crate::workflow::reports::stalled::{BOUNCES, DAYS_IN_STAGE, DAYS_LATE};
use crate::workflow::tickets::stage::stage_words;
use crate::workflow::vocabulary::{Decision, Handler, Impact, Kind, Priority, Severity, Trigger, Word, vocabulary};

vocabulary! {
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
        /// By prefix, then by number.
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
    pub assignees: Vec<String>,
    pub fix_version: Option<String>,
    pub fixed_by: Option<String>,
    pub reporter: Option<String>,
    pub triggers: Vec<Trigger>,
    pub product_version: Option<String>,
    /// An escalated issue once: as its CUS ticket alone.
    pub once: bool,
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

/// How many more there are than were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct More {
    /// How many, as far as they were counted.
    pub count: u64,
    /// Whether there are still more: nobody waits for a million to be counted.
    pub and_more: bool,
}

impl More {
    /// Of so many as were counted, what was not shown.
    fn beyond(shown: u64, counted: u64) -> Self {
        let left = counted.saturating_sub(shown);
        Self { count: left.min(COUNTED), and_more: left > COUNTED }
    }
}

/// The first tickets of each stage that was looked at.
struct Found {
    /// How many of each at most.
    limit: u64,
    /// Their places in the order of urgency, each of which ends with the ticket's number.
    first: Vec<[i64; 4]>,
    /// How many there are, as far as they were counted.
    count: u64,
}

/// A number is longer than a smaller one, where no zeros stand before it.
const BY_KEY: &str = "substr(key, 1, instr(key, '-')), length(ltrim(substr(key, instr(key, '-') + 1), '0')), \
                      ltrim(substr(key, instr(key, '-') + 1), '0'), began";

/// The due time of a ticket, as its index has it: what is owed nothing comes last.
macro_rules! due {
    () => {
        "coalesce(due, 9223372036854775807)"
    };
}
/// The order of urgency, as that index has it.
const BY_URGENCY: &str = concat!("open DESC, rank, ", due!(), ", began");
/// What [`Store::list_row`] reads.
macro_rules! list_columns {
    () => {
        "id, key, kind, stage, priority, decision, fix_version, due, created, updated, summary, customer, began"
    };
}
/// Up to how many more are counted.
const COUNTED: u64 = 200;

/// A condition and what is bound to it.
#[derive(Debug, Default)]
pub(in crate::store) struct Conditions {
    sql: Vec<String>,
    pub(in crate::store) values: Vec<Value>,
}

impl Conditions {
    pub(in crate::store) fn any<T: Word>(&mut self, column: &str, words: &[T]) {
        self.any_text(column, words.iter().map(|word| word.as_str().to_owned()).collect());
    }

    pub(in crate::store) fn any_text(&mut self, column: &str, words: Vec<String>) {
        if !words.is_empty() {
            let places = vec!["?"; words.len()].join(", ");
            self.sql.push(format!("{column} IN ({places})"));
            self.values.extend(words.into_iter().map(Value::Text));
        }
    }

    pub(in crate::store) fn with(&mut self, sql: &str, value: Option<Value>) {
        if let Some(value) = value {
            self.sql.push(sql.to_owned());
            self.values.push(value);
        }
    }

    /// What holds of a customer's ticket, or of one that is linked to a CUS ticket, with any of these values for `?1`.
    fn with_linked(&mut self, sql: &str, values: impl IntoIterator<Item = String>) {
        let mut any = Vec::new();
        for value in values {
            self.values.push(Value::Text(value));
            any.push(sql.replace("?1", &format!("?{}", self.values.len())));
        }
        if !any.is_empty() {
            let any = any.join(" OR ");
            self.sql.push(format!(
                "({any} OR began IN (SELECT cus FROM link JOIN ticket AS c ON c.began = link.csd WHERE {any}))"
            ));
        }
    }

    pub(in crate::store) fn clause(&self) -> String {
        if self.sql.is_empty() { String::new() } else { format!(" WHERE {}", self.sql.join(" AND ")) }
    }
}

impl ListQuery {
    /// Whether it asks for open tickets alone. These stand together in each stage.
    fn is_of_open(&self) -> bool {
        let is_of_open = |filter: &NamedFilter| matches!(filter, NamedFilter::Overdue | NamedFilter::Stuck);
        self.overdue || self.filters.iter().any(is_of_open)
    }
}

/// The stages of the tickets that it asks for, each once.
fn stages_of(query: &ListQuery) -> Vec<String> {
    if query.stages.is_empty() {
        return stage_words().into_iter().map(str::to_owned).collect();
    }
    let mut stages = query.stages.clone();
    stages.sort_unstable();
    stages.dedup();
    stages
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
        each: impl FnMut(ListRow) -> Result<(), E>,
    ) -> Result<More, E> {
        let sort = query.sort.unwrap_or(Sort::Urgency);
        if let (Sort::Urgency, Some(limit)) = (sort, query.limit)
            && query.stages.len() != 1
        {
            return self.most_urgent(query, limit, now, each);
        }
        let listed = self.in_order(query, sort, now, each)?;
        if query.limit.is_none_or(|limit| listed < limit) {
            return Ok(More::default());
        }
        let conditions = conditions(query, now);
        let sql = format!("SELECT 1 FROM ticket{}", conditions.clause());
        Ok(self.more_than(listed, &sql, &conditions.values)?)
    }

    /// Whether any ticket is what the query asks for.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn is_any(&self, query: &ListQuery, now: Time) -> Result<bool, StoreError> {
        let conditions = conditions(query, now);
        let sql = format!("SELECT EXISTS (SELECT 1 FROM ticket{})", conditions.clause());
        Ok(self.connection.query_row(&sql, params_from_iter(&conditions.values), |row| row.get(0))?)
    }

    /// Hands on the tickets in that order, and returns how many they were.
    fn in_order<E: From<StoreError>>(
        &self,
        query: &ListQuery,
        sort: Sort,
        now: Time,
        mut each: impl FnMut(ListRow) -> Result<(), E>,
    ) -> Result<u64, E> {
        let failed = |error: rusqlite::Error| E::from(error.into());
        let conditions = conditions(query, now);
        let order = match sort {
            Sort::Urgency => BY_URGENCY,
            Sort::Due => concat!(due!(), ", rank, began"),
            Sort::Created => "began DESC",
            Sort::Updated => "updated DESC, began DESC",
            Sort::Key => BY_KEY,
        };
        let limit = query.limit.and_then(|limit| i64::try_from(limit).ok()).unwrap_or(-1);
        let columns = list_columns!();
        let sql = format!("SELECT {columns} FROM ticket{} ORDER BY {order} LIMIT {limit}", conditions.clause());
        let mut statement = self.connection.prepare(&sql).map_err(failed)?;
        let mut rows = statement.query(params_from_iter(&conditions.values)).map_err(failed)?;
        let mut listed = 0;
        while let Some(row) = rows.next().map_err(failed)? {
            each(self.list_row(row)?)?;
            listed += 1;
        }
        Ok(listed)
    }

    /// Hands on the most urgent tickets of several stages, and returns how many more there are. Those of each stage stand
    /// in that order, so the first of each are enough to choose from.
    fn most_urgent<E: From<StoreError>>(
        &self,
        query: &ListQuery,
        limit: u64,
        now: Time,
        mut each: impl FnMut(ListRow) -> Result<(), E>,
    ) -> Result<More, E> {
        let mut found = Found { limit, first: Vec::new(), count: 0 };
        for stage in stages_of(query) {
            let query = ListQuery { stages: vec![stage], ..query.clone() };
            self.places(&query, now, &mut found)?;
        }
        found.first.sort_unstable();
        for [.., began] in found.first.into_iter().take(usize::try_from(limit).unwrap_or(usize::MAX)) {
            if let Some(row) = self.row_at(began)? {
                each(row)?;
            }
        }
        Ok(More::beyond(limit, found.count))
    }

    /// Finds the first tickets of a stage, and counts on, in all stages together as far as anybody wants to know.
    fn places(&self, query: &ListQuery, now: Time, found: &mut Found) -> Result<(), StoreError> {
        let conditions = conditions(query, now);
        let most = found.limit.saturating_add(COUNTED + 1);
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT -open, rank, {}, began FROM ticket{} ORDER BY {BY_URGENCY} LIMIT {}",
            due!(),
            conditions.clause(),
            i64::try_from(most).unwrap_or(-1)
        ))?;
        let mut rows = statement.query(params_from_iter(&conditions.values))?;
        let mut of_stage = 0;
        while let Some(row) = rows.next()? {
            if of_stage < found.limit {
                let mut cells = RowReader::of(row);
                found.first.push([cells.take()?, cells.take()?, cells.take()?, cells.take()?]);
            } else if found.count >= most {
                break;
            }
            of_stage += 1;
            found.count += 1;
        }
        Ok(())
    }

    /// The row of the ticket that goes, or went, by that key.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn ticket_row(&self, key: &Key) -> Result<Option<ListRow>, StoreError> {
        let Some(id) = crate::store::log::load::resolve(&self.connection, key)? else { return Ok(None) };
        let mut statement = self.connection.prepare_cached(concat!("SELECT ", began!()))?;
        let began: Option<i64> = statement.query_row([id.as_str()], |row| row.get(0))?;
        began.map_or(Ok(None), |began| self.row_at(began))
    }

    /// The row of the ticket whose first event has this id.
    pub(in crate::store) fn row_at(&self, began: i64) -> Result<Option<ListRow>, StoreError> {
        const ROW: &str = concat!("SELECT ", list_columns!(), " FROM ticket WHERE began = ?1");
        let mut statement = self.connection.prepare_cached(ROW)?;
        let mut rows = statement.query([began])?;
        rows.next()?.map(|row| self.list_row(row)).transpose()
    }

    fn list_row(&self, row: &Row<'_>) -> Result<ListRow, StoreError> {
        let mut cells = RowReader::of(row);
        let (id, key) = (cells.text()?, cells.text()?);
        let kind = cells.text()?;
        let stage = cells.take()?;
        let priority = cells.text_or_null()?.and_then(Priority::from_word);
        Ok(ListRow {
            id: id.parse().map_err(damaged)?,
            key: key.parse().map_err(damaged)?,
            kind: Kind::from_word(kind).ok_or_else(|| damaged(format!("kind `{kind}`")))?,
            stage,
            priority,
            decision: cells.take()?,
            fix_version: cells.take()?,
            due: cells.take::<Option<i64>>()?.map(events::time_of).transpose()?,
            created: events::time_of(cells.take()?)?,
            updated: events::time_of(cells.take()?)?,
            summary: cells.take()?,
            customer: match cells.take()? {
                Some(customer) => customer,
                None => self.customers_of(cells.take()?)?,
            },
        })
    }

    /// The customers of the CUS ticket of this number, in the order of their tickets.
    pub(in crate::store) fn customers_of(&self, cus: i64) -> Result<String, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT customer FROM link JOIN ticket ON began = csd WHERE cus = ?1 ORDER BY csd")?;
        let mut rows = statement.query([cus])?;
        let mut customers: Vec<String> = Vec::new();
        while let Some(row) = rows.next()? {
            let customer = row.get("customer")?;
            if !customers.contains(&customer) {
                customers.push(customer);
            }
        }
        Ok(customers.join(", "))
    }

    /// How many rows there are beyond those that were shown.
    pub(in crate::store) fn more_than(&self, shown: u64, sql: &str, values: &[Value]) -> Result<More, StoreError> {
        let most = shown + COUNTED + 1;
        let sql = format!("SELECT count(*) FROM ({sql} LIMIT {most})");
        let all = self.connection.query_row(&sql, params_from_iter(values), |row| row.get(0))?;
        Ok(More::beyond(shown, all))
    }
}

pub(in crate::store) fn conditions(query: &ListQuery, now: Time) -> Conditions {
    let mut conditions = Conditions::default();
    let time = |time: Option<Time>| time.map(|time| Value::Integer(time.timestamp_millis()));
    let at = now;
    let now = Value::Integer(now.timestamp_millis());
    conditions.any("kind", query.kind.as_slice());
    if !query.stages.is_empty() || query.is_of_open() {
        conditions.any_text("stage", stages_of(query));
    }
    conditions.any("priority", &query.priorities);
    conditions.any("severity", &query.severities);
    conditions.any("impact", &query.impacts);
    conditions.any("decision", &query.decisions);
    conditions.any("handled_by", &query.handled_by);
    for name in &query.assignees {
        conditions.with("assignee = ?", Some(Value::Text(customer_form(name))));
    }
    conditions.with("fix_form = ?", query.fix_version.as_deref().map(|version| Value::Text(version_form(version))));
    let fixed_by = query.fixed_by.as_deref().map(|name| Value::Text(format!("\n{}\n", customer_form(name))));
    conditions.with("instr(fixed_by, ?) > 0", fixed_by);
    conditions.with_linked("reporter = ?1", query.reporter.as_deref().map(customer_form));
    conditions.with_linked("instr(triggers, ?1) > 0", query.triggers.iter().map(|trigger| format!("\n{trigger}\n")));
    conditions.with_linked("product_form = ?1", query.product_version.as_deref().map(version_form));
    if query.once {
        conditions.sql.push("NOT (kind = 'csd' AND stage = 'escalated')".to_owned());
    }
    conditions.with("created >= ?", time(query.since));
    conditions.with("created <= ?", time(query.until));
    conditions.with_linked("customer_form = ?1", query.customer.as_deref().map(customer_form));
    let overdue = concat!("open = 1 AND rank IN (0, 1, 2, 3) AND ", due!(), " < ?");
    conditions.with(overdue, query.overdue.then(|| now.clone()));
    for filter in &query.filters {
        match filter {
            NamedFilter::OpenBugs => conditions.sql.push("bug = 1".to_owned()),
            NamedFilter::Overdue => conditions.with(overdue, Some(now.clone())),
            NamedFilter::Held => conditions.sql.push("began IN (SELECT ticket FROM hold)".to_owned()),
            NamedFilter::Stuck => conditions.sql.push(stuck(at)),
            NamedFilter::AwaitingCustomer => {
                conditions.sql.push("began IN (SELECT ticket FROM duty WHERE kind = 'confirm')".to_owned());
            }
        }
    }
    conditions
}

/// What [`crate::workflow::reports::stalled`] says of a ticket, of the rows that are stored of it.
fn stuck(now: Time) -> String {
    let before = |days: i64| (now - chrono::TimeDelta::days(days)).timestamp_millis();
    let (in_stage, late) = (before(DAYS_IN_STAGE), before(DAYS_LATE));
    format!(
        "open = 1 AND NOT (kind = 'csd' AND stage = 'escalated') \
         AND NOT (stage = 'closed' AND NOT EXISTS (SELECT 1 FROM duty WHERE duty.ticket = began \
         AND duty.kind NOT IN ('write-postmortem', 'action'))) AND (bounces >= {BOUNCES} \
         OR (stage_since < {in_stage} AND decision IS NOT 'backlog') \
         OR began IN (SELECT ticket FROM duty WHERE due < {late} GROUP BY ticket HAVING count(DISTINCT role) = 1))"
    )
}

pub(in crate::store) fn key(row: &Row<'_>, column: &str) -> Result<Key, StoreError> {
    row.get::<_, String>(column)?.parse().map_err(damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How SQLite reads what a query asks for.
    fn plan(query: &ListQuery) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cus.db");
        Store::create(&path).unwrap();
        let store = Store::open_to_read(&path).unwrap();
        let conditions = conditions(query, Time::UNIX_EPOCH);
        let clause = conditions.clause();
        let sql = format!("EXPLAIN QUERY PLAN SELECT began FROM ticket{clause} ORDER BY {BY_URGENCY} LIMIT 50");
        let mut statement = store.connection.prepare(&sql).unwrap();
        let rows = statement.query_map(params_from_iter(&conditions.values), |row| row.get::<_, String>("detail"));
        rows.unwrap().map(Result::unwrap).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn lists_of_the_most_urgent_are_read_in_the_order_of_an_index_and_no_further_than_they_show() {
        let query = ListQuery { stages: vec!["assessed".to_owned()], ..ListQuery::default() };
        assert_eq!(plan(&query), "SEARCH ticket USING COVERING INDEX ticket_by_stage (stage=?)");
        let overdue = plan(&ListQuery { overdue: true, ..query });
        assert!(overdue.contains("INDEX ticket_by_stage (stage=? AND open=? AND rank=? AND <expr><?)"), "{overdue}");
        assert!(!overdue.contains("TEMP B-TREE"), "{overdue}");
    }

    #[test]
    fn what_is_open_is_read_without_what_is_over() {
        for filter in [NamedFilter::Overdue, NamedFilter::Stuck] {
            let plan = plan(&ListQuery { filters: vec![filter], ..ListQuery::default() });
            assert!(plan.contains("INDEX ticket_by_stage (stage=? AND open=?"), "{plan}");
        }
    }
}
