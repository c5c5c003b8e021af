//! The whole record as lines, and back: ids, times and chain stay as they are.

use std::io::{BufRead, Write};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rusqlite::types::ValueRef;
use rusqlite::{Row, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::store::database::Store;
use crate::store::error::{StoreError, damaged};
use crate::store::file::schema;
use crate::store::hex::bytes_of;
use crate::store::projection::fill::fill;
use crate::store::queries::outbox::hold_all;
use crate::store::upkeep::first_export::FirstExport;
use crate::store::upkeep::verify::Verified;
use crate::workflow::key::Key;

/// The version of the lines.
const SCHEMA: u32 = 2;
/// The version of the lines that 0.1.0 wrote.
const FIRST_SCHEMA: u32 = 1;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    cus: String,
    schema: u32,
    /// Whether it holds some tickets only: then it cannot be taken back.
    partial: bool,
}

/// A line of an event as it is read back: its row, with the payload as it is stored.
#[derive(Debug, Deserialize)]
struct EventLine<'a> {
    event: i64,
    stream: String,
    seq: i64,
    r#type: String,
    version: i64,
    step: String,
    edition: i64,
    at: i64,
    actor: String,
    role: Option<String>,
    origin: String,
    command: i64,
    once: Option<String>,
    stage_before: Option<String>,
    stage_after: Option<String>,
    #[serde(borrow)]
    due: Option<&'a RawValue>,
    #[serde(borrow)]
    data: &'a RawValue,
    #[serde(borrow)]
    texts: Option<&'a RawValue>,
    #[serde(borrow)]
    nonces: Option<&'a RawValue>,
    hashes: Option<String>,
    hash: Option<String>,
    chain: String,
    redacted_by: Option<i64>,
}

/// How a column stands in a line.
enum Form {
    Number,
    Text,
    Json,
    Hex,
}

/// What a line of an event has, in its order: the columns of the event, whose id is called after it.
const EVENT: [(&str, Form); 23] = [
    ("event", Form::Number),
    ("stream", Form::Text),
    ("seq", Form::Number),
    ("type", Form::Text),
    ("version", Form::Number),
    ("step", Form::Text),
    ("edition", Form::Number),
    ("at", Form::Number),
    ("actor", Form::Text),
    ("role", Form::Text),
    ("origin", Form::Text),
    ("command", Form::Number),
    ("once", Form::Text),
    ("stage_before", Form::Text),
    ("stage_after", Form::Text),
    ("due", Form::Json),
    ("data", Form::Json),
    ("texts", Form::Json),
    ("nonces", Form::Json),
    ("hashes", Form::Hex),
    ("hash", Form::Hex),
    ("chain", Form::Hex),
    ("redacted_by", Form::Number),
];

/// A line of a piece of an attachment.
#[derive(Debug, Serialize, Deserialize)]
struct ChunkLine {
    chunk: i64,
    n: i64,
    bytes: String,
}

/// The last line, so that a file that was cut is known as one.
#[derive(Debug, Serialize, Deserialize)]
struct End {
    end: i64,
}

/// What taking an export back came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenBack {
    /// What is there now.
    pub verified: Verified,
    /// The head of the chain as 0.1.0 had it, in hexadecimal, where that made the export.
    pub first_head: Option<String>,
    /// How many notices wait, and are held: they may have gone out elsewhere.
    pub held: usize,
}

impl Store {
    /// Writes every event and attachment as a line, or those of some tickets.
    ///
    /// # Errors
    /// Where the database fails, or a line cannot be written.
    pub fn dump(&self, only: Option<&[Key]>, out: &mut dyn Write) -> Result<(), StoreError> {
        line(out, &Head { cus: "export".to_owned(), schema: SCHEMA, partial: only.is_some() })?;
        let mut count = 0;
        match only {
            None => count += self.dump_where(out, "1 = 1 OR ?1", "")?,
            Some(keys) => {
                for key in keys {
                    count += self.dump_where(out, "stream = ?1", key.as_str())?;
                }
            }
        }
        line(out, &End { end: count })
    }

