//! A CSV file as a header and records.

use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;

use super::found::{Place, Reason, Unreadable};
use super::lines::Lines;
use super::record::{Cell, Columns, Raw, Record};

/// A CSV file of which the header is read.
pub(super) struct Table<R> {
    records: csv::Reader<Lines<BufReader<R>>>,
    columns: Columns,
    /// The number of the column of each cell.
    header: Vec<usize>,
    row: u64,
}

/// Why a record is no row.
enum Wrong {
    /// It is one, and cannot be read.
    Broken(Reason),
    /// It was never meant as one.
    Other(&'static str),
}

impl<R: Read> Table<R> {
    /// Reads the header. What parts the cells is what a first line such as `sep=;` names, else what the header holds most
    /// of: commas, semicolons or tabs.
    pub(super) fn open(text: R) -> Result<Self, Unreadable> {
        let mut text = BufReader::with_capacity(64 * 1024, text);
        let first = text.fill_buf().map_err(|error| Unreadable { line: 1, reason: error.to_string() })?;
        let (delimiter, named) = named_delimiter(first).unwrap_or_else(|| (delimiter_of(first), 0));
        text.consume(named);
        let mut builder = csv::ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(delimiter);
        let lines = Lines::new(text, if named > 0 { 2 } else { 1 });
        let records = builder.from_reader(lines);
        let mut table = Self { records, columns: Columns::default(), header: Vec::new(), row: 0 };
        let mut cells = csv::StringRecord::new();
        if table.next(&mut cells)?.is_none() {
            return Err(Unreadable { line: 1, reason: "the file is empty".to_owned() });
        }
        for (at, name) in (1..).zip(&cells) {
            let name = match name.trim() {
                "" => format!("column {at}"),
                name => name.to_owned(),
            };
            table.header.push(table.columns.number(&name));
        }
        table.row = 0;
        Ok(table)
    }

    /// The names of the columns, without blanks around them.
    pub(super) fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Hands each row to `each` until that one breaks off.
    pub(super) fn read(mut self, each: &mut dyn FnMut(&Columns, Raw<'_>) -> ControlFlow<()>) -> Result<(), Unreadable> {
        let mut cells = csv::StringRecord::new();
        while let Some((place, is_unclosed)) = self.next(&mut cells)? {
            let raw = match self.wrong(&cells, is_unclosed) {
                Some(Wrong::Broken(reason)) => Raw::Skipped { place, reason },
                Some(Wrong::Other(what)) => Raw::NoIssue { place, what },
                None => Raw::Record(self.record(place, &cells)),
            };
            if each(&self.columns, raw).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn record<'a>(&self, place: Place, cells: &'a csv::StringRecord) -> Record<'a> {
        let filled = self.header.iter().zip(cells).filter(|(_, text)| !text.trim().is_empty());
        let cells = filled.map(|(column, text)| Cell { column: *column, text: text.into() }).collect();
        Record { place, cells, ..Record::default() }
    }

    /// Reads the next record, and tells where it begins and whether a quote in it is never closed.
    fn next(&mut self, cells: &mut csv::StringRecord) -> Result<Option<(Place, bool)>, Unreadable> {
        let from = self.records.position().byte();
        let read = self.records.read_record(cells);
        let lines = self.records.get_mut();
        let line = lines.at(from);
        match read {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) => return Err(Unreadable { line, reason: told(error) }),
        }
        self.row += 1;
        Ok(Some((Place { line, row: self.row }, lines.ended_in_quotes())))
    }

    /// Why a record is no row: text in the wrong column must not pass for something else. It may be longer than the
    /// header by empty cells, as spreadsheets pad them.
    fn wrong(&self, cells: &csv::StringRecord, is_unclosed: bool) -> Option<Wrong> {
        let mut filled = cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty());
        match (filled.next(), filled.next()) {
            (None, _) => return Some(Wrong::Other("a blank row")),
            (Some((0, first)), None) if first.starts_with("Generated at ") => {
                return Some(Wrong::Other("the footer that Jira writes"));
            }
            _ => {}
        }
        if is_unclosed {
            return Some(Wrong::Broken(Reason::same("a quote in it is never closed")));
        }
        let expected = self.header.len();
        let fits = cells.len() >= expected && cells.iter().skip(expected).all(|cell| cell.trim().is_empty());
        let told = || format!("it has {} cells where the header has {expected}", cells.len());
        (!fits).then(|| Wrong::Broken(Reason::new("it has more or fewer cells than the header", told())))
    }
}

