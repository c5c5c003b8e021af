//! Copies of a database: what waits in them to be told may have gone out elsewhere, and is held.

use crate::sandbox::Sandbox;

/// A database in which a notice to a customer waits, whose mailbox was full.
fn waiting() -> Sandbox {
    let sandbox = Sandbox::escalated();
    let unknown = ["--started", "unknown", "--caused-by", "unknown", "--severity", "minor", "--impact", "one"];
    sandbox.ok(&[&["eng-assess", "CUS-1", "--cause", "c", "--workaround", "none"], &unknown[..]].concat());
    sandbox.ok(&["release", "CUS-1", "--decision", "patch", "--fix-version", "8.1"]);
    sandbox.write("mailer", "#!/bin/sh\ncat > /dev/null\necho 'the mailbox of ada@acme.example is full' >&2\nexit 1\n");
    sandbox.ok(&["edit", "CSD-1", "--contact", "ada@acme.example"]);
    configure(&sandbox);
    let ran = notify(&sandbox, &["notify", "CUS-1", "--to", "support"]);
    assert_eq!(ran, Some(8));
    sandbox
}

/// Lets notices to Support go through the program `mailer`.
fn configure(sandbox: &Sandbox) {
    let config = "[notify.support]\nvia = \"command\"\nto = \"desk@example.com\"\ncommand = [\"sh\", \"mailer\"]\n";
    sandbox.write("config.toml", config);
}

fn notify(sandbox: &Sandbox, arguments: &[&str]) -> Option<i32> {
    let mut command = sandbox.command();
    command.args(arguments).env("CUS_CONFIG", "config.toml").output().unwrap().status.code()
}

/// How many messages went out.
fn sent(sandbox: &Sandbox) -> usize {
    std::fs::read_to_string(sandbox.path("sent")).map_or(0, |sent| sent.matches("Message-ID").count())
}

fn mend(sandbox: &Sandbox) {
    sandbox.write("mailer", "#!/bin/sh\ncat >> sent\n");
}

#[test]
fn a_restored_database_tells_nobody_until_it_is_released() {
    let sandbox = waiting();
    sandbox.ok(&["db", "backup", "copy.db"]);
    mend(&sandbox);
    assert_eq!((notify(&sandbox, &["outbox", "retry"]), sent(&sandbox)), (Some(0), 1));
    let restored = sandbox.ok(&["db", "restore", "copy.db", "--yes"]);
    assert!(restored.contains("1 notice came in with a copy"), "{restored}");
    for _ in 0..2 {
        assert_eq!((notify(&sandbox, &["outbox", "retry"]), sent(&sandbox)), (Some(0), 1));
        sandbox.ok(&["db", "rebuild"]);
    }
    let outbox = sandbox.json(&["outbox"]);
    assert_eq!(outbox["items"][0]["held"], true, "{outbox}");
    assert!(sandbox.ok(&["outbox"]).contains("cus outbox release"));
    assert_eq!(sandbox.json(&["outbox", "release", "--dry-run"])["items"][0]["held"], true);
    assert_eq!(sandbox.json(&["outbox", "release", "CUS-1"])["items"][0]["held"], false);
    assert_eq!((notify(&sandbox, &["outbox", "retry"]), sent(&sandbox)), (Some(0), 2));
    sandbox.ok(&["db", "verify"]);
}

#[test]
fn an_imported_database_tells_nobody_and_a_batch_only_what_it_queued() {
    let sandbox = waiting();
    sandbox.write("export.jsonl", sandbox.ok(&["export"]));
    let other = Sandbox::empty();
    std::fs::copy(sandbox.path("export.jsonl"), other.path("export.jsonl")).unwrap();
    assert_eq!(other.json(&["import", "--create", "export.jsonl"])["held"], 1);
    configure(&other);
    mend(&other);
    other.write("lines", "{\"do\":\"report\",\"customer\":\"Birch\",\"summary\":\"s\",\"channel\":\"phone\"}\n");
    assert_eq!((notify(&other, &["batch", "lines"]), sent(&other)), (Some(0), 0));
    other.ok(&["outbox", "release"]);
    assert_eq!((notify(&other, &["batch", "lines"]), sent(&other)), (Some(0), 0));
    assert_eq!((notify(&other, &["outbox", "retry"]), sent(&other)), (Some(0), 1));
}

#[test]
fn a_copy_with_pages_of_another_size_is_restored() {
    let sandbox = waiting();
    sandbox.ok(&["db", "backup", "copy.db"]);
    let copy = rusqlite::Connection::open(sandbox.path("copy.db")).unwrap();
    copy.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA page_size = 8192; VACUUM; PRAGMA journal_mode = WAL;")
        .unwrap();
    drop(copy);
    sandbox.ok(&["db", "restore", "copy.db", "--yes"]);
    assert_eq!(sandbox.json(&["outbox"])["items"][0]["held"], true);
    sandbox.ok(&["db", "verify"]);
}

#[test]
fn what_is_redacted_is_gone_from_the_errors_of_deliveries_too() {
    let sandbox = waiting();
    assert!(sandbox.ok(&["outbox"]).contains("ada@acme.example"));
    let redacted = sandbox.ok(&["redact", "CSD-1", "--text", "ada@acme.example", "--note", "gdpr"]);
    assert!(redacted.contains("removed from 1 error of a delivery"), "{redacted}");
    assert!(sandbox.ok(&["outbox"]).contains("the mailbox of [redacted] is full"));
    let file = std::fs::read(sandbox.database()).unwrap();
    assert!(!file.windows(16).any(|bytes| bytes == b"ada@acme.example"));
    sandbox.ok(&["db", "verify"]);
}
