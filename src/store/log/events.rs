//! Events as rows: appending them, and reading them back.

use chrono::DateTime;
use rusqlite::{Connection, Row, params};

use crate::store::error::{StoreError, damaged};
use crate::store::log::chain::{Hash, Link};
use crate::store::log::nonces::Nonces;
use crate::store::log::redactions;
use crate::store::log::texts::{Sealed, seal};
use crate::store::row_reader::RowReader;
use crate::store::statements::Statements;
use crate::workflow::Time;
use crate::workflow::event::{EDITION, Event, Fact};
use crate::workflow::key::Key;
use crate::workflow::payload::NamedText;
use crate::workflow::step::Step;
use crate::workflow::tickets::stage::{CsdStage, CusStage, Stage};
use crate::workflow::upcast::newest;
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
    /// Its position in the log.
    pub id: i64,
    /// Its position among its ticket's events, from 1.
    pub seq: i64,
    /// The id of the first event of the command that caused it.
    pub command: i64,
    /// Where it came from.
    pub origin: Origin,
    /// The last redaction that names it; the texts that it removed read as that one's words.
    pub redacted_by: Option<i64>,
    /// The event.
    pub event: Event,
}

/// What [`decode`] and [`event_of`] read, in their order.
macro_rules! columns {
    () => {
        "id, stream, type, version, at, actor, role, stage_before, stage_after, due, edition, data, texts, \
         redacted_by, step, seq, origin, command"
    };
}
pub(in crate::store) use columns;

/// Where the next event stands in the record.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Position<'a> {
    pub(in crate::store) id: i64,
    pub(in crate::store) seq: i64,
    pub(in crate::store) command: i64,
    pub(in crate::store) once: Option<&'a str>,
    pub(in crate::store) chain: Hash,
}

/// Appends an event, and returns the new head of the chain and the texts that are to be indexed.
pub(in crate::store) fn append<'a>(
    statements: &mut Statements<'_>,
    event: &'a Event,
    origin: Origin,
    position: Position<'_>,
    nonces: &mut Nonces,
) -> Result<(Hash, Vec<NamedText<'a>>), StoreError> {
    let data = event.fact.data().map_err(damaged)?;
    let mut texts = event.fact.texts();
    let sealed = seal(&mut texts, nonces)?;
    let due = if event.due.is_empty() { None } else { Some(serde_json::to_string(&event.due).map_err(damaged)?) };
    let type_name = event.fact.type_name();
    let link = Link {
        id: position.id,
        stream: event.stream.as_str(),
        seq: position.seq,
        type_name,
        version: newest(type_name),
        step: event.step.as_str(),
        edition: event.edition.into(),
        at: event.at.timestamp_millis(),
        actor: &event.actor,
        role: event.role.map(Word::as_str),
        origin: origin.as_str(),
        command: position.command,
        once: position.once,
        stage_before: event.before.map(Stage::as_str),
        stage_after: Some(event.after.as_str()),
        due: due.as_deref(),
        data: &data,
        hash: sealed.as_ref().map(|sealed| sealed.hash.as_slice()),
    };
    Ok((insert(statements, &link, sealed.as_ref(), &position.chain)?, texts))
}

/// Inserts the row of an event, and returns the new head of the chain, where `before` was the old one.
pub(in crate::store) fn insert(
    statements: &mut Statements<'_>,
    link: &Link<'_>,
    sealed: Option<&Sealed>,
    before: &Hash,
) -> Result<Hash, StoreError> {
    let chain = link.after(before);
    let insert = statements.get(
        "INSERT INTO event (id, stream, seq, type, version, step, edition, at, actor, role, origin, command, once, \
         stage_before, stage_after, due, data, texts, nonces, hashes, hash, chain) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)",
    )?;
    insert.execute(params![
        link.id,
        link.stream,
        link.seq,
        link.type_name,
        link.version,
        link.step,
        link.edition,
        link.at,
        link.actor,
        link.role,
        link.origin,
        link.command,
        link.once,
        link.stage_before,
        link.stage_after,
        link.due,
        link.data,
        sealed.map(|sealed| &sealed.texts),
        sealed.map(|sealed| &sealed.nonces),
        sealed.map(|sealed| &sealed.hashes),
        link.hash,
        chain,
    ])?;
    Ok(chain)
}

