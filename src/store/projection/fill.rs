//! Filling the tables of the current state from the record.

use rusqlite::{Connection, params};

use crate::store::error::{StoreError, damaged};
use crate::store::fulltext::index;
use crate::store::log::customers;
use crate::store::log::load::{self, Loaded};
use crate::store::log::policy;
use crate::store::projection::counts;
use crate::store::projection::rows::TicketRows;
use crate::store::statements::Statements;
use crate::workflow::key::Key;
use crate::workflow::tickets::FreeKeys;

/// Fills every table but the record, all of which are empty, and returns how many tickets the events make.
pub(in crate::store) fn fill(connection: &Connection) -> Result<u64, StoreError> {
    // A link can be written before the ticket that it points to.
    connection.execute_batch("PRAGMA defer_foreign_keys = ON")?;
    let mut statement =
        connection.prepare("SELECT stream FROM event WHERE stream <> '' GROUP BY stream ORDER BY min(id)")?;
    let mut rows = statement.query([])?;
    let mut statements = Statements::of(connection);
    let mut tickets = 0;
    let mut free = FreeKeys::default();
    while let Some(row) = rows.next()? {
        let id: Key = row.get::<_, String>("stream")?.parse().map_err(damaged)?;
        let mut loaded = Loaded::before(free);
        load::load_with_links(connection, &mut loaded, &id)?;
        free = loaded.tickets.free;
        if loaded.tickets.gone(&id).is_some() {
            continue;
        }
        let ticket = loaded.tickets.ticket(&id).ok_or_else(|| damaged(format!("`{id}` does not begin")))?;
        let rows = TicketRows::of(&loaded, ticket)?;
        rows.write(&mut statements, None)?;
        rows.write_links(&mut statements, None)?;
        tickets += 1;
    }
    let FreeKeys { csd, cus } = free;
    for (kind, next) in [("csd", csd), ("cus", cus)] {
        connection.execute("UPDATE counter SET next = ?2 WHERE kind = ?1", params![kind, next])?;
    }
    load::numbers(connection, &mut statements)?;
    counts::fill(connection)?;
    policy::fill(connection)?;
    customers::fill(connection)?;
    index::index_all(connection)?;
    Ok(tickets)
}
