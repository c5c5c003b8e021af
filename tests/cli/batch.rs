//! Many commands from JSON lines.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

const REPORT: &str = r#"{"do":"report","customer":"Acme","summary":"s","channel":"email"}"#;

fn results(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn one_bad_line_undoes_all_and_only_it_is_told() {
    let sandbox = Sandbox::empty();
    let lines = format!(
        "{REPORT}\n\n{}\n{REPORT}\n{}\n",
        r#"{"do":"close","key":"CSD-1","note":"n","via":"phone"}"#, "not json"
    );
    let ran = sandbox.run_with(&["batch", "--create", "-"], &lines);
    assert_eq!(ran.exit, 8);
    let told = results(&ran.out);
    assert_eq!(told.len(), 2);
    assert_eq!((&told[0]["line"], &told[0]["error"]["exit"]), (&json!(3), &json!(5)));
    assert_eq!((&told[1]["line"], &told[1]["error"]["exit"]), (&json!(5), &json!(2)));
    assert!(told[1]["error"]["message"].as_str().unwrap().ends_with(" at column 2"), "{}", told[1]);
    assert!(ran.err.contains("5 lines: 2 good, 2 failed, 1 blank; nothing was written"), "{}", ran.err);
    assert_eq!(sandbox.events(), 0);
}

#[test]
fn keep_going_keeps_every_good_line() {
    let sandbox = Sandbox::new();
    let many = format!("{REPORT}\n").repeat(600);
    let lines = format!("{many}{}\n{REPORT}\n", r#"{"do":"fly"}"#);
    let ran = sandbox.run_with(&["batch", "--keep-going"], &lines);
    assert_eq!(ran.exit, 8);
    let told = results(&ran.out);
    assert_eq!(told.len(), 602);
    assert_eq!(told[601], json!({ "line": 602, "ok": true, "key": "CSD-601" }));
    assert_eq!(sandbox.events(), 601);
}

#[test]
fn a_dry_run_sees_what_the_lines_before_would_leave() {
    let sandbox = Sandbox::empty();
    let lines = format!("{REPORT}\n{}\n", r#"{"do":"assess","key":"CSD-1","handled_by":"support","trigger":"none"}"#);
    let ran = sandbox.run_with(&["batch", "--create", "--dry-run"], &lines);
    assert_eq!(ran.exit, 0, "{}{}", ran.out, ran.err);
    assert_eq!(results(&ran.out).len(), 2);
    assert!(!sandbox.database().exists());
}

#[test]
fn lines_have_their_own_actor_role_and_clock_and_refuse_what_they_do_not_know() {
    let sandbox = Sandbox::new();
    let lines = [
        r#"{"do":"report","customer":"a","summary":"s","channel":"email","contact":null,"as":"eli","role":"support","now":"2026-01-01T00:00:00Z"}"#,
        r#"{"do":"assess","csd":["CSD-1"],"handled_by":"product","trigger":["none"],"role":["marketing","support"]}"#,
    ];
    let ran = sandbox.run_with(&["batch"], &lines.join("\n"));
    assert_eq!(ran.exit, 0, "{}", ran.out);
    let log = results(&sandbox.ok(&["log", "CSD-1", "--format", "jsonl"]));
    assert_eq!(
        (&log[0]["actor"], &log[0]["role"], &log[0]["at"]),
        (&json!("eli"), &json!("support"), &json!("2026-01-01T00:00:00Z"))
    );
    assert_eq!((&log[1]["actor"], &log[1]["role"]), (&json!("dana"), &json!("support")));
    for (line, words) in [
        (r#"{"do":"comment","key":"CSD-1","text":"x","colour":"red"}"#, "colour"),
        (r#"{"key":"CSD-1"}"#, "`do` is missing"),
        (r#"{"do":"assess","csd":"CSD-1","handled_by":"nobody"}"#, "nobody"),
        (r#"{"do":"comment","key":"CSD 1","text":"x"}"#, "not a key"),
        (r#"["do"]"#, "expected"),
        (r#"{"do":"list"}"#, "no command that writes"),
        (r#"{"do":"comment","text":"x"}"#, "key is missing"),
    ] {
        let ran = sandbox.run_with(&["batch"], line);
        let told = results(&ran.out);
        assert_eq!((ran.exit, &told[0]["error"]["exit"]), (8, &json!(2)), "{line}: {}", ran.out);
        assert!(told[0]["error"]["message"].as_str().unwrap().contains(words), "{line}: {}", ran.out);
    }
}

#[test]
fn a_line_on_several_tickets_is_all_or_nothing() {
    let sandbox = Sandbox::new();
    let reports = format!("{REPORT}\n{REPORT}\n");
    sandbox.run_with(&["batch"], &reports);
    let line = r#"{"do":"assess","csd":["CSD-1","CSD-9"],"handled_by":"support","trigger":"none"}"#;
    let ran = sandbox.run_with(&["batch", "--keep-going"], line);
    assert_eq!(ran.exit, 8);
    assert_eq!(sandbox.json(&["show", "CSD-1"])["stage"], "reported");
    let line = r#"{"do":"assess","csd":["CSD-1","CSD-2"],"handled_by":"support","trigger":"none"}"#;
    let told = results(&sandbox.run_with(&["batch"], line).out);
    assert_eq!(told[0], json!({ "line": 1, "ok": true, "key": "CSD-1", "keys": ["CSD-1", "CSD-2"] }));
}

#[test]
fn notices_stand_in_their_lines_result() {
    let sandbox = Sandbox::escalated();
    let lines = [
        r#"{"do":"eng-assess","cus":"CUS-1","cause":"c","started":"unknown","caused_by":"unknown","severity":"minor","impact":"one","workaround":"none"}"#,
        r#"{"do":"release","cus":"CUS-1","decision":"patch","fix_version":"1"}"#,
        r#"{"do":"notify","cus":"CUS-1","to":"support"}"#,
    ];
    let told = results(&sandbox.run_with(&["batch"], &lines.join("\n")).out);
    assert!(told[2]["notices"][0]["text"].as_str().unwrap().contains("version 1"));
}

#[test]
fn each_line_sees_what_those_before_it_left() {
    let sandbox = Sandbox::escalated();
    let lines = [
        r#"{"do":"eng-assess","cus":"CUS-1","cause":"c","started":"unknown","caused_by":"unknown","severity":"minor","impact":"one","workaround":"none"}"#,
        r#"{"do":"release","cus":"CUS-1","decision":"next-release","fix_version":"8.2"}"#,
        r#"{"do":"plan","version":"8.2","slip_to":"8.3","note":"later","role":"product"}"#,
        REPORT,
        r#"{"do":"edit","key":"CSD-2","csd":"SD-9","note":"theirs"}"#,
        r#"{"do":"assess","csd":"SD-9","handled_by":"support","trigger":"none","note":"secret"}"#,
        r#"{"do":"assess","csd":["SD-9","CSD-404"],"handled_by":"support","trigger":"none"}"#,
        r#"{"do":"report","customer":"Acme","summary":"s","channel":"email","csd":"SD-9"}"#,
        r#"{"do":"redact","key":"SD-9","text":"secret","note":"asked for"}"#,
        r#"{"do":"close","key":"SD-9","note":"done","via":"phone"}"#,
    ];
    let ran = sandbox.run_with(&["batch", "--keep-going"], &lines.join("\n"));
    let failed: Vec<Value> =
        results(&ran.out).into_iter().filter(|told| told["ok"] == false).map(|told| told["line"].clone()).collect();
    assert_eq!(failed, [7, 8], "{}", ran.out);
    assert_eq!(sandbox.ok(&["list", "--fix-version", "8.3", "--format", "keys"]), "CUS-1\n");
    assert_eq!(sandbox.ok(&["list", "--stage", "resolved", "--format", "keys"]), "SD-9\n");
    sandbox.ok(&["db", "verify"]);
}

#[test]
fn so_many_tickets_that_their_rows_do_not_wait_for_the_end_are_all_written() {
    let sandbox = Sandbox::new();
    let reports = format!("{REPORT}\n").repeat(5000);
    let assess = |number: usize| {
        format!(r#"{{"do":"assess","csd":"CSD-{number}","handled_by":"support","trigger":"none"}}{}"#, "\n")
    };
    let assessments: String = (1..=5000).rev().map(assess).collect();
    let ran = sandbox.run_with(&["batch"], &(reports + &assessments));
    assert_eq!(ran.exit, 0, "{}", ran.err);
    assert_eq!(sandbox.ok(&["list", "--stage", "handled", "--format", "keys"]).lines().count(), 5000);
    sandbox.ok(&["db", "verify"]);
}

#[test]
fn so_many_texts_that_they_do_not_wait_for_the_end_are_all_found() {
    let sandbox = Sandbox::new();
    let filler = "the rating screen shows zero for every parcel ".repeat(100);
    let report = |n: usize| {
        let report = json!({ "do": "report", "customer": "Acme", "summary": "s", "channel": "email",
            "description": format!("{filler} unique{n}x") });
        format!("{report}\n")
    };
    let ran = sandbox.run_with(&["batch"], &(1..=400).map(report).collect::<String>());
    assert_eq!(ran.exit, 0, "{}", ran.err);
    for n in [1, 117, 118, 250, 400] {
        assert_eq!(sandbox.ok(&["search", &format!("unique{n}x"), "--format", "keys"]), format!("CSD-{n}\n"));
    }
    sandbox.ok(&["db", "verify"]);
    let database = rusqlite::Connection::open(sandbox.database()).unwrap();
    let setting = |name: &str| {
        database.query_row("SELECT v FROM word_config WHERE k = ?1", [name], |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!((setting("automerge"), setting("crisismerge")), (4, 16), "later steps merge as ever");
}

#[test]
fn a_batch_goes_on_where_nobody_reads_its_results_to_the_end() {
    let sandbox = Sandbox::new();
    let bad = r#"{"do":"fly"}"#;
    sandbox.write("lines", format!("{}{bad}\n", format!("{REPORT}\n").repeat(3000)));
    let mut child = sandbox
        .command()
        .args(["batch", "--keep-going", "lines"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(8), "{}", String::from_utf8_lossy(&ended.stderr));
    assert!(first.contains("CSD-1"));
    assert_eq!(sandbox.events(), 3000);
}

#[cfg(unix)]
#[test]
fn a_batch_that_is_broken_off_leaves_one_file_with_what_it_acknowledged() {
    let sandbox = Sandbox::new();
    sandbox.write("lines", format!("{REPORT}\n").repeat(200_000));
    let mut command = sandbox.command();
    command.args(["batch", "--keep-going", "lines"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    for signal in [nix::sys::signal::Signal::SIGINT, nix::sys::signal::Signal::SIGTERM] {
        let mut child = command.spawn().unwrap();
        let mut results = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        results.next().unwrap();
        let id = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
        nix::sys::signal::kill(id, signal).unwrap();
        let last: Value = serde_json::from_str(&results.last().unwrap()).unwrap();
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(130), "{}", String::from_utf8_lossy(&ended.stderr));
        assert!(!sandbox.path("cus.db-wal").exists() && !sandbox.path("cus.db-shm").exists());
        sandbox.ok(&["show", last["key"].as_str().unwrap()]);
    }
}
