//! The program under test, alone with a database of its own.

use std::path::Path;
use std::process::{Command, Output};

/// How much of an output is evidence enough.
const EVIDENCE: usize = 10;

pub(crate) struct Binary<'a> {
    home: &'a Path,
}

impl<'a> Binary<'a> {
    pub(crate) fn at_home_in(home: &'a Path) -> Self {
        Self { home }
    }

    pub(crate) fn home(&self) -> &Path {
        self.home
    }

    /// What it prints, when it does what it is asked.
    pub(crate) fn succeed(&self, arguments: &[&str]) -> Vec<u8> {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}\n{}", output.status, evidence(&output));
        output.stdout
    }

    /// How it ends; `None` where a signal ended it.
    pub(crate) fn exit(&self, arguments: &[&str]) -> Option<i32> {
        self.run(arguments).status.code()
    }

    /// Nobody's settings reach it: its environment is empty but for the folders that it may look into.
    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_cus"))
            .arg("--db")
            .arg(self.home.join("cus.db"))
            .args(arguments)
            .current_dir(self.home)
            .env_clear()
            .env("HOME", self.home)
            .env("XDG_CONFIG_HOME", self.home.join("config"))
            .env("XDG_DATA_HOME", self.home.join("data"))
            .output()
            .unwrap()
    }
}

/// The first lines of both outputs: a batch tells each refused line.
fn evidence(output: &Output) -> String {
    let (told, complaints) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    complaints.lines().take(EVIDENCE).chain(told.lines().take(EVIDENCE)).collect::<Vec<_>>().join("\n")
}
