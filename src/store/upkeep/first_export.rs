//! Exports of `cus` 0.1.0: their chain is verified while they are read, and a chain of the present kind is built.
//!
//! In 0.1.0 all texts of an event had one nonce and one hash. Here each gets a nonce that is derived from that one and the
//! text's name, so that an export makes the same chain each time. A redaction replaced texts: what it left is taken for
//! what was recorded.

use std::borrow::Cow;
use std::collections::HashMap;

use rusqlite::{Connection, params};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::store::error::{StoreError, damaged, forged};
use crate::store::hex::{bytes_of, digits_of};
use crate::store::log::chain::{Hash, Link};
use crate::store::log::events::{self, Origin, Position, stage_of, time_of};
use crate::store::log::nonces::{Nonce, Nonces};
use crate::store::log::policy;
use crate::store::log::texts::NamedTexts;
use crate::store::statements::Statements;
use crate::store::upkeep::first_line::FirstLine;
use crate::workflow::event::{Event, FIRST_EDITION, Fact};
use crate::workflow::first_edition::{due_times, modernize, step_of};
use crate::workflow::key::Key;
use crate::workflow::step::Step;
use crate::workflow::tickets::Tickets;
use crate::workflow::upcast::newest;
use crate::workflow::vocabulary::{Role, Word};

/// The reading of an export of 0.1.0.
pub(in crate::store) struct FirstExport<'c> {
    connection: &'c Connection,
    statements: Statements<'c>,
    /// How many events were read.
    count: i64,
    /// The head of the export's chain after them.
    first_chain: Hash,
    /// The head of the new chain.
    chain: Hash,
    /// Each ticket after them, by its stream.
    tickets: HashMap<Key, Tickets>,
    /// The events of the command that is being read, whose step shows when all are known.
    command: Vec<Read>,
    /// For each event whose texts were replaced: the redaction that has to name it, and the hash of what that left.
    replaced: HashMap<i64, (i64, Option<Hash>)>,
}

/// An event that was read.
struct Read {
    id: i64,
    seq: i64,
    command: i64,
    origin: Origin,
    nonce: Nonce,
    event: Event,
}

impl<'c> FirstExport<'c> {
    /// Begins to read into an empty database, within a transaction.
    pub(in crate::store) fn into(connection: &'c Connection) -> Result<Self, StoreError> {
        // The content of a file comes before the command that attached it is known as a whole.
        connection.execute_batch("PRAGMA defer_foreign_keys = ON")?;
        Ok(Self {
            connection,
            statements: Statements::of(connection),
            count: 0,
            first_chain: [0; 32],
            chain: [0; 32],
            tickets: HashMap::new(),
            command: Vec::new(),
            replaced: HashMap::new(),
        })
    }

    /// Takes the line of an event.
    ///
    /// # Errors
    /// Where it is not what was recorded, or the database fails.
    pub(in crate::store) fn take(&mut self, line: &str) -> Result<(), StoreError> {
        let line: FirstLine<'_> = serde_json::from_str(line).map_err(damaged)?;
        self.count += 1;
        if line.event != self.count {
            return Err(forged(format!("event {} does not follow event {}", line.event, self.count - 1)));
        }
        self.first_chain = line.verified(&self.first_chain)?;
        if let Some(redaction) = line.redacted_by {
            self.replaced.insert(line.event, (redaction, line.hash_of_texts()?));
        }
        if self.command.first().is_some_and(|first| first.command != line.command) {
            self.write_command()?;
        }
        if line.stream.is_empty() {
            return self.write_policy(&line);
        }
        let read = self.read(&line)?;
        self.command.push(read);
        Ok(())
    }

    /// Ends the reading, and returns the head of the export's chain, in hexadecimal.
    ///
    /// # Errors
    /// Where texts were replaced by no redaction, or the database fails.
    pub(in crate::store) fn end(mut self) -> Result<String, StoreError> {
        self.write_command()?;
        match self.replaced.keys().min() {
            Some(event) => Err(forged(format!("the texts of event {event} were changed"))),
            None => Ok(digits_of(&self.first_chain)),
        }
    }

    fn read(&mut self, line: &FirstLine<'_>) -> Result<Read, StoreError> {
        let stream: Key = line.stream.parse().map_err(damaged)?;
        let word = |what: &str, word: &str| damaged(format!("{what} `{word}`"));
        let role = line.role.as_deref();
        let role = role.map(|text| Role::from_word(text).ok_or_else(|| word("role", text))).transpose()?;
        let before = line.stage_before.as_deref().map(|word| stage_of(&stream, word)).transpose()?;
        let after = line.stage_after.as_deref().ok_or_else(|| damaged("an event without a stage"))?;
        let origin = Origin::from_word(&line.origin).ok_or_else(|| word("origin", &line.origin))?;
        let mut event = Event {
            after: stage_of(&stream, after)?,
            at: time_of(line.at)?,
            actor: line.actor.clone(),
            role,
            before,
            due: Vec::new(),
            step: Step::Import,
            edition: FIRST_EDITION,
            fact: self.fact(line)?,
            stream: stream.clone(),
        };
        let tickets = self.tickets.entry(stream.clone()).or_default();
        tickets.apply(&event);
        if let Some(due) = line.due {
            let due = serde_json::from_str(due.get()).map_err(damaged)?;
            let ticket = tickets.ticket(&stream).ok_or_else(|| damaged(format!("`{stream}` does not begin")))?;
            event.due = due_times(due, ticket).map_err(damaged)?;
        }
        let nonce = line.nonce()?.unwrap_or_default();
        Ok(Read { id: line.event, seq: line.seq, command: line.command, origin, nonce, event })
    }

