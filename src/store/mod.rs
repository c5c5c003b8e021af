//! The one place with SQL: the record of events and the current state that is a cache of it.
//!
//! Nothing above this module knows SQL or SQLite. [`Store::writer`] is the one door for writing.

mod alike;
mod attachments;
mod backup;
mod cells;
mod counts;
mod dump;
mod duties;
mod error;
mod events;
mod fresh;
mod history;
mod load;
mod lookup;
mod open;
mod outbox;
mod policy;
mod query;
mod rebuild;
mod redact;
mod rows;
mod schema;
mod search;
mod statements;
mod unwritten;
mod upgrade;
mod verify;
mod words;
mod writer;

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tempfile::TempDir;

pub use alike::LookAlike;
pub use counts::StageCount;
pub use duties::{OwedQuery, OwedRow};
pub use error::StoreError;
pub use events::{Origin, Recorded};
pub use load::Scope;
pub use lookup::Held;
pub use outbox::Waiting;
pub use policy::PolicyChange;
pub use query::{ListQuery, ListRow, More, NamedFilter, Sort};
pub use redact::{REMOVED, Redaction, Removed};
pub use search::Hit;
pub use verify::Verified;
pub use words::words_of;
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
