//! How it goes: the figures of a span of weeks as charts, from the same functions as `cus stats`.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::{Datelike, Days, TimeDelta};

use super::chart::{Bar, Chart, bars, columns};
use crate::cli::output::{length, visible_in_line};
use crate::cli::views::owed::in_brief;
use crate::store::{ListQuery, Store, StoreError};
use crate::workflow::Time;
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::reports::stats::{By, Figures, Tally, Window, measure};
use crate::workflow::vocabulary::{ChecklistItem, Kind, Role, Word};

/// How many customers the chart of the busiest has.
const CUSTOMERS: usize = 10;
/// The bar that stands for all, where bars are shares in percent.
const WHOLE: Option<f64> = Some(100.0);

/// The span that the figures are about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) since: Time,
    pub(super) until: Time,
}

impl Span {
    /// The Mondays of its weeks, UTC.
    fn weeks(self) -> Vec<chrono::NaiveDate> {
        let monday = |time: Time| {
            let day = time.date_naive();
            day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday()))).unwrap_or(day)
        };
        let last = monday(self.until);
        let weeks = std::iter::successors(Some(monday(self.since)), |week| week.checked_add_days(Days::new(7)));
        weeks.take_while(|week| *week <= last).collect()
    }
}

/// The charts of a span, those with nothing to show left out.
pub(super) fn charts(store: &Store, span: Span) -> Result<Vec<Chart>> {
    let window = |by| Window { since: Some(span.since), now: span.until, by };
    let (mut weekly, mut all, mut customers) = (Figures::new(), Figures::new(), Figures::new());
    store.histories(|history, attributes| -> Result<()> {
        let end = history.partition_point(|(_, event)| event.at <= span.until);
        let history = history.get(..end).unwrap_or(history);
        measure(&mut weekly, history, &attributes, window(Some(By::Week)));
        measure(&mut all, history, &attributes, window(None));
        measure(&mut customers, history, &attributes, window(Some(By::Customer)));
        Ok(())
    })?;
    let tally = all.into_values().next().unwrap_or_default();
    let mut charts = vec![by_week(span, &weekly)];
    charts.extend(by_age(store, span.until)?);
    charts.extend(times(&tally));
    charts.extend(in_time(&tally));
    charts.extend(held(&tally));
    charts.extend(checklists(&tally));
    charts.extend(busiest(&customers));
    Ok(charts)
}

fn by_week(span: Span, weekly: &Figures) -> Chart {
    let weeks = span.weeks();
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
    let title = format!("Tickets by week, {} to {}", span.since.format("%-d %b %Y"), span.until.format("%-d %b %Y"));
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
        Some(Bar {
            name: duty(*kind),
            value: hours(summary.median),
            words: format!("{} (90 % in {})", length(summary.median), length(summary.ninth_decile)),
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
        value: u32::try_from(*arrived).unwrap_or(u32::MAX).into(),
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

#[expect(clippy::cast_precision_loss, reason = "the length of a bar")]
fn hours(time: TimeDelta) -> f64 {
    time.num_minutes() as f64 / 60.0
}
