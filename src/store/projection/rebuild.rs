//! Making the current state anew from the record.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use crate::store::error::damaged;
use crate::store::file::backup;
use crate::store::file::schema;
use crate::store::fulltext::index;
use crate::store::log::load::{self, Loaded};
use crate::store::log::policy;
use crate::store::projection::counts;
use crate::store::projection::rows::TicketRows;
use crate::store::statements::Statements;
use crate::store::{Store, StoreError};
use crate::workflow::key::Key;
use crate::workflow::tickets::FreeKeys;

impl Store {
    /// Makes every table but the record anew from the events, with the triggers and indices that other programs changed,
    /// and returns how many tickets there are and where a copy of what was there is kept.
    ///
    /// # Errors
    /// Where the record is not sound, or the database fails; nothing is changed then. A rebuilding would make what was
    /// forged look right.
    pub fn rebuild(&mut self, now: DateTime<Utc>) -> Result<(u64, PathBuf), StoreError> {
        let kept = backup::kept_name(&self.path, now);
        self.backup(&kept)?;
        let tickets = self.rebuilt().inspect_err(|_| backup::drop_kept(&kept))?;
        Ok((tickets, kept))
    }

    fn rebuilt(&mut self) -> Result<u64, StoreError> {
        let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        self.verify_chain()?;
        schema::restore(&transaction)?;
        let tickets = rebuild(&transaction)?;
        transaction.commit()?;
        Ok(tickets)
    }
}

/// Makes every table but the record anew within a transaction, and returns how many tickets the events make.
pub(in crate::store) fn rebuild(connection: &Connection) -> Result<u64, StoreError> {
    // A link can be written before the ticket that it points to.
    connection.execute_batch(
        "PRAGMA defer_foreign_keys = ON; CREATE TEMP TABLE tried AS SELECT * FROM outbox; DELETE FROM duty; \
         DELETE FROM outbox; DELETE FROM link; DELETE FROM alias; DELETE FROM ticket; DELETE FROM policy; \
         INSERT INTO word (word) VALUES ('delete-all');",
    )?;
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
        let ticket = loaded.tickets.ticket(&id).ok_or_else(|| damaged(format!("`{id}` does not begin")))?;
        let rows = TicketRows::of(&loaded, ticket)?;
        rows.write(&mut statements, None)?;
        rows.write_links(&mut statements, None)?;
        tickets += 1;
    }
    let FreeKeys { csd, cus } = free;
    for (kind, next) in [("csd", csd), ("cus", cus)] {
        connection.execute("UPDATE counter SET next = ?2, taken = 0 WHERE kind = ?1", params![kind, next])?;
    }
    load::numbers(connection, &mut statements)?;
    counts::rebuild(connection)?;
    policy::rebuild(connection)?;
    // How often each notice was tried is known to the outbox alone.
    connection.execute_batch(
        "UPDATE outbox SET attempts = tried.attempts, next = tried.next, error = tried.error FROM temp.tried \
         WHERE tried.ticket = outbox.ticket AND tried.notice = outbox.notice; DROP TABLE temp.tried;",
    )?;
    index::index_all(connection)?;
    Ok(tickets)
}
