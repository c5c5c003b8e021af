//! Files that are kept with tickets.

use crate::workflow::time::Time;

/// A file that is kept with a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The file's name, without folders; unique on its ticket.
    pub name: String,
    /// The size in bytes.
    pub size: u64,
    /// The content's SHA-256, in hexadecimal.
    pub sha256: String,
    /// The time at which it was attached.
    pub at: Time,
    /// The person who attached it.
    pub by: String,
}
