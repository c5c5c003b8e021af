//! The whole command line as clap knows it.

use clap::Parser;

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
