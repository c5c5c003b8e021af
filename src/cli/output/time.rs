//! Times: exact and UTC for programs, local or relative for people.

use chrono::{Local, SecondsFormat, TimeDelta};

use super::colour::Tone;
use crate::workflow::Time;

/// As programs read it: RFC 3339, UTC.
pub(in crate::cli) fn rfc3339(time: Time) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// As people read it: local, to the minute.
pub(in crate::cli) fn local(time: Time) -> String {
    time.with_timezone(&Local).format("%Y-%m-%d %H:%M").to_string()
}

/// As people anywhere read it: UTC, to the minute.
pub(in crate::cli) fn utc(time: Time) -> String {
    time.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// How far a due time is off: "in 3 h" or "2 d overdue".
pub(in crate::cli) fn due_words(due: Time, now: Time) -> String {
    if due < now { format!("{} overdue", length(now - due)) } else { format!("in {}", length(due - now)) }
}

/// How far a due time is off, in a sentence: "due in 3 h" or "2 d overdue".
pub(in crate::cli) fn when_due(due: Time, now: Time) -> String {
    if due < now { due_words(due, now) } else { format!("due {}", due_words(due, now)) }
}

/// How far a due time is off, in as few columns as can be: "2 d late", "today 14:30" or "in 3 d".
pub(in crate::cli) fn due_briefly(due: Time, now: Time) -> String {
    if due < now {
        format!("{} late", roughly(now - due))
    } else if is_today(due, now) {
        due.with_timezone(&Local).format("today %H:%M").to_string()
    } else {
        format!("in {}", roughly(due - now))
    }
}

/// The tone of a due time: late, today, or later.
pub(in crate::cli) fn due_tone(due: Time, now: Time) -> Tone {
    if due < now {
        Tone::Late
    } else if is_today(due, now) {
        Tone::Today
    } else {
        Tone::Plain
    }
}

fn is_today(time: Time, now: Time) -> bool {
    let day = |time: Time| time.with_timezone(&Local).date_naive();
    day(time) == day(now)
}

/// How long ago a time was.
pub(in crate::cli) fn ago(time: Time, now: Time) -> String {
    if time > now { due_words(time, now) } else { format!("{} ago", length(now - time)) }
}

/// A length in its one or two largest units, rounded to the minute.
pub(in crate::cli) fn length(delta: TimeDelta) -> String {
    let minutes = (delta + TimeDelta::seconds(30)).num_minutes();
    let (days, hours) = (minutes / (24 * 60), minutes / 60);
    match (days, hours) {
        (10.., _) => format!("{days} d"),
        (1.., _) if hours % 24 == 0 => format!("{days} d"),
        (1.., _) => format!("{days} d {} h", hours % 24),
        (_, 1..) if minutes % 60 == 0 || hours >= 10 => format!("{hours} h"),
        (_, 1..) => format!("{hours} h {} min", minutes % 60),
        _ => format!("{minutes} min"),
    }
}

/// A length in its largest unit.
pub(in crate::cli) fn roughly(delta: TimeDelta) -> String {
    let minutes = (delta + TimeDelta::seconds(30)).num_minutes();
    match minutes {
        0..90 => format!("{minutes} min"),
        90..2160 => format!("{} h", (minutes + 30) / 60),
        _ => format!("{} d", (minutes + 720) / 1440),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn due_times_are_told_in_their_largest_units() {
        let now = Time::UNIX_EPOCH + TimeDelta::days(100);
        let words = |minutes: i64| due_words(now + TimeDelta::minutes(minutes), now);
        assert_eq!(words(59), "in 59 min");
        assert_eq!(words(60), "in 1 h");
        assert_eq!(words(90), "in 1 h 30 min");
        assert_eq!(words(24 * 60), "in 1 d");
        assert_eq!(words(27 * 60), "in 1 d 3 h");
        assert_eq!(words(-2 * 24 * 60), "2 d overdue");
        assert_eq!(words(-90 * 24 * 60), "90 d overdue");
    }

    #[test]
    fn a_table_says_late_today_or_in() {
        let noon = Local.with_ymd_and_hms(2026, 3, 2, 12, 0, 0).unwrap().to_utc();
        let words = |minutes: i64| due_briefly(noon + TimeDelta::minutes(minutes), noon);
        assert_eq!(words(-59), "59 min late");
        assert_eq!(words(-27 * 60), "27 h late");
        assert_eq!(words(150), "today 14:30");
        assert_eq!(words(13 * 60), "in 13 h");
        assert_eq!(words(3 * 24 * 60), "in 3 d");
    }
}
