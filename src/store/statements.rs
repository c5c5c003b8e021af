//! Statements that run again and again.

use std::fmt;

use rusqlite::{CachedStatement, Connection};

/// The statements of a connection that somebody runs for row after row. They stay out of the connection's own cache for
/// that long: it looks up each by a hash of its text, and unbinds all of it after each row.
pub(in crate::store) struct Statements<'a> {
    connection: &'a Connection,
    prepared: Vec<(String, CachedStatement<'a>)>,
}

impl<'a> Statements<'a> {
    pub(in crate::store) fn of(connection: &'a Connection) -> Self {
        Self { connection, prepared: Vec::new() }
    }

    /// The statement of this text.
    pub(in crate::store) fn get(&mut self, sql: &str) -> rusqlite::Result<&mut CachedStatement<'a>> {
        let at = match self.prepared.iter().position(|(text, _)| text == sql) {
            Some(at) => at,
            None => {
                self.prepared.push((sql.to_owned(), self.connection.prepare_cached(sql)?));
                self.prepared.len() - 1
            }
        };
        Ok(&mut self.prepared[at].1)
    }
}

impl fmt::Debug for Statements<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.prepared.iter().map(|(sql, _)| sql)).finish()
    }
}
