//! The README's commands run, and its tables are complete.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;
use std::process::Command;

const README: &str = include_str!("../README.md");
const BINARY: &str = env!("CARGO_BIN_EXE_cus");

/// The lines of every block that is fenced as shell.
fn commands() -> Vec<&'static str> {
    let blocks = README.split("```sh\n").skip(1);
    blocks.flat_map(|block| block.split("```").next().unwrap().lines()).collect()
}

/// Runs shell lines where `cus` is the binary under test, and returns what they print.
fn shell(folder: &Path, script: &str) -> String {
    let tools = Path::new(BINARY).parent().unwrap().display().to_string();
    let output = Command::new("sh")
        .args(["-e", "-c", script])
        .current_dir(folder)
        .env_clear()
        .env("PATH", format!("{tools}:/usr/local/bin:/usr/bin:/bin"))
        .env("HOME", folder)
        .env("TZ", "UTC")
        .output()
        .unwrap();
    assert!(output.status.success(), "{script}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("examples")).unwrap();
    let walkthrough = "examples/walkthrough.jsonl";
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join(walkthrough), folder.path().join(walkthrough)).unwrap();
    folder
}

#[test]
fn every_command_of_the_readme_runs() {
    let folder = folder();
    let mut skipped = Vec::new();
    for command in commands() {
        if command == "cargo test" {
            skipped.push(command);
            continue;
        }
        shell(folder.path(), &command.replace("cargo run --release --", "cus"));
    }
    assert_eq!(skipped, ["cargo test"], "the one command that cannot run within itself");
}

#[test]
fn the_walkthrough_tells_its_story_to_the_end() {
    let folder = folder();
    shell(folder.path(), "cus --db demo.db batch --create examples/walkthrough.jsonl");
    let stages = shell(folder.path(), "cus --db demo.db list --sort key --format csv | cut -d, -f1,3");
    assert_eq!(
        stages,
        "key,stage\nCSD-1,resolved\nCSD-2,resolved\nCUS-1,closed\nCSD-3,resolved\nCSD-4,escalated\n\
         CUS-2,release-assessed\nCSD-5,reported\n"
    );
    shell(folder.path(), "cus --db demo.db db verify");
}

#[test]
fn the_command_table_is_the_help() {
    let help = shell(folder().path(), "cus --help");
    let in_help: Vec<&str> = help
        .lines()
        .skip_while(|line| !line.starts_with("The eight steps"))
        .take_while(|line| !line.starts_with("Global options"))
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|word| !word.is_empty() && !word.starts_with('-'))
        .collect();
    let table = README.split("## Commands").nth(1).unwrap().split("\n## ").next().unwrap();
    let in_table: Vec<&str> =
        table.lines().filter_map(|line| line.strip_prefix("| `cus ")?.split([' ', '`']).next()).collect();
    assert_eq!(in_table, in_help);
    for command in in_help {
        shell(folder().path(), &format!("cus {command} --help"));
    }
}

#[test]
fn every_exit_code_is_told() {
    for code in (0..=9).chain([130]) {
        assert!(README.contains(&format!("\n| {code} | ")), "exit code {code}");
    }
}
