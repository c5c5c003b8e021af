//! Times as people type them: RFC 3339, dates, or relative to now.

use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use serde::Deserialize;

use super::date::DateArg;
use crate::app::machine_zone;
use crate::workflow::Time;
use crate::workflow::zone::Zone;

/// A time as it was given; local where it names no zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum TimeArg {
    At(Time),
    Local(NaiveDateTime),
    FromNow(TimeDelta),
    /// The beginning of a day, or all of it.
    Day(DateArg),
}

impl FromStr for TimeArg {
    type Err = String;

    /// A local time that the clocks skip is none.
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let wrong = || {
            format!(
                "`{text}` is not a time: write 2026-05-01, 2026-05-01T09:30, 2026-05-01T09:30:00Z, -2h, friday or \
                 yesterday"
            )
        };
        if text.eq_ignore_ascii_case("now") {
            return Ok(Self::FromNow(TimeDelta::zero()));
        }
        if let Some(day) = DateArg::named(text) {
            return Ok(Self::Day(day));
        }
        let zoned = DateTime::parse_from_rfc3339(text).ok().or_else(|| {
            let forms =
                ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z", "%Y-%m-%d %H:%M%#z"];
            forms.iter().find_map(|form| DateTime::parse_from_str(text, form).ok())
        });
        if let Some(time) = zoned {
            return printable(time.with_timezone(&Utc)).map(Self::At).ok_or_else(wrong);
        }
        let forms = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
        if let Some(time) = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()) {
            if machine_zone().skips(time) {
                return Err(format!("there is no `{text}` in {}: the clocks skip it", machine_zone()));
            }
            return printable(machine_zone().instant(time)).map(|_| Self::Local(time)).ok_or_else(wrong);
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
    /// Returns the point in time, in whole milliseconds; `None` beyond the years that can be printed.
    pub(in crate::cli) fn resolve(self, now: Time) -> Option<Time> {
        let zone = machine_zone();
        let time = match self {
            Self::At(time) => time,
            Self::Local(time) => zone.instant(time),
            Self::FromNow(delta) => now.checked_add_signed(delta)?,
            Self::Day(day) => zone.instant(day.resolve(zone.local(now).date())?.and_time(NaiveTime::MIN)),
        };
        printable(time)
    }

    /// Returns the point in time in the past: a length of time without a sign is one before now, a day of the week the
    /// last one.
    pub(in crate::cli) fn before(self, now: Time) -> Option<Time> {
        match self {
            Self::FromNow(delta) => Self::FromNow(-delta.abs()).resolve(now),
            Self::Day(day) => Self::Day(DateArg::On(day.before(machine_zone().local(now).date())?)).resolve(now),
            Self::At(_) | Self::Local(_) => self.resolve(now),
        }
    }

    /// Returns the last moment that is meant, in the past: of a day it is its end in the team's zone.
    pub(in crate::cli) fn until(self, now: Time, team: &Zone) -> Option<Time> {
        match self {
            Self::Day(day) => printable(team.end_of(day.before(team.local(now).date())?) - TimeDelta::milliseconds(1)),
            Self::At(_) | Self::Local(_) | Self::FromNow(_) => self.before(now),
        }
    }
}

/// RFC 3339 has no other years, and what is printed must be read again.
fn printable(time: Time) -> Option<Time> {
    whole_milliseconds(time).filter(|time| (0..=9999).contains(&time.year()))
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
        assert_eq!(read("2023-11-14T22:13Z"), 1_699_999_980);
        for bad in ["", "-", "h", "2h3", "--2h", "2023-13-01", "next week", "99999999999999999d", "é"] {
            assert!(bad.parse::<TimeArg>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_time_beyond_the_years_that_can_be_printed_is_none() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        for far in ["+12000-01-01", "-0001-12-31", "9999-12-31T23:59:59-01:00", "3000000d", "-9000000d"] {
            assert_eq!(far.parse::<TimeArg>().ok().and_then(|far| far.resolve(now)), None, "{far}");
        }
    }
}
