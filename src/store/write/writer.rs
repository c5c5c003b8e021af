//! The one door for writing.

use std::cell::OnceCell;
use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior, params};

use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::file::place::Place;
use crate::store::fulltext::index::Unindexed;
use crate::store::log::attachments;
use crate::store::log::chain;
use crate::store::log::events::{self, Origin, Position, Recorded};
use crate::store::log::load::{self, Loaded, Numbers};
use crate::store::log::nonces::Nonces;
use crate::store::projection::buffer::ProjectionBuffer;
use crate::store::projection::counts::StageCounts;
use crate::store::projection::rows::TicketRows;
use crate::store::statements::Statements;
use crate::store::write::pending::Pending;
use crate::workflow::event::{Event, Fact};
use crate::workflow::key::Key;
use crate::workflow::obligations::policy::Policy;
use crate::workflow::scope::Scope;
use crate::workflow::spellings::Spellings;
use crate::workflow::tickets::{Ticket, Tickets};

/// A transaction that holds the write lock from its beginning; dropped without [`Writer::commit`], nothing is written.
#[derive(Debug)]
pub struct Writer<'a> {
    pub(in crate::store) statements: Statements<'a>,
    pub(in crate::store) transaction: Transaction<'a>,
    pub(in crate::store) pending: Pending,
    /// The file, which must still be at its path when all is written.
    place: Option<&'a Place>,
    pub(in crate::store) nonces: Nonces,
    /// The policy in force, once it was asked for.
    pub(in crate::store) policy: OnceCell<Arc<Policy>>,
    /// How names are spelt, as far as it was asked for or written: not all rows are stored yet.
    spellings: Spellings,
    /// Whether something failed half-way, so that only a rollback is left.
    is_broken: bool,
    /// The id of the first event of commands that are recorded as one.
    joint: Option<i64>,
}

/// What a command did.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// The tickets before.
    pub before: Tickets,
    /// The tickets afterwards.
    pub after: Tickets,
    /// The events, in their order.
    pub events: Vec<Event>,
}

impl Store {
    /// Begins to write.
    ///
    /// # Errors
    /// Where another process holds the write lock for too long, or the database fails.
    pub fn writer(&mut self) -> Result<Writer<'_>, StoreError> {
        let begun = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate);
        let transaction = begun.map_err(|error| match error.sqlite_error_code() {
            Some(ErrorCode::ReadOnly) => StoreError::ReadOnly(self.path.clone()),
            _ => error.into(),
        })?;
        self.place.is_the_same()?;
        Ok(Writer { place: Some(&self.place), ..Writer::begin(&self.connection, transaction)? })
    }
}

impl<'a> Writer<'a> {
    pub(in crate::store) fn begin(
        connection: &'a Connection,
        transaction: Transaction<'a>,
    ) -> Result<Self, StoreError> {
        let (last_id, chain) = chain::head(&transaction)?;
        let pending = Pending {
            last_id,
            chain,
            stages: StageCounts::default(),
            unindexed: Unindexed::default(),
            buffer: ProjectionBuffer::default(),
            numbers: None,
        };
        Ok(Self {
            statements: Statements::of(connection),
            transaction,
            pending,
            nonces: Nonces::default(),
            policy: OnceCell::new(),
            spellings: Spellings::default(),
            place: None,
            is_broken: false,
            joint: None,
        })
    }

    /// The tickets of a scope as they stand in this transaction: with the next free keys, where it begins a ticket.
    ///
    /// # Errors
    /// Where a ticket does not exist, or the database fails.
    pub fn load(&mut self, scope: &Scope) -> Result<Loaded, StoreError> {
        let mut loaded = Loaded::default();
        self.load_more(&mut loaded, scope)?;
        Ok(loaded)
    }

    /// Takes in what is missing of a scope.
    ///
    /// # Errors
    /// Where a ticket does not exist, or the database fails.
    pub fn load_more(&mut self, loaded: &mut Loaded, scope: &Scope) -> Result<(), StoreError> {
        self.is_whole()?;
        if scope.fix_version.is_some() {
            self.write_rows()?;
        }
        for name in &scope.customers {
            self.spellings.customer(name).into_iter().for_each(|name| loaded.tickets.spellings.know_customer(name));
        }
        for version in &scope.versions {
            self.spellings.version(version).into_iter().for_each(|name| loaded.tickets.spellings.know_version(name));
        }
        load::load(&self.transaction, loaded, scope)?;
        if scope.begins {
            let numbers = match self.pending.numbers {
                Some(numbers) => Numbers { free: load::free_from(&mut self.statements, numbers.free)?, ..numbers },
                None => load::numbers(&self.transaction, &mut self.statements)?,
            };
            self.pending.numbers = Some(numbers);
            loaded.tickets.free = numbers.free;
        }
        Ok(())
    }

