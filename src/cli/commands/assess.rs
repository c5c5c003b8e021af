//! `cus assess` (R3–R6).

use clap::Args;
use serde::Deserialize;

use crate::app::Outcome;
use crate::cli::input::{KeyArg, Text, one_or_many, word};
use crate::cli::similar;
use crate::cli::step::arguments::StepArguments;
use crate::cli::step::form::Form;
use crate::cli::step::run::StepCommand;
use crate::cli::views::outcome::Advice;
use crate::store::Store;
use crate::workflow::command::{Assess, Command};
use crate::workflow::field::Field;
use crate::workflow::refusal::Failure;
use crate::workflow::step::Step;
use crate::workflow::suggestions::withdraws_trigger;
use crate::workflow::vocabulary::{Handler, Trigger, Word, vocabulary};

vocabulary! {
    /// The answer of an assessment about the triggers (R4).
    TriggerAnswer {
        /// None applies.
        None = "none",
        /// It seems to have started right after a scheduled upgrade or patch.
        AfterUpgrade = "after-upgrade",
        /// It is financial.
        Financial = "financial",
        /// It looks like a large customer impact.
        LargeImpact = "large-impact",
    }
}

/// Decide who handles it
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct AssessArgs {
    /// The customer's ticket (several, or `-` for keys on standard input)
    #[arg(value_name = "CSD")]
    #[serde(alias = "key", deserialize_with = "one_or_many")]
    csd: Vec<KeyArg>,
    /// Who handles it (asked for on a terminal)
    #[arg(long, value_name = "HANDLER", value_parser = word::<Handler>())]
    handled_by: Option<Handler>,
    /// Which trigger applies, or none (can be repeated; asked for on a terminal)
    #[arg(long, value_name = "TRIGGER", value_parser = word::<TriggerAnswer>(), value_delimiter = ',')]
    #[serde(deserialize_with = "one_or_many")]
    trigger: Vec<TriggerAnswer>,
    /// Why; withdrawing a trigger needs it
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<Text>,
}

impl StepCommand for AssessArgs {
    const STEPS: &'static [Step] = &[Step::Assess];
}

impl StepArguments for AssessArgs {
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        Some(&mut self.csd)
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.note.iter_mut().collect()
    }

    fn advise(&self, store: &Store, outcome: &Outcome) -> anyhow::Result<Vec<Advice>> {
        let assessed = outcome.key().and_then(|key| outcome.after.csd(key));
        Ok(assessed.map_or(Ok(Vec::new()), |csd| similar::look_alikes(store, csd))?)
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let csd = form.begin_on(Step::Assess, &self.csd)?;
        let triggers = self.triggers(form);
        let handled_by = match triggers.as_deref() {
            Some([_, ..]) if self.handled_by.is_none() && form.is_interactive() => {
                form.show("  A trigger is set, so Engineering handles it (R4).");
                form.keep(Field::HandledBy, Some(Handler::Engineering), ToString::to_string)
            }
            _ => form.word(Field::HandledBy, self.handled_by, Handler::Support),
        };
        let note = match (self.note.as_ref(), triggers.as_deref()) {
            (None, Some(triggers)) if withdraws_trigger(form.tickets, &csd, triggers) => {
                form.optional_text(Field::Note, None)
            }
            (note, _) => form.unasked(Field::Note, note),
        };
        Some(Assess { csd, handled_by: handled_by?, triggers: triggers?, note }.into())
    }
}

impl AssessArgs {
    /// The triggers that apply. A person answers one question for each.
    fn triggers(&self, form: &mut Form<'_>) -> Option<Vec<Trigger>> {
        let questions = [
            (Trigger::AfterUpgrade, "Did it start after an upgrade or patch?"),
            (Trigger::Financial, "Is it financial (rating or driver pay)?"),
            (Trigger::LargeImpact, "Does it look like a large customer impact?"),
        ];
        let answer = if self.trigger.is_empty() {
            let mut applying = Vec::new();
            let mut has_answered = form.is_interactive();
            for (trigger, question) in questions {
                match form.yes_no(trigger.as_str(), question, false) {
                    Some(true) => applying.push(trigger),
                    Some(false) => {}
                    None => has_answered = false,
                }
            }
            has_answered.then_some(applying)
        } else {
            if self.trigger.len() > 1 && self.trigger.contains(&TriggerAnswer::None) {
                form.fail(Failure::TriggerContradiction);
            }
            Some(self.trigger.iter().copied().filter_map(TriggerAnswer::trigger).collect())
        };
        form.keep(Field::Trigger, answer, |triggers: &Vec<Trigger>| {
            let words: Vec<String> = triggers.iter().map(ToString::to_string).collect();
            if words.is_empty() { "none".to_owned() } else { words.join(", ") }
        })
    }
}

impl TriggerAnswer {
    fn trigger(self) -> Option<Trigger> {
        match self {
            Self::None => None,
            Self::AfterUpgrade => Some(Trigger::AfterUpgrade),
            Self::Financial => Some(Trigger::Financial),
            Self::LargeImpact => Some(Trigger::LargeImpact),
        }
    }
}
