//! Holds, names, keys, assignees and fixing tickets (R1, R2, R10, R37, R38), where a screen or a path was at fault once.

use serde_json::json;

use crate::sandbox::Sandbox;

/// Whether upgrades to that version are free, and what stands on standard error.
#[track_caller]
fn free(sandbox: &Sandbox, version: &str) -> (bool, String) {
    let ran = sandbox.run(&["can-upgrade", version]);
    assert!(ran.exit == 0 || ran.exit == 9, "{}", ran.err);
    assert_eq!(ran.exit == 0, ran.out == "No upgrade holds.\n", "{}", ran.out);
    (ran.exit == 0, ran.err)
}

#[test]
fn a_second_hold_frees_nothing() {
    let sandbox = Sandbox::escalated();
    sandbox.ok(&["hold", "CUS-1", "--note", "x"]);
    sandbox.ok(&["--role", "marketing", "hold", "CUS-1", "--product-version", "none", "--note", "typo"]);
    assert!(!free(&sandbox, "5.1").0);
    let lifted = ["hold", "CUS-1", "--lift", "--product-version", "5.1", "--note", "n"];
    let ran = sandbox.run(&lifted);
    assert_eq!(ran.exit, 4);
    assert!(ran.err.contains("lift all of its holds") && ran.err.contains("cus hold CUS-1 --lift"), "{}", ran.err);
}

#[test]
fn a_joiner_that_holds_another_version_frees_nothing() {
    let sandbox = Sandbox::escalated();
    sandbox.ok(&["hold", "CUS-1", "--product-version", "5.1", "--note", "n"]);
    sandbox.ok(&["report", "--customer", "Birch", "--summary", "s", "--channel", "phone"]);
    sandbox.ok(&["assess", "CSD-2", "--handled-by", "engineering", "--trigger", "none"]);
    let joined = sandbox.json(&["escalate", "CSD-2", "--into", "CUS-1", "--hold-upgrades", "--hold-version", "5.2"]);
    let versions: Vec<_> = joined["upgrade_holds"].as_array().unwrap().iter().map(|hold| &hold["version"]).collect();
    assert_eq!(versions, [&json!("5.1"), &json!("5.2")]);
    assert_eq!(joined["upgrade_hold"], joined["upgrade_holds"][0]);
    assert!(!free(&sandbox, "5.1").0 && !free(&sandbox, "5.2").0);
    assert_eq!(sandbox.json(&["list", "held"])["items"].as_array().unwrap().len(), 1);
    sandbox.ok(&["--role", "product", "hold", "CUS-1", "--lift", "--product-version", "v5.2.0", "--note", "n"]);
    assert!(!free(&sandbox, "5.1").0 && free(&sandbox, "5.2").0);
}

#[test]
fn a_version_is_held_however_it_is_spelt() {
    let sandbox = Sandbox::assessed();
    let held = ["--hold-upgrades", "--hold-version", "5.1 "];
    sandbox.ok(&[&["escalate", "CSD-1", "--priority", "low", "--steps", "s"][..], &held].concat());
    for version in ["5.1", "v5.1.0", "5.1.0.0", " 5.1", "V5.1", ""] {
        assert!(!free(&sandbox, version).0, "{version}");
    }
    let (is_free, told) = free(&sandbox, "5.10");
    assert!(is_free && told.contains("5.1 (CUS-1)"), "{told}");
    let json = sandbox.run(&["can-upgrade", "", "--json"]);
    assert!(json.exit == 9 && json.out.contains("\"can_upgrade\":false"), "{}", json.out);
}

#[test]
fn an_empty_version_is_never_free_and_never_all() {
    let sandbox = Sandbox::escalated();
    assert!(!free(&sandbox, " ").0);
    let ran = sandbox.run(&["hold", "CUS-1", "--product-version", "", "--note", "n"]);
    assert_eq!(ran.exit, 4, "{}", ran.err);
    sandbox.ok(&["hold", "CUS-1", "--product-version", "5.1", "--note", "n"]);
    let ran = sandbox.run(&["hold", "CUS-1", "--lift", "--product-version", "", "--note", "n"]);
    assert_eq!(ran.exit, 4, "{}", ran.err);
}

