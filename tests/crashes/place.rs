//! A folder with a database, and the program run in it.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

pub(crate) struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        place.ok(&["init"]);
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cus"));
        let environment = [("CUS_DB", "cus.db"), ("CUS_USER", "dana"), ("TZ", "UTC"), ("PATH", "/usr/bin:/bin")];
        command.args(arguments).current_dir(self.folder.path()).env_clear().env("HOME", self.folder.path());
        command.envs(environment).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    #[track_caller]
    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The file is sound, the tables are what the events say, and it is one file.
    #[track_caller]
    pub(crate) fn is_good(&self) -> Value {
        self.ok(&["db", "check"]);
        let verified = serde_json::from_str(&self.ok(&["db", "verify", "--json"])).unwrap();
        for side in ["cus.db-wal", "cus.db-shm", "cus.db-journal"] {
            assert!(!self.path(side).exists(), "{side} is left");
        }
        verified
    }

    /// Whether a ticket is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.run(&["show", key, "--format", "keys"]).status.success()
    }
}

/// A line of a batch that reports an issue.
pub(crate) fn report(n: usize) -> String {
    let summary = format!("Rates are zero on day {n} and nobody knows why that is so");
    format!("{{\"do\":\"report\",\"customer\":\"Customer {n}\",\"summary\":\"{summary}\",\"channel\":\"phone\"}}\n")
}
