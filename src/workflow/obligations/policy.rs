//! The policy: how long each duty may take, and whether the clocks run round the clock or in business hours
//! (docs/PROCESS.md, "Due times").

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

use crate::workflow::obligations::calendar::{Calendar, LAST_YEAR};
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::obligations::span::{NotASpan, Span};
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{Priority, Word, vocabulary};
use crate::workflow::zone::Zone;

vocabulary! {
    /// The hours in which the clocks run.
    pub Hours {
        /// Round the clock; a day is 24 hours.
        RoundTheClock = "round-the-clock",
        /// Business hours; a day is a working day.
        Business = "business",
    }
}

/// The policy in force. A due time is a fact of the event that made the duty owed, so a change of the policy never
/// moves one (R29).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    spans: BTreeMap<DutyKind, [Span; 4]>,
    hours: Hours,
    calendar: Calendar,
}

/// A setting of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Setting {
    /// The duration of a duty, for these priorities.
    Span(DutyKind, &'static [usize]),
    Hours,
    Days,
    Time,
    Zone,
    Holidays,
}

/// The reason why a setting is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// No setting has this key.
    #[error("the policy has no `{0}`")]
    NoSuchKey(String),
    /// The value is not a duration.
    #[error(transparent)]
    Span(#[from] NotASpan),
    /// The setting does not take this value.
    #[error("`{value}` is not {wanted}")]
    Value {
        /// The value given.
        value: String,
        /// The values that it takes.
        wanted: &'static str,
    },
}

const EACH: [usize; 4] = [0, 1, 2, 3];
/// The settings of business hours.
const CALENDAR: [(&str, Setting); 5] = [
    ("hours", Setting::Hours),
    ("business.days", Setting::Days),
    ("business.hours", Setting::Time),
    ("business.zone", Setting::Zone),
    ("business.holidays", Setting::Holidays),
];
const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

impl Default for Policy {
    fn default() -> Self {
        Self {
            spans: DutyKind::ALL.iter().map(|kind| (*kind, default_spans(*kind))).collect(),
            hours: Hours::RoundTheClock,
            calendar: Calendar::default(),
        }
    }
}

impl Policy {
    /// Returns the default policy with other hours for one kind of duty.
    #[cfg(test)]
    pub(crate) fn with(kind: DutyKind, hours: [u32; 4]) -> Self {
        let mut policy = Self::default();
        policy.spans.insert(kind, hours.map(Span::Hours));
        policy
    }

    /// Returns the due time of a duty of this kind that arises at this time, for this priority.
    pub fn due(&self, kind: DutyKind, priority: Priority, from: Time) -> Time {
        // The sum may be beyond the years that times and zones cover.
        if !(0..=LAST_YEAR).contains(&from.year()) {
            return from;
        }
        let span = self.span(kind, priority);
        match self.hours {
            Hours::Business => self.calendar.add(from, span),
            Hours::RoundTheClock => {
                from + TimeDelta::minutes(i64::from(match span {
                    Span::Minutes(minutes) => minutes,
                    Span::Hours(hours) => hours * 60,
                    Span::Days(days) => days * 24 * 60,
                }))
            }
        }
    }

    /// Returns the duration of a duty of this kind at this priority.
    pub fn span(&self, kind: DutyKind, priority: Priority) -> Span {
        let [critical, high, medium, low] = self.spans.get(&kind).copied().unwrap_or_else(|| default_spans(kind));
        match priority {
            Priority::Critical => critical,
            Priority::High => high,
            Priority::Medium => medium,
            Priority::Low => low,
        }
    }

    /// Returns every key with its value, in the order of the process.
    pub fn settings(&self) -> Vec<(String, String)> {
        keys().into_iter().map(|(key, setting)| (key, self.value(setting))).collect()
    }

    /// Changes a setting, and returns each key that it stands for with its new value. A duty's name without a priority
    /// stands for all of its own.
    ///
    /// # Errors
    /// Fails if there is no such key, or it does not take this value.
    pub fn set(&mut self, key: &str, value: &str) -> Result<Vec<(String, String)>, PolicyError> {
        let key = key.trim().to_ascii_lowercase();
        let value = value.trim();
        let dotted = format!("{key}.");
        let meant: Vec<(String, Setting)> = keys()
            .into_iter()
            .filter(|(name, _)| *name == key || (is_duty(&key) && name.starts_with(&dotted)))
            .collect();
        if meant.is_empty() {
            return Err(PolicyError::NoSuchKey(key));
        }
        for (_, setting) in &meant {
            self.take(*setting, value)?;
        }
        Ok(meant.into_iter().map(|(key, setting)| (key, self.value(setting))).collect())
    }

