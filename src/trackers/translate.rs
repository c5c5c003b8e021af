//! From an issue of any tracker to what the process can take in.

use std::collections::BTreeMap;

use super::census::Census;
use super::found::{Direction, Issue};
use super::states;
use crate::workflow::Time;
use crate::workflow::foreign::{Foreign, Happened, Past};
use crate::workflow::key::Key;
use crate::workflow::vocabulary::{Handler, Kind, Priority, Resolution};

/// What stands for a name that the file does not tell.
const UNKNOWN: &str = "unknown";

/// Why an issue cannot be taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Untranslatable {
    /// Its key is none.
    #[error("its key `{0}` is no key: a key is a prefix, a hyphen and a number, or a number alone")]
    Key(String),
    /// Nobody knows when it began.
    #[error("it has no time at which it was made")]
    NoTime,
}

/// The key of an issue: its own; a number alone is one of the service desk's.
pub fn key_of(text: &str) -> Option<Key> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return format!("{}-{text}", Key::CSD).parse().ok();
    }
    text.parse().ok()
}

/// What the process can take in of an issue. `fallback` is the time of what has none, where the file is such that no
/// issue has one.
///
/// # Errors
/// Where it has no key or, without a `fallback`, no time.
pub fn translate(
    issue: &Issue,
    census: &Census,
    tracker: &str,
    fallback: Option<Time>,
) -> Result<Foreign, Untranslatable> {
    let key = key_of(&issue.key).ok_or_else(|| Untranslatable::Key(issue.key.clone()))?;
    let kind = census.kind_of(&issue.project);
    let first = issue.created.or(issue.first_response).or(issue.updated).or(issue.resolved);
    let created = first.or(fallback).ok_or(Untranslatable::NoTime)?;
    let updated = issue.updated.or(issue.resolved).unwrap_or(created);
    let reporter = name(issue.reporter.as_ref());
    let cus = match kind {
        Kind::Csd => census.escalation_of(&issue.key).and_then(key_of),
        Kind::Cus => None,
    };
    Ok(Foreign {
        kind,
        tracker: tracker.to_owned(),
        created,
        updated,
        customer: issue.customer.clone().unwrap_or_else(|| reporter.clone()),
        reporter,
        contact: issue.contact.clone(),
        channel: states::channel(issue.channel.as_deref()),
        product_version: issue.affects_versions.first().or(issue.product_version.as_ref()).cloned(),
        summary: if issue.summary.trim().is_empty() { issue.key.clone() } else { issue.summary.clone() },
        description: issue.description.clone(),
        priority: states::priority(issue.priority.as_deref()).unwrap_or(Priority::Medium),
        past: past(issue, kind, census, created, updated),
        rest: rest(issue, cus.as_ref()),
        cus,
        key,
    })
}

fn name(name: Option<&String>) -> String {
    name.filter(|name| !name.trim().is_empty()).cloned().unwrap_or_else(|| UNKNOWN.to_owned())
}

/// What was said and changed at its own times, and between it, in their order, the moves from stage to stage.
fn past(issue: &Issue, kind: Kind, census: &Census, created: Time, updated: Time) -> Vec<Past> {
    let mut said: Vec<Past> = issue
        .comments
        .iter()
        .filter(|comment| !comment.text.trim().is_empty())
        .map(|comment| Past {
            at: comment.at.unwrap_or(updated),
            actor: name(comment.author.as_ref()),
            what: Happened::Said(comment.text.clone()),
        })
        .collect();
    said.extend(issue.changes.iter().map(|change| Past {
        at: change.at,
        actor: name(change.author.as_ref()),
        what: Happened::Changed { field: change.field.clone(), from: change.from.clone(), to: change.to.clone() },
    }));
    said.sort_by_key(|past| past.at);
    let moves = moves(issue, kind, census, created, updated);
    merged(said, moves)
}

/// Both in their own order; of the next two the earlier comes first.
fn merged(said: Vec<Past>, moves: Vec<Past>) -> Vec<Past> {
    let mut all = Vec::with_capacity(said.len() + moves.len());
    let (mut said, mut moves) = (said.into_iter().peekable(), moves.into_iter().peekable());
    loop {
        let next = match (said.peek(), moves.peek()) {
            (Some(a), Some(b)) if a.at <= b.at => said.next(),
            (Some(_), None) => said.next(),
            (_, Some(_)) => moves.next(),
            (None, None) => return all,
        };
        all.extend(next);
    }
}

