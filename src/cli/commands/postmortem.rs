//! `cus postmortem` (R19).

use clap::Args;
use serde::Deserialize;

use crate::cli::input::{KeyArg, Text, one_or_many};
use crate::cli::step::arguments::StepArguments;
use crate::cli::step::form::Form;
use crate::cli::step::run::StepCommand;
use crate::workflow::command::{Command, Postmortem};
use crate::workflow::field::Field;
use crate::workflow::step::Step;

/// Move a ticket to Postmortem
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct PostmortemArgs {
    /// The CUS ticket, or a customer's ticket linked to it (several, or `-`)
    #[arg(value_name = "CUS")]
    #[serde(alias = "key", alias = "csd", deserialize_with = "one_or_many")]
    cus: Vec<KeyArg>,
    /// The root cause
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    root_cause: Option<Text>,
    /// What to do better
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    lessons: Option<Text>,
    /// Remarks
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<Text>,
}

impl StepCommand for PostmortemArgs {
    const STEPS: &'static [Step] = &[Step::Postmortem];
}

impl StepArguments for PostmortemArgs {
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        Some(&mut self.cus)
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.root_cause.iter_mut().chain(&mut self.lessons).chain(&mut self.note).collect()
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let cus = form.begin_on(Step::Postmortem, &self.cus)?;
        let root_cause = form.unasked(Field::RootCause, self.root_cause.as_ref());
        let lessons = form.unasked(Field::Lessons, self.lessons.as_ref());
        let note = form.unasked(Field::Note, self.note.as_ref());
        Some(Postmortem { cus, root_cause, lessons, note }.into())
    }
}
