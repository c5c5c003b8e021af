//! Looking: what is owed, by role, in the order in which it is shown.

use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};

use crate::store::database::Store;
use crate::store::error::{StoreError, damaged};
use crate::store::log::events;
use crate::store::queries::list::{Conditions, More};
use crate::store::row_reader::RowReader;
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::names::customer_form;
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::remedy::Remedy;
use crate::workflow::vocabulary::{Priority, Role, Word};

/// Whose duties to list, and which.
#[derive(Debug, Clone, Default)]
pub struct OwedQuery {
    /// The roles that owe; empty for all.
    pub roles: Vec<Role>,
    /// Only what is narrowed to this person (R37).
    pub assignee: Option<String>,
    /// Only duties to tell somebody the facts in force.
    pub notices_only: bool,
    /// Only what is late.
    pub overdue_only: bool,
    /// Also what is owed and need not be shown yet (R33).
    pub early: bool,
    /// At most so many.
    pub limit: Option<u64>,
}

/// A duty in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct OwedRow {
    /// The ticket, by the key under which it was first recorded.
    pub ticket: Key,
    /// The key that it goes by.
    pub key: Key,
    /// Its priority, where it has one.
    pub priority: Option<Priority>,
    /// What it is about.
    pub summary: String,
    /// The customer that the duty is about, or all of the ticket's.
    pub customer: String,
    /// What is owed.
    pub kind: DutyKind,
    /// The customer's ticket that it is about, by the key that it goes by.
    pub csd: Option<Key>,
    /// The customer's ticket that it is about, by the key under which it was first recorded.
    pub about: Option<Key>,
    /// Tells duties of the same kind apart.
    pub round: u32,
    /// Who owes it.
    pub by: Role,
    /// From when it is owed.
    pub begins: Time,
    /// Until when it is in time.
    pub due: Time,
    /// What settles it.
    pub remedy: Remedy,
}

/// The duties of one role, late or not, the most urgent first: the order in which they stand.
const DUTIES: &str = "SELECT duty.rank, duty.due, duty.begins, duty.ticket, duty.kind, duty.role, duty.round, duty.queued, \
     ticket.id, ticket.key, ticket.priority, ticket.summary, c.key, c.id, coalesce(c.customer, ticket.customer) \
     FROM duty CROSS JOIN ticket ON ticket.began = duty.ticket LEFT JOIN ticket AS c ON c.began = duty.csd";
const ORDER: &str = " ORDER BY duty.rank, duty.due, duty.begins, duty.ticket";

