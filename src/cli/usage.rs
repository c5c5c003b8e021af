//! Errors and hints for a command line that cannot be understood.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Command, FromArgMatches};

use super::args::{self, Misread};
use super::error::{DONE, FAILURE};
use super::error_view::{self, ErrorView};
use super::global::{Format, Global, format_of};
use super::hint;

/// Reports that a command line cannot be understood, and returns the exit code; help and version are no errors.
pub(super) fn report(arguments: &[OsString], misread: Misread) -> ExitCode {
    let error = match misread {
        Misread::ForgottenValue(forgotten) => {
            let (global, error) = *forgotten;
            return error_view::report(&error.into(), format_of(&global));
        }
        Misread::Clap(error) => error,
    };
    if !error.use_stderr() || format(arguments) == Format::Table {
        let code = u8::try_from(error.exit_code()).unwrap_or(FAILURE);
        return if error.print().is_ok() { ExitCode::from(code) } else { ExitCode::from(DONE) };
    }
    let text = error.render().to_string();
    let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
    ErrorView::of_usage(message, hints(arguments, &error)).print(Format::Json)
}

/// Hints that put a command line right: the word that was probably meant, else the words that fit; and the help.
fn hints(arguments: &[OsString], error: &clap::Error) -> Vec<String> {
    let words = |kind| match error.get(kind) {
        Some(ContextValue::String(word)) => vec![word.clone()],
        Some(ContextValue::Strings(words)) => words.clone(),
        _ => Vec::new(),
    };
    let meant = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let tree = args::tree();
    // A command has other names too; it is hinted at by its own.
    let is_other_name = |word: &String| tree.find_subcommand(word).is_some_and(|command| command.get_name() != word);
    let mut hints: Vec<String> = meant
        .into_iter()
        .flat_map(words)
        .filter(|word| !is_other_name(word))
        .map(|word| format!("did you mean `{word}`?"))
        .collect();
    let possible = words(ContextKind::ValidValue);
    if hints.is_empty() && !possible.is_empty() {
        hints.push(format!("one of {}", possible.join(", ")));
    }
    let lenient = tree.ignore_errors(true).try_get_matches_from(arguments);
    let command = lenient.as_ref().ok().and_then(|matches| matches.subcommand_name());
    hints.push(hint::help(command));
    hints
}

/// The format that was asked for, as far as clap finds out by the global flags alone: every other word is put aside as an
/// argument, whose name is as good as static in a process that ends.
fn format(arguments: &[OsString]) -> Format {
    let name = |n: usize| -> &'static str { n.to_string().leak() };
    let others = (1..arguments.len()).map(|n| Arg::new(name(n)).allow_hyphen_values(true));
    let command = Global::augment(Command::new("cus").disable_help_flag(true)).args(others).ignore_errors(true);
    let matches = command.try_get_matches_from(arguments);
    let global = matches.and_then(|matches| Global::from_arg_matches(&matches));
    format_of(&global.unwrap_or_default())
}
