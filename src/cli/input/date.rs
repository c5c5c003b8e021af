//! Dates as people type them: `2026-05-01`, `tomorrow`, `friday`, `+10d` or `+2w`.

use std::str::FromStr;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::Deserialize;

/// A day as it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum DateArg {
    On(NaiveDate),
    /// That many days from today.
    FromToday(i64),
    /// The coming one, or the last one where the past is meant; never today.
    Weekday(Weekday),
}

impl DateArg {
    /// Returns the day that a word or a date names.
    pub(super) fn named(text: &str) -> Option<Self> {
        Some(match text.to_ascii_lowercase().as_str() {
            "today" => Self::FromToday(0),
            "yesterday" => Self::FromToday(-1),
            "tomorrow" => Self::FromToday(1),
            word => match NaiveDate::parse_from_str(word, "%Y-%m-%d") {
                Ok(date) => Self::On(date),
                Err(_) => Self::Weekday(word.parse().ok()?),
            },
        })
    }

    /// Returns the day, today or later where a day of the week is meant; `None` beyond the years that can be printed.
    pub(in crate::cli) fn resolve(self, today: NaiveDate) -> Option<NaiveDate> {
        let day = match self {
            Self::On(day) => Some(day),
            Self::FromToday(days) => shifted(today, days),
            Self::Weekday(weekday) => shifted(today, days_until(today.weekday(), weekday)),
        };
        day.filter(|day| (0..=9999).contains(&day.year()))
    }

    /// Returns the day, where a day of the week is the last one.
    pub(super) fn before(self, today: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Weekday(weekday) => shifted(today, -days_until(weekday, today.weekday())),
            Self::On(_) | Self::FromToday(_) => self.resolve(today),
        }
    }
}

impl FromStr for DateArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let wrong = || format!("`{text}` is not a date: write 2026-05-01, tomorrow, friday, +10d or +2w");
        Self::named(text).or_else(|| days(text).map(Self::FromToday)).ok_or_else(wrong)
    }
}

impl<'de> Deserialize<'de> for DateArg {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Reads `+10d`, `2w` or `-3d`.
fn days(text: &str) -> Option<i64> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let unit = rest.chars().next_back()?;
    let number = rest.strip_suffix(unit)?;
    let length = match unit {
        'd' => 1,
        'w' => 7,
        _ => return None,
    };
    number.parse::<u32>().ok().map(|number| sign * length * i64::from(number))
}

/// Returns how many days after the one the other comes: 1 to 7.
fn days_until(from: Weekday, to: Weekday) -> i64 {
    match to.days_since(from) {
        0 => 7,
        days => i64::from(days),
    }
}

fn shifted(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    let by = Days::new(days.unsigned_abs());
    if days < 0 { day.checked_sub_days(by) } else { day.checked_add_days(by) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_people_write_them() {
        // A Wednesday.
        let today: NaiveDate = "2026-05-06".parse().unwrap();
        let read = |text: &str| text.parse::<DateArg>().unwrap().resolve(today).unwrap().to_string();
        for (text, day) in [
            ("2026-12-24", "2026-12-24"),
            ("today", "2026-05-06"),
            ("Tomorrow", "2026-05-07"),
            ("friday", "2026-05-08"),
            ("Wed", "2026-05-13"),
            ("monday", "2026-05-11"),
            ("+10d", "2026-05-16"),
            ("2w", "2026-05-20"),
            ("-1d", "2026-05-05"),
        ] {
            assert_eq!(read(text), day, "{text}");
        }
        assert_eq!(DateArg::Weekday(Weekday::Wed).before(today), "2026-04-29".parse().ok());
        assert_eq!(DateArg::Weekday(Weekday::Tue).before(today), "2026-05-05".parse().ok());
    }

    #[test]
    fn what_is_not_a_date_is_refused() {
        for text in ["", "soon", "2026-02-30", "+2h", "+d", "1.5w", "next week", "99999999999d", "frid"] {
            assert!(text.parse::<DateArg>().is_err(), "{text}");
        }
        let far = "+4000000000d".parse::<DateArg>().unwrap();
        assert_eq!(far.resolve("2026-05-06".parse().unwrap()), None);
    }
}
