//! Moving in and out: exports that are taken back, other trackers' files, pages to paste.

use serde_json::Value;

use crate::sandbox::Sandbox;

/// Two projects, as Jira's search answers: customers' tickets and Engineering's, linked.
const JIRA: &str = r#"{"startAt":0,"total":4,"issues":[
 {"key":"DESK-1","fields":{"project":{"key":"DESK"},"issuetype":{"name":"Bug"},"summary":"Labels print twice","status":{"name":"Closed"},
  "reporter":{"displayName":"Ada"},"created":"2015-04-24T12:04:05.000+0000","updated":"2015-05-01T08:00:00.000+0200","resolutiondate":"2015-05-01T08:00:00.000+0200",
  "resolution":{"name":"Fixed"},"description":"Two\r\nlabels","labels":["printing"],
  "comment":{"comments":[{"author":{"displayName":"Bo"},"created":"2015-04-25T12:00:00.000+0000","body":"Seen; =1+1"}]},
  "issuelinks":[{"type":{"name":"Relates"},"outwardIssue":{"key":"DEV-7"}}]}},
 {"key":"DESK-2","fields":{"project":{"key":"DESK"},"summary":"Labels print thrice","status":{"name":"Open"},"reporter":{"displayName":"Eve"},
  "created":"2015-06-01T00:00:00.000+0000","updated":"2015-06-02T00:00:00.000+0000","issuelinks":[{"type":{"name":"Relates"},"outwardIssue":{"key":"DEV-7"}}]}},
 {"key":"DEV-7","fields":{"project":{"key":"DEV"},"summary":"Printer loops","status":{"name":"Closed"},"priority":{"name":"Blocker"},"resolution":{"name":"Fixed"},
  "fixVersions":[{"name":"3.1"}],"created":"2015-04-26T00:00:00.000+0000","updated":"2015-04-30T00:00:00.000+0000","resolutiondate":"2015-04-30T00:00:00.000+0000"}},
 {"key":"DEV-8","fields":{"project":{"key":"DEV"},"summary":"Nobody waits for it","status":{"name":"Open"},"fixVersions":[{"name":"3.2"}],
  "created":"2015-04-26T00:00:00.000+0000","updated":"2015-04-30T00:00:00.000+0000"}}
]}"#;

fn imported() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("jira.json", JIRA);
    sandbox.ok(&["import", "jira.json"]);
    sandbox
}

/// A story with files, a policy and notices of each kind.
fn eventful() -> Sandbox {
    let sandbox = Sandbox::escalated();
    sandbox.write("shot.png", [0_u8, 255, 10, 13].repeat(60_000));
    sandbox.write("empty", "");
    sandbox.ok(&["attach", "CUS-1", "shot.png", "empty"]);
    sandbox.ok(&["policy", "set", "close", "2d"]);
    sandbox.ok(&["comment", "CSD-1", "=cmd() | <b>bold</b> \u{202e}evil"]);
    sandbox.ok(&["edit", "CSD-1", "--csd", "DESK-9"]);
    sandbox
}

#[test]
fn an_export_is_taken_back_byte_for_byte() {
    for sandbox in [eventful(), imported()] {
        let export = sandbox.ok(&["export"]);
        sandbox.write("export.jsonl", &export);
        let ran = sandbox.run(&["--db", "other.db", "import", "export.jsonl"]);
        assert_eq!(ran.exit, 7, "only --create makes a database");
        sandbox.ok(&["--db", "other.db", "import", "--create", "export.jsonl"]);
        assert_eq!(sandbox.ok(&["--db", "other.db", "export"]), export);
        let listed = |db: &str| sandbox.ok(&["--db", db, "list", "--json"]).replace(&format!("--db {db} "), "");
        assert_eq!(listed("other.db"), listed("cus.db"));
        let heads = ["cus.db", "other.db"].map(|db| sandbox.json(&["--db", db, "db", "verify"])["head"].clone());
        assert_eq!(heads[0], heads[1]);
        let ran = sandbox.run(&["--db", "other.db", "import", "export.jsonl"]);
        assert!(ran.exit == 4 && ran.err.contains("empty database"), "{}", ran.err);
    }
}

