//! The whole command line as clap knows it.

use std::ffi::{OsStr, OsString};

use clap::{ArgMatches, Command, CommandFactory, FromArgMatches, Parser, Subcommand};

use super::commands::Cmd;
use super::global::Global;

/// Carry a customer's issue from Support's report to Product's closing
#[derive(Debug, Parser)]
#[command(
    name = "cus",
    version,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true,
    override_usage = "cus [OPTIONS] <COMMAND>",
    help_template = include_str!("help.txt"),
    after_help = "Run `cus COMMAND --help` for one command, and `cus next` for what is owed now."
)]
struct Root {
    #[command(flatten)]
    global: Global,
}

/// A command line that was understood.
#[derive(Debug)]
pub(super) struct Cli {
    pub(super) global: Global,
    /// Whether a value that was given looks like a long flag.
    pub(super) has_flag_for_value: bool,
    pub(super) command: Cmd,
}

impl Cli {
    /// The whole tree of commands.
    pub(super) fn command() -> Command {
        tree(|_| true)
    }

    /// Understands a command line.
    ///
    /// Clap gives every command a copy of the global flags, which takes longer than the rest of its work: a line is
    /// first read with the commands alone that it names. What is wrong with one is told by the whole tree.
    ///
    /// # Errors
    /// Where it cannot be understood, or asks for help.
    pub(super) fn of(arguments: &[OsString]) -> Result<Self, clap::Error> {
        let named = tree(|name| arguments.iter().any(|word| word == name));
        match Self::read(named, arguments) {
            Err(error) if error.use_stderr() => Self::read(Self::command(), arguments),
            other => other,
        }
    }

    fn read(command: Command, arguments: &[OsString]) -> Result<Self, clap::Error> {
        let mut matches = command.try_get_matches_from(arguments)?;
        let has_flag_for_value = has_flag_for_value(&matches);
        let Root { global } = Root::from_arg_matches_mut(&mut matches)?;
        Ok(Self { global, has_flag_for_value, command: Cmd::from_arg_matches_mut(&mut matches)? })
    }
}

fn has_flag_for_value(matches: &ArgMatches) -> bool {
    let is_flag = |value: &OsStr| value.len() > 2 && value.as_encoded_bytes().starts_with(b"--");
    matches.ids().any(|id| matches.get_raw(id.as_str()).is_some_and(|mut values| values.any(is_flag)))
        || matches.subcommand().is_some_and(|(_, inner)| has_flag_for_value(inner))
}

/// The root with the commands of these names.
fn tree(is_wanted: impl Fn(&str) -> bool) -> Command {
    let all = Cmd::augment_subcommands(Command::new("cus"));
    let wanted = all.get_subcommands().filter(|command| is_wanted(command.get_name()));
    Root::command().subcommands(wanted.cloned())
}
