//! The record: as it was, proved, and rid of what must not be kept.

use serde_json::Value;

use crate::sandbox::Sandbox;

const SECRET: &str = "Geheim-4711";

/// A password in every kind of text, of both tickets, and in a file.
fn with_secret() -> Sandbox {
    let sandbox = Sandbox::new();
    let secret = |text: &str| text.replace("SECRET", SECRET);
    sandbox.ok(&[
        "report",
        "--customer",
        "Acme",
        "--channel",
        "email",
        "--summary",
        &secret("Login SECRET fails"),
        "--description",
        &secret("I use SECRET,\nSECRET!"),
    ]);
    sandbox.ok(&["comment", "CSD-1", &secret("the password is SECRET")]);
    sandbox.ok(&["assess", "CSD-1", "--handled-by", "engineering", "--trigger", "none"]);
    sandbox.ok(&["escalate", "CSD-1", "--priority", "low", "--steps", &secret("Log in with SECRET.")]);
    let unknown = ["--started", "unknown", "--caused-by", "unknown", "--severity", "minor", "--impact", "one"];
    sandbox.ok(&[&["eng-assess", "CUS-1", "--cause", "c", "--workaround", "none"], &unknown[..]].concat());
    sandbox.ok(&["release", "CUS-1", "--decision", "patch", "--fix-version", "8.1"]);
    sandbox.ok(&["notify", "CUS-1", "--to", "support"]);
    sandbox.ok(&["notify", "CUS-1", "--to", "customer"]);
    sandbox.write("screen.txt", secret("user: ada, password: SECRET"));
    sandbox.ok(&["attach", "CSD-1", "screen.txt"]);
    sandbox
}

/// Whether the database's files hold a text, whatever the tickets of its letters.
fn holds(sandbox: &Sandbox, text: &str) -> bool {
    let bytes = std::fs::read(sandbox.database()).unwrap().to_ascii_lowercase();
    bytes.windows(text.len()).any(|window| window == text.to_ascii_lowercase().as_bytes())
}

#[test]
fn what_is_redacted_is_gone_from_the_file_and_the_index_and_the_chain_still_verifies() {
    let sandbox = with_secret();
    sandbox.write("secret", SECRET);
    assert!(holds(&sandbox, "geheim"));
    let dry = sandbox.json(&["redact", "CSD-1", "--text", "@secret", "--note", "a password", "--dry-run"]);
    assert!(dry["removed"].as_array().unwrap().len() >= 5 && holds(&sandbox, "geheim"));
    let redacted = sandbox.json(&["redact", "CSD-1", "--text", "@secret", "--note", "a password"]);
    assert_eq!(redacted["removed"], dry["removed"]);
    assert_eq!(redacted["attachments"][0]["name"], "screen.txt", "a file that holds it is named");
    let csd = sandbox.json(&["show", "CSD-1"]);
    assert_eq!(
        (csd["summary"].as_str(), csd["description"].as_str()),
        (Some("Login [redacted] fails"), Some("I use [redacted],\n[redacted]!"))
    );
    sandbox.ok(&["redact", "CSD-1", "--attachment", "screen.txt", "--note", "a password"]);
    assert!(!holds(&sandbox, "geheim"), "not in the record, the index, or a free page");
    assert_eq!(sandbox.run(&["attachment", "save", "CSD-1", "screen.txt"]).exit, 3);
    assert_eq!(sandbox.json(&["search", "geheim"])["items"], Value::Array(Vec::new()));
    assert_eq!(sandbox.json(&["search", "login"])["items"][0]["key"], "CUS-1");
    let log = sandbox.ok(&["log", "CSD-1"]);
    assert!(log.contains("a password") && !log.contains(SECRET), "{log}");
    let list = sandbox.ok(&["list"]);
    assert!(list.contains("Login [redacted]") && !list.contains(SECRET), "{list}");
    sandbox.ok(&["db", "verify"]);
    sandbox.ok(&["db", "check"]);
    let export = sandbox.ok(&["export"]);
    assert!(!export.contains(SECRET));
    sandbox.write("export.jsonl", &export);
    sandbox.ok(&["--db", "other.db", "import", "--create", "export.jsonl"]);
    assert_eq!(sandbox.ok(&["--db", "other.db", "export"]), export);
    sandbox.ok(&["db", "rebuild"]);
    sandbox.ok(&["db", "verify"]);
}

