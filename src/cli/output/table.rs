//! Tables without frames: one line a thing. comfy-table lays out the columns; how wide each may be, and which must go
//! where there is little room, is decided here, since nothing but a terminal has a width that it could ask for.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Row, Width};
use unicode_width::UnicodeWidthStr;

use super::colour::{Colour, Tone};
use super::markdown::markdown;
use super::wrap::hanging;

/// How many blanks stand between two columns.
const GAP: usize = 2;
/// How narrow the column that shrinks may become before others go.
const NARROWEST: usize = 18;
/// How narrow a column that may go is shown.
const NARROWEST_SPARE: usize = 8;
/// How far a note stands in from the row that it belongs to.
const INDENT: &str = "    ";

/// How a column behaves where there is little room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Room {
    /// It is shown as wide as its content.
    Whole,
    /// It is shown whole, or not at all; the highest goes first.
    Optional(u8),
    /// It is cut, and goes before any other.
    Spare,
    /// It has what the others leave, and is cut.
    Rest,
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) struct Column {
    heading: &'static str,
    is_number: bool,
    room: Room,
}

impl Column {
    /// A column of words, always whole.
    pub(in crate::cli) const fn words(heading: &'static str) -> Self {
        Self { heading, is_number: false, room: Room::Whole }
    }

    /// A column of numbers or times, which stand to the right.
    pub(in crate::cli) const fn numbers(heading: &'static str) -> Self {
        Self { heading, is_number: true, room: Room::Whole }
    }

    /// A column that is cut where there is little room, and goes where there is none.
    pub(in crate::cli) const fn spare(heading: &'static str) -> Self {
        Self { heading, is_number: false, room: Room::Spare }
    }

    /// The column that shrinks: it has what the others leave.
    pub(in crate::cli) const fn rest(heading: &'static str) -> Self {
        Self { heading, is_number: false, room: Room::Rest }
    }

    /// The same column, always whole.
    pub(in crate::cli) const fn whole(self) -> Self {
        Self { room: Room::Whole, ..self }
    }

    /// The same column, which goes where there is no room; the highest place goes first.
    pub(in crate::cli) const fn optional(self, place: u8) -> Self {
        Self { room: Room::Optional(place), ..self }
    }
}

/// A cell, with its tone.
#[derive(Debug, Default)]
pub(in crate::cli) struct Cell {
    text: String,
    tone: Tone,
}

impl Cell {
    pub(in crate::cli) fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { text: text.into(), tone }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), tone: Tone::Plain }
    }
}

/// A row, with what is said below it.
struct Line {
    cells: Vec<Cell>,
    notes: Vec<(Tone, String)>,
}

/// A table as it grows.
pub(in crate::cli) struct Table {
    columns: Vec<Column>,
    rows: Vec<Line>,
    /// How wide the columns are, once the first rows are shown: those that follow stand below them.
    widths: Option<Vec<Option<usize>>>,
}

