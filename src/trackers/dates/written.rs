//! One time as it is written.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::calendar::{Date, YEARS, day_of, eight, parts_of};
use super::order::{Order, Orders};
use super::parts::Parts;
use super::zone::Zone;
use crate::workflow::Time;

/// A text that is no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time")]
pub struct NotATime(pub String);

/// A time whose parts are known, if not yet what they mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    date: Date,
    clock: NaiveTime,
    zone: Option<Zone>,
}

/// The days that spreadsheets count from 30 December 1899, for the years from 1954 to 2119.
const SERIALS: RangeInclusive<u64> = 20_000..=80_000;

/// Whether a cell says that there is no time.
pub fn is_blank(text: &str) -> bool {
    let text = text.trim();
    let no_digit = !text.bytes().any(|byte| byte.is_ascii_digit());
    let words = [
        "n/a", "na", "n.a.", "null", "(null)", "nil", "none", "\\n", "nat", "nan", "never", "(empty)", "not set", "tbd",
    ];
    no_digit && (text.chars().all(|c| !c.is_alphanumeric()) || words.contains(&text.to_ascii_lowercase().as_str()))
        || text.starts_with("0000-00-00")
}

/// Reads a time.
///
/// # Errors
/// Where it is none, or could be several for another reason than the order of day and month.
pub fn read(text: &str) -> Result<Written, NotATime> {
    let text = text.trim();
    let text = text.strip_prefix("/Date(").and_then(|text| text.strip_suffix(")/")).unwrap_or(text);
    counted(text).or_else(|| parts(text)).ok_or_else(|| NotATime(text.to_owned()))
}

fn parts(text: &str) -> Option<Written> {
    let (date, clock, zone) = Parts::of(text)?.written()?;
    Some(Written { date, clock, zone })
}

impl Written {
    /// The orders that it can have, and that would make different days of it.
    pub fn orders(&self) -> Orders {
        match self.date {
            Date::Day(_) => Orders::NONE,
            Date::Numbers { orders, .. } => orders,
        }
    }

    /// Whether dots stand between the numbers of its date.
    pub fn is_dotted(&self) -> bool {
        matches!(self.date, Date::Numbers { dotted: true, .. })
    }

    /// The day, as it stands there, whatever the zone.
    pub fn day(&self, order: Order) -> Option<NaiveDate> {
        match self.date {
            Date::Day(day) => Some(day),
            Date::Numbers { parts, .. } => day_of(parts, order),
        }
    }

    /// The moment, to the millisecond. One without a time of day is midnight.
    pub fn time(&self, order: Order, zone: &Zone) -> Option<Time> {
        let clock = NaiveDateTime::new(self.day(order)?, self.clock);
        let time = self.zone.as_ref().unwrap_or(zone).at(clock)?;
        let time = DateTime::<Utc>::from_timestamp_millis(time.timestamp_millis())?;
        YEARS.contains(&time.year()).then_some(time)
    }

    /// Whether it says itself in which zone it is.
    pub fn has_zone(&self) -> bool {
        self.zone.is_some()
    }
}

/// A time that is counted: seconds or less since 1970, the days of a spreadsheet, or digits alone.
fn counted(text: &str) -> Option<Written> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    let milliseconds = match whole.len() {
        5 if SERIALS.contains(&number.unsigned_abs()) => return serial(number, fraction),
        10 => number * 1000 + i64::from(parts_of(fraction, 3)),
        13 => number,
        16 => number / 1000,
        19 => number / 1_000_000,
        14 if fraction.is_empty() => {
            let clock = clock(whole.get(8..10)?, whole.get(10..12)?, whole.get(12..)?)?;
            return Some(Written { date: Date::Day(eight(number.unsigned_abs() / 1_000_000)?), clock, zone: None });
        }
        8 if fraction.is_empty() => {
            return Some(Written { date: Date::Day(eight(number.unsigned_abs())?), clock: NaiveTime::MIN, zone: None });
        }
        _ => return None,
    };
    let time = DateTime::<Utc>::from_timestamp_millis(milliseconds)?.naive_utc();
    Some(Written { date: Date::Day(time.date()), clock: time.time(), zone: Some(Zone::default()) })
}

