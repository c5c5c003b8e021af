//! The properties of the house that no compiler checks: no circle of modules, no command line below the terminal, and a
//! workflow that is pure.
#![allow(clippy::unwrap_used)]

mod circles;
mod source;

use std::collections::BTreeSet;

use circles::{circle, uses};
use source::{SourceFile, sources};

/// Words of what the workflow must not do: ask a clock, read or write files or a terminal, or know a database.
const IMPURE: &[&str] = &[
    "Utc::now",
    "Local::now",
    "SystemTime",
    "Instant::now",
    "std::fs",
    "std::io",
    "std::env",
    "std::process",
    "rusqlite",
    "println!",
    "eprintln!",
    "crate::store",
    "crate::app",
    "crate::cli",
    "crate::channels",
    "crate::trackers",
];

#[test]
fn no_module_uses_itself_through_others() {
    let files = sources();
    if let Some(circle) = circle(&uses(&files)) {
        panic!("a circle of modules: {}", circle.join(" → "));
    }
}

#[test]
fn the_command_line_is_known_to_the_terminal_alone() {
    let files = sources();
    let commands = commands(&files);
    for file in files.iter().filter(|file| file.is_in("workflow") || file.is_in("store")) {
        for text in &file.strings {
            let named = text.split("cus ").skip(1).filter_map(|rest| rest.split([' ', '`', '"', '.', ',', ':']).next());
            for word in named {
                assert!(!commands.contains(word), "{}: a command line in {text:?}", file.path);
            }
            let is_flag =
                |word: &str| word.strip_prefix("--").is_some_and(|name| name.starts_with(char::is_alphabetic));
            assert!(!text.split([' ', '`', '\'', '"']).any(is_flag), "{}: a flag in {text:?}", file.path);
        }
    }
}

#[test]
fn hints_are_spelt_in_one_place() {
    let files = sources();
    let commands = commands(&files);
    let spells = |path: &str| ["cli/hint.rs", "cli/examples.rs"].contains(&path);
    for file in files.iter().filter(|file| !spells(&file.path)) {
        for text in &file.strings {
            let Some(words) = text.strip_prefix("cus ") else { continue };
            let named = words.split([' ', '{']).next().unwrap_or_default();
            assert!(!commands.contains(named), "{}: a command line in {text:?}", file.path);
        }
    }
}

#[test]
fn the_workflow_is_pure() {
    for file in sources().iter().filter(|file| file.is_in("workflow")) {
        for word in IMPURE {
            assert!(!file.code.contains(word), "{} uses {word}", file.path);
        }
    }
}

#[test]
fn sql_stands_in_the_store_alone() {
    for file in sources().iter().filter(|file| !file.is_in("store")) {
        assert!(!file.code.contains("rusqlite"), "{} uses rusqlite", file.path);
        for text in &file.strings {
            let is_sql = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "PRAGMA "].iter();
            assert!(!is_sql.clone().any(|word| text.starts_with(word)), "{}: SQL in {text:?}", file.path);
        }
    }
}

#[test]
fn each_command_that_has_a_file_is_listed() {
    let files = sources();
    let list = files.iter().find(|file| file.path.ends_with("cli/commands/mod.rs")).unwrap();
    for line in list.code.lines() {
        let Some(module) = line.strip_prefix("mod ").and_then(|line| line.strip_suffix(';')) else { continue };
        let listed = [format!("<{module}::"), format!(", {module}::")];
        assert!(listed.iter().any(|listed| list.code.contains(listed)), "{module} is in no row of the list");
    }
}

/// The names of the commands, as the list of commands has them.
fn commands(files: &[SourceFile]) -> BTreeSet<String> {
    let list = files.iter().find(|file| file.path.ends_with("cli/commands/mod.rs")).unwrap();
    let is_name = |text: &&String| text.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    let names: BTreeSet<String> = list.strings.iter().filter(is_name).cloned().collect();
    assert!(names.contains("eng-assess") && names.contains("db"), "{names:?}");
    names
}