    fn dump_where(&self, out: &mut dyn Write, condition: &str, stream: &str) -> Result<i64, StoreError> {
        let columns = EVENT.map(|(name, _)| if name == "event" { "id" } else { name }).join(", ");
        let sql = format!("SELECT {columns} FROM event WHERE {condition} ORDER BY id");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([stream])?;
        let mut pieces = self.connection.prepare_cached("SELECT n, bytes FROM chunk WHERE event = ?1 ORDER BY n")?;
        let mut count = 0;
        let mut text = Vec::new();
        while let Some(row) = rows.next()? {
            let (id, is_file) = dump_event(out, row, &mut text)?;
            count += 1;
            if !is_file {
                continue;
            }
            let mut chunks = pieces.query([id])?;
            while let Some(chunk) = chunks.next()? {
                let bytes = BASE64_STANDARD.encode(chunk.get_ref("bytes")?.as_blob().map_err(damaged)?);
                line(out, &ChunkLine { chunk: id, n: chunk.get("n")?, bytes })?;
            }
        }
        Ok(count)
    }

    /// Takes an export back into an empty database: all of it once it has been verified, or nothing.
    ///
    /// # Errors
    /// Where the database has events already, a line is not what it should be, or the whole does not verify.
    pub fn take_back(&mut self, lines: impl BufRead, dry_run: bool) -> Result<TakenBack, StoreError> {
        let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        let taken = self.read_back(lines)?;
        if dry_run {
            transaction.rollback()?;
        } else {
            self.place.is_the_same()?;
            transaction.commit()?;
        }
        Ok(taken)
    }

    fn read_back(&self, lines: impl BufRead) -> Result<TakenBack, StoreError> {
        let is_empty: bool =
            self.connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM event)", [], |row| row.get(0))?;
        if !is_empty {
            return Err(StoreError::NotEmpty(self.path.clone()));
        }
        let mut ended = None;
        let mut count = 0;
        let mut first = None;
        for (n, text) in lines.lines().enumerate() {
            let wrong = |reason: &dyn std::fmt::Display| StoreError::Line { line: n + 1, reason: reason.to_string() };
            let text = text.map_err(|error| wrong(&error))?;
            if n == 0 {
                let head: Head = serde_json::from_str(&text).map_err(|error| wrong(&error))?;
                if head.schema > SCHEMA {
                    return Err(wrong(&format!("a newer cus wrote it (schema {})", head.schema)));
                }
                if head.partial {
                    return Err(wrong(&"it holds some tickets only, and cannot be taken back"));
                }
                if head.schema == FIRST_SCHEMA {
                    first = Some(FirstExport::into(&self.connection)?);
                }
                continue;
            }
            if ended.is_some() {
                return Err(wrong(&"it goes on after its end"));
            }
            if text.starts_with("{\"event\":") {
                let taken = match &mut first {
                    Some(first) => first.take(&text),
                    None => self.insert_event(&serde_json::from_str(&text).map_err(|error| wrong(&error))?),
                };
                taken.map_err(|error| wrong(&error))?;
                count += 1;
            } else if text.starts_with("{\"chunk\":") {
                let chunk = serde_json::from_str(&text).map_err(|error| wrong(&error))?;
                self.insert_chunk(&chunk).map_err(|error| wrong(&error))?;
            } else {
                let end: End = serde_json::from_str(&text).map_err(|_| wrong(&"it is no line of an export"))?;
                ended = Some(end.end);
            }
        }
        if ended != Some(count) {
            return Err(damaged("the export is cut: its end is missing"));
        }
        let first_head = first.map(FirstExport::end).transpose()?;
        fill(&self.connection)?;
        self.verify_files()?;
        schema::verify(&self.connection)?;
        let held = hold_all(&self.connection)?;
        Ok(TakenBack { verified: self.verified()?, first_head, held })
    }

    fn insert_event(&self, line: &EventLine<'_>) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO event (id, stream, seq, type, version, step, edition, at, actor, role, origin, command, once, \
             stage_before, stage_after, due, data, texts, nonces, hashes, hash, chain, redacted_by) VALUES \
             (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)",
        )?;
        statement.execute(params![
            line.event,
            line.stream,
            line.seq,
            line.r#type,
            line.version,
            line.step,
            line.edition,
            line.at,
            line.actor,
            line.role,
            line.origin,
            line.command,
            line.once,
            line.stage_before,
            line.stage_after,
            line.due.map(RawValue::get),
            line.data.get(),
            line.texts.map(RawValue::get),
            line.nonces.map(RawValue::get),
            line.hashes.as_deref().map(blob_of).transpose()?,
            line.hash.as_deref().map(blob_of).transpose()?,
            blob_of(&line.chain)?,
            line.redacted_by,
        ])?;
        Ok(())
    }

    fn insert_chunk(&self, line: &ChunkLine) -> Result<(), StoreError> {
        let bytes = BASE64_STANDARD.decode(&line.bytes).map_err(damaged)?;
        self.connection
            .prepare_cached("INSERT INTO chunk (event, n, bytes) VALUES (?1, ?2, ?3)")?
            .execute(params![line.chunk, line.n, bytes])?;
        Ok(())
    }
}

