//! Fossil's tickets. It has no command that takes in many, so a store is filled by its own SQL shell, without the
//! artifacts that it would keep of each: that makes it a little faster.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{DESCRIPTION, Peer, SUMMARY, Work};
use crate::issues::RARE;
use crate::programs::Programs;
use crate::stores;
use crate::table;

pub(super) struct Fossil;

/// A report of fifty tickets, and one of all with their texts, to be searched.
const REPORTS: &str = "INSERT INTO reportfmt (owner, title, mtime, cols, sqlcode) VALUES
    ('dana', 'fifty', 0, '', 'SELECT tkt_uuid, status, title FROM ticket ORDER BY tkt_mtime DESC LIMIT 50'),
    ('dana', 'texts', 0, '', 'SELECT tkt_uuid, status, title, comment FROM ticket');";

impl Peer for Fossil {
    fn program(&self) -> &'static str {
        "fossil"
    }

    fn fill(&self, programs: &Programs, path: &Path, size: u64) -> anyhow::Result<()> {
        let lines = stores::lines(programs, &format!("fossil-{}.sql", table::count(size)), size, |issue, out| {
            if issue.number == 1 {
                writeln!(out, "{REPORTS} BEGIN;")?;
            }
            writeln!(
                out,
                "INSERT INTO ticket (tkt_uuid, tkt_mtime, tkt_ctime, status, title, comment) VALUES ('{}', \
                 julianday(), julianday(), 'Open', '{}', '{}');",
                uuid(issue.number),
                issue.title,
                issue.text
            )?;
            if issue.number == size { writeln!(out, "COMMIT;") } else { Ok(()) }
        })?;
        let mut new = programs.command(self.program());
        new.args(["new", "--admin-user", "dana"]).arg(path);
        programs.run(&mut new)?;
        let mut sql = self.fossil(programs, path, &["sql"]);
        sql.stdin(fs::File::open(lines)?);
        programs.run(&mut sql).map(drop)
    }

    fn import(&self, _: &Programs, _: &Path, _: u64) -> anyhow::Result<Option<Command>> {
        Ok(None)
    }

    fn work(&self, programs: &Programs, path: &Path, work: Work) -> Command {
        match work {
            Work::Add(_) => {
                let fields = ["title", SUMMARY, "comment", DESCRIPTION, "status", "Open"];
                self.fossil(programs, path, &[&["ticket", "add"][..], &fields].concat())
            }
            Work::Modify(number) => self.fossil(programs, path, &["ticket", "set", &uuid(number), "status", "Review"]),
            Work::List => self.fossil(programs, path, &["ticket", "show", "fifty"]),
            Work::Search(_) => {
                self.fossil(programs, path, &["ticket", "show", "texts", &format!("comment LIKE '%{RARE}%'")])
            }
        }
    }
}

impl Fossil {
    fn fossil(&self, programs: &Programs, path: &Path, arguments: &[&str]) -> Command {
        let mut command = programs.command(self.program());
        command.env("USER", "dana").args(arguments).arg("-R").arg(path);
        command
    }
}

/// The name of the ticket of that number.
fn uuid(number: u64) -> String {
    format!("{number:040x}")
}
