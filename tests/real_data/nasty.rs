//! Strings that break programs, kept byte for byte but for names.

use cus::workflow::names;
use serde_json::{Value, json};

use super::{Binary, folder};

pub(crate) fn every_naughty_string_comes_back_byte_for_byte() {
    let folder = folder();
    let strings: Vec<String> = serde_json::from_slice(&std::fs::read(folder.join("nasty/blns.json")).unwrap()).unwrap();
    // A blank text is no text; what a customer is called and what it is about cannot be blank.
    let strings: Vec<String> = strings.into_iter().filter(|string| !string.trim().is_empty()).collect();
    assert!(strings.len() > 500, "{}", strings.len());
    let home = tempfile::tempdir().unwrap();
    let cus = Binary::at_home_in(home.path());
    let lines: Vec<Value> = strings
        .iter()
        .map(|string| {
            json!({
                "do": "report", "customer": string, "summary": string, "description": string, "contact": string,
                "product_version": string, "channel": "email", "as": string,
            })
        })
        .collect();
    let batch: String = lines.iter().map(|line| format!("{line}\n")).collect();
    std::fs::write(cus.home().join("lines"), batch).unwrap();
    cus.succeed(&["batch", "--create", "lines"]);
    let listed = cus.succeed(&["list", "--sort", "key", "--format", "jsonl"]);
    let tickets: Vec<Value> =
        String::from_utf8(listed).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(tickets.len(), strings.len());
    for (string, ticket) in strings.iter().zip(&tickets) {
        for field in ["summary", "description", "contact", "reporter"] {
            assert_eq!(ticket[field].as_str(), Some(string.as_str()), "{field} of {}", ticket["key"]);
        }
        // Names are tidied, and shown as they were first spelt (R1).
        for (field, form) in
            [("customer", names::customer_form as fn(&str) -> String), ("product_version", names::version_form)]
        {
            let first = strings.iter().find(|other| form(other) == form(string)).unwrap();
            assert_eq!(ticket[field].as_str(), Some(names::tidy(first).as_str()), "{field} of {}", ticket["key"]);
        }
    }
    // For a person nothing of it is raw: no control character reaches the terminal but tabs and line breaks.
    for arguments in [&["list", "--limit", "1000"][..], &["show", "CSD-1"], &["log"], &["next", "--limit", "1000"]] {
        let shown = String::from_utf8(cus.succeed(arguments)).unwrap();
        let raw = shown
            .chars()
            .find(|c| (c.is_control() && !matches!(c, '\n' | '\t')) || ('\u{202a}'..='\u{202e}').contains(c));
        assert_eq!(raw, None, "{arguments:?}");
    }
    cus.succeed(&["db", "verify"]);
}
