//! Closing, reopening, complaints, handlers and promises (R7, R11, R24–R26), where a screen or a path was at fault once.

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
    "major",
    "--workaround",
    "Round by hand",
    "--impact",
    "one",
];

/// `CUS-1` is decided by these flags, and Support and the customer know.
fn decided(flags: &[&str]) -> Sandbox {
    let sandbox = Sandbox::escalated();
    sandbox.ok(&[&["eng-assess", "CUS-1"][..], &ASSESSED].concat());
    sandbox.ok(&[&["release", "CUS-1"][..], flags].concat());
    sandbox.ok(&["notify", "CUS-1", "--to", "support"]);
    sandbox.ok(&["notify", "CUS-1", "--to", "customer"]);
    sandbox
}

/// `CUS-1` is decided for a release that has not shipped.
fn promised() -> Sandbox {
    decided(&["--decision", "next-release", "--fix-version", "6"])
}

/// The refusal of a command, which must be for one of the rules in the way.
#[track_caller]
fn refused(sandbox: &Sandbox, arguments: &[&str], words: &str) {
    let ran = sandbox.run(arguments);
    assert!(ran.exit == 4 || ran.exit == 5, "{arguments:?}: {}{}", ran.out, ran.err);
    assert!(ran.err.contains(words), "{}", ran.err);
}

