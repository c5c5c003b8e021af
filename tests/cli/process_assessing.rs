//! Assessing again, contradictions and the priority that severity and impact name (R13, R40), where a screen or a path was at
//! fault once.

use serde_json::json;

use crate::sandbox::Sandbox;
use crate::screen::Screen;

const ASSESS: [&str; 8] = ["eng-assess", "CUS-1", "--cause", "c", "--started", "unknown", "--caused-by", "unknown"];

/// `CUS-1` is assessed as minor, of one customer.
fn assessed() -> Sandbox {
    let sandbox = Sandbox::escalated();
    let found = ["--severity", "minor", "--impact", "one", "--workaround", "none", "--customers-affected", "1"];
    sandbox.ok(&[&ASSESS[..], &found].concat());
    sandbox
}

#[test]
fn again_it_takes_what_changes_and_keeps_the_rest() {
    let sandbox = assessed();
    let again = sandbox.json(&["eng-assess", "CSD-1", "--workaround", "restart"]);
    let names = ["cause", "started", "caused_by", "severity", "impact", "workaround", "customers_affected"];
    let kept = names.map(|name| again["assessment"][name].clone());
    assert_eq!(json!(kept), json!(["c", "unknown", "unknown", "minor", "one", "restart", 1]));
    let line = r#"{"do":"eng-assess","cus":"CUS-1","caused_by":"DEV-7"}"#;
    assert_eq!(sandbox.run_with(&["batch", "-"], line).exit, 0);
    let ticket = sandbox.json(&["show", "CUS-1"]);
    let kept = ["caused_by", "workaround"].map(|name| ticket["assessment"][name].clone());
    assert_eq!(json!(kept), json!(["DEV-7", "restart"]));
    for nothing in [&["eng-assess", "CUS-1"][..], &["eng-assess", "CUS-1", "--severity", "minor", "--note", "n"]] {
        let ran = sandbox.run(nothing);
        assert!(ran.exit == 4 && ran.err.contains("changes nothing") && ran.err.contains("R13"), "{}", ran.err);
    }
}

#[test]
fn the_prompts_are_filled_in_with_what_was_found() {
    let sandbox = assessed();
    let mut screen = Screen::start(&sandbox, (24, 80), &["eng-assess", "CUS-1"]);
    screen.answer("Cause › c", " and d\r").answer("Started › unknown", "\r").answer("Introduced by › unknown", "\r");
    screen.wait_for("a main function fails").press("\r").answer("Workaround › none", "\r");
    screen.wait_for("one customer").press("\r").answer("customers affected › 1", "\r");
    screen.answer("Save?", "y").ends(0);
    let ticket = sandbox.json(&["show", "CUS-1"]);
    let kept = ["cause", "severity", "impact"].map(|name| ticket["assessment"][name].clone());
    assert_eq!(json!(kept), json!(["c and d", "minor", "one"]));
}

#[test]
fn contradictions_are_refused_with_the_flag_that_is_wrong() {
    let sandbox = Sandbox::escalated();
    let known = ["eng-assess", "CUS-1", "--cause", "c", "--caused-by", "unknown", "--severity", "minor", "--json"];
    for (found, field, message) in [
        (["--impact", "one", "--customers-affected", "500", "--started", "unknown"], "impact", "500 customers"),
        (["--impact", "some", "--customers-affected", "0", "--started", "unknown"], "customers_affected", "linked"),
        (["--impact", "some", "--customers-affected", "2", "--started", "tomorrow"], "started", "future"),
    ] {
        let ran = sandbox.run(&[&known[..], &["--workaround", "none"], &found].concat());
        let error: serde_json::Value = serde_json::from_str(&ran.err).unwrap();
        let failure = &error["error"]["failures"][0];
        assert_eq!((ran.exit, &failure["field"], &failure["rule"]), (4, &json!(field), &json!("R13")), "{error}");
        assert!(failure["message"].as_str().unwrap().contains(message), "{error}");
    }
}

#[test]
fn a_join_that_contradicts_is_let_through_and_shown() {
    let sandbox = assessed();
    sandbox.ok(&["report", "--customer", "Birch", "--summary", "s", "--channel", "phone"]);
    sandbox.ok(&["assess", "CSD-2", "--handled-by", "engineering", "--trigger", "none"]);
    let joined = sandbox.ok(&["escalate", "CSD-2", "--into", "CUS-1"]);
    assert!(joined.contains("2 customers are linked") && joined.contains("cus eng-assess CUS-1"), "{joined}");
    assert!(sandbox.ok(&["show", "CUS-1"]).contains("to be put right"));
    let shown = sandbox.json(&["show", "CUS-1"]);
    assert_eq!(shown["assessment"]["contradictions"].as_array().unwrap().len(), 2);
    assert_eq!(sandbox.run(&["eng-assess", "CUS-1", "--cause", "d"]).exit, 4);
    let right = sandbox.json(&["eng-assess", "CUS-1", "--impact", "some", "--customers-affected", "2"]);
    assert_eq!(right["assessment"]["contradictions"], json!([]));
}

#[test]
fn a_severe_bug_is_raised_unless_a_note_says_why_not() {
    let sandbox = Sandbox::escalated();
    sandbox.ok(&["edit", "CUS-1", "--priority", "low", "--note", "n"]);
    let found = ["--severity", "outage", "--impact", "large", "--workaround", "none"];
    let ran = sandbox.run(&[&ASSESS[..], &found, &["--keep-priority"]].concat());
    assert!(ran.exit == 4 && ran.err.contains("--note TEXT") && ran.err.contains("R40"), "{}", ran.err);
    let kept = sandbox.json(&[&ASSESS[..], &found, &["--keep-priority", "--note", "a test system"]].concat());
    assert_eq!(kept["priority"], "low");
    let raised = sandbox.json(&["eng-assess", "CUS-1", "--workaround", "restart"]);
    assert_eq!(raised["priority"], "high");
    assert!(raised["owed"].as_array().unwrap().iter().any(|owed| owed["rule"] == "R14"), "{raised}");
    let log = sandbox.ok(&["log", "CUS-1"]);
    for said in ["priority kept", "a test system", "priority raised to high"] {
        assert!(log.contains(said), "{log}");
    }
    sandbox.ok(&["policy", "set", "matrix.major.some", "critical"]);
    let again = ["eng-assess", "CUS-1", "--severity", "major", "--impact", "some", "--workaround", "none"];
    assert_eq!(sandbox.json(&again)["priority"], "critical");
}

#[test]
fn the_levels_are_explained_in_the_help() {
    let help = Sandbox::new().ok(&["eng-assess", "--help"]);
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for level in ["a main function fails", "it works with effort", "it only looks wrong", "many, or a large one"] {
        assert!(help.contains(level), "{level}: {help}");
    }
}
