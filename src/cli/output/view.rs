//! Views: what a command shows. A view renders itself in each format; only the printer knows which is asked for.

use std::io::Write;

use serde::Serialize;
use serde_json::Value;

use super::colour::Colour;
use super::table::Table;
use super::visible::{escaped, visible};
use super::wrap::hanging;

/// What a command shows.
pub(in crate::cli) trait View {
    /// Renders it for a person.
    fn text(&self, page: &mut Page<'_>) -> anyhow::Result<()>;

    /// Renders it as JSON: one document, or a list.
    fn json(&self, json: &mut Json<'_>) -> anyhow::Result<()>;

    /// Renders it as comma-separated rows under a header.
    fn rows(&self, rows: &mut Rows<'_>) -> anyhow::Result<()>;

    /// Renders the keys alone, one a line.
    fn keys(&self, keys: &mut Keys<'_>) -> anyhow::Result<()>;
}

/// A view as a text for a person, without colour.
pub(in crate::cli) fn plain_text(view: &dyn View, width: usize) -> anyhow::Result<String> {
    let mut text = Vec::new();
    view.text(&mut Page::new(&mut text, width, Colour::new(false)))?;
    Ok(String::from_utf8(text)?)
}

/// A page for a person: lines of a width, with or without colour.
pub(in crate::cli) struct Page<'a> {
    out: &'a mut dyn Write,
    /// How many columns a line has.
    pub(in crate::cli) width: usize,
    pub(in crate::cli) colour: Colour,
    /// Lines for standard error, which stand there once the page is printed.
    beside: Vec<String>,
}

impl<'a> Page<'a> {
    pub(super) fn new(out: &'a mut dyn Write, width: usize, colour: Colour) -> Self {
        Self { out, width, colour, beside: Vec::new() }
    }

    /// Writes a line.
    pub(in crate::cli) fn line(&mut self, text: impl AsRef<str>) -> anyhow::Result<()> {
        Ok(writeln!(self.out, "{}", text.as_ref())?)
    }

    /// Writes a text as it is.
    pub(in crate::cli) fn text(&mut self, text: &str) -> anyhow::Result<()> {
        Ok(self.out.write_all(text.as_bytes())?)
    }

    /// Writes a heading below an empty line.
    pub(in crate::cli) fn heading(&mut self, text: &str) -> anyhow::Result<()> {
        let heading = self.colour.bold(text);
        self.line(format!("\n{heading}"))
    }

    /// Writes a line wrapped to the width, every part of it but the first further in.
    pub(in crate::cli) fn hanging(&mut self, text: &str, indent: &str) -> anyhow::Result<()> {
        let lines = hanging(text, self.width, indent);
        self.line(lines)
    }

    /// Writes the rows of a table.
    pub(in crate::cli) fn table(&mut self, table: &mut Table) -> anyhow::Result<()> {
        table.lines(self.width, self.colour).iter().try_for_each(|line| self.line(line))
    }

    /// Adds a line that stands on standard error once the page is printed.
    pub(in crate::cli) fn beside(&mut self, line: impl Into<String>) {
        self.beside.push(line.into());
    }

    /// Adds a hint, which stands on standard error once the page is printed.
    pub(in crate::cli) fn hint(&mut self, command: &str) {
        self.beside(format!("hint: {}", visible(command)));
    }

    pub(super) fn into_beside(self) -> Vec<String> {
        self.beside
    }
}

/// JSON: a document, or a list whose items are written one by one.
pub(in crate::cli) struct Json<'a> {
    out: &'a mut dyn Write,
    is_lines: bool,
    is_terminal: bool,
}

impl<'a> Json<'a> {
    /// JSON as one document, or as one object a line; on a terminal nothing in it is obeyed.
    pub(super) fn new(out: &'a mut dyn Write, is_lines: bool, is_terminal: bool) -> Self {
        Self { out, is_lines, is_terminal }
    }

    /// Writes a value that is one document in either form.
    pub(in crate::cli) fn document(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        if self.is_lines {
            return self.line(value);
        }
        if self.is_terminal {
            write!(self.out, "{}", escaped(&serde_json::to_string_pretty(value)?))?;
        } else {
            serde_json::to_writer_pretty(&mut self.out, value)?;
        }
        Ok(writeln!(self.out)?)
    }

    /// Writes a list, each item as it comes.
    pub(in crate::cli) fn list(
        &mut self,
        each: impl FnOnce(&mut Items<'_, 'a>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        self.list_under(&[], each)
    }

    /// Writes a list with more keys in its document.
    pub(in crate::cli) fn list_under(
        &mut self,
        keys: &[(&str, Value)],
        each: impl FnOnce(&mut Items<'_, 'a>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        if self.is_lines {
            return each(&mut Items { json: self, is_first: true });
        }
        write!(self.out, "{{\"schema\":1,")?;
        for (key, value) in keys {
            let value = value.to_string();
            let value = if self.is_terminal { escaped(&value) } else { value.as_str().into() };
            write!(self.out, "\"{key}\":{value},")?;
        }
        write!(self.out, "\"items\":[")?;
        each(&mut Items { json: self, is_first: true })?;
        Ok(writeln!(self.out, "]}}")?)
    }

    /// Writes a value on one line, in either form.
    pub(in crate::cli) fn line(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        if self.is_terminal {
            write!(self.out, "{}", escaped(&serde_json::to_string(value)?))?;
        } else {
            serde_json::to_writer(&mut self.out, value)?;
        }
        Ok(writeln!(self.out)?)
    }
}

/// The items of a list in JSON, as they come.
pub(in crate::cli) struct Items<'j, 'a> {
    json: &'j mut Json<'a>,
    is_first: bool,
}

impl Items<'_, '_> {
    /// Writes the next item.
    pub(in crate::cli) fn add(&mut self, item: &impl Serialize) -> anyhow::Result<()> {
        if !std::mem::take(&mut self.is_first) && !self.json.is_lines {
            write!(self.json.out, ",")?;
        }
        self.json.line(item)
    }
}

/// Comma-separated rows.
pub(in crate::cli) struct Rows<'a> {
    /// `None` only while it is exchanged.
    writer: Option<csv::Writer<&'a mut dyn Write>>,
    is_terminal: bool,
}

impl<'a> Rows<'a> {
    pub(super) fn new(out: &'a mut dyn Write, is_terminal: bool) -> Self {
        Self { writer: Some(csv::Writer::from_writer(out)), is_terminal }
    }

    /// Writes the names of the columns.
    pub(in crate::cli) fn header(&mut self, names: &[&str]) -> anyhow::Result<()> {
        self.row(names)
    }

    /// Writes a row.
    pub(in crate::cli) fn row(&mut self, cells: impl IntoIterator<Item = impl AsRef<str>>) -> anyhow::Result<()> {
        let Some(writer) = &mut self.writer else { return Ok(()) };
        for cell in cells {
            let cell = cell.as_ref();
            let cell = if self.is_terminal { visible(cell) } else { cell.into() };
            writer.write_field(defused(&cell).as_ref()).map_err(bare)?;
        }
        writer.write_record(None::<&[u8]>).map_err(bare)
    }

    /// Writes a value as JSON on a line of its own, where a row cannot hold it.
    pub(in crate::cli) fn json_line(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        let line = serde_json::to_string(value)?;
        self.text(&if self.is_terminal { escaped(&line) } else { line.as_str().into() })?;
        self.text("\n")
    }

    /// Writes a text as it is, where there are no rows to speak of.
    pub(in crate::cli) fn text(&mut self, text: &str) -> anyhow::Result<()> {
        let Some(writer) = self.writer.take() else { return Ok(()) };
        let out = writer.into_inner().map_err(|error| error.into_error())?;
        let written = out.write_all(text.as_bytes());
        self.writer = Some(csv::Writer::from_writer(out));
        Ok(written?)
    }

    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        self.writer.take().map_or(Ok(()), |mut writer| Ok(writer.flush()?))
    }
}

/// The error of the output itself, by which a closed pipe is known.
fn bare(error: csv::Error) -> anyhow::Error {
    let message = error.to_string();
    if let csv::ErrorKind::Io(error) = error.into_kind() { error.into() } else { anyhow::Error::msg(message) }
}

/// A spreadsheet takes a cell that begins so for a formula; a quote before it makes it text.
fn defused(cell: &str) -> std::borrow::Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}").into() } else { cell.into() }
}

/// Keys, one a line.
pub(in crate::cli) struct Keys<'a> {
    out: &'a mut dyn Write,
    is_terminal: bool,
    /// Lines for standard error, which stand there once the keys are printed.
    beside: Vec<String>,
}

impl<'a> Keys<'a> {
    pub(super) fn new(out: &'a mut dyn Write, is_terminal: bool) -> Self {
        Self { out, is_terminal, beside: Vec::new() }
    }

    /// Adds a line that stands on standard error once the keys are printed.
    pub(in crate::cli) fn beside(&mut self, line: impl Into<String>) {
        self.beside.push(line.into());
    }

    pub(super) fn into_beside(self) -> Vec<String> {
        self.beside
    }

    /// Writes a key, or the name that stands for one.
    pub(in crate::cli) fn key(&mut self, key: impl AsRef<str>) -> anyhow::Result<()> {
        let key = key.as_ref();
        let key = if self.is_terminal { visible(key) } else { key.into() };
        Ok(writeln!(self.out, "{key}")?)
    }

    /// Writes a text as it is, where there are no keys to speak of.
    pub(in crate::cli) fn text(&mut self, text: &str) -> anyhow::Result<()> {
        Ok(self.out.write_all(text.as_bytes())?)
    }
}
