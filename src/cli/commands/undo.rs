//! `cus undo` (R35).

use clap::Args;
use serde::Deserialize;

use crate::cli::input::{KeyArg, Text, first, one_or_many};
use crate::cli::step::arguments::StepArguments;
use crate::cli::step::form::Form;
use crate::cli::step::run::StepCommand;
use crate::workflow::command::{Command, Undo};
use crate::workflow::field::Field;
use crate::workflow::step::Step;

/// Undo the last command on a ticket
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct UndoArgs {
    /// The ticket, of either kind (several, or `-` for keys on standard input)
    #[arg(value_name = "KEY")]
    #[serde(alias = "csd", alias = "cus", deserialize_with = "one_or_many")]
    key: Vec<KeyArg>,
    /// Why (asked for on a terminal)
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<Text>,
}

impl StepCommand for UndoArgs {}

impl StepArguments for UndoArgs {
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        Some(&mut self.key)
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.note.iter_mut().collect()
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let key = first(&self.key)?;
        form.begin_new(Step::Undo.inputs());
        let note = form.text(Field::Note, self.note.as_ref());
        Some(Undo { key, command: None, note: note? }.into())
    }
}
