//! `cus hold` (R10, R30).

use clap::Args;
use serde::Deserialize;

use crate::cli::input::{KeyArg, Text, one_or_many};
use crate::cli::step::arguments::StepArguments;
use crate::cli::step::form::Form;
use crate::cli::step::run::StepCommand;
use crate::workflow::command::{Command, Hold, LiftHold};
use crate::workflow::field::Field;
use crate::workflow::step::Step;

/// Hold customer upgrades, or lift a hold
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct HoldArgs {
    /// The CUS ticket, or a customer's ticket linked to it (several, or `-`)
    #[arg(value_name = "CUS")]
    #[serde(alias = "key", alias = "csd", deserialize_with = "one_or_many")]
    cus: Vec<KeyArg>,
    /// The product version to hold or to lift; without it all are
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    product_version: Option<String>,
    /// Lift the hold of that version, or all that the ticket holds
    #[arg(long)]
    #[serde(deserialize_with = "crate::cli::input::flag")]
    lift: bool,
    /// Why (asked for on a terminal)
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<Text>,
}

impl StepCommand for HoldArgs {
    const STEPS: &'static [Step] = &[Step::Hold];
}

impl StepArguments for HoldArgs {
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        Some(&mut self.cus)
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.note.iter_mut().collect()
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let step = if self.lift { Step::LiftHold } else { Step::Hold };
        let cus = form.begin_on(step, &self.cus)?;
        let note = form.text(Field::Note, self.note.as_ref());
        let version = self.product_version.clone();
        form.say(Field::ProductVersion, version.as_deref());
        Some(match self.lift {
            true => LiftHold { cus, version, note: note? }.into(),
            false => Hold { cus, version, note: note? }.into(),
        })
    }
}
