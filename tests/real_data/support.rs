//! A customer's report, told as batch lines: what Support does before Engineering has the issue, or instead of it.

use serde_json::json;

use crate::script::{Actor, Script};
use crate::tracker::{Comment, Issue, Tracker};

pub(crate) fn tell(script: &mut Script, tracker: &Tracker, report: &Issue) {
    let led_to = tracker.led_to(report);
    arrive(script, report);
    assess(script, report, if led_to.is_empty() { "support" } else { "engineering" });
    name_the_others(script, report, &led_to);
    for comment in &report.comments {
        // Some comments are older than the report, which was moved to this project later.
        script.comment(comment.at.max(report.created), author(report, comment), &report.key, &comment.body);
    }
    if led_to.is_empty() {
        resolve(script, report);
    }
}

/// Who has the report at the service desk.
pub(crate) fn desk(report: &Issue) -> Actor<'_> {
    Actor::new("support", report.assignee.as_deref())
}

/// The customer of a report.
fn customer(report: &Issue) -> &str {
    report.reporter.as_deref().unwrap_or("unknown")
}

/// Customers write on their own reports, and whoever else does is counted to Support.
fn author<'a>(report: &Issue, comment: &'a Comment) -> Actor<'a> {
    match &comment.author {
        Some(author) if report.reporter.as_ref() == Some(author) => Actor::of_no_team(author),
        author => Actor::new("support", author.as_deref()),
    }
}

fn arrive(script: &mut Script, report: &Issue) {
    script.say(
        report.created,
        desk(report),
        json!({ "do": "report", "csd": report.key, "customer": customer(report), "summary": report.summary,
                "channel": "portal", "description": report.description }),
    );
}

fn assess(script: &mut Script, report: &Issue, handler: &str) {
    let line = json!({ "do": "assess", "csd": report.key, "handled_by": handler, "trigger": "none" });
    script.say(report.created, desk(report), line);
}

/// A report belongs to one engineering issue; that it led to more is not lost.
fn name_the_others(script: &mut Script, report: &Issue, led_to: &[&Issue]) {
    let others: Vec<&str> = led_to.iter().skip(1).map(|issue| issue.key.as_str()).collect();
    if !others.is_empty() {
        script.remark(report.created, desk(report), &report.key, &format!("also led to {}", others.join(", ")));
    }
}

/// What Support handles ends with its resolution (R7).
fn resolve(script: &mut Script, report: &Issue) {
    if let (Some(resolution), Some(resolved)) = (&report.resolution, report.resolved) {
        let line = json!({ "do": "close", "key": report.key, "note": resolution, "via": "portal" });
        script.say(resolved.max(report.created), desk(report), line);
    }
}
