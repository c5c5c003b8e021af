//! Where each ticket should stand, taken from the statuses in the export itself and from nothing that the script is made
//! of.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The stages that the tracker's statuses amount to.
pub(crate) struct Census {
    /// By the key in the tracker: each report, and each engineering issue that a report belongs to.
    pub(crate) stages: BTreeMap<String, String>,
    /// How many engineering issues have no report that belongs to them.
    pub(crate) left_out: usize,
}

impl Census {
    pub(crate) fn of(export: &Value) -> Self {
        let issues = export["issues"].as_array().unwrap();
        let by_key: BTreeMap<&str, &Value> =
            issues.iter().map(|issue| (issue["key"].as_str().unwrap(), issue)).collect();
        let mut stages = BTreeMap::new();
        for (key, report) in by_key.iter().filter(|(key, _)| key.starts_with("AC-")) {
            let stage = match earliest_engineering_issue(report, &by_key) {
                Some(issue) => {
                    let escalation = stage_of_escalation(issue);
                    stages.insert(issue["key"].as_str().unwrap().to_owned(), escalation.to_owned());
                    // Engineering has the issue, and so the desk's own status does not matter.
                    if escalation == "closed" { "resolved" } else { "escalated" }
                }
                None if is_finished(report) => "resolved",
                None => "handled",
            };
            stages.insert((*key).to_owned(), stage.to_owned());
        }
        let left_out = by_key.len() - stages.len();
        Self { stages, left_out }
    }
}

fn is_finished(issue: &Value) -> bool {
    issue["fields"]["status"]["statusCategory"]["key"] == "done"
}

/// A reopened issue is back at Engineering, as one that was never touched.
fn stage_of_escalation(issue: &Value) -> &'static str {
    match issue["fields"]["status"]["name"].as_str().unwrap() {
        _ if is_finished(issue) => "closed",
        "Open" | "Reopened" => "escalated",
        "In Progress" => "eng-assessed",
        "In Review" => "release-assessed",
        other => panic!("the status {other:?}"),
    }
}

/// All dates of the export have one offset and one form, so that they can be compared as they are.
fn earliest_engineering_issue<'a>(report: &Value, by_key: &BTreeMap<&str, &'a Value>) -> Option<&'a Value> {
    let links = report["fields"]["issuelinks"].as_array().unwrap();
    let linked: BTreeSet<&str> = links
        .iter()
        .flat_map(|link| [&link["inwardIssue"]["key"], &link["outwardIssue"]["key"]])
        .filter_map(Value::as_str)
        .filter(|key| key.starts_with("TIMOB-"))
        .collect();
    let issues = linked.into_iter().filter_map(|key| by_key.get(key).copied());
    issues.min_by_key(|issue| issue["fields"]["created"].as_str().unwrap())
}