    fn take(&mut self, setting: Setting, value: &str) -> Result<(), PolicyError> {
        let not = |wanted| PolicyError::Value { value: value.to_owned(), wanted };
        match setting {
            Setting::Span(kind, places) => {
                let span = value.parse()?;
                let mut spans = self.spans.get(&kind).copied().unwrap_or_else(|| default_spans(kind));
                for (place, old) in spans.iter_mut().enumerate() {
                    if places.contains(&place) {
                        *old = span;
                    }
                }
                self.spans.insert(kind, spans);
            }
            Setting::Hours => {
                self.hours = Hours::from_word(value).ok_or_else(|| not("`round-the-clock` or `business`"))?;
            }
            Setting::Days => {
                self.calendar.days =
                    days(value).ok_or_else(|| not("days of the week, such as mon-fri or mon,wed,fri"))?;
            }
            Setting::Time => {
                (self.calendar.opens, self.calendar.closes) =
                    times(value).ok_or_else(|| not("hours of a day, such as 09:00-17:30"))?;
            }
            Setting::Zone => {
                self.calendar.zone = Zone::named(value).ok_or_else(|| not("a time zone, such as Europe/Berlin"))?;
            }
            Setting::Holidays => {
                self.calendar.holidays =
                    holidays(value).ok_or_else(|| not("dates, such as 2026-12-25,2026-12-26, or none"))?;
            }
        }
        Ok(())
    }

    fn value(&self, setting: Setting) -> String {
        match setting {
            Setting::Span(kind, places) => {
                let spans = self.spans.get(&kind).copied().unwrap_or_else(|| default_spans(kind));
                places.first().and_then(|place| spans.get(*place)).map(Span::to_string).unwrap_or_default()
            }
            Setting::Hours => self.hours.to_string(),
            Setting::Days => listed(self.calendar.days.iter().map(|day| day.to_string().to_ascii_lowercase())),
            Setting::Time => format!("{}-{}", clock(self.calendar.opens), clock(self.calendar.closes)),
            Setting::Zone => self.calendar.zone.to_string(),
            Setting::Holidays if self.calendar.holidays.is_empty() => "none".to_owned(),
            Setting::Holidays => listed(self.calendar.holidays.iter().map(NaiveDate::to_string)),
        }
    }
}

/// Returns every key, in the order of the process, business hours last.
fn keys() -> Vec<(String, Setting)> {
    let mut keys = Vec::new();
    for kind in DutyKind::ALL.iter().copied() {
        for (column, places) in columns(kind) {
            let key = if column.is_empty() { kind.to_string() } else { format!("{kind}.{column}") };
            keys.push((key, Setting::Span(kind, places)));
        }
    }
    keys.extend(CALENDAR.map(|(key, setting)| (key.to_owned(), setting)));
    keys
}

fn is_duty(key: &str) -> bool {
    DutyKind::from_word(key).is_some()
}

/// The columns of a duty's row in the table of due times, with the priorities that each serves. Before it is escalated a
/// ticket has no priority; and only high-priority bugs begin to owe the alert to Product.
fn columns(kind: DutyKind) -> &'static [(&'static str, &'static [usize])] {
    match kind {
        DutyKind::Assess | DutyKind::Resolve => &[("", &EACH)],
        DutyKind::Escalate => &[("trigger", &[0]), ("no-trigger", &[1, 2, 3])],
        DutyKind::AlertProduct => &[("critical", &[0]), ("high", &[1, 2, 3])],
        DutyKind::EngAssess
        | DutyKind::Complete
        | DutyKind::Release
        | DutyKind::TellMarketing
        | DutyKind::TellSupport
        | DutyKind::TellCustomer
        | DutyKind::Postmortem
        | DutyKind::Ship
        | DutyKind::Confirm
        | DutyKind::Review
        | DutyKind::AnswerComplaint
        | DutyKind::CorrectProduct
        | DutyKind::CorrectMarketing
        | DutyKind::Close
        | DutyKind::LiftHold => &[("critical", &[0]), ("high", &[1]), ("medium", &[2]), ("low", &[3])],
    }
}

/// The durations for critical, high, medium and low.
fn default_spans(kind: DutyKind) -> [Span; 4] {
    use Span::{Days, Hours};
    match kind {
        DutyKind::Assess => [Hours(24); 4],
        DutyKind::Escalate => [Hours(4), Hours(24), Hours(24), Hours(24)],
        DutyKind::Resolve => [Days(5); 4],
        DutyKind::EngAssess | DutyKind::Complete => [Hours(4), Hours(24), Days(3), Days(7)],
        DutyKind::AlertProduct => [Hours(1), Hours(4), Hours(4), Hours(4)],
        DutyKind::Release => [Hours(8), Days(2), Days(5), Days(14)],
        DutyKind::TellMarketing => [Hours(4), Days(1), Days(3), Days(3)],
        DutyKind::TellSupport | DutyKind::TellCustomer => [Hours(1), Hours(4), Days(1), Days(3)],
        DutyKind::Postmortem => [Days(1), Days(1), Days(3), Days(3)],
        DutyKind::Ship => [Days(1); 4],
        DutyKind::Confirm => [Days(3), Days(3), Days(7), Days(14)],
        DutyKind::Review => [Days(90); 4],
        DutyKind::AnswerComplaint => [Hours(4), Hours(24), Days(3), Days(7)],
        DutyKind::CorrectProduct | DutyKind::CorrectMarketing => [Hours(1), Hours(4), Days(1), Days(3)],
        DutyKind::Close => [Days(1), Days(1), Days(3), Days(7)],
        DutyKind::LiftHold => [Hours(4), Days(1), Days(1), Days(3)],
    }
}

