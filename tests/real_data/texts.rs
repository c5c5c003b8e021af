//! Every text of the tracker comes back byte for byte, with its time and its author.

use std::collections::BTreeMap;

use chrono::DateTime;
use serde_json::Value;

use crate::engineering::steps;
use crate::plan::Escalation;
use crate::script::REMARK;
use crate::tracker::{Comment, Time, Tracker};

/// A comment that came back.
struct Found {
    at: Time,
    actor: String,
    text: String,
}

/// Summaries, descriptions and steps, and when each report was made.
pub(crate) fn are_back(tracker: &Tracker, plan: &[Escalation<'_>], tickets: &[Value]) {
    let by_key: BTreeMap<&str, &Value> =
        tickets.iter().map(|ticket| (ticket["key"].as_str().unwrap(), ticket)).collect();
    for report in tracker.reports() {
        let ticket = by_key[report.key.as_str()];
        assert_eq!(ticket["summary"].as_str(), Some(report.summary.as_str()), "{}", report.key);
        assert_eq!(ticket["description"].as_str(), report.description.as_deref(), "{}", report.key);
        assert_eq!(time(&ticket["created"]), report.created, "{}", report.key);
    }
    for escalation in plan {
        let ticket = by_key[escalation.key.as_str()];
        assert_eq!(ticket["summary"].as_str(), Some(escalation.issue.summary.as_str()), "{}", escalation.key);
        assert_eq!(ticket["steps"].as_str(), Some(steps(escalation)), "{}", escalation.key);
        assert_eq!(time(&ticket["created"]), escalation.begins, "{}", escalation.key);
    }
}

/// The comments of each ticket, in their order, from the log. Afterwards none is left but the script's own remarks.
pub(crate) fn comments_are_back(tracker: &Tracker, plan: &[Escalation<'_>], log: &[u8]) {
    let mut found = comments_by_ticket(log);
    for report in tracker.reports() {
        compare(&report.key, &report.comments, report.created, &found.remove(&report.key).unwrap_or_default());
    }
    for Escalation { key, issue, begins, .. } in plan {
        compare(key, &issue.comments, *begins, &found.remove(key).unwrap_or_default());
    }
    assert!(found.is_empty(), "comments on tickets that are nobody's: {:?}", found.keys());
}

fn compare(key: &str, expected: &[Comment], not_before: Time, found: &[Found]) {
    let texts: Vec<&str> = found.iter().map(|comment| comment.text.as_str()).collect();
    assert_eq!(texts, expected.iter().map(|comment| comment.body.as_str()).collect::<Vec<_>>(), "{key}");
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found.at, expected.at.max(not_before), "{key}");
        if let Some(author) = &expected.author {
            assert_eq!(found.actor, *author, "{key}");
        }
    }
}

fn comments_by_ticket(log: &[u8]) -> BTreeMap<String, Vec<Found>> {
    let lines = log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let events = lines.map(|line| serde_json::from_slice::<Value>(line).unwrap());
    let mut comments: BTreeMap<String, Vec<Found>> = BTreeMap::new();
    for event in events.filter(|event| event["type"] == "commented") {
        let text = event["data"]["text"].as_str().unwrap();
        if !text.starts_with(REMARK) {
            let actor = event["actor"].as_str().unwrap().to_owned();
            let found = Found { at: time(&event["at"]), actor, text: text.to_owned() };
            comments.entry(event["ticket"].as_str().unwrap().to_owned()).or_default().push(found);
        }
    }
    comments
}

fn time(value: &Value) -> Time {
    DateTime::parse_from_rfc3339(value.as_str().unwrap()).unwrap().to_utc()
}
