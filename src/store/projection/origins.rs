//! The rows that say where an imported ticket comes from, as a pure function of it.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use crate::store::error::StoreError;
use crate::store::statements::Statements;
use crate::workflow::foreign::Origin;
use crate::workflow::tickets::Ticket;

/// What the current state holds of where a ticket comes from; nothing where it was not imported.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::store) struct OriginRows {
    /// Its key there and its source.
    origin: Option<(String, String)>,
    /// The keys there of the tickets to which it is linked there.
    links: BTreeSet<String>,
}

/// A key of another tracker as it is compared.
pub(in crate::store) fn folded(key: &str) -> String {
    key.trim().to_uppercase()
}

impl OriginRows {
    pub(in crate::store) fn of(ticket: &Ticket) -> Self {
        let Some(Origin { source, key, links, .. }) = ticket.origin() else { return Self::default() };
        Self { origin: Some((folded(key), source.clone())), links: links.iter().map(|link| folded(link)).collect() }
    }

    /// Whether it was imported.
    pub(in crate::store) fn is_some(&self) -> bool {
        self.origin.is_some()
    }

    /// How many bytes it takes beside itself.
    pub(in crate::store) fn bytes(&self) -> usize {
        let origin = self.origin.as_ref().map_or(0, |(key, source)| key.len() + source.len());
        origin + self.links.iter().map(String::len).sum::<usize>()
    }

    /// Writes what differs from `before`, which is what the current state holds now of that ticket.
    pub(in crate::store) fn write(
        &self,
        statements: &mut Statements<'_>,
        began: i64,
        before: &Self,
    ) -> Result<(), StoreError> {
        if self.origin != before.origin {
            if let Some((key, source)) = &before.origin {
                let delete = "DELETE FROM origin WHERE key = ?1 AND source = ?2 AND ticket = ?3";
                statements.get(delete)?.execute(params![key, source, began])?;
            }
            if let Some((key, source)) = &self.origin {
                let insert = "INSERT INTO origin (key, source, ticket) VALUES (?1, ?2, ?3)";
                statements.get(insert)?.execute(params![key, source, began])?;
            }
        }
        for key in before.links.difference(&self.links) {
            let delete = "DELETE FROM origin_link WHERE key = ?1 AND ticket = ?2";
            statements.get(delete)?.execute(params![key, began])?;
        }
        for key in self.links.difference(&before.links) {
            let insert = "INSERT INTO origin_link (key, ticket) VALUES (?1, ?2)";
            statements.get(insert)?.execute(params![key, began])?;
        }
        Ok(())
    }

    /// Whether the stored rows of that ticket are these, once [`by_ticket`] was asked for.
    pub(in crate::store) fn are_stored(&self, connection: &Connection, began: i64) -> Result<bool, StoreError> {
        let mut origins = connection.prepare_cached("SELECT key, source FROM temp.came WHERE ticket = ?1")?;
        let found = origins.query_map([began], |row| Ok((row.get("key")?, row.get("source")?)))?;
        let found: Vec<(String, String)> = found.collect::<Result<_, _>>()?;
        let mut links = connection.prepare_cached("SELECT key FROM temp.came_link WHERE ticket = ?1")?;
        let linked = links.query_map([began], |row| row.get("key"))?.collect::<Result<BTreeSet<String>, _>>()?;
        Ok(found == self.origin.iter().cloned().collect::<Vec<_>>() && linked == self.links)
    }
}

/// Puts the rows in another order where [`OriginRows::are_stored`] finds them by their ticket.
pub(in crate::store) fn by_ticket(connection: &Connection) -> Result<(), StoreError> {
    Ok(connection.execute_batch(
        "DROP TABLE IF EXISTS temp.came; CREATE TEMP TABLE came AS SELECT * FROM origin; \
         CREATE INDEX temp.came_by_ticket ON came (ticket); \
         DROP TABLE IF EXISTS temp.came_link; CREATE TEMP TABLE came_link AS SELECT * FROM origin_link; \
         CREATE INDEX temp.came_link_by_ticket ON came_link (ticket);",
    )?)
}
