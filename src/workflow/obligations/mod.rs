//! Duties: what is owed, by which role and by when.

pub mod calendar;
pub mod clock;
pub(crate) mod deadlines;
pub mod duty;
pub mod hours;
pub mod matrix;
pub(crate) mod next_word;
pub mod owed;
pub mod policy;
pub mod settings;
mod settled;
pub mod span;
pub mod urgency;