fn serial(days: i64, fraction: &str) -> Option<Written> {
    let day = NaiveDate::from_ymd_opt(1899, 12, 30)? + TimeDelta::days(days);
    // Spreadsheets keep some ten digits: what is less than half a second is not meant.
    let share = format!("0.{fraction}0").parse::<f64>().ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "a day has few seconds")]
    let seconds = (share * 86_400.0).round() as i64;
    let clock = NaiveDateTime::new(day, NaiveTime::MIN) + TimeDelta::seconds(seconds);
    Some(Written { date: Date::Day(clock.date()), clock: clock.time(), zone: None })
}

fn clock(hour: &str, minute: &str, second: &str) -> Option<NaiveTime> {
    NaiveTime::from_hms_opt(hour.parse().ok()?, minute.parse().ok()?, second.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> String {
        let written = read(text).unwrap_or_else(|error| panic!("{error}"));
        let order = written.orders().only().unwrap_or(Order::DayFirst);
        written.time(order, &Zone::default()).map_or_else(|| "none".to_owned(), |time| time.to_rfc3339())
    }

    #[test]
    fn every_form_of_a_time_is_the_same_time() {
        #[rustfmt::skip]
        let forms = [
            "2014-03-22T07:59:00.000+0000", "2014-03-22T08:59:00+01:00", "2014-03-22T02:29:00-0530", "2014-03-22T07:59Z",
            "2014-03-22 07:59", "2014-03-22 07:59:00", "2014-03-22 07:59:00 UTC", "2014-03-22 09:59 +0200",
            "2014-03-22 08:59:00+01", "2014-03-22T07:59:00.000000000Z", "2014-03-22T08:59:00+01:00[Europe/Berlin]",
            "2014-03-22 03:59:00 [America/New_York]", "2014-03-22 07:59:00,000", "20140322T075900Z", "20140322075900",
            "2014/03/22 07:59", "2014.03.22. 7:59", "2014. 3. 22. 오전 7:59", "2014年3月22日 7:59", "2014年3月22日 上午7:59",
            "2014/3/22(土) 7:59", "2014년 3월 22일 오전 7:59",
            "22/Mar/14 07:59", "22/Mar/14 7:59 AM", "22/Mar/14 7:59\u{202f}AM", "22/MAR/2014 07:59:00",
            " 22-Mar-2014  07:59 ", "22 Mar 2014 07:59", "22. März 2014 um 07:59 Uhr", "Mar 22, 2014, 7:59 AM",
            "Mar 22nd, 2014 at 7:59am", "March 22 2014 7:59 a.m.", "2014-Mar-22 07:59", "22/mar/14 7:59 a. m.",
            "22 de mar. de 2014 07h59", "mar. 22 mars 2014 07:59", "22 thg 3, 2014 07:59", "07:59 22/03/2014",
            "22/มี.ค./2557 07:59", "22/3月/14 上午7:59", "22/三月/14 7:59",
            "3/22/14 7:59 am", "03/22/2014 07:59", "22.03.2014 07:59", "22.3.2014 7.59", "22-03-2014 07:59",
            "22/03/2014, 07:59:00",
            "Sat, 22 Mar 2014 07:59:00 +0000", "Sat, 22 Mar 2014 02:59:00 EST", "Sat Mar 22 07:59:00 2014",
            "Sat Mar 22 07:59:00 UTC 2014", "Sat Mar 22 2014 09:59:00 GMT+0200 (Eastern European Standard Time)",
            "1395475140", "1395475140000", "1395475140.0", "/Date(1395475140000)/", "41720.33263888889",
        ];
        for form in forms {
            assert_eq!(at(form), "2014-03-22T07:59:00+00:00", "{form}");
        }
    }

    #[test]
    fn months_are_read_in_every_language_of_jira() {
        #[rustfmt::skip]
        let august = [
            "ago", "août", "aug.", "Aug", "ágú.", "авг.", "серп.", "sie", "srp", "Ağu", "elo", "szept", "ส.ค.", "8月", "8월",
        ];
        for month in august {
            let expected = if month == "szept" { "09" } else { "08" };
            assert_eq!(at(&format!("18/{month}/26 9:10 PM")), format!("2026-{expected}-18T21:10:00+00:00"), "{month}");
        }
        assert_eq!(at("18/dic/26 9:10 p. m."), "2026-12-18T21:10:00+00:00");
        assert_eq!(at("18/lut/26 21:10"), "2026-02-18T21:10:00+00:00");
        assert_eq!(at("18/Oca/26 09:10"), "2026-01-18T09:10:00+00:00");
    }

    #[test]
    fn noon_and_midnight_and_october_are_read_right() {
        assert_eq!(at("24/Apr/15 12:04 PM"), "2015-04-24T12:04:00+00:00");
        assert_eq!(at("24/Apr/15 12:04 AM"), "2015-04-24T00:04:00+00:00");
        assert_eq!(at("04/OCT/15"), "2015-10-04T00:00:00+00:00");
        assert_eq!(at("31/Dec/99 23:59"), "1999-12-31T23:59:00+00:00");
        assert_eq!(at("2021-12-14T00:30:15.2839+0000"), "2021-12-14T00:30:15.283+00:00");
        assert_eq!(at("2016-12-31T23:59:60Z"), "2016-12-31T23:59:59+00:00");
        assert_eq!(at("2024-03-22"), at("20240322"));
        assert_eq!(at("45373"), at("2024-03-22"));
    }

    #[test]
    fn a_day_is_the_one_that_stands_there() {
        let day = |text: &str| read(text).unwrap().day(Order::DayFirst).unwrap().to_string();
        assert_eq!(day("2014-03-22"), "2014-03-22");
        assert_eq!(day("2014-03-22T00:00:00+1300"), "2014-03-22");
        assert_eq!(day("01/02/2014"), "2014-02-01");
    }

    #[test]
    fn a_day_that_is_the_same_in_every_order_needs_none() {
        assert_eq!(read("05/05/2024").unwrap().orders(), Orders::NONE);
        let orders = read("03/04/2024").unwrap().orders();
        assert!(orders.has(Order::DayFirst) && orders.has(Order::MonthFirst) && !orders.has(Order::YearFirst));
        assert!(read("24-03-04").unwrap().orders().has(Order::YearFirst));
        assert_eq!(read("03/22/2024").unwrap().time(Order::DayFirst, &Zone::default()), None);
    }

    #[test]
    fn what_is_no_time_is_refused() {
        #[rustfmt::skip]
        let bad = [
            "", "soon", "12 hours", "T2014", "é", "32/03/2014", "2014-02-30", "0014-03-22", "12:30", "02:15:00", "7", "2014",
            "2014-03-22 é", "2014-03-22 +é00", "22/Mar/14 13:00 PM", "22/Mar/14 24:00", "2014-03-22T07:59+0070",
            "2014-03-22T07:59+9900", "22/Foo/14", "1.2.3.4", "2014-13-01", "Mar 2014", "3/22", "22/Mar/14 07:59 CST",
            "2014-03-22 07:59 [Mars/Olympus]", "2014-03-22 07:59 (", "99999999999999999999", "00000000",
        ];
        for text in bad {
            assert!(read(text).is_err(), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn a_cell_can_say_that_there_is_no_time() {
        for text in ["", " ", "-", "--", "—", "N/A", "NULL", "?", "None", "0000-00-00 00:00:00", "\\N", "(null)"] {
            assert!(is_blank(text), "{text}");
        }
        for text in ["soon", "2014", "12 hours", "x"] {
            assert!(!is_blank(text), "{text}");
        }
    }
}
