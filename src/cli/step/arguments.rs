//! The arguments of a command that takes a step: the same for flags, prompts and batch lines.

use std::path::PathBuf;

use super::form::{Form, Known};
use super::introduction;
use crate::app::{Actor, DeskError, Outcome, Transaction};
use crate::cli::input::{KeyArg, Text};
use crate::cli::views::outcome::Advice;
use crate::store::Store;
use crate::workflow::command::Command;
use crate::workflow::key::Key;
use crate::workflow::tickets::Tickets;

/// The arguments of a command that takes a step.
pub(in crate::cli) trait StepArguments {
    /// The tickets that it names; each is done by itself unless [`StepArguments::is_together`].
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        None
    }

    /// The tickets that it names beside those, which must exist.
    fn also_named(&self) -> Vec<Key> {
        Vec::new()
    }

    /// Whether several tickets are one command.
    fn is_together(&self) -> bool {
        false
    }

    /// Whether it can give notices, so that the delivery settings are needed.
    fn gives_notices(&self) -> bool {
        false
    }

    /// Its long texts.
    fn texts(&mut self) -> Vec<&mut Text> {
        Vec::new()
    }

    /// The files that it attaches.
    fn files(&self) -> &[PathBuf] {
        &[]
    }

    /// What it is about, shown before the first question.
    fn introduction(&self, tickets: &Tickets, named: &[Key], known: &dyn Known) -> String {
        introduction::of(tickets, named, known)
    }

    /// Records what comes before the command in the same transaction, and says whether it recorded anything.
    fn precede(&self, _transaction: &mut Transaction<'_, '_>, _actor: &Actor) -> Result<bool, DeskError> {
        Ok(false)
    }

    /// The command: each input given, else asked, else missing.
    fn complete(&self, form: &mut Form<'_>) -> Option<Command>;

    /// Advice to the actor once it is done.
    fn advise(&self, _store: &Store, _outcome: &Outcome) -> anyhow::Result<Vec<Advice>> {
        Ok(Vec::new())
    }
}

/// The options of every command that takes a step, beside its arguments.
#[derive(Debug, Clone)]
pub(in crate::cli) struct StepOptions {
    /// The command's name.
    pub(in crate::cli) command: &'static str,
    /// Whether everything is checked, and nothing written.
    pub(in crate::cli) dry_run: bool,
    /// The revision at which the ticket must still be.
    pub(in crate::cli) revision: Option<u64>,
    /// Whether to create the database if there is none.
    pub(in crate::cli) create: bool,
    /// Whether to continue with the draft.
    pub(in crate::cli) recover: bool,
}
