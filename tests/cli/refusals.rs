//! Bad input: each has its exit code and a message that says what to do; standard output stays empty.

use serde_json::Value;

use crate::sandbox::{Ran, Sandbox};

/// A command is refused with this exit code and these words, says nothing on standard output, and records nothing.
#[track_caller]
fn refused(sandbox: &Sandbox, arguments: &[&str], exit: i32, words: &[&str]) -> Ran {
    let events = sandbox.database().is_file().then(|| sandbox.events());
    let ran = sandbox.run_unanswered(arguments);
    assert_eq!((ran.exit, ran.out.as_str()), (exit, ""), "{arguments:?}: {}", ran.err);
    for word in words {
        assert!(ran.err.contains(word), "`{word}` is not in: {}", ran.err);
    }
    assert_eq!(events, sandbox.database().is_file().then(|| sandbox.events()));
    ran
}

#[test]
fn missing_and_blank_inputs_are_named_at_once() {
    let sandbox = Sandbox::assessed();
    refused(&sandbox, &["report"], 4, &["--customer NAME", "--summary TEXT", "--channel CHANNEL", "(R1)"]);
    refused(&sandbox, &["report", "--customer", "  ", "--summary", "s", "--channel", "email"], 4, &["--customer NAME"]);
    refused(&sandbox, &["escalate", "CSD-1"], 4, &["--priority PRIORITY", "--steps TEXT", "(R8)"]);
    refused(&sandbox, &["assess", "CSD-1"], 4, &["--trigger", "--handled-by"]);
    refused(&sandbox, &["confirm", "CSD-1"], 5, &["not linked"]);
}

#[test]
fn an_error_in_a_machine_format_is_one_object() {
    let sandbox = Sandbox::assessed();
    let ran = refused(&sandbox, &["escalate", "CSD-1", "--priority", "high", "--json"], 4, &[]);
    let error: Value = serde_json::from_str(&ran.err).unwrap();
    let error = &error["error"];
    assert_eq!(error["code"], "checklist-incomplete");
    assert_eq!((&error["exit"], &error["retryable"]), (&4.into(), &false.into()));
    assert!(error["message"].is_string());
    let failure = &error["failures"][0];
    assert_eq!(
        (&failure["rule"], &failure["field"], &failure["fix"]),
        (&"R8".into(), &"steps".into(), &"--steps TEXT".into())
    );
    for arguments in [["list", "--jsn", "--json"], ["list", "--stage=none", "--format=csv"]] {
        let ran = refused(&sandbox, &arguments, 2, &[]);
        let error: Value = serde_json::from_str(&ran.err).unwrap();
        assert_eq!(error["error"]["exit"], 2);
    }
}

#[test]
fn unknown_words_flags_and_keys_are_wrong_usage_or_not_found() {
    let sandbox = Sandbox::assessed();
    refused(&sandbox, &["report", "--chanel", "email"], 2, &["--channel"]);
    refused(&sandbox, &["assess", "CSD-1", "--handled-by", "nobody"], 2, &["engineering"]);
    refused(&sandbox, &["show", "nonsense"], 2, &["is not a key"]);
    refused(&sandbox, &["show", "CSD-77"], 3, &["there is no ticket `CSD-77`", "hint: cus list"]);
    refused(&sandbox, &["attachment", "save", "CSD-1", "a.png"], 3, &["no attachment"]);
    refused(&sandbox, &["list", "no-such"], 3, &["no filter `no-such`", "open-bugs"]);
    refused(&sandbox, &["nonsense"], 2, &[]);
    refused(&sandbox, &["comment", "CSD-1", "x", "--now", "soon"], 2, &["is not a time"]);
}

#[test]
fn a_flag_is_never_swallowed_as_a_text() {
    let sandbox = Sandbox::assessed();
    refused(
        &sandbox,
        &["assess", "CSD-1", "--handled-by", "support", "--trigger", "none", "--note", "--json"],
        2,
        &["--note=--json"],
    );
    sandbox.ok(&["assess", "CSD-1", "--handled-by", "support", "--trigger", "none", "--note=--json"]);
    sandbox.ok(&["comment", "CSD-1", "--", "--json"]);
    sandbox.ok(&["comment", "CSD-1", "--", "--recover"]);
    sandbox.ok(&["edit", "CSD-1", "--summary", "a", "--note", "--jsons"]);
    sandbox.ok(&["edit", "CSD-1", "--summary", "b", "--note=--json", "--contact", "-c"]);
    refused(
        &sandbox,
        &["report", "--customer", "a", "--summary", "s", "--channel", "email", "--description", "@none.txt"],
        1,
        &["none.txt"],
    );
    let twice =
        sandbox.run_with(&["assess", "-", "--handled-by", "support", "--trigger", "none", "--note", "-"], "CSD-1\n");
    assert_eq!(twice.exit, 2, "{}", twice.err);
}

