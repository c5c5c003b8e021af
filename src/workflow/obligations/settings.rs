//! The settings of the policy, by the keys and values that people write (R29).

use std::collections::BTreeSet;

use chrono::{NaiveDate, Weekday};

use crate::workflow::obligations::clock::Clock;
use crate::workflow::obligations::policy::{Hours, Policy};
use crate::workflow::obligations::span::{NotASpan, Span};
use crate::workflow::vocabulary::{Announcement, Audience, Impact, Priority, Severity, Word};
use crate::workflow::zone::Zone;

/// A setting of the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Setting {
    /// The duration of a clock, for these priorities.
    Span(Clock, &'static [usize]),
    Undo,
    /// The hours of a priority.
    Hours(usize),
    Days,
    Time,
    Zone,
    Holidays,
    Matrix(Severity, Impact),
    /// The announcements to an audience.
    Announce(String),
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
        wanted: String,
    },
    /// Announcements go to colleagues only.
    #[error("customers get no announcements (R36)")]
    NotToCustomers,
}

const ANNOUNCE: &str = "announce.";
const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

impl Policy {
    /// Returns every key with its value, in the order of the process.
    pub fn settings(&self) -> Vec<(String, String)> {
        self.keys().into_iter().map(|(key, setting)| (key, self.value(&setting))).collect()
    }

    /// Changes a setting, and returns each key that it stands for with its new value. The name of a duty, of the hours or
    /// of a row of the matrix stands for every key that begins with it.
    ///
    /// # Errors
    /// Fails if there is no such key, or it does not take this value.
    pub fn set(&mut self, key: &str, value: &str) -> Result<Vec<(String, String)>, PolicyError> {
        let key = key.trim().to_ascii_lowercase();
        let value = value.trim();
        let dotted = format!("{key}.");
        let mut meant = self.keys();
        meant.retain(|(name, setting)| *name == key || (setting.has_family() && name.starts_with(&dotted)));
        if meant.is_empty() {
            meant.push((key.clone(), announcing(&key)?));
        }
        for (_, setting) in &meant {
            self.take(setting, value)?;
        }
        Ok(meant.into_iter().map(|(key, setting)| (key, self.value(&setting))).collect())
    }

    /// Returns every key, in the order of the process.
    fn keys(&self) -> Vec<(String, Setting)> {
        let mut keys = Vec::new();
        for clock in Clock::ALL.iter().copied() {
            for (column, places) in clock.columns() {
                let key = if column.is_empty() { clock.to_string() } else { format!("{clock}.{column}") };
                keys.push((key, Setting::Span(clock, places)));
            }
        }
        keys.push(("undo".to_owned(), Setting::Undo));
        let priorities = Priority::ALL.iter().enumerate();
        keys.extend(priorities.map(|(place, priority)| (format!("hours.{priority}"), Setting::Hours(place))));
        let calendar = [
            ("days", Setting::Days),
            ("hours", Setting::Time),
            ("zone", Setting::Zone),
            ("holidays", Setting::Holidays),
        ];
        keys.extend(calendar.map(|(key, setting)| (format!("business.{key}"), setting)));
        let cells = self.matrix.cells();
        keys.extend(
            cells.map(|(severity, impact, _)| {
                (format!("matrix.{severity}.{impact}"), Setting::Matrix(severity, impact))
            }),
        );
        let audiences = self.announced.keys();
        keys.extend(audiences.map(|audience| (format!("{ANNOUNCE}{audience}"), Setting::Announce(audience.clone()))));
        keys
    }

