//! Duties: what is owed, by which role and by when.

pub mod calendar;
pub(crate) mod deadlines;
pub mod duty;
pub mod owed;
pub mod policy;
mod settled;
pub mod span;
pub mod urgency;
