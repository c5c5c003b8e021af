//! The tracker's history told as batch lines, in the order of their dates.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::tracker::{Issue, Tracker};

/// What the story itself remarks, beside the tracker's own comments, begins with this.
pub(crate) const REMARK: &str = "[story] ";

type Time = DateTime<Utc>;

/// The batch lines, and the CUS ticket that each engineering issue becomes.
pub(crate) struct Story<'a> {
    lines: Vec<(Time, Value)>,
    keys: Vec<(&'a Issue, String)>,
}

/// One engineering issue with the customers' reports that belong to it.
struct Escalation<'a> {
    issue: &'a Issue,
    reports: Vec<&'a Issue>,
    /// When it came to Engineering: not before there was a report to link.
    begins: Time,
    /// When it was finished: not before the last report had joined.
    ends: Option<Time>,
}

impl<'a> Story<'a> {
    pub(crate) fn of(tracker: &'a Tracker) -> Self {
        let mut escalations: Vec<Escalation<'a>> =
            tracker.owners().into_iter().map(|(issue, reports)| Escalation::new(issue, reports)).collect();
        escalations.sort_by_key(|escalation| escalation.begins);
        let mut story = Self { lines: Vec::new(), keys: Vec::new() };
        for (n, escalation) in escalations.iter().enumerate() {
            story.keys.push((escalation.issue, format!("CUS-{}", n + 1)));
        }
        let moves = moves(tracker, &escalations);
        for report in tracker.reports() {
            story.report(tracker, report);
        }
        for (n, escalation) in escalations.iter().enumerate() {
            let guests = moves.iter().filter(|(_, to)| **to == n).flat_map(|(from, _)| &escalations[*from].reports);
            story.escalate(n, escalation);
            story.end(n, escalation, &guests.copied().collect::<Vec<_>>(), moves.get(&n).copied());
        }
        story.lines.sort_by_key(|(at, _)| *at);
        story
    }