/// Writes the line of an event, and returns its id and whether it attached a file. `text` is where the line is put
/// together: JSON that is stored goes out as it is.
fn dump_event(out: &mut dyn Write, row: &Row<'_>, text: &mut Vec<u8>) -> Result<(i64, bool), StoreError> {
    text.clear();
    let id: i64 = row.get(0)?;
    let mut is_file = false;
    for (place, (name, form)) in EVENT.iter().enumerate() {
        text.extend_from_slice(if place == 0 { b"{\"" } else { b",\"" });
        text.extend_from_slice(name.as_bytes());
        text.extend_from_slice(b"\":");
        match (form, row.get_ref(place)?) {
            (_, ValueRef::Null) => text.extend_from_slice(b"null"),
            (Form::Number, ValueRef::Integer(number)) => serde_json::to_writer(&mut *text, &number).map_err(damaged)?,
            (Form::Text, ValueRef::Text(value)) => {
                is_file |= *name == "type" && value == b"attached";
                let is_plain = value.iter().all(|byte| matches!(byte, b' '..=b'~' if !b"\"\\".contains(byte)));
                if is_plain {
                    text.push(b'"');
                    text.extend_from_slice(value);
                    text.push(b'"');
                } else {
                    let value = std::str::from_utf8(value).map_err(damaged)?;
                    serde_json::to_writer(&mut *text, value).map_err(damaged)?;
                }
            }
            (Form::Json, ValueRef::Text(value)) => text.extend_from_slice(value),
            (Form::Hex, ValueRef::Blob(bytes)) => {
                text.push(b'"');
                let begin = text.len();
                text.resize(begin + 2 * bytes.len(), 0);
                for (pair, byte) in text[begin..].chunks_exact_mut(2).zip(bytes) {
                    pair.copy_from_slice(&[byte >> 4, byte & 15].map(|digit| b"0123456789abcdef"[usize::from(digit)]));
                }
                text.push(b'"');
            }
            _ => return Err(damaged(format!("event {id} has a {name} of another type"))),
        }
    }
    text.extend_from_slice(b"}\n");
    out.write_all(text)?;
    Ok((id, is_file))
}

fn line(out: &mut dyn Write, value: &impl Serialize) -> Result<(), StoreError> {
    let mut text = serde_json::to_vec(value).map_err(damaged)?;
    text.push(b'\n');
    Ok(out.write_all(&text)?)
}

fn blob_of(digits: &str) -> Result<Vec<u8>, StoreError> {
    bytes_of(digits).ok_or_else(|| damaged("it is no row of hexadecimal digits"))
}
