//! Other trackers' files, read into one neutral form and then into the words of the process: pure, without store or
//! terminal.
//!
//! [`format_of`] tells what a file is. A [`Look`] at the whole of it finds what stands in its columns ([`Survey`]), how it
//! is read ([`Plan`]: which column holds which field, in which order dates are, what words mean) and which issues are
//! customers' and which are Engineering's ([`Census`]), and tells each [`Doubt`]. [`read`] then hands each
//! [`Row`](found::Row) to a callback, in the order of the file and in constant memory, and [`translate`] makes of an issue
//! what the process can take in.

mod adf;
mod cells;
pub mod census;
pub mod dates;
mod doubt;
pub mod encoding;
pub mod field;
mod flatten;
pub mod found;
mod history;
mod interpret;
mod jira_issue;
#[cfg(feature = "cli")]
pub mod jira_xml;
mod json;
mod json_cells;
mod lines;
mod look;
pub mod map_file;
pub mod mapping;
pub mod meanings;
pub mod plan;
pub mod profile;
mod read;
pub mod record;
mod rest;
mod source;
#[cfg(feature = "cli")]
pub mod spreadsheet;
pub mod survey;
mod table;
mod translate;
pub mod words;

pub use census::Census;
pub use doubt::Doubt;
pub use look::{Look, LookError};
pub use plan::Plan;
pub use profile::Profile;
pub use read::{Format, Kind, format_of, read};
pub use source::{NoPrefix, Source};
pub use survey::Survey;
pub use translate::{Provenance, translate};
