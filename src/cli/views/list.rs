//! Lists of tickets, and how many stand in each stage.

use anyhow::Result;
use serde_json::json;

use super::owed::stuck_words;
use super::ticket_json::ticket_view;
use crate::cli::hint::{self, quoted};
use crate::cli::input::nearest;
use crate::cli::output::{
    Cell, Column, Items, Json, Keys, Page, Rows, Table, Tone, View, cut, due_briefly, due_tone, one_line, rfc3339,
    roughly, visible_in_line,
};
use crate::store::{ListQuery, ListRow, NamedFilter, StageCount, Store, StoreError};
use crate::workflow::Time;
use crate::workflow::obligations::owed::owed;
use crate::workflow::reports::stalled::stuck;
use crate::workflow::scope::Scope;
use crate::workflow::tickets::Tickets;
use crate::workflow::vocabulary::{Word, vocabulary};

/// After how many rows a table is shown, so that a long one needs little memory.
const PAGE: usize = 500;

vocabulary! {
    /// A column of a list of tickets.
    pub(in crate::cli) ListColumn {
        /// When something on it is due.
        Due = "due",
        /// Its key.
        Key = "key",
        /// Its kind.
        Kind = "kind",
        /// Its priority.
        Priority = "priority",
        /// Its stage.
        Stage = "stage",
        /// What is decided.
        Decision = "decision",
        /// The version that brings the fix.
        FixVersion = "fix_version",
        /// Who owes something on it.
        OwedBy = "owed_by",
        /// How old it is.
        Age = "age",
        /// When it was recorded.
        Created = "created",
        /// When it last changed.
        Updated = "updated",
        /// What it is about.
        Summary = "summary",
        /// Its customers.
        Customer = "customer",
    }
}

/// What a table shows.
const COLUMNS: [ListColumn; 6] = [
    ListColumn::Due,
    ListColumn::Key,
    ListColumn::Priority,
    ListColumn::Stage,
    ListColumn::Summary,
    ListColumn::Customer,
];
/// What the Open Bug List shows.
const OF_BUGS: [ListColumn; 9] = [
    ListColumn::Due,
    ListColumn::Key,
    ListColumn::Priority,
    ListColumn::Decision,
    ListColumn::FixVersion,
    ListColumn::Age,
    ListColumn::OwedBy,
    ListColumn::Summary,
    ListColumn::Customer,
];
/// What a row of comma-separated values holds.
const OF_ROWS: [ListColumn; 11] = [
    ListColumn::Key,
    ListColumn::Kind,
    ListColumn::Stage,
    ListColumn::Priority,
    ListColumn::Due,
    ListColumn::Customer,
    ListColumn::Summary,
    ListColumn::Decision,
    ListColumn::FixVersion,
    ListColumn::Created,
    ListColumn::Updated,
];

/// A list of tickets, read while it is printed, so that a long one needs no memory.
pub(in crate::cli) struct ListView<'a> {
    pub(in crate::cli) store: &'a Store,
    pub(in crate::cli) query: ListQuery,
    /// The columns that were asked for; empty for the usual ones.
    pub(in crate::cli) columns: Vec<ListColumn>,
    pub(in crate::cli) now: Time,
}