/// The reason alone: the line stands beside it.
fn told(error: csv::Error) -> String {
    if let csv::ErrorKind::Io(error) = error.kind() {
        return error.to_string();
    }
    format!("it is no CSV: {error}")
}

/// What a first line such as `sep=;` names, which spreadsheets write and read, and how long that line is.
fn named_delimiter(text: &[u8]) -> Option<(u8, usize)> {
    let (delimiter, rest) = text.strip_prefix(b"sep=").or_else(|| text.strip_prefix(b"SEP="))?.split_first()?;
    let end = if rest.starts_with(b"\r\n") { 2 } else { usize::from(rest.starts_with(b"\n")) };
    (end > 0 && delimiter.is_ascii()).then_some((*delimiter, text.len() - rest.len() + end))
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
    use crate::trackers::encoding::Utf8;

    /// Line and cells of each record, or why it was skipped.
    fn read(text: &str) -> Vec<(u64, String)> {
        let mut rows = Vec::new();
        let mut each = |_: &Columns, raw: Raw<'_>| {
            rows.push(match raw {
                Raw::Record(record) => {
                    let cells: Vec<&str> = record.cells.iter().map(|cell| &*cell.text).collect();
                    (record.place.line, cells.join("|"))
                }
                Raw::Skipped { place, reason } => (place.line, reason.told),
                Raw::NoIssue { place, what } => (place.line, what.to_owned()),
            });
            ControlFlow::Continue(())
        };
        Table::open(text.as_bytes()).unwrap().read(&mut each).unwrap();
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
    fn a_first_line_can_name_what_parts_the_cells() {
        assert_eq!(read("sep=|\na|b\n1|one, two; three\n"), expected(&[(3, "1|one, two; three")]));
        let rows = [(3, "1|one, two; three"), (4, "2|two")];
        assert_eq!(read("sep=;\r\na;b\r\n1;\"one, two; three\"\r\n2;two\r\n"), expected(&rows));
        assert_eq!(read("sep=,b\n1,one\n"), expected(&[(2, "1|one")]));
    }

    #[test]
    fn columns_of_one_name_are_one_and_a_column_without_a_name_has_its_number() {
        let mut seen = Vec::new();
        let mut each = |columns: &Columns, raw: Raw<'_>| {
            if let Raw::Record(record) = raw {
                let name = |cell: &Cell<'_>| format!("{}={}", columns.name(cell.column), cell.text);
                seen = record.cells.iter().map(name).collect();
            }
            ControlFlow::Continue(())
        };
        Table::open(b"key,Sprint, Sprint ,,key\n1,S1,S2,x,\n".as_slice()).unwrap().read(&mut each).unwrap();
        assert_eq!(seen, ["key=1", "Sprint=S1", "Sprint=S2", "column 4=x"]);
    }

    #[test]
    fn records_that_do_not_fit_the_header_are_told_and_not_guessed_at() {
        let text = "a,b\n,\n1\n2,two,,\n3,three,four\n4,four\nGenerated at noon\n";
        let rows = [
            (2, "a blank row"),
            (3, "it has 1 cells where the header has 2"),
            (4, "2|two"),
            (5, "it has 3 cells where the header has 2"),
            (6, "4|four"),
            (7, "the footer that Jira writes"),
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
        let open = |bytes: &[u8]| Table::open(Utf8::new(bytes)).err().unwrap().to_string();
        assert_eq!(open(b"\n\n"), "line 1: the file is empty");
        assert_eq!(
            open(b"\xFFa"),
            "line 1: the byte at offset 0 is not UTF-8: save the file as UTF-8, or name its encoding"
        );
        let table = Table::open(Utf8::new(b"a,b\n1,one\n2,\xB0\n".as_slice())).unwrap();
        let error = table.read(&mut |_, _| ControlFlow::Continue(())).unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 3: the byte at offset 12 is not UTF-8: save the file as UTF-8, or name its encoding"
        );
    }

    #[test]
    fn reading_ends_where_the_caller_breaks_off() {
        let mut rows = 0;
        let mut each = |_: &Columns, _: Raw<'_>| {
            rows += 1;
            ControlFlow::Break(())
        };
        Table::open(b"a\n1\n2\n".as_slice()).unwrap().read(&mut each).unwrap();
        assert_eq!(rows, 1);
    }
}
