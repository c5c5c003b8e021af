//! Business hours: adding working time to a point in time (R29).

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

use crate::workflow::obligations::hours::WorkingHours;
use crate::workflow::obligations::span::Span;
use crate::workflow::time::Time;
use crate::workflow::zone::Zone;

/// A team's working time: hours of certain days of the week, in a time zone, without holidays.
///
/// A day is then a working day. Three hours are three hours on the clock while the team works, so a change to
/// daylight-saving time within working hours shortens or lengthens that day; a span of one working day ends at the time
/// of day at which it began, whatever the clocks did in between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// The days of the week on which the team works; at least one.
    pub days: Vec<Weekday>,
    /// The hours of such a day, local time.
    pub hours: WorkingHours,
    /// The zone of these hours.
    pub zone: Zone,
    /// The holidays that fall on working days.
    pub holidays: BTreeSet<NaiveDate>,
}

impl Default for Calendar {
    /// Monday to Friday, nine to five, UTC.
    fn default() -> Self {
        Self {
            days: vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri],
            hours: WorkingHours::default(),
            zone: Zone::UTC,
            holidays: BTreeSet::new(),
        }
    }
}

/// The last day to consider: a span that reaches further ends there.
pub(in crate::workflow) const LAST_YEAR: i32 = 9999;

impl Calendar {
    /// Returns the end of a span of working time.
    pub fn add(&self, from: Time, span: Span) -> Time {
        match span {
            Span::Minutes(minutes) => self.add_clock_time(from, TimeDelta::minutes(i64::from(minutes))),
            Span::Hours(hours) => self.add_clock_time(from, TimeDelta::hours(i64::from(hours))),
            Span::Days(days) => self.add_days(from, days),
        }
    }

    fn add_clock_time(&self, from: Time, mut left: TimeDelta) -> Time {
        let today = self.local_date(from);
        // The last shift of yesterday may go on after midnight.
        let mut day = today.pred_opt().unwrap_or(today);
        let mut end = from;
        while day.year() <= LAST_YEAR {
            for (opens, closes) in self.shifts_of(day) {
                let begin = from.max(opens);
                let open = (closes - begin).max(TimeDelta::zero());
                if left <= open {
                    return begin + left;
                }
                left -= open;
                end = end.max(closes);
            }
            match day.succ_opt() {
                Some(next) => day = next,
                None => break,
            }
        }
        end
    }

    /// Outside working hours the span begins at the end of the previous working day.
    fn add_days(&self, from: Time, days: u32) -> Time {
        let today = self.local_date(from);
        let is_at_work =
            |day: &NaiveDate| self.hours_of(*day).is_some_and(|(opens, closes)| opens <= from && from < closes);
        let mut day = today.pred_opt().filter(is_at_work).unwrap_or(today);
        let mut time_of_day = None;
        match self.hours_of(day) {
            Some((opens, closes)) if opens <= from => {
                let local = self.zone.local(from.min(closes));
                time_of_day = Some(local - day.and_time(chrono::NaiveTime::MIN));
            }
            _ => day = self.step(day, |day| day.pred_opt()),
        }
        for _ in 0..days {
            day = self.step(day, |day| day.succ_opt());
        }
        let Some((opens, closes)) = self.hours_of(day) else { return from };
        time_of_day.map_or(closes, |time| self.instant(day, time).clamp(opens, closes))
    }

    /// Returns the next working day in this direction.
    fn step(&self, day: NaiveDate, next: impl Fn(NaiveDate) -> Option<NaiveDate>) -> NaiveDate {
        let mut day = day;
        while let Some(other) = next(day).filter(|other| (0..=LAST_YEAR).contains(&other.year())) {
            day = other;
            if self.is_working_day(day) {
                break;
            }
        }
        day
    }

    fn is_working_day(&self, day: NaiveDate) -> bool {
        self.days.contains(&day.weekday()) && !self.holidays.contains(&day)
    }

    /// Returns the shifts that begin on a day.
    fn shifts_of(&self, day: NaiveDate) -> impl Iterator<Item = (Time, Time)> {
        let at = move |minutes: u32| self.instant(day, TimeDelta::minutes(i64::from(minutes)));
        let shifts = self.is_working_day(day).then(|| self.hours.shifts()).into_iter().flatten();
        shifts.map(move |(opens, closes)| (at(opens), at(closes)))
    }