#[test]
fn an_export_that_was_cut_or_changed_is_refused_and_leaves_nothing() {
    let sandbox = eventful();
    let export = sandbox.ok(&["export"]);
    let lines: Vec<&str> = export.lines().collect();
    let joined = |lines: &[&str]| format!("{}\n", lines.join("\n"));
    let without = |n: usize| joined(&[&lines[..n], &lines[n + 1..]].concat());
    let changed = [
        joined(&lines[..lines.len() - 1]),
        without(2),
        without(lines.len() - 2),
        export.replace("Rates are zero", "Rates are fine"),
        export.replace("\"actor\":\"dana\"", "\"actor\":\"eve\""),
        export.replace("\"schema\":2", "\"schema\":99"),
        format!("{export}{{}}\n"),
        export.replacen("{\"event\":3", "{\"event\":03", 1),
    ];
    for (n, text) in changed.iter().enumerate() {
        sandbox.write("changed.jsonl", text);
        let database = format!("{n}.db");
        let ran = sandbox.run(&["--db", &database, "import", "--create", "changed.jsonl"]);
        assert_eq!(ran.exit, 7, "{n}: {}", ran.err);
        assert_eq!(sandbox.ok(&["--db", &database, "list", "--format", "keys"]), "", "{n}");
        sandbox.ok(&["--db", &database, "db", "verify"]);
    }
    let some = sandbox.ok(&["export", "CUS-1"]);
    assert!(some.lines().count() < lines.len());
    sandbox.write("some.jsonl", some);
    let ran = sandbox.run(&["--db", "some.db", "import", "--create", "some.jsonl"]);
    assert!(ran.exit == 7 && ran.err.contains("some tickets only"), "{}", ran.err);
}

#[test]
fn a_trackers_history_keeps_its_keys_times_and_texts_and_what_is_open_owes_from_now_on() {
    let sandbox = imported();
    let done = sandbox.json(&["show", "DESK-1"]);
    assert_eq!((done["stage"].as_str(), done["cus"].as_str()), (Some("resolved"), Some("DEV-7")));
    assert_eq!(
        (done["created"].as_str(), done["description"].as_str()),
        (Some("2015-04-24T12:04:05Z"), Some("Two\r\nlabels"))
    );
    assert_eq!(done["owed"], Value::Array(Vec::new()));
    let log = sandbox.json(&["log", "DESK-1"]);
    let events = log["items"].as_array().unwrap();
    assert!(events.iter().all(|event| event["origin"] == "import"));
    let comment = events.iter().find(|event| event["type"] == "commented").unwrap();
    assert_eq!((comment["at"].as_str(), comment["actor"].as_str()), (Some("2015-04-25T12:00:00Z"), Some("Bo")));
    let marked = events.last().unwrap();
    assert_eq!((marked["type"].as_str(), marked["at"].as_str()), (Some("imported"), Some("2026-03-02T08:00:00Z")));
    assert_eq!(marked["data"]["rest"]["labels"], "printing");

    let bug = sandbox.json(&["show", "DEV-7"]);
    assert_eq!(
        (bug["key"].as_str(), bug["stage"].as_str()),
        (Some("DEV-7"), Some("postmortem")),
        "one customer still waits"
    );
    assert_eq!((bug["priority"].as_str(), bug["release"]["fix_version"].as_str()), (Some("critical"), Some("3.1")));
    let owed = bug["owed"].as_array().unwrap();
    assert_eq!(
        (owed.len(), owed[0]["what"].as_str(), owed[0]["csd"].as_str()),
        (1, Some("tell-support"), Some("DESK-2"))
    );
    assert_eq!(owed[0]["due"], "2026-03-02T09:00:00Z", "from the time of the import");
    sandbox.ok(&["notify", "DEV-7", "--to", "support"]);
    sandbox.ok(&["notify", "DESK-2", "--to", "customer"]);
    sandbox.ok(&["confirm", "DESK-2", "--resolved"]);
    sandbox.ok(&["close", "dev-7"]);
    let alone = sandbox.json(&["show", "DEV-8"]);
    assert_eq!((alone["stage"].as_str(), alone["owed"][0]["what"].as_str()), (Some("escalated"), Some("eng-assess")));
}

