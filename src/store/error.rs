//! What can go wrong with the store.

use std::path::PathBuf;

use crate::workflow::key::Key;
use crate::workflow::payload::DecodeError;

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No ticket goes by this key.
    #[error("there is no ticket `{0}`")]
    NoSuchTicket(Key),
    /// Tickets of several sources have this key there.
    #[error("`{key}` can be {}", ids.join(" or "))]
    Several {
        /// The key.
        key: Key,
        /// The keys of the tickets.
        ids: Vec<String>,
    },
    /// The ticket has no such file.
    #[error("`{key}` has no attachment `{name}`")]
    NoSuchAttachment {
        /// The ticket.
        key: Key,
        /// The file's name.
        name: String,
    },
    /// The ticket changed since it was looked at.
    #[error("`{key}` is at revision {actual}, not {expected}: {by} changed it meanwhile")]
    Changed {
        /// The ticket.
        key: Key,
        /// The revision that was asked for.
        expected: u64,
        /// The revision that it is at.
        actual: u64,
        /// Who changed it last.
        by: String,
    },
    /// Another process holds the database.
    #[error("the database is busy: another process is writing to it")]
    Busy,
    /// There is no file.
    #[error("there is no database at {}", .0.display())]
    Missing(PathBuf),
    /// Something is there already.
    #[error("{} exists already and is not a cus database", .0.display())]
    InTheWay(PathBuf),
    /// The file is no database, or another program's.
    #[error("{} is not a cus database", .0.display())]
    Foreign(PathBuf),
    /// The file is reached by another path too: a hard link, or a mount of the file alone.
    #[error("{} has another path too, a hard link or a mount of the file alone: each would lose what the other wrote", .0.display())]
    TwoPaths(PathBuf),
    /// The file was replaced, renamed or removed while it was in use.
    #[error("{} was replaced while it was in use: nothing is written", .0.display())]
    Replaced(PathBuf),
    /// The file was made by a newer `cus`.
    #[error("{} was made by a newer cus (schema {found}, this one knows {known})", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema that this program knows.
        known: i64,
    },
    /// An event was made by a newer `cus`.
    #[error("{0}")]
    NewerEvent(String),
    /// The file was made by 0.1.0, whose files are not read.
    #[error("{} was made by cus 0.1.0: export it there, and import the export into a new database", .0.display())]
    Older(PathBuf),
    /// Only an empty database takes an export back.
    #[error("{} has tickets already, and an export goes into an empty database only", .0.display())]
    NotEmpty(PathBuf),
    /// A line of an export is not what it should be.
    #[error("line {line}: {reason}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The file is damaged.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// The record is not what was recorded, so that only a copy helps.
    #[error("the record is damaged: {0}")]
    RecordDamaged(String),
    /// A copy cannot be put in the place of a database.
    #[error("{} cannot be restored: {error}", path.display())]
    NotACopy {
        /// The copy.
        path: PathBuf,
        /// What is wrong with it.
        error: Box<StoreError>,
    },
    /// The database failed before in the same transaction, of which nothing can be kept.
    #[error("the database failed before: nothing is written")]
    Broken,
    /// A file to attach changed while it was read.
    #[error("{} changed while it was being attached", .0.display())]
    FileChanged(PathBuf),
    /// A file could not be read or written.
    #[error("{}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// A result could not be written.
    #[error("the result cannot be written")]
    Output(#[from] std::io::Error),
    /// It cannot be written to, or nothing can be made beside it.
    #[error("{} cannot be written to, or nothing can be made beside it", .0.display())]
    ReadOnly(PathBuf),
    /// SQLite failed otherwise.
    #[error("the database failed: {0}")]
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error.to_string()),
            _ => Self::Sqlite(error),
        }
    }
}

impl From<DecodeError> for StoreError {
    fn from(error: DecodeError) -> Self {
        if error.is_newer() { Self::NewerEvent(error.to_string()) } else { damaged(error) }
    }
}

/// An error that says what in the file is not what it should be.
pub(in crate::store) fn damaged(error: impl std::fmt::Display) -> StoreError {
    StoreError::Damaged(error.to_string())
}

/// An error that says that the record is not what was recorded.
pub(in crate::store) fn forged(what: impl Into<String>) -> StoreError {
    StoreError::RecordDamaged(what.into())
}