    fn fact(&mut self, line: &FirstLine<'_>) -> Result<Fact, StoreError> {
        let mut data: Map<String, Value> = serde_json::from_str(line.data.get()).map_err(damaged)?;
        if line.r#type == "redacted" {
            let event = data.get("event").and_then(Value::as_i64).unwrap_or_default();
            let left = data.get("remains").and_then(Value::as_str).and_then(bytes_of);
            if let Some((by, found)) = self.replaced.get(&event)
                && *by == line.event
            {
                if found.map(|found| found.to_vec()) != left {
                    return Err(forged(format!("the texts of event {event} were changed")));
                }
                self.replaced.remove(&event);
            }
            data.insert("file".to_owned(), self.has_lost_its_file(event)?.into());
        }
        modernize(&line.r#type, &mut data);
        let data = Value::Object(data).to_string();
        let texts = line.texts.map(texts_of).transpose()?.unwrap_or_default();
        Ok(Fact::decode(&line.r#type, newest(&line.r#type), &data, texts)?)
    }

    /// Whether an event attached a file whose content is gone.
    fn has_lost_its_file(&self, event: i64) -> Result<bool, StoreError> {
        let mut attached = self.connection.prepare_cached(
            "SELECT 1 FROM event WHERE id = ?1 AND type = 'attached' AND data ->> '$.size' > 0 \
             AND NOT EXISTS (SELECT 1 FROM chunk WHERE chunk.event = ?1)",
        )?;
        Ok(attached.exists([event])?)
    }

    /// Writes the events of a command, all of which are known.
    fn write_command(&mut self) -> Result<(), StoreError> {
        let mut command = std::mem::take(&mut self.command);
        let is_import = command.iter().any(|read| read.origin == Origin::Import);
        let facts: Vec<&Fact> = command.iter().map(|read| &read.event.fact).collect();
        let step = if is_import { Step::Import } else { step_of(&facts) };
        for read in &mut command {
            read.event.step = step;
            let Read { id, seq, command, origin, nonce, event } = &*read;
            let position = Position { id: *id, seq: *seq, command: *command, once: None, chain: self.chain };
            let mut nonces = Nonces::derived_from(*nonce);
            (self.chain, _) = events::append(&mut self.statements, event, *origin, position, &mut nonces)?;
            if let Fact::Redacted(redacted) = &event.fact {
                let mark = self.statements.get(
                    "UPDATE event SET texts = json_patch(texts, '{}'), nonces = json_patch(nonces, '{}'), \
                     redacted_by = ?2 WHERE id = ?1",
                )?;
                mark.execute(params![redacted.event, id])?;
            }
        }
        Ok(())
    }

    /// Writes a change of the policy, which belongs to no ticket.
    fn write_policy(&mut self, line: &FirstLine<'_>) -> Result<(), StoreError> {
        let link = Link {
            id: line.event,
            stream: "",
            seq: line.seq,
            type_name: &line.r#type,
            version: newest(policy::TYPE),
            step: Step::Policy.as_str(),
            edition: FIRST_EDITION.into(),
            at: line.at,
            actor: &line.actor,
            role: line.role.as_deref(),
            origin: &line.origin,
            command: line.command,
            once: None,
            stage_before: None,
            stage_after: None,
            due: None,
            data: line.data.get(),
            hash: None,
        };
        self.chain = events::insert(&mut self.statements, &link, None, &self.chain)?;
        Ok(())
    }
}

/// Returns the texts of an event with their names; those of a map have that of the map before theirs.
fn texts_of(texts: &RawValue) -> Result<NamedTexts<'static>, StoreError> {
    let texts: Map<String, Value> = serde_json::from_str(texts.get()).map_err(damaged)?;
    let mut all = Vec::new();
    for (name, value) in texts {
        match value {
            Value::String(text) => all.push((Cow::Owned(name), Cow::Owned(text))),
            Value::Object(map) => {
                let entries = map.iter().filter_map(|(entry, text)| Some((entry, text.as_str()?)));
                let named = entries.map(|(entry, text)| (format!("{name}.{entry}"), text.to_owned()));
                all.extend(named.map(|(name, text)| (Cow::Owned(name), Cow::Owned(text))));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {}
        }
    }
    Ok(all)
}
