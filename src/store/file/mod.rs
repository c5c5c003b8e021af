//! The database file: opening, creating, copying, and its schema.

pub(in crate::store) mod copy;
pub(in crate::store) mod open;
pub(in crate::store) mod place;
pub(in crate::store) mod schema;
pub(in crate::store) mod staged;
pub(in crate::store) mod tokens;
