//! `cus assign` (R37).

use clap::Args;
use serde::Deserialize;

use crate::cli::input::{KeyArg, one_or_many};
use crate::cli::step::arguments::StepArguments;
use crate::cli::step::form::{Form, nonblank};
use crate::cli::step::run::StepCommand;
use crate::workflow::command::{Assign, Command};
use crate::workflow::field::Field;
use crate::workflow::refusal::Failure;
use crate::workflow::rule::Rule;
use crate::workflow::step::Step;

/// Name who has a ticket
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct AssignArgs {
    /// The ticket, of either kind (several, or `-` for keys on standard input)
    #[arg(value_name = "KEY")]
    #[serde(alias = "csd", alias = "cus", deserialize_with = "one_or_many")]
    key: Vec<KeyArg>,
    /// Who has it: on Support's side of a customer's ticket, on Engineering's of a CUS ticket (asked for on a terminal)
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    to: Option<String>,
    /// The actor has it
    #[arg(long, conflicts_with = "to")]
    me: bool,
    /// Nobody has it
    #[arg(long, conflicts_with_all = ["to", "me"])]
    none: bool,
}

impl StepCommand for AssignArgs {
    const STEPS: &'static [Step] = &[Step::Assign];
}

impl StepArguments for AssignArgs {
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        Some(&mut self.key)
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let key = form.begin_on(Step::Assign, &self.key)?;
        let given = nonblank(self.to.clone());
        let to = match (&given, self.me, self.none) {
            (None, true, false) => Some(form.context.actor.clone()),
            (None, false, true) => None,
            (given, false, false) if given.is_some() || form.is_interactive() => {
                Some(form.line(Field::Assignee, given.as_ref())?)
            }
            (given, me, none) => {
                let given = [given.is_some(), me, none].into_iter().filter(|given| *given).count();
                let fields = vec![Field::Assignee, Field::Me, Field::Nobody];
                form.fail(Failure::OneOf { rule: Rule::R37, fields, given });
                return None;
            }
        };
        Some(Assign { key, to }.into())
    }
}
