//! A CSV file as a header and records, for the readers of particular columns.

use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;

use super::encoding::Utf8;
use super::found::{Issue, NotAnIssue, Place, Row, Unreadable};
use super::lines::Lines;

/// A CSV file of which the header is read.
pub(super) struct Table<R> {
    records: csv::Reader<Lines<BufReader<Utf8<R>>>>,
    header: Vec<String>,
    line: u64,
    row: u64,
}

/// One record below the header.
pub(super) struct Record {
    pub(super) place: Place,
    cells: csv::StringRecord,
    wrong: Option<String>,
}

impl Record {
    /// A cell's text as written; empty where the record is too short.
    pub(super) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).unwrap_or_default()
    }

    /// Every cell with its column.
    pub(super) fn cells(&self) -> impl Iterator<Item = (usize, &str)> {
        self.cells.iter().enumerate()
    }

    /// Whether its cells are those of the header: text in the wrong column must not pass for something else.
    pub(super) fn fits(&self) -> Result<(), String> {
        self.wrong.clone().map_or(Ok(()), Err)
    }

    fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

impl<R: Read> Table<R> {
    /// Reads the header. Whether commas, semicolons or tabs part the cells is what the header holds most of.
    pub(super) fn open(bytes: R) -> Result<Self, Unreadable> {
        let mut text = BufReader::with_capacity(64 * 1024, Utf8::new(bytes));
        let first = text.fill_buf().map_err(|error| Unreadable { line: 1, reason: error.to_string() })?;
        let delimiter = delimiter_of(first);
        let mut builder = csv::ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(delimiter);
        let mut table = Self { records: builder.from_reader(Lines::new(text)), header: Vec::new(), line: 1, row: 0 };
        let Some(header) = table.next()? else {
            return Err(Unreadable { line: 1, reason: "the file is empty".to_owned() });
        };
        table.header = header.cells.iter().map(|name| name.trim().to_owned()).collect();
        table.line = header.place.line;
        table.row = 0;
        Ok(table)
    }

    /// The names of the columns, without blanks around them.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// The line of the header.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Hands each record that is not blank to `issue`, and what comes of it to `each` until that one breaks off.
    pub(super) fn read(
        mut self,
        issue: impl Fn(&Record) -> Result<Issue, NotAnIssue>,
        mut each: impl FnMut(Row) -> ControlFlow<()>,
    ) -> Result<(), Unreadable> {
        while let Some(record) = self.next()? {
            let place = record.place;
            let issue = if record.is_blank() { Err(NotAnIssue::Other("a blank row")) } else { issue(&record) };
            let row = match issue {
                Ok(issue) => Row::Issue(Box::new(Issue { place, ..issue })),
                Err(NotAnIssue::Broken(reason)) => Row::Skipped { place, reason },
                Err(NotAnIssue::Other(what)) => Row::NoIssue { place, what },
            };
            if each(row).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Option<Record>, Unreadable> {
        let from = self.records.position().byte();
        let mut cells = csv::StringRecord::new();
        let read = self.records.read_record(&mut cells);
        let lines = self.records.get_mut();
        let line = lines.at(from);
        match read {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) => return Err(Unreadable { line, reason: told(error) }),
        }
        self.row += 1;
        let wrong = if lines.ended_in_quotes() {
            Some("a quote in it is never closed".to_owned())
        } else {
            self.misfit(&cells)
        };
        Ok(Some(Record { place: Place { line, row: self.row }, cells, wrong }))
    }

    /// A record may be longer than the header by empty cells, as spreadsheets pad them.
    fn misfit(&self, cells: &csv::StringRecord) -> Option<String> {
        let expected = self.header.len();
        let fits = cells.len() >= expected && cells.iter().skip(expected).all(|cell| cell.trim().is_empty());
        (!fits).then(|| format!("it has {} cells where the header has {expected}", cells.len()))
    }
}

/// The reason alone: the line stands beside it.
fn told(error: csv::Error) -> String {
    if let csv::ErrorKind::Io(error) = error.kind() {
        return error.to_string();
    }
    format!("it is no CSV: {error}")
}

fn delimiter_of(text: &[u8]) -> u8 {
    let (mut quoted, mut begun) = (false, false);
    let mut counts = [(b'\t', 0), (b';', 0), (b',', 0)];
    for byte in text {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if begun && !quoted => break,
            _ if !quoted => {
                counts.iter_mut().filter(|(delimiter, _)| delimiter == byte).for_each(|(_, count)| *count += 1);
            }
            _ => {}
        }
        begun |= !byte.is_ascii_whitespace();
    }
    // Of equals the last one is the most: the comma, also where there is none.
    counts.iter().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| *delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line, key and summary of each record, or why it was skipped.
    fn read(text: &str) -> Vec<(u64, String)> {
        let mut rows = Vec::new();
        let issue = |record: &Record| {
            record.fits()?;
            Ok(Issue { key: record.cell(0).to_owned(), summary: record.cell(1).to_owned(), ..Issue::default() })
        };
        let each = |row| {
            rows.push(match row {
                Row::Issue(issue) => (issue.place.line, format!("{}|{}", issue.key, issue.summary)),
                Row::Skipped { place, reason } => (place.line, reason),
                Row::NoIssue { place, what } => (place.line, what.to_owned()),
            });
            ControlFlow::Continue(())
        };
        Table::open(text.as_bytes()).unwrap().read(issue, each).unwrap();
        rows
    }

