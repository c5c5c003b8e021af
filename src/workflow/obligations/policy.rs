//! The policy: how long each duty may take, in which hours the clocks run, and what else a team decides for itself
//! (docs/PROCESS.md, "Due times").

use std::collections::BTreeMap;
use std::fmt;

use chrono::{Datelike, TimeDelta};

use crate::workflow::obligations::calendar::{Calendar, LAST_YEAR};
use crate::workflow::obligations::clock::Clock;
use crate::workflow::obligations::hours::WorkingHours;
use crate::workflow::obligations::matrix::Matrix;
use crate::workflow::obligations::span::Span;
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{Announcement, Priority};
use crate::workflow::zone::Zone;

/// The hours in which the clocks of a priority run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hours {
    /// Round the clock; a day is 24 hours.
    RoundTheClock,
    /// Business hours; a day is a working day.
    Business,
    /// Hours of its own on working days.
    Own(WorkingHours),
}

/// The policy in force. A due time is a fact of the event that made the duty owed, so a change of the policy never
/// moves one (R29).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The durations that differ from the default, by priority; `None` is off.
    pub(super) spans: BTreeMap<Clock, [Option<Span>; 4]>,
    /// By priority.
    pub(super) hours: [Hours; 4],
    /// Working days, business hours and holidays.
    pub(super) calendar: Calendar,
    /// The team's time zone, where it has set one.
    pub(super) zone: Option<Zone>,
    /// The priority that severity and impact name (R40).
    pub(super) matrix: Matrix,
    /// How long a command can be undone (R35).
    pub(super) undo: Span,
    /// What is announced to whom (R36), in the order of the vocabulary.
    pub(super) announced: BTreeMap<String, Vec<Announcement>>,
}

impl Default for Policy {
    fn default() -> Self {
        let announced = [("support", Vec::new()), ("product", vec![Announcement::Ready]), ("marketing", Vec::new())];
        Self {
            spans: BTreeMap::new(),
            hours: [Hours::RoundTheClock, Hours::RoundTheClock, Hours::RoundTheClock, Hours::RoundTheClock],
            calendar: Calendar::default(),
            zone: None,
            matrix: Matrix::default(),
            undo: Span::Days(1),
            announced: announced.map(|(audience, what)| (audience.to_owned(), what)).into(),
        }
    }
}

impl Policy {
    /// Returns the default policy with other hours for one clock.
    #[cfg(test)]
    pub(crate) fn with(clock: Clock, hours: [u32; 4]) -> Self {
        let mut policy = Self::default();
        policy.spans.insert(clock, hours.map(Span::Hours).map(Some));
        policy
    }

    /// Returns the due time of what is owed by this clock from this time, for this priority; `None` where the clock is
    /// off.
    pub fn due(&self, clock: Clock, priority: Priority, from: Time) -> Option<Time> {
        let span = self.span(clock, priority)?;
        // The sum may be beyond the years that times and zones cover.
        if !(0..=LAST_YEAR).contains(&from.year()) {
            return Some(from);
        }
        Some(match of(&self.hours, priority) {
            Hours::RoundTheClock => from + length(span),
            Hours::Business => self.calendar.add(from, span),
            Hours::Own(hours) => Calendar { hours: hours.clone(), ..self.calendar.clone() }.add(from, span),
        })
    }

    /// Returns the duration of a clock at this priority; `None` where it is off.
    pub fn span(&self, clock: Clock, priority: Priority) -> Option<Span> {
        *of(&self.spans(clock), priority)
    }

    pub(super) fn spans(&self, clock: Clock) -> [Option<Span>; 4] {
        self.spans.get(&clock).copied().unwrap_or_else(|| clock.default_spans().map(Some))
    }

    /// Returns the team's time zone, where it has set one.
    pub fn zone(&self) -> Option<&Zone> {
        self.zone.as_ref()
    }

