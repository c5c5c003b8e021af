//! Dates and times as people give them, in the team's time zone and in the machine's (R16).

use serde_json::json;

use crate::sandbox::{Ran, Sandbox};

/// CUS-1 is assessed, and the team works in that zone.
fn assessed(zone: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.ok(&["policy", "set", "business.zone", zone]);
    sandbox.ok(&["report", "--customer", "Acme", "--summary", "Rates are zero", "--channel", "phone"]);
    sandbox.ok(&["assess", "CSD-1", "--handled-by", "engineering", "--trigger", "none"]);
    sandbox.ok(&["escalate", "CSD-1", "--priority", "medium", "--steps", "Rate a parcel."]);
    sandbox.ok(&[
        "eng-assess",
        "CUS-1",
        "--cause",
        "c",
        "--started",
        "unknown",
        "--caused-by",
        "unknown",
        "--severity",
        "minor",
        "--impact",
        "some",
        "--workaround",
        "none",
    ]);
    sandbox
}

fn promise(sandbox: &Sandbox, now: &str, date: &str) -> Ran {
    let decision = ["release", "CUS-1", "--decision", "patch", "--fix-version", "5.1.1", "--json"];
    sandbox.run(&[&decision[..], &["--now", now, "--target-date", date]].concat())
}

#[test]
fn a_promise_is_kept_until_the_end_of_its_day_where_the_team_is() {
    for (zone, shipped, outcome) in [
        ("America/Los_Angeles", "2026-03-11T01:30:00Z", "kept"),
        ("America/Los_Angeles", "2026-03-11T07:00:00Z", "late"),
        ("Asia/Tokyo", "2026-03-10T14:59:00Z", "kept"),
        ("Asia/Tokyo", "2026-03-10T15:00:00Z", "late"),
    ] {
        let sandbox = assessed(zone);
        assert_eq!(promise(&sandbox, "2026-03-02T08:00:00Z", "2026-03-10").exit, 0);
        sandbox.ok(&["notify", "CUS-1", "--to", "support"]);
        sandbox.ok(&["notify", "CUS-1", "--to", "customer"]);
        sandbox.ok(&["ship", "CUS-1", "--now", shipped]);
        let plan = sandbox.json(&["plan", "5.1.1", "--now", "2026-03-12T08:00:00Z"]);
        assert!(plan.to_string().contains(&format!("\"outcome\":\"{outcome}\"")), "{zone} {shipped}: {plan}");
    }
}

#[test]
fn what_was_promised_for_today_is_due_a_day_after_its_end() {
    let sandbox = assessed("America/Phoenix");
    assert_eq!(promise(&sandbox, "2026-03-02T08:00:00Z", "2026-03-10").exit, 0);
    let is_owed = |now| sandbox.ok(&["show", "CUS-1", "--json", "--now", now]).contains("\"what\": \"ship\"");
    assert!(!is_owed("2026-03-11T06:59:59Z") && is_owed("2026-03-11T07:00:00Z"));
    let cus = sandbox.json(&["show", "CUS-1", "--now", "2026-03-11T08:00:00Z"]);
    let ship = cus["owed"].as_array().unwrap().iter().find(|owed| owed["what"] == "ship");
    assert_eq!(ship.unwrap()["due"], "2026-03-12T07:00:00Z", "{cus}");
}

#[test]
fn a_target_date_is_today_or_later_and_can_be_relative() {
    // 01:30 on Tuesday 2026-03-03 in Greenwich is still Monday in Los Angeles.
    let now = "2026-03-03T01:30:00Z";
    for (text, day) in [
        ("today", "2026-03-02"),
        ("tomorrow", "2026-03-03"),
        ("friday", "2026-03-06"),
        ("+10d", "2026-03-12"),
        ("+2w", "2026-03-16"),
        ("2026-03-02", "2026-03-02"),
    ] {
        let ran = promise(&assessed("America/Los_Angeles"), now, text);
        assert_eq!(ran.exit, 0, "{text}: {}", ran.err);
        let cus: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(cus["release"]["target_date"], json!(day), "{text}");
    }
    let sandbox = assessed("America/Los_Angeles");
    for (text, exit) in [("2026-03-01", 4), ("yesterday", 4), ("-1d", 4), ("soon", 2), ("2026-02-30", 2)] {
        let ran = promise(&sandbox, now, text);
        assert_eq!(ran.exit, exit, "{text}: {}{}", ran.out, ran.err);
        let hints_at = if exit == 4 { "\"field\":\"target_date\"" } else { "+2w" };
        assert!(ran.err.contains(hints_at), "{text}: {}", ran.err);
    }
}

