//! Real timing: a help desk's event log is replayed, and the figures of `stats` are held against the same figures, computed
//! from the log itself.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::binary::Binary;
use crate::{folder, say};

const FILE: &str = "helpdesk-event-log.csv";
/// After the last event of the log. Closing cancels the word to Product, which Support owes until then.
const NOW: &str = "2015-01-01T00:00:00Z";

type Time = DateTime<Utc>;

/// One case of the log, as far as the process knows its like.
struct Desk {
    name: String,
    reported: Time,
    assessed: Time,
    anomaly: Option<Time>,
    resolved: Option<Time>,
    closed: Option<Time>,
}

pub(crate) fn figures_of_a_real_help_desk_are_those_of_its_log() {
    let file = folder().join(FILE);
    let desks = read(&file);
    assert_eq!(desks.len(), 4_580);
    let home = tempfile::tempdir().unwrap();
    let cus = Binary::at_home_in(home.path());
    let mut escalations = 0;
    let lines: Vec<String> =
        desks.iter().enumerate().flat_map(|(n, desk)| lines(n + 1, &mut escalations, desk)).collect();
    std::fs::write(home.path().join("log.jsonl"), lines.join("\n")).unwrap();
    cus.succeed(&["batch", "--create", "log.jsonl", "--format", "keys"]);
    let stats: Value = serde_json::from_slice(&cus.succeed(&["--now", NOW, "stats", "--json"])).unwrap();
    let all = &stats["items"][0];
    assert_eq!(all["arrived"], desks.len());
    assert_eq!(all["escalated"], desks.iter().filter(|desk| desk.anomaly.is_some()).count());
    assert_eq!(all["closed"], desks.iter().filter(|desk| desk.anomaly.is_some() && desk.closed.is_some()).count());
    let assess = desks.iter().map(|desk| desk.assessed - desk.reported);
    holds(all, "assess", assess.collect(), TimeDelta::hours(4));
    let escalate = desks.iter().filter_map(|desk| Some(desk.anomaly? - desk.assessed));
    holds(all, "escalate", escalate.collect(), TimeDelta::hours(24));
    let resolve =
        desks.iter().filter(|desk| desk.anomaly.is_none()).filter_map(|desk| Some(desk.resolved? - desk.assessed));
    holds(all, "resolve", resolve.collect(), TimeDelta::days(5));
    let eng_assess = desks.iter().filter_map(|desk| Some(desk.resolved? - desk.anomaly?));
    holds(all, "eng-assess", eng_assess.collect(), TimeDelta::days(3));
    let confirm =
        desks.iter().filter(|desk| desk.anomaly.is_some()).filter_map(|desk| Some(desk.closed? - desk.resolved?));
    holds(all, "confirm", confirm.collect(), TimeDelta::days(7));
    held_by_support(all, &desks);
    by_month(&cus, &desks);
    say(&format!("help desk: {} cases in {} lines; {}", desks.len(), lines.len(), all["times"]));
}

/// The cases of the log, each with its events in their order.
fn read(file: &std::path::Path) -> Vec<Desk> {
    let mut cases: BTreeMap<String, Vec<(Time, String)>> = BTreeMap::new();
    for row in csv::Reader::from_path(file).unwrap().records() {
        let row = row.unwrap();
        let at = DateTime::parse_from_str(&row[3], "%Y-%m-%d %H:%M:%S%:z").unwrap().to_utc();
        cases.entry(row[6].to_owned()).or_default().push((at, row[0].to_owned()));
    }
    cases.into_iter().map(|(name, events)| desk(name, &events)).collect()
}

fn desk(name: String, events: &[(Time, String)]) -> Desk {
    let first = |what: &str| events.iter().find(|event| event.1 == what).map(|event| event.0);
    let reported = events.iter().map(|event| event.0).min().unwrap();
    let assessed = first("Take in charge ticket").unwrap_or(reported);
    let anomaly = first("Create SW anomaly").map(|at| at.max(assessed));
    let begun = anomaly.unwrap_or(assessed);
    let is_end = |event: &&(Time, String)| event.1.starts_with("Resolve ") && event.0 >= begun;
    let resolved = events.iter().filter(is_end).map(|event| event.0).max();
    let closed = resolved.and_then(|resolved| first("Closed").map(|closed| closed.max(resolved)));
    Desk { name, reported, assessed, anomaly, resolved, closed }
}

