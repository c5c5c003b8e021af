//! Putting a copy in the place of a database.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::file::copy::{copy_of, drop_replaced, replaced_name};
use crate::store::file::open::BUSY_TIMEOUT;
use crate::store::queries::outbox::hold_all;
use crate::store::upkeep::verify::Verified;

/// How long a step waits for another process.
const PAUSE: Duration = Duration::from_millis(5);

/// What restoring a copy came to.
#[derive(Debug)]
pub struct Restored {
    /// What the copy was found to be.
    pub verified: Verified,
    /// Where what was there before is kept.
    pub kept: Option<PathBuf>,
    /// How many notices wait in it, and are held.
    pub held: usize,
}

impl Store {
    /// Puts a copy in the place of the database, once it has been checked and verified. What was there is kept beside
    /// it, and told. The notices that wait in the copy are held: they may have gone out since.
    ///
    /// The copy is written into the database, never renamed over it: another process may have that open.
    ///
    /// # Errors
    /// Where the copy is not sound, or either cannot be read or written; nothing is changed then.
    pub fn restore(from: &Path, to: &Path, now: DateTime<Utc>) -> Result<Restored, StoreError> {
        let sound = || {
            let copy = Self::open_to_read(from)?;
            copy.check()?;
            let verified = copy.verify()?;
            Ok((copy, verified))
        };
        let (copy, verified) =
            sound().map_err(|error| StoreError::NotACopy { path: from.to_owned(), error: Box::new(error) })?;
        let failed = |error| StoreError::File { path: to.to_owned(), error };
        // The copy itself stays as it is.
        let staged = copy_of(&copy.connection, to)?;
        let ready = Connection::open_with_flags(staged.path(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let held = hold_all(&ready)?;
        if std::fs::symlink_metadata(to).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            ready.close().map_err(|(_, error)| error)?;
            staged.put(to).map_err(failed)?;
            return Ok(Restored { verified, kept: None, held });
        }
        let mut store = Self::open(to)?;
        let pages =
            |connection: &Connection| connection.pragma_query_value(None, "page_size", |row| row.get::<_, i64>(0));
        let size = pages(&store.connection)?;
        if pages(&ready)? != size {
            // Pages can be written over those of the same size alone.
            ready.execute_batch(&format!("PRAGMA journal_mode = DELETE; PRAGMA page_size = {size}; VACUUM;"))?;
            ready.pragma_update(None, "journal_mode", "wal")?;
        }
        let kept = replaced_name(to, now);
        store.overwrite(&ready, &kept)?;
        Ok(Restored { verified, kept: Some(kept), held })
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
