//! Writing that is forgotten again, for fuzzers.

use rusqlite::{Transaction, TransactionBehavior};

use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::upkeep::verify::Verified;
use crate::store::write::writer::Writer;

impl Store {
    /// Does something, holds the state against the record, and forgets it all.
    ///
    /// # Errors
    /// Where the state is not what the record says.
    pub(crate) fn rehearse(&self, work: impl FnOnce(&mut Writer<'_>)) -> Result<Verified, StoreError> {
        let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        let mut writer = Writer::begin(&self.connection, transaction)?;
        work(&mut writer);
        writer.settle()?;
        let verified = self.verified()?;
        writer.rollback()?;
        Ok(verified)
    }
}
