//! Files that a mail brings, kept for as long as they are attached.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::app::error::DeskError;
use crate::channels::IncomingMail;
use crate::workflow::command::NewFile;

/// A file that only its owner can read, and that is gone with this value.
#[derive(Debug)]
pub struct KeptFile {
    file: NewFile,
    path: PathBuf,
    _folder: TempDir,
}

impl KeptFile {
    /// Keeps a content under a name.
    ///
    /// # Errors
    /// Fails if it cannot be written.
    pub fn new(name: &str, content: &[u8]) -> Result<Self, DeskError> {
        let folder = private_folder().map_err(DeskError::TemporaryFile)?;
        let path = folder.path().join(name);
        std::fs::write(&path, content).map_err(DeskError::TemporaryFile)?;
        Ok(Self { file: NewFile::look_at(&path)?, path, _folder: folder })
    }

    /// Keeps a mail under a name by which its answers find it.
    ///
    /// # Errors
    /// Fails if it cannot be written.
    pub fn mail(kind: &str, content: &[u8], message_id: Option<&str>) -> Result<Self, DeskError> {
        let mark = match message_id {
            Some(id) => IncomingMail::mark_of(id.as_bytes()),
            None => IncomingMail::mark_of(content),
        };
        Self::new(&format!("{kind}-{mark}.eml"), content)
    }

    /// Returns where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns its name, size and hash.
    pub fn file(&self) -> &NewFile {
        &self.file
    }
}

fn private_folder() -> std::io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir()
}
