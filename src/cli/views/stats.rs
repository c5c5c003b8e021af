//! The figures of the process: counts, checklists, times, and who held the tickets.

use anyhow::Result;
use chrono::TimeDelta;
use serde_json::{Map, Value, json};

use crate::cli::output::{
    Cell, Column, Json, Keys, Page, Rows, Table, View, bar, length, rfc3339, roughly, visible_in_line,
};
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::reports::stats::{Figures, Summary, Tally, Window};
use crate::workflow::vocabulary::{ChecklistItem, Role, Word};

/// A count of a tally.
type Count = fn(&Tally) -> u64;

/// The counts, each with its name.
const COUNTS: [(&str, Count); 7] = [
    ("arrived", |tally| tally.arrived),
    ("escalated", |tally| tally.escalated),
    ("returned", |tally| tally.returned),
    ("reopened", |tally| tally.reopened),
    ("closed", |tally| tally.closed),
    ("resolved", |tally| tally.resolved),
    ("slipped", |tally| tally.slipped),
];
/// How wide a bar is at most.
const BAR: usize = 20;

/// The figures of a time, by group where they are grouped.
pub(in crate::cli) struct StatsView {
    pub(in crate::cli) figures: Figures,
    pub(in crate::cli) window: Window,
}

impl View for StatsView {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        if self.figures.is_empty() {
            return page.line("No events.");
        }
        if self.window.by.is_some() {
            return self.groups(page);
        }
        for tally in self.figures.values() {
            page.table(&mut counts(tally))?;
            for mut table in [checklists(tally), times(tally), held(tally)] {
                if !table.is_empty() {
                    page.line("")?;
                    page.table(&mut table)?;
                }
            }
        }
        Ok(())
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        let window = self.window;
        let head = [
            ("since", json!(window.since.map(rfc3339))),
            ("until", json!(rfc3339(window.now))),
            ("by", json!(window.by)),
        ];
        json.list_under(&head, |items| {
            self.figures.iter().try_for_each(|(group, tally)| items.add(&object(group, tally, window)))
        })
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        rows.header(&["group", "figure", "value"])?;
        for (group, tally) in &self.figures {
            for (figure, value) in flat(tally) {
                rows.row([group, &figure, &value])?;
            }
        }
        Ok(())
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        self.figures.keys().try_for_each(|group| keys.key(group))
    }
}

impl StatsView {
    /// A table with a row for each group.
    fn groups(&self, page: &mut Page<'_>) -> Result<()> {
        let mut table = Table::new(&[
            Column::words("GROUP"),
            Column::numbers("NEW"),
            Column::numbers("ESCALATED").optional(3),
            Column::numbers("CLOSED").optional(4),
            Column::numbers("SLIPPED").optional(5),
            Column::numbers("ACCEPTED").optional(2),
            Column::numbers("ASSESS"),
            Column::numbers("DECIDE"),
            Column::numbers("UPDATE"),
            Column::numbers("CONFIRM"),
            Column::numbers("IN TIME"),
        ]);
        for (group, tally) in &self.figures {
            let median = |kind| tally.summary(kind).map(|summary| roughly(summary.median)).unwrap_or_default();
            let known: Vec<bool> = tally.times.values().flatten().filter_map(|taken| taken.in_time).collect();
            let kept = known.iter().filter(|in_time| **in_time).count() as u64;
            let cells = [
                visible_in_line(group).into_owned(),
                tally.arrived.to_string(),
                tally.escalated.to_string(),
                tally.closed.to_string(),
                tally.slipped.to_string(),
                percent(share(tally.accepted, tally.checklists)),
                median(DutyKind::EngAssess),
                median(DutyKind::Release),
                median(DutyKind::TellCustomer),
                median(DutyKind::Confirm),
                percent(share(kept, known.len() as u64)),
            ];
            table.row(cells.map(Cell::from));
        }
        page.table(&mut table)?;
        let legend = "ACCEPTED: checklists accepted the first time. ASSESS to CONFIRM: medians.";
        let left_out = table.left_out();
        let narrow = if left_out.is_empty() {
            String::new()
        } else {
            format!(" Not shown at this width: {}.", left_out.join(", "))
        };
        let legend = page.colour.dim(&format!("{legend}{narrow}"));
        page.line("")?;
        page.hanging(&legend, "")
    }
}

fn counts(tally: &Tally) -> Table {
    let mut table = Table::new(&[Column::words("WHAT"), Column::numbers("TICKETS"), Column::spare("")]);
    let most = COUNTS.iter().map(|(_, count)| count(tally)).max().unwrap_or_default();
    for (name, count) in COUNTS {
        let bar = bar(ratio(count(tally), most), BAR);
        table.row([name.to_owned(), count(tally).to_string(), bar].map(Cell::from));
    }
    table
}

