//! Tickets by the sources from which they were imported, and the keys that they have there.

use rusqlite::{Connection, OptionalExtension, params};

use crate::store::database::Store;
use crate::store::error::{StoreError, damaged};
use crate::store::projection::origins::folded;
use crate::store::write::writer::Writer;
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::vocabulary::{Kind, Word};

impl Writer<'_> {
    /// The ticket that was imported from this source under this key, by the key under which it was first recorded.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn imported(&self, source: &str, there: &str) -> Result<Option<Key>, StoreError> {
        imported(&self.transaction, source, there)
    }

    /// The tickets of a source that are linked there to the one with this key, in the order in which they were recorded.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn linked_there(&self, source: &str, there: &str) -> Result<Vec<Key>, StoreError> {
        let mut statement = self.transaction.prepare_cached(
            "SELECT id FROM origin_link JOIN ticket ON began = origin_link.ticket \
             JOIN origin ON origin.ticket = began WHERE origin_link.key = ?1 AND source = ?2 ORDER BY began",
        )?;
        let mut rows = statement.query([&folded(there), source])?;
        let mut keys = Vec::new();
        while let Some(row) = rows.next()? {
            keys.push(row.get::<_, String>("id")?.parse().map_err(damaged)?);
        }
        Ok(keys)
    }
}

impl Store {
    /// The ticket that was imported from this source under this key, by the key under which it was first recorded.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn imported(&self, source: &str, there: &str) -> Result<Option<Key>, StoreError> {
        imported(&self.connection, source, there)
    }

    /// A ticket that an import took in or changed, by the import's number: the id of its first event. `None` where that is
    /// no import, or is one that was undone.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn taken_in_by(&self, import: i64) -> Result<Option<Key>, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT stream FROM event JOIN ticket ON ticket.id = stream WHERE event.id = ?1 AND command = ?1 AND origin = 'import'",
        )?;
        let key = statement.query_row([import], |row| row.get::<_, String>("stream"));
        key.optional()?.map(|key| key.parse().map_err(damaged)).transpose()
    }

    /// The kind of the tickets of a project, by its keys there; `None` where none of it was imported from this source.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn kind_of_project(&self, source: &str, project: &str) -> Result<Option<Kind>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT kind FROM origin JOIN ticket ON began = ticket \
             WHERE source = ?1 AND origin.key >= ?2 || '-' AND origin.key < ?2 || '.' LIMIT 1",
        )?;
        let kind = statement.query_row([source, &folded(project)], |row| row.get::<_, String>("kind")).optional()?;
        Ok(kind.and_then(|kind| Kind::from_word(&kind)))
    }

    /// The other source from which a ticket with this key there was imported that began at this time and has this
    /// summary.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn other_source(
        &self,
        source: &str,
        there: &str,
        created: Time,
        summary: &str,
    ) -> Result<Option<String>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT source FROM origin JOIN ticket ON began = ticket \
             WHERE origin.key = ?1 AND source <> ?2 AND created = ?3 AND summary = ?4 LIMIT 1",
        )?;
        let found = params![folded(there), source, created.timestamp_millis(), summary];
        Ok(statement.query_row(found, |row| row.get("source")).optional()?)
    }
}

fn imported(connection: &Connection, source: &str, there: &str) -> Result<Option<Key>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM origin JOIN ticket ON began = ticket \
         WHERE origin.key = ?1 AND source = ?2 ORDER BY began LIMIT 1",
    )?;
    let id = statement.query_row([&folded(there), source], |row| row.get::<_, String>("id")).optional()?;
    id.map(|id| id.parse().map_err(damaged)).transpose()
}