#[test]
fn a_local_time_that_the_clocks_skip_is_refused_and_nothing_becomes_unknown() {
    let sandbox = assessed("UTC");
    let assess = |started: &str| {
        let mut command = sandbox.command();
        command.env("TZ", "America/New_York").env("CUS_NOW", "2026-03-09T12:00:00Z");
        command.args(["eng-assess", "CUS-1", "--cause", "d", "--caused-by", "unknown", "--severity", "major"]);
        command.args(["--impact", "one", "--workaround", "none", "--json", "--started", started]);
        let output = command.output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    for skipped in ["2026-03-08T02:30", "2026-03-08 02:59:59", "9999-12-31T23:59:59-01:00"] {
        assert_eq!(assess(skipped).0, 2, "{skipped}");
    }
    assert_eq!(assess("-9000000d").0, 4);
    let (exit, cus) = assess("2026-03-08T03:00");
    assert!(exit == 0 && cus.contains("\"started\": \"2026-03-08T07:00:00Z\""), "{cus}");
}

#[test]
fn until_a_day_is_to_its_end_where_the_team_is() {
    let sandbox = Sandbox::new();
    sandbox.ok(&["policy", "set", "business.zone", "America/Los_Angeles"]);
    let report = ["report", "--customer", "Acme", "--summary", "s", "--channel", "phone", "--now"];
    sandbox.ok(&[&report[..], &["2026-03-03T07:59:00Z"]].concat());
    sandbox.ok(&[&report[..], &["2026-03-03T08:00:00Z"]].concat());
    let list = ["list", "--now", "2026-03-05T08:00:00Z", "--format", "keys", "--until"];
    assert_eq!(sandbox.ok(&[&list[..], &["2026-03-02"]].concat()), "CSD-1\n");
    assert_eq!(sandbox.ok(&[&list[..], &["yesterday"]].concat()).lines().count(), 2);
}

/// Runs a command by the machine's clock, and returns what it says beside its result.
fn by_the_clock(sandbox: &Sandbox, arguments: &[&str]) -> (String, String) {
    let output = sandbox.command().env_remove("CUS_NOW").args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_clock_that_was_set_back_is_said_and_hides_no_duty() {
    let sandbox = Sandbox::new();
    let ahead = ["--now", "2094-03-02T08:00:00Z"];
    sandbox.ok(&[&["report", "--customer", "Acme", "--summary", "s", "--channel", "phone"], &ahead[..]].concat());
    let (owed, said) = by_the_clock(&sandbox, &["next", "--all"]);
    assert!(owed.contains("CSD-1"), "{owed}");
    assert!(said.contains("clock is") && said.contains("behind the record") && said.lines().count() == 1, "{said}");
    let (_, said) =
        by_the_clock(&sandbox, &["assess", "CSD-1", "--handled-by", "engineering", "--trigger", "financial"]);
    assert_eq!(said.matches("behind the record").count(), 1, "{said}");
    let (shown, _) = by_the_clock(&sandbox, &["show", "CSD-1"]);
    assert!(shown.contains("due in 4 h") || shown.contains("due in 3 h 59 min"), "{shown}");
    let (_, said) = by_the_clock(&sandbox, &["next", "--all", "--json"]);
    assert_eq!(said, "");
}

#[test]
fn a_clock_that_is_far_ahead_is_said_by_what_writes() {
    let sandbox = Sandbox::new();
    sandbox.ok(&["report", "--customer", "Acme", "--summary", "s", "--channel", "phone"]);
    let (_, said) = by_the_clock(&sandbox, &["list"]);
    assert_eq!(said, "");
    let (_, said) = by_the_clock(&sandbox, &["comment", "CSD-1", "x"]);
    assert!(said.contains("is this machine's clock right?"), "{said}");
    let (_, said) = by_the_clock(&sandbox, &["comment", "CSD-1", "y"]);
    assert_eq!(said, "");
}

#[test]
fn a_row_that_is_dated_in_the_future_is_refused_and_named() {
    let sandbox = Sandbox::new();
    let rows = "key,customer,summary,status,created,channel\n\
                HD-1,Acme,Rates zero,open,2062-03-01T10:00:00Z,phone\n\
                HD-2,Acme,Login fails,open,2026-03-01T10:00:00Z,phone\n";
    sandbox.write("h.csv", rows);
    let ran = sandbox.run(&["import", "h.csv", "--csd", "HD"]);
    assert!(ran.exit == 8 && ran.err.contains("h.csv:2: ") && ran.err.contains("2062-03-01T10:00:00Z"), "{}", ran.err);
    assert_eq!(sandbox.ok(&["list", "--format", "keys"]), "HD-2\n");
}
