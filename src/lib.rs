//! `cus` carries a customer's issue from Support's report to Product's closing, over one local SQLite file.
//!
//! [`workflow`] is the process, pure; [`store`] keeps its record; [`cli`] is the command line over both.

pub mod channels;
pub mod cli;
pub mod hostile;
pub mod store;
pub mod trackers;
pub mod workflow;
