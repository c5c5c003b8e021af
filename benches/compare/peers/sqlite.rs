//! The `sqlite3` shell, fed as few statements as tickets, events and words need, on plain tables.

use std::path::Path;
use std::process::Command;

use super::{DESCRIPTION, Peer, SUMMARY, Work};
use crate::issues::RARE;
use crate::programs::Programs;
use crate::stores;
use crate::table;

pub(super) struct Plain;

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    CREATE TABLE ticket (id INTEGER PRIMARY KEY, stage TEXT NOT NULL, customer TEXT NOT NULL, summary TEXT NOT NULL,
                         updated INTEGER NOT NULL, revision INTEGER NOT NULL);
    CREATE INDEX ticket_by_stage ON ticket (stage, updated);
    CREATE TABLE event (id INTEGER PRIMARY KEY, ticket INTEGER NOT NULL REFERENCES ticket (id), seq INTEGER NOT NULL,
                        type TEXT NOT NULL, texts TEXT, UNIQUE (ticket, seq));
    CREATE TABLE link (ticket INTEGER NOT NULL REFERENCES ticket (id), other TEXT NOT NULL,
                       PRIMARY KEY (ticket, other)) WITHOUT ROWID;
    CREATE VIRTUAL TABLE word USING fts5 (text, content = '', tokenize = 'unicode61');";

impl Peer for Plain {
    fn program(&self) -> &'static str {
        "sqlite3"
    }

    fn name(&self) -> &'static str {
        "sqlite3-plain"
    }

    fn fill(&self, programs: &Programs, path: &Path, size: u64) -> anyhow::Result<()> {
        self.import(programs, path, size)?.map_or(Ok(()), |mut import| programs.run(&mut import).map(drop))
    }

    fn import(&self, programs: &Programs, path: &Path, size: u64) -> anyhow::Result<Option<Command>> {
        let lines = stores::lines(programs, &format!("sqlite-{}.sql", table::count(size)), size, |issue, out| {
            if issue.number == 1 {
                writeln!(out, "BEGIN IMMEDIATE;")?;
            }
            writeln!(out, "{}", add(&issue.customer, &issue.title, &issue.text))?;
            if issue.number == size { writeln!(out, "COMMIT;") } else { Ok(()) }
        })?;
        programs.run(&mut shell(programs, path, SCHEMA))?;
        Ok(Some(shell(programs, path, &format!(".read '{}'", lines.display()))))
    }

    fn work(&self, programs: &Programs, path: &Path, work: Work) -> Command {
        let statements = match work {
            Work::Add(_) => format!("BEGIN IMMEDIATE; {} COMMIT;", add("C-00042", SUMMARY, DESCRIPTION)),
            Work::Modify(number) => format!(
                "BEGIN IMMEDIATE; SELECT stage, revision FROM ticket WHERE id = {number};
                 UPDATE ticket SET stage = 'assessed', updated = unixepoch(), revision = revision + 1
                 WHERE id = {number};
                 INSERT INTO event (ticket, seq, type, texts)
                 SELECT {number}, max(seq) + 1, 'assessed', '{SUMMARY}' FROM event WHERE ticket = {number};
                 INSERT INTO word (rowid, text) VALUES (last_insert_rowid(), '{SUMMARY}'); COMMIT;"
            ),
            Work::List => "SELECT * FROM ticket WHERE stage = 'reported' ORDER BY updated DESC LIMIT 50;".to_owned(),
            Work::Search(_) => format!(
                "SELECT ticket.* FROM (SELECT rowid AS hit FROM word WHERE word MATCH '{RARE}' ORDER BY rowid DESC
                 LIMIT 50) JOIN event ON event.id = hit JOIN ticket ON ticket.id = event.ticket;"
            ),
        };
        shell(programs, path, &statements)
    }
}

/// The shell with these statements on a store.
pub(super) fn shell(programs: &Programs, path: &Path, statements: &str) -> Command {
    let mut command = programs.command("sqlite3");
    command.args(["-init", "/dev/null", "-bail"]).arg(path).arg(statements);
    command
}

/// The statements that report an issue.
fn add(customer: &str, summary: &str, description: &str) -> String {
    format!(
        "INSERT INTO ticket (stage, customer, summary, updated, revision) VALUES ('reported', '{customer}', \
         '{summary}', unixepoch(), 1); INSERT INTO event (ticket, seq, type, texts) VALUES (last_insert_rowid(), 1, \
         'reported', '{description}'); INSERT INTO link SELECT ticket, 'tickets' FROM event WHERE id = \
         last_insert_rowid(); INSERT INTO word (rowid, text) VALUES (last_insert_rowid(), '{description}');"
    )
}
