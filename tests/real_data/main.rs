//! A real tracker's customer reports, and the engineering issues that they led to, driven through the process.
//!
//! The data is read from the folder that `CUS_REAL_DATA` names; none of it is kept here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod story;
mod tracker;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use story::Story;
use tracker::Tracker;

#[test]
fn a_real_tracker_goes_through_the_process() {
    let Some(folder) = std::env::var_os("CUS_REAL_DATA") else {
        println!("CUS_REAL_DATA is not set: the real tracker was not asked for");
        return;
    };
    let tracker = Tracker::read(&Path::new(&folder).join("titanium-customer-inbox-jira.json"));
    let story = Story::of(&tracker);
    let home = tempfile::tempdir().unwrap();
    let cus = |arguments: &[&str]| run(home.path(), arguments);

    std::fs::write(home.path().join("batch.jsonl"), story.lines()).unwrap();
    let batch = cus(&["batch", "--create", "batch.jsonl"]);
    let told = String::from_utf8(batch.stdout).unwrap();
    assert!(batch.status.success(), "{}", told.lines().take(5).collect::<Vec<_>>().join("\n"));

    let verified = cus(&["db", "verify"]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));

    let listed: Value = serde_json::from_slice(&cus(&["list", "--format", "json"]).stdout).unwrap();
    let tickets = listed["items"].as_array().unwrap();
    let mut stages = BTreeMap::new();
    for ticket in tickets {
        let kind_and_stage =
            (ticket["kind"].as_str().unwrap().to_owned(), ticket["stage"].as_str().unwrap().to_owned());
        *stages.entry(kind_and_stage).or_insert(0) += 1;
    }
    assert_eq!(stages, tracker.expected_stages());
    every_text_is_back(&tracker, &story, tickets, &cus(&["log", "--format", "jsonl"]).stdout);
    println!(
        "{} reports and {} engineering issues, {} lines: {stages:?}",
        tracker.reports().count(),
        story.keys().len(),
        story.len()
    );
}

fn run(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cus"))
        .args(["--db", "cus.db"])
        .args(arguments)
        .current_dir(home)
        .env_clear()
        .env("HOME", home)
        .output()
        .unwrap()
}

/// Summaries, descriptions, steps and comments, byte for byte.
fn every_text_is_back(tracker: &Tracker, story: &Story, tickets: &[Value], log: &[u8]) {
    let by_key: BTreeMap<&str, &Value> =
        tickets.iter().map(|ticket| (ticket["key"].as_str().unwrap(), ticket)).collect();
    for report in tracker.reports() {
        let ticket = by_key[report.key.as_str()];
        assert_eq!(ticket["summary"].as_str().unwrap(), report.summary);
        assert_eq!(ticket["description"].as_str(), report.description());
    }
    for (issue, key) in story.keys() {
        let ticket = by_key[key.as_str()];
        assert_eq!(ticket["summary"].as_str().unwrap(), issue.summary);
        assert_eq!(ticket["steps"].as_str().unwrap(), issue.description().unwrap_or("not given"));
    }
    let mut comments: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let event: Value = serde_json::from_slice(line).unwrap();
        if event["type"] == "commented" {
            let ticket = event["ticket"].as_str().unwrap().to_owned();
            comments.entry(ticket).or_default().push(event["data"]["text"].as_str().unwrap().to_owned());
        }
    }
    let recorded = tracker.reports().map(|report| (report, report.key.clone()));
    let escalated = story.keys().iter().map(|(issue, key)| (*issue, key.clone()));
    for (issue, key) in recorded.chain(escalated) {
        let found = comments.remove(&key).unwrap_or_default();
        let expected: Vec<&str> = issue.comments.iter().map(|comment| comment.body.as_str()).collect();
        let found: Vec<&str> =
            found.iter().map(String::as_str).filter(|text| !text.starts_with(story::REMARK)).collect();
        assert_eq!(found, expected, "{key}");
    }
}