#[test]
fn keys_are_never_used_twice() {
    let sandbox = Sandbox::new();
    let report = |key| ["report", "--customer", "a", "--summary", "s", "--channel", "email", "--csd", key];
    sandbox.ok(&report("HELP-7"));
    refused(&sandbox, &report("help-7"), 4, &["used already", "(R2)"]);
    refused(&sandbox, &report("CUS-9"), 4, &["`CUS`", "(R2)"]);
    sandbox.ok(&["report", "--customer", "b", "--summary", "s", "--channel", "email"]);
    refused(&sandbox, &["edit", "CSD-1", "--csd", "HELP-7"], 4, &["used already"]);
    refused(&sandbox, &["edit", "HELP-7", "--csd", "HELP-8"], 4, &["--note TEXT", "(R2)"]);
    sandbox.ok(&["edit", "CSD-1", "--csd", "HELP-8"]);
    refused(&sandbox, &report("CSD-1"), 4, &["used already"]);
    assert_eq!(sandbox.json(&["show", "csd-1"])["key"], "HELP-8");
}

#[test]
fn stage_and_role_are_told_before_what_is_missing() {
    let sandbox = Sandbox::escalated();
    refused(&sandbox, &["escalate", "CSD-1"], 5, &["its stage is `escalated`"]);
    refused(&sandbox, &["eng-assess", "CUS-1", "--role", "support"], 5, &["this step is for `engineering`"]);
    refused(&sandbox, &["close", "CUS-1", "--role", "support"], 5, &["product"]);
    refused(&sandbox, &["release", "CUS-1", "--decision", "backlog"], 5, &["its stage is `escalated`"]);
    refused(&sandbox, &["assess", "CUS-1"], 5, &["not a customer's ticket"]);
}

#[test]
fn a_clock_set_before_the_last_event_is_refused() {
    let sandbox = Sandbox::escalated();
    refused(
        &sandbox,
        &["comment", "CUS-1", "x", "--now", "2026-03-02T07:59:59Z"],
        4,
        &["before", "--now 2026-03-02T08:00:00Z"],
    );
}

#[test]
fn a_file_that_is_not_there_is_not_attached() {
    let sandbox = Sandbox::escalated();
    refused(&sandbox, &["attach", "CUS-1", "none.png"], 1, &["none.png"]);
    refused(&sandbox, &["attach", "CUS-1", "."], 1, &["not a file"]);
    refused(
        &sandbox,
        &["report", "--customer", "a", "--summary", "s", "--channel", "email", "--attach", "none"],
        1,
        &[],
    );
}

#[test]
fn a_database_that_is_none_is_refused_and_never_replaced() {
    let sandbox = Sandbox::empty();
    for arguments in [vec!["list"], vec!["comment", "CSD-1", "x"], vec!["batch"], vec!["db", "verify"]] {
        let ran = sandbox.run(&arguments);
        assert_eq!((ran.exit, ran.out.as_str()), (7, ""), "{}", ran.err);
        assert!(ran.err.contains("hint: cus init"), "{}", ran.err);
        assert!(!sandbox.database().exists());
    }
    let incomplete = sandbox.run(&["report", "--create", "--customer", "a"]);
    assert_eq!(incomplete.exit, 4);
    assert!(!sandbox.database().exists(), "a refused report makes no database");
    let dry = ["report", "--create", "--dry-run", "--customer", "a", "--summary", "s", "--channel", "email"];
    sandbox.ok(&dry);
    assert!(!sandbox.database().exists(), "nor does a dry run");
    for content in ["", "no database at all, but long enough to have a header if it were one of SQLite's own files"] {
        sandbox.write("cus.db", content);
        for arguments in [vec!["list"], vec!["init"], vec!["comment", "CSD-1", "x"]] {
            let ran = sandbox.run(&arguments);
            assert_eq!((ran.exit, ran.out.as_str()), (7, ""), "{content:?}: {}", ran.err);
        }
        assert_eq!(std::fs::read_to_string(sandbox.database()).unwrap(), content);
    }
    std::fs::remove_file(sandbox.database()).unwrap();
    std::fs::create_dir(sandbox.database()).unwrap();
    assert_eq!(sandbox.run(&["list"]).exit, 7);
}

#[test]
fn another_programs_database_and_a_newer_one_are_refused() {
    let sandbox = Sandbox::empty();
    let other = rusqlite::Connection::open(sandbox.database()).unwrap();
    other.execute_batch("CREATE TABLE event (id INTEGER PRIMARY KEY)").unwrap();
    drop(other);
    let ran = sandbox.run(&["list"]);
    assert_eq!(ran.exit, 7);
    assert!(ran.err.contains("is not a cus database"), "{}", ran.err);
    let text = sandbox.write("README.md", "A text, and no database.\n".repeat(400));
    let ran = sandbox.run(&["--db", &text, "list"]);
    assert_eq!(ran.exit, 7);
    assert!(ran.err.contains("README.md is not a cus database"), "{}", ran.err);
    let sandbox = Sandbox::new();
    let newer = rusqlite::Connection::open(sandbox.database()).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    let ran = sandbox.run(&["list"]);
    assert_eq!(ran.exit, 7);
    assert!(ran.err.contains("newer cus"), "{}", ran.err);
    sandbox.write("damaged", "");
}

#[test]
fn a_database_that_is_held_is_busy() {
    let sandbox = Sandbox::escalated();
    let holder = rusqlite::Connection::open(sandbox.database()).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut command = sandbox.command();
    let output = command.args(["comment", "CUS-1", "x"]).output().unwrap();
    assert_eq!(output.status.code(), Some(6), "{}", String::from_utf8_lossy(&output.stderr));
    holder.execute_batch("ROLLBACK").unwrap();
}
