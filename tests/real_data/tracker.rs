//! The tracker's export, as far as the process needs it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde_json::Value;

pub(crate) type Time = DateTime<Utc>;

/// All issues: the customers' reports and the engineering issues.
pub(crate) struct Tracker {
    issues: BTreeMap<String, Issue>,
}

/// A customer's report or an engineering issue.
pub(crate) struct Issue {
    pub(crate) key: String,
    pub(crate) summary: String,
    /// Absent where it says nothing.
    pub(crate) description: Option<String>,
    pub(crate) created: Time,
    pub(crate) updated: Time,
    pub(crate) resolved: Option<Time>,
    pub(crate) resolution: Option<String>,
    pub(crate) status: String,
    pub(crate) priority: &'static str,
    pub(crate) fix_version: Option<String>,
    pub(crate) reporter: Option<String>,
    pub(crate) assignee: Option<String>,
    /// The oldest first.
    pub(crate) comments: Vec<Comment>,
    links: Vec<Link>,
}

pub(crate) struct Comment {
    pub(crate) at: Time,
    pub(crate) author: Option<String>,
    pub(crate) body: String,
}

struct Link {
    key: String,
    is_to_original: bool,
}

/// How far an engineering issue went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Open,
    Reopened,
    InProgress,
    InReview,
    Finished(Ending),
}

/// How an engineering issue ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Fixed,
    Duplicate,
    WontFix,
    NotABug,
    CannotReproduce,
}

impl Tracker {
    pub(crate) fn read(export: &Value) -> Self {
        let issues = export["issues"].as_array().unwrap().iter().map(Issue::read);
        Self { issues: issues.map(|issue| (issue.key.clone(), issue)).collect() }
    }

    pub(crate) fn reports(&self) -> impl Iterator<Item = &Issue> {
        self.issues.values().filter(|issue| is_report(&issue.key))
    }

    /// The engineering issues that a report led to, the earliest first: to that one it belongs.
    pub(crate) fn led_to(&self, report: &Issue) -> Vec<&Issue> {
        let keys: BTreeSet<&str> = report.links.iter().map(|link| link.key.as_str()).collect();
        let linked = keys.into_iter().filter_map(|key| self.issues.get(key));
        let mut issues: Vec<&Issue> = linked.filter(|issue| !is_report(&issue.key)).collect();
        issues.sort_by_key(|issue| (issue.created, &issue.key));
        issues
    }
}

impl Issue {
    fn read(issue: &Value) -> Self {
        let fields = &issue["fields"];
        let key = text(&issue["key"]).unwrap();
        let links = fields["issuelinks"].as_array().into_iter().flatten();
        Self {
            // A summary is one that says something; the key stands in for it otherwise.
            summary: words(&fields["summary"]).unwrap_or_else(|| key.clone()),
            description: words(&fields["description"]),
            created: time(&fields["created"]).unwrap(),
            updated: time(&fields["updated"]).unwrap(),
            resolved: time(&fields["resolutiondate"]),
            resolution: text(&fields["resolution"]["name"]),
            status: text(&fields["status"]["name"]).unwrap(),
            priority: priority(fields["priority"]["name"].as_str()),
            fix_version: text(&fields["fixVersions"][0]["name"]),
            reporter: text(&fields["reporter"]["displayName"]),
            assignee: text(&fields["assignee"]["displayName"]),
            comments: comments(&fields["comment"]["comments"]),
            links: links.map(Link::read).collect(),
            key,
        }
    }

    /// The keys of the engineering issues of which this one is the duplicate.
    pub(crate) fn originals(&self) -> impl Iterator<Item = &str> {
        self.links.iter().filter(|link| link.is_to_original && !is_report(&link.key)).map(|link| link.key.as_str())
    }

    /// How far an engineering issue went. A word that is not known here is refused, lest it be read as another.
    pub(crate) fn state(&self) -> State {
        match (self.resolution.as_deref(), self.status.as_str()) {
            (None, "Open") => State::Open,
            (None, "Reopened") => State::Reopened,
            (None, "In Progress") => State::InProgress,
            (None, "In Review") => State::InReview,
            (Some(resolution), "Resolved" | "Closed") => State::Finished(ending(resolution)),
            (resolution, status) => panic!("{}: the status {status:?} with the resolution {resolution:?}", self.key),
        }
    }
}

impl Link {
    fn read(link: &Value) -> Self {
        let outward = text(&link["outwardIssue"]["key"]);
        let is_to_original = outward.is_some() && link["type"]["outward"] == "duplicates";
        Self { key: outward.or_else(|| text(&link["inwardIssue"]["key"])).unwrap(), is_to_original }
    }
}

pub(crate) fn is_report(key: &str) -> bool {
    key.starts_with("AC-")
}

fn ending(resolution: &str) -> Ending {
    match resolution {
        "Fixed" | "Done" => Ending::Fixed,
        "Duplicate" => Ending::Duplicate,
        "Won't Fix" | "Won't Do" => Ending::WontFix,
        "Invalid" | "Not Our Bug" => Ending::NotABug,
        "Cannot Reproduce" | "Needs more info" => Ending::CannotReproduce,
        other => panic!("the resolution {other:?}"),
    }
}

fn priority(name: Option<&str>) -> &'static str {
    match name {
        Some("Critical") => "critical",
        Some("High") => "high",
        Some("Medium" | "None") | None => "medium",
        Some("Low" | "Trivial") => "low",
        Some(other) => panic!("the priority {other:?}"),
    }
}

/// The comments that have a text: the export has lost the body of some.
fn comments(comments: &Value) -> Vec<Comment> {
    let comments = comments.as_array().into_iter().flatten();
    let mut comments: Vec<Comment> = comments
        .filter_map(|comment| {
            let author = text(&comment["author"]["displayName"]);
            Some(Comment { at: time(&comment["created"])?, author, body: words(&comment["body"])? })
        })
        .collect();
    comments.sort_by_key(|comment| comment.at);
    comments
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// A text as it stands, its leading and trailing blanks included, unless it is blank altogether.
fn words(value: &Value) -> Option<String> {
    text(value).filter(|text| !text.trim().is_empty())
}

fn time(value: &Value) -> Option<Time> {
    let text = value.as_str()?;
    Some(DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.3f%z").unwrap().to_utc())
}