impl Store {
    /// What is owed now, overdue first, then by priority and due time, and how much more there is beyond the limit.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn owed(&self, query: &OwedQuery, now: Time) -> Result<(Vec<OwedRow>, More), StoreError> {
        let roles = if query.roles.is_empty() { Role::ALL } else { &query.roles };
        let limit = query.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
        let mut owed = Vec::new();
        for is_late in if query.overdue_only { &[true][..] } else { &[true, false] } {
            let mut found = Vec::new();
            for role in roles {
                self.duties(*role, *is_late, query, now, limit - owed.len(), &mut found)?;
            }
            found.sort_by_key(|(place, _)| *place);
            let left = limit - owed.len();
            owed.extend(found.into_iter().map(|(_, row)| row).take(left));
            if owed.len() == limit {
                break;
            }
        }
        if owed.len() < limit {
            return Ok((owed, More::default()));
        }
        let mut conditions = conditions(query, now);
        conditions.any("role", roles);
        if query.overdue_only {
            conditions.with("duty.due < ?", Some(Value::Integer(now.timestamp_millis())));
        }
        let sql = format!("SELECT 1 FROM duty{}", conditions.clause());
        let more = self.more_than(owed.len() as u64, &sql, &conditions.values)?;
        Ok((owed, more))
    }

    /// Reads the first duties of a role, late or not, each with its place in the order.
    fn duties(
        &self,
        role: Role,
        is_late: bool,
        query: &OwedQuery,
        now: Time,
        limit: usize,
        found: &mut Vec<([i64; 4], OwedRow)>,
    ) -> Result<(), StoreError> {
        let mut conditions = conditions(query, now);
        conditions.any("duty.role", &[role]);
        let side = if is_late { "duty.due < ?" } else { "duty.due >= ?" };
        conditions.with(side, Some(Value::Integer(now.timestamp_millis())));
        let limit = i64::try_from(limit).unwrap_or(-1);
        let sql = format!("{DUTIES}{}{ORDER} LIMIT {limit}", conditions.clause());
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(&conditions.values))?;
        while let Some(row) = rows.next()? {
            found.push(self.owed_row(row)?);
        }
        Ok(())
    }

    /// A duty, with its place in the order.
    fn owed_row(&self, row: &Row<'_>) -> Result<([i64; 4], OwedRow), StoreError> {
        let mut cells = RowReader::of(row);
        let place = [cells.take()?, cells.take()?, cells.take()?, cells.take()?];
        let [_, due, begins, number] = place;
        let (kind, role) = (cells.text()?, cells.text()?);
        let kind = DutyKind::from_word(kind).ok_or_else(|| damaged(format!("duty `{kind}`")))?;
        let (round, queued) = (cells.take()?, cells.take()?);
        let (ticket, key) = (cells.text()?, cells.text()?.parse().map_err(damaged)?);
        let priority = cells.text_or_null()?.and_then(Priority::from_word);
        let summary = cells.take()?;
        let csd = cells.text_or_null()?;
        let csd = csd.map(str::parse).transpose().map_err(damaged)?;
        let about = cells.text_or_null()?.map(str::parse).transpose().map_err(damaged)?;
        let row = OwedRow {
            ticket: ticket.parse().map_err(damaged)?,
            priority,
            summary,
            customer: match cells.take()? {
                Some(customer) => customer,
                None => self.customers_of(number)?,
            },
            kind,
            by: Role::from_word(role).ok_or_else(|| damaged(format!("role `{role}`")))?,
            begins: events::time_of(begins)?,
            due: events::time_of(due)?,
            remedy: kind.remedy(&key, csd.as_ref(), round, queued),
            key,
            csd,
            about,
            round,
        };
        Ok((place, row))
    }
}

/// What holds for every role. Each rank is named, so that they are read in their order.
fn conditions(query: &OwedQuery, now: Time) -> Conditions {
    let mut conditions = Conditions::default();
    let begun = if query.early { "duty.opens <= ?" } else { "duty.shown <= ?" };
    let begun = format!("duty.rank IN (0, 1, 2, 3) AND {begun}");
    conditions.with(&begun, Some(Value::Integer(now.timestamp_millis())));
    conditions.with("duty.assignee = ?", query.assignee.as_deref().map(|name| Value::Text(customer_form(name))));
    if query.notices_only {
        let kinds: Vec<DutyKind> = DutyKind::ALL.iter().copied().filter(|kind| kind.tells_facts()).collect();
        conditions.any("duty.kind", &kinds);
    }
    conditions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_role_owes_is_read_in_the_order_in_which_it_stands() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cus.db");
        Store::create(&path).unwrap();
        let store = Store::open_to_read(&path).unwrap();
        for side in ["duty.due < ?", "duty.due >= ?"] {
            let mut conditions = conditions(&OwedQuery::default(), Time::UNIX_EPOCH);
            conditions.any("duty.role", &[Role::Support]);
            conditions.with(side, Some(Value::Integer(0)));
            let sql = format!("EXPLAIN QUERY PLAN {DUTIES}{}{ORDER} LIMIT 50", conditions.clause());
            let mut statement = store.connection.prepare(&sql).unwrap();
            let rows = statement.query_map(params_from_iter(&conditions.values), |row| row.get::<_, String>("detail"));
            let plan = rows.unwrap().map(Result::unwrap).collect::<Vec<_>>().join("\n");
            assert!(plan.contains("SEARCH duty USING PRIMARY KEY (role=? AND rank=? AND due"), "{plan}");

            assert!(!plan.contains("TEMP B-TREE FOR ORDER BY"), "{plan}");
        }
    }
}
