//! Lists in columns: what scripts and people print all day, so it must not take longer than reading the rows.
//!
//! Everything else that is a table goes through comfy-table, which takes three times as long as reading fifty tickets.

use std::borrow::Cow;

use textwrap::core::display_width;

use super::colour::Colour;
use super::visible::is_plain;
use super::wrap::wrapped;

/// How many blanks stand between two columns.
const GAP: usize = 2;
/// How narrow a column that wraps may become.
const NARROWEST: usize = 12;
/// What ends a style.
const RESET: &str = "\u{1b}[0m";
/// What stands between columns, in pieces.
const BLANKS: &str = "                                ";

/// Rows of cells under headings. The words of the first columns stay whole; the others share what is left of the width
/// and wrap.
pub(in crate::cli) struct Columns<const N: usize> {
    width: usize,
    unbroken: usize,
    rows: Vec<[String; N]>,
}

impl<const N: usize> Columns<N> {
    pub(in crate::cli) fn new(width: u16, headings: [&str; N], unbroken: usize, colour: Colour) -> Self {
        Self { width: usize::from(width), unbroken, rows: vec![headings.map(|heading| colour.dim(heading))] }
    }

    pub(in crate::cli) fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells);
    }

    /// Whether there is nothing under the headings.
    pub(in crate::cli) fn is_empty(&self) -> bool {
        self.rows.len() == 1
    }

    pub(in crate::cli) fn render(&self) -> String {
        let widths = self.widths();
        let mut text = String::new();
        for row in &self.rows {
            let cells: Vec<Cell<'_>> = row.iter().zip(&widths).map(|(cell, width)| Cell::of(cell, *width)).collect();
            for n in 0..cells.iter().map(Cell::len).max().unwrap_or(0) {
                let begin = text.len();
                let mut missing = 0;
                for (cell, width) in cells.iter().zip(&widths) {
                    let line = cell.line(n);
                    if !line.is_empty() {
                        push_blanks(&mut text, missing);
                        missing = 0;
                        text.push_str(line);
                    }
                    missing += width.saturating_sub(width_of(line)) + GAP;
                }
                let end = text[begin..].trim_end().len();
                text.truncate(begin + end);
                text.push('\n');
            }
        }
        text.truncate(text.trim_end_matches('\n').len());
        text
    }

    /// How wide each column is: as its content where all of it fits; otherwise those that wrap share what is left, and
    /// none gets more than it needs.
    fn widths(&self) -> Vec<usize> {
        let widest = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.lines().map(width_of).max().unwrap_or(0)).max().unwrap_or(0)
        };
        let mut widths: Vec<usize> = (0..N).map(widest).collect();
        let (whole, wrapping) = widths.split_at_mut(self.unbroken.min(N));
        let mut left = self.width.saturating_sub(whole.iter().sum::<usize>() + GAP * (N - 1));
        let mut narrow_first: Vec<&mut usize> = wrapping.iter_mut().collect();
        narrow_first.sort();
        let count = narrow_first.len();
        for (n, width) in narrow_first.into_iter().enumerate() {
            let share = left / (count - n);
            *width = (*width).min(share.max(NARROWEST));
            left = left.saturating_sub(*width);
        }
        widths
    }
}

/// What a cell shows.
enum Cell<'a> {
    /// One line that fits.
    Line(&'a str),
    /// Several lines.
    Lines(Vec<Cow<'a, str>>),
}

impl<'a> Cell<'a> {
    /// A cell in lines of at most this width. A style goes over the whole of a line, and over each part of it.
    fn of(text: &'a str, width: usize) -> Self {
        if width_of(text) <= width && !text.contains('\n') {
            return Self::Line(text);
        }
        let mut lines = Vec::new();
        for line in text.split('\n') {
            if width_of(line) <= width {
                lines.push(Cow::Borrowed(line));
                continue;
            }
            match line.split_once('m') {
                Some((style, rest)) if style.starts_with('\u{1b}') => {
                    let parts = wrapped(rest.trim_end_matches(RESET), width).into_iter();
                    lines.extend(parts.map(|part| Cow::Owned(format!("{style}m{part}{RESET}"))));
                }
                _ => lines.extend(wrapped(line, width)),
            }
        }
        Self::Lines(lines)
    }

    fn len(&self) -> usize {
        match self {
            Self::Line(_) => 1,
            Self::Lines(lines) => lines.len(),
        }
    }

    /// A line of it; nothing below its last.
    fn line(&self, n: usize) -> &str {
        match self {
            Self::Line(line) if n == 0 => line,
            Self::Line(_) => "",
            Self::Lines(lines) => lines.get(n).map_or("", AsRef::as_ref),
        }
    }
}

fn push_blanks(text: &mut String, mut count: usize) {
    while count > BLANKS.len() {
        text.push_str(BLANKS);
        count -= BLANKS.len();
    }
    text.push_str(&BLANKS[..count]);
}

/// How many columns of a terminal a line takes; a style takes none.
fn width_of(line: &str) -> usize {
    if is_plain(line) { line.len() } else { display_width(line) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(width: u16, rows: &[[&str; 3]]) -> String {
        let mut columns = Columns::new(width, ["KEY", "WHO", "WHAT"], 1, Colour::new(false));
        rows.iter().for_each(|row| columns.row(row.map(str::to_owned)));
        columns.render()
    }

    #[test]
    fn what_fits_stands_in_lines_as_wide_as_their_content() {
        let text = table(60, &[["CSD-1", "Acme", "Rates are zero"], ["CUS-12", "", "x\nbelow"], ["CSD-2", "", ""]]);
        assert_eq!(
            text,
            "KEY     WHO   WHAT\nCSD-1   Acme  Rates are zero\nCUS-12        x\n              below\nCSD-2"
        );
    }

    #[test]
    fn what_does_not_fit_wraps_and_keys_stay_whole() {
        let text = table(44, &[["CSD-4821", "Kestrel Express", "The label printer prints everything twice"]]);
        assert_eq!(
            text,
            "KEY       WHO              WHAT\n\
             CSD-4821  Kestrel Express  The label printer\n                           prints everything\n                           twice"
        );
        assert!(text.lines().all(|line| line.chars().count() <= 44), "{text}");
    }

    #[test]
    fn wide_letters_count_as_two_columns_and_styles_as_none() {
        let text = table(60, &[["A-1", "日本", "x"], ["A-2", "\u{1b}[31mred\u{1b}[0m", "y"]]);
        assert_eq!(text, "KEY  WHO   WHAT\nA-1  日本  x\nA-2  \u{1b}[31mred\u{1b}[0m   y");
    }

    #[test]
    fn each_part_of_a_styled_line_has_its_style() {
        let cell = Cell::of("\u{1b}[2mone two three four five six\u{1b}[0m", 20);
        assert_eq!(
            [cell.line(0), cell.line(1), cell.line(2)],
            ["\u{1b}[2mone two three four\u{1b}[0m", "\u{1b}[2mfive six\u{1b}[0m", ""]
        );
    }
}