/// Reads an entry of the record from a row of [`columns`].
pub(in crate::store) fn decode(connection: &Connection, row: &Row<'_>) -> Result<Recorded, StoreError> {
    let mut columns = RowReader::of(row);
    let (id, event, redacted_by) = read(connection, &mut columns)?;
    let seq = columns.take()?;
    let origin = columns.text()?;
    Ok(Recorded {
        id,
        seq,
        command: columns.take()?,
        origin: Origin::from_word(origin).ok_or_else(|| damaged(format!("origin `{origin}`")))?,
        redacted_by,
        event,
    })
}

/// Reads an event alone, with its id, from a row of [`columns`].
pub(in crate::store) fn event_of(connection: &Connection, row: &Row<'_>) -> Result<(i64, Event), StoreError> {
    let (id, event, _) = read(connection, &mut RowReader::of(row))?;
    Ok((id, event))
}

/// Reads an event, with its id and the last redaction that names it.
fn read(connection: &Connection, columns: &mut RowReader<'_>) -> Result<(i64, Event, Option<i64>), StoreError> {
    let id = columns.take()?;
    let stream: Key = columns.text()?.parse().map_err(damaged)?;
    let type_name = columns.text()?;
    let version = columns.take()?;
    let at = time_of(columns.take()?)?;
    let actor = columns.text()?.to_owned();
    let role = columns.text_or_null()?;
    let role = role.map(|word| Role::from_word(word).ok_or_else(|| damaged(format!("role `{word}`")))).transpose()?;
    let before = columns.text_or_null()?.map(|word| stage_of(&stream, word)).transpose()?;
    let after = columns.text_or_null()?.ok_or_else(|| damaged("an event without a stage"))?;
    let after = stage_of(&stream, after)?;
    let due = columns.text_or_null()?.map(serde_json::from_str).transpose().map_err(damaged)?.unwrap_or_default();
    let edition = edition_of(columns.take()?)?;
    let (data, texts) = (columns.text()?, columns.text_or_null()?);
    let redacted_by = columns.take()?;
    let step = columns.text()?;
    let step = Step::from_word(step).ok_or_else(|| newer(format!("the step `{step}`")))?;
    let texts = redactions::shown(connection, stream.as_str(), id, texts, redacted_by)?;
    let fact = Fact::decode(type_name, version, data, texts)?;
    Ok((id, Event { stream, at, actor, role, before, after, due, step, edition, fact }, redacted_by))
}

/// The time of a stored number of milliseconds.
pub(in crate::store) fn time_of(milliseconds: i64) -> Result<Time, StoreError> {
    DateTime::from_timestamp_millis(milliseconds).ok_or_else(|| damaged(format!("time {milliseconds}")))
}

fn edition_of(stored: i64) -> Result<u32, StoreError> {
    let known = u32::try_from(stored).ok().filter(|edition| (1..=EDITION).contains(edition));
    known.ok_or_else(|| newer(format!("edition {stored} of the rules")))
}

/// An error that says that an event names what only a newer program knows.
fn newer(what: String) -> StoreError {
    StoreError::NewerEvent(format!("an event with {what} was made by a newer cus"))
}

/// The stage of a stored word.
pub(in crate::store) fn stage_of(stream: &Key, word: &str) -> Result<Stage, StoreError> {
    let stage = if stream.is_cus() {
        CusStage::from_word(word).map(Stage::Cus)
    } else {
        CsdStage::from_word(word).map(Stage::Csd)
    };
    stage.ok_or_else(|| damaged(format!("stage `{word}` of `{stream}`")))
}
