//! Upkeep: checking a file, making its tables anew, replacing it, and the export of all of it.

pub(in crate::store) mod export;
pub(in crate::store) mod first_export;
pub(in crate::store) mod first_line;
pub(in crate::store) mod rebuild;
#[cfg(feature = "hostile")]
pub(in crate::store) mod rehearsal;
pub(in crate::store) mod restore;
pub(in crate::store) mod scrub;
pub(in crate::store) mod verify;