#[test]
fn beside_a_reader_it_is_said_that_the_text_is_still_in_the_file() {
    let sandbox = with_secret();
    sandbox.ok(&["redact", "CSD-1", "--attachment", "screen.txt", "--note", "a password"]);
    let reader = rusqlite::Connection::open(sandbox.database()).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM event").unwrap();
    let mut redact = sandbox.command();
    redact.args(["redact", "CSD-1", "--text", SECRET, "--note", "a password"]);
    let done = redact.output().unwrap();
    let told = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(8), "{told}");
    assert!(told.contains("still in the file") && told.contains("hint: redact the same once more"), "{told}");
    drop(reader);
    assert!(!sandbox.ok(&["log", "CSD-1"]).contains(SECRET), "it is removed all the same");
    sandbox.ok(&["redact", "CSD-1", "--text", SECRET, "--note", "again"]);
    assert!(!holds(&sandbox, SECRET));
}

#[test]
fn what_a_redaction_does_not_reach_is_named() {
    let sandbox = with_secret();
    sandbox.ok(&["edit", "CSD-1", "--product-version", "9-hush"]);
    sandbox.ok(&["comment", "CSD-1", "nothing", "--as", "hush"]);
    let ran = sandbox.run(&["redact", "CSD-1", "--text", "hush", "--note", "a name"]);
    assert_eq!(ran.exit, 0);
    let named: Vec<&str> = ran.err.lines().filter(|line| line.contains("which cannot be removed")).collect();
    assert_eq!(named.len(), 2, "{}", ran.err);
    assert!(named[0].starts_with("event ") && named[0].contains(" of CSD-1 has it in a version"), "{}", named[0]);
    let mail =
        "From: a@x.test\r\nSubject: re\r\nContent-Transfer-Encoding: base64\r\n\r\nTXkgYWNjb3VudCBpcyBERTU1NQ==\r\n";
    sandbox.write("reply.eml", mail);
    sandbox.ok(&["attach", "CSD-1", "reply.eml"]);
    let redacted = sandbox.json(&["redact", "CSD-1", "--text", "DE555", "--note", "an account"]);
    assert_eq!(redacted["attachments"], serde_json::json!([{ "ticket": "CSD-1", "name": "reply.eml" }]));
    assert_eq!(redacted["unreached"], serde_json::json!([]));
}

#[test]
fn a_line_of_a_batch_redacts_too() {
    let sandbox = with_secret();
    let line = |rest: &str| format!("{{\"do\":\"redact\",\"key\":\"CSD-1\",\"note\":\"a password\",{rest}}}\n");
    let text = line(&format!("\"text\":\"{SECRET}\""));
    sandbox.write("lines", format!("{text}{}", line("\"attachment\":\"no such file\"")));
    assert_eq!(sandbox.run(&["batch", "lines"]).exit, 8);
    assert!(holds(&sandbox, "geheim"), "all or nothing");
    sandbox.write("lines", format!("{text}{}", line("\"attachment\":\"screen.txt\"")));
    sandbox.ok(&["batch", "lines"]);
    assert!(!holds(&sandbox, "geheim"));
    sandbox.ok(&["db", "verify"]);
}

#[test]
fn a_redaction_needs_a_reason_that_does_not_repeat_the_text_and_can_be_done_again() {
    let sandbox = with_secret();
    let events = sandbox.events();
    assert_eq!(sandbox.run(&["redact", "CSD-1", "--text", SECRET]).exit, 4);
    assert_eq!(sandbox.run(&["redact", "CSD-1", "--text", SECRET, "--note", &format!("it was {SECRET}")]).exit, 2);
    assert_eq!(sandbox.run(&["redact", "CSD-1", "--note", "x"]).exit, 2);
    assert_eq!(sandbox.run(&["redact", "CSD-1", "--attachment", "other", "--note", "x"]).exit, 3);
    assert_eq!(sandbox.run(&["redact", "CSD-9", "--text", SECRET, "--note", "x"]).exit, 3);
    assert_eq!(sandbox.events(), events);
    sandbox.ok(&["redact", "CUS-1", "--text", "Geheim", "--note", "x"]);
    sandbox.ok(&["redact", "CUS-1", "--text", "4711", "--note", "y"]);
    assert_eq!(sandbox.json(&["show", "CSD-1"])["summary"], "Login [redacted]-[redacted] fails");
    let none = sandbox.json(&["redact", "CUS-1", "--text", "4711", "--note", "y"]);
    assert_eq!(none["removed"], Value::Array(Vec::new()));
    let told = sandbox.run(&["redact", "CUS-1", "--text", "geheim", "--note", "y"]);
    assert!(told.out.contains("nothing was removed") && told.err.contains("hint: "), "{}{}", told.out, told.err);
    sandbox.ok(&["db", "verify"]);
}