#[test]
fn reopening_says_that_the_holds_are_not_restored() {
    let sandbox = Sandbox::escalated();
    sandbox.ok(&["hold", "CUS-1", "--product-version", "5.1", "--note", "n"]);
    sandbox.ok(&["hold", "CUS-1", "--product-version", "5.2", "--note", "n"]);
    let told = sandbox.ok(&["close", "CUS-1", "--resolution", "wont-fix", "--note", "n"]);
    assert!(told.contains("CUS-1 no longer holds upgrades of 5.1, 5.2"), "{told}");
    let told = sandbox.ok(&["reopen", "CUS-1", "--note", "n"]);
    assert!(
        told.contains("upgrades of 5.1, 5.2 ended when it was closed and is not restored: cus hold CUS-1"),
        "{told}"
    );
}

/// `CSD-1` is reported by these flags.
fn report(sandbox: &Sandbox, customer: &str, version: &str) -> serde_json::Value {
    let summary = ["--summary", "s", "--channel", "phone", "--product-version", version];
    sandbox.json(&[&["report", "--customer", customer][..], &summary].concat())
}

#[test]
fn blanks_and_spelling_split_no_customer() {
    let sandbox = Sandbox::new();
    for (customer, version) in
        [(" Acme  Couriers", "v5.1 "), ("ACME couriers", "5.1.0"), ("acme\u{a0}couriers ", "V5.1")]
    {
        let csd = report(&sandbox, customer, version);
        assert_eq!((&csd["customer"], &csd["product_version"]), (&json!("Acme Couriers"), &json!("v5.1")));
    }
    let line = json!({ "do": "report", "customer": " acme Couriers ", "summary": "s", "channel": "email" });
    sandbox.run_with(&["batch"], &line.to_string());
    sandbox.write("t.csv", "Key,Customer,Summary,Status,Created\nHD-9,ACME  COURIERS,s,open,2024-01-02\n");
    sandbox.ok(&["import", "t.csv"]);
    for spelling in ["Acme Couriers", "acme couriers ", " ACME\tCOURIERS"] {
        let customer = sandbox.json(&["list", "--customer", spelling]);
        assert_eq!(customer["items"].as_array().unwrap().len(), 5, "{spelling}");
        assert!(sandbox.ok(&["customer", spelling]).contains("Acme Couriers"), "{spelling}");
    }
}

#[test]
fn lines_of_one_batch_spell_a_customer_as_the_first_of_them() {
    let sandbox = Sandbox::new();
    let line = |customer: &str| json!({ "do": "report", "customer": customer, "summary": "s", "channel": "email" });
    let lines = format!("{}\n{}\n", line("Acme"), line("ACME"));
    for keep_going in [&["batch"][..], &["batch", "--keep-going"]] {
        assert_eq!(sandbox.run_with(keep_going, &lines).exit, 0);
    }
    let all = sandbox.json(&["list"]);
    assert!(all["items"].as_array().unwrap().iter().all(|row| row["customer"] == "Acme"), "{all}");
}

#[test]
fn a_version_ships_and_is_planned_however_it_is_spelt() {
    let sandbox = Sandbox::escalated();
    let assessed = ["--cause", "c", "--started", "unknown", "--caused-by", "unknown", "--severity", "major"];
    let rest = ["--workaround", "none", "--impact", "one"];
    sandbox.ok(&[&["eng-assess", "CUS-1"][..], &assessed, &rest].concat());
    let decided = sandbox.json(&["release", "CUS-1", "--decision", "patch", "--fix-version", "V5.2 "]);
    assert_eq!(decided["release"]["fix_version"], "V5.2");
    for version in ["5.2", "v5.2.0", " 5.2.0.0"] {
        assert!(sandbox.ok(&["plan", version]).contains("CUS-1"), "{version}");
        let listed = sandbox.json(&["list", "--fix-version", version]);
        assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{version}");
    }
    let shipped = sandbox.json(&["ship", "--fix-version", "5.2.0"]);
    assert!(shipped["release"]["shipped"].is_string(), "{shipped}");
}

