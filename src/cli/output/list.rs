//! Tables of tickets, of duties and of next steps.

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};

use super::colour::Colour;
use super::time::due_words;
use super::visible::visible;
use crate::core::Time;
use crate::core::case::Case;
use crate::core::duty::Owed;
use crate::core::key::Key;
use crate::core::words::Word;
use crate::store::ListRow;

/// A table of tickets as it grows.
pub(in crate::cli) struct ListTable {
    table: Table,
    colour: Colour,
    now: Time,
}

impl ListTable {
    pub(in crate::cli) fn new(width: u16, colour: Colour, now: Time) -> Self {
        Self { table: table(width, &["KEY", "STAGE", "PRIORITY", "DUE", "CUSTOMER", "SUMMARY"], colour), colour, now }
    }

    pub(in crate::cli) fn add(&mut self, row: &ListRow) {
        self.table.add_row([
            row.key.to_string(),
            row.stage.clone(),
            row.priority.map(|priority| self.colour.priority(priority)).unwrap_or_default(),
            row.due.map(|due| due_cell(due, self.now, self.colour)).unwrap_or_default(),
            visible(&row.customer).into_owned(),
            one_line(&row.summary),
        ]);
    }

    pub(in crate::cli) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    pub(in crate::cli) fn render(&self) -> String {
        trimmed(&self.table)
    }
}

/// The table of what is owed: each duty with its ticket and customer, and the command that settles it.
pub(in crate::cli) fn next_table(owed: &[(Case, Key, Owed)], width: u16, now: Time, colour: Colour) -> String {
    let mut table = table(width, &["DUE", "BY", "TICKET", "CUSTOMER", "WHAT, AND HOW"], colour);
    for (case, ticket, owed) in owed {
        let customer = match (&owed.duty.csd, case.csd(ticket)) {
            (Some(csd), _) => case.csd(csd).map(|csd| csd.customer.clone()).unwrap_or_default(),
            (None, Some(csd)) => csd.customer.clone(),
            (None, None) => {
                let names =
                    case.cus(ticket).map(|cus| case.linked(cus).map(|csd| csd.customer.as_str()).collect::<Vec<_>>());
                names.unwrap_or_default().join(", ")
            }
        };
        let mut what = super::ticket::describe(owed);
        if let Some(priority) = case.cus(ticket).map(|cus| cus.priority).filter(|priority| priority.is_high()) {
            what = format!("{}: {what}", colour.priority(priority));
        }
        table.add_row([
            due_cell(owed.due, now, colour),
            owed.by.as_str().to_owned(),
            case.current_key(ticket).to_string(),
            visible(&customer).into_owned(),
            format!("{what}\n{}", colour.key(&owed.fix)),
        ]);
    }
    trimmed(&table)
}

fn table(width: u16, headings: &[&str], colour: Colour) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    table.set_header(headings.iter().map(|heading| colour.dim(heading)));
    if let Some(first) = table.column_mut(0) {
        first.set_padding((0, 1));
    }
    table
}

fn trimmed(table: &Table) -> String {
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

fn due_cell(due: Time, now: Time, colour: Colour) -> String {
    let words = due_words(due, now);
    if due < now { colour.late(&words) } else { words }
}

fn one_line(text: &str) -> String {
    visible(text.lines().next().unwrap_or_default()).into_owned()
}
