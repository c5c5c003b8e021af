//! Taking an import back (R35): all of it, while nothing was done on its tickets.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

const FILE: &str = "ID,Subject,Status,Created,Customer\n\
    1,Labels print twice,Open,2026-02-01 10:00,Alder\n2,Labels are blank,Open,2026-02-02 10:00,Birch\n";

/// Imports a file, and returns the number of the import.
#[track_caller]
fn import(sandbox: &Sandbox, text: &str) -> String {
    sandbox.write("desk.csv", text);
    let done = sandbox.json(&["import", "desk.csv", "--source", "desk", "--prefix", "HELP"]);
    done["import"].as_i64().unwrap().to_string()
}

fn keys(sandbox: &Sandbox) -> String {
    sandbox.ok(&["list", "--sort", "key", "--format", "keys"]).replace('\n', " ")
}

#[test]
fn an_import_is_taken_back_as_one_command_and_can_be_done_again() {
    let sandbox = Sandbox::new();
    let number = import(&sandbox, FILE);
    sandbox.ok(&["comment", "HELP-1", "seen"]);
    assert_eq!(sandbox.run(&["import", "--undo", &number, "--dry-run"]).exit, 0);
    assert_eq!(keys(&sandbox), "HELP-1 HELP-2 ");
    let undone = sandbox.json(&["import", "--undo", &number]);
    assert_eq!(undone, json!({ "import": number.parse::<i64>().unwrap(), "undone": 2, "dry_run": false }));
    assert_eq!(keys(&sandbox), "");
    assert_eq!(sandbox.json(&["next", "--all"])["items"], json!([]));
    assert_eq!(sandbox.json(&["show", "HELP-1"])["undone"]["by"], "dana");
    assert_eq!(sandbox.run(&["import", "--undo", &number]).exit, 3, "it is taken back already");
    import(&sandbox, FILE);
    assert_eq!(keys(&sandbox), "HELP-1 HELP-2 ");
    sandbox.ok(&["db", "verify"]);
    sandbox.ok(&["db", "check"]);
}

#[test]
fn a_later_import_alone_can_be_taken_back_and_leaves_the_tickets_as_they_were() {
    let sandbox = Sandbox::new();
    let first = import(&sandbox, FILE);
    let before = sandbox.json(&["show", "HELP-2"]);
    let second = import(&sandbox, &FILE.replace("2,Labels are blank,Open", "2,Labels are white,Closed"));
    assert_eq!(sandbox.json(&["show", "HELP-2"])["stage"], "resolved");
    let refused = sandbox.run(&["import", "--undo", &first]);
    assert!(refused.exit == 5 || refused.exit == 4, "{} {}", refused.exit, refused.err);
    sandbox.ok(&["import", "--undo", &second]);
    let mut after = sandbox.json(&["show", "HELP-2"]);
    for changed in ["revision", "updated"] {
        after[changed] = before[changed].clone();
    }
    assert_eq!(after, before);
}

#[test]
fn an_import_is_not_taken_back_once_somebody_worked_on_it() {
    let sandbox = Sandbox::new();
    let number = import(&sandbox, FILE);
    sandbox.ok(&["assess", "HELP-1", "--handled-by", "support", "--trigger", "none"]);
    let refused = sandbox.run(&["import", "--undo", &number, "--json"]);
    let error: Value = serde_json::from_str(&refused.err).unwrap();
    assert!(error["error"]["message"].as_str().unwrap().contains("HELP-1"), "{error}");
    assert_eq!(keys(&sandbox), "HELP-1 HELP-2 ");
    for number in ["0", "1000", "-3"] {
        assert_ne!(sandbox.run(&["import", &format!("--undo={number}")]).exit, 0);
    }
    assert_eq!(sandbox.run(&["import", "--undo", "1", "desk.csv"]).exit, 2);
    assert_eq!(sandbox.run(&["import"]).exit, 2);
}
