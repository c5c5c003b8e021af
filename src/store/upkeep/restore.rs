//! Putting a copy in the place of a database.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::file::copy::{drop_replaced, replaced_name};
use crate::store::file::open::BUSY_TIMEOUT;
use crate::store::upkeep::verify::Verified;

/// How long a step waits for another process.
const PAUSE: Duration = Duration::from_millis(5);

impl Store {
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
        let kept = replaced_name(to, now);
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
        waiting(|| Ok(backup.step(i32::MAX)? == StepResult::Done)).inspect_err(|_| drop_replaced(kept))
    }
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
