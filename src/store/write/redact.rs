//! Removing a text for good (R27): from the record, the index and the free pages of the file, while the chain still
//! verifies, since that covers a text's hash alone.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use serde_json::Value;

use crate::store::error::{StoreError, damaged};
use crate::store::fulltext::index;
use crate::store::log::events::{Origin, Position};
use crate::store::log::load::{self, Loaded, began};
use crate::store::log::redactions::{REMOVED, SHOWN, shown_texts};
use crate::store::log::texts::NamedTexts;
use crate::store::projection::rows::TicketRows;
use crate::store::write::writer::Writer;
use crate::workflow::Context;
use crate::workflow::event::{EDITION, Event, Fact, Redacted, RedactedTexts};
use crate::workflow::key::Key;
use crate::workflow::step::Step;

/// What is to be removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redaction {
    /// A text, wherever it stands in the texts of the ticket and of those linked to it.
    Text(String),
    /// A file of the ticket, with its name.
    File(String),
}

/// What a redaction came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Removed {
    /// The tickets and the events from which something was removed.
    pub events: Vec<(Key, i64)>,
    /// Files that hold the text, and are still there: their tickets, and their names without the text.
    pub files: Vec<(Key, String)>,
    /// The tickets and the events that have the text where none can be removed: in a version, a key or the name of who did
    /// it, which the chain covers.
    pub unreached: Vec<(Key, i64)>,
    /// How many errors of deliveries named it, and do no longer.
    pub errors: usize,
}

impl Writer<'_> {
    /// Removes a text or a file from a ticket and from those linked to it. That it was there, who removed it and why
    /// stays. `read_mail` tells what a mail among the files says, in which the text can stand encoded.
    ///
    /// # Errors
    /// Where there is no such ticket or file, or the database fails.
    pub fn redact(
        &mut self,
        key: &Key,
        what: &Redaction,
        note: &str,
        context: &Context,
        read_mail: impl Fn(&[u8]) -> String,
    ) -> Result<Removed, StoreError> {
        self.catch_up()?;
        let id = load::resolve(&self.transaction, key)?.ok_or_else(|| StoreError::NoSuchTicket(key.clone()))?;
        let mut before = Loaded::default();
        load::load_with_links(&self.transaction, &mut before, &id)?;
        let mut removed = Removed::default();
        let tickets = before.tickets.all.iter().map(|ticket| (ticket.id(), ticket.key()));
        let gone = before.tickets.gone.iter().map(|gone| (&gone.id, &gone.id));
        for (ticket, goes_by) in tickets.chain(gone) {
            if let Redaction::Text(text) = what {
                removed.errors += self.transaction.execute(
                    concat!(
                        "UPDATE outbox SET error = replace(error, ?2, ?3) WHERE instr(error, ?2) > 0 AND ticket = ",
                        began!()
                    ),
                    params![ticket.as_str(), text, REMOVED],
                )?;
            }
            for recorded in load::events_of(&self.transaction, ticket.as_str())? {
                let fact = &recorded.event.fact;
                if let Redaction::Text(text) = what
                    && stands_in_facts(&recorded.event, text)?
                {
                    removed.unreached.push((goes_by.clone(), recorded.id));
                }
                let removal = match (what, fact) {
                    (Redaction::Text(text), Fact::Attached(attached)) => {
                        let name = &attached.texts.name;
                        let says_it = || -> Result<bool, StoreError> {
                            let is_mail = name.ends_with(".eml");
                            Ok(is_mail && read_mail(&content(&self.transaction, recorded.id)?).contains(text))
                        };
                        if holds(&self.transaction, recorded.id, text)? || says_it()? {
                            removed.files.push((goes_by.clone(), name.replace(text, REMOVED)));
                        }
                        Removal::of_text(fact, text)
                    }
                    (Redaction::Text(text), _) => Removal::of_text(fact, text),
                    (Redaction::File(name), Fact::Attached(attached))
                        if *ticket == id && attached.texts.name == *name =>
                    {
                        self.transaction.execute("DELETE FROM chunk WHERE event = ?1", [recorded.id])?;
                        Removal { names: vec!["name".to_owned()], instead: BTreeMap::new(), file: true }
                    }
                    (Redaction::File(_), _) => continue,
                };
                if !removal.names.is_empty() {
                    self.remove(ticket, recorded.id, removal, note, context)?;
                    removed.events.push((goes_by.clone(), recorded.id));
                }
            }
        }
        match what {
            Redaction::File(name) if removed.events.is_empty() => {
                Err(StoreError::NoSuchAttachment { key: key.clone(), name: name.clone() })
            }
            Redaction::File(_) | Redaction::Text(_) => {
                self.write_anew(&before)?;
                Ok(removed)
            }
        }
    }

    /// Removes texts from an event, and records that.
    fn remove(
        &mut self,
        stream: &Key,
        id: i64,
        removal: Removal,
        note: &str,
        context: &Context,
    ) -> Result<(), StoreError> {
        let recorded = load::events_of(&self.transaction, stream.as_str())?;
        let last = recorded.last().ok_or_else(|| damaged(format!("`{stream}` does not begin")))?;
        let stage = last.event.after;
        let at = recorded.iter().map(|recorded| recorded.event.at).max().unwrap_or(context.now).max(context.now);
        let removed: BTreeMap<String, ()> = removal.names.into_iter().map(|name| (name, ())).collect();
        let patch = serde_json::to_string(&removed).map_err(damaged)?;
        let texts = RedactedTexts { note: note.to_owned(), instead: removal.instead };
        let event = Event {
            stream: stream.clone(),
            at,
            actor: context.actor.clone(),
            role: context.roles.first().copied(),
            before: Some(stage),
            after: stage,
            due: Vec::new(),
            step: Step::Redact,
            edition: EDITION,
            fact: Redacted { event: id, removed, file: removal.file, texts }.into(),
        };
        let seq = i64::try_from(recorded.len()).map_err(damaged)? + 1;
        let last = self.pending.last_id + 1;
        let position = Position { id: last, seq, command: last, once: None, chain: self.pending.chain };
        // What is taken out of the index must stand in it, and is known only until the redaction gives other words.
        self.index()?;
        self.reindex(id, index::forget)?;
        self.append(&event, Origin::Cus, position)?;
        self.transaction.execute(
            "UPDATE event SET texts = json_patch(texts, ?2), nonces = json_patch(nonces, ?2), redacted_by = ?3 \
             WHERE id = ?1",
            params![id, patch, last],
        )?;
        self.reindex(id, index::index)
    }

    /// Hands the texts of an event to the index.
    fn reindex(
        &self,
        id: i64,
        hand_on: impl FnOnce(&Connection, i64, NamedTexts<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = self.transaction.prepare_cached(&format!("SELECT {SHOWN} FROM event WHERE id = ?1"))?;
        let mut rows = statement.query([id])?;
        let row = rows.next()?.ok_or_else(|| damaged(format!("there is no event {id}")))?;
        let (_, texts) = shown_texts(&self.transaction, row)?;
        hand_on(&self.transaction, id, texts)
    }

    /// Writes the current state of the tickets anew, whose texts and revisions changed.
    fn write_anew(&mut self, before: &Loaded) -> Result<(), StoreError> {
        let mut after = Loaded::default();
        for ticket in &before.tickets.all {
            load::load_with_links(&self.transaction, &mut after, ticket.id())?;
        }
        for ticket in &after.tickets.all {
            let old = before.tickets.ticket(ticket.id()).map(|old| TicketRows::of(before, old)).transpose()?;
            self.pending.buffer.take(old, TicketRows::of(&after, ticket)?);
        }
        self.catch_up()
    }
}

