//! The desk: a database at which somebody works.

use std::io::BufRead;
use std::path::Path;
use std::sync::Arc;

use crate::app::actor::Actor;
use crate::app::delivery_settings::DeliverySettings;
use crate::app::error::DeskError;
use crate::app::message_ids::MessageIds;
use crate::app::outcome::Outcome;
use crate::app::request::Request;
use crate::app::transaction::{Notes, Transaction};
use crate::store::{Store, TakenBack, Waiting};
use crate::workflow::command::Command;
use crate::workflow::event::Event;
use crate::workflow::notices::draft::NoticeSettings;
use crate::workflow::rules::decide;
use crate::workflow::scope::Scope;
use crate::workflow::tickets::Tickets;

/// A database at which somebody works.
///
/// Without [`Desk::with_delivery`] every notice is printed: its text stands in the outcome, and whoever gave the command
/// passes it on.
#[derive(Debug)]
pub struct Desk {
    pub(in crate::app) store: Store,
    pub(in crate::app) delivery: DeliverySettings,
    notice_settings: NoticeSettings,
    message_ids: MessageIds,
    pub(in crate::app) notes: Notes,
    is_rehearsal: bool,
}

impl Desk {
    /// Opens a database.
    ///
    /// # Errors
    /// Fails if there is none, or it is not one that this program can write to.
    pub fn open(path: &Path) -> Result<Self, DeskError> {
        Ok(Self::at(Store::open(path)?))
    }

    /// Opens a database, and creates it first where there is none.
    ///
    /// # Errors
    /// Fails if something else is in the way, or the place cannot be written to.
    pub fn create(path: &Path) -> Result<Self, DeskError> {
        Store::create(path)?;
        Self::open(path)
    }

    /// Works at a database that is open.
    pub fn at(store: Store) -> Self {
        let delivery = DeliverySettings::default();
        Self {
            store,
            message_ids: MessageIds::of(delivery.domain()),
            delivery,
            notice_settings: NoticeSettings::default(),
            notes: Notes::default(),
            is_rehearsal: false,
        }
    }

    /// Drafts and delivers notices by these settings.
    #[must_use]
    pub fn with_delivery(self, delivery: DeliverySettings) -> Self {
        let message_ids = MessageIds::of(delivery.domain());
        Self { notice_settings: delivery.notice_settings(), message_ids, delivery, ..self }
    }

    /// Rehearses from now on, if that is wanted: everything is checked, and nothing is written or delivered.
    #[must_use]
    pub fn rehearsing(self, is_rehearsal: bool) -> Self {
        Self { is_rehearsal, ..self }
    }

    /// Makes room in memory for many commands: a few start faster without.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub fn for_bulk(self) -> Result<Self, DeskError> {
        Ok(Self { store: self.store.for_bulk()?, ..self })
    }

    /// Returns the database, to be read.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Decides on a command, records what follows from it, and delivers the notices that it queued.
    ///
    /// # Errors
    /// Fails if the workflow refuses, a ticket has changed since, or the database fails. A notice that cannot be delivered
    /// is no error: it stays queued, and the outcome says why.
    pub fn execute(&mut self, request: impl Into<Request>, actor: &Actor) -> Result<Outcome, DeskError> {
        self.perform(actor, |transaction| transaction.execute(request, actor))
    }

    /// Does one command as [`Desk::execute`] does, which is completed within the transaction.
    ///
    /// # Errors
    /// Those of `command`, and what goes wrong in the database.
    pub fn perform<E: From<DeskError>>(
        &mut self,
        actor: &Actor,
        command: impl FnOnce(&mut Transaction<'_, '_>) -> Result<Outcome, E>,
    ) -> Result<Outcome, E> {
        let mut outcome = self.transaction(command)?;
        outcome.deliveries = self.deliver(actor)?;
        if !outcome.deliveries.is_empty() {
            let ids = outcome.after.all.iter().map(|ticket| ticket.id().clone());
            outcome.after = self.store.tickets(&Scope::of(ids)).map_err(DeskError::from)?;
        }
        Ok(outcome)
    }

    /// Does several commands or, where `work` fails, none of them. The notices that they queued wait for
    /// [`Desk::deliver`].
    ///
    /// # Errors
    /// Those of `work`, and what goes wrong in the database.
    pub fn transaction<T, E: From<DeskError>>(
        &mut self,
        work: impl FnOnce(&mut Transaction<'_, '_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut notes = Notes::default();
        let mut writer = self.store.writer().map_err(DeskError::from)?;
        let done = work(&mut Transaction {
            writer: &mut writer,
            notice_settings: &self.notice_settings,
            message_ids: &self.message_ids,
            notes: &mut notes,
        })?;
        if self.is_rehearsal {
            writer.rollback().map_err(DeskError::from)?;
        } else {
            writer.commit().map_err(DeskError::from)?;
            self.notes.queued.append(&mut notes.queued);
            self.notes.has_removed |= notes.has_removed;
        }
        Ok(done)
    }

    /// Returns the events that would follow from a command, with the tickets before it, and writes nothing.
    ///
    /// # Errors
    /// Fails if the workflow refuses, or the database fails.
    pub fn preview(&self, command: impl Into<Command>, actor: &Actor) -> Result<(Tickets, Vec<Event>), DeskError> {
        let command = command.into();
        let tickets = self.store.tickets(&command.scope())?;
        let policy = Arc::new(self.store.policy()?);
        let context = actor.context_under(policy, self.notice_settings.clone());
        let events = decide(&tickets, &command, &context)?;
        Ok((tickets, events))
    }

    /// Takes what was removed at this desk out of the free pages of the file too, and says whether it is gone.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub fn scrub(&mut self) -> Result<bool, DeskError> {
        if !std::mem::take(&mut self.notes.has_removed) {
            return Ok(true);
        }
        Ok(self.store.scrub()?)
    }

    /// Takes an export of `cus` back into a database without tickets, with its ids, times and chain, and verifies it.
    ///
    /// # Errors
    /// Fails if the database has tickets, a line is not what it should be, or the database fails.
    pub fn take_back(&mut self, lines: impl BufRead) -> Result<TakenBack, DeskError> {
        Ok(self.store.take_back(lines, self.is_rehearsal)?)
    }

    /// Releases notices that came in with a copy of the database, so that they can be delivered.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub fn release(&mut self, waiting: &[Waiting]) -> Result<(), DeskError> {
        Ok(self.store.release(waiting)?)
    }
}
