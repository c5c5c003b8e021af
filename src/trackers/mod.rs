//! Other trackers' files, read into one neutral form and then into the words of the process: pure, without store or
//! terminal.
//!
//! [`read`] hands each [`Row`] of a file to a callback, in the order of the file and in constant memory, whatever its
//! [`encoding`]. [`Census`] tells which issues are customers' and which are Engineering's, and [`translate`] makes of an
//! issue what the process can take in.

mod adf;
mod census;
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
mod translate;

use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;

pub use census::Census;
pub use translate::{Untranslatable, key_of, translate};

use crate::workflow::vocabulary::vocabulary;
use encoding::Utf8;
use found::{Row, Unreadable};
use mapping::Mapping;

vocabulary! {
    /// What a file is.
    pub Kind {
        /// Jira's REST search, or issues as its REST interface writes them.
        JiraJson = "jira-json",
        /// Jira's CSV export.
        JiraCsv = "jira-csv",
        /// Any table with one ticket a row.
        Csv = "csv",
        /// An export of `cus`.
        Own = "cus-jsonl",
    }
}

impl Kind {
    /// The tracker from which it comes.
    pub fn tracker(self) -> &'static str {
        match self {
            Self::JiraJson | Self::JiraCsv => "jira",
            Self::Csv => "csv",
            Self::Own => "cus",
        }
    }
}

/// What a file is, by how it begins.
///
/// # Errors
/// Where it is empty, or no text in a known encoding.
pub fn kind_of(bytes: impl Read) -> Result<Kind, Unreadable> {
    let mut text = BufReader::new(Utf8::new(bytes));
    let mut line = String::new();
    while line.trim().is_empty() {
        line.clear();
        // A header is short; a file without line breaks tells what it is by its beginning.
        let read = text.by_ref().take(64 * 1024).read_line(&mut line);
        match read {
            Ok(0) => return Err(Unreadable { line: 1, reason: "the file is empty".to_owned() }),
            Ok(_) => {}
            Err(error) => return Err(Unreadable { line: 1, reason: error.to_string() }),
        }
    }
    let line = line.trim();
    Ok(match line.chars().next() {
        Some('{') if line.starts_with("{\"cus\":\"export\"") => Kind::Own,
        Some('{' | '[') => Kind::JiraJson,
        _ if is_jiras(line) => Kind::JiraCsv,
        _ => Kind::Csv,
    })
}

/// Whether a header is one that Jira writes.
fn is_jiras(header: &str) -> bool {
    let names: Vec<String> =
        header.split([',', ';', '\t']).map(|name| name.trim().trim_matches('"').to_ascii_lowercase()).collect();
    let has = |name: &str| names.iter().any(|other| other == name);
    has("summary") && (has("issue key") || (has("key") && has("issue type")))
}

/// Reads a file of that kind and hands each row to `each`, until that one breaks off.
///
/// # Errors
/// Where nothing more can be read.
pub fn read(
    kind: Kind,
    bytes: impl Read,
    mapping: &Mapping,
    each: impl FnMut(Row) -> ControlFlow<()>,
) -> Result<(), Unreadable> {
    match kind {
        Kind::JiraJson => jira_json::read(bytes, each),
        Kind::JiraCsv => jira_csv::read(bytes, each),
        Kind::Csv => plain_csv::read(bytes, mapping, each),
        Kind::Own => Err(Unreadable { line: 1, reason: "an export of cus is read as one".to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_how_it_begins() {
        let cases = [
            ("{\"cus\":\"export\",\"schema\":1}\n", Kind::Own),
            ("\n {\"issues\": []}", Kind::JiraJson),
            ("[{\"key\":\"A-1\"}]", Kind::JiraJson),
            ("Summary,Issue key,Status\n", Kind::JiraCsv),
            ("\"Issue Type\";\"Key\";\"Summary\"\n", Kind::JiraCsv),
            ("Ticket ID,Summary\n", Kind::Csv),
            ("key,summary\n", Kind::Csv),
        ];
        for (text, kind) in cases {
            assert_eq!(kind_of(text.as_bytes()), Ok(kind), "{text}");
            let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(kind_of(utf16.as_slice()), Ok(kind), "{text} in UTF-16");
        }
        assert!(kind_of(&b""[..]).is_err());
        assert!(kind_of(&b"Ticket ID,Name\n1,M\xfcller\n"[..]).is_ok(), "told where it stands, when it is read");
        assert!(kind_of(&b"\xff\xff"[..]).is_err());
    }
}