fn checklists(tally: &Tally) -> Table {
    let mut table = Table::new(&[
        Column::words("CHECKLIST"),
        Column::numbers("RETURNED FOR IT"),
        Column::numbers("ACCEPTED FIRST TIME"),
        Column::spare(""),
    ]);
    if tally.checklists == 0 {
        return table;
    }
    let all = ("all of it".to_owned(), tally.checklists - tally.accepted);
    let items = ChecklistItem::ALL.iter().map(|item| (item.to_string(), wanting(tally, *item)));
    for (name, wanting) in [all].into_iter().chain(items) {
        let accepted = share(tally.checklists - wanting, tally.checklists).unwrap_or_default();
        let cells = [name, wanting.to_string(), percent(Some(accepted)), bar(accepted, BAR)];
        table.row(cells.map(Cell::from));
    }
    table
}

fn times(tally: &Tally) -> Table {
    let mut table = Table::new(&[
        Column::words("TIME TO"),
        Column::numbers("COUNT"),
        Column::numbers("MEDIAN"),
        Column::numbers("90 % WITHIN"),
        Column::numbers("IN TIME"),
        Column::spare(""),
    ]);
    for (kind, summary) in summaries(tally) {
        let cells = [
            kind.to_string(),
            summary.count.to_string(),
            length(summary.median),
            length(summary.ninth_decile),
            percent(summary.in_time),
            summary.in_time.map(|share| bar(share, BAR)).unwrap_or_default(),
        ];
        table.row(cells.map(Cell::from));
    }
    table
}

fn held(tally: &Tally) -> Table {
    let mut table = Table::new(&[Column::words("WAITED FOR"), Column::numbers("TIME"), Column::spare("")]);
    let most = tally.held.values().map(TimeDelta::num_seconds).max().unwrap_or_default();
    for (role, time) in Role::ALL.iter().filter_map(|role| Some((role, tally.held.get(role)?))) {
        let share = ratio(time.num_seconds().unsigned_abs(), most.unsigned_abs());
        table.row([role.to_string(), length(*time), bar(share, BAR)].map(Cell::from));
    }
    table
}

fn object(group: &str, tally: &Tally, window: Window) -> Value {
    let mut object = json!({
        "group": window.by.map(|_| group),
        "checklists": tally.checklists,
        "accepted_first_time": tally.accepted,
        "first_time_acceptance": share(tally.accepted, tally.checklists),
    });
    let item = |item: &ChecklistItem| {
        let wanting = wanting(tally, *item);
        let accepted = share(tally.checklists - wanting, tally.checklists);
        (item.to_string(), json!({ "wanting": wanting, "accepted": accepted }))
    };
    let items: Map<String, Value> = ChecklistItem::ALL.iter().map(item).collect();
    let time = |(kind, summary): (DutyKind, Summary)| {
        json!({
            "what": kind,
            "count": summary.count,
            "median_seconds": summary.median.num_seconds(),
            "p90_seconds": summary.ninth_decile.num_seconds(),
            "in_time": summary.in_time,
        })
    };
    let times: Vec<Value> = summaries(tally).map(time).collect();
    let held: Map<String, Value> =
        tally.held.iter().map(|(role, time)| (role.to_string(), json!(time.num_seconds()))).collect();
    if let Some(object) = object.as_object_mut() {
        object.extend(COUNTS.map(|(name, count)| (name.to_owned(), json!(count(tally)))));
        object.insert("items_accepted".to_owned(), items.into());
        object.insert("times".to_owned(), times.into());
        object.insert("held_seconds".to_owned(), held.into());
    }
    object
}

/// Every figure of a group by its name, for a spreadsheet.
fn flat(tally: &Tally) -> Vec<(String, String)> {
    let mut rows: Vec<(String, String)> =
        COUNTS.iter().map(|(name, count)| ((*name).to_owned(), count(tally).to_string())).collect();
    rows.push(("checklists".to_owned(), tally.checklists.to_string()));
    rows.push(("accepted_first_time".to_owned(), tally.accepted.to_string()));
    for (item, wanting) in &tally.wanting {
        rows.push((format!("wanting.{item}"), wanting.to_string()));
    }
    for (kind, summary) in summaries(tally) {
        rows.push((format!("{kind}.count"), summary.count.to_string()));
        rows.push((format!("{kind}.median_seconds"), summary.median.num_seconds().to_string()));
        rows.push((format!("{kind}.p90_seconds"), summary.ninth_decile.num_seconds().to_string()));
        if let Some(in_time) = summary.in_time {
            rows.push((format!("{kind}.in_time"), format!("{in_time:.4}")));
        }
    }
    for (role, time) in &tally.held {
        rows.push((format!("held.{role}_seconds"), time.num_seconds().to_string()));
    }
    rows
}

fn summaries(tally: &Tally) -> impl Iterator<Item = (DutyKind, Summary)> {
    DutyKind::ALL.iter().filter_map(|kind| Some((*kind, tally.summary(*kind)?)))
}

fn wanting(tally: &Tally, item: ChecklistItem) -> u64 {
    tally.wanting.get(&item).copied().unwrap_or_default()
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| ratio(part, whole))
}

#[expect(clippy::cast_precision_loss, reason = "a share of a count of tickets is exact enough")]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn percent(share: Option<f64>) -> String {
    share.map(|share| format!("{:.0} %", share * 100.0)).unwrap_or_default()
}
