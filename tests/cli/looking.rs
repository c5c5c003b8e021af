//! Looking: what is owed, found, promised and reckoned, as people and programs read it.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

const WALKTHROUGH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/walkthrough.jsonl");
const LATER: &str = "2026-05-08T10:00:00Z";

/// The story of the README, and a clock that stands after it.
fn told() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.ok(&["batch", "--create", WALKTHROUGH, "--format", "keys"]);
    sandbox
}

fn keys(items: &Value) -> Vec<&str> {
    items["items"].as_array().unwrap().iter().map(|item| item["key"].as_str().unwrap()).collect()
}

#[test]
fn a_changed_policy_serves_what_is_owed_from_then_on() {
    let sandbox = Sandbox::assessed();
    sandbox.ok(&["escalate", "CSD-1", "--priority", "critical", "--steps", "Rate a parcel."]);
    let due = |key: &str| sandbox.json(&["show", key])["owed"][0]["due"].clone();
    assert_eq!(due("CUS-1"), "2026-03-02T12:00:00Z");
    let set = sandbox.json(&["policy", "set", "eng-assess.critical", "90m"]);
    assert_eq!(set["items"], json!([{ "key": "eng-assess.critical", "value": "90m" }]));
    assert_eq!(due("CUS-1"), "2026-03-02T12:00:00Z", "a change moves nothing that is owed");
    sandbox.ok(&["report", "--customer", "Birch", "--summary", "Again", "--channel", "email"]);
    sandbox.ok(&["assess", "CSD-2", "--handled-by", "engineering", "--trigger", "none"]);
    sandbox.ok(&["escalate", "CSD-2", "--priority", "critical", "--steps", "Rate a parcel."]);
    assert_eq!(due("CUS-2"), "2026-03-02T09:30:00Z");
    let log = sandbox.ok(&["log", "--format", "jsonl"]);
    let change: Value = log
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .find(|event| event["ticket"].is_null())
        .unwrap();
    assert_eq!(
        (&change["type"], &change["actor"], &change["data"]["value"]),
        (&json!("policy-set"), &json!("dana"), &json!("90m"))
    );
}

#[test]
fn business_hours_are_a_policy() {
    let sandbox = Sandbox::new();
    for (key, value) in [("business.zone", "Europe/Berlin"), ("business.holidays", "2026-03-03"), ("hours", "business")]
    {
        sandbox.ok(&["policy", "set", key, value]);
    }
    // Monday 2026-03-02, 09:00 in Berlin; three working days later is Friday, since Tuesday is a holiday.
    sandbox.ok(&["policy", "set", "assess", "3d"]);
    sandbox.ok(&["report", "--customer", "Acme", "--summary", "Rates are zero", "--channel", "phone"]);
    assert_eq!(sandbox.json(&["show", "CSD-1"])["owed"][0]["due"], "2026-03-06T08:00:00Z");
}

#[test]
fn a_policy_that_cannot_be_is_refused_and_nothing_is_written() {
    let sandbox = Sandbox::new();
    for arguments in [["eng-asess.critical", "4h"], ["eng-assess.critical", "soon"], ["hours", "never"]] {
        let ran = sandbox.run(&["policy", "set", arguments[0], arguments[1]]);
        assert_eq!(ran.exit, 2, "{}", ran.err);
    }
    let ran = sandbox.run(&["policy", "set", "eng-asess.critical", "4h"]);
    assert!(ran.err.contains("hint: cus policy get eng-assess.critical"), "{}", ran.err);
    sandbox.ok(&["policy", "set", "close", "2d", "--dry-run"]);
    assert_eq!(sandbox.events(), 0);
}

#[test]
fn a_batch_sets_the_policy_and_later_lines_have_it() {
    let sandbox = Sandbox::new();
    let lines = concat!(
        r#"{"do":"policy set","key":"assess","duration":"2h"}"#,
        "\n",
        r#"{"do":"report","customer":"Acme","summary":"Rates","channel":"phone"}"#,
        "\n",
    );
    let ran = sandbox.run_with(&["batch", "-"], lines);
    assert_eq!(ran.exit, 0, "{}{}", ran.out, ran.err);
    assert_eq!(sandbox.json(&["show", "CSD-1"])["owed"][0]["due"], "2026-03-02T10:00:00Z");
}

