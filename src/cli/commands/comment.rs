//! `cus comment` (R27).

use clap::Args;
use serde::Deserialize;

use crate::cli::input::{KeyArg, Text, one_or_many};
use crate::cli::step::arguments::StepArguments;
use crate::cli::step::form::Form;
use crate::cli::step::run::StepCommand;
use crate::workflow::command::{Command, Comment};
use crate::workflow::field::Field;
use crate::workflow::step::Step;

/// Add an internal comment
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct CommentArgs {
    /// The ticket, of either kind, or `-` for keys on standard input
    #[arg(value_name = "KEY", num_args = 1, action = clap::ArgAction::Set)]
    #[serde(alias = "csd", alias = "cus", deserialize_with = "one_or_many")]
    key: Vec<KeyArg>,
    /// The remark: the text, `-` for standard input, or @FILE (asked for on a terminal)
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    text: Option<Text>,
}

impl StepCommand for CommentArgs {}

impl StepArguments for CommentArgs {
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        Some(&mut self.key)
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.text.iter_mut().collect()
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let key = form.begin_on(Step::Comment, &self.key)?;
        let text = form.text(Field::Text, self.text.as_ref());
        Some(Comment { key, text: text? }.into())
    }
}
