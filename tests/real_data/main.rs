//! A real tracker's customer reports, and the engineering issues that they led to, and a real help desk's log, driven
//! through the process.
//!
//! The data is read from the folder that `CUS_REAL_DATA` names; none of it is kept here. Where there is none, the tests are
//! counted as ignored, which the usual harness cannot do: a test has to be listed in `TESTS`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod binary;
mod census;
mod engineering;
mod helpdesk;
mod import;
mod nasty;
mod plan;
mod script;
mod support;
mod texts;
mod tracker;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use serde_json::Value;

use binary::Binary;
use census::Census;
use plan::Escalation;
use script::Script;
use tracker::Tracker;

const FILE: &str = "titanium-customer-inbox-jira.json";

/// The tests of this target, by name.
const TESTS: [(&str, fn()); 9] = [
    ("a_real_tracker_goes_through_the_process", a_real_tracker_goes_through_the_process),
    (
        "helpdesk::figures_of_a_real_help_desk_are_those_of_its_log",
        helpdesk::figures_of_a_real_help_desk_are_those_of_its_log,
    ),
    (
        "import::a_customers_project_and_an_engineering_project_become_csd_and_cus_tickets",
        import::a_customers_project_and_an_engineering_project_become_csd_and_cus_tickets,
    ),
    (
        "import::jiras_own_csv_is_read_with_its_footer_and_its_blanks",
        import::jiras_own_csv_is_read_with_its_footer_and_its_blanks,
    ),
    ("import::repeated_columns_and_long_cells_are_kept", import::repeated_columns_and_long_cells_are_kept),
    ("import::a_changelog_becomes_events_at_their_own_times", import::a_changelog_becomes_events_at_their_own_times),
    (
        "import::a_table_of_support_tickets_is_mapped_by_its_names",
        import::a_table_of_support_tickets_is_mapped_by_its_names,
    ),
    (
        "import::hostile_json_and_tables_are_refused_or_read_and_nothing_breaks",
        import::hostile_json_and_tables_are_refused_or_read_and_nothing_breaks,
    ),
    ("nasty::every_naughty_string_comes_back_byte_for_byte", nasty::every_naughty_string_comes_back_byte_for_byte),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let has_data = named_folder().is_some();
    if !has_data {
        say("real data: skipped, since CUS_REAL_DATA names no folder");
    }
    let trials = TESTS.map(|(name, test)| {
        let run = move || {
            test();
            Ok(())
        };
        Trial::test(name, run).with_ignored_flag(!has_data)
    });
    libtest_mimic::run(&arguments, trials.into()).exit_code()
}

fn a_real_tracker_goes_through_the_process() {
    let file = folder().join(FILE);
    let export = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let export: Value = serde_json::from_slice(&export).unwrap();
    let tracker = Tracker::read(&export);
    let plan = plan::plan(&tracker);
    let census = Census::of(&export);

    let home = tempfile::tempdir().unwrap();
    let cus = Binary::at_home_in(home.path());
    let script = tell(&tracker, &plan);
    let results = perform(&cus, &script);
    assert_eq!(results.len(), script.len(), "each line has its result");
    cus.succeed(&["db", "verify"]);

    let listed: Value = serde_json::from_slice(&cus.succeed(&["list", "--format", "json"])).unwrap();
    let tickets = listed["items"].as_array().unwrap();
    let stages = stages_by_source(tickets, &plan);
    each_went_as_far_as_the_real_one(&stages, &census.stages);
    finished_tickets_owe_nothing_and_open_ones_do(tickets);
    escalations_have_their_customers(tickets, &plan);
    texts::are_back(&tracker, &plan, tickets);
    texts::comments_are_back(&tracker, &plan, &cus.succeed(&["log", "--format", "jsonl"]));

    say(&format!(
        "real data: {} lines; {} left out, as no report belongs to them; {:?}",
        script.len(),
        census.left_out,
        counted(&stages)
    ));
}

