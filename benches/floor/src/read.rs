//! Lists, tickets, searches and exports.

use std::fmt::Write as _;
use std::io::{BufWriter, Stdout, Write};

use rusqlite::{Connection, Row, params};

use crate::Result;
use crate::json::escape;

/// Prints the newest tickets of a stage.
pub(crate) fn list(db: &Connection, stage: &str, limit: i64) -> Result<()> {
    let mut out = stdout();
    let mut query = db
        .prepare("SELECT ref,stage,severity,title,updated FROM ticket WHERE stage=?1 ORDER BY updated DESC LIMIT ?2")?;
    let mut rows = query.query(params![stage, limit])?;
    while let Some(row) = rows.next()? {
        ticket(row, &mut out)?;
    }
    Ok(out.flush()?)
}

/// Prints how many tickets each stage has.
pub(crate) fn count(db: &Connection) -> Result<()> {
    let mut out = stdout();
    let mut query = db.prepare("SELECT stage,count(*) FROM ticket GROUP BY stage")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        writeln!(out, "{} {}", row.get_ref(0)?.as_str()?, row.get::<_, i64>(1)?)?;
    }
    Ok(out.flush()?)
}

/// Prints a ticket with its events and links.
pub(crate) fn show(db: &Connection, id: i64) -> Result<()> {
    let mut out = stdout();
    let mut query = db.prepare("SELECT ref,stage,severity,title,updated FROM ticket WHERE id=?1")?;
    let mut rows = query.query([id])?;
    while let Some(row) = rows.next()? {
        ticket(row, &mut out)?;
    }
    let mut query = db.prepare("SELECT seq,kind,at,body FROM event WHERE ticket_id=?1 ORDER BY seq")?;
    let mut rows = query.query([id])?;
    while let Some(row) = rows.next()? {
        let (seq, at): (i64, i64) = (row.get(0)?, row.get(2)?);
        writeln!(out, "{seq} {} {at} {}", row.get_ref(1)?.as_str()?, row.get_ref(3)?.as_str()?)?;
    }
    let mut query = db.prepare("SELECT kind,target FROM link WHERE ticket_id=?1")?;
    let mut rows = query.query([id])?;
    while let Some(row) = rows.next()? {
        writeln!(out, "{} {}", row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str()?)?;
    }
    Ok(out.flush()?)
}

/// Prints the tickets of the newest events that have a word.
pub(crate) fn search(db: &Connection, term: &str, limit: i64) -> Result<()> {
    let mut out = stdout();
    let mut query = db.prepare(
        "SELECT t.ref,t.stage,t.title FROM
           (SELECT rowid AS r FROM fts WHERE fts MATCH ?1 ORDER BY rowid DESC LIMIT ?2)
         JOIN event e ON e.id=r JOIN ticket t ON t.id=e.ticket_id ORDER BY r DESC",
    )?;
    let mut rows = query.query(params![term, limit])?;
    while let Some(row) = rows.next()? {
        let text = |column| Ok::<_, rusqlite::Error>(row.get_ref(column)?.as_str()?);
        writeln!(out, "{} {} {}", text(0)?, text(1)?, text(2)?)?;
    }
    Ok(out.flush()?)
}

/// Prints every ticket with its events.
pub(crate) fn export(db: &Connection) -> Result<()> {
    let mut out = stdout();
    let mut query = db.prepare(
        "SELECT t.id,t.ref,t.stage,t.severity,t.title,t.customer,t.created,t.updated,e.body
         FROM ticket t CROSS JOIN event e ON e.ticket_id=t.id ORDER BY t.id,e.seq",
    )?;
    let mut rows = query.query([])?;
    let mut current = None;
    let mut line = String::with_capacity(2048);
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        if current == Some(id) {
            line.push(',');
        } else {
            end(current, &mut line, &mut out)?;
            current = Some(id);
            begin(row, &mut line)?;
        }
        line.push_str(row.get_ref(8)?.as_str()?);
    }
    end(current, &mut line, &mut out)?;
    Ok(out.flush()?)
}

fn begin(row: &Row<'_>, line: &mut String) -> Result<()> {
    line.push_str("{\"ref\":\"");
    escape(row.get_ref(1)?.as_str()?, line);
    line.push_str("\",\"stage\":\"");
    escape(row.get_ref(2)?.as_str()?, line);
    write!(line, "\",\"severity\":{},\"title\":\"", row.get::<_, i64>(3)?)?;
    escape(row.get_ref(4)?.as_str()?, line);
    line.push_str("\",\"customer\":\"");
    escape(row.get_ref(5)?.as_str()?, line);
    let (created, updated): (i64, i64) = (row.get(6)?, row.get(7)?);
    write!(line, "\",\"created\":{created},\"updated\":{updated},\"events\":[")?;
    Ok(())
}

fn end(current: Option<i64>, line: &mut String, out: &mut impl Write) -> Result<()> {
    if current.is_some() {
        line.push_str("]}\n");
        out.write_all(line.as_bytes())?;
        line.clear();
    }
    Ok(())
}

fn ticket(row: &Row<'_>, out: &mut impl Write) -> Result<()> {
    let text = |column| Ok::<_, rusqlite::Error>(row.get_ref(column)?.as_str()?);
    let (severity, updated): (i64, i64) = (row.get(2)?, row.get(4)?);
    writeln!(out, "{} {} {severity} {} {updated}", text(0)?, text(1)?, text(3)?)?;
    Ok(())
}

fn stdout() -> BufWriter<Stdout> {
    BufWriter::with_capacity(1 << 16, std::io::stdout())
}
