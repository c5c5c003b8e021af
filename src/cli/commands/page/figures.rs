//! How it goes: the figures of a span of weeks as charts, from the same functions as `cus stats`.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::TimeDelta;

use super::chart::{Bar, Chart, bars, columns};
use crate::cli::commands::stats::measured;
use crate::cli::output::{length, visible_in_line};
use crate::cli::views::owed::in_brief;
use crate::store::{ListQuery, Store, StoreError};
use crate::workflow::Time;
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::reports::stats::{By, Figures, Span, Tally};
use crate::workflow::vocabulary::{ChecklistItem, Kind, Role, Word};

/// How many customers the chart of the busiest has.
const CUSTOMERS: usize = 10;
/// How many weeks the columns have at most, the last ones.
const MOST_WEEKS: usize = 53;
/// The bar that stands for all, where bars are shares in percent.
const WHOLE: Option<f64> = Some(100.0);

/// The charts of a span, those with nothing to show left out.
pub(super) fn charts(store: &Store, span: Span) -> Result<Vec<Chart>> {
    let [weekly, all, customers] = measured(store, span, [Some(By::Week), None, Some(By::Customer)])?;
    let tally = all.into_values().next().unwrap_or_default();
    let mut charts = vec![by_week(span, &weekly)];
    charts.extend(by_age(store, span.end())?);
    charts.extend(times(&tally));
    charts.extend(in_time(&tally));
    charts.extend(not_done(&tally));
    charts.extend(held(&tally));
    charts.extend(checklists(&tally));
    charts.extend(busiest(&customers));
    Ok(charts)
}

fn by_week(span: Span, weekly: &Figures) -> Chart {
    let weeks = span.weeks(MOST_WEEKS);
    let of = |count: fn(&Tally) -> u64| -> Vec<u64> {
        weeks.iter().map(|week| weekly.get(&week.to_string()).map(count).unwrap_or_default()).collect()
    };
    let series = [
        ("arrived", of(|tally| tally.arrived)),
        ("escalated", of(|tally| tally.escalated)),
        ("closed", of(|tally| tally.closed)),
        ("slipped", of(|tally| tally.slipped)),
    ];
    let names: Vec<String> = weeks.iter().map(|week| week.format("%-d %b").to_string()).collect();
    let (since, until) = (weeks.first().copied().unwrap_or_default(), span.end());
    let title = format!("Tickets by week, {} to {}", since.format("%-d %b %Y"), until.format("%-d %b %Y"));
    columns(&title, &names, &series)
}

/// The CUS tickets that are open, by their age.
fn by_age(store: &Store, now: Time) -> Result<Option<Chart>, StoreError> {
    const AGES: [(&str, i64); 5] = [
        ("under a week", 7),
        ("1 to 4 weeks", 28),
        ("4 to 12 weeks", 84),
        ("12 to 26 weeks", 182),
        ("older", i64::MAX),
    ];
    let mut counts = [0_u32; AGES.len()];
    store.list(&ListQuery { kind: Some(Kind::Cus), ..ListQuery::default() }, now, |row| -> Result<(), StoreError> {
        let days = (now - row.created).num_days();
        if row.stage != "closed"
            && days >= 0
            && let Some(count) = AGES.iter().position(|(_, end)| days < *end).and_then(|place| counts.get_mut(place))
        {
            *count += 1;
        }
        Ok(())
    })?;
    if counts.iter().all(|count| *count == 0) {
        return Ok(None);
    }
    let rows: Vec<Bar> = AGES
        .iter()
        .zip(counts)
        .map(|((name, _), count)| Bar { name: (*name).to_owned(), value: count.into(), words: count.to_string() })
        .collect();
    Ok(Some(bars("Open CUS tickets by age", "tickets", "Age", None, &rows)))
}

/// How long duties took: the median, with the ninth decile in words.
fn times(tally: &Tally) -> Option<Chart> {
    let row = |kind: &DutyKind| {
        let summary = tally.summary(*kind)?;
        let (median, ninth_decile) = (summary.median?, summary.ninth_decile?);
        Some(Bar {
            name: duty(*kind),
            value: hours(median),
            words: format!("{} (90 % in {})", length(median), length(ninth_decile)),
        })
    };
    some_bars(
        "Time to do what was owed: the median",
        "time",
        "Duty",
        None,
        DutyKind::ALL.iter().filter_map(row).collect(),
    )
}