impl Table {
    pub(in crate::cli) fn new(columns: &[Column]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new(), widths: None }
    }

    /// Adds a row; each cell is one line.
    pub(in crate::cli) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(Line { cells: cells.into_iter().collect(), notes: Vec::new() });
    }

    /// Adds a line below the last row, which may be as wide as the table.
    pub(in crate::cli) fn note(&mut self, tone: Tone, text: impl Into<String>) {
        if let Some(row) = self.rows.last_mut() {
            row.notes.push((tone, text.into()));
        }
    }

    /// The table in Markdown, without the columns that have no heading.
    pub(in crate::cli) fn markdown(&self) -> String {
        let shown = |cells: Vec<String>| {
            let cells = self.columns.iter().zip(cells).filter(|(column, _)| !column.heading.is_empty());
            format!("| {} |\n", cells.map(|(_, cell)| cell).collect::<Vec<_>>().join(" | "))
        };
        let heading = |column: &Column| {
            let mut letters = column.heading.chars();
            letters.next().into_iter().chain(letters.flat_map(char::to_lowercase)).collect()
        };
        let rule = |column: &Column| if column.is_number { "---:" } else { "---" }.to_owned();
        let rows = self.rows.iter().map(|row| shown(row.cells.iter().map(|cell| markdown(&cell.text)).collect()));
        let head = [shown(self.columns.iter().map(heading).collect()), shown(self.columns.iter().map(rule).collect())];
        head.into_iter().chain(rows).collect()
    }

    /// How many rows wait to be shown.
    pub(in crate::cli) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has no rows.
    pub(in crate::cli) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.widths.is_none()
    }

    /// The headings of what was left out for want of room.
    pub(in crate::cli) fn left_out(&self) -> Vec<&'static str> {
        let columns = self.columns.iter().zip(self.widths.iter().flatten());
        columns.filter(|(_, width)| width.is_none()).map(|(column, _)| column.heading).collect()
    }

    /// Takes its rows as lines; the first time they stand below their headings.
    pub(super) fn lines(&mut self, width: usize, colour: Colour) -> Vec<String> {
        let widths = match self.widths.take() {
            Some(widths) => self.grown(widths),
            None => {
                let headings = self.columns.iter().map(|column| Cell::new(Tone::Dim, column.heading));
                let headings = Line { cells: headings.collect(), notes: Vec::new() };
                self.rows.insert(0, headings);
                self.fitted(width)
            }
        };
        let rows = std::mem::take(&mut self.rows);
        let plain = self.laid_out(&rows, &widths);
        let mut lines = Vec::with_capacity(rows.len());
        for (row, line) in rows.iter().zip(&plain) {
            lines.push(painted(line, row.shown(&widths), colour));
            for (tone, note) in &row.notes {
                let note = hanging(&format!("{INDENT}{note}"), width, INDENT);
                lines.extend(note.lines().map(|line| format!("{INDENT}{}", colour.paint(*tone, line.trim_start()))));
            }
        }
        self.widths = Some(widths);
        lines
    }

    /// The rows in columns, a line for each.
    fn laid_out(&self, rows: &[Line], widths: &[Option<usize>]) -> Vec<String> {
        let mut table = comfy_table::Table::new();
        table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        for row in rows {
            let mut line = Row::from(row.shown(widths).map(|(cell, _)| &cell.text));
            line.max_height(1);
            table.add_row(line);
        }
        let shown = self.columns.iter().zip(widths).filter_map(|(column, width)| Some((column, (*width)?)));
        for ((column, width), laid_out) in shown.zip(table.column_iter_mut()) {
            laid_out.set_padding((0, u16::try_from(GAP).unwrap_or(u16::MAX)));
            let width = u16::try_from(width + GAP).unwrap_or(u16::MAX);
            laid_out.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
            if column.is_number {
                laid_out.set_cell_alignment(CellAlignment::Right);
            }
        }
        table.lines().map(|line| line.trim_end().to_owned()).collect()
    }

    /// How wide the content of a column is.
    fn content(&self, column: usize) -> usize {
        self.rows.iter().filter_map(|row| row.cells.get(column)).map(|cell| cell.text.width()).max().unwrap_or(0)
    }

    /// How wide each column is in this width; `None` where it is left out.
    fn fitted(&self, width: usize) -> Vec<Option<usize>> {
        let content: Vec<usize> = (0..self.columns.len()).map(|column| self.content(column)).collect();
        let mut widths: Vec<Option<usize>> = content
            .iter()
            .zip(&self.columns)
            .map(|(content, column)| match column.room {
                Room::Whole | Room::Optional(_) => Some(*content),
                Room::Spare => Some((*content).min(NARROWEST_SPARE)),
                Room::Rest => Some((*content).min(NARROWEST)),
            })
            .collect();
        let total = |widths: &[Option<usize>]| {
            let shown: Vec<usize> = widths.iter().copied().flatten().collect();
            shown.iter().sum::<usize>() + GAP * shown.len().saturating_sub(1)
        };
        while total(&widths) > width {
            let going = |(_, column): &(usize, &Column)| match column.room {
                Room::Spare => Some(u8::MAX),
                Room::Optional(place) => Some(place),
                Room::Whole | Room::Rest => None,
            };
            let shown = self.columns.iter().enumerate().filter(|(n, _)| widths.get(*n).is_some_and(Option::is_some));
            let Some((n, _)) = shown.filter(|column| going(column).is_some()).max_by_key(going) else { break };
            widths.get_mut(n).map(Option::take);
        }
        self.share(&mut widths, &content, width, total)
    }

    /// Shares what is left of the width: two fifths to what may be cut, and the rest to the column that shrinks.
    fn share(
        &self,
        widths: &mut [Option<usize>],
        content: &[usize],
        width: usize,
        total: impl Fn(&[Option<usize>]) -> usize,
    ) -> Vec<Option<usize>> {
        let of =
            |room: Room| (0..self.columns.len()).filter(move |n| self.columns.get(*n).map(|c| c.room) == Some(room));
        let wanted = |widths: &[Option<usize>], n: usize| {
            let shown = widths.get(n).copied().flatten();
            content.get(n).copied().unwrap_or(0).saturating_sub(shown.unwrap_or(usize::MAX))
        };
        let left = width.saturating_sub(total(widths));
        let of_rest: usize = of(Room::Rest).map(|n| wanted(widths, n)).sum();
        let spared = (left * 2 / 5).max(left.saturating_sub(of_rest));
        for (room, mut share) in [(Room::Spare, spared), (Room::Rest, width)] {
            for n in of(room) {
                let grown = wanted(widths, n).min(share).min(width.saturating_sub(total(widths)));
                share -= grown;
                if let Some(Some(column)) = widths.get_mut(n) {
                    *column += grown;
                }
            }
        }
        // What cannot go and does not fit takes from the column that shrinks.
        for n in of(Room::Rest) {
            let over = total(widths).saturating_sub(width);
            if let Some(Some(column)) = widths.get_mut(n) {
                *column -= over.min(column.saturating_sub(NARROWEST_SPARE));
            }
        }
        widths.to_vec()
    }

    /// The widths of the rows before, wider where a whole column needs it.
    fn grown(&self, widths: Vec<Option<usize>>) -> Vec<Option<usize>> {
        let columns = self.columns.iter().enumerate().zip(widths);
        columns
            .map(|((n, column), width)| match column.room {
                Room::Whole | Room::Optional(_) => width.map(|width| width.max(self.content(n))),
                Room::Spare | Room::Rest => width,
            })
            .collect()
    }
}

