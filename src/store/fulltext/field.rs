//! Finding tickets by the words of one field: whose contact has an address, which have a file of a name.

use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::workflow::key::Key;

/// How many of the newest texts with the words are looked at.
const TEXTS: usize = 2000;

impl Store {
    /// The tickets that have all of these words in one text of that field, the newest text first.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn tickets_with(&self, field: &str, words: &[String]) -> Result<Vec<Key>, StoreError> {
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let all: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
        let ids = self.newest(&all.join(" AND "), TEXTS)?;
        let mut keys: Vec<Key> = Vec::new();
        for found in self.with_tickets(ids.into_iter().filter(|id| id.named(field).is_some()))? {
            if !keys.contains(&found.ticket) {
                keys.push(found.ticket);
            }
        }
        Ok(keys)
    }
}
