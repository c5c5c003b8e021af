//! Writing: what is appended to the record, with everything that follows from it.

pub(in crate::store) mod customers;
mod of_database;
pub(in crate::store) mod pending;
pub(in crate::store) mod policy;
pub(in crate::store) mod redact;
pub(in crate::store) mod writer;
