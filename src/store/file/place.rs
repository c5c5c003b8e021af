//! Where a database lies: which file its path leads to, and whether another path leads there too.

use std::fs::Metadata;
use std::path::{Path, PathBuf};

use crate::store::error::StoreError;

/// The file that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct Place {
    path: PathBuf,
    identity: (u64, u64),
}

impl Place {
    /// The file at that path, which must have no other. SQLite keeps its log beside the name by which it was opened: two
    /// names would have two logs, and each would lose what the other wrote.
    pub(in crate::store) fn of(path: &Path, metadata: &Metadata) -> Result<Self, StoreError> {
        if links(metadata) > 1 || is_mounted(path) {
            return Err(StoreError::TwoPaths(path.to_owned()));
        }
        Ok(Self { path: path.to_owned(), identity: identity(metadata) })
    }

    /// Asks whether the path still leads to the file that was opened. What is written to one that was replaced is lost.
    ///
    /// # Errors
    /// Where it does not.
    pub(in crate::store) fn is_the_same(&self) -> Result<(), StoreError> {
        let now = std::fs::metadata(&self.path).ok();
        if now.is_some_and(|now| identity(&now) == self.identity) {
            Ok(())
        } else {
            Err(StoreError::Replaced(self.path.clone()))
        }
    }
}

#[cfg(unix)]
fn links(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(metadata)
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn links(_: &Metadata) -> u64 {
    1
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

/// Whether the file itself was mounted there, and lies elsewhere too.
#[cfg(target_os = "linux")]
fn is_mounted(path: &Path) -> bool {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    let found = statx(CWD, path, AtFlags::empty(), StatxFlags::TYPE);
    found.is_ok_and(|found| found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
}

#[cfg(not(target_os = "linux"))]
fn is_mounted(_: &Path) -> bool {
    false
}
