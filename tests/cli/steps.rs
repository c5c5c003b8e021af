//! The eight steps by flags, with the JSON that scripts rely on.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

const CUS_KEYS: [&str; 15] = [
    "key",
    "stage",
    "summary",
    "priority",
    "steps",
    "upgrade_hold",
    "csd",
    "assessment",
    "release",
    "resolution",
    "owed",
    "attachments",
    "created",
    "updated",
    "revision",
];
const CSD_KEYS: [&str; 19] = [
    "key",
    "stage",
    "customer",
    "contact",
    "summary",
    "description",
    "channel",
    "product_version",
    "reporter",
    "handled_by",
    "triggers",
    "cus",
    "told",
    "confirmed",
    "owed",
    "attachments",
    "created",
    "updated",
    "revision",
];

#[track_caller]
fn has_keys(object: &Value, keys: &[&str]) {
    for key in keys {
        assert!(object.get(key).is_some(), "`{key}` is missing in {object}");
    }
}

#[test]
fn the_eight_steps_print_the_whole_ticket() {
    let sandbox = Sandbox::new();
    let csd =
        sandbox.json(&["report", "--customer", "Acme", "--summary", "s", "--channel", "email", "--role", "support"]);
    has_keys(&csd, &CSD_KEYS);
    assert_eq!((&csd["key"], &csd["stage"], &csd["reporter"]), (&json!("CSD-1"), &json!("reported"), &json!("dana")));
    assert_eq!(csd["created"], "2026-03-02T08:00:00Z");
    assert_eq!(csd["contact"], Value::Null);
    has_keys(&csd["owed"][0], &["what", "to", "csd", "by", "rule", "due", "overdue", "fix"]);
    assert_eq!(csd["owed"][0]["due"], "2026-03-02T12:00:00Z");

    let csd = sandbox.json(&["assess", "csd-1", "--handled-by", "engineering", "--trigger", "financial"]);
    assert_eq!((&csd["stage"], &csd["triggers"]), (&json!("assessed"), &json!(["financial"])));
    let cus = sandbox.json(&["escalate", "CSD-1", "--priority", "high", "--steps", "-x", "--hold-upgrades"]);
    has_keys(&cus, &CUS_KEYS);
    assert_eq!((&cus["key"], &cus["steps"], &cus["summary"]), (&json!("CUS-1"), &json!("-x"), &json!("s")));
    has_keys(&cus["upgrade_hold"], &["version", "since", "note"]);
    has_keys(&cus["csd"][0], &["key", "customer", "stage", "told", "confirmed"]);

    let cus = sandbox.json(&[
        "eng-assess",
        "CSD-1",
        "--cause",
        "c",
        "--started",
        "-2h",
        "--caused-by",
        "unknown",
        "--severity",
        "major",
        "--impact",
        "one",
        "--workaround",
        "none",
    ]);
    let keys = ["cause", "started", "caused_by", "severity", "impact", "customers_affected", "workaround"];
    has_keys(&cus["assessment"], &keys);
    assert_eq!(cus["assessment"]["started"], "2026-03-02T06:00:00Z");
    let decision =
        ["release", "CSD-1", "--decision", "next-release", "--fix-version", "2", "--target-date", "2026-04-01"];
    let cus = sandbox.json(&decision);
    has_keys(&cus["release"], &["decision", "fix_version", "tentative", "target_date", "resolution", "shipped"]);
    assert_eq!((&cus["release"]["tentative"], &cus["release"]["target_date"]), (&json!(true), &json!("2026-04-01")));

    let cus = sandbox.json(&["notify", "CUS-1", "--owed", "--role", "engineering"]);
    let told: Vec<&Value> = cus["notices"].as_array().unwrap().iter().map(|notice| &notice["to"]).collect();
    assert_eq!(told, ["product", "support"]);
    let cus = sandbox.json(&["notify", "CSD-1", "--to", "customer", "--via", "phone"]);
    assert!(cus["notices"][0]["text"].as_str().unwrap().contains("TENTATIVE"));
    assert_eq!(cus["csd"][0]["told"], "2026-03-02T08:00:00Z");
    assert_eq!(sandbox.json(&["postmortem", "CUS-1"])["stage"], "postmortem");
    let shipped = sandbox.json(&["ship", "--fix-version", "2"]);
    assert_eq!((&shipped["key"], &shipped["csd"][0]["told"]), (&json!("CUS-1"), &Value::Null));
    sandbox.ok(&["notify", "CUS-1", "--owed"]);
    let csd = sandbox.json(&["confirm", "CSD-1", "--resolved"]);
    assert_eq!((&csd["stage"], &csd["confirmed"]), (&json!("resolved"), &json!("2026-03-02T08:00:00Z")));
    let cus = sandbox.json(&["close", "CUS-1", "--role", "product"]);
    assert_eq!(
        (&cus["stage"], &cus["resolution"], &cus["upgrade_hold"]),
        (&json!("closed"), &json!("fixed"), &Value::Null)
    );
    assert_eq!(cus["owed"][0]["what"], "write-postmortem", "{}", cus["owed"]);
    let written = sandbox.json(&["postmortem", "CUS-1", "--root-cause", "no test", "--note", "nothing to do"]);
    assert_eq!(written["owed"], json!([]));

    for line in sandbox.ok(&["log", "--format", "jsonl"]).lines() {
        has_keys(&serde_json::from_str(line).unwrap(), &["seq", "ticket", "type", "at", "actor", "role", "data"]);
    }
    let list = sandbox.json(&["list"]);
    assert_eq!(list["schema"], 1);
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
}