fn in_time(tally: &Tally) -> Option<Chart> {
    let row = |kind: &DutyKind| {
        let share = tally.summary(*kind)?.in_time? * 100.0;
        Some(Bar { name: duty(*kind), value: share, words: format!("{share:.0} %") })
    };
    some_bars("Done in time", "share in time", "Duty", WHOLE, DutyKind::ALL.iter().filter_map(row).collect())
}

/// What was not done: open and late, or ended by something else than what settles it.
fn not_done(tally: &Tally) -> Option<Chart> {
    let row = |kind: &DutyKind| {
        let not_done = tally.summary(*kind)?.not_done;
        let words = match (not_done.late, not_done.ended) {
            (0, 0) => return None,
            (late, 0) => format!("{late} open and late"),
            (0, ended) => format!("{ended} ended"),
            (late, ended) => format!("{late} open and late, {ended} ended"),
        };
        Some(Bar { name: duty(*kind), value: bar_length(not_done.late + not_done.ended), words })
    };
    some_bars(
        "Not done: late now, or ended otherwise",
        "duties",
        "Duty",
        None,
        DutyKind::ALL.iter().filter_map(row).collect(),
    )
}

fn held(tally: &Tally) -> Option<Chart> {
    let row = |role: &Role| {
        let time = *tally.held.get(role)?;
        Some(Bar { name: role.to_string(), value: hours(time), words: length(time) })
    };
    some_bars(
        "Whom tickets waited for",
        "time over all tickets",
        "Role",
        None,
        Role::ALL.iter().filter_map(row).collect(),
    )
}

#[expect(clippy::cast_precision_loss, reason = "a share of a count of tickets is exact enough")]
fn checklists(tally: &Tally) -> Option<Chart> {
    if tally.checklists == 0 {
        return None;
    }
    let accepted = |name: &str, wanting: u64| {
        let share = 100.0 * (tally.checklists - wanting) as f64 / tally.checklists as f64;
        Bar { name: name.to_owned(), value: share, words: format!("{share:.0} % of {}", tally.checklists) }
    };
    let all = accepted("all of it", tally.checklists - tally.accepted);
    let items = ChecklistItem::ALL.iter().filter_map(|item| {
        let wanting = *tally.wanting.get(item)?;
        Some(accepted(item.as_str(), wanting))
    });
    let rows = std::iter::once(all).chain(items).collect();
    some_bars("Checklists that Engineering accepted at first", "share", "Item", WHOLE, rows)
}

fn busiest(customers: &BTreeMap<String, Tally>) -> Option<Chart> {
    let mut busiest: Vec<(&String, u64)> =
        customers.iter().map(|(name, tally)| (name, tally.arrived)).filter(|(_, arrived)| *arrived > 0).collect();
    busiest.sort_by_key(|(name, arrived)| (std::cmp::Reverse(*arrived), (*name).clone()));
    let row = |(name, arrived): &(&String, u64)| Bar {
        name: visible_in_line(name).into_owned(),
        value: bar_length(*arrived),
        words: arrived.to_string(),
    };
    some_bars(
        "Customers with most new issues",
        "issues",
        "Customer",
        None,
        busiest.iter().take(CUSTOMERS).map(row).collect(),
    )
}

/// A duty's name; two are briefly called `assess`.
fn duty(kind: DutyKind) -> String {
    let name = if kind == DutyKind::EngAssess { "assess (Engineering)" } else { in_brief(kind) };
    name.to_owned()
}

fn some_bars(title: &str, unit: &str, name: &str, full: Option<f64>, rows: Vec<Bar>) -> Option<Chart> {
    (!rows.is_empty()).then(|| bars(title, unit, name, full, &rows))
}

fn bar_length(count: u64) -> f64 {
    u32::try_from(count).unwrap_or(u32::MAX).into()
}

#[expect(clippy::cast_precision_loss, reason = "the length of a bar")]
fn hours(time: TimeDelta) -> f64 {
    time.num_minutes() as f64 / 60.0
}
