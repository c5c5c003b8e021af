//! Time zones, from the data that is built into the program: a due time is the same on every machine.

use std::fmt;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};

use crate::workflow::time::Time;

/// A time zone of the IANA database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// UTC.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// Returns the zone with a name such as `Europe/Berlin`, in whatever case it is written.
    pub fn named(name: &str) -> Option<Self> {
        TimeZoneDatabase::bundled().get(name).ok().filter(|zone| !zone.is_unknown()).map(Self)
    }

    /// Returns the zone that a machine or a program tells.
    pub fn of(zone: TimeZone) -> Self {
        Self(zone)
    }

    /// Returns the moment at which a day ends.
    pub fn end_of(&self, day: NaiveDate) -> Time {
        let next = day.succ_opt().unwrap_or(day);
        self.instant(next.and_time(NaiveTime::MIN))
    }

    /// Whether the clocks skip this local time.
    pub fn skips(&self, local: NaiveDateTime) -> bool {
        let shown = civil(local).map(|shown| self.0.to_ambiguous_timestamp(shown).offset());
        matches!(shown, Some(AmbiguousOffset::Gap { .. }))
    }

    /// Returns what the clocks show at a point in time.
    pub fn local(&self, time: Time) -> NaiveDateTime {
        let utc = time.naive_utc();
        utc.checked_add_signed(length(self.0.to_offset(timestamp(utc)))).unwrap_or(utc)
    }

    /// Returns the point in time at which the clocks show this: the earlier of two where they go back, and the moment at
    /// which they go forward where they skip it.
    pub fn instant(&self, local: NaiveDateTime) -> Time {
        let before = |offset| local.checked_sub_signed(length(offset)).unwrap_or(local);
        // Years that the database does not reach have the offset of its end.
        let Some(shown) = civil(local) else { return before(self.0.to_offset(timestamp(local))).and_utc() };
        match self.0.to_ambiguous_timestamp(shown).offset() {
            AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => {
                before(offset).and_utc()
            }
            AmbiguousOffset::Gap { after, .. } => {
                let still_before = timestamp(before(after));
                let change = self.0.following(still_before).next().map_or(still_before, |change| change.timestamp());
                Time::from_timestamp(change.as_second(), 0).unwrap_or(before(after).and_utc())
            }
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0.iana_name().unwrap_or("local"))
    }
}

fn length(offset: Offset) -> TimeDelta {
    TimeDelta::seconds(i64::from(offset.seconds()))
}

/// Returns the whole second, within the range of the database.
fn timestamp(utc: NaiveDateTime) -> Timestamp {
    let second = utc.and_utc().timestamp().clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Timestamp::from_second(second).unwrap_or(Timestamp::MAX)
}

/// Returns the whole second, where the database covers its year.
fn civil(local: NaiveDateTime) -> Option<DateTime> {
    let part = |part: u32| i8::try_from(part).ok();
    DateTime::new(
        i16::try_from(local.year()).ok()?,
        part(local.month())?,
        part(local.day())?,
        part(local.hour())?,
        part(local.minute())?,
        part(local.second())?,
        0,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> Zone {
        Zone::named("Europe/Berlin").unwrap()
    }

    #[test]
    fn a_name_is_found_in_any_case_and_shown_as_the_database_has_it() {
        assert_eq!(Zone::named("europe/BERLIN").unwrap().to_string(), "Europe/Berlin");
        assert_eq!((Zone::named("utc"), Zone::UTC.to_string()), (Some(Zone::UTC), "UTC".to_owned()));
        assert_eq!(Zone::named("US/Eastern").unwrap().to_string(), "US/Eastern");
        for wrong in ["", "Mars/Olympus", "Etc/Unknown", "Berlin", "Europe/Berlin "] {
            assert_eq!(Zone::named(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_local_time_is_read_back() {
        for text in ["1901-01-01T00:00:00Z", "2026-01-15T12:00:00Z", "2026-07-15T12:00:00.250Z", "9999-06-01T00:00:00Z"]
        {
            let time: Time = text.parse().unwrap();
            for zone in ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati"] {
                let zone = Zone::named(zone).unwrap();
                assert_eq!(zone.instant(zone.local(time)), time, "{zone}");
            }
        }
    }

    #[test]
    fn given_clocks_that_go_back_then_it_is_the_earlier_of_the_two() {
        assert_eq!(
            berlin().instant("2026-10-25T02:30:00".parse().unwrap()),
            "2026-10-25T00:30:00Z".parse::<Time>().unwrap()
        );
    }

    #[test]
    fn given_clocks_that_go_forward_then_what_they_skip_is_the_moment_of_the_change() {
        for skipped in ["2026-03-29T02:00:00", "2026-03-29T02:17:00", "2026-03-29T02:59:59.999"] {
            let change: Time = "2026-03-29T01:00:00Z".parse().unwrap();
            assert_eq!(berlin().instant(skipped.parse().unwrap()), change, "{skipped}");
        }
    }

    #[test]
    fn given_a_day_that_a_zone_left_out_then_all_of_it_is_the_moment_of_the_change() {
        let samoa = Zone::named("Pacific/Apia").unwrap();
        for skipped in ["2011-12-30T00:00:00", "2011-12-30T23:59:00"] {
            let change: Time = "2011-12-30T10:00:00Z".parse().unwrap();
            assert_eq!(samoa.instant(skipped.parse().unwrap()), change, "{skipped}");
        }
    }

    #[test]
    fn at_either_end_of_time_there_is_a_local_time_too() {
        for zone in ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"] {
            let zone = Zone::named(zone).unwrap();
            for time in [Time::MIN_UTC, Time::MAX_UTC] {
                zone.instant(zone.local(time));
            }
        }
    }
}
