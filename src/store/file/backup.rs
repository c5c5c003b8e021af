//! Copies of the database: made while others write, and put back.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::store::file::open::BUSY_TIMEOUT;
use crate::store::file::staged::Staged;
use crate::store::{Store, StoreError, Verified};

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

    /// Puts a copy in the place of the database, once it has been checked and verified. What was there is kept beside
    /// it, and told.
    ///
    /// The copy is written into the database, never renamed over it: another process may have that open.
    ///
    /// # Errors
    /// Where the copy is not sound, or either cannot be read or written; nothing is changed then.
    pub fn restore(from: &Path, to: &Path, now: DateTime<Utc>) -> Result<(Verified, Option<PathBuf>), StoreError> {
        let sound = || {
            let copy = Self::open_to_read(from)?;
            copy.check()?;
            let verified = copy.verify()?;
            Ok((copy, verified))
        };
        let (copy, verified) =
            sound().map_err(|error| StoreError::NotACopy { path: from.to_owned(), error: Box::new(error) })?;
        if std::fs::symlink_metadata(to).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            copy.backup(to)?;
            return Ok((verified, None));
        }
        let mut store = Self::open(to)?;
        let kept = kept_name(to, now);
        store.overwrite(&copy.connection, &kept)?;
        Ok((verified, Some(kept)))
    }

    /// Writes all of another database into this one in one step, so that nobody sees half of it. What is there is kept
    /// once nobody can write to it any more, or what was written meanwhile would be in neither.
    fn overwrite(&mut self, from: &Connection, kept: &Path) -> Result<(), StoreError> {
        let backup = Backup::new(from, &mut self.connection)?;
        // The first step takes the write lock, which is held to the end; it copies nothing yet.
        waiting(|| Ok(backup.step(0)? == StepResult::More))?;
        Self::open_to_read(&self.path)?.backup(kept)?;
        waiting(|| Ok(backup.step(i32::MAX)? == StepResult::Done)).inspect_err(|_| drop_kept(kept))
    }
}

/// A complete copy in the making.
fn copy_of(source: &Connection, to: &Path) -> Result<Staged, StoreError> {
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

/// Does something again and again until it has happened, for as long as a command waits for another process.
fn waiting(mut has_happened: impl FnMut() -> Result<bool, StoreError>) -> Result<(), StoreError> {
    let begun = Instant::now();
    while !has_happened()? {
        if begun.elapsed() > BUSY_TIMEOUT {
            return Err(StoreError::Busy);
        }
        std::thread::sleep(PAUSE);
    }
    Ok(())
}

/// Takes away the copy of what was there, where nothing came to stand in its place.
pub(in crate::store) fn drop_kept(kept: &Path) {
    // What cannot be taken away does no harm but to take up room.
    let _ = std::fs::remove_file(kept);
}

/// A name beside the database for what was there before.
pub(in crate::store) fn kept_name(path: &Path, now: DateTime<Utc>) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(now.format(".replaced-%Y%m%dT%H%M%S%3f").to_string());
    path.with_file_name(name)
}
