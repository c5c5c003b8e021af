//! The one place with SQL: the record of events and the current state that is a cache of it.
//!
//! Nothing above this module knows SQL or SQLite. [`Store::writer`] is the one door for writing.

mod error;
mod file;
mod fulltext;
mod hex;
mod log;
mod projection;
mod queries;
#[cfg(feature = "hostile")]
mod rehearsal;
mod row_reader;
mod statements;
mod writer;

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tempfile::TempDir;

pub use crate::workflow::scope::Scope;
pub use error::StoreError;
pub use fulltext::search::Hit;
pub use fulltext::similar::Similar;
pub use fulltext::words::words_of;
pub use log::events::{Origin, Recorded};
pub use log::load::Loaded;
pub use log::policy::PolicyChange;
pub use log::redact::{Redaction, Removed};
pub use log::redactions::REMOVED;
pub use projection::counts::StageCount;
pub use projection::verify::Verified;
pub use queries::list::{ListQuery, ListRow, More, NamedFilter, Sort};
pub use queries::lookup::Held;
pub use queries::outbox::Waiting;
pub use queries::owed::{OwedQuery, OwedRow};
pub use writer::{Applied, Writer};

/// An open database.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
    /// Where the copy is that is read in the place of a file beside which nothing can be written; gone with the store.
    _copy: Option<TempDir>,
}

impl Store {
    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
