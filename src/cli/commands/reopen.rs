//! `cus reopen` (R25).

use clap::Args;
use serde::Deserialize;

use crate::cli::input::{KeyArg, Text, one_or_many};
use crate::cli::step::arguments::StepArguments;
use crate::cli::step::form::Form;
use crate::cli::step::run::StepCommand;
use crate::workflow::command::{Command, Reopen};
use crate::workflow::field::Field;
use crate::workflow::step::Step;

/// Reopen a ticket
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct ReopenArgs {
    /// The ticket, of either kind (several, or `-`)
    #[arg(value_name = "KEY")]
    #[serde(alias = "csd", alias = "cus", deserialize_with = "one_or_many")]
    key: Vec<KeyArg>,
    /// Withdraw what had shipped: those who had confirmed are asked again
    #[arg(long)]
    #[serde(deserialize_with = "crate::cli::input::flag")]
    recall: bool,
    /// Why (asked for on a terminal)
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<Text>,
}

impl StepCommand for ReopenArgs {
    const STEPS: &'static [Step] = &[Step::Reopen];
}

impl StepArguments for ReopenArgs {
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        Some(&mut self.key)
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.note.iter_mut().collect()
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let key = form.begin_on(Step::Reopen, &self.key)?;
        let note = form.text(Field::Note, self.note.as_ref());
        Some(Reopen { key, recalls: self.recall, note: note? }.into())
    }
}
