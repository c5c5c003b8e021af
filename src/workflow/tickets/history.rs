//! Histories of tickets: events with their commands, folded without those that were undone (R35).

use std::collections::BTreeSet;

use crate::workflow::event::{Event, Fact};
use crate::workflow::key::Key;
use crate::workflow::step::Step;
use crate::workflow::tickets::{Past, Tickets};

/// An event with its command.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The id of the first event of the command that caused it.
    pub command: i64,
    /// The event.
    pub event: Event,
}

/// Returns the commands that were undone by later events among these.
pub fn undone<'a>(events: impl IntoIterator<Item = &'a Event>) -> BTreeSet<i64> {
    let undoes = |event: &Event| if let Fact::Undone(fact) = &event.fact { Some(fact.command) } else { None };
    events.into_iter().filter_map(undoes).collect()
}

/// Returns the command on a ticket that an undoing would undo: the last but for comments, attachments, assignments and
/// deliveries.
pub fn last_command(history: &[Entry]) -> Option<i64> {
    let undone = undone(history.iter().map(|entry| &entry.event));
    let mut newest_first = history.iter().rev().filter(|entry| !undone.contains(&entry.command));
    let goes_beside = |step: Step| is_beside(step) || step == Step::Deliver;
    newest_first.find(|entry| !goes_beside(entry.event.step)).map(|entry| entry.command)
}

/// Whether a step keeps no earlier one from being undone.
pub(crate) fn is_beside(step: Step) -> bool {
    matches!(step, Step::Comment | Step::Attach | Step::Assign)
}

impl Tickets {
    /// Folds the history of a ticket, without the commands that were undone.
    pub fn fold(&mut self, history: &[Entry]) {
        self.fold_without(history, &undone(history.iter().map(|entry| &entry.event)));
    }

    fn fold_without(&mut self, history: &[Entry], undone: &BTreeSet<i64>) {
        for Entry { command, event } in history {
            if undone.contains(command) { self.pass_over(event) } else { self.apply(event) }
        }
    }
}

impl Past {
    /// Returns a command with what followed it, from the histories of the tickets that it touched.
    pub fn of(command: i64, histories: &[Vec<Entry>], is_of_database: bool) -> Self {
        let mut past = Self { command, is_of_database, ..Self::default() };
        for history in histories {
            let mut undone = undone(history.iter().map(|entry| &entry.event));
            undone.insert(command);
            past.without.fold_without(history, &undone);
            let is_its = |entry: &&Entry| entry.command == command;
            past.events.extend(history.iter().filter(is_its).map(|entry| entry.event.clone()));
            let later = history.iter().rev().take_while(|entry| entry.command != command);
            past.later.extend(later.map(|entry| entry.event.clone()));
        }
        past
    }

    /// Returns the tickets that it touched, by the keys under which they were first recorded.
    pub(crate) fn touched(&self) -> Vec<Key> {
        let mut touched: Vec<Key> = Vec::new();
        for event in &self.events {
            if !touched.contains(&event.stream) {
                touched.push(event.stream.clone());
            }
        }
        touched
    }
}
