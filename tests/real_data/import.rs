//! Real exports of real trackers, imported as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::{Binary, folder, say};

/// What an import said of itself.
fn import(cus: &Binary<'_>, file: &Path, more: &[&str]) -> Value {
    let arguments = [&["import", "--create", "--accept-guesses", "--json", file.to_str().unwrap()], more].concat();
    serde_json::from_slice(&cus.succeed(&arguments)).unwrap()
}

/// Imports a file and holds what holds of every file: it verifies, a second import changes nothing, what is over owes
/// nothing, and the export of a file that is not too long is taken back byte for byte.
fn imported(file: &Path, look: impl FnOnce(&Value, &BTreeMap<String, Value>)) {
    let home = tempfile::tempdir().unwrap();
    let cus = Binary::at_home_in(home.path());
    let dry = import(&cus, file, &["--dry-run"]);
    let report = import(&cus, file, &[]);
    assert_eq!(dry["new"], report["new"], "a dry run tells what happens");
    assert_eq!(report["skipped"], Value::Array(Vec::new()));
    let again = import(&cus, file, &[]);
    assert_eq!((&again["events"], &again["unchanged"]), (&Value::from(0), &report["rows"]));
    cus.succeed(&["db", "verify"]);
    if report["rows"].as_u64() < Some(1_000) {
        comes_back(&cus);
    }

    let lines = cus.succeed(&["list", "--format", "jsonl"]);
    let tickets: BTreeMap<String, Value> = String::from_utf8(lines)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|ticket| (ticket["key"].as_str().unwrap().to_owned(), ticket))
        .collect();
    for ticket in tickets.values() {
        // What is owed about an escalated ticket stands on its CUS ticket.
        let owes_nothing = match (ticket["kind"].as_str(), ticket["stage"].as_str()) {
            (Some("csd"), Some("escalated")) => continue,
            (_, stage) => matches!(stage, Some("resolved" | "closed")),
        };
        assert_eq!(ticket["owed"].as_array().unwrap().is_empty(), owes_nothing, "{ticket}");
    }
    look(&report, &tickets);
}

fn comes_back(cus: &Binary<'_>) {
    let export = cus.succeed(&["export"]);
    let other = tempfile::tempdir().unwrap();
    std::fs::write(other.path().join("export.jsonl"), &export).unwrap();
    let copy = Binary::at_home_in(other.path());
    copy.succeed(&["import", "--create", "export.jsonl"]);
    assert!(copy.succeed(&["export"]) == export, "an export is taken back byte for byte");
}

/// The customers' issues that a link joins, at either end, to an engineering issue in the file.
fn joined(source: &Value) -> usize {
    let issues = source["issues"].as_array().unwrap();
    let key = |issue: &Value| issue["key"].as_str().unwrap().to_owned();
    let keys: BTreeSet<String> = issues.iter().map(key).collect();
    let links = issues.iter().flat_map(|issue| {
        let links = issue["fields"]["issuelinks"].as_array().cloned().unwrap_or_default();
        let others = links.into_iter().filter_map(|link| {
            let other = link["outwardIssue"]["key"].as_str().or(link["inwardIssue"]["key"].as_str());
            other.map(str::to_owned)
        });
        others.map(|other| (key(issue), other)).collect::<Vec<_>>()
    });
    let is_customers = |key: &String| key.starts_with("AC-");
    let joined: BTreeSet<String> = links
        .filter(|(one, other)| keys.contains(other) && is_customers(one) != is_customers(other))
        .map(|(one, other)| if is_customers(&one) { one } else { other })
        .collect();
    joined.len()
}

fn counted(report: &Value) -> [u64; 4] {
    [&report["new"]["csd"], &report["new"]["cus"], &report["linked"], &report["passed_over"]]
        .map(|count| count.as_u64().unwrap())
}

