//! What is owed, by whom and until when.

pub mod calendar;
pub(crate) mod deadlines;
pub mod duty;
pub mod owed;
pub mod policy;
pub mod span;
