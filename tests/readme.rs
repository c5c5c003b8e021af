//! The commands of the documentation run, what it shows is what they print, and its tables are complete.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const BINARY: &str = env!("CARGO_BIN_EXE_cus");
/// Commands that cannot run within a test.
const SKIPPED: &[&str] = &["cargo install --path .", "cus init", "cus report"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

/// A folder with the examples, where commands run with a clean environment and a fixed clock.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        let examples = place.0.path().join("examples");
        std::fs::create_dir(&examples).unwrap();
        std::fs::copy(root().join("examples/walkthrough.jsonl"), examples.join("walkthrough.jsonl")).unwrap();
        place
    }

    fn shell(&self, script: &str) -> Output {
        let tools = Path::new(BINARY).parent().unwrap().display().to_string();
        Command::new("sh")
            .args(["-e", "-c", script])
            .current_dir(self.0.path())
            .env_clear()
            .env("PATH", format!("{tools}:/usr/local/bin:/usr/bin:/bin"))
            .env("HOME", self.0.path())
            .env("TZ", "UTC")
            .env("COLUMNS", "80")
            .env("CUS_USER", "dana")
            .env("CUS_NOW", "2026-03-02T09:00:00Z")
            .output()
            .unwrap()
    }

    /// Runs a command that must succeed, and returns what it prints.
    #[track_caller]
    fn ok(&self, script: &str) -> String {
        let output = self.shell(script);
        assert!(output.status.success(), "{script}\n{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// What a terminal shows of a command, whether it succeeds or not.
    fn shown(&self, command: &str) -> String {
        let output = self.shell(&format!("exec 2>&1\n{command}"));
        String::from_utf8(output.stdout).unwrap()
    }
}

/// Runs the commands of a page in their order, in one place, and returns the page with what they print: those of a
/// `sh` block must succeed, and of a `console` block the output is shown.
fn refreshed(name: &str) -> String {
    let place = Place::new();
    place.ok("cus init");
    let page = page(name);
    let mut parts = page.split("\n```");
    let mut fresh = parts.next().unwrap().to_owned();
    while let Some(block) = parts.next() {
        fresh.push_str("\n```");
        if let Some(commands) = block.strip_prefix("sh\n") {
            let commands = commands.lines().filter(|line| !SKIPPED.contains(line));
            commands.for_each(|command| drop(place.ok(command)));
        }
        if let Some(session) = block.strip_prefix("console\n") {
            fresh.push_str("console");
            for command in session.lines().filter_map(|line| line.strip_prefix("$ ")) {
                write!(fresh, "\n$ {command}\n{}", place.shown(command)).unwrap();
                fresh.truncate(fresh.trim_end().len());
            }
        } else {
            fresh.push_str(block);
        }
        if let Some(text) = parts.next() {
            write!(fresh, "\n```{text}").unwrap();
        }
    }
    fresh
}

/// Compares a page with what its commands print, or brings it up to date where `UPDATE_DOCS` is set.
fn check_page(name: &str) {
    let fresh = refreshed(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(root().join(name), &fresh).unwrap();
    }
    let page = page(name);
    let differs = page.lines().zip(fresh.lines()).find(|(shown, printed)| shown != printed);
    assert!(page == fresh, "{name}: UPDATE_DOCS=1 cargo test --test readme\n{differs:#?}");
}

#[test]
fn the_readme_shows_what_its_commands_print() {
    check_page("README.md");
}

#[test]
fn the_guide_runs() {
    check_page("docs/guide.md");
}

#[test]
fn the_troubleshooting_runs() {
    check_page("docs/troubleshooting.md");
}

#[test]
fn the_readme_is_short() {
    assert!(page("README.md").lines().count() <= 150);
}

#[test]
fn the_walkthrough_tells_its_story_to_the_end() {
    let place = Place::new();
    place.ok("cus --db demo.db batch --create examples/walkthrough.jsonl");
    let stages = place.ok("cus --db demo.db list --sort key --format csv | cut -d, -f1,3");
    assert_eq!(
        stages,
        "key,stage\nCSD-1,resolved\nCSD-2,resolved\nCSD-3,resolved\nCSD-4,escalated\nCSD-5,reported\n\
         CUS-1,closed\nCUS-2,release-assessed\n"
    );
    place.ok("cus --db demo.db db verify");
}

#[test]
fn the_command_table_is_the_help() {
    let place = Place::new();
    let help = place.ok("cus --help");
    let in_help: Vec<&str> = help
        .lines()
        .skip_while(|line| !line.starts_with("The eight steps"))
        .take_while(|line| !line.starts_with("Global options"))
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|word| !word.is_empty() && !word.starts_with('-'))
        .collect();
    let page = page("docs/CLI.md");
    let table = page.split("\n## ").next().unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `cus ")?.strip_suffix(" |"));
    let in_table: Vec<(&str, &str)> =
        rows.map(|row| (row.split([' ', '`']).next().unwrap(), row.rsplit(" | ").next().unwrap())).collect();
    assert_eq!(in_table.iter().map(|(command, _)| *command).collect::<Vec<_>>(), in_help);
    for (command, about) in in_table {
        let help = place.ok(&format!("cus {command} --help"));
        assert!(about.starts_with(help.lines().next().unwrap()), "{command}: {about}");
    }
}

