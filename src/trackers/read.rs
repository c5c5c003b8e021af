//! Reading a file: what it is, its rows, and its issues once it is known how they are read.

use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;

use super::encoding::Utf8;
use super::found::{Row, Unreadable};
use super::interpret;
use super::json;
use super::plan::Plan;
use super::profile::Profile;
use super::record::{Columns, Raw};
use super::survey::Survey;
use super::table::Table;
use crate::workflow::vocabulary::vocabulary;

vocabulary! {
    /// What a file is.
    pub Kind {
        /// Jira's REST search, or issues as its REST interface writes them.
        JiraJson = "jira-json",
        /// Jira's CSV export.
        JiraCsv = "jira-csv",
        /// Any table with one ticket a row.
        Csv = "csv",
        /// JSON of another tracker, one object a ticket.
        Json = "json",
        /// An export of `cus`.
        Own = "cus-jsonl",
    }
}

/// What a file is, and whose.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// What it is.
    pub kind: Kind,
    /// What is known of its tracker.
    pub profile: &'static Profile,
}

/// How many issues of a JSON file tell whose it is.
const TELLING: usize = 5;

/// What a file is, by how it begins.
///
/// # Errors
/// Where it is empty, or no text in a known encoding.
pub fn format_of(bytes: impl Read) -> Result<Format, Unreadable> {
    let mut text = BufReader::with_capacity(64 * 1024, Utf8::new(bytes));
    // A file without line breaks tells what it is by its beginning.
    let start = loop {
        let buffer = text.fill_buf().map_err(|error| Unreadable { line: 1, reason: error.to_string() })?;
        if buffer.is_empty() {
            return Err(Unreadable { line: 1, reason: "the file is empty".to_owned() });
        }
        match buffer.iter().position(|byte| !byte.is_ascii_whitespace()) {
            Some(blanks) => break blanks,
            None => {
                let all = buffer.len();
                text.consume(all);
            }
        }
    };
    let begins = text.buffer().get(start..).unwrap_or_default();
    if begins.starts_with(b"{\"cus\":\"export\"") {
        return Ok(Format { kind: Kind::Own, profile: Profile::plain() });
    }
    if matches!(begins.first(), Some(b'{' | b'[')) {
        return Ok(json_of(text));
    }
    let table = Table::open(text)?;
    Ok(match Profile::jira_csv(table.columns().names()) {
        Some(profile) => Format { kind: Kind::JiraCsv, profile },
        None => Format { kind: Kind::Csv, profile: Profile::of_columns(table.columns().names()) },
    })
}

/// Whose issues a JSON file holds. What is wrong with it is told when all of it is read.
fn json_of(text: impl Read) -> Format {
    let (mut rows, mut is_jiras, mut names) = (0, false, Vec::new());
    let mut each = |columns: &Columns, raw: Raw<'_>| {
        if let Raw::Record(record) = raw {
            is_jiras |= record.is_jiras;
        }
        columns.names().clone_into(&mut names);
        rows += 1;
        if rows < TELLING { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let read = json::read(text, Profile::plain(), &mut each);
    if is_jiras || (names.is_empty() && read.is_ok()) {
        return Format { kind: Kind::JiraJson, profile: Profile::jira_json() };
    }
    Format { kind: Kind::Json, profile: Profile::of_columns(&names) }
}

/// Reads the rows of a file and hands each to `each`, until that one breaks off.
///
/// # Errors
/// Where nothing more can be read.
fn read_raw(
    format: Format,
    bytes: impl Read,
    each: &mut dyn FnMut(&Columns, Raw<'_>) -> ControlFlow<()>,
) -> Result<(), Unreadable> {
    let text = Utf8::new(bytes);
    match format.kind {
        Kind::JiraJson | Kind::Json => json::read(text, format.profile, each),
        Kind::JiraCsv | Kind::Csv => Table::open(text)?.read(each),
        Kind::Own => Err(Unreadable { line: 1, reason: "an export of cus is read as one".to_owned() }),
    }
}

/// Looks at the whole of a file.
///
/// # Errors
/// Where it cannot be read to its end.
pub(super) fn survey(format: Format, bytes: impl Read, survey: &mut Survey) -> Result<(), Unreadable> {
    let text = Utf8::new(bytes);
    let mut each = |columns: &Columns, raw: Raw<'_>| {
        if let Raw::Record(record) = raw {
            survey.look_at(columns, &record);
        }
        ControlFlow::Continue(())
    };
    match format.kind {
        Kind::JiraCsv | Kind::Csv => {
            let table = Table::open(text)?;
            let columns = table.columns().clone();
            table.read(&mut each)?;
            survey.meet(&columns);
            Ok(())
        }
        Kind::JiraJson | Kind::Json => json::read(text, format.profile, &mut each),
        Kind::Own => Err(Unreadable { line: 1, reason: "an export of cus is read as one".to_owned() }),
    }
}

/// Reads the issues of a file as planned and hands each row to `each`, until that one breaks off.
///
/// # Errors
/// Where nothing more can be read.
pub fn read(
    format: Format,
    bytes: impl Read,
    plan: &Plan,
    with_times: bool,
    mut each: impl FnMut(Row) -> ControlFlow<()>,
) -> Result<(), Unreadable> {
    let mut each = |_: &Columns, raw: Raw<'_>| {
        each(match raw {
            Raw::Record(record) => {
                let place = record.place;
                match interpret::issue(record, plan, with_times) {
                    Ok(issue) => Row::Issue(Box::new(issue)),
                    Err(reason) => Row::Skipped { place, reason },
                }
            }
            Raw::Skipped { place, reason } => Row::Skipped { place, reason },
            Raw::NoIssue { place, what } => Row::NoIssue { place, what },
        })
    };
    read_raw(format, bytes, &mut each)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_how_it_begins() {
        let cases = [
            ("{\"cus\":\"export\",\"schema\":1}\n", Kind::Own),
            ("\n {\"issues\": []}", Kind::JiraJson),
            ("[{\"key\":\"A-1\",\"fields\":{}}]", Kind::JiraJson),
            ("[{\"id\":1,\"title\":\"x\"}]", Kind::Json),
            ("Summary,Issue key,Status\n", Kind::JiraCsv),
            ("\"Issue Type\";\"Key\";\"Summary\"\n", Kind::JiraCsv),
            ("Resumen,Clave de incidencia,Estado\n", Kind::JiraCsv),
            ("Ticket ID,Summary\n", Kind::Csv),
            ("key,summary\n", Kind::Csv),
        ];
        for (text, kind) in cases {
            assert_eq!(format_of(text.as_bytes()).unwrap().kind, kind, "{text}");
            let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(format_of(utf16.as_slice()).unwrap().kind, kind, "{text} in UTF-16");
        }
        assert!(format_of(&b""[..]).is_err() && format_of(&b" \n "[..]).is_err());
        assert!(format_of(&b"Ticket ID,Name\n1,M\xfcller\n"[..]).is_ok(), "told where it stands, when it is read");
        assert!(format_of(&b"\xff\xff"[..]).is_err());
    }
}
