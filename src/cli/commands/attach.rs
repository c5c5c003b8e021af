//! `cus attach` (R8).

use std::path::PathBuf;

use clap::Args;
use serde::Deserialize;

use crate::cli::input::{KeyArg, one_or_many};
use crate::cli::step::arguments::StepArguments;
use crate::cli::step::form::Form;
use crate::cli::step::run::StepCommand;
use crate::workflow::command::{Attach, Command};
use crate::workflow::field::Field;
use crate::workflow::step::Step;

/// Attach files
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct AttachArgs {
    /// The ticket, of either kind, or `-` for keys on standard input
    #[arg(value_name = "KEY", num_args = 1, action = clap::ArgAction::Set)]
    #[serde(alias = "csd", alias = "cus", deserialize_with = "one_or_many")]
    key: Vec<KeyArg>,
    /// The files
    #[arg(value_name = "FILE")]
    #[serde(deserialize_with = "one_or_many")]
    file: Vec<PathBuf>,
}

impl StepCommand for AttachArgs {}

impl StepArguments for AttachArgs {
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        Some(&mut self.key)
    }

    fn files(&self) -> &[PathBuf] {
        &self.file
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let key = form.begin_on(Step::Attach, &self.key)?;
        if form.files.is_empty() {
            form.miss(Field::File);
            return None;
        }
        Some(Attach { key, files: form.attached() }.into())
    }
}
