//! Standard output.

use std::io::{BufWriter, IsTerminal, Write};

use super::colour::Colour;
use super::pager::Way;
use super::view::{Json, Keys, Page, Rows, View};
use crate::cli::global::{ColorChoice, Format, env};
use crate::cli::stderr;

/// Standard output, with the format and the looks asked for.
pub(in crate::cli) struct Out {
    format: Format,
    pub(in crate::cli) colour: Colour,
    /// How many columns a line has.
    pub(in crate::cli) width: u16,
    is_terminal: bool,
    way: Way,
}

impl Out {
    pub(in crate::cli) fn new(format: Format, choice: Option<ColorChoice>) -> Self {
        let stdout = std::io::stdout();
        let is_terminal = stdout.is_terminal();
        let colour = Colour::new(format == Format::Table && colour_is_wanted(choice, is_terminal));
        let columns = env("COLUMNS").and_then(|columns| columns.parse().ok());
        let width = columns.unwrap_or_else(|| if is_terminal { terminal_width() } else { 100 });
        Self { format, colour, width: width.max(40), is_terminal, way: Way::Straight(BufWriter::new(stdout)) }
    }

    /// Prints a view in the format that was asked for, and then what stands beside it on standard error.
    pub(in crate::cli) fn print(&mut self, view: &dyn View) -> anyhow::Result<()> {
        let beside = self.looks().render(view, &mut self.way)?;
        if !beside.is_empty() {
            self.flush()?;
            beside.iter().for_each(|line| stderr::line(line));
        }
        Ok(())
    }

    /// The looks of what it prints.
    pub(in crate::cli) fn looks(&self) -> Looks {
        let width = usize::from(self.width);
        Looks { format: self.format, colour: self.colour, width, is_terminal: self.is_terminal }
    }

    /// How many things are shown at most: what was asked for, else so many to a person, and all to a program.
    pub(in crate::cli) fn at_most(&self, limit: Option<u64>, for_a_person: u64) -> Option<u64> {
        limit.or(self.is_for_a_person().then_some(for_a_person))
    }

    /// Whether it prints for a person to read, and not in a format for programs.
    pub(in crate::cli) fn is_for_a_person(&self) -> bool {
        self.format == Format::Table
    }

    /// Whether it is a terminal.
    pub(in crate::cli) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Lets a text for a person go through the pager if it is longer than the terminal.
    pub(in crate::cli) fn may_page(&mut self) {
        if self.is_terminal && self.is_for_a_person() {
            let rows = dialoguer::console::Term::stdout().size_checked().map_or(24, |(rows, _)| rows);
            self.way.page(usize::from(rows));
        }
    }

    /// Ends the output.
    pub(in crate::cli) fn finish(&mut self) -> anyhow::Result<()> {
        Ok(self.way.finish()?)
    }

    /// Prints a line.
    pub(in crate::cli) fn line(&mut self, text: &str) -> anyhow::Result<()> {
        Ok(writeln!(self.way, "{text}")?)
    }

    /// Prints a text as it is.
    pub(in crate::cli) fn text(&mut self, text: &str) -> anyhow::Result<()> {
        Ok(self.way.write_all(text.as_bytes())?)
    }

    /// Prints a row as CSV.
    pub(in crate::cli) fn csv_row(&mut self, cells: impl IntoIterator<Item = impl AsRef<str>>) -> anyhow::Result<()> {
        let mut rows = Rows::new(&mut self.way, self.is_terminal);
        rows.row(cells)?;
        rows.finish()
    }

    pub(in crate::cli) fn flush(&mut self) -> anyhow::Result<()> {
        Ok(self.way.flush()?)
    }
}

/// The looks that a view is rendered with.
#[derive(Clone, Copy)]
pub(in crate::cli) struct Looks {
    format: Format,
    colour: Colour,
    width: usize,
    is_terminal: bool,
}

impl Looks {
    /// Renders a view, and returns the lines that stand beside it on standard error.
    pub(in crate::cli) fn render(self, view: &dyn View, to: &mut dyn Write) -> anyhow::Result<Vec<String>> {
        match self.format {
            Format::Table => {
                let mut page = Page::new(to, self.width, self.colour);
                view.text(&mut page)?;
                Ok(page.into_beside())
            }
            Format::Json => view.json(&mut Json::new(to, false, self.is_terminal)).map(|()| Vec::new()),
            Format::Jsonl => view.json(&mut Json::new(to, true, self.is_terminal)).map(|()| Vec::new()),
            Format::Csv => {
                let mut rows = Rows::new(to, self.is_terminal);
                view.rows(&mut rows)?;
                rows.finish().map(|()| Vec::new())
            }
            Format::Keys => {
                let mut keys = Keys::new(to, self.is_terminal);
                view.keys(&mut keys)?;
                Ok(keys.into_beside())
            }
        }
    }
}

impl Drop for Out {
    fn drop(&mut self) {
        // An error was told already, or the exit code tells it.
        let _ = self.way.finish();
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.way.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.way.flush()
    }
}

fn terminal_width() -> u16 {
    dialoguer::console::Term::stdout().size_checked().map_or(80, |(_, columns)| columns)
}

fn colour_is_wanted(choice: Option<ColorChoice>, is_terminal: bool) -> bool {
    match choice {
        Some(ColorChoice::Always) => true,
        Some(ColorChoice::Never) => false,
        Some(ColorChoice::Auto) | None => {
            if env("NO_COLOR").is_some() {
                false
            } else if env("CLICOLOR_FORCE").is_some_and(|force| force != "0") {
                true
            } else {
                is_terminal && env("TERM").is_none_or(|term| term != "dumb")
            }
        }
    }
}
