//! What an import asks of the record as it goes.

use crate::app::error::DeskError;
use crate::app::transaction::Transaction;
use crate::workflow::key::Key;

impl Transaction<'_, '_> {
    /// The ticket that was imported from this source under this key, by the key under which it was first recorded.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn imported(&self, source: &str, there: &str) -> Result<Option<Key>, DeskError> {
        Ok(self.writer.imported(source, there)?)
    }

    /// The tickets of a source that are linked there to the one with this key, in the order in which they were recorded.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn linked_there(&self, source: &str, there: &str) -> Result<Vec<Key>, DeskError> {
        Ok(self.writer.linked_there(source, there)?)
    }
}
