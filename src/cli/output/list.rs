//! Tables of tickets and of duties.

use super::colour::Colour;
use super::columns::Columns;
use super::time::due_words;
use super::visible::{visible, visible_in_line};
use super::wrap::hanging;
use crate::cli::hint;
use crate::store::{ListRow, OwedRow};
use crate::workflow::Time;
use crate::workflow::vocabulary::Word;

/// A table of tickets as it grows.
pub(in crate::cli) struct ListTable {
    table: Columns<6>,
    colour: Colour,
    now: Time,
}

impl ListTable {
    pub(in crate::cli) fn new(width: u16, colour: Colour, now: Time) -> Self {
        let headings = ["KEY", "STAGE", "PRIORITY", "DUE", "CUSTOMER", "SUMMARY"];
        Self { table: Columns::new(width, headings, 4, colour), colour, now }
    }

    /// Adds a ticket; `why` stands below its summary.
    pub(in crate::cli) fn add(&mut self, row: &ListRow, why: Option<&str>) {
        self.table.row([
            row.key.to_string(),
            self.colour.stage(&row.stage),
            row.priority.map(|priority| self.colour.priority(priority)).unwrap_or_default(),
            row.due.map(|due| due_cell(due, self.now, self.colour)).unwrap_or_default(),
            visible_in_line(&row.customer).into_owned(),
            match why {
                Some(why) => format!("{}\n{}", one_line(&row.summary), self.colour.dim(&visible(why))),
                None => one_line(&row.summary),
            },
        ]);
    }

    pub(in crate::cli) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    pub(in crate::cli) fn render(&self) -> String {
        self.table.render()
    }
}

/// What is owed: each duty with its ticket and customer, and below it the command that settles it, which is never
/// broken, so that it can be copied.
pub(in crate::cli) fn next_page(owed: &[OwedRow], width: u16, now: Time, colour: Colour) -> String {
    let rows: Vec<[String; 3]> =
        owed.iter().map(|row| [due_words(row.due, now), row.by.as_str().to_owned(), row.key.to_string()]).collect();
    let widest = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(String::len).max().unwrap_or(0);
    let [due_width, by_width, key_width] = [0, 1, 2].map(widest);
    let mut page = Vec::new();
    for (row, [due, by, key]) in owed.iter().zip(rows) {
        let priority = row.priority.filter(|priority| priority.is_high());
        let priority = priority.map(|priority| format!("{}: ", colour.priority(priority))).unwrap_or_default();
        let due = format!("{due:<due_width$}");
        let due = if row.due < now { colour.late(&due) } else { due };
        let what = super::ticket::describe(row.kind, row.csd.as_ref());
        let what = format!("{priority}{what} for {}", visible_in_line(&row.customer));
        let line = format!("{due}  {by:<by_width$}  {}  {what}", colour.key(&format!("{key:<key_width$}")));
        page.push(hanging(&line, usize::from(width), "    "));
        page.push(format!("    {}", colour.key(hint::fix(&row.remedy).text())));
    }
    page.join("\n")
}

fn due_cell(due: Time, now: Time, colour: Colour) -> String {
    let words = due_words(due, now);
    if due < now { colour.late(&words) } else { words }
}

pub(in crate::cli) fn one_line(text: &str) -> String {
    visible(text.lines().next().unwrap_or_default()).into_owned()
}
