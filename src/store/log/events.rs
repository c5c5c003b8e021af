//! Events as rows: encoding, decoding and the hash chain.

use chrono::DateTime;
use rusqlite::{Connection, Row, params};
use sha2::{Digest, Sha256};

use crate::store::StoreError;
use crate::store::row_reader::RowReader;
use crate::store::statements::Statements;
use crate::workflow::Time;
use crate::workflow::event::{Event, Fact};
use crate::workflow::key::Key;
use crate::workflow::step::Step;
use crate::workflow::tickets::stage::{CsdStage, CusStage, Stage};
use crate::workflow::vocabulary::{Role, Word, vocabulary};

vocabulary! {
    /// Where an event came from.
    pub Origin {
        /// A step taken with `cus`.
        Cus = "cus",
        /// Another tracker's history (R32).
        Import = "import",
    }
}

/// An event as it stands in the record.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Its place in the order of everything.
    pub id: i64,
    /// Its place among its ticket's events, from 1.
    pub seq: i64,
    /// The id of the first event of the command that caused it.
    pub command: i64,
    /// Where it came from.
    pub origin: Origin,
    /// The event.
    pub event: Event,
    /// The structured payload as it is stored, JSON.
    pub data: String,
    /// The free texts as they are stored, JSON.
    pub texts: Option<String>,
}

/// The head of the hash chain.
pub(in crate::store) type Chain = [u8; 32];

/// What [`decode`] and [`event_of`] read, in their order.
macro_rules! columns {
    () => {
        "id, stream, type, at, actor, role, stage_before, stage_after, due, data, texts, step, seq, origin, command"
    };
}
pub(in crate::store) use columns;

/// Where the next event stands in the record.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Position {
    pub(in crate::store) id: i64,
    pub(in crate::store) seq: i64,
    pub(in crate::store) command: i64,
    pub(in crate::store) chain: Chain,
}

/// The id and the chain of the last event; zeros before any.
pub(in crate::store) fn head(connection: &Connection) -> Result<(i64, Chain), StoreError> {
    let mut statement = connection.prepare_cached("SELECT id, chain FROM event ORDER BY id DESC LIMIT 1")?;
    let mut rows = statement.query([])?;
    match rows.next()? {
        Some(row) => Ok((row.get("id")?, row.get("chain")?)),
        None => Ok((0, [0; 32])),
    }
}

/// Appends an event, and returns the new head of the chain and the texts that are to be indexed.
pub(in crate::store) fn append(
    statements: &mut Statements<'_>,
    event: &Event,
    origin: Origin,
    place: Position,
    nonces: &mut Nonces,
) -> Result<(Chain, Option<String>), StoreError> {
    let (data, texts) = event.fact.encode().map_err(damaged)?;
    let due = if event.due.is_empty() { None } else { Some(serde_json::to_string(&event.due).map_err(damaged)?) };
    let nonce = texts.as_ref().map(|_| nonces.next()).transpose()?;
    let hash = nonce.zip(texts.as_ref()).map(|(nonce, texts)| hash_of(&nonce, texts));
    let at = event.at.timestamp_millis();
    let chain = chained(
        &place.chain,
        &Links {
            id: place.id,
            stream: event.stream.as_str(),
            seq: place.seq,
            type_name: event.fact.type_name(),
            version: 1,
            at,
            actor: &event.actor,
            role: event.role.map(Word::as_str),
            origin: origin.as_str(),
            command: place.command,
            step: event.step.as_str(),
            stage_before: event.before.map(Stage::as_str),
            stage_after: Some(event.after.as_str()),
            due: due.as_deref(),
            data: &data,
            hash: hash.as_ref().map(<[u8; 32]>::as_slice),
        },
    );
    let insert = statements.get(
        "INSERT INTO event (id, stream, seq, type, at, actor, role, origin, command, step, stage_before, stage_after, due, \
         data, texts, nonce, hash, chain) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
    )?;
    insert.execute(params![
        place.id,
        event.stream.as_str(),
        place.seq,
        event.fact.type_name(),
        at,
        event.actor,
        event.role.map(Word::as_str),
        origin.as_str(),
        place.command,
        event.step.as_str(),
        event.before.map(Stage::as_str),
        event.after.as_str(),
        due,
        data,
        texts,
        nonce,
        hash,
        chain,
    ])?;
    Ok((chain, texts))
}

/// Reads an entry of the record from a row of [`columns`].
pub(in crate::store) fn decode(row: &Row<'_>) -> Result<Recorded, StoreError> {
    let mut cells = RowReader::of(row);
    let id = cells.take()?;
    let (event, data, texts) = read(&mut cells)?;
    let seq = cells.take()?;
    let origin = cells.text()?;
    Ok(Recorded {
        id,
        seq,
        command: cells.take()?,
        origin: Origin::from_word(origin).ok_or_else(|| damaged(format!("origin `{origin}`")))?,
        event,
        data: data.to_owned(),
        texts: texts.map(str::to_owned),
    })
}

/// Reads an event alone, with its id, from a row of [`columns`].
pub(in crate::store) fn event_of(row: &Row<'_>) -> Result<(i64, Event), StoreError> {
    let mut cells = RowReader::of(row);
    Ok((cells.take()?, read(&mut cells)?.0))
}