/// The moves from stage to stage: those of the changelog, else the one that its state tells.
fn moves(issue: &Issue, kind: Kind, census: &Census, created: Time, updated: Time) -> Vec<Past> {
    let category = issue.status_category.as_deref();
    let is_done = states::is_done(&issue.status, category, issue.resolution.as_deref());
    let mut moves = Vec::new();
    let mut was_done = false;
    for change in issue.changes.iter().filter(|change| change.field.eq_ignore_ascii_case("status")) {
        let to = change.to.as_deref().unwrap_or_default();
        let is_last = to == issue.status;
        let now_done = if is_last { is_done } else { states::is_done(to, None, None) };
        if now_done != was_done {
            let by = name(change.author.as_ref());
            add(&mut moves, issue, kind, census, (now_done, change.at, by));
            was_done = now_done;
        }
    }
    if is_done != was_done {
        let at = if is_done { issue.resolved.unwrap_or(updated) } else { updated };
        add(&mut moves, issue, kind, census, (is_done, at, name(issue.assignee.as_ref())));
    }
    let is_begun = states::is_begun(&issue.status, category);
    if kind == Kind::Csd && !is_done && is_begun && moves.is_empty() {
        let at = issue.first_response.unwrap_or(updated).max(created);
        moves.push(Past { at, actor: name(issue.assignee.as_ref()), what: Happened::HandedTo(Handler::Support) });
    }
    moves
}

fn add(moves: &mut Vec<Past>, issue: &Issue, kind: Kind, census: &Census, to: (bool, Time, String)) {
    let (now_done, at, actor) = to;
    let mut push = |what: Happened| moves.push(Past { at, actor: actor.clone(), what });
    if !now_done {
        push(Happened::Reopened);
        return;
    }
    match kind {
        Kind::Csd => {
            let ends_here = census.escalation_of(&issue.key).is_none();
            if ends_here {
                push(Happened::HandedTo(Handler::Support));
            }
            push(Happened::Resolved(issue.resolution.clone()));
        }
        Kind::Cus => {
            let resolution = issue.resolution.as_deref().and_then(states::resolution).unwrap_or(Resolution::Fixed);
            let version = issue.fix_versions.first().filter(|_| resolution == Resolution::Fixed);
            if let Some(version) = version {
                push(Happened::Fixed(version.clone()));
            }
            if version.is_some() && census.awaits_customers(&issue.key) {
                push(Happened::AwaitsCustomers);
            } else {
                push(Happened::Closed { resolution, of: original(issue, resolution) });
            }
        }
    }
}

/// The issue of which this one is a duplicate.
fn original(issue: &Issue, resolution: Resolution) -> Option<Key> {
    let is_duplicate = |name: &str| name.to_lowercase().starts_with("duplicate");
    let mut links =
        issue.links.iter().filter(|link| resolution == Resolution::Duplicate && is_duplicate(&link.type_name));
    let outward = links.clone().find(|link| link.direction == Direction::Outward);
    outward.or_else(|| links.next()).and_then(|link| key_of(&link.key))
}

