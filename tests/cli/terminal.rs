//! A real pseudo-terminal: what is missing is asked for, and breaking off writes nothing.

use std::path::PathBuf;

use rexpect::session::{PtySession, spawn_command};

use crate::sandbox::Sandbox;

const ESCAPE: &str = "\u{1b}";
const DOWN: &str = "\u{1b}[B";

fn start(sandbox: &Sandbox, arguments: &[&str]) -> PtySession {
    let mut command = sandbox.command();
    command.args(arguments).env("TERM", "xterm");
    spawn_command(command, Some(20_000)).unwrap()
}

/// Waits for a question and answers it.
#[track_caller]
fn answer(session: &mut PtySession, question: &str, keys: &str) {
    session.exp_string(question).unwrap_or_else(|error| panic!("{question}: {error}"));
    session.send(keys).unwrap();
    session.flush().unwrap();
}

#[track_caller]
fn ends(mut session: PtySession, exit: i32) {
    // What is still printed must be read, or the command waits for its reader.
    let rest = session.exp_eof().unwrap();
    let status = format!("{:?}", session.process().wait().unwrap());
    assert!(status.starts_with("Exited(") && status.ends_with(&format!(", {exit})")), "{status}: {rest}");
}

/// Breaks an escalation off with these reproduction steps, once all is typed.
#[track_caller]
fn break_off(sandbox: &Sandbox, steps: &str) {
    let mut session = start(sandbox, &["escalate", "CSD-1"]);
    answer(&mut session, "Priority level", "\r");
    answer(&mut session, "Reproduction steps", steps);
    answer(&mut session, "Attach a file", "\r");
    answer(&mut session, "Save?", "n");
    session.exp_string("hint: cus escalate CSD-1 --recover").unwrap();
    ends(session, 130);
}

/// What is kept of what was typed.
fn kept(sandbox: &Sandbox) -> Vec<PathBuf> {
    let files = |folder: PathBuf| std::fs::read_dir(folder).into_iter().flatten().map(|file| file.unwrap().path());
    files(sandbox.path(".local/state/cus")).flat_map(files).collect()
}

#[test]
fn what_is_pasted_is_one_answer() {
    let sandbox = Sandbox::new();
    let mut session = start(&sandbox, &["report", "--channel", "phone", "--customer", "Acme"]);
    let paste = |text: &str| format!("\u{1b}[200~{text}\u{1b}[201~\r");
    answer(&mut session, "Summary", &paste("Rates are zero\ryours\rno"));
    session.exp_string("Only the first line of what was pasted is kept").unwrap();
    answer(&mut session, "Description", &paste("Dear support,\r\rrates\tare zero.\ryours\rBob"));
    for question in ["Contact", "Product version", "Attach a file"] {
        answer(&mut session, question, "\r");
    }
    answer(&mut session, "Save?", "y");
    ends(session, 0);
    let csd = sandbox.json(&["show", "CSD-1"]);
    assert_eq!(csd["summary"], "Rates are zero");
    assert_eq!(csd["description"], "Dear support,\n\nrates\tare zero.\nyours\nBob");
    assert_eq!(csd["contact"], serde_json::Value::Null);
}

#[test]
fn report_asks_for_what_is_missing_and_writes_on_yes() {
    let sandbox = Sandbox::new();
    let mut session = start(&sandbox, &["report", "--channel", "phone"]);
    answer(&mut session, "Customer", "Acme\r");
    answer(&mut session, "Summary", "Ratez\u{7f}s are zero\r");
    answer(&mut session, "Description", "since Sunday\r");
    answer(&mut session, "Contact", "\r");
    answer(&mut session, "Product version", "5.1\r");
    answer(&mut session, "Attach a file", "\r");
    answer(&mut session, "Save?", "y");
    ends(session, 0);
    let csd = sandbox.json(&["show", "CSD-1"]);
    assert_eq!((csd["customer"].as_str(), csd["summary"].as_str()), (Some("Acme"), Some("Rates are zero")));
    assert_eq!((csd["channel"].as_str(), csd["contact"].as_str()), (Some("phone"), None));
}

