//! Making the current state anew from the record.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use rusqlite::{Transaction, TransactionBehavior};

use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::file::copy;
use crate::store::file::schema;
use crate::store::projection::fill::fill;

impl Store {
    /// Makes every table but the record anew from the events, with the triggers and indices that other programs changed,
    /// and returns how many tickets there are and where a copy of what was there is kept.
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
        self.verify_chain()?;
        schema::restore(&transaction)?;
        let tickets = fill(&transaction)?;
        transaction.commit()?;
        Ok(tickets)
    }
}
