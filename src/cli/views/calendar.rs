//! What is owed, as a calendar that any program for calendars takes (RFC 5545).

use icalendar::{Calendar, Component, Event, EventLike, Property};

use super::owed::{describe, in_brief};
use crate::cli::output::visible_in_line;
use crate::store::OwedRow;
use crate::workflow::Time;
use crate::workflow::vocabulary::Priority;

/// The calendar: an event for each due time, with an id that stays while the duty is owed.
pub(in crate::cli) fn calendar_of(duties: &[OwedRow], now: Time) -> String {
    let mut calendar = Calendar::empty();
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.append_property(Property::new("PRODID", concat!("-//cus//cus ", env!("CARGO_PKG_VERSION"), "//EN")));
    calendar.name("Customer issues");
    for duty in duties {
        calendar.push(event(duty, now));
    }
    calendar.to_string()
}

fn event(duty: &OwedRow, now: Time) -> Event {
    let customer = visible_in_line(&duty.customer);
    let priority = duty.priority.map(|priority| format!("Priority: {priority}\n")).unwrap_or_default();
    let what = describe(duty.kind, duty.csd.as_ref());
    let mut event = Event::new();
    event
        .uid(&uid(duty))
        .timestamp(now)
        .starts(duty.due)
        .summary(&format!("{} {}: {}", duty.key, in_brief(duty.kind), visible_in_line(&duty.summary)))
        .description(&format!("{what}\nBy: {}\n{priority}Customer: {customer}", duty.by))
        .add_property("CATEGORIES", duty.by.to_string())
        .add_property("TRANSP", "TRANSPARENT");
    if let Some(priority) = duty.priority {
        event.priority(urgency(priority));
    }
    event.done()
}

/// An id that no other duty has, in this database or another.
fn uid(duty: &OwedRow) -> String {
    let about = duty.about.as_ref().map(|csd| format!("-{csd}")).unwrap_or_default();
    format!("{}-{}{about}-{}-{}@cus", duty.ticket, duty.kind, duty.round, duty.begins.timestamp_millis())
}

/// A priority as calendars have it: 1 is the highest, 9 the lowest.
fn urgency(priority: Priority) -> u32 {
    match priority {
        Priority::Critical => 1,
        Priority::High => 3,
        Priority::Medium => 5,
        Priority::Low => 9,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::workflow::key::Key;
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::vocabulary::Role;

    fn duty(customer: &str, summary: &str) -> OwedRow {
        let key: Key = "CUS-1".parse().unwrap();
        OwedRow {
            ticket: key.clone(),
            key: key.clone(),
            priority: Some(Priority::High),
            summary: summary.to_owned(),
            customer: customer.to_owned(),
            kind: DutyKind::TellCustomer,
            csd: Some("CSD-1".parse().unwrap()),
            about: Some("CSD-1".parse().unwrap()),
            round: 0,
            by: Role::Support,
            begins: Time::UNIX_EPOCH,
            due: Time::UNIX_EPOCH + TimeDelta::hours(4),
            remedy: DutyKind::TellCustomer.remedy(&key, None, 0, false),
        }
    }

    #[test]
    fn a_due_time_is_an_event_that_reads_back() {
        let text = calendar_of(&[duty("Acme", "Rates are zero")], Time::UNIX_EPOCH);
        for line in [
            "BEGIN:VCALENDAR",
            "UID:CUS-1-tell-customer-CSD-1-0-0@cus",
            "DTSTART:19700101T040000Z",
            "DTSTAMP:19700101T000000Z",
            "SUMMARY:CUS-1 update customer: Rates are zero",
            "PRIORITY:3",
            "CATEGORIES:support",
        ] {
            assert!(text.split("\r\n").any(|found| found == line), "{line}: {text}");
        }
    }

    #[test]
    fn whatever_text_there_is_stays_in_its_line_and_reads_back() {
        let hostile = [
            "a, b; c\\n\\",
            "x\r\nBEGIN:VEVENT\r\nUID:other",
            "ends\n",
            &"Ünïcödé 日本 👩‍👩‍👧 ".repeat(40),
            &" ".repeat(400),
            &"x".repeat(300),
            "\u{0}\u{7}\u{1b}[31m\u{202e}",
        ];
        for text in hostile {
            let written = calendar_of(&[duty(text, text)], Time::UNIX_EPOCH);
            assert!(written.lines().all(|line| line.len() <= 75), "{written}");
            assert!(!written.replace("\r\n", "").contains(|c: char| c.is_control()), "{written:?}");
            let read: Calendar = written.parse().unwrap();
            assert_eq!(read.components.len(), 1, "{written}");
            let event = read.components[0].as_event().unwrap();
            let summary = format!("CUS-1 update customer: {}", visible_in_line(text));
            assert_eq!(event.get_summary().map(str::trim_end), Some(summary.trim_end()), "{written}");
            let customer = format!("Customer: {}", visible_in_line(text));
            assert!(event.get_description().unwrap().contains(customer.trim_end()), "{written}");
        }
    }
}
