//! Times as trackers write them.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use crate::workflow::Time;

/// A text that is no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time such as 2014-03-22T07:59:00+0000, 22/Mar/14 07:59 or 03/22/2014 (the month first)")]
pub struct NotATime(String);

/// Two digits of a year are read before four: `%Y` would take `14` for the year 14.
#[rustfmt::skip]
const DATES: [&str; 10] = [
    "%Y-%m-%d", "%Y/%m/%d",
    "%d/%b/%y", "%d/%b/%Y", "%d-%b-%y", "%d-%b-%Y",
    "%m/%d/%y", "%m/%d/%Y", "%d.%m.%y", "%d.%m.%Y",
];
/// The years that a tracker's times can mean, in their own zone and in UTC.
const YEARS: RangeInclusive<i32> = 1900..=9999;
const TIMES: [&str; 4] = ["%H:%M", "%H:%M:%S%.f", "%I:%M %p", "%I:%M:%S %p"];

/// Reads a time to the millisecond; one without a zone is UTC, and one without a time of day is midnight.
pub fn time(text: &str) -> Result<Time, NotATime> {
    let (date, rest) = parts(text);
    let wrong = || NotATime(text.to_owned());
    let date = date_of(&date).ok_or_else(wrong)?;
    let (rest, zone) = zone_of(&rest).ok_or_else(wrong)?;
    let time = if rest.is_empty() {
        NaiveTime::MIN
    } else {
        let mut read = TIMES.iter().filter_map(|form| NaiveTime::parse_from_str(rest, form).ok());
        read.next().ok_or_else(wrong)?
    };
    let time = NaiveDateTime::new(date, time).and_local_timezone(zone).single().ok_or_else(wrong)?;
    let time = DateTime::<Utc>::from_timestamp_millis(time.timestamp_millis());
    time.filter(|time| YEARS.contains(&time.year())).ok_or_else(wrong)
}

/// Reads the day of a time, as it stands there, whatever its zone.
pub fn day(text: &str) -> Result<NaiveDate, NotATime> {
    time(text)?;
    date_of(&parts(text).0).ok_or_else(|| NotATime(text.to_owned()))
}

/// The date, and what follows it after blanks or a `T` between digits.
fn parts(text: &str) -> (String, String) {
    // Java puts a narrow blank before AM and PM.
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let end = (1..bytes.len()).find(|&at| bytes[at] == b' ' || (bytes[at] == b'T' && digit(at - 1) && digit(at + 1)));
    match end {
        Some(end) => (text[..end].to_owned(), text[end + 1..].to_owned()),
        None => (text, String::new()),
    }
}

fn date_of(text: &str) -> Option<NaiveDate> {
    let mut read = DATES.iter().filter_map(|form| NaiveDate::parse_from_str(text, form).ok());
    read.find(|date| YEARS.contains(&date.year()))
}

/// The time of day, and the zone after it.
fn zone_of(text: &str) -> Option<(&str, FixedOffset)> {
    let utc = FixedOffset::east_opt(0)?;
    for name in ["Z", "UTC", "GMT"] {
        if let Some(time) = text.strip_suffix(name) {
            return Some((time.trim_end(), utc));
        }
    }
    let Some(sign) = text.rfind(['+', '-']) else { return Some((text, utc)) };
    let (time, offset) = text.split_at(sign);
    let digits: String = offset[1..].chars().filter(|c| *c != ':').collect();
    if digits.len() != 4 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = (digits[..2].parse::<i32>().ok()?, digits[2..].parse::<i32>().ok()?);
    let seconds = hours * 3600 + minutes * 60;
    let zone = FixedOffset::east_opt(if offset.starts_with('-') { -seconds } else { seconds })?;
    (minutes < 60).then_some((time.trim_end(), zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_time_is_the_same_time() {
        let forms = [
            "2014-03-22T07:59:00.000+0000",
            "2014-03-22T08:59:00+01:00",
            "2014-03-22T02:29:00-0530",
            "2014-03-22T07:59Z",
            "2014-03-22 07:59",
            "2014-03-22 07:59:00",
            "2014-03-22 07:59:00 UTC",
            "2014-03-22 09:59 +0200",
            "2014/03/22 07:59",
            "22/Mar/14 07:59",
            "22/Mar/14 7:59 AM",
            "22/Mar/14 7:59\u{202f}AM",
            "22/MAR/2014 07:59:00",
            " 22-Mar-2014  07:59 ",
            "3/22/14 7:59 am",
            "03/22/2014 07:59",
            "22.03.2014 07:59",
        ];
        for form in forms {
            assert_eq!(time(form).unwrap().to_rfc3339(), "2014-03-22T07:59:00+00:00", "{form}");
        }
    }

    #[test]
    fn noon_and_midnight_and_october_are_read_right() {
        assert_eq!(time("24/Apr/15 12:04 PM").unwrap().to_rfc3339(), "2015-04-24T12:04:00+00:00");
        assert_eq!(time("24/Apr/15 12:04 AM").unwrap().to_rfc3339(), "2015-04-24T00:04:00+00:00");
        assert_eq!(time("04/OCT/15").unwrap().to_rfc3339(), "2015-10-04T00:00:00+00:00");
        assert_eq!(time("31/Dec/99 23:59").unwrap().to_rfc3339(), "1999-12-31T23:59:00+00:00");
        assert_eq!(time("2021-12-14T00:30:15.2839+0000").unwrap().to_rfc3339(), "2021-12-14T00:30:15.283+00:00");
    }

    #[test]
    fn a_day_is_the_one_that_stands_there() {
        assert_eq!(day("2014-03-22").unwrap().to_string(), "2014-03-22");
        assert_eq!(day("2014-03-22T00:00:00+1300").unwrap().to_string(), "2014-03-22");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        #[rustfmt::skip]
        let bad = [
            "", "soon", "12 hours", "T2014", "é", "22/03/2014", "2014-02-30", "14-03-22", "0014-03-22", "2014-03-22T",
            "2014-03-22 é", "2014-03-22 +é00", "22/Mar/14 13:00 PM", "22/Mar/14 24:00", "2014-03-22T07:59+1",
            "2014-03-22T07:59+0070", "2014-03-22T07:59+9900",
        ];
        for text in bad {
            assert!(time(text).is_err(), "{text}");
            assert!(day(text).is_err(), "{text}");
        }
    }
}
