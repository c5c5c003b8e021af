//! Files that people write by hand, such as the configuration.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;

/// The limit on their length.
const LONGEST: u64 = 1 << 20;

/// Reads such a file. A device without an end is none.
pub(in crate::cli) fn read(path: &Path) -> Result<String> {
    let mut text = String::new();
    let read = File::open(path)?.take(LONGEST + 1).read_to_string(&mut text)?;
    if read as u64 > LONGEST {
        return Err(Error::new(ErrorKind::FileTooLarge, format!("it is longer than {} MiB", LONGEST >> 20)));
    }
    Ok(text)
}

/// Reads such a file if it is an ordinary one: what somebody else put in its place must not be waited for.
pub(in crate::cli) fn read_ordinary(path: &Path) -> Result<String> {
    if std::fs::metadata(path)?.is_file() { read(path) } else { Err(Error::other("it is no ordinary file")) }
}
