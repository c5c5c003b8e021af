//! The notices that wait for their delivery: who is delivering each, and how often it was tried.

use rusqlite::{OptionalExtension, Row, TransactionBehavior, params};

use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::log::events;
use crate::store::log::load::{self, began};
use crate::store::queries::list::key;
use crate::workflow::Time;
use crate::workflow::key::Key;

/// After how long a process that cannot be asked is taken for gone, in minutes: longer than any delivery takes.
const CLAIM_MINUTES: i64 = 15;

/// A queued notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The CUS ticket.
    pub cus: Key,
    /// Its number on that ticket.
    pub notice: u32,
    /// How often it was tried.
    pub attempts: u32,
    /// Before when it need not be tried again; `None` before the first attempt.
    pub next: Option<Time>,
    /// Why the last attempt failed.
    pub error: Option<String>,
}

impl Store {
    /// The notices that wait, of one ticket or of all, in the order in which their tickets were escalated.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn outbox(&self, cus: Option<&Key>) -> Result<Vec<Waiting>, StoreError> {
        let mut statement = self.connection.prepare(concat!(
            "SELECT id AS ticket, notice, attempts, next, error FROM outbox JOIN ticket ON began = outbox.ticket ",
            "WHERE ?1 IS NULL OR began = ",
            began!(),
            " ORDER BY began, notice"
        ))?;
        let mut rows = statement.query([cus.map(Key::as_str)])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(waiting(row)?);
        }
        Ok(all)
    }

    /// Claims a notice for one process, so that no other delivers it meanwhile, and says whether it got it. A process
    /// that is gone has no claim any more.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn claim(
        &mut self,
        cus: &Key,
        notice: u32,
        claimant: &str,
        now: Time,
        is_gone: impl Fn(&str) -> bool,
    ) -> Result<bool, StoreError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let held = transaction
            .query_row(
                concat!("SELECT claimed_by, claimed_at FROM outbox WHERE notice = ?2 AND ticket = ", began!()),
                params![cus.as_str(), notice],
                |row| Ok((row.get::<_, Option<String>>("claimed_by")?, row.get::<_, Option<i64>>("claimed_at")?)),
            )
            .optional()?;
        let is_free = match held {
            None => false,
            Some((Some(by), Some(at))) => {
                is_gone(&by) || at < (now - chrono::TimeDelta::minutes(CLAIM_MINUTES)).timestamp_millis()
            }
            Some(_) => true,
        };
        if is_free {
            transaction.execute(
                concat!("UPDATE outbox SET claimed_by = ?3, claimed_at = ?4 WHERE notice = ?2 AND ticket = ", began!()),
                params![cus.as_str(), notice, claimant, now.timestamp_millis()],
            )?;
        }
        transaction.commit()?;
        Ok(is_free)
    }

    /// Records that an attempt failed: the claim ends, and the next attempt need not come before `next`.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn not_delivered(&mut self, waiting: &Waiting, next: Time, error: &str) -> Result<(), StoreError> {
        self.connection.execute(
            concat!(
                "UPDATE outbox SET attempts = attempts + 1, next = ?3, error = ?4, claimed_by = NULL, ",
                "claimed_at = NULL WHERE notice = ?2 AND ticket = ",
                began!()
            ),
            params![waiting.cus.as_str(), waiting.notice, next.timestamp_millis(), error],
        )?;
        Ok(())
    }

    /// The notice with one of these message ids: its CUS ticket and its number there. Of several the last one named.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn notice_of(&self, message_ids: &[String]) -> Result<Option<(Key, u32)>, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT data ->> '$.notice' AS notice FROM event \
             WHERE stream = ?1 AND type = 'notified' AND data ->> '$.message_id' = ?2",
        )?;
        for id in message_ids.iter().rev() {
            // A message id begins with the ticket whose notice it is.
            let Some(ticket) = id.split('.').next().and_then(|key| key.parse::<Key>().ok()) else { continue };
            let Some(ticket) = load::resolve(&self.connection, &ticket)? else { continue };
            if let Some(notice) = statement.query_row([ticket.as_str(), id], |row| row.get("notice")).optional()? {
                return Ok(Some((ticket, notice)));
            }
        }
        Ok(None)
    }
}

fn waiting(row: &Row<'_>) -> Result<Waiting, StoreError> {
    Ok(Waiting {
        cus: key(row, "ticket")?,
        notice: row.get("notice")?,
        attempts: row.get("attempts")?,
        next: row.get::<_, Option<i64>>("next")?.map(events::time_of).transpose()?,
        error: row.get("error")?,
    })
}
