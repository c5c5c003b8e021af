//! The one door for writing.

use std::path::PathBuf;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::events::{self, Chain, Origin, Position, Recorded};
use super::rows::{Pointers, TicketRows};
use super::{Scope, Store, StoreError, Verified, attachments, load};
use crate::core::case::{Case, Ticket};
use crate::core::event::{Event, Fact};
use crate::core::key::Key;

/// A transaction that holds the write lock from its beginning; dropped without [`Writer::commit`], nothing is written.
#[derive(Debug)]
pub struct Writer<'a> {
    pub(super) transaction: Transaction<'a>,
    pub(super) last_id: i64,
    pub(super) chain: Chain,
}

/// What a command did.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// The case before.
    pub before: Case,
    /// The case afterwards.
    pub after: Case,
    /// The events, in their order.
    pub events: Vec<Event>,
}

impl Store {
    /// Begins to write.
    ///
    /// # Errors
    /// Where another process holds the write lock for too long, or the database fails.
    pub fn writer(&mut self) -> Result<Writer<'_>, StoreError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        Writer::begin(transaction)
    }

    /// Does something, holds the state against the record, and forgets it all.
    ///
    /// # Errors
    /// Where the state is not what the record says.
    pub(crate) fn rehearse(&self, work: impl FnOnce(&mut Writer<'_>)) -> Result<Verified, StoreError> {
        let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        let mut writer = Writer::begin(transaction)?;
        work(&mut writer);
        let verified = self.verified()?;
        writer.rollback()?;
        Ok(verified)
    }
}

impl<'a> Writer<'a> {
    fn begin(transaction: Transaction<'a>) -> Result<Self, StoreError> {
        let (last_id, chain) = events::head(&transaction)?;
        Ok(Self { transaction, last_id, chain })
    }

    /// Loads the case, asks what follows, and records it. `expected` is the revision at which a ticket must still be.
    /// `files` are the contents of the files that the events attach, in their order.
    ///
    /// `decide` does no I/O. Where it refuses, or anything fails, nothing of this command is written.
    ///
    /// # Errors
    /// What `decide` refuses with, and what goes wrong in the store.
    pub fn apply<E: From<StoreError>>(
        &mut self,
        scope: &Scope,
        expected: Option<(&Key, u64)>,
        files: &[PathBuf],
        decide: impl Fn(&Case) -> Result<Vec<Event>, E>,
    ) -> Result<Applied, E> {
        let before = load::load_to_write(&self.transaction, scope)?;
        if let Some((key, expected)) = expected {
            let actual = before.ticket(key).map_or(0, Ticket::revision);
            if actual != expected {
                let by = before.ticket(key).map(|ticket| ticket.updated_by().to_owned()).unwrap_or_default();
                return Err(StoreError::Changed { key: key.clone(), expected, actual, by }.into());
            }
        }
        let decided = decide(&before)?;
        Ok(self.record(before, decided, Origin::Cus, files)?)
    }