impl Line {
    /// The cells that are shown, each with its width.
    fn shown<'a>(&'a self, widths: &'a [Option<usize>]) -> impl Iterator<Item = (&'a Cell, usize)> {
        self.cells.iter().zip(widths).filter_map(|(cell, width)| Some((cell, (*width)?)))
    }
}

/// The line with each of its cells in its tone.
fn painted<'a>(line: &str, cells: impl Iterator<Item = (&'a Cell, usize)>, colour: Colour) -> String {
    if !colour.is_on() {
        return line.to_owned();
    }
    let mut painted = String::with_capacity(line.len() * 2);
    let mut rest = line;
    for (cell, width) in cells {
        let is_cut = cell.text.width() > width;
        let end = if is_cut { rest.find('…').map(|at| at + '…'.len_utf8()) } else { None };
        let found = match end {
            Some(end) => Some((rest.len() - rest.trim_start().len(), end)),
            None if is_cut => None,
            None => rest.find(cell.text.as_str()).map(|at| (at, at + cell.text.len())),
        };
        if let Some((begin, end)) = found {
            painted.push_str(&rest[..begin]);
            painted.push_str(&colour.paint(cell.tone, &rest[begin..end]));
            rest = &rest[end..];
        }
    }
    painted.push_str(rest);
    painted
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 4] =
        [Column::numbers("DUE").optional(1), Column::words("KEY"), Column::rest("SUMMARY"), Column::spare("CUSTOMER")];

    fn shown(width: usize, rows: &[[&str; 4]]) -> String {
        let mut table = Table::new(&COLUMNS);
        rows.iter().for_each(|row| table.row(row.map(Cell::from)));
        table.lines(width, Colour::new(false)).join("\n")
    }

    #[test]
    fn numbers_stand_right_and_words_left() {
        assert_eq!(
            shown(60, &[["in 3 h", "CSD-1", "Rates are zero", "Acme"], ["2 d late", "CUS-12", "Labels", ""]]),
            "     DUE  KEY     SUMMARY         CUSTOMER\n  in 3 h  CSD-1   Rates are zero  Acme\n2 d late  CUS-12  Labels"
        );
    }

    #[test]
    fn the_summary_is_cut_and_the_key_never() {
        let row = ["in 3 h", "CSD-48211", "The label printer prints everything twice", "Kestrel Express of the North"];
        assert_eq!(
            shown(60, &[row]),
            "   DUE  KEY        SUMMARY                     CUSTOMER\nin 3 h  CSD-48211  The label printer prints…   Kestrel…"
        );
        assert_eq!(shown(30, &[row]), "KEY        SUMMARY\nCSD-48211  The label printer…");
    }

    #[test]
    fn a_table_in_markdown_has_numbers_to_the_right_and_no_column_without_a_heading() {
        let mut table = Table::new(&[Column::words("WHO"), Column::numbers("HOW MANY"), Column::spare("")]);
        table.row(["A|B", "3", "███"].map(Cell::from));
        assert_eq!(table.markdown(), "| Who | How many |\n| --- | ---: |\n| A\\|B | 3 |\n");
    }

    #[test]
    fn wide_letters_count_as_two_columns() {
        assert_eq!(
            shown(60, &[["", "A-1", "日本", "x"], ["", "A-2", "👩‍👩‍👧!", "y"]]),
            "DUE  KEY  SUMMARY  CUSTOMER\n     A-1  日本     x\n     A-2  👩‍👩‍👧!      y"
        );
    }

    #[test]
    fn only_the_words_of_a_cell_have_its_tone() {
        let mut table = Table::new(&COLUMNS);
        table.row([Cell::new(Tone::Late, "2 d late"), Cell::new(Tone::Strong, "A-1"), "x".into(), "".into()]);
        let lines = table.lines(60, Colour::new(true));
        assert_eq!(lines[1], "\u{1b}[31m2 d late\u{1b}[0m  \u{1b}[1mA-1\u{1b}[0m  x");
    }

    #[test]
    fn later_rows_stand_below_the_first() {
        let mut table = Table::new(&COLUMNS);
        table.row(["", "CSD-1", "Rates are zero", ""].map(Cell::from));
        table.lines(60, Colour::new(false));
        table.row(["", "CSD-123", "x", ""].map(Cell::from));
        table.note(Tone::Plain, "because");
        assert_eq!(table.lines(60, Colour::new(false)), ["     CSD-123  x", "    because"]);
    }
}