#[test]
fn a_bug_that_nobody_fixed_stays_on_the_open_bug_list() {
    for flags in [&["--decision", "next-release", "--fix-version", "6"][..], &["--decision", "backlog"]] {
        let sandbox = decided(flags);
        sandbox.ok(&["postmortem", "CUS-1"]);
        sandbox.ok(&["confirm", "CSD-1", "--resolved", "--note", "The workaround does"]);
        let owed = sandbox.json(&["show", "CUS-1"])["owed"].clone();
        assert!(owed.as_array().unwrap().iter().all(|duty| duty["rule"] != "R24"), "{owed}");
        refused(&sandbox, &["close", "CUS-1"], "R24");
        assert_eq!(sandbox.json(&["list", "open-bugs"])["items"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn a_fix_that_shipped_is_closed_as_fixed_and_for_no_other_reason() {
    let sandbox = promised();
    sandbox.ok(&["postmortem", "CUS-1"]);
    sandbox.ok(&["ship", "CUS-1"]);
    for reason in ["not-a-bug", "cannot-reproduce", "wont-fix", "withdrawn"] {
        refused(&sandbox, &["close", "CUS-1", "--resolution", reason, "--note", "n"], "R26");
    }
    sandbox.ok(&["notify", "CUS-1", "--to", "support"]);
    sandbox.ok(&["notify", "CUS-1", "--to", "customer"]);
    sandbox.ok(&["confirm", "CSD-1", "--resolved"]);
    assert_eq!(sandbox.json(&["close", "CUS-1"])["resolution"], "fixed");
}

#[test]
fn an_answer_is_worded_for_its_reason_and_never_as_a_fix() {
    for (reason, words) in [
        ("not-a-bug", "works as it is meant to"),
        ("cannot-reproduce", "could not make it happen"),
        ("wont-fix", "will not change the product"),
        ("withdrawn", "closed this report"),
    ] {
        let sandbox = promised();
        sandbox.ok(&["close", "CUS-1", "--resolution", reason, "--note", "n"]);
        sandbox.ok(&["notify", "CUS-1", "--to", "support"]);
        let told = sandbox.ok(&["notify", "CUS-1", "--to", "customer"]);
        assert!(told.contains(words) && told.contains("What helps: Round by hand"), "{told}");
        for wrong in ["available", "In the meantime", "Until then", "solves the issue"] {
            assert!(!told.contains(wrong), "{told}");
        }
        assert_eq!(sandbox.json(&["show", "CSD-1"])["stage"], "resolved");
    }
}

#[test]
fn a_complaint_before_the_fix_is_out_keeps_the_decision_for_everybody() {
    let sandbox = promised();
    let complained = sandbox.json(&["confirm", "CSD-1", "--not-resolved", "It is worse now"]);
    assert_eq!(complained["stage"], "escalated");
    let cus = sandbox.json(&["show", "CUS-1"]);
    assert_eq!((&cus["stage"], &cus["release"]["fix_version"]), (&json!("release-assessed"), &json!("6")));
    let owed = cus["owed"].as_array().unwrap();
    assert!(owed.iter().any(|duty| duty["rule"] == "R25" && duty["by"] == "engineering"), "{owed:?}");
    assert!(sandbox.ok(&["customer", "Acme"]).contains("open"));
    sandbox.ok(&["--role", "engineering", "comment", "CUS-1", "It is in 6"]);
    let owed = sandbox.json(&["show", "CUS-1"])["owed"].clone();
    assert!(owed.as_array().unwrap().iter().all(|duty| duty["rule"] != "R25"), "{owed}");
    sandbox.ok(&["ship", "--fix-version", "6"]);
}

#[test]
fn a_promise_follows_the_customer_to_the_original_and_slips_there() {
    let sandbox = promised();
    sandbox.ok(&["report", "--customer", "Birch", "--summary", "s", "--channel", "phone"]);
    sandbox.ok(&["assess", "CSD-2", "--handled-by", "engineering", "--trigger", "none"]);
    sandbox.ok(&["escalate", "CSD-2", "--priority", "medium", "--steps", "s"]);
    sandbox.ok(&["close", "CUS-1", "--resolution", "duplicate", "--of", "CUS-2", "--note", "n"]);
    let page = sandbox.ok(&["customer", "Acme"]);
    assert!(page.contains("told 6") && page.contains("1 open"), "{page}");
    assert!(sandbox.ok(&["plan", "6"]).contains("CSD-1"));
    sandbox.ok(&[&["eng-assess", "CUS-2"][..], &ASSESSED[..ASSESSED.len() - 1], &["some"]].concat());
    sandbox.ok(&["release", "CUS-2", "--decision", "next-release", "--fix-version", "7"]);
    let page = sandbox.ok(&["customer", "Acme"]);
    assert!(page.contains("1 slipped"), "{page}");
}

#[test]
fn a_promise_stays_with_a_customer_who_is_unlinked() {
    let sandbox = promised();
    sandbox.ok(&["report", "--customer", "Birch", "--summary", "s", "--channel", "phone"]);
    sandbox.ok(&["assess", "CSD-2", "--handled-by", "engineering", "--trigger", "none"]);
    sandbox.ok(&["escalate", "CSD-2", "--into", "CUS-1"]);
    sandbox.ok(&["unlink", "CSD-1", "--note", "Another bug"]);
    let page = sandbox.ok(&["customer", "Acme"]);
    assert!(page.contains("told 6") && page.contains("1 open"), "{page}");
}

#[test]
fn a_handler_closes_what_it_handles_and_gets_it_back() {
    let sandbox = Sandbox::new();
    sandbox.ok(&["report", "--customer", "Acme", "--summary", "s", "--channel", "phone"]);
    sandbox.ok(&["assess", "CSD-1", "--handled-by", "client-services", "--trigger", "none"]);
    let ran = sandbox.run(&["--role", "client-services", "close", "CSD-1", "--note", "Trained them"]);
    assert!(ran.exit == 4 && ran.err.contains("--message TEXT or --via CHANNEL"), "{}", ran.err);
    let ran = sandbox.run(&["--role", "product", "close", "CSD-1", "--note", "n"]);
    assert_eq!(ran.exit, 5, "{}", ran.err);
    assert!(ran.err.contains("client-services") && !ran.err.contains("--role"), "{}", ran.err);
    let closed =
        sandbox.json(&["--role", "client-services", "close", "CSD-1", "--note", "Trained them", "--via", "phone"]);
    assert_eq!(closed["stage"], "resolved");
    assert_eq!((&closed["last_word"], &closed["notices"][0]["via"]), (&json!("2026-03-02T08:00:00Z"), &json!("phone")));
    let open = sandbox.json(&["reopen", "CSD-1", "--note", "n"]);
    assert_eq!((&open["stage"], &open["handled_by"]), (&json!("handled"), &json!("client-services")));
}

#[test]
fn a_report_that_repeats_another_is_closed_as_its_duplicate() {
    let sandbox = Sandbox::new();
    for customer in ["Acme", "ACME", "Birch"] {
        sandbox.ok(&["report", "--customer", customer, "--summary", "s", "--channel", "phone"]);
    }
    let duplicate = |of: &'static str| ["close", "CSD-2", "--resolution", "duplicate", "--of", of, "--note", "n"];
    refused(&sandbox, &duplicate("CSD-2"), "CSD-2");
    refused(&sandbox, &duplicate("CSD-3"), "R7");
    let closed = sandbox.json(&duplicate("CSD-1"));
    assert_eq!((&closed["stage"], &closed["owed"]), (&json!("resolved"), &json!([])));
}

#[test]
fn nobody_who_was_told_nothing_counts_as_told() {
    let sandbox = Sandbox::escalated();
    sandbox.ok(&[&["eng-assess", "CUS-1"][..], &ASSESSED].concat());
    sandbox.ok(&["release", "CUS-1", "--decision", "patch", "--fix-version", "5.1.1"]);
    sandbox.ok(&["notify", "CUS-1", "--to", "support"]);
    let lost = "[notify.customer]\nvia = \"webhook\"\nurl = \"http://127.0.0.1:9/\"\n";
    let lost = sandbox.write("config.toml", lost);
    let mut command = sandbox.command();
    command.args(["notify", "CUS-1", "--to", "customer"]).env("CUS_CONFIG", &lost);
    assert_eq!(command.output().unwrap().status.code(), Some(8));
    let page = sandbox.ok(&["show", "CUS-1"]);
    assert!(page.contains("not told") && !page.contains("told, before"), "{page}");
    assert!(sandbox.json(&["show", "CSD-1"])["told"].is_null());
}
