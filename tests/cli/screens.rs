//! The help and the main screens, word for word, so that every change of wording is seen.
//!
//! They are kept in `snapshots/`. After a change on purpose: `INSTA_UPDATE=always cargo test --test cli screens`, then read
//! the difference.

use std::fmt::Write as _;

use insta::{Settings, assert_snapshot};

use crate::sandbox::Sandbox;

/// What a failure shows above the difference.
const ADVICE: &str = "Changed on purpose? Run INSTA_UPDATE=always cargo test --test cli screens, then read git diff.";
/// How much of the walkthrough has happened: CUS-1 is at Postmortem with two customers, CUS-2 has just been escalated.
const LINES: usize = 20;

/// Holds a text against the snapshot of that name.
#[track_caller]
fn holds(name: &str, text: &str) {
    let mut settings = Settings::clone_current();
    settings.set_description(ADVICE);
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| assert_snapshot!(name, text));
}

/// A desk on the fourth day of the walkthrough.
fn desk() -> Sandbox {
    let sandbox = Sandbox::empty();
    let walkthrough = include_str!("../../examples/walkthrough.jsonl");
    let lines: String = walkthrough.split_inclusive('\n').take(LINES).collect();
    sandbox.write("lines.jsonl", lines);
    sandbox.ok(&["batch", "--create", "lines.jsonl"]);
    sandbox
}

/// The command lines of a screen, each with what it prints.
fn screen(sandbox: &Sandbox, lines: &[&str]) -> String {
    let mut screen = String::new();
    for line in lines {
        let output = sandbox
            .command()
            .env("CUS_NOW", "2026-03-06T09:00:00Z")
            .args(shlex::split(line).unwrap())
            .output()
            .unwrap();
        let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        writeln!(screen, "$ cus {line}\n{out}{err}").unwrap();
    }
    screen
}

/// The commands that a help lists, each with those beneath it.
fn commands(sandbox: &Sandbox, above: &[String]) -> Vec<Vec<String>> {
    let mut asked: Vec<&str> = above.iter().map(String::as_str).collect();
    asked.push("--help");
    let help = sandbox.ok(&asked);
    let listed = help.lines().skip_while(|line| !line.starts_with("The eight steps") && *line != "Commands:");
    let listed = listed.take_while(|line| !line.starts_with("Options") && !line.starts_with("Global"));
    let names = listed.filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
    let mut all = vec![above.to_vec()];
    for name in names {
        all.extend(commands(sandbox, &[above, &[name.to_owned()]].concat()));
    }
    all
}

#[test]
fn help() {
    let sandbox = Sandbox::empty();
    let mut pages = String::new();
    for command in commands(&sandbox, &[]) {
        let mut line = command;
        line.push("--help".to_owned());
        let line: Vec<&str> = line.iter().map(String::as_str).collect();
        let page = sandbox.ok(&line);
        // The first page has the options of all.
        let own = if pages.is_empty() { page.as_str() } else { page.split("\nGlobal options:").next().unwrap() };
        writeln!(pages, "$ cus {}\n{own}", line.join(" ")).unwrap();
    }
    holds("help", &pages);
}

#[test]
fn next() {
    let lines = ["next", "next --role engineering", "next --role product", "next CUS-1", "next CUS-2"];
    holds("next", &screen(&desk(), &lines));
}

#[test]
fn list() {
    let lines = ["list", "list open-bugs", "list held", "list stuck", "list --overdue", "list --customer Nobody"];
    holds("list", &screen(&desk(), &lines));
}

#[test]
fn show() {
    holds("show", &screen(&desk(), &["show CSD-1", "show CUS-1", "show CUS-2"]));
}

#[test]
fn log() {
    holds("log", &screen(&desk(), &["log", "log CUS-1 --limit 3"]));
}

#[test]
fn reports() {
    let lines = ["customer 'Falcon Couriers'", "plan", "plan 5.2", "stats", "handover", "search rates"];
    holds("reports", &screen(&desk(), &lines));
}

#[test]
fn answers() {
    let lines = [
        "report --customer Acme --summary 'Rates are zero' --channel phone --role support",
        "assess CSD-5 --handled-by engineering --trigger none --role support",
        "escalate CSD-5 --into CUS-1 --role support",
        "eng-assess CUS-2 --cause 'The session ends' --started unknown --caused-by unknown --severity minor --impact one \
         --workaround 'Log in again' --role engineering",
        "release CUS-2 --decision patch --fix-version 5.1.1 --target-date 2026-03-20 --role engineering",
        "notify CUS-2 --owed --role engineering",
        "hold CUS-2 --product-version 5.1.1 --role engineering",
        "can-upgrade 5.1.1",
        "comment CSD-5 'Called back' --role support",
        "outbox",
    ];
    holds("answers", &screen(&desk(), &lines));
}

#[test]
fn refusals() {
    let lines = [
        "escalate CSD-4 --role support",
        "postmortem CUS-2 --role engineering",
        "close CUS-1 --role product",
        "eng-assess CUS-2 --role engineering",
        "eng-assess CUS-2 --severity awful",
        "assess CSD-99 --handled-by support --trigger none",
        "list no-such-filter",
        "lsit",
    ];
    holds("refusals", &screen(&desk(), &lines));
}
