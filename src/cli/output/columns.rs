//! Lists in columns: what scripts and people print all day, so it must not take longer than reading the rows.
//!
//! Everything else that is a table goes through comfy-table, which takes three times as long as reading fifty tickets.

use std::borrow::Cow;

use textwrap::core::display_width;

use super::colour::Colour;
use super::wrap::wrapped;

/// How many blanks stand between two columns.
const GAP: usize = 2;
/// How narrow a column that wraps may become.
const NARROWEST: usize = 12;
/// What ends a style.
const RESET: &str = "\u{1b}[0m";

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
            let cells: Vec<Vec<Cow<'_, str>>> =
                row.iter().zip(&widths).map(|(cell, width)| lines_of(cell, *width)).collect();
            for n in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
                let begin = text.len();
                let mut missing = 0;
                for (lines, width) in cells.iter().zip(&widths) {
                    let line = lines.get(n).map_or("", AsRef::as_ref);
                    if !line.is_empty() {
                        text.extend(std::iter::repeat_n(' ', missing));
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
            cells.flat_map(|cell| cell.split('\n')).map(width_of).max().unwrap_or(0)
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

/// A cell in lines of at most this width. A style goes over the whole of a line, and over each part of it.
fn lines_of(cell: &str, width: usize) -> Vec<Cow<'_, str>> {
    let mut lines = Vec::new();
    for line in cell.split('\n') {
        if width_of(line) <= width {
            lines.push(Cow::Borrowed(line));
            continue;
        }
        let (style, rest) = match line.split_once('m') {
            Some((style, rest)) if style.starts_with('\u{1b}') => (line.get(..=style.len()).unwrap_or_default(), rest),
            _ => ("", line),
        };
        let reset = if style.is_empty() { "" } else { RESET };
        let plain = rest.trim_end_matches(RESET);
        lines.extend(wrapped(plain, width).into_iter().map(|part| Cow::Owned(format!("{style}{part}{reset}"))));
    }
    lines
}

/// How many columns of a terminal a line takes; a style takes none.
fn width_of(line: &str) -> usize {
    let is_plain = line.bytes().all(|byte| (b' '..0x7f).contains(&byte));
    if is_plain { line.len() } else { display_width(line) }
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
        let lines = lines_of("\u{1b}[2mone two three four five six\u{1b}[0m", 20);
        assert_eq!(lines, ["\u{1b}[2mone two three four\u{1b}[0m", "\u{1b}[2mfive six\u{1b}[0m"]);
    }
}