    /// Returns the beginning and the end of work on a day.
    fn hours_of(&self, day: NaiveDate) -> Option<(Time, Time)> {
        let mut shifts = self.shifts_of(day);
        let (opens, closes) = shifts.next()?;
        Some((opens, shifts.last().map_or(closes, |(_, closes)| closes)))
    }

    fn local_date(&self, time: Time) -> NaiveDate {
        self.zone.local(time).date()
    }

    /// Returns the point in time of a local time of day.
    fn instant(&self, day: NaiveDate, since_midnight: TimeDelta) -> Time {
        self.zone.instant(day.and_time(chrono::NaiveTime::MIN) + since_midnight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Time {
        text.parse().unwrap()
    }

    fn berlin() -> Calendar {
        Calendar { zone: Zone::named("Europe/Berlin").unwrap(), ..Calendar::default() }
    }

    fn with_hours(calendar: Calendar, hours: &str) -> Calendar {
        Calendar { hours: hours.parse().unwrap(), ..calendar }
    }

    fn every_day_and_night() -> Calendar {
        let mut calendar = berlin();
        calendar.days.extend([Weekday::Sat, Weekday::Sun]);
        with_hours(calendar, "00:00-24:00")
    }

    #[test]
    fn given_a_friday_afternoon_when_hours_are_added_then_the_weekend_does_not_count() {
        // Friday 2026-05-08, 16:00 in Berlin.
        assert_eq!(berlin().add(time("2026-05-08T14:00:00Z"), Span::Hours(4)), time("2026-05-11T10:00:00Z"));
    }

    #[test]
    fn given_a_friday_afternoon_when_a_day_is_added_then_it_is_monday_at_the_same_time() {
        assert_eq!(berlin().add(time("2026-05-08T14:00:00Z"), Span::Days(1)), time("2026-05-11T14:00:00Z"));
    }

    #[test]
    fn given_a_time_outside_working_hours_then_a_day_ends_with_the_next_working_day() {
        for outside in ["2026-05-08T15:00:00Z", "2026-05-09T10:00:00Z", "2026-05-11T06:59:00Z"] {
            assert_eq!(berlin().add(time(outside), Span::Days(1)), time("2026-05-11T15:00:00Z"), "{outside}");
            assert_eq!(berlin().add(time(outside), Span::Hours(1)), time("2026-05-11T08:00:00Z"), "{outside}");
        }
    }

    #[test]
    fn given_a_holiday_then_it_does_not_count() {
        let mut calendar = berlin();
        calendar.holidays.insert("2026-05-14".parse().unwrap());
        assert_eq!(calendar.add(time("2026-05-13T14:00:00Z"), Span::Days(1)), time("2026-05-15T14:00:00Z"));
        assert_eq!(calendar.add(time("2026-05-13T14:00:00Z"), Span::Hours(2)), time("2026-05-15T08:00:00Z"));
    }

    #[test]
    fn given_clocks_that_go_forward_then_a_working_day_ends_at_the_same_time_of_day() {
        // Summer time began on Sunday 2026-03-29 in Berlin.
        assert_eq!(berlin().add(time("2026-03-27T14:00:00Z"), Span::Days(1)), time("2026-03-30T13:00:00Z"));
        assert_eq!(berlin().add(time("2026-03-27T15:30:00Z"), Span::Hours(1)), time("2026-03-30T07:30:00Z"));
    }

    #[test]
    fn given_clocks_that_change_within_working_hours_then_hours_are_those_of_the_clock() {
        let calendar = every_day_and_night();
        let (forward, back) = (time("2026-03-29T00:30:00Z"), time("2026-10-25T00:30:00Z"));
        assert_eq!(calendar.add(forward, Span::Hours(3)), forward + TimeDelta::hours(3));
        assert_eq!(calendar.add(back, Span::Hours(3)), back + TimeDelta::hours(3));
        // 01:30 on the day of the change and on the day after are 23 hours apart in spring, 25 in autumn.
        assert_eq!(calendar.add(forward, Span::Days(1)), forward + TimeDelta::hours(23));
        assert_eq!(calendar.add(time("2026-10-24T23:30:00Z"), Span::Days(1)), time("2026-10-26T00:30:00Z"));
    }

    #[test]
    fn given_a_time_of_day_that_the_clocks_skip_then_it_is_the_end_of_the_gap() {
        let calendar = every_day_and_night();
        // 02:30 on 2026-03-28, and the same on the day on which there is no 02:30.
        assert_eq!(calendar.add(time("2026-03-28T01:30:00Z"), Span::Days(1)), time("2026-03-29T01:00:00Z"));
    }

    #[test]
    fn given_a_day_that_a_zone_left_out_then_nobody_works_on_it() {
        // Samoa went from Thursday 2011-12-29 to Saturday 2011-12-31; it is four o'clock on that Thursday.
        let samoa = Calendar { zone: Zone::named("Pacific/Apia").unwrap(), ..Calendar::default() };
        assert_eq!(samoa.add(time("2011-12-30T02:00:00Z"), Span::Hours(2)), time("2012-01-01T20:00:00Z"));
    }

    #[test]
    fn given_a_break_then_hours_go_on_after_it() {
        let calendar = with_hours(berlin(), "08:00-12:00,13:00-17:00");
        // 11:30, in the break, and 16:30 on a Friday in Berlin.
        for (from, due) in [
            ("2026-05-08T09:30:00Z", "2026-05-08T11:30:00Z"),
            ("2026-05-08T10:20:00Z", "2026-05-08T12:00:00Z"),
            ("2026-05-08T14:30:00Z", "2026-05-11T06:30:00Z"),
        ] {
            assert_eq!(calendar.add(time(from), Span::Hours(1)), time(due), "{from}");
        }
        assert_eq!(calendar.add(time("2026-05-08T09:30:00Z"), Span::Days(1)), time("2026-05-11T09:30:00Z"));
    }

    #[test]
    fn given_a_night_shift_then_it_belongs_to_the_day_on_which_it_begins() {
        let calendar = with_hours(berlin(), "22:00-06:00");
        // 23:00 on Friday, and 02:00 on Saturday.
        for (from, due) in [
            ("2026-05-08T21:00:00Z", "2026-05-09T01:00:00Z"),
            ("2026-05-09T00:00:00Z", "2026-05-09T04:00:00Z"),
            ("2026-05-09T02:00:00Z", "2026-05-11T22:00:00Z"),
            ("2026-05-10T02:00:00Z", "2026-05-12T00:00:00Z"),
        ] {
            assert_eq!(calendar.add(time(from), Span::Hours(4)), time(due), "{from}");
        }
        // A day later than 02:00 in Friday's shift is 02:00 in Monday's; outside of it, the end of Monday's.
        assert_eq!(calendar.add(time("2026-05-09T00:00:00Z"), Span::Days(1)), time("2026-05-12T00:00:00Z"));
        assert_eq!(calendar.add(time("2026-05-09T12:00:00Z"), Span::Days(1)), time("2026-05-12T04:00:00Z"));
    }

    #[test]
    fn working_time_never_runs_backwards() {
        for hours in ["09:00-17:00", "08:00-12:00,13:00-17:00", "22:00-06:00", "06:00-14:00,22:00-05:00"] {
            never_runs_backwards(&with_hours(berlin(), hours));
        }
    }

    fn never_runs_backwards(calendar: &Calendar) {
        let start = time("2026-03-26T00:00:00Z");
        for span in [Span::Minutes(30), Span::Hours(4), Span::Hours(24), Span::Days(1), Span::Days(5)] {
            let ends: Vec<Time> =
                (0..10 * 24 * 4).map(|n| calendar.add(start + TimeDelta::minutes(15 * n), span)).collect();
            assert!(ends.windows(2).all(|pair| pair[0] <= pair[1]), "{span}");
        }
    }

    #[test]
    fn given_a_span_beyond_all_calendars_then_it_ends_with_them() {
        assert!(berlin().add(time("2026-05-08T14:00:00Z"), Span::Days(9_999_999)).year() <= LAST_YEAR);
    }
}
