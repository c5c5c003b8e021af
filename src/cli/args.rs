//! The whole command line as clap knows it.

use std::ffi::OsString;

use clap::{Args, Command, FromArgMatches, Parser, Subcommand};

use super::cmd::Cmd;
use super::global::Global;

/// Carry a customer's issue from Support's report to Product's closing
#[derive(Debug, Parser)]
#[command(
    name = "cus",
    version,
    disable_help_subcommand = true,
    help_template = include_str!("help.txt"),
    after_help = "Run `cus COMMAND --help` for one command, and `cus next` for what is owed now."
)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Cmd,
}

impl Cli {
    /// Understands a command line.
    ///
    /// Clap gives every command a copy of the global flags, which takes longer than the rest of its work: a line is
    /// first read with the commands alone that it names. What is wrong with one is told by the whole tree.
    ///
    /// # Errors
    /// Where it cannot be understood, or asks for help.
    pub(super) fn of(arguments: &[OsString]) -> Result<Self, clap::Error> {
        let named = named(arguments).try_get_matches_from(arguments);
        match named.and_then(|mut matches| Self::from_arg_matches_mut(&mut matches)) {
            Ok(cli) => Ok(cli),
            Err(_) => Self::try_parse_from(arguments),
        }
    }
}

/// The commands that the arguments name, and the global flags.
fn named(arguments: &[OsString]) -> Command {
    let all = Cmd::augment_subcommands(Command::new("cus"));
    let commands = all.get_subcommands().filter(|command| arguments.iter().any(|word| word == command.get_name()));
    let named = Command::new("cus").disable_help_subcommand(true).subcommand_required(true);
    Global::augment_args(named).subcommands(commands.cloned())
}
