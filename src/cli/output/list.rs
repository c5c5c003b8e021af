//! Tables of tickets and of duties.

use super::colour::Colour;
use super::table::Grid;
use super::time::due_words;
use super::visible::visible;
use super::wrap::hanging;
use crate::core::Time;
use crate::core::case::Case;
use crate::core::duty::Owed;
use crate::core::key::Key;
use crate::core::words::Word;
use crate::store::ListRow;

/// A table of tickets as it grows.
pub(in crate::cli) struct ListTable {
    table: Grid,
    colour: Colour,
    now: Time,
}

impl ListTable {
    pub(in crate::cli) fn new(width: u16, colour: Colour, now: Time) -> Self {
        let headings = ["KEY", "STAGE", "PRIORITY", "DUE", "CUSTOMER", "SUMMARY"];
        Self { table: Grid::new(width, &headings, colour).unbroken(0..=3), colour, now }
    }

    /// Adds a ticket; `why` stands below its summary.
    pub(in crate::cli) fn add(&mut self, row: &ListRow, why: Option<&str>) {
        self.table.row([
            row.key.to_string(),
            self.colour.stage(&row.stage),
            row.priority.map(|priority| self.colour.priority(priority)).unwrap_or_default(),
            row.due.map(|due| due_cell(due, self.now, self.colour)).unwrap_or_default(),
            visible(&row.customer).into_owned(),
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
pub(in crate::cli) fn next_page(owed: &[(Case, Key, Owed)], width: u16, now: Time, colour: Colour) -> String {
    let rows: Vec<[String; 3]> = owed
        .iter()
        .map(|(case, ticket, owed)| {
            [due_words(owed.due, now), owed.by.as_str().to_owned(), case.current_key(ticket).to_string()]
        })
        .collect();
    let widest = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(String::len).max().unwrap_or(0);
    let [due_width, by_width, key_width] = [0, 1, 2].map(widest);
    let mut page = Vec::new();
    for ((case, ticket, owed), [due, by, key]) in owed.iter().zip(rows) {
        let customer = customers(case, ticket, owed.duty.csd.as_ref());
        let priority = case.cus(ticket).map(|cus| cus.priority).filter(|priority| priority.is_high());
        let priority = priority.map(|priority| format!("{}: ", colour.priority(priority))).unwrap_or_default();
        let due = format!("{due:<due_width$}");
        let due = if owed.is_overdue(now) { colour.late(&due) } else { due };
        let what = format!("{priority}{} for {}", super::ticket::describe(owed), visible(&customer));
        let line = format!("{due}  {by:<by_width$}  {}  {what}", colour.key(&format!("{key:<key_width$}")));
        page.push(hanging(&line, usize::from(width), "    "));
        page.push(format!("    {}", colour.key(&owed.fix)));
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

/// The customers of a ticket, or the one that a duty on it is about.
pub(in crate::cli) fn customers(case: &Case, ticket: &Key, about: Option<&Key>) -> String {
    match (about, case.csd(ticket), case.cus(ticket)) {
        (Some(csd), ..) => case.csd(csd).map(|csd| csd.customer.clone()).unwrap_or_default(),
        (None, Some(csd), _) => csd.customer.clone(),
        (None, None, Some(cus)) => case.linked(cus).map(|csd| csd.customer.as_str()).collect::<Vec<_>>().join(", "),
        (None, None, None) => String::new(),
    }
}
