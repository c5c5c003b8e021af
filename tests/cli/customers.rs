//! Customers' records (R39): renaming, merging, finding by old names, and who runs an affected version.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

/// A report of each of these customers, each with the version that it runs.
fn reported(customers: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::new();
    for (customer, version) in customers {
        let report = ["report", "--customer", customer, "--summary", "s", "--channel", "phone"];
        sandbox.ok(&[&report[..], &["--product-version", version]].concat());
    }
    sandbox
}

/// One key of each item of a list, in words.
#[track_caller]
fn each(list: &Value, key: &str) -> String {
    let items = list["items"].as_array().unwrap();
    items.iter().map(|item| item[key].as_str().unwrap_or("-")).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_record_says_what_is_known_of_a_customer_and_can_be_of_one_without_tickets() {
    let sandbox = Sandbox::new();
    let known = ["customer", "Birch", "--tier", "gold", "--zone", "Europe/Berlin", "--contact", "b@example.com"];
    let shown = sandbox.json(&[&known[..], &["--product-version", "5.1", "--note", "calls on Mondays"]].concat());
    assert_eq!((&shown["customer"], &shown["record"]["tier"]), (&json!("Birch"), &json!("gold")));
    sandbox.ok(&["customer", "birch", "--contact", "c@example.com", "--contact", "d@example.com"]);
    let record = sandbox.json(&["customer", "BIRCH"])["record"].clone();
    assert_eq!(record["contacts"], json!(["c@example.com", "d@example.com"]));
    assert_eq!((&record["zone"], &record["notes"]), (&json!("Europe/Berlin"), &json!(["calls on Mondays"])));
    assert!(sandbox.ok(&["customer", "Birch"]).contains("tier: gold"));
    assert!(sandbox.ok(&["log"]).contains("tier is now gold"));
    assert_eq!(sandbox.run(&["customer", "Birch", "--zone", "Mars"]).exit, 2);
    assert_eq!(sandbox.run(&["customer", "Birch", "--tier", "tin", "--role", "marketing"]).exit, 5);
    assert_eq!(sandbox.run(&["customer", "Cedar"]).exit, 3);
    let line = r#"{"do":"customer","name":"Birch","tier":"silver"}"#;
    let ran = sandbox.run_with(&["batch", "-"], line);
    assert!(ran.exit == 0 && ran.out.contains("\"silver\""), "{}", ran.out);
    sandbox.ok(&["db", "rebuild"]);
    assert_eq!(sandbox.json(&["customer", "Birch"])["record"]["tier"], "silver");
}

#[test]
fn a_renamed_customer_is_found_by_every_name_and_new_reports_get_the_new_one() {
    let sandbox = reported(&[("Acme", "5.1"), ("Acme", "5.2"), ("Birch", "5.1")]);
    let rename = ["customer", "acme", "--rename", "Acme Couriers"];
    let ran = sandbox.run(&rename);
    assert!(ran.exit == 4 && ran.err.contains("--note TEXT"), "{}", ran.err);
    let rehearsed = sandbox.json(&[&rename[..], &["--note", "they say so", "--dry-run"]].concat());
    assert_eq!(rehearsed["customer"], "Acme Couriers");
    assert_eq!(sandbox.json(&["show", "CSD-1"])["customer"], "Acme");
    sandbox.ok(&[&rename[..], &["--note", "they say so"]].concat());
    assert_eq!(sandbox.json(&["show", "CSD-2"])["customer"], "Acme Couriers");
    for name in ["Acme", "acme couriers"] {
        assert_eq!(sandbox.json(&["customer", name])["items"].as_array().unwrap().len(), 2, "{name}");
        assert_eq!(sandbox.json(&["list", "--customer", name])["items"].as_array().unwrap().len(), 2, "{name}");
    }
    let again = sandbox.json(&["report", "--customer", "ACME", "--summary", "s", "--channel", "phone"]);
    assert_eq!(again["customer"], "Acme Couriers");
    let taken = sandbox.run(&["customer", "Birch", "--rename", "Acme Couriers", "--note", "n"]);
    assert!(taken.exit == 4 && taken.err.contains("--merge-into OTHER"), "{}", taken.err);
    sandbox.ok(&["customer", "Acme Couriers", "--rename", "Acme", "--note", "back again"]);
    assert_eq!(sandbox.json(&["show", "CSD-1"])["customer"], "Acme");
}

#[test]
fn merged_customers_are_one() {
    let sandbox = reported(&[("Acme", "5.1"), ("Acme Ltd", "5.2"), ("Birch", "5.1")]);
    sandbox.ok(&["customer", "Acme Ltd", "--tier", "gold"]);
    sandbox.ok(&["customer", "Acme Ltd", "--merge-into", "acme", "--note", "the same"]);
    assert_eq!(each(&sandbox.json(&["customers"]), "customer"), "Acme Birch");
    let merged = sandbox.json(&["customer", "Acme Ltd"]);
    assert_eq!((&merged["customer"], &merged["record"]["tier"]), (&json!("Acme"), &json!("gold")));
    assert_eq!(merged["items"].as_array().unwrap().len(), 2);
    assert_eq!(sandbox.run(&["customer", "Acme", "--merge-into", "Nobody", "--note", "n"]).exit, 4);
    assert_eq!(sandbox.run(&["customer", "Acme", "--merge-into", "Acme Ltd", "--note", "n"]).exit, 4);
}

#[test]
fn customers_who_run_an_affected_version_and_have_not_reported_are_listed() {
    let sandbox = reported(&[("Acme", "5.1"), ("Birch", "v5.1.0"), ("Cedar", "5.2")]);
    sandbox.ok(&["customer", "Dogwood", "--product-version", "5.1", "--contact", "d@example.com"]);
    assert_eq!(each(&sandbox.json(&["customers"]), "customer"), "Acme Birch Cedar Dogwood");
    assert_eq!(each(&sandbox.json(&["customers", "--product-version", "5.1.0"]), "customer"), "Acme Birch Dogwood");
    sandbox.ok(&["assess", "CSD-1", "--handled-by", "engineering", "--trigger", "none"]);
    sandbox.ok(&["escalate", "CSD-1", "--priority", "medium", "--steps", "s"]);
    let affected = sandbox.json(&["affected", "CUS-1"]);
    assert_eq!((&affected["versions"], each(&affected, "customer")), (&json!(["5.1"]), "Birch Dogwood".to_owned()));
    sandbox.ok(&["hold", "CUS-1", "--product-version", "5.2", "--note", "n"]);
    assert_eq!(each(&sandbox.json(&["affected", "CSD-1"]), "customer"), "Birch Cedar Dogwood");
    assert!(sandbox.ok(&["affected", "CUS-1"]).contains("Affected: 5.1, 5.2"));
    assert_eq!(sandbox.run(&["affected", "CSD-2"]).exit, 2);
}

#[test]
fn the_customer_of_a_ticket_that_was_told_changes_only_by_the_record() {
    let sandbox = Sandbox::escalated();
    let assess = ["eng-assess", "CUS-1", "--cause", "c", "--started", "unknown", "--caused-by", "unknown"];
    sandbox.ok(&[&assess[..], &["--severity", "minor", "--impact", "one", "--workaround", "none"]].concat());
    sandbox.ok(&["release", "CUS-1", "--decision", "patch", "--fix-version", "5.1.1"]);
    for to in ["support", "customer"] {
        sandbox.ok(&["notify", "CUS-1", "--to", to]);
    }
    let ran = sandbox.run(&["edit", "CSD-1", "--customer", "OtherCorp"]);
    assert!(
        ran.exit == 4 && ran.err.contains("(R39)") && ran.err.contains("customer Acme --rename NEW"),
        "{}",
        ran.err
    );
    sandbox.ok(&["customer", "Acme", "--rename", "OtherCorp", "--note", "they say so"]);
    assert_eq!(sandbox.json(&["show", "CSD-1"])["customer"], "OtherCorp");
}

#[test]
fn a_new_customer_whose_name_is_almost_anothers_is_asked_about() {
    let sandbox = reported(&[("Kestrel Freight", "5.1")]);
    let report = ["report", "--customer", "Kestrel Frieght", "--summary", "s", "--channel", "phone"];
    let said = sandbox.ok(&report);
    assert!(said.contains("`Kestrel Frieght` is a new customer; did you mean `Kestrel Freight`?"), "{said}");
    sandbox.ok(&["edit", "CSD-2", "--customer", "Kestrel Freight"]);
    assert_eq!(each(&sandbox.json(&["customers"]), "customer"), "Kestrel Freight");
    assert!(!sandbox.ok(&["report", "--customer", "Kettle", "--summary", "s", "--channel", "phone"]).contains("mean"));
}
