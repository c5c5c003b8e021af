//! What is owed, by whom and until when.

pub mod calendar;
pub(crate) mod deadlines;
pub mod duty;
pub mod owed;
pub mod policy;
mod settled;
pub mod span;
pub mod urgency;