/// What has no place of its own in the process.
fn rest(issue: &Issue, cus: Option<&Key>) -> BTreeMap<String, String> {
    let mut rest: BTreeMap<String, String> = issue.others.iter().cloned().collect();
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
            rest.insert(name.to_owned(), value);
        }
    };
    let list = |values: &[String]| Some(values.join(", "));
    add("id", issue.id.clone());
    add("type", issue.issue_type.clone());
    add("status", Some(issue.status.clone()));
    add("resolution", issue.resolution.clone());
    add("priority", issue.priority.clone());
    add("assignee", issue.assignee.clone());
    add("environment", issue.environment.clone());
    add("due date", issue.due_date.map(|date| date.to_string()));
    add("affects versions", list(&issue.affects_versions));
    add("fix versions", list(&issue.fix_versions));
    add("labels", list(&issue.labels));
    add("components", list(&issue.components));
    add("parent", issue.parent.clone());
    add("channel", issue.channel.clone());
    let linked: Vec<String> = issue
        .links
        .iter()
        .filter(|link| key_of(&link.key).as_ref() != cus)
        .map(|link| format!("{} {}", link.type_name, link.key))
        .collect();
    add("links", list(&linked));
    let files: Vec<String> = issue
        .attachments
        .iter()
        .map(|file| match (file.size, &file.url) {
            (Some(size), _) => format!("{} ({size} bytes)", file.name),
            (None, Some(url)) => format!("{} ({url})", file.name),
            (None, None) => file.name.clone(),
        })
        .collect();
    add("attachments", list(&files));
    rest
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone, Utc};

    use super::*;
    use crate::trackers::found::{Change, Comment};

    fn hour(hours: i64) -> Time {
        Utc.with_ymd_and_hms(2026, 3, 2, 0, 0, 0).unwrap() + TimeDelta::hours(hours)
    }

    fn issue(status: &str) -> Issue {
        Issue {
            key: "HELP-7".to_owned(),
            project: "HELP".to_owned(),
            summary: "It fails".to_owned(),
            status: status.to_owned(),
            reporter: Some("ada".to_owned()),
            created: Some(hour(0)),
            updated: Some(hour(9)),
            ..Issue::default()
        }
    }

    fn happened(issue: &Issue) -> Vec<(i64, Happened)> {
        let mut census = Census::default();
        census.look_at(issue);
        let foreign = translate(issue, &census, "jira", None).unwrap();
        foreign.past.into_iter().map(|past| ((past.at - hour(0)).num_hours(), past.what)).collect()
    }

    #[test]
    fn an_open_issue_has_no_moves_and_a_begun_one_is_supports() {
        assert_eq!(happened(&issue("Open")), []);
        assert_eq!(happened(&issue("Pending Customer Response")), [(9, Happened::HandedTo(Handler::Support))]);
    }

    #[test]
    fn a_done_issue_is_resolved_at_its_own_time() {
        let done = Issue { resolved: Some(hour(5)), resolution: Some("Fixed".to_owned()), ..issue("Closed") };
        let expected = [(5, Happened::HandedTo(Handler::Support)), (5, Happened::Resolved(Some("Fixed".to_owned())))];
        assert_eq!(happened(&done), expected);
    }

    #[test]
    fn a_changelog_becomes_moves_at_its_own_times() {
        let change = |hours, from: &str, to: &str| Change {
            at: hour(hours),
            author: Some("bo".to_owned()),
            field: "status".to_owned(),
            from: Some(from.to_owned()),
            to: Some(to.to_owned()),
        };
        let changes = vec![change(1, "Open", "Done"), change(2, "Done", "Open"), change(3, "Open", "Done")];
        let moves: Vec<(i64, Happened)> =
            happened(&Issue { changes, ..issue("Done") }).into_iter().filter(|(_, what)| what.moves()).collect();
        let resolved = || [Happened::HandedTo(Handler::Support), Happened::Resolved(None)];
        let [handed, done] = resolved();
        let [handed_again, done_again] = resolved();
        assert_eq!(moves, [(1, handed), (1, done), (2, Happened::Reopened), (3, handed_again), (3, done_again)]);
    }

    #[test]
    fn comments_come_in_the_order_of_their_times() {
        let said = |hours, text: &str| Comment { at: Some(hour(hours)), author: None, text: text.to_owned() };
        let comments = vec![said(4, "late"), said(2, "early"), said(3, " ")];
        let expected = [(2, Happened::Said("early".to_owned())), (4, Happened::Said("late".to_owned()))];
        assert_eq!(happened(&Issue { comments, ..issue("Open") }), expected);
    }

    #[test]
    fn a_number_alone_is_a_key_of_the_desk() {
        assert_eq!(key_of("4711").map(|key| key.to_string()).as_deref(), Some("CSD-4711"));
        assert_eq!(key_of(" hama-895 ").map(|key| key.to_string()).as_deref(), Some("HAMA-895"));
        assert_eq!(key_of("none"), None);
    }
}
