//! Spreadsheets (Excel's xlsx, OpenDocument's ods) as CSV.

use std::io::{Cursor, Write};

use calamine::{Data, Ods, Range, Reader, Xlsx};

/// How a spreadsheet's file begins: it is an archive.
pub const BEGINS: &[u8] = b"PK\x03\x04";

/// Why a spreadsheet cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum NoSheet {
    /// It is none, or broken.
    #[error("it is no spreadsheet of Excel (xlsx) or OpenDocument (ods)")]
    NotOne,
    /// No sheet holds anything.
    #[error("the spreadsheet is empty")]
    Empty,
    /// The rows cannot be written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Writes the first sheet that holds something as CSV, and returns the names of the other ones that do.
///
/// # Errors
/// Where it is no spreadsheet, or nothing stands in it.
pub fn to_csv(bytes: &[u8], to: impl Write) -> Result<Vec<String>, NoSheet> {
    let mut sheets = sheets(bytes).ok_or(NoSheet::NotOne)?.into_iter().filter(|(_, sheet)| !sheet.is_empty());
    let (_, first) = sheets.next().ok_or(NoSheet::Empty)?;
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(to);
    let rows = first.rows().skip_while(|row| row.iter().all(|cell| *cell == Data::Empty));
    for row in rows {
        writer.write_record(row.iter().map(shown)).map_err(std::io::Error::from)?;
    }
    writer.flush()?;
    Ok(sheets.map(|(name, _)| name).collect())
}

fn sheets(bytes: &[u8]) -> Option<Vec<(String, Range<Data>)>> {
    if let Ok(mut book) = Xlsx::new(Cursor::new(bytes)) {
        return Some(book.worksheets());
    }
    Ods::new(Cursor::new(bytes)).ok().map(|mut book| book.worksheets())
}

/// A cell as text: times as they are, whatever form the sheet shows them in.
fn shown(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(value) => value.to_string(),
        Data::Error(error) => error.to_string(),
        Data::DateTime(time) if time.is_duration() => time.as_f64().to_string(),
        Data::DateTime(time) => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_spreadsheet_is_refused() {
        for bytes in [&b""[..], b"PK\x03\x04", b"Ticket ID,Subject\n"] {
            assert!(matches!(to_csv(bytes, Vec::new()), Err(NoSheet::NotOne)));
        }
    }

    #[test]
    fn cells_are_shown_as_they_are_meant() {
        let cases = [
            (Data::Float(7.0), "7"),
            (Data::Float(0.5), "0.5"),
            (Data::Bool(true), "true"),
            (Data::String(" a ".to_owned()), " a "),
            (Data::Empty, ""),
        ];
        for (cell, expected) in cases {
            assert_eq!(shown(&cell), expected);
        }
    }
}