    pub(crate) fn lines(&self) -> String {
        self.lines.iter().map(|(_, line)| format!("{line}\n")).collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    pub(crate) fn keys(&self) -> &[(&'a Issue, String)] {
        &self.keys
    }

    fn say(&mut self, at: Time, role: &str, mut line: Value) {
        line["role"] = json!(role);
        line["as"] = json!(format!("{role}-1"));
        line["now"] = json!(at.to_rfc3339_opts(SecondsFormat::Millis, true));
        self.lines.push((at, line));
    }

    fn report(&mut self, tracker: &Tracker, report: &Issue) {
        let key = &report.key;
        let at = report.created;
        self.say(
            at,
            "support",
            json!({ "do": "report", "csd": key, "customer": report.reporter, "summary": report.summary,
                    "channel": "portal", "description": report.description() }),
        );
        let led_to = tracker.led_to(report);
        let handler = if led_to.is_empty() { "support" } else { "engineering" };
        self.say(at, "support", json!({ "do": "assess", "csd": key, "handled_by": handler, "trigger": "none" }));
        if led_to.len() > 1 {
            let others: Vec<&str> = led_to.iter().skip(1).map(|issue| issue.key.as_str()).collect();
            self.say(at, "support", comment(key, &format!("{REMARK}also led to {}", others.join(", "))));
        }
        self.comments(key, report, at);
        if led_to.is_empty()
            && let Some(resolution) = &report.resolution
        {
            let ends = report.resolved.unwrap_or(at).max(at);
            self.say(ends, "support", json!({ "do": "close", "key": key, "note": resolution }));
        }
    }

    fn comments(&mut self, key: &str, issue: &Issue, not_before: Time) {
        for remark in &issue.comments {
            self.say(remark.at.max(not_before), "support", comment(key, &remark.body));
        }
    }

    fn escalate(&mut self, n: usize, escalation: &Escalation<'_>) {
        let issue = escalation.issue;
        let key = self.keys[n].1.clone();
        let (first, later): (Vec<&Issue>, Vec<&Issue>) =
            escalation.reports.iter().partition(|report| report.created <= escalation.begins);
        let first: Vec<&str> = first.iter().map(|report| report.key.as_str()).collect();
        let steps = issue.description().unwrap_or("not given");
        self.say(
            escalation.begins,
            "support",
            json!({ "do": "escalate", "csd": first, "priority": issue.priority, "summary": issue.summary, "steps": steps }),
        );
        for report in later {
            self.say(report.created, "support", json!({ "do": "escalate", "csd": report.key, "into": key }));
        }
        self.comments(&key, issue, escalation.begins);
    }

    fn end(&mut self, n: usize, escalation: &Escalation<'_>, guests: &[&Issue], original: Option<usize>) {
        let issue = escalation.issue;
        let key = self.keys[n].1.clone();
        match (escalation.ends, issue.status.as_str()) {
            (Some(at), _) if issue.is_fixed() => {
                self.assess(at, &key);
                self.decide(at, &key, issue);
                self.fix(at, &key, escalation.reports.iter().chain(guests));
            }
            (Some(at), _) => self.close_without_a_fix(at, &key, issue, original),
            (None, "In Progress") => self.assess(escalation.begins, &key),
            (None, "In Review") => {
                self.assess(escalation.begins, &key);
                self.decide(escalation.begins, &key, issue);
            }
            (None, _) => {}
        }
    }

    fn assess(&mut self, at: Time, key: &str) {
        self.say(
            at,
            "engineering",
            json!({ "do": "eng-assess", "cus": key, "cause": "unknown", "started": "unknown", "caused_by": "unknown",
                    "severity": "unknown", "impact": "unknown", "workaround": "unknown" }),
        );
    }

    fn decide(&mut self, at: Time, key: &str, issue: &Issue) {
        let version = issue.fix_version.as_deref().unwrap_or("unversioned");
        self.say(
            at,
            "engineering",
            json!({ "do": "release", "cus": key, "decision": "patch", "fix_version": version }),
        );
    }

    fn fix<'b>(&mut self, at: Time, key: &str, reports: impl Iterator<Item = &'b &'b Issue>) {
        self.say(at, "engineering", json!({ "do": "notify", "cus": key, "owed": true }));
        self.say(at, "engineering", json!({ "do": "postmortem", "cus": key }));
        self.say(at, "engineering", json!({ "do": "ship", "cus": key }));
        self.say(at, "engineering", json!({ "do": "notify", "cus": key, "to": "support" }));
        self.say(at, "support", json!({ "do": "notify", "cus": key, "to": "customer" }));
        for report in reports {
            self.say(at, "support", json!({ "do": "confirm", "csd": report.key, "resolved": true }));
        }
        self.say(at, "product", json!({ "do": "close", "key": key }));
    }

    /// A duplicate whose original is not at hand, or is finished already, cannot be closed as one (R26).
    fn close_without_a_fix(&mut self, at: Time, key: &str, issue: &Issue, original: Option<usize>) {
        let note = issue.resolution.clone().unwrap_or_default();
        if let Some(original) = original {
            let of = self.keys[original].1.clone();
            let line = json!({ "do": "close", "key": key, "resolution": "duplicate", "of": of, "note": note });
            return self.say(at, "engineering", line);
        }
        let resolution = match note.as_str() {
            "Invalid" | "Not Our Bug" => "not-a-bug",
            "Cannot Reproduce" | "Needs more info" => "cannot-reproduce",
            "Duplicate" => {
                let why = format!("{REMARK}the original is not among the open tickets");
                self.say(at, "engineering", comment(key, &why));
                "wont-fix"
            }
            _ => "wont-fix",
        };
        self.say(at, "engineering", json!({ "do": "close", "key": key, "resolution": resolution, "note": note }));
        self.say(at, "engineering", json!({ "do": "notify", "cus": key, "to": "support" }));
        self.say(at, "support", json!({ "do": "notify", "cus": key, "to": "customer" }));
    }
}

impl<'a> Escalation<'a> {
    fn new(issue: &'a Issue, reports: Vec<&'a Issue>) -> Self {
        let first = reports.first().map_or(issue.created, |report| report.created);
        let begins = issue.created.max(first);
        let last = reports.last().map_or(begins, |report| report.created);
        let ends = issue.is_finished().then(|| issue.resolved.unwrap_or(begins).max(begins).max(last));
        Self { issue, reports, begins, ends }
    }

    fn is_open_at(&self, at: Time) -> bool {
        self.begins <= at && self.ends.is_none_or(|ends| ends > at)
    }
}

/// Which duplicates move to which original: one that is another and open at that time.
fn moves(tracker: &Tracker, escalations: &[Escalation<'_>]) -> BTreeMap<usize, usize> {
    let mut moves = BTreeMap::new();
    for (n, escalation) in escalations.iter().enumerate() {
        let is_duplicate = escalation.issue.resolution.as_deref() == Some("Duplicate");
        let (Some(at), true) = (escalation.ends, is_duplicate) else { continue };
        let original = tracker.original_of(escalation.issue);
        let place = escalations.iter().position(|other| Some(&other.issue.key) == original.map(|issue| &issue.key));
        if let Some(place) = place.filter(|place| *place != n && escalations[*place].is_open_at(at)) {
            moves.insert(n, place);
        }
    }
    moves
}

fn comment(key: &str, text: &str) -> Value {
    json!({ "do": "comment", "key": key, "text": text })
}
