//! The tracker's export, as far as the process needs it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, Utc};
use serde_json::Value;

/// A customer's report or an engineering issue.
pub(crate) struct Issue {
    pub(crate) key: String,
    pub(crate) summary: String,
    description: Option<String>,
    pub(crate) created: DateTime<Utc>,
    pub(crate) resolved: Option<DateTime<Utc>>,
    pub(crate) resolution: Option<String>,
    pub(crate) status: String,
    pub(crate) priority: &'static str,
    pub(crate) fix_version: Option<String>,
    pub(crate) reporter: String,
    pub(crate) comments: Vec<Comment>,
    links: Vec<Link>,
}

pub(crate) struct Comment {
    pub(crate) at: DateTime<Utc>,
    pub(crate) body: String,
}

struct Link {
    is_outward_duplicate: bool,
    key: String,
}

/// All issues, reports and engineering issues apart, in the order of their dates.
pub(crate) struct Tracker {
    issues: BTreeMap<String, Issue>,
}

impl Issue {
    /// The description, where it says something.
    pub(crate) fn description(&self) -> Option<&str> {
        self.description.as_deref().filter(|text| !text.trim().is_empty())
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.resolution.is_some()
    }

    pub(crate) fn is_fixed(&self) -> bool {
        matches!(self.resolution.as_deref(), Some("Fixed" | "Done"))
    }

    fn read(value: &Value) -> Self {
        let fields = &value["fields"];
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let mut comments: Vec<Comment> = fields["comment"]["comments"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|comment| Some(Comment { at: time(&comment["created"])?, body: text(&comment["body"])? }))
            .filter(|comment| !comment.body.trim().is_empty())
            .collect();
        comments.sort_by_key(|comment| comment.at);
        let links = fields["issuelinks"].as_array().into_iter().flatten().map(|link| {
            let outward = &link["outwardIssue"]["key"];
            let is_outward_duplicate = link["type"]["name"] == "Duplicate" && outward.is_string();
            let key = text(outward).or_else(|| text(&link["inwardIssue"]["key"])).unwrap();
            Link { is_outward_duplicate, key }
        });
        Self {
            key: text(&value["key"]).unwrap(),
            summary: text(&fields["summary"]).unwrap(),
            description: text(&fields["description"]),
            created: time(&fields["created"]).unwrap(),
            resolved: time(&fields["resolutiondate"]),
            resolution: text(&fields["resolution"]["name"]),
            status: text(&fields["status"]["name"]).unwrap(),
            priority: match fields["priority"]["name"].as_str() {
                Some("Critical") => "critical",
                Some("High") => "high",
                Some("Low" | "Trivial") => "low",
                Some(_) | None => "medium",
            },
            fix_version: text(&fields["fixVersions"][0]["name"]),
            reporter: text(&fields["reporter"]["displayName"]).unwrap_or_else(|| "unknown".to_owned()),
            comments,
            links: links.collect(),
        }
    }
}

impl Tracker {
    pub(crate) fn read(path: &Path) -> Self {
        let export: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let issues = export["issues"].as_array().unwrap().iter().map(Issue::read);
        Self { issues: issues.map(|issue| (issue.key.clone(), issue)).collect() }
    }

    pub(crate) fn reports(&self) -> impl Iterator<Item = &Issue> {
        self.issues.values().filter(|issue| issue.key.starts_with("AC-"))
    }

    /// The engineering issues that a report led to, the earliest first.
    pub(crate) fn led_to(&self, report: &Issue) -> Vec<&Issue> {
        let keys: BTreeSet<&str> = report.links.iter().map(|link| link.key.as_str()).collect();
        let mut issues: Vec<&Issue> =
            keys.into_iter().filter(|key| key.starts_with("TIMOB-")).filter_map(|key| self.issues.get(key)).collect();
        issues.sort_by(|a, b| (a.created, &a.key).cmp(&(b.created, &b.key)));
        issues
    }

    /// The reports that belong to each engineering issue, the earliest first.
    pub(crate) fn owners(&self) -> Vec<(&Issue, Vec<&Issue>)> {
        let mut owners: BTreeMap<&str, Vec<&Issue>> = BTreeMap::new();
        for report in self.reports() {
            if let Some(issue) = self.led_to(report).first() {
                owners.entry(&issue.key).or_default().push(report);
            }
        }
        owners
            .into_iter()
            .map(|(key, mut reports)| {
                reports.sort_by(|a, b| (a.created, &a.key).cmp(&(b.created, &b.key)));
                (&self.issues[key], reports)
            })
            .collect()
    }

    /// The issue of which this one is the duplicate, as its links say.
    pub(crate) fn original_of(&self, issue: &Issue) -> Option<&Issue> {
        issue.links.iter().filter(|link| link.is_outward_duplicate).find_map(|link| self.issues.get(&link.key))
    }

    /// How many tickets of each kind should stand in which stage, counted from the tracker's own states.
    pub(crate) fn expected_stages(&self) -> BTreeMap<(String, String), i32> {
        let mut stages = BTreeMap::new();
        let mut count = |kind: &str, stage: &str| *stages.entry((kind.to_owned(), stage.to_owned())).or_insert(0) += 1;
        for (issue, reports) in self.owners() {
            let (cus, csd) = match (issue.is_finished(), issue.status.as_str()) {
                (true, _) => ("closed", "resolved"),
                (false, "In Progress") => ("eng-assessed", "escalated"),
                (false, "In Review") => ("release-assessed", "escalated"),
                (false, _) => ("escalated", "escalated"),
            };
            count("cus", cus);
            reports.iter().for_each(|_| count("csd", csd));
        }
        for report in self.reports().filter(|report| self.led_to(report).is_empty()) {
            count("csd", if report.is_finished() { "resolved" } else { "handled" });
        }
        stages
    }
}

fn time(value: &Value) -> Option<DateTime<Utc>> {
    let text = value.as_str()?;
    Some(DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.3f%z").unwrap().to_utc())
}
