//! Words and what they settle (R21, R22, R29), where a screen or a path was at fault once.

use serde_json::json;

use crate::sandbox::Sandbox;

const ASSESSED: [&str; 12] = [
    "--cause",
    "c",
    "--started",
    "unknown",
    "--caused-by",
    "unknown",
    "--severity",
    "minor",
    "--workaround",
    "none",
    "--impact",
    "one",
];

/// `CUS-1` is decided by these flags, and nobody knows.
fn decided(flags: &[&str]) -> Sandbox {
    let sandbox = Sandbox::escalated();
    sandbox.ok(&[&["eng-assess", "CUS-1"][..], &ASSESSED].concat());
    sandbox.ok(&[&["release", "CUS-1"][..], flags].concat());
    sandbox
}

/// The text of the notice that a command gave.
#[track_caller]
fn told(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let ticket = sandbox.json(&[&["notify"][..], arguments].concat());
    ticket["notices"][0]["text"].as_str().unwrap().to_owned()
}

#[test]
fn own_words_stand_above_the_facts_and_never_in_their_place() {
    let sandbox = decided(&["--decision", "patch", "--fix-version", "5.1.1"]);
    let to_support = told(&sandbox, &["CUS-1", "--to", "support", "--message", "Will tell you soon"]);
    assert!(to_support.starts_with("Will tell you soon\n") && to_support.contains("5.1.1"), "{to_support}");
    let to_customer = told(&sandbox, &["CUS-1", "--to", "customer", "--message", "Still working on it."]);
    assert!(to_customer.starts_with("Still working on it.\n") && to_customer.contains("5.1.1"), "{to_customer}");
    assert!(sandbox.ok(&["plan", "5.1.1"]).contains("told 5.1.1"));
}

#[test]
fn an_interim_message_goes_alone_and_settles_nothing() {
    let sandbox = decided(&["--decision", "patch", "--fix-version", "5.1.1"]);
    let interim = |to: &str| told(&sandbox, &["CUS-1", "--to", to, "--interim", "--message", "Heads up"]);
    for to in ["support", "product", "marketing", "customer"] {
        assert_eq!(interim(to), "Heads up", "{to}");
    }
    assert_eq!(told(&sandbox, &["CUS-1", "--interim", "--message", "Soon"]), "Soon", "to each who is not answered");
    let cus = sandbox.json(&["show", "CUS-1"]);
    assert!(cus["owed"].as_array().unwrap().iter().any(|owed| owed["what"] == "tell-support"), "{}", cus["owed"]);
    let csd = sandbox.json(&["show", "CSD-1"]);
    assert_eq!((&csd["told"], &csd["last_word"]), (&json!(null), &json!("2026-03-02T08:00:00Z")));
    assert!(sandbox.ok(&["show", "CUS-1"]).contains("not told"));
    assert!(!sandbox.ok(&["plan", "5.1.1"]).contains("told 5.1.1 on"));
}

#[test]
fn a_customer_can_be_written_to_before_and_without_an_escalation() {
    let sandbox = Sandbox::new();
    sandbox.ok(&["report", "--customer", "Acme", "--summary", "s", "--channel", "phone"]);
    let hello = ["notify", "CSD-1", "--interim", "--message", "We have it"];
    sandbox.ok(&[&hello[..], &["--next-by", "+2h"]].concat());
    assert_eq!(sandbox.json(&["show", "CSD-1"])["last_word"], "2026-03-02T08:00:00Z");
    sandbox.ok(&["assess", "CSD-1", "--handled-by", "client-services", "--trigger", "none"]);
    sandbox.ok(&[&["--role", "client-services"][..], &hello].concat());
    let ran = sandbox.run(&[&["--role", "product"][..], &hello].concat());
    assert_eq!(ran.exit, 5, "{}", ran.err);
    let ran = sandbox.run(&[&hello[..], &["--next-by", "-2h"]].concat());
    assert!(ran.exit == 4 && ran.err.contains("--next-by"), "{}", ran.err);
    assert!(sandbox.ok(&["customer", "Acme"]).contains("We have it"));
}