/// What is removed from one event.
struct Removal {
    /// The names of the texts.
    names: Vec<String>,
    /// What is to stand in their place.
    instead: BTreeMap<String, String>,
    /// Whether the content of the file goes as well.
    file: bool,
}

impl Removal {
    /// The removal of every text of a fact that contains these words.
    fn of_text(fact: &Fact, words: &str) -> Self {
        let mut removal = Self { names: Vec::new(), instead: BTreeMap::new(), file: false };
        for (name, text) in fact.texts() {
            if !text.contains(words) {
                continue;
            }
            // The words of an earlier redaction stand for a text of another event, which gets new ones itself.
            if !name.starts_with("instead.") {
                removal.instead.insert(name.clone().into_owned(), text.replace(words, REMOVED));
            }
            removal.names.push(name.into_owned());
        }
        removal
    }
}

/// Whether a text stands in what a redaction leaves of an event: its data, the name of who did it, and the names of its
/// texts.
fn stands_in_facts(event: &Event, text: &str) -> Result<bool, StoreError> {
    let data: Value = serde_json::from_str(&event.fact.data().map_err(damaged)?).map_err(damaged)?;
    let in_names =
        event.fact.texts().iter().any(|(name, _)| name.split_once('.').is_some_and(|(_, name)| name.contains(text)));
    Ok(event.actor.contains(text) || in_names || has(&data, text))
}

/// Whether a string of a value has the text.
fn has(value: &Value, text: &str) -> bool {
    match value {
        Value::String(string) => string.contains(text),
        Value::Array(items) => items.iter().any(|item| has(item, text)),
        Value::Object(fields) => fields.values().any(|field| has(field, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether the content of a file has these bytes.
fn holds(connection: &Connection, event: i64, text: &str) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached("SELECT bytes FROM chunk WHERE event = ?1 ORDER BY n")?;
    let mut rows = statement.query([event])?;
    let mut window: Vec<u8> = Vec::new();
    while let Some(row) = rows.next()? {
        window.extend_from_slice(row.get_ref("bytes")?.as_blob().map_err(damaged)?);
        if window.windows(text.len()).any(|bytes| bytes == text.as_bytes()) {
            return Ok(true);
        }
        // What is left can begin a text that ends in the next piece.
        window.drain(..window.len().saturating_sub(text.len()));
    }
    Ok(false)
}

/// The beginning of a file, as far as a mail is read.
fn content(connection: &Connection, event: i64) -> Result<Vec<u8>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT bytes FROM chunk WHERE event = ?1 ORDER BY n LIMIT 2")?;
    let pieces = statement.query_map([event], |row| row.get::<_, Vec<u8>>("bytes"))?;
    Ok(pieces.collect::<Result<Vec<_>, _>>()?.concat())
}
