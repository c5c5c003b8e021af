//! What the words of other trackers mean in the process.

mod dictionary;
mod standing;

pub use dictionary::{Ending, channel, ending, is_nobody, plain, priority};
pub use standing::{Standing, Status, Verdict};