    /// Records what was decided to take in of another tracker's history (R32), which is exempt from the table of stages.
    ///
    /// # Errors
    /// What `decide` refuses with, and what goes wrong in the store.
    pub fn import<E: From<StoreError>>(
        &mut self,
        scope: &Scope,
        decide: impl Fn(&Case) -> Result<Vec<Event>, E>,
    ) -> Result<Applied, E> {
        let before = load::load_to_write(&self.transaction, scope)?;
        let decided = decide(&before)?;
        Ok(self.record(before, decided, Origin::Import, &[])?)
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

    /// Does several commands or, where one of them fails, none of them.
    ///
    /// # Errors
    /// Those of `commands`, and what goes wrong in the store.
    pub fn together<T, E: From<StoreError>>(
        &mut self,
        commands: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let failed = |error: rusqlite::Error| E::from(error.into());
        let place = (self.last_id, self.chain);
        self.transaction.execute_batch("SAVEPOINT together").map_err(failed)?;
        let result = commands(self);
        if result.is_err() {
            (self.last_id, self.chain) = place;
            self.transaction.execute_batch("ROLLBACK TO together").map_err(failed)?;
        }
        self.transaction.execute_batch("RELEASE together").map_err(failed)?;
        result
    }

    /// Makes all of it durable.
    ///
    /// # Errors
    /// Where the database fails; nothing is written then.
    pub fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit()?)
    }

    /// Forgets all of it.
    ///
    /// # Errors
    /// Where the database fails; nothing is written then either.
    pub fn rollback(self) -> Result<(), StoreError> {
        Ok(self.transaction.rollback()?)
    }

    fn record(
        &mut self,
        before: Case,
        decided: Vec<Event>,
        origin: Origin,
        files: &[PathBuf],
    ) -> Result<Applied, StoreError> {
        let savepoint = self.transaction.savepoint()?;
        let mut place = Position { id: self.last_id, seq: 0, command: self.last_id + 1, chain: self.chain };
        let mut after = before.clone();
        let mut files = files.iter();
        let mut pointers: Vec<(Key, Pointers)> = Vec::new();
        for event in &decided {
            place.id += 1;
            place.seq = next_seq(&after, &event.stream);
            place.chain = events::append(&savepoint, event, origin, place)?;
            after.apply(event);
            point(&savepoint, &mut pointers, place.id, event)?;
            if let (Fact::Attached(attached), Some(file)) = (&event.fact, files.next()) {
                attachments::store(&savepoint, place.id, &attached.sha256, file)?;
            }
        }
        write_state(&savepoint, &before, &after, &pointers)?;
        savepoint.commit()?;
        (self.last_id, self.chain) = (place.id, place.chain);
        Ok(Applied { before, after, events: decided })
    }
}

fn next_seq(case: &Case, stream: &Key) -> i64 {
    let revision = case.ticket(stream).map_or(0, Ticket::revision);
    i64::try_from(revision).unwrap_or(i64::MAX).saturating_add(1)
}

/// Moves the pointers of the event's ticket.
fn point(connection: &Connection, all: &mut Vec<(Key, Pointers)>, id: i64, event: &Event) -> Result<(), StoreError> {
    let index = match all.iter().position(|(stream, _)| *stream == event.stream) {
        Some(index) => index,
        None => {
            all.push((event.stream.clone(), Pointers::stored(connection, &event.stream)?));
            all.len() - 1
        }
    };
    if let Some((_, pointers)) = all.get_mut(index) {
        *pointers = pointers.after(id, event);
    }
    Ok(())
}

/// Writes what the command changed in the current state. A ticket without an event of its own can change too: a
/// customer's ticket takes the rank of its CUS ticket.
fn write_state(
    connection: &Connection,
    before: &Case,
    after: &Case,
    pointers: &[(Key, Pointers)],
) -> Result<(), StoreError> {
    let mut links = Vec::new();
    for ticket in &after.tickets {
        let moved = pointers.iter().find(|(stream, _)| stream == ticket.id()).map(|(_, pointers)| *pointers);
        let old = before.ticket(ticket.id());
        let pure = |case: &Case, ticket: &Ticket| TicketRows::of(case, ticket, Pointers::default());
        if moved.is_none() && old.map(|old| pure(before, old)) == Some(pure(after, ticket)) {
            continue;
        }
        let stored = Pointers::stored(connection, ticket.id())?;
        let new = TicketRows::of(after, ticket, moved.unwrap_or(stored));
        let old = old.map(|old| TicketRows::of(before, old, stored));
        new.write(connection, old.as_ref())?;
        links.push((new, old));
    }
    for (new, old) in &links {
        new.write_links(connection, old.as_ref())?;
    }
    let numbers = [("csd", before.free.csd, after.free.csd), ("cus", before.free.cus, after.free.cus)];
    for (kind, old, next) in numbers {
        if old != next {
            connection.prepare_cached("UPDATE counter SET next = ?2 WHERE kind = ?1")?.execute(params![kind, next])?;
        }
    }
    Ok(())
}