    /// Records what was decided on the tickets that were loaded. `files` are the contents of the files that the events
    /// attach, in their order.
    ///
    /// What fails without files fails for the whole database, so that only a rollback of the transaction is left; a file
    /// that changes or cannot be read fails for its command alone, which is undone.
    ///
    /// # Errors
    /// Where a file cannot be read, or the database fails.
    pub fn record(
        &mut self,
        before: Loaded,
        decided: Vec<Event>,
        origin: Origin,
        files: &[PathBuf],
    ) -> Result<Applied, StoreError> {
        if files.is_empty() {
            let recorded = self.write(before, decided, origin, files);
            self.is_broken |= recorded.is_err();
            recorded
        } else {
            self.together(|writer| writer.write(before, decided, origin, files))
        }
    }

    /// The events of a ticket as they stand in this transaction, in their order; none where there is no such ticket.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn events_of(&self, key: &Key) -> Result<Vec<Recorded>, StoreError> {
        match load::resolve(&self.transaction, key)? {
            Some(id) => load::events_of(&self.transaction, id.as_str()),
            None => Ok(Vec::new()),
        }
    }

    /// Does several commands as one or, where one of them fails, none of them.
    ///
    /// # Errors
    /// Those of `commands`, and what goes wrong in the store.
    pub fn together<T, E: From<StoreError>>(
        &mut self,
        commands: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let failed = |error: rusqlite::Error| E::from(error.into());
        self.catch_up()?;
        let (pending, was_broken) = (self.pending.clone(), self.is_broken);
        self.transaction.execute_batch("SAVEPOINT together").map_err(failed)?;
        let joint = self.joint;
        self.joint = joint.or(Some(self.next_event()));
        let result = commands(self);
        self.joint = joint;
        if result.is_err() {
            (self.pending, self.is_broken, self.policy) = (pending, was_broken, OnceCell::new());
            // What was spelt before is stored by now.
            self.spellings = Spellings::default();
            // Where the disk is full, SQLite may have undone all of it, and what it said first is what is to be told.
            if self.transaction.is_autocommit() {
                self.is_broken = true;
                return result;
            }
            self.transaction.execute_batch("ROLLBACK TO together").map_err(failed)?;
        }
        self.transaction.execute_batch("RELEASE together").map_err(failed)?;
        result
    }

    /// The id that the next event gets.
    pub fn next_event(&self) -> i64 {
        self.pending.last_id + 1
    }

    /// Makes all of it durable.
    ///
    /// # Errors
    /// Where the database fails, or failed before; nothing is written then.
    pub fn commit(mut self) -> Result<(), StoreError> {
        self.is_whole()?;
        self.settle()?;
        self.place.map_or(Ok(()), Place::is_the_same)?;
        Ok(self.transaction.commit()?)
    }

    /// Forgets all of it.
    ///
    /// # Errors
    /// Where the database fails; nothing is written then either.
    pub fn rollback(self) -> Result<(), StoreError> {
        // Where the disk is full, SQLite may have undone it already.
        if self.transaction.is_autocommit() { Ok(()) } else { Ok(self.transaction.rollback()?) }
    }

    /// Whether all that was done in the transaction is still there: where the disk is full, SQLite may have undone it.
    fn is_whole(&self) -> Result<(), StoreError> {
        if self.is_broken || self.transaction.is_autocommit() { Err(StoreError::Broken) } else { Ok(()) }
    }

    /// Writes what waits for the end of the transaction.
    pub(in crate::store) fn settle(&mut self) -> Result<(), StoreError> {
        self.catch_up()?;
        self.pending.unindexed.merge(&self.transaction)?;
        self.pending.stages.write(&self.transaction)?;
        if let Some(Numbers { stored, next, .. }) = self.pending.numbers {
            for (kind, old, next) in [("csd", stored.csd, next.csd), ("cus", stored.cus, next.cus)] {
                if old != next {
                    let mut statement =
                        self.transaction.prepare_cached("UPDATE counter SET next = ?2 WHERE kind = ?1")?;
                    statement.execute(params![kind, next])?;
                }
            }
        }
        Ok(())
    }

    /// Appends an event to the record; its texts are indexed later.
    pub(in crate::store) fn append(
        &mut self,
        event: &Event,
        origin: Origin,
        position: Position<'_>,
    ) -> Result<(), StoreError> {
        let (chain, texts) = events::append(&mut self.statements, event, origin, position, &mut self.nonces)?;
        (self.pending.last_id, self.pending.chain) = (position.id, chain);
        self.pending.unindexed.take(position.id, texts);
        if self.pending.unindexed.are_many() {
            self.pending.unindexed.index_early(&self.transaction)?;
        }
        Ok(())
    }

    /// Indexes the texts that wait for that.
    pub(in crate::store) fn index(&mut self) -> Result<(), StoreError> {
        self.pending.unindexed.index(&self.transaction)
    }

    /// Writes what of the current state waits for that, and indexes the texts.
    pub(in crate::store) fn catch_up(&mut self) -> Result<(), StoreError> {
        self.write_rows()?;
        self.index()
    }

    pub(in crate::store) fn write_rows(&mut self) -> Result<(), StoreError> {
        let written = self.pending.buffer.write(&mut self.statements);
        self.is_broken |= written.is_err();
        written
    }

    fn write(
        &mut self,
        before: Loaded,
        decided: Vec<Event>,
        origin: Origin,
        files: &[PathBuf],
    ) -> Result<Applied, StoreError> {
        let command = self.joint.unwrap_or(self.next_event());
        let mut after = before.clone();
        let mut files = files.iter();
        for event in &decided {
            let id = self.pending.last_id + 1;
            let seq = next_seq(&after.tickets, &event.stream);
            let position = Position { id, seq, command, once: None, chain: self.pending.chain };
            self.append(event, origin, position)?;
            after.tickets.apply(event);
            if seq == 1 {
                after.begin(&event.stream, id);
            }
            if let Fact::Attached(attached) = &event.fact
                && let Some(file) = files.next()
            {
                attachments::store(&self.transaction, id, &attached.sha256, file)?;
            }
        }
        if decided.iter().any(|event| matches!(event.fact, Fact::Undone(_))) {
            after = load::anew(&self.transaction, &before)?;
        }
        self.write_state(&before, &after)?;
        Ok(Applied { before: before.tickets, after: after.tickets, events: decided })
    }

    /// Notes what the command changed in the current state. A ticket without an event of its own can change too: a
    /// customer's ticket takes the rank of its CUS ticket.
    fn write_state(&mut self, before: &Loaded, after: &Loaded) -> Result<(), StoreError> {
        let mut has_new_keys = false;
        for ticket in &after.tickets.all {
            let old = before.tickets.ticket(ticket.id()).map(|old| TicketRows::of(before, old)).transpose()?;
            let new = TicketRows::of(after, ticket)?;
            if old.as_ref() != Some(&new) {
                self.pending.stages.moved(old.as_ref().map(|old| &old.ticket), &new.ticket);
                has_new_keys |= old.as_ref().map_or(&[][..], |old| &old.aliases) != new.aliases;
                has_new_keys |= new.origin.is_some() && new.is_cus() && old.is_none();
                self.pending.buffer.take(old, new);
                ticket.spell_names(&mut self.spellings);
            }
        }
        for ticket in before.tickets.all.iter().filter(|ticket| after.tickets.gone(ticket.id()).is_some()) {
            let old = TicketRows::of(before, ticket)?;
            self.pending.stages.left(&old.ticket);
            self.pending.buffer.remove(old);
        }
        // The next command can name the ticket by its new key.
        if has_new_keys || self.pending.buffer.are_many() {
            self.write_rows()?;
        }
        if let Some(Numbers { next, free, .. }) = &mut self.pending.numbers {
            let (before, after) = (before.tickets.free, after.tickets.free);
            if after.csd != before.csd {
                (next.csd, free.csd) = (after.csd, after.csd);
            }
            if after.cus != before.cus {
                (next.cus, free.cus) = (after.cus, after.cus);
            }
        }
        Ok(())
    }
}

fn next_seq(tickets: &Tickets, stream: &Key) -> i64 {
    let gone = || tickets.gone(stream).map_or(0, |gone| gone.revision);
    let revision = tickets.ticket(stream).map_or_else(gone, Ticket::revision);
    i64::try_from(revision).unwrap_or(i64::MAX).saturating_add(1)
}
