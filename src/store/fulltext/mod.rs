//! The full-text index, searching it, and what is similar.

pub(in crate::store) mod field;
mod fields;
pub(in crate::store) mod index;
pub(in crate::store) mod search;
pub(in crate::store) mod similar;
pub(in crate::store) mod words;
