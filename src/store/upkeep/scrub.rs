//! What is left of a removed text: in the file's free pages, and in copies beside it.

use std::path::PathBuf;

use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::file::staged::folder_of;

impl Store {
    /// Removes what was deleted from the free pages, the index and the side files, and says whether all of it is gone.
    /// While another process uses the database, it is not: that process may still read the file as it was.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn scrub(&mut self) -> Result<bool, StoreError> {
        let made_anew = self.connection.execute_batch("INSERT INTO word (word) VALUES ('optimize'); VACUUM;");
        match made_anew.map_err(StoreError::from) {
            Err(StoreError::Busy) => return Ok(false),
            other => other?,
        }
        Ok(self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| Ok(row.get::<_, i64>(0)? == 0))?)
    }

    /// The copies beside the database that a redaction does not reach.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn kept_copies(&self) -> Result<Vec<PathBuf>, StoreError> {
        let failed = |error| StoreError::File { path: self.path.clone(), error };
        let name = self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut copies = Vec::new();
        for entry in std::fs::read_dir(folder_of(&self.path)).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let other = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            // Copies that were being made when the process ended are left under names of their own.
            if other.starts_with(&format!("{name}.")) || other.starts_with(".cus-") {
                copies.push(path);
            }
        }
        copies.sort();
        Ok(copies)
    }
}