impl View for ListView<'_> {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        let is_of = |filter| self.query.filters.contains(&filter);
        let usual = if is_of(NamedFilter::OpenBugs) { &OF_BUGS[..] } else { &COLUMNS };
        let columns = if self.columns.is_empty() { usual } else { &self.columns };
        let is_usual = self.columns.is_empty();
        // The Open Bug List is about what becomes of bugs; their due time is beside it where there is room.
        let is_optional = |column: &ListColumn| *column == ListColumn::Due && is_usual && is_of(NamedFilter::OpenBugs);
        let laid_out = columns.iter().map(|column| {
            if is_optional(column) { Column::numbers("DUE").optional(9) } else { column.laid_out(is_usual) }
        });
        let laid_out: Vec<Column> = laid_out.collect();
        let mut table = Table::new(&laid_out);
        let more = self.store.list(&self.query, self.now, |row| -> Result<()> {
            let tickets = self.tickets_if_needed(&row, columns)?;
            let cells: Vec<Cell> = columns.iter().map(|column| column.cell(&row, tickets.as_ref(), self.now)).collect();
            table.row(cells);
            if is_of(NamedFilter::Stuck)
                && let Some(tickets) = &tickets
                && let Some(why) = tickets.ticket(&row.id).and_then(|ticket| stuck(tickets, ticket, self.now))
            {
                table.note(Tone::Dim, stuck_words(why, self.now));
            }
            if table.len() == PAGE { page.table(&mut table) } else { Ok(()) }
        })?;
        if table.is_empty() {
            page.line("No tickets match.")?;
            return self.hint(page);
        }
        page.table(&mut table)?;
        cut(more).map_or(Ok(()), |line| page.line(line))
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        json.list(|items| {
            self.store.list(&self.query, self.now, |row| {
                let tickets = self.store.tickets(&Scope::of([row.id.clone()]))?;
                let ticket = tickets.ticket(&row.id);
                ticket.map_or(Ok(()), |ticket| items.add(&ticket_view(&tickets, ticket, self.now)))
            })?;
            Ok(())
        })
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        let columns = if self.columns.is_empty() { &OF_ROWS[..] } else { &self.columns };
        rows.header(&columns.iter().map(|column| column.as_str()).collect::<Vec<_>>())?;
        self.store.list(&self.query, self.now, |row| -> Result<()> {
            let tickets = self.tickets_if_needed(&row, columns)?;
            rows.row(columns.iter().map(|column| column.value(&row, tickets.as_ref(), self.now)))
        })?;
        Ok(())
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        self.store.list(&self.query, self.now, |row| keys.key(row.key.as_str()))?;
        Ok(())
    }
}

impl ListView<'_> {
    /// The ticket whole, where its row does not say all that is shown.
    fn tickets_if_needed(&self, row: &ListRow, columns: &[ListColumn]) -> Result<Option<Tickets>, StoreError> {
        let is_needed = columns.contains(&ListColumn::OwedBy) || self.query.filters.contains(&NamedFilter::Stuck);
        is_needed.then(|| self.store.tickets(&Scope::of([row.id.clone()]))).transpose()
    }

    /// A customer's name that nobody has is probably a slip.
    fn hint(&self, page: &mut Page<'_>) -> Result<()> {
        let Some(name) = &self.query.customer else { return Ok(()) };
        let known = self.store.customers()?;
        let is_known = known.iter().any(|other| other.eq_ignore_ascii_case(name));
        if let Some(near) = nearest(name, known.iter().map(String::as_str)).filter(|_| !is_known) {
            page.hint(&hint::command(&format!("list --customer {}", quoted(near))));
        }
        Ok(())
    }
}

impl ListColumn {
    /// The column in a table; where nobody asked for it, it goes where there is no room.
    fn laid_out(self, is_usual: bool) -> Column {
        let column = match self {
            Self::Due => Column::numbers("DUE").optional(2),
            Self::Key => return Column::words("KEY"),
            Self::Kind => Column::words("KIND").optional(9),
            Self::Priority => Column::words("PRIORITY").optional(3),
            Self::Stage => Column::words("STAGE").optional(0),
            Self::Decision => Column::words("DECISION").optional(1),
            Self::FixVersion => Column::words("FIX").optional(1),
            Self::OwedBy => Column::words("OWED BY").optional(1),
            Self::Age => Column::numbers("AGE").optional(4),
            Self::Created => Column::numbers("CREATED").optional(9),
            Self::Updated => Column::numbers("UPDATED").optional(9),
            Self::Summary => return Column::rest("SUMMARY"),
            Self::Customer => return Column::spare("CUSTOMER"),
        };
        if is_usual { column } else { column.whole() }
    }