pub(crate) fn a_customers_project_and_an_engineering_project_become_csd_and_cus_tickets() {
    let folder = folder();
    let file = folder.join("titanium-customer-inbox-jira.json");
    let source: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    imported(&file, |report, tickets| {
        let linked = joined(&source) as u64;
        assert!((300..349).contains(&linked), "some lead to issues that were left out: {linked}");
        assert_eq!(counted(report), [349, 303, linked, 0]);
        let mut said = 0;
        for issue in source["issues"].as_array().unwrap() {
            let ticket = &tickets[issue["key"].as_str().unwrap()];
            let fields = &issue["fields"];
            assert_eq!(ticket["summary"], fields["summary"]);
            let text = fields["description"].as_str().filter(|text| !text.trim().is_empty());
            let kept = if ticket["kind"] == "csd" { &ticket["description"] } else { &ticket["steps"] };
            assert_eq!(kept.as_str().filter(|kept| *kept != "(none recorded)"), text, "byte for byte");
            assert_eq!(ticket["kind"] == "csd", issue["key"].as_str().unwrap().starts_with("AC-"));
            let comments = fields["comment"]["comments"].as_array();
            said += comments.map_or(0, |all| {
                all.iter().filter(|comment| !comment["body"].as_str().unwrap_or_default().trim().is_empty()).count()
            });
        }
        say(&format!("real data: {} issues, {said} comments", tickets.len()));
    });
}

pub(crate) fn jiras_own_csv_is_read_with_its_footer_and_its_blanks() {
    let folder = folder();
    imported(&folder.join("asf-jira-2014-current-fields.csv"), |report, tickets| {
        assert_eq!(counted(report), [100, 0, 0, 1], "the footer is no issue");
        assert!(tickets.keys().all(|key| !key.ends_with(' ')));
        assert!(tickets.values().all(|ticket| ticket["created"].as_str().unwrap().starts_with("20")));
    });
}

pub(crate) fn repeated_columns_and_long_cells_are_kept() {
    let folder = folder();
    let file = folder.join("titanium-modules-jira-layout.csv");
    let mut reader = csv::Reader::from_path(&file).unwrap();
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|other| other == name).unwrap();
    let (key, description) = (column("Issue key"), column("Description"));
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    imported(&file, |report, tickets| {
        assert_eq!(counted(report), [348, 0, 0, 0]);
        for row in &rows {
            let text = Some(&row[description]).filter(|text| !text.trim().is_empty());
            assert_eq!(tickets[&row[key]]["description"].as_str(), text, "byte for byte");
        }
    });
}

pub(crate) fn a_changelog_becomes_events_at_their_own_times() {
    let folder = folder();
    for name in ["SP-1", "SP-2", "SP-5"] {
        let file = folder.join("jira-cloud-changelog").join(format!("{name}.json"));
        let source: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        let changes: usize = source["changelog"]["histories"]
            .as_array()
            .unwrap()
            .iter()
            .map(|history| history["items"].as_array().unwrap().len())
            .sum();
        let home = tempfile::tempdir().unwrap();
        let cus = Binary::at_home_in(home.path());
        import(&cus, &file, &[]);
        let log: Value = serde_json::from_slice(&cus.succeed(&["log", name, "--json"])).unwrap();
        let events = log["items"].as_array().unwrap();
        let of = |kind: &str| events.iter().filter(|event| event["type"] == kind).count();
        assert_eq!(of("changed-elsewhere"), changes, "{name}");
        if name == "SP-5" {
            assert_eq!((of("resolved"), of("reopened")), (2, 1), "it was done, reopened and done again");
        }
    }
}

pub(crate) fn a_table_of_support_tickets_is_mapped_by_its_names() {
    let folder = folder();
    imported(&folder.join("customer_support_tickets.csv"), |report, tickets| {
        assert_eq!(counted(report), [8_469, 0, 0, 0]);
        let of = |stage: &str| tickets.values().filter(|ticket| ticket["stage"] == stage).count();
        assert_eq!([of("reported"), of("handled"), of("resolved")], [2_819, 2_881, 2_769]);
        assert!(tickets.values().all(|ticket| ticket["contact"].as_str().unwrap().contains('@')));
    });
}

pub(crate) fn hostile_json_and_tables_are_refused_or_read_and_nothing_breaks() {
    let folder = folder();
    let home = tempfile::tempdir().unwrap();
    let cus = Binary::at_home_in(home.path());
    cus.succeed(&["init"]);
    let mut files: Vec<_> = std::fs::read_dir(folder.join("nasty/json-parsing")).unwrap().collect();
    files.extend(std::fs::read_dir(folder.join("nasty/csv-spectrum/csvs")).unwrap());
    for file in files {
        let path = file.unwrap().path();
        let exit = cus.exit(&["import", path.to_str().unwrap()]);
        assert!(matches!(exit, Some(0 | 2 | 4 | 8)), "{}: {exit:?}", path.display());
        if path.file_name().unwrap().to_str().unwrap().starts_with("n_") {
            assert_ne!(exit, Some(0), "{}", path.display());
        }
    }
    cus.succeed(&["db", "verify"]);
}