#[test]
fn assess_asks_the_three_trigger_questions_first() {
    let sandbox = Sandbox::new();
    sandbox.ok(&["report", "--customer", "Acme", "--summary", "s", "--channel", "email"]);
    let mut session = start(&sandbox, &["assess", "CSD-1"]);
    answer(&mut session, "upgrade or patch?", "n");
    answer(&mut session, "financial", "n");
    answer(&mut session, "large customer impact?", "n");
    answer(&mut session, "Who handles it?", &format!("{DOWN}\r"));
    answer(&mut session, "Save?", "y");
    ends(session, 0);
    assert_eq!(sandbox.json(&["show", "CSD-1"])["handled_by"], "client-services");
    let mut session = start(&sandbox, &["assess", "CSD-1"]);
    answer(&mut session, "upgrade or patch?", "y");
    answer(&mut session, "financial", "n");
    answer(&mut session, "large customer impact?", "n");
    session.exp_string("Engineering handles it (R4)").unwrap();
    answer(&mut session, "Save?", "y");
    ends(session, 0);
    assert_eq!(sandbox.json(&["show", "CSD-1"])["triggers"], serde_json::json!(["after-upgrade"]));
}

#[test]
fn escalate_goes_through_the_checklist() {
    let sandbox = Sandbox::assessed();
    let mut session = start(&sandbox, &["escalate", "CSD-1"]);
    session.exp_string("CUS Ticket Checklist").unwrap();
    session.exp_string("Acme").unwrap();
    answer(&mut session, "Priority level", "\r");
    answer(&mut session, "Reproduction steps", "Rate a parcel.\r");
    answer(&mut session, "Attach a file", "\r");
    answer(&mut session, "Save?", "y");
    ends(session, 0);
    let cus = sandbox.json(&["show", "CUS-1"]);
    assert_eq!((cus["priority"].as_str(), cus["steps"].as_str()), (Some("medium"), Some("Rate a parcel.")));
}

#[test]
fn confirm_offers_the_three_answers() {
    let sandbox = Sandbox::escalated();
    let assessment = [
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
        "one",
        "--workaround",
        "none",
    ];
    sandbox.ok(&assessment);
    sandbox.ok(&["release", "CUS-1", "--decision", "backlog"]);
    sandbox.ok(&["notify", "CUS-1", "--owed"]);
    let mut session = start(&sandbox, &["confirm", "CSD-1"]);
    answer(&mut session, "What does the customer say?", &format!("{DOWN}{DOWN}\r"));
    answer(&mut session, "What was tried", "three calls\r");
    answer(&mut session, "Save?", "y");
    ends(session, 0);
    assert!(sandbox.ok(&["log", "CUS-1"]).contains("CSD-1 could not be reached: three calls"));
    assert_eq!(sandbox.json(&["show", "CSD-1"])["stage"], "escalated", "nothing has shipped");
}

#[test]
fn breaking_off_at_any_kind_of_question_writes_nothing() {
    let sandbox = Sandbox::assessed();
    let events = sandbox.events();
    for key in [ESCAPE, "\u{3}"] {
        let _ = std::fs::remove_dir_all(sandbox.path(".local/state"));
        let mut line = start(&sandbox, &["report"]);
        answer(&mut line, "Customer", key);
        ends(line, 130);
        let mut list = start(&sandbox, &["escalate", "CSD-1"]);
        answer(&mut list, "Priority level", key);
        ends(list, 130);
        let mut yes_no = start(&sandbox, &["assess", "CSD-1"]);
        answer(&mut yes_no, "upgrade or patch?", key);
        ends(yes_no, 130);
        let mut last = start(&sandbox, &["escalate", "CSD-1", "--priority", "low"]);
        answer(&mut last, "Reproduction steps", "s\r");
        answer(&mut last, "Attach a file", "\r");
        answer(&mut last, "Save?", key);
        ends(last, 130);
    }
    let mut no = start(&sandbox, &["escalate", "CSD-1", "--priority", "low"]);
    answer(&mut no, "Continue with the draft?", "y");
    answer(&mut no, "Save?", "n");
    ends(no, 130);
    assert_eq!(sandbox.events(), events);
}

