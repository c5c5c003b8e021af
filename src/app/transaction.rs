//! Several commands that are written together, or not at all.

use crate::app::actor::Actor;
use crate::app::error::DeskError;
use crate::app::message_ids::MessageIds;
use crate::app::outcome::Outcome;
use crate::app::request::Request;
use crate::store::{self, Origin, Recorded, StoreError, Waiting, Writer};
use crate::workflow::Context;
use crate::workflow::command::Command;
use crate::workflow::key::Key;
use crate::workflow::notices::draft::NoticeSettings;
use crate::workflow::rules::decide;
use crate::workflow::scope::Scope;
use crate::workflow::tickets::{Ticket, Tickets};

/// A transaction at a desk. A command that fails writes nothing of itself; the others stand.
#[derive(Debug)]
pub struct Transaction<'t, 'w> {
    pub(in crate::app) writer: &'t mut Writer<'w>,
    pub(in crate::app) notice_settings: &'t NoticeSettings,
    pub(in crate::app) message_ids: &'t MessageIds,
    pub(in crate::app) notes: &'t mut Notes,
}

/// The work that is left once a transaction is durable.
#[derive(Debug, Clone, Default)]
pub(in crate::app) struct Notes {
    /// The notices to deliver.
    pub(in crate::app) queued: Vec<Waiting>,
    /// Whether something was removed, which must not stay in the file's free pages.
    pub(in crate::app) has_removed: bool,
}

/// The tickets that a command is completed on, as they are within the transaction.
#[derive(Debug)]
pub struct Loaded {
    loaded: store::Loaded,
    context: Context,
}

impl Loaded {
    /// Returns the tickets.
    pub fn tickets(&self) -> &Tickets {
        self.loaded.tickets()
    }

    /// Returns the actor, the time and the policy in force.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Checks that a ticket is still at a revision.
    ///
    /// # Errors
    /// Fails if the ticket is not at that revision.
    pub fn expect(&self, key: &Key, expected: u64) -> Result<(), DeskError> {
        let ticket = self.tickets().ticket(key);
        let actual = ticket.map_or(0, Ticket::revision);
        if actual == expected {
            return Ok(());
        }
        let by = ticket.map(|ticket| ticket.updated_by().to_owned()).unwrap_or_default();
        Err(StoreError::Changed { key: key.clone(), expected, actual, by }.into())
    }
}

impl Transaction<'_, '_> {
    /// Decides on a command and records what follows from it.
    ///
    /// # Errors
    /// Fails if the workflow refuses, a ticket has changed since, or the database fails.
    pub fn execute(&mut self, request: impl Into<Request>, actor: &Actor) -> Result<Outcome, DeskError> {
        let request = request.into();
        let loaded = self.load(&request.command.scope(), actor)?;
        self.record(loaded, request)
    }

    /// Loads the tickets on which a command is to be completed: those that are named so far.
    ///
    /// # Errors
    /// Fails if a ticket does not exist, or the database fails.
    pub fn load(&mut self, scope: &Scope, actor: &Actor) -> Result<Loaded, DeskError> {
        let loaded = self.writer.load(scope)?;
        Ok(Loaded { loaded, context: self.context(actor)? })
    }

    /// Decides on a command that was completed on these tickets, and records what follows from it. What it needs besides
    /// is loaded.
    ///
    /// # Errors
    /// Fails if the workflow refuses, a ticket has changed since, or the database fails.
    pub fn decide(&mut self, mut loaded: Loaded, request: impl Into<Request>) -> Result<Outcome, DeskError> {
        let request = request.into();
        self.writer.load_more(&mut loaded.loaded, &request.command.scope())?;
        self.record(loaded, request)
    }

    /// The id that the next event gets.
    pub fn next_event(&self) -> i64 {
        self.writer.next_event()
    }

    /// Does several commands as one or, where one of them fails, none of them.
    ///
    /// # Errors
    /// Those of `commands`, and what goes wrong in the database.
    pub fn together<T, E: From<DeskError>>(
        &mut self,
        commands: impl FnOnce(&mut Transaction<'_, '_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let Self { notice_settings, message_ids, .. } = *self;
        let (queued, has_removed) = (self.notes.queued.len(), self.notes.has_removed);
        let notes = &mut *self.notes;
        let done = self.writer.together(|writer| {
            commands(&mut Transaction { writer, notice_settings, message_ids, notes }).map_err(Undone)
        });
        done.map_err(|Undone(error)| {
            self.notes.queued.truncate(queued);
            self.notes.has_removed = has_removed;
            error
        })
    }

    /// Returns the events of a ticket as they stand in this transaction, in their order; none where there is no such ticket.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub fn events_of(&self, key: &Key) -> Result<Vec<Recorded>, DeskError> {
        Ok(self.writer.events_of(key)?)
    }

    /// Returns the actor, the time and the policy in force.
    pub(in crate::app) fn context(&self, actor: &Actor) -> Result<Context, DeskError> {
        Ok(actor.context_under(self.writer.policy()?, self.notice_settings.clone()))
    }

    fn record(&mut self, loaded: Loaded, request: Request) -> Result<Outcome, DeskError> {
        let Request { command, files, expected } = request;
        if let Some((key, revision)) = &expected {
            loaded.expect(key, *revision)?;
        }
        let Loaded { loaded, context } = loaded;
        let mut events = decide(loaded.tickets(), &command, &context)?;
        self.message_ids.complete(&mut events)?;
        let origin = if matches!(command, Command::Import(_)) { Origin::Import } else { Origin::Cus };
        let outcome = Outcome::new(&command, self.writer.record(loaded, events, origin, &files)?);
        for (cus, notice) in outcome.queued() {
            self.notes.queued.push(Waiting { cus, notice, attempts: 0, next: None, error: None, is_held: false });
        }
        Ok(outcome)
    }
}

/// The reason why commands that belong together were undone.
struct Undone<E>(E);

impl<E: From<DeskError>> From<StoreError> for Undone<E> {
    fn from(error: StoreError) -> Self {
        Self(DeskError::from(error).into())
    }
}

/// Does something, holds the state against the record, and forgets it all.
#[cfg(feature = "hostile")]
pub(crate) fn rehearse(
    store: &store::Store,
    work: impl FnOnce(&mut Transaction<'_, '_>),
) -> Result<store::Verified, StoreError> {
    store.rehearse(|writer| {
        work(&mut Transaction {
            writer,
            notice_settings: &NoticeSettings::default(),
            message_ids: &MessageIds::of("cus.invalid"),
            notes: &mut Notes::default(),
        });
    })
}
