//! Today: what is overdue and due, the board, holds, customers who wait, promises and the Open Bug List.

use std::collections::HashMap;

use anyhow::Result;
use chrono::{Local, TimeDelta};
use serde::Serialize;

use crate::cli::commands::plan::versions;
use crate::cli::output::{ago, due_briefly, one_line, roughly, visible_in_line};
use crate::cli::views::owed::in_brief;
use crate::cli::views::stages::{is_on_a_board, stages};
use crate::store::{ListQuery, ListRow, NamedFilter, OwedQuery, OwedRow, Store, StoreError};
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::scope::Scope;
use crate::workflow::tickets::Tickets;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::cus::Cus;
use crate::workflow::vocabulary::Word;

/// How many cards a column has, and how many rows a table.
const MOST: usize = 150;

/// Everything that stands today.
#[derive(Serialize)]
pub(super) struct Today {
    overdue: Vec<DutyRow>,
    more_overdue: usize,
    soon: Vec<DutyRow>,
    more_soon: usize,
    columns: Vec<Column>,
    /// The stages in which there is nothing.
    empty: Vec<&'static str>,
    holds: Vec<HoldRow>,
    waiting: Vec<WaitingRow>,
    more_waiting: usize,
    versions: Vec<VersionRow>,
    open_bugs: Vec<BugRow>,
    more_open_bugs: usize,
    /// How long the customer has waited who has waited longest.
    longest_wait: Option<String>,
    /// The number of tickets that have no card.
    pub(super) without_card: usize,
}

/// The tickets that have a card.
pub(super) struct Shown {
    /// The keys under which they were first recorded, in the order of their cards.
    pub(super) ids: Vec<Key>,
    /// They and those that they are linked with.
    pub(super) tickets: Tickets,
}

#[derive(Serialize)]
struct DutyRow {
    key: String,
    due: String,
    what: String,
    by: &'static str,
    customer: String,
    summary: String,
    priority: Option<&'static str>,
}

/// A stage with its tickets.
#[derive(Serialize)]
struct Column {
    stage: &'static str,
    count: usize,
    cards: Vec<Card>,
}

#[derive(Serialize)]
struct Card {
    key: String,
    summary: String,
    customer: String,
    priority: Option<&'static str>,
    age: String,
    owes: Option<String>,
    due: Option<String>,
    is_late: bool,
}

#[derive(Serialize)]
struct HoldRow {
    key: String,
    version: String,
}

#[derive(Serialize)]
struct WaitingRow {
    key: String,
    customer: String,
    summary: String,
    told: String,
}

#[derive(Serialize)]
struct VersionRow {
    name: String,
    days: String,
    is_late: bool,
    tickets: usize,
    shipped: usize,
    promises: usize,
    open: usize,
    slipped: usize,
}

#[derive(Serialize)]
struct BugRow {
    key: String,
    summary: String,
    customer: String,
    priority: Option<&'static str>,
    age: String,
    decision: String,
    version: String,
    owes: String,
}

/// Gathers what stands today, and the tickets that it shows.
pub(super) fn gather(store: &Store, now: Time) -> Result<(Today, Shown)> {
    let (duties, _) = store.owed(&OwedQuery::default(), now)?;
    let mut first: HashMap<&Key, &OwedRow> = HashMap::new();
    for duty in &duties {
        first.entry(&duty.ticket).or_insert(duty);
    }
    let mut rows: Vec<ListRow> = Vec::new();
    store.list(&ListQuery::default(), now, |row| -> Result<(), StoreError> {
        if is_on_a_board(&row) {
            rows.push(row);
        }
        Ok(())
    })?;
    let late = |row: &ListRow| first.get(&row.id).is_some_and(|duty| duty.due < now);
    rows.sort_by_key(|row| !late(row));
    let (columns, ids) = board(&rows, &first, now);
    let (overdue, rest): (Vec<&OwedRow>, Vec<&OwedRow>) = duties.iter().partition(|duty| duty.due < now);
    let soon: Vec<&OwedRow> = rest.into_iter().filter(|duty| duty.due < now + TimeDelta::days(1)).collect();
    let mut bugs: Vec<ListRow> = Vec::new();
    let open_bugs = ListQuery { filters: vec![NamedFilter::OpenBugs], ..ListQuery::default() };
    store.list(&open_bugs, now, |row| -> Result<(), StoreError> {
        bugs.push(row);
        Ok(())
    })?;
    let tickets = store.tickets(&Scope::of(ids.iter().cloned()))?;
    let waiting = waiting(&tickets, &ids);
    let holds = store.holds()?.into_iter();
    let today = Today {
        more_overdue: overdue.len().saturating_sub(MOST),
        overdue: overdue.into_iter().take(MOST).map(|duty| duty_row(duty, now)).collect(),
        more_soon: soon.len().saturating_sub(MOST),
        soon: soon.into_iter().take(MOST).map(|duty| duty_row(duty, now)).collect(),
        empty: columns.iter().filter(|column| column.count == 0).map(|column| column.stage).collect(),
        columns,
        holds: holds
            .map(|held| HoldRow { key: held.cus.to_string(), version: version(held.version.as_deref()) })
            .collect(),
        longest_wait: waiting.first().map(|(since, _, _)| roughly(now - *since)),
        more_waiting: waiting.len().saturating_sub(MOST),
        waiting: waiting.iter().take(MOST).map(|(_, csd, told)| waiting_row(csd, *told, now)).collect(),
        versions: planned(store, now)?,
        more_open_bugs: bugs.len().saturating_sub(MOST),
        open_bugs: bugs.iter().take(MOST).map(|row| bug_row(row, &first, now)).collect(),
        without_card: rows.len() - ids.len(),
    };
    Ok((today, Shown { ids, tickets }))
}