#[test]
fn a_version_in_free_text_is_tentative_until_it_is_out() {
    let sandbox = decided(&["--decision", "backlog"]);
    let said = told(&sandbox, &["CSD-1", "--interim", "--message", "We expect the fix in version 5.4 in March."]);
    assert!(said.contains("TENTATIVE until it is available"), "{said}");
}

#[test]
fn nobody_waits_in_silence() {
    let sandbox = Sandbox::new();
    sandbox.ok(&["report", "--customer", "Acme", "--summary", "s", "--channel", "phone"]);
    let words = |arguments: &[&str]| {
        let duties = sandbox.json(&[&["next"][..], arguments].concat());
        let of_customers = duties["items"].as_array().unwrap().iter().filter(|duty| duty["what"] == "next-word");
        of_customers.cloned().collect::<Vec<_>>()
    };
    assert!(words(&[]).is_empty(), "it is shown in the last quarter of its time");
    let word = &words(&["--all"])[0];
    let expected =
        json!(["CSD-1", "CSD-1", "customer", "support", "R33", "2026-03-03T08:00:00Z", "cus notify CSD-1 --interim"]);
    assert_eq!(
        json!([word["ticket"], word["csd"], word["to"], word["by"], word["rule"], word["due"], word["fix"]]),
        expected
    );
    assert_eq!(words(&["--now", "2026-03-03T02:00:00Z"]).len(), 1);
    let csd = sandbox.json(&["show", "CSD-1"]);
    assert_eq!((&csd["next_word"], &csd["owed"][1]["what"]), (&json!("2026-03-03T08:00:00Z"), &json!("next-word")));
    sandbox.ok(&["notify", "CSD-1", "--interim", "--message", "We have it", "--next-by", "+2h"]);
    assert_eq!(sandbox.json(&["show", "CSD-1"])["next_word"], "2026-03-02T10:00:00Z");
    assert!(sandbox.ok(&["show", "CSD-1"]).contains("promised by"));
}

#[test]
fn a_team_that_turns_the_next_word_off_is_told_what_that_ends() {
    let sandbox = Sandbox::escalated();
    let change = sandbox.json(&["policy", "set", "next-word", "off"]);
    assert_eq!(change["ended"], json!(["CSD-1"]));
    assert_eq!(sandbox.json(&["show", "CSD-1"])["next_word"], json!(null));
    sandbox.ok(&["notify", "CSD-1", "--interim", "--message", "We are at it"]);
    assert_eq!(sandbox.json(&["show", "CSD-1"])["owed"], json!([]));
    sandbox.ok(&["policy", "set", "next-word", "2d"]);
    sandbox.ok(&["comment", "CUS-1", "Again"]);
    assert_eq!(sandbox.json(&["show", "CSD-1"])["next_word"], "2026-03-04T08:00:00Z");
    sandbox.ok(&["db", "verify"]);
}

#[test]
fn a_step_tells_at_once_what_it_makes_its_role_owe() {
    let sandbox = Sandbox::escalated();
    sandbox.ok(&[&["eng-assess", "CUS-1"][..], &ASSESSED].concat());
    let decide =
        ["--role", "engineering", "release", "CUS-1", "--decision", "patch", "--fix-version", "5.1.1", "--tell"];
    let decided = sandbox.json(&decide);
    assert_eq!(decided["notices"][0]["to"], "support");
    let owed = decided["owed"].as_array().unwrap().iter().map(|owed| owed["what"].as_str().unwrap());
    assert_eq!(owed.collect::<Vec<_>>(), ["tell-customer", "postmortem", "ship"]);
    let line = r#"{"do":"ship","cus":"CUS-1","tell":true,"role":"engineering"}"#;
    let ran = sandbox.run_with(&["batch", "-"], line);
    assert!(ran.exit == 0 && ran.out.contains("has shipped"), "{}", ran.out);
    sandbox.ok(&["db", "verify"]);
}