/// The tickets as commands, each at its own time; escalations are numbered in the order of the cases. What Engineering solves is assessed, decided, told and shipped at once.
fn lines(number: usize, escalations: &mut usize, desk: &Desk) -> Vec<String> {
    let csd = format!("DESK-{number}");
    let mut lines = Vec::new();
    let mut say = |at: Time, mut line: Value| {
        line["now"] = json!(at.to_rfc3339());
        lines.push(line.to_string());
    };
    say(
        desk.reported,
        json!({"do": "report", "csd": csd, "customer": desk.name, "summary": desk.name, "channel": "portal"}),
    );
    let handler = if desk.anomaly.is_some() { "engineering" } else { "support" };
    say(desk.assessed, json!({"do": "assess", "csd": csd, "handled_by": handler, "trigger": "none"}));
    *escalations += usize::from(desk.anomaly.is_some());
    let cus = format!("CUS-{escalations}");
    if let Some(anomaly) = desk.anomaly {
        say(anomaly, json!({"do": "escalate", "csd": csd, "priority": "medium", "steps": "As reported."}));
    }
    let Some(resolved) = desk.resolved else { return lines };
    if desk.anomaly.is_none() {
        say(resolved, json!({"do": "close", "key": csd, "note": "Resolved.", "via": "portal"}));
        return lines;
    }
    let known = json!({
        "do": "eng-assess", "cus": csd, "cause": "Unknown to the log", "started": "unknown", "caused_by": "unknown",
        "severity": "unknown", "impact": "one", "workaround": "unknown",
    });
    say(resolved, known);
    say(resolved, json!({"do": "release", "cus": csd, "decision": "patch", "fix_version": desk.name}));
    say(resolved, json!({"do": "ship", "cus": csd}));
    for to in ["support", "customer"] {
        say(resolved, json!({"do": "notify", "cus": csd, "to": to}));
    }
    say(resolved, json!({"do": "postmortem", "cus": csd}));
    if let Some(closed) = desk.closed {
        say(closed, json!({"do": "confirm", "csd": csd, "resolved": true}));
        say(closed, json!({"do": "close", "key": cus}));
    }
    lines
}

/// Count, nearest-rank median and ninth decile, and the share in time, of which what is open and late is no part.
fn holds(all: &Value, what: &str, mut times: Vec<TimeDelta>, allowed: TimeDelta) {
    times.sort();
    let found = all["times"].as_array().unwrap().iter().find(|time| time["what"] == what);
    let found = found.unwrap_or_else(|| panic!("no times of {what}"));
    let rank = |share: f64| times[((times.len() as f64 * share).ceil() as usize).max(1) - 1].num_seconds();
    let late = found["late"].as_u64().unwrap() as usize;
    let in_time = times.iter().filter(|time| **time <= allowed).count() as f64 / (times.len() + late) as f64;
    assert_eq!(found["count"], times.len(), "{what}");
    assert_eq!(
        (found["median_seconds"].as_i64(), found["p90_seconds"].as_i64()),
        (Some(rank(0.5)), Some(rank(0.9))),
        "{what}"
    );
    assert!((found["in_time"].as_f64().unwrap() - in_time).abs() < 1e-9, "{what}: {} and {in_time}", found["in_time"]);
}

/// Support holds a case from the report until it is resolved or Engineering gets it, and from the telling of what
/// shipped until the customer has confirmed.
fn held_by_support(all: &Value, desks: &[Desk]) {
    let now: Time = NOW.parse().unwrap();
    let mut held = TimeDelta::zero();
    for desk in desks {
        match desk.anomaly {
            None => held += desk.resolved.unwrap_or(now) - desk.reported,
            Some(anomaly) => {
                held += anomaly - desk.reported;
                held += desk.resolved.map_or(TimeDelta::zero(), |resolved| desk.closed.unwrap_or(now) - resolved);
            }
        }
    }
    assert_eq!(all["held_seconds"]["support"], held.num_seconds());
}

fn by_month(cus: &Binary<'_>, desks: &[Desk]) {
    let grouped: Value =
        serde_json::from_slice(&cus.succeed(&["--now", NOW, "stats", "--by", "month", "--json"])).unwrap();
    let found: BTreeMap<&str, u64> = grouped["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["group"].as_str().unwrap(), item["arrived"].as_u64().unwrap()))
        .filter(|(_, arrived)| *arrived > 0)
        .collect();
    let mut expected: BTreeMap<String, u64> = BTreeMap::new();
    for desk in desks {
        *expected.entry(desk.reported.format("%Y-%m").to_string()).or_default() += 1;
    }
    assert_eq!(found, expected.iter().map(|(month, count)| (month.as_str(), *count)).collect());
}
