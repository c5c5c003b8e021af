//! An engineering issue, told as batch lines: its escalation, and the way from there as far as the real one went.

use serde_json::{Value, json};

use crate::plan::{Came, Customer, Escalation};
use crate::script::{Actor, Script};
use crate::support::desk;
use crate::tracker::{Ending, State, Time};

const PRODUCT: &str = "product";

pub(crate) fn tell(script: &mut Script, escalation: &Escalation<'_>) {
    escalate(script, escalation);
    join(script, escalation);
    comment(script, escalation);
    // An issue that is not finished had reached its status when it was last changed; no earlier time is known.
    let last_change = escalation.issue.updated.max(escalation.begins);
    match escalation.issue.state() {
        State::Open => {}
        State::InProgress => assess(script, escalation, last_change),
        State::InReview => {
            assess(script, escalation, last_change);
            decide_on_a_patch(script, escalation, last_change);
        }
        State::Reopened => come_back(script, escalation, last_change),
        State::Finished(ending) => finish(script, escalation, ending),
    }
}

/// The reproduction steps of an issue.
pub(crate) fn steps<'a>(escalation: &Escalation<'a>) -> &'a str {
    escalation.issue.description.as_deref().unwrap_or("not given")
}

fn escalate(script: &mut Script, escalation: &Escalation<'_>) {
    let first: Vec<&str> = customers_who_came(escalation, Came::First).map(|customer| &*customer.report.key).collect();
    script.say(
        escalation.begins,
        support(escalation),
        json!({ "do": "escalate", "csd": first, "priority": escalation.issue.priority,
                "summary": escalation.issue.summary, "steps": steps(escalation) }),
    );
}

fn join(script: &mut Script, escalation: &Escalation<'_>) {
    for Customer { report, at, .. } in customers_who_came(escalation, Came::Later) {
        script.say(*at, desk(report), json!({ "do": "escalate", "csd": report.key, "into": escalation.key }));
    }
}

fn comment(script: &mut Script, escalation: &Escalation<'_>) {
    for comment in &escalation.issue.comments {
        let author = Actor::new("engineering", comment.author.as_deref());
        script.comment(comment.at.max(escalation.begins), author, &escalation.key, &comment.body);
    }
}

/// The tracker does not record what an assessment demands, so that "unknown" is the true answer to all of it (R13).
fn assess(script: &mut Script, escalation: &Escalation<'_>, at: Time) {
    step(
        script,
        escalation,
        at,
        json!({ "do": "eng-assess", "cause": "unknown", "started": "unknown", "caused_by": "unknown",
                "severity": "unknown", "impact": "unknown", "workaround": "unknown" }),
    );
}

fn decide_on_a_patch(script: &mut Script, escalation: &Escalation<'_>, at: Time) {
    let version = escalation.issue.fix_version.as_deref().unwrap_or("unversioned");
    step(script, escalation, at, json!({ "do": "release", "decision": "patch", "fix_version": version }));
}

/// What is reopened was taken for done before: it had a decision, and is back at Engineering (R25).
fn come_back(script: &mut Script, escalation: &Escalation<'_>, at: Time) {
    assess(script, escalation, at);
    if escalation.issue.fix_version.is_some() {
        decide_on_a_patch(script, escalation, at);
    } else {
        step(script, escalation, at, json!({ "do": "release", "decision": "backlog" }));
    }
    let reopen = json!({ "do": "reopen", "key": escalation.key, "note": escalation.issue.status });
    script.say(at, engineer(escalation), reopen);
}

fn finish(script: &mut Script, escalation: &Escalation<'_>, ending: Ending) {
    match (ending, &escalation.original) {
        (Ending::Fixed, _) => fix(script, escalation),
        (Ending::Duplicate, Some(original)) => close_as_duplicate(script, escalation, original),
        (Ending::Duplicate, None) => withdraw(script, escalation),
        (Ending::WontFix, _) => close_as(script, escalation, "wont-fix"),
        (Ending::NotABug, _) => close_as(script, escalation, "not-a-bug"),
        (Ending::CannotReproduce, _) => close_as(script, escalation, "cannot-reproduce"),
    }
}

