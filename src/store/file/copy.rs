//! Copies of the database: made while others write, and put back.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::file::staged::Staged;

/// How many pages are copied before another process may write.
const PAGES: i32 = 1024;
/// How long a step waits for another process.
const PAUSE: Duration = Duration::from_millis(5);

impl Store {
    /// Writes a complete copy to a place where nothing is yet, private to its owner, while others may write.
    ///
    /// # Errors
    /// Where something is there already, or it cannot be written.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        copy_of(&self.connection, to)?.put(to).map_err(|error| StoreError::File { path: to.to_owned(), error })
    }
}

/// A complete copy in the making.
pub(in crate::store) fn copy_of(source: &Connection, to: &Path) -> Result<Staged, StoreError> {
    let failed = |error| StoreError::File { path: to.to_owned(), error };
    let staged = Staged::beside(to).map_err(failed)?;
    let mut copy = Connection::open_with_flags(staged.path(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    Backup::new(source, &mut copy)?.run_to_completion(PAGES, PAUSE, None)?;
    // A copy that is read later is one file, like the database itself.
    copy.pragma_update(None, "journal_mode", "wal")?;
    copy.close().map_err(|(_, error)| error)?;
    std::fs::File::open(staged.path()).and_then(|file| file.sync_all()).map_err(failed)?;
    Ok(staged)
}

/// Takes away the copy of what was there, where nothing came to stand in its place.
pub(in crate::store) fn drop_replaced(replaced: &Path) {
    // What cannot be taken away does no harm but to take up room.
    let _ = std::fs::remove_file(replaced);
}

/// A name beside the database for what was there before.
pub(in crate::store) fn replaced_name(path: &Path, now: DateTime<Utc>) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(now.format(".replaced-%Y%m%dT%H%M%S%3f").to_string());
    path.with_file_name(name)
}
