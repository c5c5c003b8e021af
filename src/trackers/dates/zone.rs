//! The zone in which times without one are meant.

use std::fmt;
use std::str::FromStr;

use chrono::{FixedOffset, NaiveDateTime, TimeZone};

use crate::workflow::Time;
use crate::workflow::zone;

/// The zone of times that name none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Zone {
    /// Always as far from UTC.
    Fixed(FixedOffset),
    /// As a region sets its clocks.
    Region(zone::Zone),
}

/// A text that names no zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no time zone `{0}`; write one such as Europe/Berlin, UTC or +02:00")]
pub struct NoSuchZone(String);

impl Zone {
    /// The moment at which its clocks show this: the first, where they show it twice; none, where they skip it.
    pub(super) fn at(&self, clock: NaiveDateTime) -> Option<Time> {
        match self {
            Self::Fixed(offset) => offset.from_local_datetime(&clock).single().map(|time| time.to_utc()),
            Self::Region(region) => Some(region.instant(clock)).filter(|time| region.local(*time) == clock),
        }
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::Region(zone::Zone::UTC)
    }
}

impl FromStr for Zone {
    type Err = NoSuchZone;

    fn from_str(text: &str) -> Result<Self, NoSuchZone> {
        let text = text.trim();
        let wrong = || NoSuchZone(text.to_owned());
        if text.eq_ignore_ascii_case("z") {
            return Ok(Self::default());
        }
        if text.starts_with(['+', '-']) {
            return offset(text).map(Self::Fixed).ok_or_else(wrong);
        }
        zone::Zone::named(text).map(Self::Region).ok_or_else(wrong)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(offset) => offset.fmt(f),
            Self::Region(region) => region.fmt(f),
        }
    }
}

/// An offset such as `+02:00`, `-0530` or `+01`.
fn offset(text: &str) -> Option<FixedOffset> {
    let digits: String = text.get(1..)?.chars().filter(|c| *c != ':').collect();
    if digits.len() > 4 || text.len() > 6 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let number: i32 = digits.parse().ok()?;
    let (hours, minutes) = if digits.len() > 2 { (number / 100, number % 100) } else { (number, 0) };
    offset_of(text.starts_with('-'), hours, minutes)
}

/// So many hours and minutes east or west of UTC.
pub(super) fn offset_of(is_west: bool, hours: i32, minutes: i32) -> Option<FixedOffset> {
    if hours > 15 || minutes > 59 {
        return None;
    }
    let seconds = hours * 3600 + minutes * 60;
    FixedOffset::east_opt(if is_west { -seconds } else { seconds })
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    fn at(zone: &str, month: u32, day: u32, hour: u32, minute: u32) -> Option<String> {
        let clock = NaiveDate::from_ymd_opt(2026, month, day).unwrap().and_hms_opt(hour, minute, 0).unwrap();
        zone.parse::<Zone>().unwrap().at(clock).map(|time| time.format("%dT%H:%M").to_string())
    }

    #[test]
    fn a_zone_is_a_region_or_an_offset() {
        assert_eq!(at("America/New_York", 3, 2, 7, 0).as_deref(), Some("02T12:00"));
        assert_eq!(at("europe/berlin", 7, 1, 1, 0).as_deref(), Some("30T23:00"));
        assert_eq!(at("+05:30", 3, 2, 7, 0).as_deref(), Some("02T01:30"));
        assert_eq!(at("-0230", 3, 2, 7, 0).as_deref(), Some("02T09:30"));
        assert_eq!(at("utc", 3, 2, 7, 0), at("Z", 3, 2, 7, 0));
        for wrong in ["", "Mars/Olympus", "+99:00", "+1:2:3:4", "+é"] {
            assert!(wrong.parse::<Zone>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_hour_that_the_clocks_skip_is_no_time_and_one_that_they_show_twice_is_the_first() {
        assert_eq!(at("America/New_York", 3, 8, 2, 30), None);
        assert_eq!(at("America/New_York", 11, 1, 1, 30).as_deref(), Some("01T05:30"));
    }
}