fn board(rows: &[ListRow], first: &HashMap<&Key, &OwedRow>, now: Time) -> (Vec<Column>, Vec<Key>) {
    let mut ids = Vec::new();
    let mut columns = Vec::new();
    for (kind, stage) in stages() {
        let there: Vec<&ListRow> = rows.iter().filter(|row| row.kind == kind && row.stage == stage).collect();
        let shown = there.iter().take(MOST);
        ids.extend(shown.clone().map(|row| row.id.clone()));
        let cards = shown.map(|row| card(row, first.get(&row.id).copied(), now)).collect();
        columns.push(Column { stage, count: there.len(), cards });
    }
    (columns, ids)
}

fn card(row: &ListRow, owed: Option<&OwedRow>, now: Time) -> Card {
    Card {
        key: row.key.to_string(),
        summary: one_line(&row.summary),
        customer: visible_in_line(&row.customer).into_owned(),
        priority: row.priority.map(|priority| priority.as_str()),
        age: roughly(now - row.created),
        owes: owed.map(|duty| format!("{}: {}", duty.by, in_brief(duty.kind))),
        due: owed.map(|duty| due_briefly(duty.due, now)),
        is_late: owed.is_some_and(|duty| duty.due < now),
    }
}

fn duty_row(duty: &OwedRow, now: Time) -> DutyRow {
    DutyRow {
        key: duty.key.to_string(),
        due: due_briefly(duty.due, now),
        what: in_brief(duty.kind).to_owned(),
        by: duty.by.as_str(),
        customer: visible_in_line(&duty.customer).into_owned(),
        summary: one_line(&duty.summary),
        priority: duty.priority.map(|priority| priority.as_str()),
    }
}

fn bug_row(row: &ListRow, first: &HashMap<&Key, &OwedRow>, now: Time) -> BugRow {
    BugRow {
        key: row.key.to_string(),
        summary: one_line(&row.summary),
        customer: visible_in_line(&row.customer).into_owned(),
        priority: row.priority.map(|priority| priority.as_str()),
        age: roughly(now - row.created),
        decision: row.decision.clone().unwrap_or_default(),
        version: row.fix_version.as_deref().map(visible_in_line).unwrap_or_default().into_owned(),
        owes: first.get(&row.id).map(|duty| duty.by.to_string()).unwrap_or_default(),
    }
}

/// The customers of open CUS tickets who have not answered, each with their ticket and when they were told: those first
/// who have waited longest.
fn waiting<'a>(tickets: &'a Tickets, ids: &[Key]) -> Vec<(Time, &'a Csd, Option<Time>)> {
    let of = |cus: &'a Cus| {
        tickets.linked(cus).filter_map(|csd| {
            let link = cus.link(&csd.id).filter(|link| link.answer.is_none())?;
            let told = link.customer_told.map(|told| told.at);
            Some((told.unwrap_or(csd.created), csd, told))
        })
    };
    let mut waiting: Vec<_> = ids.iter().filter_map(|id| tickets.cus(id)).flat_map(of).collect();
    waiting.sort_by_key(|(since, _, _)| *since);
    waiting
}

fn waiting_row(csd: &Csd, told: Option<Time>, now: Time) -> WaitingRow {
    WaitingRow {
        key: csd.key.to_string(),
        customer: visible_in_line(&csd.customer).into_owned(),
        summary: one_line(&csd.summary),
        told: told.map_or_else(|| format!("not yet; reported {}", ago(csd.created, now)), |at| ago(at, now)),
    }
}

fn planned(store: &Store, now: Time) -> Result<Vec<VersionRow>, StoreError> {
    let rows = versions(store, now)?.into_iter().map(|version| {
        let (promises, open) = version.promises();
        VersionRow {
            name: visible_in_line(&version.name).into_owned(),
            days: version.days(),
            is_late: version.is_late(now.with_timezone(&Local).date_naive()),
            tickets: version.planned.len(),
            shipped: version.shipped(),
            promises,
            open,
            slipped: version.slipped(),
        }
    });
    Ok(rows.collect())
}

fn version(held: Option<&str>) -> String {
    held.map_or_else(|| "every version".to_owned(), |version| visible_in_line(version).into_owned())
}
