//! The contents of attachments, streamed in and out in pieces.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use crate::store::database::Store;
use crate::store::error::{StoreError, damaged};
use crate::store::hex::digits_of;
use crate::store::log::events;
use crate::store::log::load;
use crate::workflow::command::NewFile;
use crate::workflow::event::{Event, Fact};
use crate::workflow::key::Key;

const PIECE: usize = 64 * 1024;

/// What is stored of the content of a file.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::store) struct StoredFile {
    pub(in crate::store) size: u64,
    /// Its SHA-256, in hexadecimal.
    pub(in crate::store) sha256: String,
    /// Whether its pieces are numbered from 0 without gaps.
    pub(in crate::store) is_in_order: bool,
}

impl NewFile {
    /// What is known of a file before its content is stored: it is read once for its size and hash.
    ///
    /// # Errors
    /// Where it cannot be read or has no name.
    pub fn look_at(path: &Path) -> Result<Self, StoreError> {
        let failed = |error| StoreError::File { path: path.to_owned(), error };
        // Asked before it is opened: opening a pipe waits until somebody writes to it.
        if !std::fs::metadata(path).map_err(failed)?.is_file() {
            return Err(failed(std::io::Error::other("it is not a file")));
        }
        let mut file = File::open(path).map_err(failed)?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.ok_or_else(|| failed(std::io::Error::other("it has no file name")))?;
        let (size, sha256) = pieces(&mut file, |_, _| Ok(())).map_err(|error| error.at(path))?;
        Ok(Self { name, size, sha256 })
    }
}

impl Store {
    /// Writes the content of an attachment to `to`, once it is known to be what was attached.
    ///
    /// # Errors
    /// Where the ticket has no such file, it was changed since, or it cannot be written.
    pub fn read_attachment(&self, key: &Key, name: &str, to: &mut dyn Write) -> Result<(), StoreError> {
        let id = load::resolve(&self.connection, key)?.ok_or_else(|| StoreError::NoSuchTicket(key.clone()))?;
        let no_such = || StoreError::NoSuchAttachment { key: key.clone(), name: name.to_owned() };
        let (event, expected) = self.attachment(&id, name)?.ok_or_else(no_such)?;
        if self.content_is_removed(&id, event)? {
            return Err(no_such());
        }
        let found = self.stored_file(event)?.map_or_else(|| digits_of(&Sha256::digest([])), |file| file.sha256);
        if found != expected {
            return Err(damaged(format!("the content of {name} of `{id}` is not what was attached")));
        }
        let mut statement = self.connection.prepare("SELECT bytes FROM chunk WHERE event = ?1 ORDER BY n")?;
        let mut rows = statement.query([event])?;
        while let Some(row) = rows.next()? {
            let bytes = row.get_ref("bytes")?.as_blob().map_err(damaged)?;
            to.write_all(bytes).map_err(|error| StoreError::File { path: name.into(), error })?;
        }
        Ok(())
    }
}

impl Store {
    /// The event that attached a file of this name to a ticket, and the hash of its content.
    fn attachment(&self, id: &Key, name: &str) -> Result<Option<(i64, String)>, StoreError> {
        let sql = concat!("SELECT ", events::columns!(), " FROM event WHERE stream = ?1 AND type = 'attached'");
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([id.as_str()])?;
        while let Some(row) = rows.next()? {
            let (event, Event { fact, .. }) = events::event_of(&self.connection, row)?;
            if let Fact::Attached(attached) = fact
                && attached.texts.name == name
            {
                return Ok(Some((event, attached.sha256)));
            }
        }
        Ok(None)
    }

    /// Whether a redaction removed the content of the file that an event attached.
    fn content_is_removed(&self, id: &Key, event: i64) -> Result<bool, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT 1 FROM event WHERE stream = ?1 AND type = 'redacted' AND data ->> '$.event' = ?2 \
             AND data ->> '$.file'",
        )?;
        Ok(statement.exists(params![id.as_str(), event])?)
    }

    /// What is stored of the content of a file; `None` where nothing is.
    pub(in crate::store) fn stored_file(&self, event: i64) -> Result<Option<StoredFile>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT n, bytes FROM chunk WHERE event = ?1 ORDER BY n")?;
        let mut rows = statement.query([event])?;
        let mut hasher = Sha256::new();
        let (mut size, mut is_in_order, mut next) = (0, true, 0);
        while let Some(row) = rows.next()? {
            let bytes = row.get_ref("bytes")?.as_blob().map_err(damaged)?;
            hasher.update(bytes);
            size += bytes.len() as u64;
            is_in_order &= row.get::<_, i64>("n")? == next;
            next += 1;
        }
        let hash: [u8; 32] = hasher.finalize().into();
        Ok((next > 0).then(|| StoredFile { size, sha256: digits_of(&hash), is_in_order }))
    }
}

/// Stores the content of a file whose hash was taken before.
pub(in crate::store) fn store(
    connection: &Connection,
    event: i64,
    sha256: &str,
    path: &Path,
) -> Result<(), StoreError> {
    let mut file = File::open(path).map_err(|error| StoreError::File { path: path.to_owned(), error })?;
    let (_, found) = pieces(&mut file, |n, bytes| {
        connection
            .prepare_cached("INSERT INTO chunk (event, n, bytes) VALUES (?1, ?2, ?3)")?
            .execute(params![event, n, bytes])?;
        Ok(())
    })
    .map_err(|error| error.at(path))?;
    if found == sha256 { Ok(()) } else { Err(StoreError::FileChanged(path.to_owned())) }
}

enum PieceError {
    Read(std::io::Error),
    Store(StoreError),
}

impl PieceError {
    fn at(self, path: &Path) -> StoreError {
        match self {
            Self::Read(error) => StoreError::File { path: path.to_owned(), error },
            Self::Store(error) => error,
        }
    }
}

/// Hands a file on piece by piece, and returns its size and its SHA-256 in hexadecimal.
fn pieces(
    file: &mut File,
    mut each: impl FnMut(i64, &[u8]) -> Result<(), StoreError>,
) -> Result<(u64, String), PieceError> {
    let mut hasher = Sha256::new();
    let mut piece = Vec::with_capacity(PIECE);
    let mut size = 0;
    for n in 0.. {
        piece.clear();
        let read = file.take(PIECE as u64).read_to_end(&mut piece).map_err(PieceError::Read)?;
        if read == 0 {
            break;
        }
        size += read as u64;
        hasher.update(&piece);
        each(n, &piece).map_err(PieceError::Store)?;
    }
    let hash: [u8; 32] = hasher.finalize().into();
    Ok((size, digits_of(&hash)))
}
