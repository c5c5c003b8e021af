//! An export of 0.1.0 is taken in: everything that was recorded there, with its ids, times and due times.

use serde_json::Value;

use crate::sandbox::Sandbox;

/// Twelve tickets with most of what 0.1.0 could record: redacted texts and files, a hold that replaced another, a
/// duplicate, a withdrawal, a revised decision, reopenings, a queued notice, an imported ticket, a key of the desk's.
const EXPORT: &str = include_str!("fixtures/0.1.0.jsonl");
/// The head of its chain.
const FIRST_HEAD: &str = "05790697bb255f0455cd18fdfad5777fe01d78e123eb421139d1aca79a9ed22b";

fn taken_in() -> (Sandbox, Value) {
    let sandbox = Sandbox::empty();
    sandbox.write("first.jsonl", EXPORT);
    let taken = sandbox.json(&["import", "--create", "first.jsonl"]);
    (sandbox, taken)
}

#[test]
fn everything_is_there_with_its_ids_and_times() {
    let (sandbox, taken) = taken_in();
    assert_eq!((&taken["events"], &taken["tickets"]), (&91.into(), &12.into()));
    assert_eq!(taken["first_head"], FIRST_HEAD);
    sandbox.ok(&["db", "verify"]);
    sandbox.ok(&["db", "check"]);
    let events: Vec<Value> = EXPORT
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|line: &Value| line["at"].is_i64())
        .collect();
    let log = sandbox.json(&["log", "--limit", "1000"]);
    let mut found: Vec<(i64, i64, String)> = Vec::new();
    for event in log["items"].as_array().unwrap() {
        let at: chrono::DateTime<chrono::Utc> = event["at"].as_str().unwrap().parse().unwrap();
        found.push((event["id"].as_i64().unwrap(), at.timestamp_millis(), event["type"].as_str().unwrap().to_owned()));
    }
    found.sort_unstable();
    let recorded = |event: &Value| {
        let type_name = event["type"].as_str().unwrap().to_owned();
        (event["event"].as_i64().unwrap(), event["at"].as_i64().unwrap(), type_name)
    };
    assert_eq!(found, events.iter().map(recorded).collect::<Vec<_>>());
    for event in &events {
        let (stream, after) = (event["stream"].as_str().unwrap(), event["stage_after"].as_str());
        let is_last =
            !events.iter().any(|other| other["stream"] == stream && other["seq"].as_i64() > event["seq"].as_i64());
        if is_last && !stream.is_empty() {
            assert_eq!(sandbox.json(&["show", stream])["stage"].as_str(), after, "{stream}");
        }
    }
    assert!(sandbox.ok(&["search", "tab"]).contains("CSD-1"));
    assert_eq!(sandbox.json(&["show", "CSD-2"])["key"], "DESK-7");
    assert!(sandbox.ok(&["log", "CSD-1"]).contains("the password is [redacted]"));
    sandbox.ok(&["attachment", "save", "CSD-1", "plain.txt", "--to", "plain.txt"]);
    assert_eq!(std::fs::read_to_string(sandbox.path("plain.txt")).unwrap(), "plain");
    assert_eq!(sandbox.run(&["attachment", "save", "CSD-1", "[redacted]", "--to", "gone"]).exit, 3);
}

/// 0.1.0 says the same of the database that was exported.
#[test]
fn what_was_owed_is_owed_at_the_same_time_and_nothing_else() {
    let (sandbox, _) = taken_in();
    let owed = sandbox.json(&["next", "--all", "--now", "2026-03-02T23:00:00Z"]);
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let owed = owed["items"].as_array().unwrap().iter();
    let mut owed: Vec<String> =
        owed.map(|owed| ["ticket", "what", "csd", "due"].map(|name| text(&owed[name])).join(" ")).collect();
    owed.sort_unstable();
    assert_eq!(
        owed,
        [
            "CSD-3 escalate - 2026-03-03T13:00:00Z",
            "CSD-4 escalate - 2026-03-03T17:50:00Z",
            "CSD-6 escalate - 2026-03-03T14:00:00Z",
            "CSD-7 resolve - 2026-03-07T13:10:00Z",
            "CUS-1 postmortem - 2026-03-03T17:50:00Z",
            "CUS-1 tell-customer CSD-1 2026-03-02T15:50:00Z",
            "CUS-1 tell-customer DESK-7 2026-03-02T15:50:00Z",
            "CUS-4 eng-assess - 2026-03-02T21:40:00Z",
        ]
    );
}

#[test]
fn a_hold_of_then_replaced_the_one_before_and_one_of_now_adds_to_it() {
    let (sandbox, _) = taken_in();
    let held = |sandbox: &Sandbox| {
        let holds = sandbox.json(&["show", "CUS-1"])["upgrade_holds"].take();
        holds.as_array().unwrap().iter().map(|hold| hold["version"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(held(&sandbox), [Value::Null]);
    sandbox.ok(&["hold", "CUS-1", "--product-version", "8.1", "--note", "n", "--now", "2026-03-03T08:00:00Z"]);
    assert_eq!(held(&sandbox), [Value::Null, "8.1".into()]);
    sandbox.ok(&["db", "verify"]);
}

#[test]
fn work_goes_on_and_the_same_export_makes_the_same_chain() {
    let (sandbox, taken) = taken_in();
    assert_eq!(taken["head"], taken_in().1["head"]);
    let escalate = ["escalate", "CSD-3", "--priority", "low", "--steps", "s", "--now", "2026-03-03T08:00:00Z"];
    sandbox.ok(&escalate);
    sandbox.ok(&["redact", "CSD-1", "--text", "back", "--note", "n", "--now", "2026-03-03T08:00:00Z"]);
    sandbox.ok(&["db", "verify"]);
    sandbox.ok(&["db", "rebuild"]);
    sandbox.write("again.jsonl", sandbox.ok(&["export"]));
    sandbox.ok(&["--db", "again.db", "import", "--create", "again.jsonl"]);
    assert_eq!(sandbox.json(&["--db", "again.db", "db", "verify"])["head"], sandbox.json(&["db", "verify"])["head"]);
}

#[test]
fn what_was_changed_in_the_export_is_refused() {
    let lines: Vec<&str> = EXPORT.lines().collect();
    let without = |text: &str| lines.iter().filter(|line| !line.contains(text)).copied().collect::<Vec<_>>().join("\n");
    for (changed, words) in [
        (EXPORT.replace("Rates are zero", "Rates are fine"), "the texts of event 2 were changed"),
        (EXPORT.replace("the password is [redacted]", "the password is 1234"), "the texts of event"),
        (
            EXPORT.replace("\"priority\":\"critical\"", "\"priority\":\"low\""),
            "was changed, or one before it is missing",
        ),
        (EXPORT.replace("\"actor\":\"sue\"", "\"actor\":\"eve\""), "event 1 was changed"),
        (without("\"type\":\"shipped\""), "does not follow event"),
        (without("{\"chunk\":"), "the file that event"),
        (without("{\"end\":"), "its end is missing"),
        (without("\"event\":91,"), "its end is missing"),
        (EXPORT.replace("\"partial\":false", "\"partial\":true"), "cannot be taken back"),
        (EXPORT.replace("cGxhaW4=", "cGxhaW0="), "the file that event"),
    ] {
        assert_ne!(changed, EXPORT, "{words}");
        let sandbox = Sandbox::new();
        sandbox.write("first.jsonl", changed);
        let ran = sandbox.run(&["import", "first.jsonl"]);
        assert!(ran.exit != 0 && ran.err.contains(words), "{words}: {}", ran.err);
        assert_eq!(sandbox.events(), 0);
    }
}
