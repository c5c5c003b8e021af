//! `cus confirm` (R23, R25).

use clap::Args;
use serde::Deserialize;

use crate::cli::form::Form;
use crate::cli::input::{KeyArg, Text, first, one_or_many};
use crate::cli::write::Writing;
use crate::core::command::{Command, Confirm};
use crate::core::field::Field;
use crate::core::key::Key;
use crate::core::refusal::Failure;
use crate::core::step::Step;
use crate::core::words::{AnswerKind, Word};

#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct ConfirmArgs {
    /// The customer's ticket (several, or `-` for keys on standard input)
    #[arg(value_name = "CSD")]
    #[serde(alias = "key", deserialize_with = "one_or_many")]
    csd: Vec<KeyArg>,
    /// The customer says that it is resolved
    #[arg(long)]
    #[serde(deserialize_with = "crate::cli::input::flag")]
    resolved: bool,
    /// The customer says that it is not resolved, in these words
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    not_resolved: Option<Text>,
    /// The customer could not be reached; what was tried
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    unreachable: Option<Text>,
    /// The customer's words; needed for --resolved before the fix has shipped
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<Text>,
}

impl Writing for ConfirmArgs {
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        Some(&mut self.csd)
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.not_resolved.iter_mut().chain(&mut self.unreachable).chain(&mut self.note).collect()
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let csd = first(&self.csd)?;
        let given = [
            (self.resolved, AnswerKind::Resolved),
            (self.not_resolved.is_some(), AnswerKind::NotResolved),
            (self.unreachable.is_some(), AnswerKind::Unreachable),
        ];
        let given: Vec<AnswerKind> =
            given.into_iter().filter_map(|(is_given, answer)| is_given.then_some(answer)).collect();
        let answer = match given.as_slice() {
            [] if form.is_interactive() => {
                form.begin(Step::Confirm(AnswerKind::NotResolved), &csd)?;
                form.word(Field::Resolved, None, AnswerKind::Resolved)?
            }
            [answer] => *answer,
            several => {
                form.begin(Step::Confirm(AnswerKind::NotResolved), &csd);
                form.fail(Failure::AnswersExclude { given: several.len() });
                return None;
            }
        };
        form.begin(Step::Confirm(answer), &csd)?;
        form.say(Field::Resolved, Some(answer.as_str()).filter(|_| given.len() == 1));
        let words = self.words(form, &csd, answer);
        Some(Confirm { csd, answer, note: words? }.into())
    }
}

impl ConfirmArgs {
    /// What goes with the answer: the customer's words, or what was tried, and the note.
    fn words(&self, form: &mut Form<'_>, csd: &Key, answer: AnswerKind) -> Option<Option<String>> {
        let text = match answer {
            AnswerKind::NotResolved => Some(form.text(Field::NotResolved, self.not_resolved.as_ref())?),
            AnswerKind::Unreachable => Some(form.text(Field::Unreachable, self.unreachable.as_ref())?),
            AnswerKind::Resolved if self.note.is_none() && is_early(form, csd) => {
                return Some(form.optional_text(Field::Note, None));
            }
            AnswerKind::Resolved => None,
        };
        let note = form.unasked(Field::Note, self.note.as_ref());
        Some(match (text, note) {
            (Some(text), Some(note)) => Some(format!("{text}\n{note}")),
            (text, note) => text.or(note),
        })
    }
}

/// Whether the fix has not shipped, so that "resolved" needs a note (R23).
fn is_early(form: &Form<'_>, csd: &Key) -> bool {
    form.case.cus_for(csd).is_some_and(|cus| !cus.is_shipped() && !cus.is_answered())
}
