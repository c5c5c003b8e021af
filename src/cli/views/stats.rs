//! The figures of the process: counts, checklists, times, and who held the tickets.

use anyhow::Result;
use chrono::TimeDelta;
use serde_json::{Map, Value, json};

use crate::cli::output::{
    Cell, Column, Json, Keys, Page, Rows, Table, View, bar, length, local, rfc3339, roughly, sparkline, visible_in_line,
};
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::reports::stats::{By, Figures, NotDone, Span, Summary, Tally};
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
/// How many weeks a sparkline has at most.
const WEEKS: usize = 26;

/// The figures of a time, by group where they are grouped.
pub(in crate::cli) struct StatsView {
    pub(in crate::cli) figures: Figures,
    pub(in crate::cli) by: Option<By>,
    /// The same figures by week, for sparklines.
    pub(in crate::cli) weekly: Figures,
    pub(in crate::cli) span: Span,
}

impl View for StatsView {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        if self.figures.is_empty() {
            return page.line("No events.");
        }
        if self.by.is_some() {
            return self.groups(page);
        }
        for (n, mut table) in self.tables().into_iter().enumerate() {
            if n > 0 {
                page.line("")?;
            }
            page.table(&mut table)?;
        }
        Ok(())
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        let head = [
            ("since", json!(self.span.since.map(rfc3339))),
            ("until", json!(rfc3339(self.span.end()))),
            ("by", json!(self.by)),
        ];
        json.list_under(&head, |items| {
            self.figures.iter().try_for_each(|(group, tally)| items.add(&object(group, tally, self.by)))
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

/// What the columns of a table of groups mean.
const LEGEND: &str = "ACCEPTED: checklists accepted the first time. ASSESS to CONFIRM: medians.";

impl StatsView {
    /// The figures as a page in Markdown.
    pub(in crate::cli) fn markdown(&self) -> String {
        let since = self.span.since.map(|since| format!("{} to ", local(since))).unwrap_or_else(|| "Until ".to_owned());
        let mut page = format!("# Statistics\n\n{since}{}\n", local(self.span.end()));
        let tables = match self.by {
            _ if self.figures.is_empty() => {
                page.push_str("\nNo events.\n");
                Vec::new()
            }
            Some(_) => vec![self.by_group()],
            None => self.tables(),
        };
        for table in tables {
            page.push('\n');
            page.push_str(&table.markdown());
        }
        page
    }

    /// The tables of figures that are not grouped, but those that are empty.
    fn tables(&self) -> Vec<Table> {
        let tables = |tally| [self.counts(tally), checklists(tally), times(tally), held(tally)];
        self.figures.values().flat_map(tables).filter(|table| !table.is_empty()).collect()
    }

    fn counts(&self, tally: &Tally) -> Table {
        let by_week = Column::words("BY WEEK").optional(0);
        let mut table = Table::new(&[Column::words("WHAT"), Column::numbers("TICKETS"), by_week, Column::spare("")]);
        let most = COUNTS.iter().map(|(_, count)| count(tally)).max().unwrap_or_default();
        let weeks = self.weeks();
        for (name, count) in COUNTS {
            let bar = bar(ratio(count(tally), most), BAR);
            let by_week: Vec<u64> =
                weeks.iter().map(|week| self.weekly.get(week).map(count).unwrap_or_default()).collect();
            table.row([name.to_owned(), count(tally).to_string(), sparkline(&by_week), bar].map(Cell::from));
        }
        table
    }

    /// The weeks of the span from the first one with figures on, as they are named.
    fn weeks(&self) -> Vec<String> {
        let weeks = self.span.weeks(WEEKS).into_iter().map(|week| week.to_string());
        weeks.skip_while(|week| self.weekly.keys().next().is_some_and(|first| week < first)).collect()
    }

    /// Shows a table with a row for each group.
    fn groups(&self, page: &mut Page<'_>) -> Result<()> {
        let mut table = self.by_group();
        page.table(&mut table)?;
        let left_out = table.left_out();
        let narrow = if left_out.is_empty() {
            String::new()
        } else {
            format!(" Not shown at this width: {}.", left_out.join(", "))
        };
        let legend = page.colour.dim(&format!("{LEGEND}{narrow}"));
        page.line("")?;
        page.hanging(&legend, "")
    }

    fn by_group(&self) -> Table {
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
            let median = |kind| tally.summary(kind).and_then(|summary| summary.median).map(roughly).unwrap_or_default();
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
                percent(tally.in_time(DutyKind::ALL)),
            ];
            table.row(cells.map(Cell::from));
        }
        table
    }
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
        Column::numbers("OPEN, LATE"),
        Column::numbers("ENDED"),
        Column::spare(""),
    ]);
    for (kind, summary) in summaries(tally) {
        let cells = [
            kind.to_string(),
            summary.count.to_string(),
            summary.median.map(length).unwrap_or_default(),
            summary.ninth_decile.map(length).unwrap_or_default(),
            percent(summary.in_time),
            summary.not_done.late.to_string(),
            summary.not_done.ended.to_string(),
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

fn object(group: &str, tally: &Tally, by: Option<By>) -> Value {
    let mut object = json!({
        "group": by.map(|_| group),
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
            "median_seconds": summary.median.map(|time| time.num_seconds()),
            "p90_seconds": summary.ninth_decile.map(|time| time.num_seconds()),
            "in_time": summary.in_time,
            "late": summary.not_done.late,
            "ended": summary.not_done.ended,
            "ended_late": summary.not_done.ended_late,
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
        for (name, time) in [("median", summary.median), ("p90", summary.ninth_decile)] {
            rows.extend(time.map(|time| (format!("{kind}.{name}_seconds"), time.num_seconds().to_string())));
        }
        let NotDone { late, ended, ended_late } = summary.not_done;
        for (name, count) in [("late", late), ("ended", ended), ("ended_late", ended_late)] {
            rows.push((format!("{kind}.{name}"), count.to_string()));
        }
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