#[test]
fn several_keys_have_a_result_each() {
    let sandbox = Sandbox::new();
    for customer in ["a", "b", "c"] {
        sandbox.ok(&["report", "--customer", customer, "--summary", "s", "--channel", "email"]);
    }
    let ran = sandbox.run_with(
        &["assess", "-", "CSD-9", "--handled-by", "support", "--trigger", "none", "--format", "jsonl"],
        "CSD-1\n\ncsd-2\n",
    );
    assert_eq!(ran.exit, 8, "{}", ran.err);
    let results: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(results.len(), 3);
    assert_eq!(results[1], json!({ "line": 2, "ok": true, "key": "CSD-2" }));
    assert_eq!((&results[2]["ok"], &results[2]["error"]["exit"]), (&json!(false), &json!(3)));
    let keys = sandbox.ok(&["list", "--stage", "handled", "--format", "keys"]);
    let closed = sandbox.run_with(&["close", "-", "--note", "done", "--via", "phone", "--format", "keys"], &keys);
    assert_eq!((closed.exit, closed.out.as_str()), (0, "CSD-1\nCSD-2\n"));
    assert_eq!(sandbox.run(&["show", "CSD-1", "CSD-2", "--json"]).out.lines().count(), 2);
}

#[test]
fn a_dry_run_and_a_stale_revision_write_nothing() {
    let sandbox = Sandbox::escalated();
    let events = sandbox.events();
    let dry = sandbox.json(&["return", "CUS-1", "--missing", "steps", "--note", "n", "--dry-run"]);
    assert_eq!((&dry["stage"], &dry["dry_run"]), (&json!("returned"), &json!(true)));
    let stale = sandbox.run(&["return", "CUS-1", "--missing", "steps", "--note", "n", "--revision", "7"]);
    assert_eq!((stale.exit, stale.out.as_str()), (6, ""));
    assert_eq!(sandbox.events(), events);
    sandbox.ok(&["return", "CUS-1", "--missing", "steps", "--note", "n", "--revision", "1"]);
}

#[test]
fn holds_stand_against_their_version_and_against_all() {
    let sandbox = Sandbox::escalated();
    assert_eq!(sandbox.run(&["can-upgrade"]).exit, 0);
    sandbox.ok(&["hold", "CUS-1", "--product-version", "5.1", "--note", "n"]);
    assert_eq!(sandbox.run(&["can-upgrade", "5.1"]).exit, 9);
    assert_eq!(sandbox.run(&["can-upgrade", "5.2"]).exit, 0);
    sandbox.ok(&["hold", "CUS-1", "--note", "all of them"]);
    assert_eq!(sandbox.run(&["can-upgrade", "5.2", "--json"]).exit, 9);
    sandbox.ok(&["hold", "CUS-1", "--lift", "--note", "n"]);
    assert_eq!(sandbox.run(&["can-upgrade", "5.1"]).exit, 0);
}

#[test]
fn a_hold_that_ends_with_its_ticket_is_told() {
    let sandbox = Sandbox::escalated();
    sandbox.ok(&["hold", "CUS-1", "--product-version", "5.1", "--note", "n"]);
    let told = sandbox.ok(&["close", "CUS-1", "--resolution", "wont-fix", "--note", "n"]);
    assert!(told.contains("CUS-1 no longer holds upgrades of 5.1"), "{told}");
    assert_eq!(sandbox.run(&["can-upgrade", "5.1"]).exit, 0);
}

#[test]
fn a_list_is_narrowed_and_cut_and_says_so() {
    let sandbox = Sandbox::escalated();
    for n in 0..60 {
        sandbox.ok(&["report", "--customer", &format!("c{n}"), "--summary", "s", "--channel", "email"]);
    }
    assert!(sandbox.ok(&["list"]).trim_end().ends_with("… and 11 more: --limit N shows more"));
    assert_eq!(sandbox.ok(&["list", "--format", "keys"]).lines().count(), 62);
    assert_eq!(sandbox.ok(&["list", "--customer", "ACME", "--format", "keys"]), "CSD-1\nCUS-1\n");
    assert_eq!(sandbox.ok(&["list", "--kind", "cus", "--priority", "medium", "--format", "keys"]), "CUS-1\n");
    assert_eq!(sandbox.ok(&["list", "overdue", "--format", "keys"]), "");
    assert_eq!(sandbox.run(&["next", "--exit-code"]).exit, 9);
    let late = sandbox.ok(&[
        "list",
        "--overdue",
        "--kind",
        "cus",
        "--now",
        "2026-03-06T09:00:00Z",
        "--limit",
        "1",
        "--format",
        "keys",
    ]);
    assert_eq!(late, "CUS-1\n");
}
