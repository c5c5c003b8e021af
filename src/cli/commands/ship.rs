//! `cus ship` (R30).

use clap::Args;
use serde::Deserialize;

use crate::cli::input::{KeyArg, Text, one_or_many};
use crate::cli::step::arguments::StepArguments;
use crate::cli::step::form::{Form, nonblank};
use crate::cli::step::run::StepCommand;
use crate::workflow::command::{Command, Ship, ShipTarget};
use crate::workflow::field::Field;
use crate::workflow::step::Step;

/// Record that the fix is available
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct ShipArgs {
    /// The CUS ticket, or a customer's ticket linked to it (several, or `-`)
    #[arg(value_name = "CUS")]
    #[serde(alias = "key", alias = "csd", deserialize_with = "one_or_many")]
    cus: Vec<KeyArg>,
    /// Ship every ticket that was decided for this version
    #[arg(long, value_name = "V", allow_hyphen_values = true, conflicts_with = "cus")]
    fix_version: Option<String>,
    /// A development ticket that brought the fix (can be repeated)
    #[arg(long, value_name = "TICKET", allow_hyphen_values = true)]
    #[serde(deserialize_with = "one_or_many")]
    fixed_by: Vec<String>,
    /// Send at once the notices that your roles owe because of it
    #[arg(long)]
    #[serde(deserialize_with = "crate::cli::input::flag")]
    tell: bool,
    /// Remarks
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<Text>,
}

impl StepCommand for ShipArgs {
    const STEPS: &'static [Step] = &[Step::Ship];
}

impl StepArguments for ShipArgs {
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        if self.fix_version.is_some() && self.cus.is_empty() { None } else { Some(&mut self.cus) }
    }

    fn gives_notices(&self) -> bool {
        self.tell
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.note.iter_mut().collect()
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let note = form.unasked(Field::Note, self.note.as_ref());
        let target = match nonblank(self.fix_version.clone()) {
            Some(version) => ShipTarget::Version(version),
            None => ShipTarget::Ticket(form.begin_on(Step::Ship, &self.cus)?),
        };
        Some(form.and_tell(self.tell, Ship { target, fixed_by: self.fixed_by.clone(), note }))
    }
}
