//! Steps: one read and four rows each.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OptionalExtension, params};

use crate::Result;
use crate::json::{Line, body};

const READ: &str = "SELECT stage, rev FROM ticket WHERE id=?1";
const NEWEST: &str = "SELECT coalesce(max(id),0) FROM ticket";
const TICKET: &str = "INSERT INTO ticket(id,ref,stage,severity,title,customer,created,updated,rev)
  VALUES(?1,?2,?3,?4,?5,?6,?7,?7,?8)
  ON CONFLICT(id) DO UPDATE SET stage=excluded.stage, updated=excluded.updated, rev=excluded.rev";
const EVENT: &str = "INSERT INTO event(ticket_id,seq,kind,at,body) VALUES(?1,?2,?3,?4,?5)";
const LINK: &str = "INSERT INTO link(ticket_id,kind,target,event_id) VALUES(?1,?2,?3,?4)";
const TEXT: &str = "INSERT INTO fts(rowid,text) VALUES(?1,?2)";

/// Writes one step on a ticket, or on a new one.
pub(crate) fn op(db: &Connection, id: Option<i64>, kind: &str, text: &str) -> Result<()> {
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    db.execute_batch("BEGIN IMMEDIATE")?;
    let (id, rev) = match id {
        Some(id) => (id, db.query_row(READ, [id], |row| row.get::<_, i64>(1))? + 1),
        None => (db.query_row(NEWEST, [], |row| row.get::<_, i64>(0))? + 1, 1),
    };
    let mut long = text.to_owned();
    while long.len() < 200 {
        long.push(' ');
        long.push_str(text);
    }
    let mut json = String::with_capacity(512);
    body(kind, "C-00042", 2, &long, &mut json);
    db.execute(TICKET, params![id, format!("T-{id}"), "escalated", 2, text, "C-00042", now, rev])?;
    db.execute(EVENT, params![id, rev, kind, now, json])?;
    let event = db.last_insert_rowid();
    db.execute(LINK, params![id, "case", format!("CASE-{rev}"), event])?;
    db.execute(TEXT, params![event, long])?;
    db.execute_batch("COMMIT")?;
    println!("T-{id}");
    Ok(())
}

/// Writes a step for each line, on new tickets or spread over those that exist.
pub(crate) fn bulk(db: &Connection, lines: &Path, modify: bool) -> Result<()> {
    const STRIDE: i64 = 7919;
    let mut lines = BufReader::with_capacity(1 << 16, File::open(lines)?);
    let newest: i64 = db.query_row(NEWEST, [], |row| row.get(0))?;
    let (mut read, mut ticket, mut event) = (db.prepare(READ)?, db.prepare(TICKET)?, db.prepare(EVENT)?);
    let (mut link, mut full_text) = (db.prepare(LINK)?, db.prepare(TEXT)?);
    let (mut line, mut json) = (String::new(), String::with_capacity(512));
    db.execute_batch("BEGIN IMMEDIATE")?;
    for number in 0.. {
        line.clear();
        if lines.read_line(&mut line)? == 0 {
            break;
        }
        let step: Line<'_> = serde_json::from_str(&line)?;
        let id = if modify { (number * STRIDE).rem_euclid(newest) + 1 } else { newest + number + 1 };
        let before = read.query_row([id], |row| row.get::<_, i64>(1)).optional()?;
        let rev = before.map_or(1, |rev| rev + 1);
        let at = 1_700_000_000_000 + id * 60_000 + number;
        body(step.op, step.customer, step.severity, &step.text, &mut json);
        let key = format!("T-{id}");
        ticket.execute(params![id, key, step.stage, step.severity, step.title, step.customer, at, rev])?;
        event.execute(params![id, rev, step.op, at, json])?;
        let row = db.last_insert_rowid();
        link.execute(params![id, "case", format!("CASE-{rev}"), row])?;
        full_text.execute(params![row, step.text])?;
    }
    db.execute_batch("COMMIT")?;
    Ok(())
}
