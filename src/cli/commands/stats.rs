//! `cus stats`: the figures of the process, all from the events.

use chrono::TimeDelta;
use clap::Args;
use serde_json::{Value, json};

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, UsageError};
use crate::cli::global::Format;
use crate::cli::input::{TimeArg, word};
use crate::cli::output::{Grid, bar, length, rfc3339, roughly, visible};
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::reports::stats::{By, Figures, Tally, Window, measure};
use crate::workflow::vocabulary::{ChecklistItem, Role, Word};

#[derive(Debug, Args)]
pub(in crate::cli) struct StatsArgs {
    /// Only what happened since then
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<TimeArg>,
    /// Group by month, customer, priority, version or role
    #[arg(long, value_name = "BY", value_parser = word::<By>())]
    by: Option<By>,
}

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

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &StatsArgs) -> anyhow::Result<u8> {
    let now = ctx.now();
    let since = match arguments.since {
        Some(since) => Some(since.before(now).ok_or_else(|| UsageError::new("there is no such time as --since says"))?),
        None => None,
    };
    let window = Window { since, now, by: arguments.by };
    let mut figures = Figures::new();
    ctx.store_to_read()?.histories(|history, attributes| -> anyhow::Result<()> {
        measure(&mut figures, history, &attributes, window);
        Ok(())
    })?;
    print(ctx, &figures, window)?;
    Ok(DONE)
}

fn print(ctx: &mut Ctx, figures: &Figures, window: Window) -> anyhow::Result<()> {
    match ctx.out.format {
        Format::Table if figures.is_empty() => ctx.out.line("nothing has happened"),
        Format::Table => {
            ctx.out.may_page();
            let page = if window.by.is_some() { groups(ctx, figures) } else { whole(ctx, figures) };
            ctx.out.text(&page)
        }
        Format::Json => {
            let items: Vec<Value> = figures.iter().map(|(group, tally)| object(group, tally, window)).collect();
            let since = window.since.map(rfc3339);
            ctx.out.json(&json!({
                "schema": 1, "since": since, "until": rfc3339(window.now), "by": window.by, "items": items,
            }))
        }
        Format::Jsonl => figures.iter().try_for_each(|(group, tally)| ctx.out.json_line(&object(group, tally, window))),
        Format::Csv => {
            let mut rows = vec![["group", "figure", "value"].map(str::to_owned).to_vec()];
            for (group, tally) in figures {
                rows.extend(flat(tally).into_iter().map(|(figure, value)| vec![group.clone(), figure, value]));
            }
            ctx.out.csv(&rows)
        }
        Format::Keys => figures.keys().try_for_each(|group| ctx.out.line(group)),
    }
}

