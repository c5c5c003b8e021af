//! Taskwarrior.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{DESCRIPTION, Peer, SUMMARY, Work};
use crate::issues::RARE;
use crate::programs::Programs;
use crate::stores;
use crate::table;

pub(super) struct Taskwarrior;

impl Peer for Taskwarrior {
    fn program(&self) -> &'static str {
        "task"
    }

    fn fill(&self, programs: &Programs, path: &Path, size: u64) -> anyhow::Result<()> {
        self.import(programs, path, size)?.map_or(Ok(()), |mut import| programs.run(&mut import).map(drop))
    }

    fn import(&self, programs: &Programs, path: &Path, size: u64) -> anyhow::Result<Option<Command>> {
        let lines = stores::lines(programs, &format!("task-{}.json", table::count(size)), size, |issue, out| {
            let (title, text) = (&issue.title, &issue.text);
            writeln!(out, r#"{{"description":"{title}: {text}","status":"pending","entry":"20260302T080000Z"}}"#)
        })?;
        fs::create_dir_all(path)?;
        let mut command = self.task(programs, path);
        command.arg("import").arg(lines);
        Ok(Some(command))
    }

    fn work(&self, programs: &Programs, path: &Path, work: Work) -> Command {
        let mut command = self.task(programs, path);
        match work {
            Work::Add(_) => command.args(["add", SUMMARY, DESCRIPTION]),
            Work::Modify(number) => command.args([&number.to_string(), "modify", "priority:H"]),
            Work::List => command.args(["limit:50", "list"]),
            Work::Search(_) => command.args([&format!("/{RARE}/"), "limit:50", "list"]),
        };
        command
    }
}

impl Taskwarrior {
    /// Without a configuration, questions or anything but the result.
    fn task(&self, programs: &Programs, path: &Path) -> Command {
        let mut command = programs.command(self.program());
        command.env("TASKRC", "/dev/null").env("TASKDATA", path);
        command.args(["rc.confirmation=off", "rc.bulk=0", "rc.recurrence=off", "rc.hooks=off", "rc.verbose=nothing"]);
        command
    }
}