/// Decided, told, shipped, told again and confirmed, when the real issue was resolved; those who came later are told and
/// asked as they come, and then Product closes.
fn fix(script: &mut Script, escalation: &Escalation<'_>) {
    let (Some(at), Some(ends)) = (escalation.answered, escalation.ends) else { return };
    assess(script, escalation, at);
    if matches!(escalation.issue.priority, "critical" | "high") {
        step(script, escalation, at, json!({ "do": "notify", "to": "product" }));
    }
    decide_on_a_patch(script, escalation, at);
    inform(script, escalation, at, &escalation.key);
    let cause = json!({ "do": "postmortem", "root_cause": "The tracker does not say.", "note": "No action is known." });
    step(script, escalation, at, cause);
    step(script, escalation, at, json!({ "do": "ship" }));
    inform(script, escalation, at, &escalation.key);
    let (in_time, late): (Vec<&Customer<'_>>, Vec<&Customer<'_>>) =
        escalation.customers.iter().partition(|customer| customer.at <= at);
    for customer in in_time {
        confirm(script, customer, at);
    }
    for customer in late {
        inform(script, escalation, customer.at, &customer.report.key);
        confirm(script, customer, customer.at);
    }
    script.say(ends, Actor::new(PRODUCT, None), json!({ "do": "close", "key": escalation.key }));
}

/// Engineering tells Support, and Support its customers: of a CUS ticket all of them, of a report its own (R18, R21).
fn inform(script: &mut Script, escalation: &Escalation<'_>, at: Time, key: &str) {
    script.say(at, engineer(escalation), json!({ "do": "notify", "cus": key, "to": "support" }));
    script.say(at, support(escalation), json!({ "do": "notify", "cus": key, "to": "customer" }));
}

/// In the tracker a report is closed once its reporter has verified the resolution, and until then only resolved.
fn confirm(script: &mut Script, customer: &Customer<'_>, at: Time) {
    let report = customer.report;
    let line = if report.status == "Closed" {
        json!({ "do": "confirm", "csd": report.key, "resolved": true })
    } else {
        json!({ "do": "confirm", "csd": report.key, "unreachable": "the reporter never verified it in the tracker" })
    };
    script.say(at, desk(report), line);
}

fn close_as(script: &mut Script, escalation: &Escalation<'_>, resolution: &str) {
    let Some(at) = escalation.ends else { return };
    let close = json!({ "do": "close", "key": escalation.key, "resolution": resolution,
                        "note": escalation.issue.resolution });
    script.say(at, engineer(escalation), close);
    inform(script, escalation, at, &escalation.key);
}

fn close_as_duplicate(script: &mut Script, escalation: &Escalation<'_>, original: &str) {
    let Some(at) = escalation.ends else { return };
    let close = json!({ "do": "close", "key": escalation.key, "resolution": "duplicate", "of": original,
                        "note": escalation.issue.resolution });
    script.say(at, engineer(escalation), close);
}

/// A duplicate needs an open original (R26). Where there is none, the ticket is taken back instead: after an assessment,
/// so that its customers are owed the answer and do not wait for Engineering again.
fn withdraw(script: &mut Script, escalation: &Escalation<'_>) {
    let Some(at) = escalation.ends else { return };
    let originals: Vec<&str> = escalation.issue.originals().collect();
    let named = if originals.is_empty() { "none is named".to_owned() } else { originals.join(", ") };
    let why = format!("a duplicate of an issue that is not among the open tickets: {named}");
    script.remark(at, engineer(escalation), &escalation.key, &why);
    assess(script, escalation, at);
    close_as(script, escalation, "withdrawn");
}

/// A step of Engineering on the ticket, which is addressed by a customer's key, as Engineering often knows no other.
fn step(script: &mut Script, escalation: &Escalation<'_>, at: Time, mut line: Value) {
    line["cus"] = json!(escalation.customers.first().map(|customer| &customer.report.key));
    script.say(at, engineer(escalation), line);
}

fn customers_who_came<'e, 'a>(
    escalation: &'e Escalation<'a>,
    came: Came,
) -> impl Iterator<Item = &'e Customer<'a>> + use<'e, 'a> {
    escalation.customers.iter().filter(move |customer| customer.came == came)
}

/// The engineer who has the issue.
fn engineer<'a>(escalation: &Escalation<'a>) -> Actor<'a> {
    Actor::new("engineering", escalation.issue.assignee.as_deref())
}

/// Who has the first report, and with it the escalation, at the service desk.
fn support<'a>(escalation: &Escalation<'a>) -> Actor<'a> {
    escalation.customers.first().map_or(Actor::new("support", None), |customer| desk(customer.report))
}