#[test]
fn words_are_found_in_every_text_of_a_ticket_and_its_customers() {
    let sandbox = told();
    let found = |text: &str| {
        let found = sandbox.json(&["search", text]);
        keys(&found).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(found("invoices"), ["CUS-1", "CSD-3"], "a customer's summary is found in the CUS ticket too");
    assert_eq!(found("surcharge MIGRATION"), ["CUS-1"], "a cause, whatever the case of the letters");
    assert_eq!(found("invoices surcharge"), ["CUS-1"], "words may stand in different texts");
    assert_eq!(found("surcharge dispatcher"), Vec::<String>::new());
    assert_eq!(found("invoic"), ["CUS-1", "CSD-3"], "where no text has the word, one that begins so");
    assert_eq!(found("cus-2")[0], "CUS-2", "a key comes first");
    assert_eq!(sandbox.run(&["search", "zebra"]).out, "No matches.\n");
}

#[test]
fn any_input_to_a_search_is_words() {
    let sandbox = told();
    let nasty = [
        "\"",
        "(",
        "AND",
        "NOT rates",
        "rates*",
        "NEAR(a b)",
        "-x",
        "--",
        "'; DROP TABLE event; --",
        "\u{202e}",
        "*",
        "^rates",
        "text:rates",
        "{a b}",
    ];
    for text in nasty {
        let ran = sandbox.run(&["search", "--json", "--", text]);
        assert_eq!(ran.exit, 0, "{text}: {}", ran.err);
    }
}

#[test]
fn a_search_that_ranked_the_best_texts_only_says_that_there_may_be_more() {
    let sandbox = Sandbox::new();
    let report = |customer: &str, summary: &str| {
        sandbox.ok(&["report", "--customer", customer, "--summary", summary, "--channel", "email"])
    };
    report("Acme", "Rates are zero");
    report("Birch", "The printer prints twice");
    for _ in 0..50 {
        sandbox.ok(&["comment", "CSD-2", "the rates again"]);
    }
    let found = sandbox.ok(&["search", "rates"]);
    // What stands in a summary comes before whatever is newer.
    assert!(found.lines().nth(1).is_some_and(|line| line.starts_with("CSD-1 ")), "{found}");
    assert!(found.contains("CSD-2") && found.contains("perhaps more: --limit N"), "{found}");
    assert!(!sandbox.ok(&["search", "printer"]).contains("more"));
}

#[test]
fn a_search_shows_the_words_around_what_was_found() {
    let sandbox = told();
    let found = sandbox.json(&["search", "surcharge"]);
    let hit = &found["items"][0];
    assert_eq!((&hit["found_in"], &hit["field"]), (&json!("CUS-1"), &json!("cause")));
    assert!(hit["snippet"].as_str().unwrap().contains("drops the surcharge of old tariffs"), "{hit}");
}

#[test]
fn a_report_names_the_open_ticket_that_it_looks_like() {
    let sandbox = Sandbox::new();
    let report = |customer: &str, summary: &str| {
        sandbox.json(&[
            "report",
            "--customer",
            customer,
            "--summary",
            summary,
            "--channel",
            "phone",
            "--product-version",
            "5.1",
        ])
    };
    assert_eq!(report("Acme", "Rates are zero since the upgrade")["look_alikes"], Value::Null);
    sandbox.ok(&["assess", "CSD-1", "--handled-by", "engineering", "--trigger", "after-upgrade"]);
    sandbox.ok(&["escalate", "CSD-1", "--priority", "high", "--steps", "Rate a parcel."]);
    assert_eq!(report("Birch", "The printer is on fire")["look_alikes"], Value::Null);
    let alike = &report("Cedar", "Zero rates after the upgrade")["look_alikes"];
    assert_eq!(alike[0]["key"], "CUS-1");
    assert_eq!(alike[0]["fix"], "cus escalate CSD-3 --into CUS-1");
    let hold = alike[1]["fix"].as_str().unwrap();
    assert_eq!(hold, "cus hold CUS-1 --product-version 5.1");
    sandbox.ok(&["hold", "CUS-1", "--product-version", "5.1", "--note", "Rates are zero"]);
    let alike = &report("Dogwood", "Rates are zero after the upgrade")["look_alikes"];
    assert_eq!(alike.as_array().unwrap().len(), 1, "a version that is held is not offered again: {alike}");
}

#[test]
fn a_report_that_names_the_causing_ticket_finds_its_cus_ticket() {
    let sandbox = Sandbox::escalated();
    sandbox.ok(&[
        "eng-assess",
        "CUS-1",
        "--cause",
        "A rollout",
        "--started",
        "unknown",
        "--caused-by",
        "DEPLOY-77",
        "--severity",
        "major",
        "--impact",
        "one",
        "--workaround",
        "none",
    ]);
    let reported = sandbox.json(&[
        "report",
        "--customer",
        "Birch",
        "--summary",
        "Nothing prints",
        "--channel",
        "email",
        "--description",
        "It began with DEPLOY-77, they say.",
    ]);
    assert_eq!(reported["look_alikes"][0]["key"], "CUS-1");
    let other = sandbox.json(&[
        "report",
        "--customer",
        "Birch",
        "--summary",
        "Nothing prints",
        "--channel",
        "email",
        "--description",
        "DEPLOY-78",
    ]);
    assert_eq!(other["look_alikes"], Value::Null);
}

#[test]
fn what_is_stuck_is_listed_with_its_reason_and_is_what_each_ticket_says_of_itself() {
    let sandbox = told();
    for now in ["2026-04-03T12:00:00Z", "2026-04-05T12:00:00Z", "2026-04-07T12:00:00Z", LATER] {
        let all = sandbox.json(&["list", "--now", now, "--sort", "key"]);
        let say_so: Vec<&Value> =
            all["items"].as_array().unwrap().iter().filter(|item| !item["stuck"].is_null()).collect();
        let listed = sandbox.json(&["list", "stuck", "--now", now, "--sort", "key"]);
        assert_eq!(listed["items"].as_array().unwrap().iter().collect::<Vec<_>>(), say_so, "{now}");
    }
    let table = sandbox.ok(&["list", "stuck", "--now", LATER]);
    assert!(table.contains("waits for engineering alone"), "{table}");
    let stuck = sandbox.json(&["list", "stuck", "--now", LATER]);
    assert_eq!(stuck["items"][0]["stuck"]["reason"], "waiting-on-one-role");
}

#[test]
fn the_users_own_filters_are_flags_with_a_name() {
    let sandbox = told();
    let config = sandbox.write("config.toml", concat!(
        "[filters]\nover = \"--stage resolved,closed\"\nfalcon = \"over --customer 'Falcon Couriers' --kind csd\"\n",
        "wrong = \"--stage nowhere\"\nloop = \"loop\"\n",
    ));
    let run = |arguments: &[&str]| {
        let output = sandbox.command().env("CUS_CONFIG", &config).args(arguments).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    assert_eq!(run(&["list", "over", "--format", "keys", "--sort", "key"]).1, "CSD-1\nCSD-2\nCSD-3\nCUS-1\n");
    assert_eq!(run(&["list", "falcon", "--format", "keys"]).1, "CSD-1\n");
    assert_eq!(
        run(&["list", "over", "--stage", "reported", "--format", "keys"]).1,
        "CSD-5\n",
        "the command line goes first"
    );
    assert_eq!(run(&["list", "wrong"]).0, 2);
    assert_eq!(run(&["list", "loop", "--format", "keys"]).0, 0);
    let (exit, _, error) = run(&["list", "falkon"]);
    assert_eq!(exit, 3);
    assert!(error.contains("hint: cus list falcon"), "{error}");
}

#[test]
fn unknown_words_suggest_the_nearest() {
    let sandbox = told();
    for (arguments, exit, hint) in [
        (vec!["list", "open-bug"], 3, "cus list open-bugs"),
        (vec!["list", "--stage", "postmorten"], 2, "postmortem"),
        (vec!["list", "--prioriti", "high"], 2, "--priority"),
        (vec!["customer", "Falkon Couriers"], 3, "cus customer 'Falcon Couriers'"),
        (vec!["plan", "9.9"], 3, "cus list"),
        (vec!["list", "--customer", "Falkon Couriers"], 0, "cus list --customer 'Falcon Couriers'"),
    ] {
        let ran = sandbox.run(&arguments);
        assert_eq!(ran.exit, exit, "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(hint), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn a_plan_shows_every_promise_and_what_became_of_it() {
    let sandbox = told();
    let old = sandbox.json(&["plan", "5.2"]);
    let promise = &old["items"][0]["promises"][0];
    assert_eq!((&promise["outcome"], &promise["slipped_to"]), (&json!("slipped"), &json!("5.3")));
    assert_eq!(old["items"][0]["on_version"], false);
    let new = sandbox.json(&["plan", "5.3"]);
    let outcomes: Vec<&Value> = new["items"][0]["promises"].as_array().unwrap().iter().map(|p| &p["outcome"]).collect();
    assert_eq!(outcomes, ["kept", "kept"]);
    assert_eq!(promise["target_date"], "2026-03-16");
}

#[test]
fn a_version_slips_in_one_transaction() {
    let sandbox = Sandbox::escalated();
    sandbox.ok(&["report", "--customer", "Birch", "--summary", "Labels", "--channel", "email"]);
    sandbox.ok(&["assess", "CSD-2", "--handled-by", "engineering", "--trigger", "none"]);
    sandbox.ok(&["escalate", "CSD-2", "--priority", "low", "--steps", "Print."]);
    for cus in ["CUS-1", "CUS-2"] {
        sandbox.ok(&[
            "eng-assess",
            cus,
            "--cause",
            "c",
            "--started",
            "unknown",
            "--caused-by",
            "unknown",
            "--severity",
            "minor",
            "--impact",
            "one",
            "--workaround",
            "none",
        ]);
        sandbox.ok(&["release", cus, "--decision", "next-release", "--fix-version", "8.2"]);
    }
    let missing = sandbox.run(&["plan", "8.2", "--slip-to", "8.3", "--no-input"]);
    assert_eq!(missing.exit, 4, "{}", missing.err);
    assert!(missing.err.contains("--note"), "{}", missing.err);
    let before = sandbox.events();
    sandbox.ok(&["plan", "8.2", "--slip-to", "8.3", "--note", "late", "--dry-run"]);
    assert_eq!(sandbox.events(), before);
    let slipped =
        sandbox.json(&["plan", "8.2", "--slip-to", "8.3", "--target-date", "2026-06-01", "--note", "late", "--notify"]);
    assert_eq!(keys(&slipped)[..2], ["CUS-1", "CUS-2"]);
    assert_eq!(slipped["items"][0]["release"]["fix_version"], "8.3");
    let notices = slipped["items"][0]["notices"].as_array().unwrap();
    assert_eq!(notices.len(), 4, "Support and the customer of each");
    assert!(
        notices
            .iter()
            .filter(|notice| notice["to"] == "customer")
            .all(|notice| notice["text"].as_str().unwrap().contains("TENTATIVE"))
    );
    let nothing = sandbox.run(&["plan", "8.2", "--slip-to", "8.4", "--note", "late"]);
    assert_eq!(nothing.exit, 4);
    assert_eq!(sandbox.run(&["plan", "8.3", "--slip-to", "8.4", "--note", "x", "--role", "support"]).exit, 5);
    let line = r#"{"do":"plan","version":"8.3","slip_to":"8.4","note":"later"}"#;
    assert_eq!(sandbox.run_with(&["batch", "-"], line).exit, 0);
    assert_eq!(sandbox.json(&["show", "CUS-2"])["release"]["fix_version"], "8.4");
}

#[test]
fn a_customers_page_tells_what_was_promised_and_said_last() {
    let sandbox = told();
    let page = sandbox.json(&["customer", "falcon couriers", "--now", LATER]);
    assert_eq!(page["customer"], "Falcon Couriers");
    assert_eq!(keys(&page), ["CSD-5", "CSD-1"], "what is open comes first");
    let issue = &page["items"][1];
    assert_eq!(issue["promises"].as_array().unwrap().len(), 2);
    assert!(issue["last_told"]["text"].as_str().unwrap().contains("available in version 5.3"));
    let text = sandbox.ok(&["customer", "Falcon Couriers", "--now", LATER]);
    assert!(text.contains("2 issues, 1 open; promises: 0 open, 1 kept, 0 late, 1 slipped, 0 dropped"), "{text}");
}

#[test]
fn a_handover_sums_up_a_shift_for_each_role() {
    let sandbox = told();
    let late = sandbox.json(&["handover", "--since", "8h", "--now", LATER]);
    assert_eq!((&late["since"], &late["until"]), (&json!("2026-05-08T02:00:00Z"), &json!("2026-05-08T18:00:00Z")));
    let support = late["items"].as_array().unwrap().iter().find(|item| item["role"] == "support").unwrap();
    let overdue = support["overdue"].as_array().unwrap().iter();
    let fixes: Vec<&str> = overdue.map(|duty| duty["fix"].as_str().unwrap()).collect();
    assert_eq!(fixes, ["cus notify CSD-4 --interim", "cus assess CSD-5", "cus notify CSD-5 --interim"]);
    let long = sandbox.json(&["handover", "--since", "2026-04-01", "--now", LATER]);
    let product = long["items"].as_array().unwrap().iter().find(|item| item["role"] == "product").unwrap();
    assert_eq!(product["done"].as_array().unwrap().len(), 1, "closed CUS-1");
    let md = sandbox.ok(&["handover", "--form", "md", "--since", "2026-04-01", "--now", LATER]);
    assert!(md.starts_with("## Handover, 2026-04-01 00:00 to 2026-05-08 10:00\n"), "{md}");
    let mine = sandbox.ok(&["handover", "--role", "support", "--now", LATER]);
    assert!(mine.contains("support") && !mine.contains("engineering"), "{mine}");
    assert_eq!(sandbox.run(&["handover", "--since", "2030-01-01"]).exit, 2);
    let old = r#"{"do":"report","customer":"Acme","summary":"s","channel":"phone","now":"2026-01-01T00:00:00Z"}"#;
    sandbox.run_with(&["batch"], old);
    let after = sandbox.json(&["handover", "--since", "2026-04-01", "--now", LATER]);
    let product = after["items"].as_array().unwrap().iter().find(|item| item["role"] == "product").unwrap();
    assert_eq!(product["done"].as_array().unwrap().len(), 1, "what was recorded later of an earlier day hides nothing");
}

#[test]
fn a_length_of_time_since_is_one_before_now() {
    let sandbox = Sandbox::assessed();
    let keys = |since: &str| sandbox.ok(&["list", "--format", "keys", "--since", since]).lines().count();
    assert_eq!((keys("2h"), keys("-2h")), (keys("2000-01-01"), keys("2h")));
    assert!(sandbox.ok(&["list", "--limit", &u64::MAX.to_string()]).contains("CSD-1"));
}

#[test]
fn figures_are_the_same_in_every_format() {
    let sandbox = told();
    let figures = sandbox.json(&["stats", "--now", LATER]);
    let all = &figures["items"][0];
    assert_eq!(
        (&all["arrived"], &all["escalated"], &all["returned"], &all["closed"], &all["slipped"]),
        (&json!(5), &json!(2), &json!(1), &json!(1), &json!(1))
    );
    assert_eq!(all["first_time_acceptance"], 0.5);
    assert_eq!(all["items_accepted"]["steps"]["wanting"], 1);
    let csv = sandbox.ok(&["stats", "--format", "csv", "--now", LATER]);
    for time in all["times"].as_array().unwrap().iter().filter(|time| time["count"] != 0) {
        let line = format!(",{}.median_seconds,{}\n", time["what"].as_str().unwrap(), time["median_seconds"]);
        assert!(csv.contains(&line), "{line} in {csv}");
    }
    let assessed = all["times"].as_array().unwrap().iter().find(|time| time["what"] == "eng-assess").unwrap();
    assert_eq!((&assessed["count"], &assessed["in_time"]), (&json!(2), &json!(0.5)));
    for by in ["month", "customer", "priority", "version", "role"] {
        let grouped = sandbox.json(&["stats", "--by", by, "--now", LATER]);
        let arrived: u64 =
            grouped["items"].as_array().unwrap().iter().map(|item| item["arrived"].as_u64().unwrap()).sum();
        assert_eq!(arrived, 5, "{by}");
    }
    let since = sandbox.json(&["stats", "--since", "2026-04-01", "--now", LATER]);
    assert_eq!(since["items"][0]["arrived"], 1);
    assert!(sandbox.ok(&["stats", "--now", LATER]).contains("█"));
}

#[test]
fn figures_of_a_span_end_where_it_ends() {
    let sandbox = told();
    let arrived = |span: &[&str]| {
        let stats = sandbox.json(&[&["stats", "--now", LATER], span].concat());
        stats["items"].as_array().unwrap().iter().map(|item| item["arrived"].as_u64().unwrap()).sum::<u64>()
    };
    let parts = ["--until 2026-03-31", "--since 2026-04-01"].map(|part| part.split(' ').collect::<Vec<_>>());
    assert_eq!(parts.iter().map(|part| arrived(part)).sum::<u64>(), arrived(&[]));
    assert!(arrived(&parts[0]) > 0 && arrived(&parts[1]) > 0);
    let backwards = sandbox.run(&["stats", "--since", "2026-04-01", "--until", "2026-03-01", "--now", LATER]);
    assert_eq!(backwards.exit, 2, "{}", backwards.err);
}

#[test]
fn duties_that_are_late_or_ended_otherwise_are_counted() {
    let sandbox = Sandbox::assessed();
    let times = |now: &str| sandbox.json(&["stats", "--now", now])["items"][0]["times"].clone();
    let late = times("2026-05-01T08:00:00Z");
    assert_eq!(
        (&late[1]["what"], &late[1]["count"], &late[1]["late"], &late[1]["in_time"], &late[1]["median_seconds"]),
        (&json!("escalate"), &json!(0), &json!(1), &json!(0.0), &Value::Null)
    );
    sandbox.ok(&["escalate", "CSD-1", "--priority", "high", "--steps", "Rate a parcel."]);
    sandbox.ok(&["return", "CUS-1", "--missing", "steps", "--note", "Which parcel?", "--role", "engineering"]);
    let ended = times("2026-03-02T09:00:00Z");
    let assessment = ended.as_array().unwrap().iter().find(|time| time["what"] == "eng-assess").unwrap();
    assert_eq!((&assessment["ended"], &assessment["ended_late"]), (&json!(1), &json!(0)));
}

#[test]
fn figures_in_markdown_are_tables() {
    let sandbox = told();
    let page = sandbox.ok(&["stats", "--form", "md", "--since", "2026-03-01", "--now", LATER]);
    assert!(page.starts_with("# Statistics\n\n2026-03-01 00:00 to 2026-05-08 10:00\n"), "{page}");
    assert!(page.contains("| What | Tickets | By week |\n| --- | ---: | --- |\n| arrived | 5 | "), "{page}");
    assert!(sandbox.ok(&["stats", "--form", "md", "--by", "month", "--now", LATER]).contains("| 2026-03 | "));
}

#[test]
fn what_is_shown_fits_the_width() {
    let sandbox = told();
    sandbox.ok(&["comment", "CSD-5", &"a remark of many words ".repeat(20), "--now", LATER]);
    for width in [80, 140] {
        for arguments in [
            &["list"][..],
            &["next", "--all"],
            &["show", "CUS-1"],
            &["show", "CSD-5"],
            &["log"],
            &["stats"],
            &["stats", "--by", "month"],
            &["search", "rates"],
            &["policy", "get"],
            &["list", "stuck"],
        ] {
            let mut command = sandbox.command();
            let output =
                command.env("COLUMNS", width.to_string()).args(arguments).args(["--now", LATER]).output().unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(!text.is_empty(), "{arguments:?}");
            for line in text.lines().filter(|line| !line.trim_start().starts_with("cus ")) {
                assert!(line.chars().count() <= width, "{arguments:?} at {width}: {line}");
            }
        }
    }
}