#[test]
fn a_second_import_changes_nothing_and_a_newer_export_brings_what_is_new() {
    let sandbox = imported();
    let events = sandbox.events();
    let again = sandbox.json(&["import", "jira.json"]);
    assert_eq!((again["unchanged"].as_u64(), again["events"].as_u64(), sandbox.events()), (Some(4), Some(0), events));
    let said = r#"{"author":{"displayName":"Bo"},"created":"2015-07-01T12:00:00.000+0000","body":"Once more"}"#;
    let newer = JIRA
        .replace(
            r#""created":"2015-06-01T00:00:00.000+0000""#,
            &format!(r#""comment":{{"comments":[{said}]}},"created":"2015-06-01T00:00:00.000+0000""#),
        )
        .replace("Nobody waits for it", "Somebody waits for it");
    sandbox.write("newer.json", newer);
    let dry = sandbox.json(&["import", "newer.json", "--dry-run"]);
    assert_eq!((dry["changed"].as_u64(), sandbox.events()), (Some(2), events));
    let report = sandbox.json(&["import", "newer.json"]);
    assert_eq!((report["changed"].as_u64(), report["unchanged"].as_u64()), (Some(2), Some(2)));
    assert!(sandbox.ok(&["log", "DESK-2"]).contains("Once more"));
    assert_eq!(sandbox.json(&["show", "DEV-8"])["summary"], "Somebody waits for it");
    assert_eq!(sandbox.json(&["import", "newer.json"])["unchanged"], 4);
}

#[test]
fn what_was_worked_on_here_keeps_its_own_stage_and_still_gets_comments() {
    let sandbox = imported();
    sandbox.ok(&["close", "DEV-8", "--resolution", "wont-fix", "--note", "Nobody waits"]);
    let said = r#"{"author":{"displayName":"Bo"},"created":"2015-07-01T12:00:00.000+0000","body":"Why not?"}"#;
    let with = format!(r#""summary":"Something else","comment":{{"comments":[{said}]}}"#);
    sandbox.write("newer.json", JIRA.replace(r#""summary":"Nobody waits for it""#, &with));
    sandbox.ok(&["import", "newer.json"]);
    let ticket = sandbox.json(&["show", "DEV-8"]);
    assert_eq!((ticket["stage"].as_str(), ticket["summary"].as_str()), (Some("closed"), Some("Nobody waits for it")));
    assert!(sandbox.ok(&["log", "DEV-8"]).contains("Why not?"));
}

#[test]
fn a_dry_run_tells_the_rows_the_states_and_what_is_skipped_and_writes_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("jira.json", JIRA);
    let report = sandbox.ok(&["import", "jira.json", "--dry-run"]);
    for line in ["DESK: 2 issues, customers' tickets", "DEV: 2 issues, CUS tickets", "4 new (2 csd, 2 cus)"] {
        assert!(report.contains(line), "{line} in: {report}");
    }
    assert!(report.contains("Closed (Fixed)  postmortem"), "{report}");
    assert_eq!(sandbox.events(), 0);
}

#[test]
fn rows_that_cannot_be_taken_are_named_and_the_rest_goes_in() {
    let sandbox = Sandbox::new();
    sandbox.ok(&["report", "--customer", "Acme", "--summary", "s", "--channel", "phone", "--csd", "CSD-3"]);
    let table = "Ticket ID,Customer Name,Subject,Status,Opened\n1,Alder,\"Two\nlines\",Open,2023-06-01 12:15:36\n,Birch,x,Open,\nno key,Birch,x,Open,\n                 4,Birch,x,Open,soon\n3,Birch,taken,Open,\n5,Birch,y,Closed,2023-06-02\n6,short\n";
    sandbox.write("table.csv", table);
    let ran = sandbox.run(&["import", "table.csv"]);
    assert_eq!(ran.exit, 8, "{}", ran.err);
    let named: Vec<&str> = ran.err.lines().collect();
    assert_eq!(named.len(), 5, "{}", ran.err);
    for (line, said) in named.iter().zip([
        "table.csv:4: it has no key",
        "table.csv:5: its key `no key`",
        "table.csv:6: `Opened`",
        "table.csv:7: `CSD-3` is used already",
        "table.csv:9: it has 2 cells",
    ]) {
        assert!(line.starts_with(said), "{line}");
    }
    assert_eq!(sandbox.json(&["show", "CSD-1"])["summary"], "Two\nlines");
    assert_eq!(sandbox.json(&["show", "CSD-5"])["stage"], "resolved");
    let next = sandbox.json(&["report", "--customer", "Acme", "--summary", "s", "--channel", "phone"]);
    assert_eq!(next["key"], "CSD-2", "numbers in use are passed over");
}

#[test]
fn a_ticket_that_stands_in_a_file_twice_is_taken_once_and_named() {
    let sandbox = Sandbox::new();
    sandbox.write("table.csv", "key,customer,summary,status\nT-2,Alder,One,Open\nt-2,Alder,Two,Open\n");
    for _ in 0..2 {
        let ran = sandbox.run(&["import", "table.csv"]);
        assert_eq!(ran.exit, 8, "{}", ran.err);
        assert_eq!(ran.err, "table.csv:3: `t-2` stands there again: the first is taken\n");
        assert_eq!(sandbox.json(&["show", "T-2"])["summary"], "One");
    }
}

#[test]
fn columns_can_be_mapped_and_wrong_mappings_are_told() {
    let sandbox = Sandbox::new();
    sandbox.write("table.csv", "No,Firma,Betreff,Age\n7,Müller,Tür klemmt,41\n");
    let ran = sandbox.run(&["import", "table.csv"]);
    assert!(ran.exit == 2 && ran.err.contains("no column holds the keys"), "{}", ran.err);
    sandbox.write("issues.json", "{\"issues\":[]}");
    let ran = sandbox.run(&["import", "issues.json", "--map", "No=key"]);
    assert!(ran.exit == 2 && ran.err.contains("issues.json is read as jira-json"), "{}", ran.err);
    let ran = sandbox.run(&["import", "table.csv", "--map", "No=kee"]);
    assert!(ran.exit == 2 && ran.err.contains("did you mean `key`"), "{}", ran.err);
    sandbox.ok(&["import", "table.csv", "--map", "No=key", "--map", "Firma=customer", "--map", "Betreff=summary"]);
    let csd = sandbox.json(&["show", "CSD-7"]);
    assert_eq!((csd["customer"].as_str(), csd["summary"].as_str()), (Some("Müller"), Some("Tür klemmt")));
    assert!(sandbox.ok(&["log", "CSD-7", "--json"]).contains(r#""Age":"41""#));
}

#[test]
fn any_encoding_of_unicode_is_read_and_everything_else_is_refused() {
    let text = "Ticket ID,Customer,Subject\n1,Müller,Tür 🚪\n";
    let utf16 =
        |unit: fn(u16) -> [u8; 2]| -> Vec<u8> { format!("\u{feff}{text}").encode_utf16().flat_map(unit).collect() };
    for bytes in [
        text.as_bytes().to_vec(),
        format!("\u{feff}{text}").into_bytes(),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write("table.csv", bytes);
        sandbox.ok(&["import", "table.csv"]);
        assert_eq!(sandbox.json(&["show", "CSD-1"])["summary"], "Tür 🚪");
    }
    let sandbox = Sandbox::new();
    sandbox.write("latin.csv", b"Ticket ID,Customer,Subject\n1,M\xfcller,x\n");
    let ran = sandbox.run(&["import", "latin.csv"]);
    assert!(ran.exit == 2 && ran.err.contains("not UTF-8"), "{}", ran.err);
    assert_eq!(sandbox.events(), 0);
}

#[test]
fn projects_can_be_named_for_what_they_are() {
    let sandbox = Sandbox::new();
    sandbox.write("jira.json", JIRA);
    let report = sandbox.json(&["import", "jira.json", "--cus", "DESK", "--csd", "dev"]);
    assert_eq!((report["new"]["cus"].as_u64(), report["new"]["csd"].as_u64()), (Some(2), Some(2)));
    assert_eq!(sandbox.json(&["show", "DESK-1"])["kind"], "cus");
}

#[test]
fn a_table_of_tickets_defuses_formulas_and_a_page_escapes_marks() {
    let sandbox = eventful();
    sandbox.ok(&["edit", "DESK-9", "--summary", "=cmd()", "--customer", "A|B <i>*x*"]);
    let table = sandbox.ok(&["export", "--form", "csv"]);
    assert_eq!(table.lines().count(), 3, "{table}");
    assert!(table.contains(",'=cmd(),"), "{table}");
    let page = sandbox.ok(&["export", "--form", "md", "DESK-9"]);
    assert!(page.starts_with("# DESK-9: =cmd()\n"), "{page}");
    assert!(
        page.contains("A\\|B &lt;i&gt;\\*x\\*") && page.contains("\\<b") | page.contains("&lt;b&gt;bold"),
        "{page}"
    );
    assert!(!page.contains('\u{202e}'), "{page}");
    let page = sandbox.ok(&["export", "--form", "md", "CUS-1"]);
    assert!(page.contains("## Timeline") && page.contains("| DESK-9 |"), "{page}");
    assert_eq!(sandbox.ok(&["export", "--form", "csv", "--kind", "cus"]).lines().count(), 2);
    assert_eq!(sandbox.run(&["export", "--form", "md", "CUS-99"]).exit, 3);
}

#[test]
fn a_closed_pipe_is_quiet() {
    let sandbox = eventful();
    let line =
        r#"{"do":"report","customer":"Acme","summary":"Rates are zero, and nobody knows why","channel":"phone"}"#;
    sandbox.write("lines", format!("{line}\n").repeat(300));
    sandbox.ok(&["batch", "lines"]);
    for arguments in [
        &["export"][..],
        &["export", "--form", "csv"],
        &["export", "--form", "md"],
        &["list", "--json"],
        &["list", "--format", "jsonl"],
        &["list", "--format", "csv"],
        &["list", "--limit", "500"],
        &["log"],
        &["log", "--json"],
        &["next", "--all", "--limit", "500"],
        &["batch", "lines", "--dry-run"],
    ] {
        let mut command = sandbox.command();
        let piped = std::process::Stdio::piped;
        let mut child = command.args(arguments).stdout(piped()).stderr(piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), told.contains("rror")), (Some(0), false), "{arguments:?}: {told}");
    }
}