    fn take(&mut self, setting: &Setting, value: &str) -> Result<(), PolicyError> {
        let not = |wanted: &str| PolicyError::Value { value: value.to_owned(), wanted: wanted.to_owned() };
        match setting {
            Setting::Span(clock, places) => {
                let span: Option<Span> = match value.eq_ignore_ascii_case("off") {
                    true if clock.can_be_off() => None,
                    _ => Some(value.parse()?),
                };
                let mut spans = self.spans(*clock);
                let meant = spans.iter_mut().enumerate().filter(|(place, _)| places.contains(place));
                meant.for_each(|(_, old)| *old = span);
                self.spans.insert(*clock, spans);
            }
            Setting::Undo => self.undo = value.parse()?,
            Setting::Hours(place) => {
                let hours = hours(value)
                    .ok_or_else(|| not("`round-the-clock`, `business` or hours of a day, such as 22:00-06:00"))?;
                if let Some(old) = self.hours.get_mut(*place) {
                    *old = hours;
                }
            }
            Setting::Days => {
                self.calendar.days =
                    days(value).ok_or_else(|| not("days of the week, such as mon-fri or mon,wed,fri"))?;
            }
            Setting::Time => {
                let wanted = "hours of a day, such as 09:00-17:30, 08:00-12:00,13:00-17:00 or 22:00-06:00";
                self.calendar.hours = value.parse().map_err(|_| not(wanted))?;
            }
            Setting::Zone => {
                let zone = Zone::named(value);
                if zone.is_none() && !value.eq_ignore_ascii_case(NONE) {
                    return Err(not("a time zone, such as Europe/Berlin, or none"));
                }
                self.calendar.zone = zone.clone().unwrap_or(Zone::UTC);
                self.zone = zone;
            }
            Setting::Holidays => {
                let wanted = "dates, such as 2026-12-25,2026-12-26, or none; +2026-12-31 adds one";
                let (old, value) = match value.strip_prefix('+') {
                    Some(more) => (self.calendar.holidays.clone(), more),
                    None => (BTreeSet::new(), value),
                };
                self.calendar.holidays = &holidays(value).ok_or_else(|| not(wanted))? | &old;
            }
            Setting::Matrix(severity, impact) => {
                let priority =
                    Priority::from_word(value).ok_or_else(|| not("`critical`, `high`, `medium` or `low`"))?;
                self.matrix.set(*severity, *impact, priority);
            }
            Setting::Announce(audience) => {
                let what = announcements(value).ok_or_else(|| {
                    not(&format!("{}, or none", listed(Announcement::ALL.iter().map(|what| what.to_string()))))
                })?;
                self.announced.insert(audience.clone(), what);
            }
        }
        Ok(())
    }

    fn value(&self, setting: &Setting) -> String {
        match setting {
            Setting::Span(clock, places) => {
                let spans = self.spans(*clock);
                let span = places.first().and_then(|place| spans.get(*place)).copied().flatten();
                span.map_or_else(|| "off".to_owned(), |span| span.to_string())
            }
            Setting::Undo => self.undo.to_string(),
            Setting::Hours(place) => self.hours.get(*place).map(Hours::to_string).unwrap_or_default(),
            Setting::Days => listed(self.calendar.days.iter().map(|day| day.to_string().to_ascii_lowercase())),
            Setting::Time => self.calendar.hours.to_string(),
            Setting::Zone => self.zone().map_or_else(|| NONE.to_owned(), Zone::to_string),
            Setting::Holidays => or_none(listed(self.calendar.holidays.iter().map(NaiveDate::to_string))),
            Setting::Matrix(severity, impact) => {
                let priority = self.matrix.priority(*severity, *impact, false);
                priority.map(|priority| priority.to_string()).unwrap_or_default()
            }
            Setting::Announce(audience) => {
                let what = self.announced.get(audience).map(Vec::as_slice).unwrap_or_default();
                or_none(listed(what.iter().map(|what| what.to_string())))
            }
        }
    }
}

impl Setting {
    /// Whether the beginning of its key stands for it and its like.
    fn has_family(&self) -> bool {
        matches!(self, Self::Span(..) | Self::Hours(_) | Self::Matrix(..))
    }
}

const NONE: &str = "none";

fn or_none(text: String) -> String {
    if text.is_empty() { NONE.to_owned() } else { text }
}

fn listed(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(",")
}

/// Returns the setting of an audience that has none yet. Any name of small letters, digits and hyphens is one (R36).
fn announcing(key: &str) -> Result<Setting, PolicyError> {
    let is_name = |name: &&str| {
        name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-')
    };
    match key.strip_prefix(ANNOUNCE).filter(is_name) {
        Some(audience) if audience == Audience::Customer.as_str() => Err(PolicyError::NotToCustomers),
        Some(audience) => Ok(Setting::Announce(audience.to_owned())),
        None => Err(PolicyError::NoSuchKey(key.to_owned())),
    }
}

