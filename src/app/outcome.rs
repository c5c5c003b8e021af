//! The outcome of a command.

use crate::app::attempt::Attempt;
use crate::store::Applied;
use crate::workflow::command::Command;
use crate::workflow::event::{Event, Fact};
use crate::workflow::key::Key;
use crate::workflow::tickets::cus::Notice;
use crate::workflow::tickets::{Ticket, Tickets};

/// The outcome of a command.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The tickets before.
    pub before: Tickets,
    /// The tickets afterwards.
    pub after: Tickets,
    /// The events, in their order.
    pub events: Vec<Event>,
    /// The tickets that it began or was taken on, by the keys that they go by.
    pub keys: Vec<Key>,
    /// The deliveries of the notices that it queued, once they have been tried.
    pub deliveries: Vec<Attempt>,
}

impl Outcome {
    pub(in crate::app) fn new(command: &Command, applied: Applied) -> Self {
        let keys = keys(command, &applied);
        let Applied { before, after, events } = applied;
        Self { before, after, events, keys, deliveries: Vec::new() }
    }

    /// Returns the first of the tickets that it began or was taken on.
    pub fn key(&self) -> Option<&Key> {
        self.keys.first()
    }

    /// Returns the tickets that it began or was taken on, as they are now.
    pub fn tickets(&self) -> impl Iterator<Item = &Ticket> {
        self.keys.iter().filter_map(|key| self.after.ticket(key))
    }

    /// Returns the notices that it gave, each with the ticket that records it.
    pub fn notices(&self) -> Vec<(&Key, &Notice)> {
        let mut given = Vec::new();
        for event in &self.events {
            if let Fact::Notified(fact) = &event.fact
                && let Some(ticket) = self.after.ticket(&event.stream)
            {
                given.extend(ticket.notice(fact.notice).map(|notice| (ticket.id(), notice)));
            }
        }
        given
    }

    /// Returns the numbers of the notices and announcements that it queued, each with the ticket that records it.
    pub(in crate::app) fn queued(&self) -> Vec<(Key, u32)> {
        let notices = self.notices().into_iter().filter(|(_, notice)| notice.is_queued());
        let mut queued: Vec<(Key, u32)> = notices.map(|(key, notice)| (key.clone(), notice.number)).collect();
        for event in &self.events {
            if let Fact::Announced(fact) = &event.fact {
                queued.push((event.stream.clone(), fact.notice));
            }
        }
        queued
    }

    /// Whether a notice that it queued was not delivered.
    pub fn has_failed_deliveries(&self) -> bool {
        self.deliveries.iter().any(Attempt::has_failed)
    }
}

/// Returns the tickets that a command began, or those that it was taken on, or those that it changed.
fn keys(command: &Command, applied: &Applied) -> Vec<Key> {
    let after = &applied.after;
    if let Some(event) = applied.events.iter().find(|event| event.before.is_none()) {
        return vec![after.current_key(&event.stream)];
    }
    let mut keys = Vec::new();
    for key in command.subjects() {
        let key = match after.cus_for(key) {
            Some(cus) if command.is_on_cus() => cus.key.clone(),
            _ => after.current_key(key),
        };
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    if keys.is_empty() {
        keys.extend(applied.events.iter().map(|event| after.current_key(&event.stream)));
        keys.dedup();
    }
    keys
}