    fn cell(self, row: &ListRow, tickets: Option<&Tickets>, now: Time) -> Cell {
        match self {
            Self::Due => row.due.map(|due| Cell::new(due_tone(due, now), due_briefly(due, now))).unwrap_or_default(),
            Self::Key => Cell::new(Tone::of_key(&row.stage), row.key.as_str()),
            Self::Priority => {
                let cell = |priority| Cell::new(Tone::of_priority(priority), priority.as_str());
                row.priority.map(cell).unwrap_or_default()
            }
            Self::Stage => Cell::new(Tone::of_stage(&row.stage), row.stage.as_str()),
            Self::Age => roughly(now - row.created).into(),
            Self::Created => row.created.with_timezone(&chrono::Local).format("%Y-%m-%d").to_string().into(),
            Self::Updated => row.updated.with_timezone(&chrono::Local).format("%Y-%m-%d").to_string().into(),
            Self::Summary => one_line(&row.summary).into(),
            Self::OwedBy => {
                let roles = owed_by(row, tickets, now);
                let more = if roles.len() > 1 { format!(" +{}", roles.len() - 1) } else { String::new() };
                roles.first().map(|first| format!("{first}{more}").into()).unwrap_or_default()
            }
            Self::Kind | Self::Decision | Self::FixVersion | Self::Customer => {
                visible_in_line(&self.value(row, tickets, now)).into()
            }
        }
    }

    /// The value as a program reads it.
    fn value(self, row: &ListRow, tickets: Option<&Tickets>, now: Time) -> String {
        match self {
            Self::Due => row.due.map(rfc3339).unwrap_or_default(),
            Self::Key => row.key.to_string(),
            Self::Kind => row.kind.to_string(),
            Self::Priority => row.priority.map(|priority| priority.to_string()).unwrap_or_default(),
            Self::Stage => row.stage.clone(),
            Self::Decision => row.decision.clone().unwrap_or_default(),
            Self::FixVersion => row.fix_version.clone().unwrap_or_default(),
            Self::OwedBy => owed_by(row, tickets, now).join(", "),
            Self::Age => (now - row.created).num_days().to_string(),
            Self::Created => rfc3339(row.created),
            Self::Updated => rfc3339(row.updated),
            Self::Summary => row.summary.clone(),
            Self::Customer => row.customer.clone(),
        }
    }
}

/// The roles that owe something on a ticket now, the first due first.
fn owed_by(row: &ListRow, tickets: Option<&Tickets>, now: Time) -> Vec<&'static str> {
    let Some((tickets, ticket)) = tickets.and_then(|tickets| Some((tickets, tickets.ticket(&row.id)?))) else {
        return Vec::new();
    };
    let mut all = owed(tickets, ticket);
    all.retain(|owed| owed.is_shown(now));
    all.sort_by_key(|owed| owed.due);
    let mut roles = Vec::new();
    for owed in &all {
        if !roles.contains(&owed.by.as_str()) {
            roles.push(owed.by.as_str());
        }
    }
    roles
}

/// How many tickets stand in each stage.
pub(in crate::cli) struct CountsView {
    pub(in crate::cli) counts: Vec<StageCount>,
}

impl View for CountsView {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        if self.counts.is_empty() {
            return page.line("No tickets match.");
        }
        let columns = [Column::words("KIND"), Column::words("STAGE"), Column::numbers("TICKETS")];
        let mut table = Table::new(&columns);
        for count in &self.counts {
            let stage = Cell::new(Tone::of_stage(&count.stage), count.stage.as_str());
            table.row([count.kind.as_str().into(), stage, count.tickets.to_string().into()]);
        }
        page.table(&mut table)
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        let add = |items: &mut Items<'_, '_>, count: &StageCount| {
            items.add(&json!({ "kind": count.kind, "stage": count.stage, "tickets": count.tickets }))
        };
        json.list(|items| self.counts.iter().try_for_each(|count| add(items, count)))
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        rows.header(&["kind", "stage", "tickets"])?;
        let row = |count: &StageCount| [count.kind.to_string(), count.stage.clone(), count.tickets.to_string()];
        self.counts.iter().try_for_each(|count| rows.row(row(count)))
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        self.counts.iter().try_for_each(|count| keys.key(&count.stage))
    }
}
