//! Making the current state anew from the record.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::file::copy;
use crate::store::file::schema;
use crate::store::projection::fill::fill;

impl Store {
    /// Makes everything but the record anew from the events: tables, indices and triggers. What does not belong there
    /// goes. Returns how many tickets there are and where a copy of what was there is kept.
    ///
    /// # Errors
    /// Where the record is not sound, or the database fails; nothing is changed then. A rebuilding would make what was
    /// forged look right.
    pub fn rebuild(&mut self, now: DateTime<Utc>) -> Result<(u64, PathBuf), StoreError> {
        let kept = copy::replaced_name(&self.path, now);
        self.backup(&kept)?;
        let tickets = self.rebuilt().inspect_err(|_| copy::drop_replaced(&kept))?;
        Ok((tickets, kept))
    }

    fn rebuilt(&mut self) -> Result<u64, StoreError> {
        let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        schema::verify_record(&transaction)?;
        self.verify_chain()?;
        let attempts = attempts(&transaction)?;
        schema::make_anew(&transaction)?;
        let tickets = fill(&transaction)?;
        for attempt in attempts {
            attempt.put_back(&transaction)?;
        }
        self.place.is_the_same()?;
        transaction.commit()?;
        Ok(tickets)
    }
}

/// How often a waiting notice was tried, which is known to the outbox alone.
struct Attempts {
    ticket: i64,
    notice: i64,
    count: i64,
    next: Option<i64>,
    error: Option<String>,
    is_held: bool,
}

impl Attempts {
    fn put_back(&self, connection: &Connection) -> Result<(), StoreError> {
        connection.execute(
            "UPDATE outbox SET attempts = ?3, next = ?4, error = ?5, held = ?6 WHERE ticket = ?1 AND notice = ?2",
            params![self.ticket, self.notice, self.count, self.next, self.error, self.is_held],
        )?;
        Ok(())
    }
}

/// The attempts at every notice; none where the outbox is missing or was changed.
fn attempts(connection: &Connection) -> Result<Vec<Attempts>, StoreError> {
    if !schema::is_ours(connection, "outbox")? {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare("SELECT ticket, notice, attempts, next, error, held FROM outbox")?;
    let attempts = statement.query_map([], |row| {
        Ok(Attempts {
            ticket: row.get("ticket")?,
            notice: row.get("notice")?,
            count: row.get("attempts")?,
            next: row.get("next")?,
            error: row.get("error")?,
            is_held: row.get("held")?,
        })
    })?;
    Ok(attempts.collect::<Result<_, _>>()?)
}
