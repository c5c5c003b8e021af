//! Undoing (R35): every list, the file, batch lines and exports.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

/// The keys that a listing prints.
#[track_caller]
fn keys(sandbox: &Sandbox, arguments: &[&str]) -> String {
    sandbox.ok(&[arguments, &["--format", "keys"]].concat()).lines().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_ticket_that_was_made_by_mistake_is_out_of_every_list_and_shown_by_its_key() {
    let sandbox = Sandbox::assessed();
    let before = sandbox.json(&["show", "CSD-1"]);
    sandbox.ok(&["escalate", "CSD-1", "--priority", "critical", "--steps", "Turn the zebra.", "--hold-upgrades"]);
    let undone = sandbox.json(&["undo", "CSD-1", "--note", "the wrong zebra"]);
    for name in ["stage", "cus", "owed", "triggers"] {
        assert_eq!(undone[name], before[name], "{name}");
    }
    for list in [&["list"][..], &["list", "held"], &["next", "--all"], &["search", "zebra"], &["search", "Turn"]] {
        assert!(!keys(&sandbox, list).contains("CUS-1"), "{list:?}");
    }
    assert_eq!(sandbox.run(&["can-upgrade", "5.1"]).exit, 0);
    assert_eq!(sandbox.json(&["show", "CUS-1"])["undone"]["by"], "dana");
    let page = sandbox.ok(&["show", "CUS-1"]);
    assert!(page.contains("Undone (R35)") && page.contains("the wrong zebra"), "{page}");
    for command in [&["log"][..], &["log", "CUS-1"], &["handover"], &["stats"], &["customer", "Acme"], &["page"]] {
        sandbox.ok(command);
    }
    assert_eq!(sandbox.run(&["eng-assess", "CUS-1", "--cause", "c"]).exit, 3);
    let again = sandbox.json(&["escalate", "CSD-1", "--priority", "low", "--steps", "s"]);
    assert_eq!(again["key"], "CUS-2", "a key is never used twice");
    sandbox.ok(&["db", "verify"]);
    sandbox.ok(&["db", "rebuild"]);
    assert_eq!(sandbox.json(&["show", "CUS-1"])["undone"]["by"], "dana");
    sandbox.ok(&["redact", "CUS-1", "--text", "zebra", "--note", "a name"]);
    assert!(!sandbox.ok(&["log", "CUS-1"]).contains("zebra"));
}

#[test]
fn a_report_that_is_undone_leaves_its_key_used() {
    let sandbox = Sandbox::new();
    let report = ["report", "--customer", "Acme", "--summary", "s", "--channel", "phone", "--csd", "SD-9"];
    sandbox.ok(&report);
    let undone = sandbox.json(&["undo", "SD-9", "--note", "reported twice"]);
    assert_eq!((&undone["key"], &undone["undone"]), (&json!("SD-9"), &json!(true)));
    assert_eq!((sandbox.run(&report).exit, sandbox.run(&["undo", "SD-9", "--note", "n"]).exit), (4, 3));
    sandbox.ok(&report[..7]);
    sandbox.ok(&["undo", "CSD-1", "--note", "n"]);
    assert_eq!(sandbox.json(&report[..7])["key"], "CSD-2");
}

#[test]
fn what_is_exported_comes_back_undone() {
    let sandbox = Sandbox::escalated();
    sandbox.ok(&["undo", "CUS-1", "--note", "n"]);
    let export = sandbox.ok(&["export"]);
    let other = Sandbox::new();
    other.write("all.jsonl", &export);
    other.ok(&["import", "all.jsonl"]);
    assert_eq!(keys(&other, &["list"]), "CSD-1");
    assert_eq!(other.json(&["show", "CUS-1"])["undone"]["by"], "dana");
}

#[test]
fn a_batch_line_is_one_command() {
    let sandbox = Sandbox::new();
    for customer in ["Acme", "Birch"] {
        sandbox.ok(&["report", "--customer", customer, "--summary", "s", "--channel", "phone"]);
    }
    let line = r#"{"do":"assess","csd":["CSD-1","CSD-2"],"handled_by":"support","trigger":"none"}"#;
    assert_eq!(sandbox.run_with(&["batch", "-"], line).exit, 0);
    let lines =
        "{\"do\":\"undo\",\"key\":\"CSD-2\",\"note\":\"n\"}\n{\"do\":\"comment\",\"key\":\"CSD-1\",\"text\":\"t\"}";
    assert_eq!(sandbox.run_with(&["batch", "-"], lines).exit, 0);
    for csd in ["CSD-1", "CSD-2"] {
        assert_eq!(sandbox.json(&["show", csd])["stage"], "reported");
    }
    let lines = "{\"do\":\"report\",\"customer\":\"Cedar\",\"summary\":\"s\",\"channel\":\"phone\"}\n{\"do\":\"undo\",\"key\":\"CSD-3\",\"note\":\"n\"}";
    assert_eq!(sandbox.run_with(&["batch", "-"], lines).exit, 0);
    assert_eq!(keys(&sandbox, &["list"]), "CSD-1 CSD-2");
}

#[test]
fn what_cannot_be_undone_says_why() {
    let sandbox = Sandbox::escalated();
    let refused = |arguments: &[&str], exit: i32, words: &str| {
        let ran = sandbox.run(&[&["undo"], arguments].concat());
        assert!(ran.exit == exit && ran.err.contains(words), "{}: {}", ran.exit, ran.err);
    };
    refused(&["CUS-1", "--no-input"], 4, "--note TEXT");
    refused(&["CUS-7", "--note", "n"], 3, "CUS-7");
    refused(&["CUS-1", "--note", "n", "--as", "mia", "--role", "marketing"], 5, "dana");
    refused(&["CUS-1", "--note", "n", "--now", "2026-03-04T08:00:00Z"], 4, "could be undone until");
    sandbox.ok(&["comment", "CUS-1", "t"]);
    sandbox.ok(&["hold", "CUS-1", "--note", "n"]);
    refused(&["CSD-1", "--note", "n"], 4, "was changed since (`hold` by dana");
    let dry: Value = sandbox.json(&["undo", "CUS-1", "--note", "n", "--dry-run"]);
    assert_eq!((&dry["upgrade_hold"], &dry["dry_run"]), (&Value::Null, &json!(true)));
    assert!(sandbox.json(&["show", "CUS-1"])["upgrade_hold"].is_object());
    sandbox.ok(&["undo", "CUS-1", "--note", "n"]);
    refused(&["CUS-1", "--note", "n"], 4, "`undo`, cannot be undone");
    sandbox.ok(&["policy", "set", "undo", "1h"]);
    sandbox.ok(&["hold", "CUS-1", "--note", "n"]);
    refused(&["CUS-1", "--note", "n", "--now", "2026-03-02T09:30:00Z"], 4, "09:00");
}
