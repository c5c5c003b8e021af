//! A machine's clock that cannot be right, told by the record.

use std::sync::Once;

use chrono::TimeDelta;

use super::output::{length, rfc3339};
use super::stderr;
use crate::workflow::Time;

/// How far two clocks may differ.
const APART: TimeDelta = TimeDelta::minutes(5);
/// How long a record that is in use has no event.
const PAUSE: TimeDelta = TimeDelta::days(30);

/// Says, once, that the clock is behind the record.
pub(super) fn doubt_behind(now: Time, last: Option<Time>) {
    if let Some(last) = last.filter(|last| *last - now > APART) {
        say(&format!(
            "warning: this machine's clock is {} behind the record, whose last event is of {}",
            length(last - now),
            rfc3339(last)
        ));
    }
}

/// Says, once, that the clock is behind the record, or so far ahead of it that it may be wrong.
pub(super) fn doubt(now: Time, last: Option<Time>) {
    doubt_behind(now, last);
    if let Some(last) = last.filter(|last| now - *last > PAUSE) {
        say(&format!("warning: the record's last event is {} old: is this machine's clock right?", length(now - last)));
    }
}

fn say(warning: &str) {
    static SAID: Once = Once::new();
    SAID.call_once(|| stderr::line(warning));
}
