//! Statistics of the process, all from the events: tickets in and out, checklists accepted the first time, how long
//! things took, and which role had the ball.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, TimeDelta};

use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{ChecklistItem, Priority, Role, vocabulary};

vocabulary! {
    /// A grouping of statistics.
    pub By {
        /// The week in which something happened, by its Monday, UTC.
        Week = "week",
        /// The month in which something happened, UTC.
        Month = "month",
        /// The customer; what happened to a CUS ticket counts for each of its customers.
        Customer = "customer",
        /// The priority of the CUS ticket.
        Priority = "priority",
        /// The fix version.
        Version = "version",
        /// The role that acted, or that owed the duty measured.
        Role = "role",
    }
}

/// The attributes by which a ticket's figures are grouped, as they are now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attributes {
    /// Its customers.
    pub customers: Vec<String>,
    /// Its priority, or that of its CUS ticket.
    pub priority: Option<Priority>,
    /// Its fix version, or that of its CUS ticket.
    pub version: Option<String>,
}

/// The time span of the statistics.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// The beginning; nothing before it counts.
    pub since: Option<Time>,
    /// The end, where it is not now; nothing after it counts.
    pub until: Option<Time>,
    /// The time at which they are asked for.
    pub now: Time,
}

impl Span {
    /// Returns its end, up to which open duties count.
    pub fn end(self) -> Time {
        self.until.unwrap_or(self.now)
    }

    /// Returns the Mondays of its last weeks, UTC, at most so many of them.
    pub fn weeks(self, most: usize) -> Vec<NaiveDate> {
        let last = week(self.end());
        let back = std::iter::successors(Some(last), |week| week.checked_sub_days(Days::new(7)));
        let first = self.since.map(week);
        let mut weeks: Vec<NaiveDate> =
            back.take_while(|week| first.is_none_or(|first| *week >= first)).take(most).collect();
        weeks.reverse();
        weeks
    }
}

/// Returns the Monday of a time's week, UTC.
pub fn week(at: Time) -> NaiveDate {
    let day = at.date_naive();
    day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into())).unwrap_or(day)
}

/// Figures by one grouping; without one, of a single group.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Grouped {
    /// The grouping.
    pub by: Option<By>,
    /// The figures of each group.
    pub figures: Figures,
}

impl Grouped {
    /// Returns no figures yet, for this grouping.
    pub fn new(by: Option<By>) -> Self {
        Self { by, figures: Figures::new() }
    }
}

/// The figures of one group.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    /// Customers' issues reported.
    pub arrived: u64,
    /// CUS tickets that went to Engineering for the first time.
    pub escalated: u64,
    /// Returns to Support.
    pub returned: u64,
    /// Tickets reopened, of either kind.
    pub reopened: u64,
    /// CUS tickets closed.
    pub closed: u64,
    /// Customers' tickets resolved.
    pub resolved: u64,
    /// Decisions that put off a version or a date.
    pub slipped: u64,
    /// CUS tickets whose first checklist Engineering accepted or returned.
    pub checklists: u64,
    /// Those that it accepted.
    pub accepted: u64,
    /// The number of first checklists returned for each item.
    pub wanting: BTreeMap<ChecklistItem, u64>,
    /// The durations of settled duties, by kind.
    pub times: BTreeMap<DutyKind, Vec<Taken>>,
    /// What was not done, by kind of duty.
    pub not_done: BTreeMap<DutyKind, NotDone>,
    /// The time for which each role owed something on a ticket, over all tickets.
    pub held: BTreeMap<Role, TimeDelta>,
}

/// The duration of a settled duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Taken {
    /// The time from when it was owed to when it was settled.
    pub time: TimeDelta,
    /// Whether it was in time; `None` where no due time was fixed, as in imported history.
    pub in_time: Option<bool>,
}

/// How many duties of a kind were not done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NotDone {
    /// Open at the end of the span, and late.
    pub late: u64,
    /// Ended by something else than what settles them.
    pub ended: u64,
    /// Late when they ended so.
    pub ended_late: u64,
}

/// Figures by group.
pub type Figures = BTreeMap<String, Tally>;

/// A summary of the duties of a kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// The number of those settled.
    pub count: usize,
    /// The median of their durations, where any was settled.
    pub median: Option<TimeDelta>,
    /// The ninth decile of their durations.
    pub ninth_decile: Option<TimeDelta>,
    /// The share that was in time, of those with a due time, and of those that are late or were when they ended.
    pub in_time: Option<f64>,
    /// What was not done.
    pub not_done: NotDone,
}

impl Tally {
    /// Summarises the duties of a kind; `None` where there are none.
    pub fn summary(&self, kind: DutyKind) -> Option<Summary> {
        let (times, not_done) = (self.times.get(&kind), self.not_done.get(&kind));
        if times.is_none() && not_done.is_none() {
            return None;
        }
        let mut sorted: Vec<TimeDelta> = times.into_iter().flatten().map(|taken| taken.time).collect();
        sorted.sort_unstable();
        let at = |tenths: usize| sorted.get((sorted.len() * tenths).div_ceil(10).saturating_sub(1)).copied();
        Some(Summary {
            count: sorted.len(),
            median: at(5),
            ninth_decile: at(9),
            in_time: self.in_time(&[kind]),
            not_done: not_done.copied().unwrap_or_default(),
        })
    }

    /// Returns the share in time of these kinds of duties, of all that had a due time and were settled, are late, or were
    /// late when they ended; `None` where there are none.
    pub fn in_time(&self, kinds: &[DutyKind]) -> Option<f64> {
        let taken = kinds.iter().filter_map(|kind| self.times.get(kind)).flatten();
        let known: Vec<bool> = taken.filter_map(|taken| taken.in_time).collect();
        let kept = known.iter().filter(|in_time| **in_time).count();
        let missed: u64 =
            kinds.iter().filter_map(|kind| self.not_done.get(kind)).map(|not| not.late + not.ended_late).sum();
        let all = known.len() as u64 + missed;
        #[expect(clippy::cast_precision_loss, reason = "a share of a count of duties is exact enough")]
        let share = kept as f64 / all as f64;
        (all > 0).then_some(share)
    }
}
