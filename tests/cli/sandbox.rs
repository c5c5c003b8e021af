//! A folder, a clean environment and a fixed clock.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a command may take before it counts as waiting for somebody.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where one scenario happens. At its end the database must verify.
pub(crate) struct Sandbox {
    folder: tempfile::TempDir,
}

/// What a command said and how it ended.
pub(crate) struct Ran {
    pub(crate) exit: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Sandbox {
    /// A place without a database.
    pub(crate) fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A place with a database.
    pub(crate) fn new() -> Self {
        let sandbox = Self::empty();
        sandbox.ok(&["init"]);
        sandbox
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path("cus.db")
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        std::fs::write(self.path(name), content).unwrap();
        name.to_owned()
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cus"));
        let environment = [("CUS_DB", "cus.db"), ("CUS_USER", "dana"), ("TZ", "UTC"), ("COLUMNS", "100")];
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .envs(environment)
            .env("CUS_NOW", "2026-03-02T08:00:00Z");
        command
    }

    /// Runs a command with nothing on standard input.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, "")
    }

    /// Runs a command with this on standard input. Whatever it is, a command must end by itself, and leave the database
    /// as exactly one file.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Ran {
        let mut command = self.command();
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_owned();
        // A command that does not read its input closes it; that is no failure.
        let feeder = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
        let output = child.wait_with_output().unwrap();
        feeder.join().unwrap();
        for side in ["cus.db-wal", "cus.db-shm", "cus.db-journal"] {
            assert!(!self.path(side).exists(), "{side} is left after {arguments:?}");
        }
        Ran {
            exit: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs a command whose standard input stays open and silent: it must not wait for it.
    pub(crate) fn run_unanswered(&self, arguments: &[&str]) -> Ran {
        let mut command = self.command();
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let _open = child.stdin.take();
        let begun = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if begun.elapsed() > PATIENCE {
                child.kill().unwrap();
                panic!("{arguments:?} waits for an answer");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let output = child.wait_with_output().unwrap();
        Ran {
            exit: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs a command that must succeed, and returns what it printed.
    #[track_caller]
    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.exit, 0, "{arguments:?}: {}{}", ran.out, ran.err);
        ran.out
    }

    /// Runs a command that must succeed, and reads the JSON that it printed.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
        serde_json::from_str(&self.ok(&arguments)).unwrap()
    }

    /// How many events are recorded.
    pub(crate) fn events(&self) -> usize {
        self.ok(&["log", "--format", "jsonl"]).lines().count()
    }

    /// Reported and assessed, so that CSD-1 can be escalated.
    pub(crate) fn assessed() -> Self {
        let sandbox = Self::new();
        sandbox.ok(&["report", "--customer", "Acme", "--summary", "Rates are zero", "--channel", "phone"]);
        sandbox.ok(&["assess", "CSD-1", "--handled-by", "engineering", "--trigger", "none"]);
        sandbox
    }

    /// CSD-1 is escalated as CUS-1.
    pub(crate) fn escalated() -> Self {
        let sandbox = Self::assessed();
        sandbox.ok(&["escalate", "CSD-1", "--priority", "medium", "--steps", "Rate a parcel."]);
        sandbox
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if std::thread::panicking() || !Path::new(&self.database()).is_file() {
            return;
        }
        let is_ours = std::fs::read(self.database()).unwrap().get(68..72) == Some(b"cus2");
        let is_damaged = self.path("damaged").exists();
        if is_ours && !is_damaged {
            let ran = self.run(&["db", "verify"]);
            assert_eq!(ran.exit, 0, "{}", ran.err);
        }
    }
}
