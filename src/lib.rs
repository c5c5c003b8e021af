//! `cus` carries a customer's issue from Support's report to Product's closing, over one local SQLite file.
//!
//! [`core`] is the process, pure; [`store`] keeps its record; [`cli`] is the command line over both.

pub mod cli;
pub mod core;
pub mod hostile;
pub mod interop;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod mathematics;
pub mod notify;
pub mod store;
