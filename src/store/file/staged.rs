//! Database files in the making.

use std::io;
use std::path::Path;

use tempfile::{TempDir, TempPath};

use crate::private;

/// A file in the making, in a private folder of its own beside where it is meant for, so that nobody sees half of it and
/// whatever SQLite left beside it is gone with it.
#[derive(Debug)]
pub(in crate::store) struct Staged {
    file: TempPath,
    _folder: TempDir,
}

impl Staged {
    /// Makes an empty file that is meant for that path.
    pub(in crate::store) fn beside(to: &Path) -> io::Result<Self> {
        let folder = private::folder_in(".cus-new-", folder_of(to))?;
        let file = tempfile::NamedTempFile::new_in(&folder)?.into_temp_path();
        Ok(Self { file, _folder: folder })
    }

    /// Where it is for now.
    pub(in crate::store) fn path(&self) -> &Path {
        &self.file
    }

    /// Puts it where it is meant for, where nothing is yet.
    pub(in crate::store) fn put(self, to: &Path) -> io::Result<()> {
        self.file.persist_noclobber(to).map_err(|error| error.error)
    }
}

/// The folder of a file.
pub(in crate::store) fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
