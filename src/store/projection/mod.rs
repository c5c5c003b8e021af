//! The current state: a cache of the record, written, rebuilt and verified by one function.

pub(in crate::store) mod buffer;
pub(in crate::store) mod counts;
pub(in crate::store) mod rebuild;
pub(in crate::store) mod rows;
pub(in crate::store) mod verify;
