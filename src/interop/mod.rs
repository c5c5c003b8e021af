//! Other trackers' files, read into one neutral form: pure, without store, terminal or file names.
//!
//! [`jira_json`], [`jira_csv`] and [`plain_csv`] hand each [`Row`](found::Row) of a file to a callback, in the order of
//! the file and in constant memory, whatever its [`encoding`]. [`states`] tells what a tracker's words mean in the
//! process; nothing here decides what becomes of an issue.

mod adf;
pub mod encoding;
pub mod found;
pub mod jira_csv;
mod jira_issue;
pub mod jira_json;
mod lines;
pub mod mapping;
pub mod plain_csv;
pub mod states;
mod table;
pub mod time;
