//! The hash chain: each event's hash covers the one before it, so that nothing is changed, cut or inserted unnoticed.

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::store::error::StoreError;

/// A SHA-256.
pub(in crate::store) type Hash = [u8; 32];

/// What the chain covers of an event: every column but its texts, their nonces and their hashes one by one.
#[derive(Debug)]
pub(in crate::store) struct Link<'a> {
    pub(in crate::store) id: i64,
    pub(in crate::store) stream: &'a str,
    pub(in crate::store) seq: i64,
    pub(in crate::store) type_name: &'a str,
    pub(in crate::store) version: i64,
    pub(in crate::store) step: &'a str,
    pub(in crate::store) edition: i64,
    pub(in crate::store) at: i64,
    pub(in crate::store) actor: &'a str,
    pub(in crate::store) role: Option<&'a str>,
    pub(in crate::store) origin: &'a str,
    pub(in crate::store) command: i64,
    pub(in crate::store) once: Option<&'a str>,
    pub(in crate::store) stage_before: Option<&'a str>,
    pub(in crate::store) stage_after: Option<&'a str>,
    pub(in crate::store) due: Option<&'a str>,
    pub(in crate::store) data: &'a str,
    pub(in crate::store) hash: Option<&'a [u8]>,
}

impl Link<'_> {
    /// The chain's hash after this event: SHA-256 of the one before, the numbers as eight bytes each, and every other
    /// column behind its length, -1 for NULL, so that no two events read the same.
    pub(in crate::store) fn after(&self, before: &Hash) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(before);
        for number in [self.id, self.seq, self.version, self.edition, self.at, self.command] {
            hasher.update(number.to_be_bytes());
        }
        let texts = [
            Some(self.stream),
            Some(self.type_name),
            Some(self.step),
            Some(self.actor),
            self.role,
            Some(self.origin),
            self.once,
            self.stage_before,
            self.stage_after,
            self.due,
            Some(self.data),
        ];
        for part in texts.map(|text| text.map(str::as_bytes)).into_iter().chain([self.hash]) {
            hasher.update(part.map_or(-1, |part| part.len() as i64).to_be_bytes());
            hasher.update(part.unwrap_or_default());
        }
        hasher.finalize().into()
    }
}

/// The id and the chain's hash of the last event; zeros before any.
pub(in crate::store) fn head(connection: &Connection) -> Result<(i64, Hash), StoreError> {
    let mut statement = connection.prepare_cached("SELECT id, chain FROM event ORDER BY id DESC LIMIT 1")?;
    let mut rows = statement.query([])?;
    match rows.next()? {
        Some(row) => Ok((row.get("id")?, row.get("chain")?)),
        None => Ok((0, [0; 32])),
    }
}
