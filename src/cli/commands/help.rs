//! `cus help`: the help of a command.

use anyhow::Context as _;
use clap::Args;

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, UsageError};
use crate::cli::hint;
use crate::cli::input::nearest;

/// Print the help of a command
#[derive(Debug, Args)]
pub(in crate::cli) struct HelpArgs {
    /// The command; without it, the list of all
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &HelpArgs) -> anyhow::Result<u8> {
    let mut root = (ctx.catalogue.tree)();
    root.build();
    let mut command = &mut root;
    for name in &arguments.command {
        let names: Vec<String> = command.get_subcommands().map(|inner| inner.get_name().to_owned()).collect();
        command = command.find_subcommand_mut(name).ok_or_else(|| {
            let near = nearest(name, names.iter().map(String::as_str)).map(|near| format!("did you mean `{near}`?"));
            UsageError::with_fix(format!("there is no command `{name}`"), near.unwrap_or_else(|| hint::help(None)))
        })?;
    }
    command.print_help().context("standard output")?;
    Ok(DONE)
}
