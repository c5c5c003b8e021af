//! The list of commands, for those that need it.

use clap::Command;
use serde_json::Value;

use super::input::Fields;
use crate::app::{Actor, Transaction};
use crate::workflow::step::Step;

/// The list of commands, as far as help, completion, manual pages and batches need it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Catalogue {
    /// Makes the whole tree of commands.
    pub(super) tree: fn() -> Command,
    /// The commands that a line of a batch can name.
    pub(super) lines: fn() -> Vec<Line>,
    /// The steps that a command takes on the tickets that it names; none where every ticket will do.
    pub(super) steps: fn(&str) -> &'static [Step],
}

/// A command that a line of a batch can name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// The name after `do`.
    pub(super) name: &'static str,
    /// Performs it with the fields of the line.
    pub(super) perform: fn(&mut Transaction<'_, '_>, Fields<'_>, &Actor) -> anyhow::Result<Value>,
}