#[test]
fn a_terminal_is_not_asked_where_nobody_may_ask() {
    let sandbox = Sandbox::assessed();
    for flags in [["--no-input"].as_slice(), &["--json"], &["--format", "keys"]] {
        let arguments: Vec<&str> = ["escalate", "CSD-1"].iter().chain(flags).copied().collect();
        ends(start(&sandbox, &arguments), 4);
    }
    let whole = ["escalate", "CSD-1", "--priority", "low", "--steps", "s"];
    ends(start(&sandbox, &whole), 0);
}

#[test]
fn a_step_that_is_not_open_is_refused_before_anything_is_asked() {
    let sandbox = Sandbox::escalated();
    let mut session = start(&sandbox, &["eng-assess", "CUS-1", "--role", "support"]);
    session.exp_string("this step is for `engineering`").unwrap();
    ends(session, 5);
}

#[test]
fn what_is_longer_than_the_terminal_goes_through_the_pager() {
    let sandbox = Sandbox::new();
    let lines: Vec<String> = (0..40)
        .map(|n| format!(r#"{{"do":"report","customer":"Acme {n}","summary":"Rates","channel":"phone"}}"#))
        .collect();
    sandbox.run_with(&["batch", "-", "--format", "keys"], &lines.join("\n"));
    let paged = |pager: &str, arguments: &[&str]| {
        let mut command = sandbox.command();
        command.args(arguments).env("TERM", "xterm").env("PAGER", pager).env("PATH", "/usr/bin:/bin");
        let mut session = spawn_command(command, Some(20_000)).unwrap();
        session.exp_eof().unwrap()
    };
    let long = paged("sed s/^/paged:/", &["list"]);
    assert!(long.lines().count() > 40 && long.lines().all(|line| line.starts_with("paged:")), "{long}");
    let short = paged("sed s/^/paged:/", &["list", "--limit", "3"]);
    assert!(!short.contains("paged:") && short.contains("CSD-1"), "{short}");
    assert!(paged("no-such-pager", &["list"]).contains("CSD-40"), "a pager that is not there keeps nothing back");
    assert!(paged("head -n 2", &["list"]).contains("CSD-1"), "a pager that is left early is no error");
    assert!(!paged("sed s/^/paged:/", &["list", "--format", "keys"]).contains("paged:"), "programs are not paged");
}

#[test]
fn notify_offers_each_notice_that_is_owed_lets_it_be_edited_and_tells_on_yes() {
    let sandbox = Sandbox::escalated();
    let unknown = ["--started", "unknown", "--caused-by", "unknown", "--severity", "cosmetic", "--impact", "large"];
    sandbox.ok(&[&["eng-assess", "CUS-1", "--cause", "c", "--workaround", "none"], &unknown[..]].concat());
    sandbox.ok(&["release", "CUS-1", "--decision", "next-release", "--fix-version", "9.0"]);
    sandbox.write("append", "#!/bin/sh\necho 'Yours, Dana' >> \"$1\"\n");
    let mut command = sandbox.command();
    command.args(["notify", "CUS-1"]).env("TERM", "xterm").env("EDITOR", "sh append").env("PATH", "/usr/bin:/bin");
    let mut session = spawn_command(command, Some(20_000)).unwrap();
    session.exp_string("CUS-1: to marketing by print").unwrap();
    session.exp_string("Large customer impact").unwrap();
    answer(&mut session, "Send this yourself", &format!("{DOWN}{DOWN}\r"));
    session.exp_string("to support about CSD-1 (Acme)").unwrap();
    answer(&mut session, "Send this yourself", "\r");
    session.exp_string("to customer about CSD-1").unwrap();
    session.exp_string("TENTATIVE").unwrap();
    answer(&mut session, "Send this yourself", &format!("{DOWN}\r"));
    session.exp_string("Yours, Dana").unwrap();
    answer(&mut session, "Send this yourself", "\r");
    session.exp_string("owed on CUS-1 next").unwrap();
    session.exp_string("notify Marketing").unwrap();
    ends(session, 0);
    let cus = sandbox.json(&["show", "CUS-1"]);
    let notices = cus["notices"].as_array().unwrap();
    assert_eq!(
        notices.iter().map(|notice| notice["to"].as_str().unwrap()).collect::<Vec<_>>(),
        ["support", "customer"]
    );
    assert!(notices[1]["text"].as_str().unwrap().contains("TENTATIVE and may change.\nYours, Dana"));
}

#[test]
fn stopping_an_offer_leaves_the_rest_owed() {
    let sandbox = Sandbox::escalated();
    let unknown = ["--started", "unknown", "--caused-by", "unknown", "--severity", "minor", "--impact", "one"];
    sandbox.ok(&[&["eng-assess", "CUS-1", "--cause", "c", "--workaround", "none"], &unknown[..]].concat());
    sandbox.ok(&["release", "CUS-1", "--decision", "backlog"]);
    let events = sandbox.events();
    let mut session = start(&sandbox, &["notify", "--owed"]);
    answer(&mut session, "Send this yourself", ESCAPE);
    ends(session, 130);
    let mut session = start(&sandbox, &["notify", "CUS-1", "--dry-run"]);
    answer(&mut session, "Send this yourself", "\r");
    session.exp_string("nothing is written").unwrap();
    ends(session, 0);
    assert_eq!(sandbox.events(), events);
}

#[test]
fn what_was_typed_before_a_step_was_broken_off_or_refused_can_be_brought_back() {
    let sandbox = Sandbox::assessed();
    break_off(&sandbox, "@home, twice.\r");
    let kept = kept(&sandbox);
    assert_eq!(kept.len(), 1);
    assert!(kept[0].ends_with("escalate-CSD-1.typed"));
    let elsewhere = sandbox.run(&["--db", "other.db", "escalate", "CSD-1", "--recover"]);
    assert!(elsewhere.err.contains("there is no draft of `cus escalate`"), "{}", elsewhere.err);
    let mut session = start(&sandbox, &["escalate", "CSD-1", "--recover", "--priority", "high"]);
    answer(&mut session, "Save?", "n");
    ends(session, 130);
    let mut session = start(&sandbox, &["escalate", "CSD-1", "--recover", "--priority", "high"]);
    session.exp_string("@home, twice.").unwrap();
    answer(&mut session, "Save?", "y");
    session.exp_string("escalated with priority high").unwrap();
    ends(session, 0);
    assert_eq!(self::kept(&sandbox), Vec::<PathBuf>::new());
    assert_eq!(sandbox.json(&["show", "CUS-1"])["steps"], "@home, twice.");
    let ran = sandbox.run(&["--as", "report", "release", "CUS-1", "--recover"]);
    assert!(ran.exit == 2 && ran.err.contains("there is no draft of `cus release`"), "{}", ran.err);
}

#[test]
fn a_redaction_reaches_what_was_typed_and_not_written() {
    let sandbox = Sandbox::assessed();
    break_off(&sandbox, "Pay to \"DE555\".\r");
    sandbox.ok(&["redact", "CSD-1", "--text", "\"DE555\"", "--note", "an account", "--dry-run"]);
    assert_eq!(kept(&sandbox).len(), 1);
    sandbox.ok(&["redact", "CSD-1", "--text", "\"DE555\"", "--note", "an account"]);
    assert_eq!(kept(&sandbox), Vec::<PathBuf>::new());
}

#[test]
fn what_changed_while_somebody_typed_is_told_and_what_was_typed_is_kept() {
    let sandbox = Sandbox::assessed();
    let mut session = start(&sandbox, &["escalate", "CSD-1"]);
    answer(&mut session, "Priority level", "\r");
    answer(&mut session, "Reproduction steps", "Rate a parcel.\r");
    answer(&mut session, "Attach a file", "\r");
    session.exp_string("Save?").unwrap();
    sandbox.ok(&["comment", "CSD-1", "meanwhile"]);
    session.send("y").unwrap();
    session.flush().unwrap();
    session.exp_string("hint: cus escalate CSD-1 --recover").unwrap();
    session.exp_string("dana changed it meanwhile").unwrap();
    ends(session, 6);
    sandbox.ok(&["escalate", "CSD-1", "--recover"]);
    assert_eq!(sandbox.json(&["show", "CUS-1"])["priority"], "medium");
}

/// Edits a ticket with an editor that runs this script over the form.
fn edited(sandbox: &Sandbox, script: &str, flags: &[&str]) -> PtySession {
    sandbox.write("editor", format!("#!/bin/sh\n{script}\n"));
    let mut command = sandbox.command();
    command.args([&["edit", "CSD-1"], flags].concat());
    command.env("TERM", "xterm").env("EDITOR", "sh editor").env("PATH", "/usr/bin:/bin");
    spawn_command(command, Some(20_000)).unwrap()
}

#[test]
fn a_ticket_can_be_edited_as_a_form_and_nothing_typed_is_lost() {
    let sandbox = Sandbox::assessed();
    let mut session = edited(&sandbox, "cp \"$1\" seen; sed -i 's/Rates are zero/Rates are nil/' \"$1\"", &[]);
    session.exp_string("summary is now Rates are nil").unwrap();
    ends(session, 0);
    let seen = std::fs::read_to_string(sandbox.path("seen")).unwrap();
    assert!(seen.contains("customer = \"Acme\"") && seen.contains("# Timeline"), "{seen}");
    assert_eq!(sandbox.json(&["show", "CSD-1"])["summary"], "Rates are nil");
    let events = sandbox.events();
    let mut session = edited(&sandbox, "sed -i 's/\"Acme\"/\"Acme Ltd/' \"$1\"", &[]);
    session.exp_string("hint: cus edit CSD-1 --recover").unwrap();
    session.exp_string("the form: ").unwrap();
    ends(session, 2);
    assert_eq!(sandbox.events(), events);
    let mut session = edited(&sandbox, "sed -i 's/\"Acme Ltd/\"Acme Ltd\"/' \"$1\"", &["--recover"]);
    session.exp_string("customer is now Acme Ltd").unwrap();
    ends(session, 0);
    let mut session = edited(&sandbox, ":", &[]);
    session.exp_string("nothing was changed").unwrap();
    ends(session, 0);
}

#[test]
fn a_customers_reply_is_shown_and_what_it_means_is_asked() {
    let sandbox = Sandbox::escalated();
    let unknown = ["--started", "unknown", "--caused-by", "unknown", "--severity", "minor", "--impact", "one"];
    sandbox.ok(&[&["eng-assess", "CUS-1", "--cause", "c", "--workaround", "none"], &unknown[..]].concat());
    sandbox.ok(&["release", "CUS-1", "--decision", "patch", "--fix-version", "8.1"]);
    sandbox.ok(&["notify", "CUS-1", "--owed"]);
    let told = sandbox.json(&["show", "CUS-1"]);
    let id = told["notices"][1]["message_id"].as_str().unwrap();
    sandbox.write(
        "reply.eml",
        format!("From: ada@example.com\r\nSubject: Re\r\nReferences: <{id}>\r\n\r\nStill zero.\r\n"),
    );
    let mut session = start(&sandbox, &["confirm", "--from-mail", "reply.eml"]);
    session.exp_string("| Still zero.").unwrap();
    answer(&mut session, "What does the customer say?", "\r");
    ends(session, 0);
    assert_eq!(sandbox.json(&["show", "CUS-1"])["stage"], "release-assessed", "nothing yet is the first choice");
    let mut session = start(&sandbox, &["confirm", "--from-mail", "reply.eml"]);
    answer(&mut session, "What does the customer say?", &format!("{DOWN}{DOWN}\r"));
    ends(session, 0);
    let shown = sandbox.json(&["show", "CUS-1"]);
    assert_eq!(shown["stage"], "release-assessed", "a complaint keeps the decision");
    assert!(shown["owed"].as_array().unwrap().iter().any(|owed| owed["what"] == "answer-complaint"), "{shown}");
    assert!(sandbox.ok(&["log", "CUS-1"]).contains("the customer of CSD-1 says that it is not resolved: Still zero."));
}
