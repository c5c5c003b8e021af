//! An open database.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tempfile::TempDir;

use crate::store::file::place::Place;

/// An open database.
#[derive(Debug)]
pub struct Store {
    pub(in crate::store) connection: Connection,
    pub(in crate::store) path: PathBuf,
    pub(in crate::store) place: Place,
    /// The folder of the copy that is read in the place of a file beside which nothing can be written; gone with the store.
    pub(in crate::store) _copy: Option<TempDir>,
}

impl Store {
    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