/// Reads an event, with its data and its texts as they are stored.
fn read<'a>(cells: &mut RowReader<'a>) -> Result<(Event, &'a str, Option<&'a str>), StoreError> {
    let stream: Key = cells.text()?.parse().map_err(damaged)?;
    let type_name = cells.text()?;
    let at = time_of(cells.take()?)?;
    let actor = cells.text()?.to_owned();
    let role = cells.text_or_null()?;
    let role = role.map(|word| Role::from_word(word).ok_or_else(|| damaged(format!("role `{word}`")))).transpose()?;
    let before = cells.text_or_null()?.map(|word| stage_of(&stream, word)).transpose()?;
    let after = cells.text_or_null()?.ok_or_else(|| damaged("an event without a stage"))?;
    let after = stage_of(&stream, after)?;
    let due = cells.text_or_null()?.map(serde_json::from_str).transpose().map_err(damaged)?.unwrap_or_default();
    let (data, texts) = (cells.text()?, cells.text_or_null()?);
    let step = cells.text()?;
    let step = Step::from_word(step).ok_or_else(|| damaged(format!("step `{step}`")))?;
    let fact = Fact::decode(type_name, data, texts).map_err(damaged)?;
    Ok((Event { stream, at, actor, role, before, after, due, step, fact }, data, texts))
}

/// The time of a stored number of milliseconds.
pub(in crate::store) fn time_of(milliseconds: i64) -> Result<Time, StoreError> {
    DateTime::from_timestamp_millis(milliseconds).ok_or_else(|| damaged(format!("time {milliseconds}")))
}

/// What the chain covers of an event: every column but the texts themselves.
pub(in crate::store) struct Links<'a> {
    pub(in crate::store) id: i64,
    pub(in crate::store) stream: &'a str,
    pub(in crate::store) seq: i64,
    pub(in crate::store) type_name: &'a str,
    pub(in crate::store) version: i64,
    pub(in crate::store) at: i64,
    pub(in crate::store) actor: &'a str,
    pub(in crate::store) role: Option<&'a str>,
    pub(in crate::store) origin: &'a str,
    pub(in crate::store) command: i64,
    pub(in crate::store) step: &'a str,
    pub(in crate::store) stage_before: Option<&'a str>,
    pub(in crate::store) stage_after: Option<&'a str>,
    pub(in crate::store) due: Option<&'a str>,
    pub(in crate::store) data: &'a str,
    pub(in crate::store) hash: Option<&'a [u8]>,
}

/// The chain's hash after an event. Each part goes in behind its length, so that no two events read the same.
pub(in crate::store) fn chained(before: &Chain, links: &Links<'_>) -> Chain {
    let mut hasher = Sha256::new();
    hasher.update(before);
    for number in [links.id, links.seq, links.version, links.at, links.command] {
        hasher.update(number.to_be_bytes());
    }
    let texts = [
        Some(links.stream),
        Some(links.type_name),
        Some(links.actor),
        links.role,
        Some(links.origin),
        Some(links.step),
        links.stage_before,
        links.stage_after,
        links.due,
        Some(links.data),
    ];
    for part in texts.map(|text| text.map(str::as_bytes)).into_iter().chain([links.hash]) {
        hasher.update(part.map_or(-1, |part| part.len() as i64).to_be_bytes());
        hasher.update(part.unwrap_or_default());
    }
    hasher.finalize().into()
}

/// The hash of an event's texts.
pub(in crate::store) fn hash_of(nonce: &[u8], texts: &str) -> Chain {
    let mut hasher = Sha256::new();
    hasher.update(nonce);
    hasher.update(texts.as_bytes());
    hasher.finalize().into()
}

pub(in crate::store) fn damaged(error: impl std::fmt::Display) -> StoreError {
    StoreError::Damaged(error.to_string())
}

/// Bytes as hexadecimal digits.
pub(in crate::store) fn hex_of(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes that nobody can guess, for event after event: the system is asked for many at once after the first.
#[derive(Debug, Default)]
pub(in crate::store) struct Nonces {
    waiting: Vec<[u8; 16]>,
    asked: usize,
}

impl Nonces {
    /// How many are asked for at most at once.
    const MOST: usize = 64;

    pub(in crate::store) fn next(&mut self) -> Result<[u8; 16], StoreError> {
        if let Some(nonce) = self.waiting.pop() {
            return Ok(nonce);
        }
        self.asked = (self.asked * 4).clamp(1, Self::MOST);
        let mut bytes = [[0; 16]; Self::MOST];
        let fresh = bytes.split_at_mut(self.asked).0;
        getrandom::fill(fresh.as_flattened_mut()).map_err(|error| StoreError::File {
            path: "the system's random numbers".into(),
            error: std::io::Error::other(error.to_string()),
        })?;
        self.waiting.extend_from_slice(fresh);
        Ok(self.waiting.pop().unwrap_or_default())
    }
}

fn stage_of(stream: &Key, word: &str) -> Result<Stage, StoreError> {
    let stage = if stream.is_cus() {
        CusStage::from_word(word).map(Stage::Cus)
    } else {
        CsdStage::from_word(word).map(Stage::Csd)
    };
    stage.ok_or_else(|| damaged(format!("stage `{word}` of `{stream}`")))
}