    /// Returns the priorities that severity and impact name.
    pub fn matrix(&self) -> &Matrix {
        &self.matrix
    }

    /// Returns until when a command of this time can be undone (R35).
    pub fn undo_until(&self, command: Time) -> Time {
        command.checked_add_signed(length(self.undo)).unwrap_or(command)
    }

    /// Returns the audiences to which this is announced (R36).
    pub fn announced_to(&self, what: Announcement) -> impl Iterator<Item = &str> {
        let audiences = self.announced.iter().filter(move |(_, announced)| announced.contains(&what));
        audiences.map(|(audience, _)| audience.as_str())
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RoundTheClock => f.pad("round-the-clock"),
            Self::Business => f.pad("business"),
            Self::Own(hours) => hours.fmt(f),
        }
    }
}

/// What there is for a priority, of what there is for critical, high, medium and low.
fn of<T>([critical, high, medium, low]: &[T; 4], priority: Priority) -> &T {
    match priority {
        Priority::Critical => critical,
        Priority::High => high,
        Priority::Medium => medium,
        Priority::Low => low,
    }
}

/// How long a span is round the clock.
fn length(span: Span) -> TimeDelta {
    TimeDelta::minutes(i64::from(match span {
        Span::Minutes(minutes) => minutes,
        Span::Hours(hours) => hours * 60,
        Span::Days(days) => days * 24 * 60,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::vocabulary::Word;

    fn time(text: &str) -> Time {
        text.parse().unwrap()
    }

    /// The default table of PROCESS, row by row.
    #[test]
    fn the_default_due_times_are_those_of_the_table() {
        let table = [
            (Clock::Assess, ["4h", "4h", "4h", "4h"]),
            (Clock::Escalate, ["4h", "24h", "24h", "24h"]),
            (Clock::Resolve, ["5d", "5d", "5d", "5d"]),
            (Clock::EngAssess, ["4h", "24h", "3d", "7d"]),
            (Clock::Complete, ["4h", "24h", "3d", "7d"]),
            (Clock::AlertProduct, ["1h", "4h", "4h", "4h"]),
            (Clock::Release, ["8h", "2d", "5d", "14d"]),
            (Clock::TellMarketing, ["4h", "1d", "3d", "3d"]),
            (Clock::TellSupport, ["1h", "4h", "1d", "3d"]),
            (Clock::TellCustomer, ["1h", "4h", "1d", "3d"]),
            (Clock::NextWord, ["8h", "1d", "7d", "14d"]),
            (Clock::NextWordTold, ["7d", "14d", "30d", "30d"]),
            (Clock::NextWordBacklog, ["90d"; 4]),
            (Clock::NextWordFirst, ["1d"; 4]),
            (Clock::NextWordUnescalated, ["5d"; 4]),
            (Clock::Postmortem, ["1d", "1d", "3d", "3d"]),
            (Clock::Ship, ["1d"; 4]),
            (Clock::ShipPatch, ["2d", "7d", "14d", "30d"]),
            (Clock::ShipNextRelease, ["14d", "14d", "30d", "60d"]),
            (Clock::AnswerComplaint, ["4h", "24h", "3d", "7d"]),
            (Clock::Correction, ["1h", "4h", "1d", "3d"]),
            (Clock::WritePostmortem, ["5d", "5d", "10d", "10d"]),
            (Clock::Action, ["30d"; 4]),
            (Clock::Confirm, ["3d", "3d", "7d", "14d"]),
            (Clock::Review, ["90d"; 4]),
            (Clock::Close, ["1d", "1d", "3d", "7d"]),
            (Clock::LiftHold, ["4h", "1d", "1d", "3d"]),
        ];
        assert_eq!(table.map(|(clock, _)| clock), Clock::ALL);
        for (clock, spans) in table {
            let policy = Policy::default();
            let row = Priority::ALL.iter().map(|priority| policy.span(clock, *priority).unwrap().to_string());
            assert_eq!(row.collect::<Vec<_>>(), spans, "{clock}");
        }
    }

    #[test]
    fn given_round_the_clock_then_a_day_is_24_hours() {
        let from = time("2026-05-08T14:00:00Z");
        let due = Policy::default().due(Clock::EngAssess, Priority::Medium, from);
        assert_eq!(due, Some(from + TimeDelta::hours(72)));
    }

    #[test]
    fn given_business_hours_then_a_day_is_a_working_day() {
        let mut policy = Policy::default();
        policy.set("business.zone", "America/New_York").unwrap();
        policy.set("business.hours", "08:00-18:00").unwrap();
        policy.set("business.holidays", "2026-05-11").unwrap();
        let from = time("2026-05-08T14:00:00Z");
        let due = |policy: &Policy| policy.due(Clock::EngAssess, Priority::Medium, from);
        assert_eq!(due(&policy), Some(from + TimeDelta::days(3)));
        policy.set("hours", "business").unwrap();
        assert_eq!(due(&policy), Some(time("2026-05-14T14:00:00Z")));
    }

    #[test]
    fn each_priority_can_have_hours_of_its_own() {
        let mut policy = Policy::default();
        policy.set("hours", "business").unwrap();
        policy.set("hours.critical", "round-the-clock").unwrap();
        policy.set("hours.high", "06:00-22:00").unwrap();
        // Four hours from a Friday at 16:50.
        let from = time("2026-05-08T16:50:00Z");
        let due = |priority| policy.due(Clock::LiftHold, priority, from).unwrap();
        assert_eq!(due(Priority::Critical), time("2026-05-08T20:50:00Z"));
        policy.set("lift-hold", "4h").unwrap();
        let due = |priority| policy.due(Clock::LiftHold, priority, from).unwrap();
        assert_eq!(due(Priority::High), time("2026-05-08T20:50:00Z"));
        assert_eq!(due(Priority::Medium), time("2026-05-11T12:50:00Z"));
    }

    #[test]
    fn what_is_off_has_no_due_time() {
        let mut policy = Policy::default();
        policy.set("next-word.told.low", "off").unwrap();
        let due = |priority| policy.due(Clock::NextWordTold, priority, Time::UNIX_EPOCH);
        assert!(due(Priority::Low).is_none() && due(Priority::Medium).is_some());
    }

    #[test]
    fn at_either_end_of_time_there_is_a_due_time_too() {
        for from in [Time::MIN_UTC, Time::MAX_UTC, time("0000-01-01T00:00:00Z")] {
            for (hours, zone) in [("round-the-clock", "UTC"), ("business", "Pacific/Kiritimati")] {
                let mut policy = Policy::default();
                policy.set("hours", hours).unwrap();
                policy.set("business.zone", zone).unwrap();
                policy.set("close", "3650d").unwrap();
                assert!(policy.due(Clock::Close, Priority::Low, from).unwrap() >= from, "{from} {hours}");
            }
        }
    }

    #[test]
    fn a_command_can_be_undone_for_a_day() {
        let mut policy = Policy::default();
        let from = time("2026-05-08T16:50:00Z");
        assert_eq!(policy.undo_until(from), from + TimeDelta::days(1));
        policy.set("undo", "2h").unwrap();
        assert_eq!(policy.undo_until(from), from + TimeDelta::hours(2));
    }

    #[test]
    fn what_is_announced_to_whom_is_policy() {
        let mut policy = Policy::default();
        let announced = |policy: &Policy, what| policy.announced_to(what).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(announced(&policy, Announcement::Ready), ["product"]);
        policy.set("announce.engineering", "escalated, returned").unwrap();
        policy.set("announce.support", "returned").unwrap();
        assert_eq!(announced(&policy, Announcement::Returned), ["engineering", "support"]);
        assert!(announced(&policy, Announcement::Closed).is_empty());
    }
}
