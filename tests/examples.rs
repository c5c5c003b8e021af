//! The scripts in `examples/` do what they say.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const BINARY: &str = env!("CARGO_BIN_EXE_cus");

struct Place(tempfile::TempDir);

impl Place {
    /// A place where the story of the walkthrough has been told.
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        let walkthrough = example("walkthrough.jsonl");
        let told =
            place.run(BINARY.as_ref(), &["batch", "--create", walkthrough.to_str().unwrap(), "--format", "keys"]);
        assert!(told.status.success());
        place
    }

    fn run(&self, program: &Path, arguments: &[&str]) -> Output {
        let tools = Path::new(BINARY).parent().unwrap().display().to_string();
        Command::new(program)
            .args(arguments)
            .current_dir(self.0.path())
            .env_clear()
            .env("PATH", format!("{tools}:/usr/local/bin:/usr/bin:/bin"))
            .env("HOME", self.0.path())
            .env("TZ", "UTC")
            .env("CUS_DB", self.0.path().join("cus.db"))
            .env("CUS_USER", "cron")
            .env("CUS_NOW", "2026-05-08T10:00:00Z")
            .env("TO", "team@example.com")
            .env("MAILER", "tee -a sent")
            .output()
            .unwrap()
    }

    fn cus(&self, arguments: &[&str]) -> String {
        let output = self.run(BINARY.as_ref(), arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn script(&self, name: &str, arguments: &[&str]) -> (i32, String, String) {
        let output = self.run(&example(name), arguments);
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }
}

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

#[test]
fn each_role_that_is_late_gets_one_mail() {
    let place = Place::new();
    let (exit, _, error) = place.script("overdue-mail.sh", &[]);
    assert_eq!(exit, 0, "{error}");
    let sent = std::fs::read_to_string(place.0.path().join("sent")).unwrap();
    let subjects: Vec<&str> = sent.lines().filter(|line| line.starts_with("Subject: ")).collect();
    assert_eq!(subjects, ["Subject: support is late", "Subject: engineering is late"]);
    assert!(sent.contains("CSD-5            assess     The label printer"), "{sent}");
    assert!(!sent.contains("review backlog"), "what is not late is not mailed: {sent}");
}

#[test]
fn a_mail_about_a_database_that_is_gone_is_an_error() {
    let place = Place::new();
    std::fs::remove_file(place.0.path().join("cus.db")).unwrap();
    assert_eq!(place.script("overdue-mail.sh", &[]).0, 7);
}

#[test]
fn a_deployment_runs_only_where_nothing_is_held() {
    let place = Place::new();
    assert_eq!(
        place.script("deploy-guard.sh", &["5.1", "echo", "deployed"]),
        (0, "deployed\n".to_owned(), String::new())
    );
    place.cus(&["hold", "CUS-2", "--product-version", "5.1", "--note", "It logs out"]);
    let (exit, out, error) = place.script("deploy-guard.sh", &["5.1", "echo", "deployed"]);
    assert_eq!((exit, out.as_str()), (9, ""));
    assert!(error.contains("CUS-2 holds upgrades of 5.1"), "{error}");
    assert_eq!(place.script("deploy-guard.sh", &["5.2", "false"]).0, 1, "it ends as the deployment ends");
    std::fs::remove_file(place.0.path().join("cus.db")).unwrap();
    let (exit, out, _) = place.script("deploy-guard.sh", &["5.2", "echo", "deployed"]);
    assert_eq!((exit, out.as_str()), (7, ""), "what is no answer is no permission");
}

#[test]
fn on_release_day_everything_is_shipped_told_and_listed() {
    let place = Place::new();
    place.cus(&["release", "CUS-2", "--decision", "next-release", "--fix-version", "5.4"]);
    place.cus(&["notify", "CUS-2", "--to", "support"]);
    place.cus(&["notify", "CUS-2", "--to", "customer"]);
    let (exit, out, _) = place.script("release-day.sh", &["9.9"]);
    assert!(exit != 0 && !out.contains("To be confirmed"), "nothing was decided for that version: {out}");
    let (exit, out, error) = place.script("release-day.sh", &["5.4"]);
    assert_eq!(exit, 0, "{error}");
    assert!(out.contains("The fix is available in version 5.4"), "{out}");
    let listed = out.split("To be confirmed:").nth(1).unwrap();
    assert!(listed.contains("CUS-2"), "{out}");
    let owed = place.cus(&["show", "CUS-2", "--format", "jsonl"]);
    assert!(owed.contains(r#""what":"confirm""#) && !owed.contains(r#""what":"tell-customer""#), "{owed}");
}

#[test]
fn the_nightly_page_is_written_where_it_is_served() {
    let place = Place::new();
    let ran = place.run(&example("nightly-page.sh"), &["issues.html"]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let page = std::fs::read_to_string(place.0.path().join("issues.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.contains("id=\"board\""), "{page}");
}
