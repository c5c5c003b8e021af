//! `cus completions SHELL`: a script for the shell, which asks the hidden command `complete` for what fits.

use clap::Args;

use crate::cli::ctx::Ctx;
use crate::cli::error::DONE;
use crate::cli::input::word;
use crate::workflow::vocabulary::vocabulary;

vocabulary! {
    /// A shell that can complete.
    pub(in crate::cli) Shell {
        Bash = "bash",
        Zsh = "zsh",
        Fish = "fish",
    }
}

/// Print shell completions
#[derive(Debug, Args)]
pub(in crate::cli) struct CompletionsArgs {
    /// The shell: bash, zsh or fish
    #[arg(value_name = "SHELL", value_parser = word::<Shell>())]
    shell: Shell,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &CompletionsArgs) -> anyhow::Result<u8> {
    ctx.out.text(match arguments.shell {
        Shell::Bash => include_str!("../completions/cus.bash"),
        Shell::Zsh => include_str!("../completions/cus.zsh"),
        Shell::Fish => include_str!("../completions/cus.fish"),
    })?;
    Ok(DONE)
}
