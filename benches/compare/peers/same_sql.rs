//! The `sqlite3` shell, fed the statements that `cus` itself runs, on a copy of its own store.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{DESCRIPTION, Peer, SUMMARY, Work, sqlite};
use crate::issues::RARE;
use crate::programs::Programs;
use crate::stores::{self, Stores};
use crate::table;

pub(super) struct SameSql;

const SETTINGS: &str = "PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON;";
const BEGIN: &str = "BEGIN IMMEDIATE; SELECT id, chain FROM event ORDER BY id DESC LIMIT 1;
    SELECT key, value FROM policy ORDER BY key;";
const EVENT: &str =
    "INSERT INTO event (id, stream, seq, type, version, step, edition, at, actor, role, origin, command, once,
    stage_before, stage_after, due, data, texts, nonces, hashes, hash, chain)";
const DUTY: &str =
    "INSERT INTO duty (role, rank, due, begins, ticket, kind, csd, opens, shown, assignee, queued, round)";
const ROW: &str =
    "SELECT id, key, kind, stage, priority, decision, fix_version, due, created, updated, summary, customer, began
     FROM ticket WHERE began =";
const STAGES: [&str; 10] = [
    "reported",
    "assessed",
    "handled",
    "escalated",
    "resolved",
    "returned",
    "eng-assessed",
    "release-assessed",
    "postmortem",
    "closed",
];
/// When it happens, and until when something is owed: milliseconds since 1970, UTC.
const NOW: &str = "1772452800000";
/// How many tickets are shown, and how many of those that have a word are ranked.
const SHOWN: usize = 50;
const RANKED: usize = 70;

impl Peer for SameSql {
    fn program(&self) -> &'static str {
        "sqlite3"
    }

    fn name(&self) -> &'static str {
        "sqlite3-same"
    }

    fn fill(&self, programs: &Programs, path: &Path, size: u64) -> anyhow::Result<()> {
        fs::copy(Stores::fill(programs, size)?.reported, path)?;
        Ok(())
    }

    fn import(&self, programs: &Programs, path: &Path, size: u64) -> anyhow::Result<Option<Command>> {
        let lines = stores::lines(programs, &format!("same-{}.sql", table::count(size)), size, |issue, out| {
            if issue.number == 1 {
                writeln!(out, "{SETTINGS} {BEGIN}")?;
            }
            writeln!(out, "{}", report(issue.number, &issue.customer, &issue.title, &issue.text))?;
            if issue.number == size { writeln!(out, "{} COMMIT;", counted(size, size)) } else { Ok(()) }
        })?;
        programs.run(&mut programs.cus(path, ["init"]))?;
        Ok(Some(sqlite::shell(programs, path, &format!(".read '{}'", lines.display()))))
    }

    fn work(&self, programs: &Programs, path: &Path, work: Work) -> Command {
        let statements = match work {
            Work::Add(number) => format!(
                "{BEGIN} SELECT kind, next, max(next, taken) FROM counter; {} {} COMMIT;
                 SELECT 1 FROM stage_count WHERE kind = 'cus' AND stage <> 'closed' AND tickets > 0;",
                report(number, "C-00042", SUMMARY, DESCRIPTION),
                counted(number, 1)
            ),
            Work::Modify(number) => assess(number),
            Work::List => list(),
            Work::Search(size) => search(size),
        };
        sqlite::shell(programs, path, &format!("{SETTINGS} {statements}"))
    }
}

/// What is written of a report, its number being that of its event too.
fn report(number: u64, customer: &str, summary: &str, description: &str) -> String {
    let (hash, hashes) = (format!("x'{}'", "ab".repeat(32)), format!("x'{}'", "ab".repeat(96)));
    let nonce = "cd".repeat(16);
    let [first, second, third] = [0, 1, 2].map(|field| number * 16 + field);
    format!(
        r#"SELECT 1 FROM event WHERE stream = 'CSD-{number}' AND seq = 1
           UNION ALL SELECT 1 FROM alias WHERE key = 'CSD-{number}';
        {EVENT} VALUES ({number}, 'CSD-{number}', 1, 'reported', 1, 'report', 2, {NOW}, 'dana', 'support', 'cus',
            {number}, NULL, NULL, 'reported', '[{{"kind":"assess","begins":{NOW},"due":{NOW}}}]',
            '{{"channel":"email","product_version":null,"key_given":true}}',
            '{{"customer":"{customer}","description":"{description}","summary":"{summary}"}}',
            '{{"customer":"{nonce}","description":"{nonce}","summary":"{nonce}"}}', {hashes}, {hash}, {hash});
        INSERT INTO ticket (began, id, key, kind, stage, stage_since, bounces, open, rank, priority, severity, impact,
            decision, fix_version, fix_form, fixed_by, handled_by, assignee, customer, customer_form, product_version,
            product_form, reporter, triggers, bug, actions, due, created, updated, revision, summary)
        VALUES ({number}, 'CSD-{number}', 'CSD-{number}', 'csd', 'reported', {NOW}, 0, 1, 2, NULL, NULL, NULL, NULL,
            NULL, NULL, NULL, NULL, NULL, '{customer}', '{customer}', NULL, NULL, 'dana', NULL, 0, 0, {NOW}, {NOW},
            {NOW}, 1, '{summary}');
        {DUTY} VALUES ('support', 2, {NOW}, {NOW}, {number}, 'assess', 0, 0, 0, NULL, 0, 0);
        INSERT INTO word (rowid, text) VALUES ({first}, '{summary}');
        INSERT INTO word (rowid, text) VALUES ({second}, '{customer}');
        INSERT INTO word (rowid, text) VALUES ({third}, '{description}');"#
    )
}

