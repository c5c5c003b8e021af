//! The programs that are compared, and the one environment in which all of them run.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, bail};

/// The time that it is for `cus` where due times matter.
pub(crate) const NOW: &str = "2026-03-02T12:00:00Z";

/// The programs, and the folder that all their stores are in.
#[derive(Debug)]
pub(crate) struct Programs {
    /// The program that is measured.
    pub(crate) cus: PathBuf,
    /// The program that does the least work that each operation allows.
    pub(crate) floor: PathBuf,
    /// The folder of the stores.
    pub(crate) folder: PathBuf,
}

impl Programs {
    /// A file in the folder.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.join(name)
    }

    /// `cus` on a store.
    pub(crate) fn cus<S: AsRef<OsStr>>(&self, store: &Path, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = self.command(&self.cus);
        command.env("CUS_USER", "dana").env("CUS_ROLE", "support").env("CUS_DB", store).args(arguments);
        command
    }

    /// The floor's verb on a store.
    pub(crate) fn floor(&self, store: &Path, verb: &str, arguments: &[&str]) -> Command {
        let mut command = self.command(&self.floor);
        command.arg(verb).arg("--db").arg(store).args(arguments);
        command
    }

    /// The floor's start and end.
    pub(crate) fn noop(&self) -> Command {
        let mut command = self.command(&self.floor);
        command.arg("noop");
        command
    }

    /// Any program, in the folder.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder).env_clear().env("HOME", &self.folder).env("TZ", "UTC").env("PAGER", "cat");
        command.env("PATH", env::var_os("PATH").unwrap_or_default()).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end, and tells how many seconds that took.
    pub(crate) fn run(&self, command: &mut Command) -> anyhow::Result<f64> {
        self.run_into(command, Stdio::null())
    }

    /// The same, with its output in a file.
    pub(crate) fn run_into(&self, command: &mut Command, output: impl Into<Stdio>) -> anyhow::Result<f64> {
        let said = self.path("said.txt");
        command.stdout(output).stderr(File::create(&said)?);
        let start = Instant::now();
        let status = command.spawn().with_context(|| format!("{command:?}"))?.wait()?;
        let seconds = start.elapsed().as_secs_f64();
        if !status.success() {
            bail!("{command:?} ended with {status}: {}", fs::read_to_string(said)?.trim());
        }
        Ok(seconds)
    }
}

/// The program of that name on the PATH.
pub(crate) fn installed(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}
