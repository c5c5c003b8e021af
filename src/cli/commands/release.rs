//! `cus release` (R16–R20).

use clap::Args;
use serde::Deserialize;

use crate::cli::input::{DateArg, KeyArg, Text, one_or_many, word};
use crate::cli::step::arguments::StepArguments;
use crate::cli::step::form::{Form, nonblank};
use crate::cli::step::run::StepCommand;
use crate::workflow::command::{Command, Release};
use crate::workflow::field::Field;
use crate::workflow::step::Step;
use crate::workflow::vocabulary::Decision;

/// Decide about the release, or revise the decision
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct ReleaseArgs {
    /// The CUS ticket, or a customer's ticket linked to it (several, or `-`)
    #[arg(value_name = "CUS")]
    #[serde(alias = "key", alias = "csd", deserialize_with = "one_or_many")]
    cus: Vec<KeyArg>,
    /// What is decided (asked for on a terminal)
    #[arg(long, value_name = "DECISION", value_parser = word::<Decision>())]
    decision: Option<Decision>,
    /// The version that brings the fix; not for backlog (asked for on a terminal)
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    fix_version: Option<String>,
    /// The day for which it is promised, today or later: a date, or friday, tomorrow, +10d, +2w
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    target_date: Option<DateArg>,
    /// The resolution, in words for the customer
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    resolution: Option<Text>,
    /// A development ticket that brings the fix (can be repeated)
    #[arg(long, value_name = "TICKET", allow_hyphen_values = true)]
    #[serde(deserialize_with = "one_or_many")]
    fixed_by: Vec<String>,
    /// Withdraw what had shipped: those who had confirmed are asked again
    #[arg(long)]
    #[serde(deserialize_with = "crate::cli::input::flag")]
    recall: bool,
    /// Send at once the notices that your roles owe because of it
    #[arg(long)]
    #[serde(deserialize_with = "crate::cli::input::flag")]
    tell: bool,
    /// Why; with it a repeated backlog decision is its review
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<Text>,
}

impl StepCommand for ReleaseArgs {
    const STEPS: &'static [Step] = &[Step::Release];
}

impl StepArguments for ReleaseArgs {
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        Some(&mut self.cus)
    }

    fn gives_notices(&self) -> bool {
        self.tell
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.resolution.iter_mut().chain(&mut self.note).collect()
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let cus = form.begin_on(Step::Release, &self.cus)?;
        let decision = form.word(Field::Decision, self.decision, Decision::Patch);
        let given = nonblank(self.fix_version.clone());
        let (fix_version, target_date) = match decision {
            Some(Decision::Patch | Decision::NextRelease) if form.is_interactive() => {
                let version = form.line(Field::FixVersion, given.as_ref());
                (version, form.date(Field::TargetDate, self.target_date))
            }
            _ => (given, form.given_date(Field::TargetDate, self.target_date)),
        };
        let resolution = form.optional_text(Field::Resolution, self.resolution.as_ref());
        let note = form.unasked(Field::Note, self.note.as_ref());
        let fixed_by = self.fixed_by.clone();
        let recalls = self.recall;
        let decision = decision?;
        let release = Release { cus, decision, fix_version, target_date, resolution, fixed_by, recalls, note };
        Some(form.and_tell(self.tell, release))
    }
}