/// Reads `mon-fri` or `mon,wed,fri`, in the order of the week.
fn days(text: &str) -> Option<Vec<Weekday>> {
    let mut marked = [false; 7];
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let place = |day: &str| Some(day.trim().parse::<Weekday>().ok()?.num_days_from_monday() as usize);
        let (first, last) = (place(first)?, place(last)?);
        let length = (last + 7 - first) % 7;
        for n in 0..=length {
            *marked.get_mut((first + n) % 7)? = true;
        }
    }
    Some(WEEK.into_iter().zip(marked).filter_map(|(day, is_marked)| is_marked.then_some(day)).collect())
}

/// Reads `09:00-17:30`, in minutes after midnight.
fn times(text: &str) -> Option<(u32, u32)> {
    let minutes = |time: &str| {
        let (hour, minute) = time.trim().split_once(':')?;
        let hour = hour.parse::<u32>().ok().filter(|hour| *hour <= 24)?;
        let minute = minute.parse::<u32>().ok().filter(|minute| *minute < 60)?;
        Some(hour * 60 + minute).filter(|minutes| *minutes <= 24 * 60)
    };
    let (opens, closes) = text.split_once('-')?;
    let (opens, closes) = (minutes(opens)?, minutes(closes)?);
    (opens < closes).then_some((opens, closes))
}

/// Reads `2026-12-25,2026-12-26`; `none` is none.
fn holidays(text: &str) -> Option<BTreeSet<NaiveDate>> {
    if text.eq_ignore_ascii_case("none") {
        return Some(BTreeSet::new());
    }
    text.split(',').map(|date| date.trim().parse().ok()).collect()
}

fn listed(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(",")
}

