//! Completing in the real shells, and what is offered.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use rexpect::session::{PtySession, spawn_command};

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

/// A shell in a pseudo-terminal that shows each command line as it was understood, instead of running it.
struct Typing(PtySession);

impl Typing {
    fn start(sandbox: &Sandbox, name: &str, arguments: &[&str], setup: &str) -> Self {
        let mut command = shell(sandbox, name);
        command.args(arguments).env("TERM", "xterm").env("PS1", "> ");
        let mut session = spawn_command(command, Some(20_000)).unwrap();
        sandbox.write("setup", setup);
        session.send_line("source ./setup; echo rea''dy").unwrap();
        session.exp_string("ready").unwrap();
        Self(session)
    }

    /// Types this, with a tab at its end, and returns the arguments that `cus` is run with.
    #[track_caller]
    fn completed(&mut self, typed: &str) -> Vec<String> {
        self.0.send(&format!("{typed}\t\r")).unwrap();
        self.0.flush().unwrap();
        self.0.exp_string("[[").unwrap_or_else(|error| panic!("{typed}: {error}"));
        let shown = self.0.exp_string("]]").unwrap_or_else(|error| panic!("{typed}: {error}"));
        shown.split('|').skip(1).map(str::to_owned).collect()
    }
}

const IN_BASH: &str = r#"
bind 'set enable-bracketed-paste off'
source <(cus completions bash)
cus() { if [ "$1" = complete ]; then command cus "$@"; else printf '[''['; printf '|%s' "$@"; printf ']'']\n'; fi; }
"#;

const IN_ZSH: &str = r#"
autoload -U compinit; compinit -u -D
unset zle_bracketed_paste
source <(cus completions zsh)
cus() { if [ "$1" = complete ]; then command cus "$@"; else printf '[''['; printf '|%s' "$@"; printf ']'']\n'; fi; }
"#;

const IN_FISH: &str = r#"
cus completions fish | source
function cus; if test "$argv[1]" = complete; command cus $argv; else; printf '[''['; printf '|%s' $argv; printf ']'']\n'; end; end
"#;

/// Customers whom a shell would obey.
fn hostile_customers() -> Sandbox {
    let sandbox = Sandbox::new();
    for customer in ["Evil$(touch f)", "Birch & Sons", "O'Neil; touch f", "Quote\" `touch f` !!", "Two: a=b c"] {
        sandbox.ok(&["report", "--customer", customer, "--summary", "s", "--channel", "email"]);
    }
    sandbox
}

#[track_caller]
fn names_are_inserted_as_they_are(sandbox: &Sandbox, mut typing: Typing) {
    let cases = [
        ("cus list --customer Ev", vec!["list", "--customer", "Evil$(touch f)"]),
        ("cus list --customer=Ev", vec!["list", "--customer=Evil$(touch f)"]),
        ("cus list --customer 'Ev", vec!["list", "--customer", "Evil$(touch f)"]),
        ("cus list --customer \"Ev", vec!["list", "--customer", "Evil$(touch f)"]),
        ("cus list --customer Bir", vec!["list", "--customer", "Birch & Sons"]),
        ("cus list --customer Birch\\ \\&", vec!["list", "--customer", "Birch & Sons"]),
        ("cus list --customer 'Birch &", vec!["list", "--customer", "Birch & Sons"]),
        ("cus customer O", vec!["customer", "O'Neil; touch f"]),
        ("cus customer \"O", vec!["customer", "O'Neil; touch f"]),
        ("cus customer Quo", vec!["customer", "Quote\" `touch f` !!"]),
        ("cus customer 'Quo", vec!["customer", "Quote\" `touch f` !!"]),
        ("cus customer Two:\\ a", vec!["customer", "Two: a=b c"]),
        ("cus eng-as", vec!["eng-assess"]),
        ("cus list --stage=postm", vec!["list", "--stage=postmortem"]),
        ("cus attach CSD-1 some", vec!["attach", "CSD-1", "some file.png"]),
    ];
    sandbox.write("some file.png", "");
    for (typed, arguments) in cases {
        assert_eq!(typing.completed(typed), arguments, "{typed}");
    }
    assert!(!sandbox.path("f").exists(), "a name was run");
}

#[test]
fn bash_completes() {
    let sandbox = hostile_customers();
    names_are_inserted_as_they_are(
        &sandbox,
        Typing::start(&sandbox, "bash", &["--norc", "--noprofile", "-i"], IN_BASH),
    );
}

#[test]
fn zsh_completes() {
    if is_there("zsh") {
        let sandbox = hostile_customers();
        names_are_inserted_as_they_are(&sandbox, Typing::start(&sandbox, "zsh", &["-f"], IN_ZSH));
    }
}

#[test]
fn fish_completes() {
    if is_there("fish") {
        let sandbox = hostile_customers();
        names_are_inserted_as_they_are(&sandbox, Typing::start(&sandbox, "fish", &["--no-config"], IN_FISH));
    }
}

#[test]
fn every_command_has_its_page() {
    let sandbox = Sandbox::empty();
    std::fs::create_dir(sandbox.path("man")).unwrap();
    sandbox.ok(&["man", "--to", "man"]);
    let help = sandbox.ok(&["--help"]);
    let (commands, _) = help.split_once("Global options:").unwrap();
    let listed = commands.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
    let missing: Vec<&str> = listed.filter(|command| !sandbox.path(&format!("man/cus-{command}.1")).exists()).collect();
    assert!(missing.is_empty() && sandbox.path("man/cus.1").exists(), "{missing:?}");
    assert!(commands.contains("  eng-assess "), "{commands}");
    assert!(sandbox.ok(&["man"]).contains("cus"));
    let page = sandbox.ok(&["man", "eng-assess"]);
    assert!(page.contains("cus\\-eng\\-assess") && page.contains("workaround"), "{page}");
    assert_eq!(sandbox.run(&["man", "nothing"]).exit, 2);
}
