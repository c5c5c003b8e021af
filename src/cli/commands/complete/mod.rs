//! `cus complete` (hidden): what fits at the end of a command line that is being typed.
//!
//! It never writes, waits for nobody, and offers nothing rather than an error.

mod candidates;
mod line;
mod run;

pub(super) use run::{CompleteArgs, run};