fn clock(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn each_row_of_the_default_table_is_as_the_process_says() {
        let policy = Policy::default();
        let row =
            |kind| Priority::ALL.iter().map(|priority| policy.span(kind, *priority).to_string()).collect::<Vec<_>>();
        let table = [
            (DutyKind::Assess, ["24h"; 4]),
            (DutyKind::Escalate, ["4h", "24h", "24h", "24h"]),
            (DutyKind::Resolve, ["5d"; 4]),
            (DutyKind::EngAssess, ["4h", "24h", "3d", "7d"]),
            (DutyKind::Complete, ["4h", "24h", "3d", "7d"]),
            (DutyKind::AlertProduct, ["1h", "4h", "4h", "4h"]),
            (DutyKind::Release, ["8h", "2d", "5d", "14d"]),
            (DutyKind::TellMarketing, ["4h", "1d", "3d", "3d"]),
            (DutyKind::TellSupport, ["1h", "4h", "1d", "3d"]),
            (DutyKind::TellCustomer, ["1h", "4h", "1d", "3d"]),
            (DutyKind::Postmortem, ["1d", "1d", "3d", "3d"]),
            (DutyKind::Ship, ["1d"; 4]),
            (DutyKind::Confirm, ["3d", "3d", "7d", "14d"]),
            (DutyKind::Review, ["90d"; 4]),
            (DutyKind::AnswerComplaint, ["4h", "24h", "3d", "7d"]),
            (DutyKind::CorrectProduct, ["1h", "4h", "1d", "3d"]),
            (DutyKind::CorrectMarketing, ["1h", "4h", "1d", "3d"]),
            (DutyKind::Close, ["1d", "1d", "3d", "7d"]),
            (DutyKind::LiftHold, ["4h", "1d", "1d", "3d"]),
        ];
        assert_eq!(table.len(), DutyKind::ALL.len());
        for (kind, spans) in table {
            assert_eq!(row(kind), spans, "{kind}");
        }
    }

    #[test]
    fn every_setting_takes_the_value_that_it_shows() {
        let mut policy = Policy::default();
        assert!(
            DutyKind::ALL.iter().all(|kind| policy.settings().iter().any(|(key, _)| key.starts_with(kind.as_str())))
        );
        for (key, value) in policy.settings() {
            assert_eq!(policy.set(&key, &value), Ok(vec![(key, value)]));
        }
        assert_eq!(policy, Policy::default());
    }

    #[test]
    fn given_one_priority_when_it_is_set_then_the_others_stay() {
        let mut policy = Policy::default();
        policy.set("eng-assess.critical", "2h").unwrap();
        assert_eq!(policy.span(DutyKind::EngAssess, Priority::Critical), Span::Hours(2));
        assert_eq!(policy.span(DutyKind::EngAssess, Priority::High), Span::Hours(24));
    }

    #[test]
    fn given_a_duty_without_a_priority_when_it_is_set_then_all_its_own_are() {
        let mut policy = Policy::default();
        let set = policy.set("Close", "2d").unwrap();
        let keys: Vec<&str> = set.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["close.critical", "close.high", "close.medium", "close.low"]);
        assert!(Priority::ALL.iter().all(|priority| policy.span(DutyKind::Close, *priority) == Span::Days(2)));
    }

    #[test]
    fn given_an_escalation_with_a_trigger_then_its_clock_is_its_own() {
        let mut policy = Policy::default();
        policy.set("escalate.trigger", "30m").unwrap();
        assert_eq!(policy.span(DutyKind::Escalate, Priority::Critical), Span::Minutes(30));
        assert_eq!(policy.span(DutyKind::Escalate, Priority::Medium), Span::Hours(24));
    }

    #[test]
    fn given_round_the_clock_then_a_day_is_24_hours() {
        let from = time("2026-05-08T14:00:00Z");
        let due = Policy::default().due(DutyKind::EngAssess, Priority::Medium, from);
        assert_eq!(due, from + TimeDelta::hours(72));
    }

    #[test]
    fn business_hours_are_shown_as_they_are_set() {
        let mut policy = Policy::default();
        for (key, value) in [
            ("business.hours", "08:30-24:00"),
            ("business.days", "mon,wed,sun"),
            ("business.zone", "Europe/Berlin"),
            ("business.holidays", "2026-05-11,2026-12-25"),
        ] {
            assert_eq!(policy.set(key, value), Ok(vec![(key.to_owned(), value.to_owned())]));
        }
        assert_eq!((policy.calendar.opens, policy.calendar.closes), (8 * 60 + 30, 24 * 60));
    }

    #[test]
    fn given_business_hours_then_a_day_is_a_working_day() {
        let mut policy = Policy::default();
        policy.set("business.zone", "America/New_York").unwrap();
        policy.set("business.hours", "08:00-18:00").unwrap();
        policy.set("business.holidays", "2026-05-11").unwrap();
        let from = time("2026-05-08T14:00:00Z");
        assert_eq!(policy.due(DutyKind::EngAssess, Priority::Medium, from), from + TimeDelta::days(3));
        policy.set("hours", "business").unwrap();
        assert_eq!(policy.due(DutyKind::EngAssess, Priority::Medium, from), time("2026-05-14T14:00:00Z"));
    }

    #[test]
    fn at_either_end_of_time_there_is_a_due_time_too() {
        for from in [Time::MIN_UTC, Time::MAX_UTC, time("0000-01-01T00:00:00Z")] {
            for (hours, zone) in [("round-the-clock", "UTC"), ("business", "Pacific/Kiritimati")] {
                let mut policy = Policy::default();
                policy.set("hours", hours).unwrap();
                policy.set("business.zone", zone).unwrap();
                policy.set("close", "3650d").unwrap();
                assert!(policy.due(DutyKind::Close, Priority::Low, from) >= from, "{from} {hours}");
            }
        }
    }

    #[test]
    fn days_are_read_as_ranges_and_lists() {
        let read = |text| days(text).map(|days| listed(days.iter().map(Weekday::to_string)));
        assert_eq!(read("mon-fri").unwrap(), "Mon,Tue,Wed,Thu,Fri");
        assert_eq!(read("sun-thu").unwrap(), "Mon,Tue,Wed,Thu,Sun");
        assert_eq!(read("fri,mon").unwrap(), "Mon,Fri");
        assert_eq!(read("mon-"), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn what_a_setting_does_not_take_is_refused() {
        let wrong = [
            ("eng-assess.urgent", "4h"),
            ("business", "on"),
            ("assess.critical", "4h"),
            ("close.low", "soon"),
            ("hours", "sometimes"),
            ("business.days", "someday"),
            ("business.hours", "17:00-09:00"),
            ("business.hours", "09:00-09:00"),
            ("business.hours", "09:00-16:60"),
            ("business.hours", "09:00-24:30"),
            ("business.zone", "Mars/Olympus"),
            ("business.holidays", "christmas"),
        ];
        for (key, value) in wrong {
            assert!(Policy::default().set(key, value).is_err(), "{key} {value}");
        }
        let no_duty = Policy::default().set("business", "09:00-17:00");
        assert_eq!(no_duty, Err(PolicyError::NoSuchKey("business".to_owned())));
    }
}