/// The folder with the real data.
fn folder() -> PathBuf {
    named_folder().expect("CUS_REAL_DATA names a folder")
}

fn named_folder() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("CUS_REAL_DATA")?);
    folder.is_dir().then_some(folder)
}

/// Prints one line on standard error.
fn say(line: &str) {
    let mut stderr = std::io::stderr();
    writeln!(stderr, "{line}").unwrap();
}

/// The tracker's history as batch lines.
fn tell(tracker: &Tracker, plan: &[Escalation<'_>]) -> Script {
    let mut script = Script::default();
    for report in tracker.reports() {
        support::tell(&mut script, tracker, report);
    }
    for escalation in plan {
        engineering::tell(&mut script, escalation);
    }
    script
}

/// Hands the whole script to `cus batch`. Its results are the evidence when a line is refused.
fn perform(cus: &Binary<'_>, script: &Script) -> Vec<Value> {
    std::fs::write(cus.home().join("history.jsonl"), script.in_order()).unwrap();
    let told = cus.succeed(&["batch", "--create", "history.jsonl"]);
    String::from_utf8(told).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Where each ticket stands, by the key that it has in the tracker.
fn stages_by_source(tickets: &[Value], plan: &[Escalation<'_>]) -> BTreeMap<String, String> {
    let source: BTreeMap<&str, &str> =
        plan.iter().map(|escalation| (escalation.key.as_str(), escalation.issue.key.as_str())).collect();
    let stages = tickets.iter().map(|ticket| {
        let key = ticket["key"].as_str().unwrap();
        (source.get(key).copied().unwrap_or(key).to_owned(), ticket["stage"].as_str().unwrap().to_owned())
    });
    let stages: BTreeMap<String, String> = stages.collect();
    assert_eq!(stages.len(), tickets.len(), "no key is listed twice");
    stages
}

fn each_went_as_far_as_the_real_one(found: &BTreeMap<String, String>, expected: &BTreeMap<String, String>) {
    let keys: BTreeSet<&String> = found.keys().chain(expected.keys()).collect();
    let differing = keys.into_iter().map(|key| (key, found.get(key), expected.get(key)));
    let differing: Vec<_> = differing.filter(|(_, found, expected)| found != expected).collect();
    assert!(differing.is_empty(), "key, found and expected: {differing:?}");
    assert_eq!(counted(found), counted(expected));
}

fn finished_tickets_owe_nothing_and_open_ones_do(tickets: &[Value]) {
    for ticket in tickets {
        let owes = !ticket["owed"].as_array().unwrap().is_empty();
        match ticket["stage"].as_str().unwrap() {
            "closed" | "resolved" => assert!(!owes, "{} is finished", ticket["key"]),
            // What is owed on an escalated ticket of a customer stands on its CUS ticket.
            _ if ticket.get("csd").is_none() => {}
            _ => assert!(owes, "{} is open", ticket["key"]),
        }
    }
}

/// A duplicate's customers have moved to its original (R26); everybody else is where the report led.
fn escalations_have_their_customers(tickets: &[Value], plan: &[Escalation<'_>]) {
    for escalation in plan {
        let ticket = tickets.iter().find(|ticket| ticket["key"] == *escalation.key).unwrap();
        let linked: BTreeSet<&str> =
            ticket["csd"].as_array().unwrap().iter().map(|csd| csd["key"].as_str().unwrap()).collect();
        let stayed = escalation.customers.iter().filter(|_| escalation.original.is_none());
        let expected: BTreeSet<&str> = stayed.map(|customer| customer.report.key.as_str()).collect();
        assert_eq!(linked, expected, "{}", escalation.key);
    }
}

/// How many tickets of each kind stand in each stage.
fn counted(stages: &BTreeMap<String, String>) -> BTreeMap<(&str, &str), usize> {
    let mut counts = BTreeMap::new();
    for (key, stage) in stages {
        let kind = if tracker::is_report(key) { "CSD" } else { "CUS" };
        *counts.entry((kind, stage.as_str())).or_default() += 1;
    }
    counts
}
