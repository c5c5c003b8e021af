//! Times as people type them: RFC 3339, dates, or relative to now.

use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, Local, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use serde::Deserialize;

use crate::workflow::Time;

/// A time as it was given; local where it names no zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum TimeArg {
    At(Time),
    Local(NaiveDateTime),
    FromNow(TimeDelta),
    /// Midnight, that many days from today.
    Day(i64),
}

impl FromStr for TimeArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let wrong = || {
            format!(
                "`{text}` is not a time: write 2026-05-01, 2026-05-01T09:30, 2026-05-01T09:30:00Z, -2h or yesterday"
            )
        };
        match text.to_ascii_lowercase().as_str() {
            "now" => return Ok(Self::FromNow(TimeDelta::zero())),
            "today" => return Ok(Self::Day(0)),
            "yesterday" => return Ok(Self::Day(-1)),
            "tomorrow" => return Ok(Self::Day(1)),
            _ => {}
        }
        let zoned = DateTime::parse_from_rfc3339(text)
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%z"));
        if let Ok(time) = zoned {
            return whole_milliseconds(time.with_timezone(&Utc)).map(Self::At).ok_or_else(wrong);
        }
        for form in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"] {
            if let Ok(time) = NaiveDateTime::parse_from_str(text, form) {
                return Ok(Self::Local(time));
            }
        }
        if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            return Ok(Self::Local(date.and_time(NaiveTime::MIN)));
        }
        from_now(text).map(Self::FromNow).ok_or_else(wrong)
    }
}

impl<'de> Deserialize<'de> for TimeArg {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl TimeArg {
    /// The point in time, in whole milliseconds; `None` where there is no such time.
    pub(in crate::cli) fn resolve(self, now: Time) -> Option<Time> {
        let local = |time: NaiveDateTime| Local.from_local_datetime(&time).earliest().map(|time| time.to_utc());
        let time = match self {
            Self::At(time) => Some(time),
            Self::Local(time) => local(time),
            Self::FromNow(delta) => now.checked_add_signed(delta),
            Self::Day(days) => {
                let today = now.with_timezone(&Local).date_naive();
                let by = Days::new(days.unsigned_abs());
                let day = if days < 0 { today.checked_sub_days(by) } else { today.checked_add_days(by) };
                day.and_then(|day| local(day.and_time(NaiveTime::MIN)))
            }
        };
        // RFC 3339 has no other years, and what is printed must be read again.
        time.and_then(whole_milliseconds).filter(|time| (0..=9999).contains(&time.year()))
    }
}

impl TimeArg {
    /// The point in time in the past: a length of time without a sign is one before now.
    pub(in crate::cli) fn before(self, now: Time) -> Option<Time> {
        match self {
            Self::FromNow(delta) => Self::FromNow(-delta.abs()).resolve(now),
            Self::At(_) | Self::Local(_) | Self::Day(_) => self.resolve(now),
        }
    }
}

/// Times are kept in whole milliseconds.
pub(in crate::cli) fn whole_milliseconds(time: Time) -> Option<Time> {
    DateTime::from_timestamp_millis(time.timestamp_millis())
}

/// Reads `-2h`, `+3d`, `90m`.
fn from_now(text: &str) -> Option<TimeDelta> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let unit = rest.chars().next_back()?;
    let number: i64 = rest.strip_suffix(unit)?.parse().ok().filter(|number| *number >= 0)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        'w' => 7 * 24 * 60 * 60,
        _ => return None,
    };
    TimeDelta::try_seconds(number.checked_mul(seconds)?.checked_mul(sign)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_and_absolute_times_are_read_and_nonsense_is_refused() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let read = |text: &str| text.parse::<TimeArg>().unwrap().resolve(now).unwrap().timestamp();
        assert_eq!(read("-2h"), 1_700_000_000 - 7_200);
        assert_eq!(read("3d"), 1_700_000_000 + 3 * 86_400);
        assert_eq!(read("2023-11-14T22:13:20Z"), 1_700_000_000);
        assert_eq!(read("2023-11-14T23:13:20.000+0100"), 1_700_000_000);
        for bad in ["", "-", "h", "2h3", "--2h", "2023-13-01", "next week", "99999999999999999d", "é"] {
            assert!(bad.parse::<TimeArg>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_time_beyond_the_years_that_can_be_printed_is_none() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        for far in ["+12000-01-01", "-0001-12-31", "9999-12-31T23:59:59-01:00", "3000000d", "-9000000d"] {
            assert_eq!(far.parse::<TimeArg>().unwrap().resolve(now), None, "{far}");
        }
    }
}
