//! Completing in the real shells, and what is offered.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use rexpect::session::spawn_command;

use crate::sandbox::Sandbox;

/// A customer's summary that a terminal would obey.
const HOSTILE: &str = "Rates\u{1b}[31m\tare\nzero";

fn two_tickets() -> Sandbox {
    let sandbox = Sandbox::escalated();
    sandbox.ok(&["report", "--customer", "Birch & Sons", "--summary", HOSTILE, "--channel", "email"]);
    sandbox
}

fn offered(sandbox: &Sandbox, words: &[&str]) -> Vec<String> {
    let arguments: Vec<&str> = ["complete", "--"].iter().chain(words).copied().collect();
    let lines = sandbox.ok(&arguments);
    lines.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
}

/// Whether a shell is there; what is left out is said on the real standard error.
fn is_there(shell: &str) -> bool {
    let found = ["/bin", "/usr/bin", "/usr/local/bin"].iter().any(|folder| Path::new(folder).join(shell).exists());
    if !found {
        let mut stderr = std::io::stderr();
        writeln!(stderr, "completions: {shell} is not installed, and is left out").unwrap();
    }
    found
}

/// The shell in the sandbox, with the binary under test on its path.
fn shell(sandbox: &Sandbox, name: &str) -> Command {
    let tools = Path::new(env!("CARGO_BIN_EXE_cus")).parent().unwrap().display().to_string();
    let mut command = Command::new(name);
    command
        .current_dir(sandbox.path(""))
        .env_clear()
        .env("PATH", format!("{tools}:/usr/local/bin:/usr/bin:/bin"))
        .env("HOME", sandbox.path(""))
        .env("TERM", "dumb")
        .env("CUS_DB", "cus.db")
        .env("CUS_USER", "dana");
    command
}

#[test]
fn only_tickets_are_offered_for_which_the_step_is_legal() {
    let sandbox = two_tickets();
    assert_eq!(offered(&sandbox, &["assess", ""]), ["CSD-2"]);
    assert_eq!(offered(&sandbox, &["eng-assess", "c"]), ["CUS-1"]);
    assert_eq!(offered(&sandbox, &["postmortem", ""]), Vec::<String>::new());
    assert_eq!(offered(&sandbox, &["show", "CSD"]), ["CSD-2", "CSD-1"]);
    assert_eq!(offered(&sandbox, &["escalate", "CSD-2", "--into", ""]), ["CUS-1"]);
}

#[test]
fn stages_customers_filters_and_flags_are_offered() {
    let sandbox = two_tickets();
    assert_eq!(offered(&sandbox, &["list", "--stage", "post"]), ["postmortem"]);
    assert_eq!(offered(&sandbox, &["list", "--stage=post"]), ["--stage=postmortem"]);
    assert_eq!(offered(&sandbox, &["list", "--customer", "b"]), ["Birch & Sons"]);
    assert_eq!(offered(&sandbox, &["customer", ""]), ["Acme", "Birch & Sons"]);
    assert_eq!(offered(&sandbox, &["list", "st"]), ["stuck"]);
    assert_eq!(offered(&sandbox, &["db", "v"]), ["verify"]);
    assert!(offered(&sandbox, &["report", "--"]).contains(&"--customer".to_owned()));
}

#[test]
fn what_is_shown_is_on_one_line_and_harmless() {
    let sandbox = two_tickets();
    let lines = sandbox.ok(&["complete", "--", "assess", ""]);
    assert_eq!(lines, "CSD-2\treported — Rates\\u{1b}[31m are zero\n");
}

#[test]
fn completing_never_creates_and_offers_nothing_rather_than_an_error() {
    let sandbox = Sandbox::empty();
    assert_eq!(offered(&sandbox, &["show", ""]), Vec::<String>::new());
    assert!(!sandbox.database().exists());
    sandbox.write("cus.db", "this is no database at all, whatever its name says");
    sandbox.write("damaged", "");
    for words in [&["show", ""][..], &["list", "--customer", ""], &["nonsense", ""], &["show", "--nonsense", ""], &[]] {
        assert_eq!(offered(&sandbox, words).iter().filter(|word| word.contains("CSD")).count(), 0);
    }
}

#[test]
fn bash_completes() {
    let sandbox = two_tickets();
    let complete = |line: &str, word: usize| {
        let script = format!(
            "source <(cus completions bash); COMP_WORDS=({line}); COMP_CWORD={word}; _cus; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        let output = shell(&sandbox, "bash").args(["--norc", "-c", &script]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(complete("cus eng-", 1), "eng-assess\n");
    assert_eq!(complete("cus assess ''", 2), "CSD-2\n");
}

#[test]
fn zsh_completes() {
    if !is_there("zsh") {
        return;
    }
    let sandbox = two_tickets();
    let mut command = shell(&sandbox, "zsh");
    command.arg("-f").env("TERM", "xterm").env("PS1", "> ");
    let mut session = spawn_command(command, Some(20_000)).unwrap();
    session.send_line("autoload -U compinit; compinit -u -D; source <(cus completions zsh); echo rea''dy").unwrap();
    session.exp_string("ready").unwrap();
    session.send("cus eng-as\t").unwrap();
    session.flush().unwrap();
    session.exp_string("sess").unwrap();
    session.send("CUS\t").unwrap();
    session.flush().unwrap();
    session.exp_string("-1").unwrap();
    session.send("\u{15}exit\r").unwrap();
    session.flush().unwrap();
    session.exp_eof().unwrap();
}

#[test]
fn fish_completes() {
    if !is_there("fish") {
        return;
    }
    let sandbox = two_tickets();
    let complete = |line: &str| {
        let script = format!("cus completions fish | source; complete -C '{line}'");
        let output = shell(&sandbox, "fish").args(["--no-config", "-c", &script]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(complete("cus eng-").starts_with("eng-assess\t"), "{}", complete("cus eng-"));
    assert!(complete("cus assess ").starts_with("CSD-2\treported"), "{}", complete("cus assess "));
}

#[test]
fn every_command_has_its_page() {
    let sandbox = Sandbox::empty();
    std::fs::create_dir(sandbox.path("man")).unwrap();
    sandbox.ok(&["man", "--to", "man"]);
    let pages = std::fs::read_dir(sandbox.path("man")).unwrap().count();
    assert_eq!(pages, 42, "cus and each of its commands");
    assert!(sandbox.ok(&["man"]).contains("cus"));
    let page = sandbox.ok(&["man", "eng-assess"]);
    assert!(page.contains("cus\\-eng\\-assess") && page.contains("workaround"), "{page}");
    assert_eq!(sandbox.run(&["man", "nothing"]).exit, 2);
}