/// The tickets of a list, by their keys.
#[track_caller]
fn keys(sandbox: &Sandbox, arguments: &[&str]) -> String {
    sandbox.ok(&[arguments, &["--format", "keys"]].concat()).lines().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_mine_is_what_is_assigned_to_me_and_others_of_the_role_may_still_do_it() {
    let sandbox = Sandbox::escalated();
    assert_eq!(sandbox.json(&["show", "CSD-1"])["assignee"], "dana");
    let assigned = sandbox.json(&["assign", "CUS-1", "--to", "Eli"]);
    assert_eq!((&assigned["assignee"], &assigned["stage"]), (&json!("Eli"), &json!("escalated")));
    let engineer = ["--role", "engineering"];
    let mine = |name: &str| keys(&sandbox, &[&["--as", name, "next", "--mine"][..], &engineer].concat());
    assert_eq!((mine("eli").as_str(), mine("uma").as_str()), ("CUS-1", ""));
    assert_eq!(keys(&sandbox, &["--as", "uma", "next", "--role", "engineering"]), "CUS-1");
    assert_eq!(keys(&sandbox, &["list", "--assignee", "ELI"]), "CUS-1");
    assert_eq!(keys(&sandbox, &["list", "--mine"]), "CSD-1");
    let assess = ["eng-assess", "CUS-1", "--cause", "c", "--started", "unknown", "--caused-by", "unknown"];
    let rest = ["--severity", "minor", "--impact", "one", "--workaround", "none", "--as", "uma"];
    sandbox.ok(&[&assess[..], &rest, &engineer].concat());
    assert_eq!(mine("eli"), "CUS-1", "the decision is Eli's too");
    assert_eq!(sandbox.json(&["assign", "CUS-1", "--none"])["assignee"], serde_json::Value::Null);
    assert_eq!(sandbox.json(&["--as", "uma", "assign", "CUS-1", "--me"])["assignee"], "uma");
}

#[test]
fn an_assignment_says_exactly_once_to_whom() {
    let sandbox = Sandbox::escalated();
    let refused = |arguments: &[&str]| {
        let ran = sandbox.run(&[&["assign", "CUS-1"][..], arguments].concat());
        (ran.exit, ran.err)
    };
    let (exit, err) = refused(&[]);
    assert!(exit == 4 && err.contains("--to NAME or --me or --none"), "{err}");
    assert_eq!(refused(&["--to", "eli", "--none"]).0, 2);
    assert_eq!(refused(&["--none"]).0, 4, "nobody has it already");
    let both = r#"{"do":"assign","key":"CUS-1","to":"eli","me":true}"#;
    let ran = sandbox.run_with(&["batch", "-"], both);
    assert!(ran.exit == 8 && ran.out.contains("exactly one of"), "{}", ran.out);
    let lines = "{\"do\":\"assign\",\"key\":[\"CUS-1\",\"CSD-1\"],\"to\":\"eli\"}";
    assert_eq!(sandbox.run_with(&["batch", "-"], lines).exit, 0);
    assert_eq!(keys(&sandbox, &["list", "--assignee", "eli"]), "CSD-1 CUS-1");
}

#[test]
fn the_development_tickets_of_a_fix_are_shown_searched_listed_and_exported() {
    let sandbox = Sandbox::escalated();
    let assess = ["eng-assess", "CUS-1", "--cause", "c", "--started", "unknown", "--caused-by", "unknown"];
    sandbox.ok(&[&assess[..], &["--severity", "minor", "--impact", "one", "--workaround", "none"]].concat());
    let decided = ["release", "CUS-1", "--decision", "patch", "--fix-version", "5.1.1", "--fixed-by", "DEV-77"];
    assert_eq!(sandbox.json(&decided)["fixed_by"], json!(["DEV-77"]));
    let shipped = sandbox.json(&["ship", "CUS-1", "--fixed-by", "DEV-78", "--fixed-by", "dev-77"]);
    assert_eq!(shipped["fixed_by"], json!(["DEV-77", "DEV-78"]));
    assert!(sandbox.ok(&["show", "CUS-1"]).contains("fixed by           DEV-77, DEV-78"));
    assert!(sandbox.ok(&["search", "DEV-78"]).contains("CUS-1"));
    for (ticket, found) in [("dev-78", "CUS-1"), ("DEV-7", ""), ("DEV-77", "CUS-1")] {
        assert_eq!(keys(&sandbox, &["list", "--fixed-by", ticket]), found);
    }
    assert!(sandbox.ok(&["export", "--form", "csv", "CUS-1"]).contains("\"DEV-77, DEV-78\""));
    assert!(sandbox.ok(&["export", "--form", "md", "CUS-1"]).contains("DEV-78"));
}

#[test]
fn a_mistyped_desk_key_is_replaced_with_a_note_and_goes_on_finding_its_ticket() {
    let sandbox = Sandbox::new();
    let report = ["report", "--customer", "Acme", "--summary", "s", "--channel", "phone", "--csd", "SD-4281"];
    sandbox.ok(&report);
    let ran = sandbox.run(&["edit", "SD-4281", "--csd", "SD-4821"]);
    assert!(ran.exit == 4 && ran.err.contains("--note TEXT") && ran.err.contains("(R2)"), "{}", ran.err);
    sandbox.ok(&["edit", "SD-4281", "--csd", "SD-4821", "--note", "mistyped"]);
    assert_eq!(sandbox.json(&["show", "sd-4281"])["key"], "SD-4821");
    sandbox.ok(&["edit", "SD-4821", "--csd", "SD-4822", "--note", "again"]);
    assert_eq!(sandbox.json(&["show", "SD-4821"])["aliases"], json!(["SD-4281", "SD-4821"]));
    assert_eq!(sandbox.run(&report).exit, 4, "a key is never used twice");
}

/// Closed as fixed, with the postmortem unwritten where that may be.
fn closed(priority: &str) -> Sandbox {
    let sandbox = Sandbox::escalated();
    let lines = [
        format!(r#"{{"do":"edit","key":"CUS-1","priority":"{priority}","note":"n"}}"#),
        r#"{"do":"eng-assess","cus":"CUS-1","cause":"c","started":"unknown","caused_by":"unknown","severity":"minor","impact":"one","workaround":"none"}"#.to_owned(),
        r#"{"do":"release","cus":"CUS-1","decision":"patch","fix_version":"5.1.1"}"#.to_owned(),
        r#"{"do":"notify","cus":"CUS-1","owed":true}"#.to_owned(),
        r#"{"do":"postmortem","cus":"CUS-1"}"#.to_owned(),
        r#"{"do":"ship","cus":"CUS-1"}"#.to_owned(),
        r#"{"do":"notify","cus":"CUS-1","owed":true}"#.to_owned(),
        r#"{"do":"confirm","csd":"CSD-1","resolved":true}"#.to_owned(),
        r#"{"do":"close","key":"CUS-1"}"#.to_owned(),
    ];
    let ran = sandbox.run_with(&["batch", "-"], &lines[usize::from(priority == "medium")..].join("\n"));
    assert_eq!(ran.exit, 0, "{}{}", ran.out, ran.err);
    sandbox
}

#[test]
fn a_postmortem_and_its_actions_stay_owed_after_closing() {
    let sandbox = closed("high");
    let owed = |sandbox: &Sandbox| -> Vec<String> {
        let next = sandbox.json(&["next", "--all"]);
        let items = next["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| format!("{} {}", item["what"].as_str().unwrap(), item["fix"].as_str().unwrap()))
            .collect()
    };
    assert_eq!(owed(&sandbox), ["write-postmortem cus postmortem CUS-1"]);
    assert_eq!(sandbox.run(&["postmortem", "CUS-1"]).exit, 4, "nothing is given");
    let written = sandbox.json(&["postmortem", "CUS-1", "--root-cause", "no test", "--category", "tests"]);
    assert_eq!(written["postmortem"]["root_cause"], "no test");
    let added = sandbox.json(&["action", "add", "CUS-1", "Test it", "--owner", "eli", "--due", "2026-04-01"]);
    assert_eq!(added["postmortem"]["actions"][0]["due"], "2026-04-02T00:00:00Z");
    assert_eq!(owed(&sandbox), ["action cus action done CUS-1 1"]);
    let line = r#"{"do":"action add","cus":"CUS-1","text":"Write it down"}"#;
    assert_eq!(sandbox.run_with(&["batch", "-"], line).exit, 0);
    assert_eq!(keys(&sandbox, &["--as", "eli", "next", "--mine", "--role", "engineering"]), "CUS-1");
    assert_eq!(sandbox.json(&["action", "list", "--open"])["items"].as_array().unwrap().len(), 2);
    assert!(sandbox.ok(&["action", "list"]).contains("Write it down"));
    sandbox.ok(&["action", "done", "CUS-1", "1"]);
    let ran = sandbox.run(&["action", "drop", "CUS-1", "2"]);
    assert!(ran.exit == 4 && ran.err.contains("--note TEXT"), "{}", ran.err);
    sandbox.ok(&["action", "drop", "CUS-1", "2", "--note", "no time"]);
    assert!(owed(&sandbox).is_empty());
    let all = sandbox.json(&["action", "list", "CUS-1"]);
    let states: Vec<_> = all["items"].as_array().unwrap().iter().map(|item| item["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["done", "dropped"]);
    assert!(sandbox.ok(&["show", "CUS-1"]).contains("no test"));
}
