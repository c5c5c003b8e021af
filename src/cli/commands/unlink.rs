//! `cus unlink` (R11).

use clap::Args;
use serde::Deserialize;

use crate::cli::input::{KeyArg, Text, one_or_many};
use crate::cli::step::arguments::StepArguments;
use crate::cli::step::form::Form;
use crate::cli::step::run::StepCommand;
use crate::workflow::command::{Command, Unlink};
use crate::workflow::field::Field;
use crate::workflow::step::Step;

/// Unlink a CSD ticket from its CUS ticket
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct UnlinkArgs {
    /// The customer's ticket (several, or `-` for keys on standard input)
    #[arg(value_name = "CSD")]
    #[serde(alias = "key", deserialize_with = "one_or_many")]
    csd: Vec<KeyArg>,
    /// Why (asked for on a terminal)
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<Text>,
}

impl StepCommand for UnlinkArgs {
    const STEPS: &'static [Step] = &[Step::Unlink];
}

impl StepArguments for UnlinkArgs {
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        Some(&mut self.csd)
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.note.iter_mut().collect()
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let csd = form.begin_on(Step::Unlink, &self.csd)?;
        let note = form.text(Field::Note, self.note.as_ref());
        Some(Unlink { csd, note: note? }.into())
    }
}