#[test]
fn every_exit_code_is_told() {
    let page = page("docs/CLI.md");
    for code in (0..=9).chain([130]) {
        assert!(page.contains(&format!("\n| {code} | ")), "exit code {code}");
    }
}

#[test]
fn the_due_times_of_the_process_are_the_default_policy() {
    let page = page("docs/PROCESS.md");
    let table = page.split("\n## Due times").nth(1).unwrap();
    let mut in_table = Vec::new();
    for row in table.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let Some(name) = cells[0].rsplit_once("(`").and_then(|(_, rest)| rest.strip_suffix("`)")) else { continue };
        let spans: Vec<Option<String>> = cells[3..7].iter().map(|cell| span(cell)).collect();
        match &spans[..] {
            [Some(span), None, None, None] => in_table.push((name.to_owned(), span.clone())),
            spans => {
                let priorities = ["critical", "high", "medium", "low"].iter().zip(spans);
                in_table.extend(
                    priorities.filter_map(|(priority, span)| Some((format!("{name}.{priority}"), span.clone()?))),
                );
            }
        }
    }
    let place = Place::new();
    place.ok("cus init");
    let policy = place.ok("cus policy get --format csv");
    let rows = policy.lines().skip(1).filter_map(|row| row.split_once(','));
    // The next word is coming: its rows are marked so.
    let others = ["undo", "hours", "business.", "matrix.", "announce.", "next-word"];
    let in_policy = rows.filter(|(key, _)| !others.iter().any(|other| key.starts_with(other)));
    let in_policy: Vec<(String, String)> =
        in_policy.map(|(key, rest)| (key.to_owned(), rest.split(',').next().unwrap().to_owned())).collect();
    assert_eq!(in_table, in_policy);
}

/// The duration with which a cell begins, as the policy spells it.
fn span(cell: &str) -> Option<String> {
    let (number, rest) = cell.split_once(' ')?;
    number.parse::<u32>().ok()?;
    Some(format!("{number}{}", rest.chars().next()?))
}

/// Every file in a folder and below.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The pages for people: what stands at the top, and in docs/.
fn pages() -> Vec<String> {
    let mut names: Vec<String> =
        ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"].map(str::to_owned).to_vec();
    names.extend(
        files(&root().join("docs")).iter().map(|path| path.strip_prefix(root()).unwrap().display().to_string()),
    );
    names
}

#[test]
fn every_link_between_pages_leads_somewhere() {
    for name in pages() {
        let text = page(&name);
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.contains("://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target =
                if file.is_empty() { root().join(&name) } else { root().join(&name).parent().unwrap().join(file) };
            assert!(target.exists(), "{name} links to {link}");
            if !anchor.is_empty() {
                let text = std::fs::read_to_string(&target).unwrap();
                let headings = text.lines().filter(|line| line.starts_with('#'));
                assert!(headings.map(slug).any(|slug| slug == anchor), "{name} links to {link}");
            }
        }
    }
}

#[test]
fn every_file_that_a_page_names_exists() {
    for name in pages() {
        for path in page(&name).split('`').filter(|word| word.starts_with("src/") || word.starts_with("tests/")) {
            assert!(root().join(path).exists(), "{name} names {path}");
        }
    }
}

/// A heading as links to it spell it.
fn slug(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = words.chars().filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-');
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn every_test_that_a_promise_names_exists() {
    let text = page("docs/promises.md");
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---")).collect();
    let shown: Vec<&str> = rows.iter().skip(1).map(|row| row.rsplit(" | ").next().unwrap()).collect();
    assert!(shown.len() >= 15);
    for cell in shown {
        assert!(cell.contains('`') || cell.contains("]("), "no test is named: {cell}");
        for command in cell.split('`').skip(1).step_by(2) {
            let command = command.replace(" --features hostile", "");
            match command.split_whitespace().collect::<Vec<_>>()[..] {
                ["cargo", "test", "--lib", name] => assert!(names_a_test(&["src"], name), "{command}"),
                ["cargo", "test", "--test", target] => assert!(target_of(target).exists(), "{command}"),
                ["cargo", "test", "--test", target, name] => {
                    let target = target_of(target);
                    assert!(target.exists() && names_a_test(&[target.to_str().unwrap()], name), "{command}");
                }
                [script] => assert!(root().join(script).exists(), "{command}"),
                _ => panic!("what runs is no test: {command}"),
            }
        }
    }
}

/// The file or the folder of an integration test.
fn target_of(name: &str) -> PathBuf {
    let tests = root().join("tests");
    let file = tests.join(format!("{name}.rs"));
    if file.exists() { file } else { tests.join(name) }
}

/// Whether a test's path in these files contains the name, as `cargo test NAME` would filter it.
fn names_a_test(places: &[&str], name: &str) -> bool {
    places.iter().map(|place| root().join(place)).any(|place| {
        let files = if place.is_dir() { files(&place) } else { vec![place.clone()] };
        files.iter().filter(|path| path.extension().is_some_and(|end| end == "rs")).any(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            let module = path.strip_prefix(&place).unwrap().with_extension("").display().to_string().replace('/', "::");
            let tests = text.split("#[test]").skip(1).filter_map(|rest| rest.split("fn ").nth(1)?.split('(').next());
            let macros = text.contains("proptest!");
            tests.map(|test| format!("{module}::{test}")).any(|path| path.contains(name))
                || (macros && module.contains(name))
        })
    })
}
