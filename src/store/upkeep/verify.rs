//! Checking the file, and holding the current state against the record.

use rusqlite::OptionalExtension;

use crate::store::database::Store;
use crate::store::error::{StoreError, damaged, forged};
use crate::store::file::schema;
use crate::store::hex::digits_of;
use crate::store::log::attachments::StoredFile;
use crate::store::log::chain::{Hash, Link};
use crate::store::log::redactions;
use crate::store::log::texts::StoredTexts;
use crate::store::projection::compare::compare;

/// What a verification found to be sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many events there are.
    pub events: u64,
    /// How many tickets they make.
    pub tickets: u64,
    /// The head of the hash chain, in hexadecimal.
    pub head: String,
}

/// What is stored, and known nowhere else: how often the delivery of a notice was tried, and by whom.
pub const UNVERIFIED: &[&str] =
    &["outbox.attempts", "outbox.next", "outbox.error", "outbox.claimed_by", "outbox.claimed_at", "outbox.held"];

impl Store {
    /// Asks SQLite whether the file is sound, and looks whether the schema is what it has to be.
    ///
    /// # Errors
    /// Where it is not, with what was found first.
    pub fn check(&self) -> Result<(), StoreError> {
        let page: u64 = self.connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
        let length = std::fs::metadata(&self.path).map(|metadata| metadata.len());
        let length = length.map_err(|error| StoreError::File { path: self.path.clone(), error })?;
        if !length.is_multiple_of(page) {
            return Err(damaged("the file is cut within a page"));
        }
        schema::verify_record(&self.connection)?;
        schema::verify(&self.connection)?;
        let found: String = self.connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        if found != "ok" {
            return Err(StoreError::Damaged(found));
        }
        let orphan: Option<String> =
            self.connection.query_row("PRAGMA foreign_key_check", [], |row| row.get(0)).optional()?;
        match orphan {
            Some(table) => Err(damaged(format!("a row of `{table}` points to nothing"))),
            None => Ok(()),
        }
    }

    /// Holds the record against its hash chain, the schema against what it has to be, and the current state against the
    /// record.
    ///
    /// # Errors
    /// Where they differ, with the first difference in the record, or else all in the schema and the first in the state.
    pub fn verify(&self) -> Result<Verified, StoreError> {
        schema::verify_record(&self.connection)?;
        self.verify_files()?;
        let (events, head) = self.verify_chain()?;
        let schema = schema::verify(&self.connection);
        // The words of the index are read through a table that lasts as long as the connection.
        self.connection.pragma_update(None, "query_only", false)?;
        let state = compare(&self.connection);
        self.connection.pragma_update(None, "query_only", true)?;
        match (schema, state) {
            (Ok(()), state) => Ok(Verified { events, tickets: state?, head: digits_of(&head) }),
            (Err(_), Err(error @ StoreError::RecordDamaged(_))) => Err(error),
            (Err(StoreError::Damaged(schema)), Err(StoreError::Damaged(state))) => {
                Err(damaged(format!("{state}; {schema}")))
            }
            // Where tables are missing, the state cannot be read.
            (Err(schema), _) => Err(schema),
        }
    }

    /// Asks whether a head that was noted once is still on the chain: if the record was cut before it, or written anew,
    /// it is not.
    ///
    /// # Errors
    /// Where it is not.
    pub fn expect(&self, head: &str) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare("SELECT 1 FROM event WHERE chain = unhex(?1)")?;
        let before_any = digits_of(&Hash::default());
        let is_there = statement.exists([head.trim()])? || head.trim() == before_any;
        if is_there {
            Ok(())
        } else {
            Err(forged("the expected head is not on the chain: events were cut or written anew"))
        }
    }

    /// Verifies within a transaction.
    pub(in crate::store) fn verified(&self) -> Result<Verified, StoreError> {
        let (events, head) = self.verify_chain()?;
        let tickets = compare(&self.connection)?;
        Ok(Verified { events, tickets, head: digits_of(&head) })
    }

    /// Holds the content of each attachment against the size and the hash in its event. That of one that was redacted is
    /// gone.
    pub(in crate::store) fn verify_files(&self) -> Result<(), StoreError> {
        let stray = "SELECT min(event) FROM chunk WHERE event NOT IN (SELECT id FROM event WHERE type = 'attached')";
        if let Some(event) = self.connection.query_row(stray, [], |row| row.get::<_, Option<i64>>(0))? {
            return Err(forged(format!("event {event} attached no file, and there is content of one")));
        }
        let removals = redactions::removals(&self.connection)?;
        let mut statement = self.connection.prepare(
            "SELECT id, data ->> '$.size' AS size, data ->> '$.sha256' AS sha256 FROM event WHERE type = 'attached'",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get("id")?;
            let is_removed = removals.get(&id).is_some_and(|removal| removal.file);
            let expected = StoredFile { size: row.get("size")?, sha256: row.get("sha256")?, is_in_order: true };
            let is_right = match self.stored_file(id)? {
                Some(found) => !is_removed && found == expected,
                None => is_removed || expected.size == 0,
            };
            if !is_right {
                return Err(forged(format!("the file that event {id} attached was changed")));
            }
        }
        Ok(())
    }

    pub(in crate::store) fn verify_chain(&self) -> Result<(u64, Hash), StoreError> {
        let removals = redactions::removals(&self.connection)?;
        let mut statement = self.connection.prepare("SELECT * FROM event ORDER BY id")?;
        let mut rows = statement.query([])?;
        let (mut count, mut chain) = (0, [0; 32]);
        while let Some(row) = rows.next()? {
            let id: i64 = row.get("id")?;
            let text = |name: &str| row.get_ref(name)?.as_str().map_err(damaged);
            let text_or_null = |name: &str| row.get_ref(name)?.as_str_or_null().map_err(damaged);
            let blob_or_null = |name: &str| row.get_ref(name)?.as_blob_or_null().map_err(damaged);
            let stored = StoredTexts {
                texts: text_or_null("texts")?,
                nonces: text_or_null("nonces")?,
                hashes: blob_or_null("hashes")?,
                hash: blob_or_null("hash")?,
            };
            let removal = removals.get(&id);
            let removed = removal.into_iter().flat_map(|removal| removal.names.iter().map(String::as_str));
            if row.get::<_, Option<i64>>("redacted_by")? != removal.map(|removal| removal.by)
                || !stored.are_as_recorded(removed)?
            {
                return Err(forged(format!("the texts of event {id} were changed")));
            }
            let link = Link {
                id,
                stream: text("stream")?,
                seq: row.get("seq")?,
                type_name: text("type")?,
                version: row.get("version")?,
                step: text("step")?,
                edition: row.get("edition")?,
                at: row.get("at")?,
                actor: text("actor")?,
                role: text_or_null("role")?,
                origin: text("origin")?,
                command: row.get("command")?,
                once: text_or_null("once")?,
                stage_before: text_or_null("stage_before")?,
                stage_after: text_or_null("stage_after")?,
                due: text_or_null("due")?,
                data: text("data")?,
                hash: stored.hash,
            };
            chain = link.after(&chain);
            count += 1;
            if i64::try_from(count) != Ok(id) || row.get::<_, Vec<u8>>("chain")? != chain {
                return Err(forged(format!("event {id} was changed, or one before it is missing")));
            }
        }
        Ok((count, chain))
    }
}