fn object(group: &str, tally: &Tally, window: Window) -> Value {
    let mut object = json!({
        "group": window.by.map(|_| group),
        "checklists": tally.checklists,
        "accepted_first_time": tally.accepted,
        "first_time_acceptance": share(tally.accepted, tally.checklists),
    });
    let items: serde_json::Map<String, Value> = ChecklistItem::ALL
        .iter()
        .map(|item| {
            let wanting = tally.wanting.get(item).copied().unwrap_or_default();
            let accepted = share(tally.checklists - wanting, tally.checklists);
            (item.to_string(), json!({ "wanting": wanting, "accepted": accepted }))
        })
        .collect();
    let times: Vec<Value> = DutyKind::ALL
        .iter()
        .filter_map(|kind| {
            let summary = tally.summary(*kind)?;
            Some(json!({
                "what": kind,
                "count": summary.count,
                "median_seconds": summary.median.num_seconds(),
                "p90_seconds": summary.ninth_decile.num_seconds(),
                "in_time": summary.in_time,
            }))
        })
        .collect();
    let held: serde_json::Map<String, Value> =
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
    for (kind, summary) in DutyKind::ALL.iter().filter_map(|kind| Some((kind, tally.summary(*kind)?))) {
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

/// The page without groups: counts, checklists, times, and who held the tickets.
fn whole(ctx: &Ctx, figures: &Figures) -> String {
    let (width, colour) = (ctx.out.width, ctx.out.colour);
    let mut parts = Vec::new();
    for tally in figures.values() {
        let mut grid = Grid::new(width, &["WHAT", "TICKETS", ""], colour).numbers([1]);
        let most = COUNTS.iter().map(|(_, count)| count(tally)).max().unwrap_or_default();
        for (name, count) in COUNTS {
            grid.row([name.to_owned(), count(tally).to_string(), bar(ratio(count(tally), most), BAR)]);
        }
        parts.push(grid.render());
        if tally.checklists > 0 {
            let mut grid = Grid::new(width, &["CHECKLIST", "WANTING", "ACCEPTED AT FIRST", ""], colour).numbers([1, 2]);
            let all = tally.checklists - tally.accepted;
            let items = ChecklistItem::ALL
                .iter()
                .map(|item| (item.to_string(), tally.wanting.get(item).copied().unwrap_or_default()));
            for (name, wanting) in [("all of it".to_owned(), all)].into_iter().chain(items) {
                let accepted = share(tally.checklists - wanting, tally.checklists).unwrap_or_default();
                grid.row([name, wanting.to_string(), percent(Some(accepted)), bar(accepted, BAR)]);
            }
            parts.push(grid.render());
        }
        parts.extend(times(ctx, tally));
        parts.extend(held(ctx, tally));
    }
    format!("{}\n", parts.join("\n\n"))
}

fn times(ctx: &Ctx, tally: &Tally) -> Option<String> {
    let headings = ["TIME TO", "TIMES", "MEDIAN", "9 OF 10", "IN TIME", ""];
    let mut grid = Grid::new(ctx.out.width, &headings, ctx.out.colour).numbers(1..=4);
    for (kind, summary) in DutyKind::ALL.iter().filter_map(|kind| Some((kind, tally.summary(*kind)?))) {
        grid.row([
            kind.to_string(),
            summary.count.to_string(),
            length(summary.median),
            length(summary.ninth_decile),
            percent(summary.in_time),
            summary.in_time.map(|share| bar(share, BAR)).unwrap_or_default(),
        ]);
    }
    (!grid.is_empty()).then(|| grid.render())
}

fn held(ctx: &Ctx, tally: &Tally) -> Option<String> {
    let mut grid = Grid::new(ctx.out.width, &["HELD BY", "TIME", ""], ctx.out.colour).numbers([1]);
    let most = tally.held.values().map(TimeDelta::num_seconds).max()?;
    for role in Role::ALL {
        if let Some(time) = tally.held.get(role) {
            let share = ratio(time.num_seconds().unsigned_abs(), most.unsigned_abs());
            grid.row([role.to_string(), length(*time), bar(share, BAR)]);
        }
    }
    Some(grid.render())
}

/// A table with a row for each group.
fn groups(ctx: &Ctx, figures: &Figures) -> String {
    let headings = ["GROUP", "NEW", "ESC.", "CLOSED", "SLIP", "1ST", "ASSESS", "DECIDE", "TELL", "CONFIRM", "TIMELY"];
    let mut grid = Grid::new(ctx.out.width, &headings, ctx.out.colour).numbers(1..=10);
    for (group, tally) in figures {
        let median = |kind| tally.summary(kind).map(|summary| roughly(summary.median)).unwrap_or_default();
        let known: Vec<bool> = tally.times.values().flatten().filter_map(|taken| taken.in_time).collect();
        let kept = known.iter().filter(|in_time| **in_time).count() as u64;
        grid.row([
            visible(group).into_owned(),
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
        ]);
    }
    let legend = "ESC. escalated; 1ST checklists accepted at first; ASSESS to CONFIRM medians";
    format!("{}\n\n{}\n", grid.render(), ctx.out.colour.dim(legend))
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