fn hours(text: &str) -> Option<Hours> {
    match text.to_ascii_lowercase().as_str() {
        "round-the-clock" => Some(Hours::RoundTheClock),
        "business" => Some(Hours::Business),
        hours => hours.parse().ok().map(Hours::Own),
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

/// Reads `2026-12-25,2026-12-26`; `none` is none.
fn holidays(text: &str) -> Option<BTreeSet<NaiveDate>> {
    if text.eq_ignore_ascii_case(NONE) {
        return Some(BTreeSet::new());
    }
    text.split(',').map(|date| date.trim().parse().ok()).collect()
}

/// Reads `escalated,returned`, each once and in the order of the vocabulary; `none` is none.
fn announcements(text: &str) -> Option<Vec<Announcement>> {
    if text.eq_ignore_ascii_case(NONE) {
        return Some(Vec::new());
    }
    let mut all: Vec<Announcement> =
        text.split(',').map(|word| Announcement::from_word(word.trim())).collect::<Option<_>>()?;
    all.sort_unstable();
    all.dedup();
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_takes_the_value_that_it_shows() {
        let mut policy = Policy::default();
        assert!(
            Clock::ALL.iter().all(|clock| policy.settings().iter().any(|(key, _)| key.starts_with(clock.as_str())))
        );
        for (key, value) in policy.settings() {
            assert_eq!(policy.set(&key, &value), Ok(vec![(key, value)]));
        }
        assert_eq!(policy.settings(), Policy::default().settings());
    }

    #[test]
    fn given_one_priority_when_it_is_set_then_the_others_stay() {
        let mut policy = Policy::default();
        policy.set("eng-assess.critical", "2h").unwrap();
        assert_eq!(policy.span(Clock::EngAssess, Priority::Critical), Some(Span::Hours(2)));
        assert_eq!(policy.span(Clock::EngAssess, Priority::High), Some(Span::Hours(24)));
    }

    #[test]
    fn the_beginning_of_a_key_stands_for_all_that_begin_with_it() {
        let mut policy = Policy::default();
        let set = policy.set("Close", "2d").unwrap();
        let keys: Vec<&str> = set.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["close.critical", "close.high", "close.medium", "close.low"]);
        assert!(Priority::ALL.iter().all(|priority| policy.span(Clock::Close, *priority) == Some(Span::Days(2))));
        assert_eq!(policy.set("hours", "business").unwrap().len(), 4);
        assert_eq!(policy.set("ship.patch", "3d").unwrap().len(), 4);
        assert_eq!(policy.set("matrix.minor", "low").unwrap().len(), 3);
        let off = policy.set("next-word", "off").unwrap();
        assert!(off.len() == 11 && off.iter().all(|(_, value)| value == "off"), "{off:?}");
        assert_eq!(policy.set("business", "09:00-17:00"), Err(PolicyError::NoSuchKey("business".to_owned())));
        assert_eq!(policy.set("announce", "none"), Err(PolicyError::NoSuchKey("announce".to_owned())));
    }

    #[test]
    fn given_an_escalation_with_a_trigger_then_its_clock_is_its_own() {
        let mut policy = Policy::default();
        policy.set("escalate.trigger", "30m").unwrap();
        assert_eq!(policy.span(Clock::Escalate, Priority::Critical), Some(Span::Minutes(30)));
        assert_eq!(policy.span(Clock::Escalate, Priority::Medium), Some(Span::Hours(24)));
    }

    #[test]
    fn what_a_team_sets_is_shown_as_it_is_set() {
        let mut policy = Policy::default();
        for (key, value) in [
            ("business.hours", "08:30-24:00"),
            ("business.hours", "08:00-12:00,13:00-17:00"),
            ("business.days", "mon,wed,sun"),
            ("business.zone", "Europe/Berlin"),
            ("business.zone", "none"),
            ("business.holidays", "2026-05-11,2026-12-25"),
            ("hours.low", "22:00-06:00"),
            ("matrix.major.large", "high"),
            ("announce.on-call2", "escalated,complaint"),
            ("undo", "4h"),
        ] {
            assert_eq!(policy.set(key, value), Ok(vec![(key.to_owned(), value.to_owned())]));
            assert!(policy.settings().contains(&(key.to_owned(), value.to_owned())), "{key}");
        }
    }

    #[test]
    fn a_holiday_can_be_added_to_the_others() {
        let mut policy = Policy::default();
        policy.set("business.holidays", "2026-12-25").unwrap();
        let set = policy.set("business.holidays", "+2026-12-31,2026-12-24").unwrap();
        assert_eq!(set[0].1, "2026-12-24,2026-12-25,2026-12-31");
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
            ("close.low", "off"),
            ("hours", "sometimes"),
            ("business.days", "someday"),
            ("business.hours", "09:00-09:00"),
            ("business.hours", "08:00-12:00,11:00-17:00"),
            ("business.zone", "Mars/Olympus"),
            ("business.holidays", "christmas"),
            ("matrix.outage.large", "urgent"),
            ("matrix.unknown.large", "low"),
            ("announce.engineering", "lunch"),
            ("announce.customer", "closed"),
            ("announce.The Boss", "closed"),
        ];
        for (key, value) in wrong {
            assert!(Policy::default().set(key, value).is_err(), "{key} {value}");
        }
    }
}
