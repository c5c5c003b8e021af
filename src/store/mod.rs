//! The one place with SQL: the record of events and the current state that is a cache of it.
//!
//! Nothing above this module knows SQL or SQLite. [`Store::writer`] is the one door for writing.
//!
//! | folder | its subject |
//! | --- | --- |
//! | `file` | the database file: opening, creating and copying it, and its schema |
//! | `log` | the record: events, their chain and their texts |
//! | `projection` | the current state, as a function of the record |
//! | `fulltext` | the index of words |
//! | `queries` | reading the current state |
//! | `write` | appending to the record, with everything that follows from it |
//! | `upkeep` | verifying, rebuilding and restoring a file, and exports |

mod database;
mod error;
mod file;
mod fulltext;
mod hex;
mod log;
mod projection;
mod queries;
mod row_reader;
mod statements;
mod upkeep;
mod write;

pub use database::Store;
pub use error::StoreError;
pub use fulltext::search::Hit;
pub use fulltext::similar::Similar;
pub use fulltext::words::words_of;
pub use log::customers::CustomerChange;
pub use log::events::{Origin, Recorded};
pub use log::load::Loaded;
pub use log::policy::PolicyChange;
pub use log::redactions::REMOVED;
pub use queries::counts::StageCount;
pub use queries::customers::CustomerRow;
pub use queries::list::{ListQuery, ListRow, More, NamedFilter, Sort};
pub use queries::lookup::Held;
pub use queries::outbox::Waiting;
pub use queries::owed::{OwedQuery, OwedRow};
pub use upkeep::export::TakenBack;
pub use upkeep::restore::Restored;
pub use upkeep::verify::{UNVERIFIED, Verified};
pub use write::redact::{Redaction, Removed};
pub use write::writer::{Applied, Writer};