/// What is counted at the end, after so many reports.
fn counted(last: u64, reports: u64) -> String {
    format!(
        "{} UPDATE counter SET next = {last} + 1 WHERE kind = 'csd';",
        moved("reported", i64::try_from(reports).unwrap_or_default())
    )
}

fn moved(stage: &str, tickets: i64) -> String {
    format!(
        "INSERT INTO stage_count (kind, stage, tickets) VALUES ('csd', '{stage}', {tickets})
         ON CONFLICT DO UPDATE SET tickets = tickets + {tickets};"
    )
}

/// What is read and written where a reported ticket is given to Engineering.
fn assess(number: u64) -> String {
    format!(
        r#"{BEGIN} SELECT id, stream, type, version, at, actor, role, stage_before, stage_after, due, edition, data,
            texts, redacted_by, seq, origin, command FROM event WHERE stream = 'CSD-{number}' ORDER BY seq;
        {EVENT} SELECT max(id) + 1, 'CSD-{number}', 2, 'assessed', 1, 'assess', 2, {NOW}, 'dana', 'support',
            'cus', max(id) + 1, NULL, 'reported', 'assessed', '[{{"kind":"escalate","round":1,"begins":{NOW},"due":{NOW}}}]',
            '{{"handled_by":"engineering","triggers":[]}}', NULL, NULL, NULL, NULL, x'{chain}' FROM event;
        DELETE FROM duty WHERE role = 'support' AND rank = 2 AND due = (SELECT due FROM ticket WHERE began = {number})
            AND begins = (SELECT created FROM ticket WHERE began = {number}) AND ticket = {number} AND kind = 'assess'
            AND csd = 0;
        UPDATE ticket SET stage = 'assessed', stage_since = {NOW}, handled_by = 'engineering', due = {NOW},
            updated = {NOW}, revision = 2 WHERE began = {number};
        {DUTY} VALUES ('support', 2, {NOW}, {NOW}, {number}, 'escalate', 0, 0, 0, NULL, 0, 1);
        {to} {from} COMMIT;"#,
        chain = "ab".repeat(32),
        to = moved("assessed", 1),
        from = moved("reported", -1),
    )
}

/// The first of each stage, and the rows of those that are shown.
fn list() -> String {
    let firsts = STAGES.map(|stage| {
        format!(
            "SELECT -open, rank, coalesce(due, 9223372036854775807), began FROM ticket WHERE stage IN ('{stage}')
             ORDER BY open DESC, rank, coalesce(due, 9223372036854775807), began LIMIT 251;"
        )
    });
    let rows: String = (1..=SHOWN).map(|began| format!("{ROW} {began};")).collect();
    firsts.concat() + &rows
}

/// The texts that have the word, their tickets, and the rows and texts of those that are shown.
fn search(size: u64) -> String {
    let newest: Vec<u64> = (1..=size).rev().filter(|number| number % 1000 == 500).take(RANKED).collect();
    let placed = newest.iter().map(|number| {
        format!(
            "SELECT placed.id, placed.began, cus.id FROM (SELECT id, began FROM ticket WHERE began = {number}
             UNION ALL SELECT stream, (SELECT id FROM event AS first WHERE first.stream = event.stream AND seq = 1)
             FROM event WHERE id = {number} LIMIT 1) AS placed LEFT JOIN link ON csd = placed.began
             LEFT JOIN ticket AS cus ON cus.began = link.cus;"
        )
    });
    let shown = newest
        .iter()
        .take(SHOWN)
        .map(|number| format!("{ROW} {number}; SELECT id, stream, texts, redacted_by FROM event WHERE id = {number};"));
    format!("SELECT rowid FROM word WHERE word MATCH '\"{RARE}\"' ORDER BY rowid DESC LIMIT 200;")
        + &placed.chain(shown).collect::<String>()
}