    fn expected(rows: &[(u64, &str)]) -> Vec<(u64, String)> {
        rows.iter().map(|(line, text)| (*line, (*text).to_owned())).collect()
    }

    #[test]
    fn each_record_has_the_line_on_which_it_begins_whatever_ends_lines() {
        let text = "\na,b\n1,one\n\n\n2,\"two\nlines\"\n3,three\n";
        let lines = [(3, "1|one"), (6, "2|two\nlines"), (8, "3|three")];
        assert_eq!(read(text), expected(&lines));
        let lines = [(3, "1|one"), (6, "2|two\r\nlines"), (8, "3|three")];
        assert_eq!(read(&text.replace('\n', "\r\n")), expected(&lines));
        assert_eq!(read(text.trim_end()).last().unwrap().0, 8);
    }

    #[test]
    fn semicolons_and_tabs_part_cells_where_the_header_says_so() {
        assert_eq!(read("a;\"b,,,\"\n1;one, two\n"), expected(&[(2, "1|one, two")]));
        assert_eq!(read("a\tb\n1\tone; two\n"), expected(&[(2, "1|one; two")]));
        assert_eq!(read("a,b;c\n1,one\n"), expected(&[(2, "1|one")]));
    }

    #[test]
    fn records_that_do_not_fit_the_header_are_told_and_not_guessed_at() {
        let text = "a,b\n,\n1\n2,two,,\n3,three,four\n4,four\n";
        let rows = [
            (2, "a blank row"),
            (3, "it has 1 cells where the header has 2"),
            (4, "2|two"),
            (5, "it has 3 cells where the header has 2"),
            (6, "4|four"),
        ];
        assert_eq!(read(text), expected(&rows));
    }

    #[test]
    fn a_quote_that_is_never_closed_does_not_swallow_the_rest_unseen() {
        let rows = [(2, "1|one"), (3, "a quote in it is never closed")];
        assert_eq!(read("a,b\n1,one\n2,\"two\n3,three\n"), expected(&rows));
        assert_eq!(read("a,b\n1,5\" disk"), expected(&[(2, "1|5\" disk")]));
    }

    #[test]
    fn a_file_without_a_header_or_of_malformed_text_cannot_be_read() {
        let open = |bytes: &[u8]| Table::open(bytes).err().unwrap().to_string();
        assert_eq!(open(b"\n\n"), "line 1: the file is empty");
        assert_eq!(open(b"\xFFa"), "line 1: the byte at offset 0 is not UTF-8: save the file as UTF-8");
        let table = Table::open(b"a,b\n1,one\n2,\xB0\n".as_slice()).unwrap();
        let error = table.read(|_| Err(NotAnIssue::Other("")), |_| ControlFlow::Continue(())).unwrap_err();
        assert_eq!(error.to_string(), "line 3: the byte at offset 12 is not UTF-8: save the file as UTF-8");
    }

    #[test]
    fn reading_ends_where_the_caller_breaks_off() {
        let mut rows = 0;
        let each = |_| {
            rows += 1;
            ControlFlow::Break(())
        };
        Table::open(b"a\n1\n2\n".as_slice()).unwrap().read(|_| Ok(Issue::default()), each).unwrap();
        assert_eq!(rows, 1);
    }
}