#[test]
fn a_ticket_can_be_shown_as_it_was() {
    let sandbox = Sandbox::new();
    let at = |time: &str, arguments: &[&str]| sandbox.ok(&[arguments, &["--now", time]].concat());
    at("2026-03-02T08:00:00Z", &["report", "--customer", "Acme", "--summary", "Rates are zero", "--channel", "phone"]);
    at("2026-03-02T09:00:00Z", &["assess", "CSD-1", "--handled-by", "engineering", "--trigger", "none"]);
    at("2026-03-02T10:00:00Z", &["escalate", "CSD-1", "--priority", "low", "--steps", "s"]);
    at("2026-03-02T11:00:00Z", &["edit", "CUS-1", "--summary", "Rates are nil"]);
    let show = |key: &str, time: &str| -> Value {
        serde_json::from_str(&at("2026-03-03T00:00:00Z", &["show", key, "--json", "--as-of", time])).unwrap()
    };
    assert_eq!(show("CSD-1", "2026-03-02T08:30:00Z")["stage"], "reported");
    assert_eq!(show("CSD-1", "2026-03-02T08:30:00Z")["owed"][0]["overdue"], false);
    assert_eq!(show("CSD-1", "2026-03-02T10:00:00Z")["cus"], "CUS-1");
    assert_eq!(show("CUS-1", "2026-03-02T10:59:59Z")["summary"], "Rates are zero");
    assert_eq!(show("CUS-1", "2026-03-02T11:00:00Z")["summary"], "Rates are nil");
    let page = at("2026-03-03T00:00:00Z", &["show", "CUS-1", "--as-of", "13h"]);
    assert!(page.contains("Rates are nil"), "{page}");
    at("2026-03-03T00:00:00Z", &["edit", "CSD-1", "--csd", "DESK-1", "--note", "the desk's"]);
    assert_eq!(show("DESK-1", "2026-03-02T11:00:00Z")["key"], "CSD-1", "found by the key that it has now");
    let ran = sandbox.run(&["show", "CUS-1", "--as-of", "2026-03-02T09:30:00Z"]);
    assert!(ran.exit == 3 && ran.err.contains("there is no ticket `CUS-1 at 2026-03-02T09:30:00Z`"), "{}", ran.err);
}

#[test]
fn a_head_that_was_noted_finds_a_cut_tail_and_a_history_written_anew() {
    let sandbox = Sandbox::escalated();
    sandbox.ok(&["db", "backup", "before.db"]);
    let before = sandbox.json(&["db", "verify"])["head"].as_str().unwrap().to_owned();
    sandbox.ok(&["comment", "CUS-1", "later"]);
    let after = sandbox.json(&["db", "verify"])["head"].as_str().unwrap().to_owned();
    sandbox.ok(&["db", "verify", "--expect", &before]);
    sandbox.ok(&["db", "verify", "--expect", &after]);
    let cut = sandbox.run(&["--db", "before.db", "db", "verify", "--expect", &after]);
    assert!(cut.exit == 7 && cut.err.contains("cut or written anew"), "{}", cut.err);
    let anew = Sandbox::escalated();
    anew.ok(&["comment", "CUS-1", "later"]);
    assert_eq!(anew.run(&["db", "verify", "--expect", &after]).exit, 7, "the same story, told at another time");
    assert_eq!(sandbox.run(&["db", "verify", "--expect", "nonsense"]).exit, 7);
    assert_eq!(sandbox.run(&["db", "verify", "--expect", ""]).exit, 2);
    assert_eq!(sandbox.run(&["db", "verify", "--expect", "00"]).exit, 7);
    sandbox.ok(&["db", "verify", "--expect", &"0".repeat(64)]);
}

#[test]
fn whoever_comes_second_is_told_who_was_first() {
    let sandbox = Sandbox::escalated();
    let close = ["close", "CUS-1", "--resolution", "wont-fix", "--note", "n"];
    sandbox.ok(&[&close[..], &["--as", "ada"]].concat());
    let ran = sandbox.run(&[&close[..], &["--as", "bo"]].concat());
    assert!(ran.exit == 5 && ran.err.contains("(by ada, 2026-03-02 08:00 UTC)"), "{}", ran.err);
    let ran = sandbox.run(&["comment", "CUS-1", "x", "--revision", "1"]);
    assert!(ran.exit == 6 && ran.err.contains("ada changed it meanwhile"), "{}", ran.err);
}
