//! `cus postmortem` (R19, R34).

use clap::Args;
use serde::Deserialize;

use crate::app::Outcome;
use crate::cli::hint;
use crate::cli::input::{KeyArg, Text, first, one_or_many};
use crate::cli::step::arguments::StepArguments;
use crate::cli::step::form::Form;
use crate::cli::step::run::StepCommand;
use crate::cli::views::outcome::Advice;
use crate::store::Store;
use crate::workflow::command::{Command, Postmortem, WritePostmortem};
use crate::workflow::field::Field;
use crate::workflow::refusal::Failure;
use crate::workflow::step::Step;
use crate::workflow::tickets::cus::Cus;
use crate::workflow::tickets::stage::CusStage;

/// Move a ticket to Postmortem, and write the postmortem
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct PostmortemArgs {
    /// The CUS ticket, or a customer's ticket linked to it (several, or `-`)
    #[arg(value_name = "CUS")]
    #[serde(alias = "key", alias = "csd", deserialize_with = "one_or_many")]
    cus: Vec<KeyArg>,
    /// The root cause (asked for on a terminal)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    root_cause: Option<Text>,
    /// The category, such as `code-review` (asked for on a terminal)
    #[arg(long, value_name = "WORD", allow_hyphen_values = true)]
    category: Option<String>,
    /// What to do better (asked for on a terminal)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    lessons: Option<Text>,
    /// Remarks; with the root cause, why there is no action
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<Text>,
}

impl StepCommand for PostmortemArgs {
    const STEPS: &'static [Step] = &[Step::Postmortem, Step::WritePostmortem];
}

impl StepArguments for PostmortemArgs {
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        Some(&mut self.cus)
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.root_cause.iter_mut().chain(&mut self.lessons).chain(&mut self.note).collect()
    }

    fn advise(&self, _: &Store, outcome: &Outcome) -> anyhow::Result<Vec<Advice>> {
        let written = outcome.key().and_then(|key| outcome.after.cus(key));
        Ok(written.and_then(lacks).into_iter().collect())
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let cus = first(&self.cus)?;
        let stage = form.tickets.cus_for(&cus).map(|cus| cus.stage);
        let is_there = matches!(stage, Some(CusStage::Postmortem | CusStage::Closed));
        form.begin(if is_there { Step::WritePostmortem } else { Step::Postmortem }, &cus)?;
        let is_bare =
            self.category.is_none() && [&self.root_cause, &self.lessons, &self.note].iter().all(|text| text.is_none());
        let root_cause = if is_bare {
            form.offered_text(Field::RootCause)
        } else {
            form.unasked(Field::RootCause, self.root_cause.as_ref())
        };
        let category = form.optional_line(Field::Category, self.category.as_ref());
        let lessons = form.optional_text(Field::Lessons, self.lessons.as_ref());
        let note = form.unasked(Field::Note, self.note.as_ref());
        if !is_there {
            return Some(Postmortem { cus, root_cause, category, lessons, note }.into());
        }
        if [&root_cause, &category, &lessons, &note].iter().all(|text| text.is_none()) {
            let fields = vec![Field::RootCause, Field::Category, Field::Lessons, Field::Note];
            form.fail(Failure::NothingGiven { fields });
        }
        Some(WritePostmortem { cus, root_cause, category, lessons, note }.into())
    }
}

/// What a postmortem that is begun still lacks (R34).
fn lacks(cus: &Cus) -> Option<Advice> {
    let postmortem = &cus.postmortem;
    if postmortem.is_blank() || postmortem.is_complete() {
        return None;
    }
    let (what, command) = match postmortem.root_cause {
        None => ("the root cause", format!("postmortem {} --root-cause TEXT", cus.key)),
        Some(_) => ("an action, or a note that says why there is none", format!("action add {} TEXT", cus.key)),
    };
    let because = format!("the postmortem of {} still needs {what}", cus.key);
    Some(Advice { key: None, because, fix: hint::command(&command) })
}
