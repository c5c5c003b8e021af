//! `cus return` (R12).

use clap::Args;
use serde::Deserialize;

use crate::cli::input::{KeyArg, Text, one_or_many, word};
use crate::cli::step::arguments::StepArguments;
use crate::cli::step::form::Form;
use crate::cli::step::run::StepCommand;
use crate::workflow::command::{Command, Return};
use crate::workflow::field::Field;
use crate::workflow::step::Step;
use crate::workflow::vocabulary::ChecklistItem;

/// Return a CUS ticket to Support
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct ReturnArgs {
    /// The CUS ticket, or a customer's ticket linked to it (several, or `-`)
    #[arg(value_name = "CUS")]
    #[serde(alias = "key", alias = "csd", deserialize_with = "one_or_many")]
    cus: Vec<KeyArg>,
    /// What was not good enough (can be repeated; asked for on a terminal)
    #[arg(long, value_name = "ITEM", value_parser = word::<ChecklistItem>(), value_delimiter = ',')]
    #[serde(deserialize_with = "one_or_many")]
    missing: Vec<ChecklistItem>,
    /// Why (asked for on a terminal)
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<Text>,
}

impl StepCommand for ReturnArgs {
    const STEPS: &'static [Step] = &[Step::Return];
}

impl StepArguments for ReturnArgs {
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        Some(&mut self.cus)
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.note.iter_mut().collect()
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let cus = form.begin_on(Step::Return, &self.cus)?;
        let missing = form.words(Field::Missing, &self.missing);
        let note = form.text(Field::Note, self.note.as_ref());
        Some(Return { cus, missing: missing?, note: note? }.into())
    }
}
