//! `cus stats`: the figures of the process, all from the events.

use clap::Args;

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, UsageError};
use crate::cli::input::{TimeArg, word};
use crate::cli::views::stats::StatsView;
use crate::workflow::reports::stats::{By, Figures, Window, measure};

/// Show statistics
#[derive(Debug, Args)]
pub(in crate::cli) struct StatsArgs {
    /// Only what happened since then
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<TimeArg>,
    /// Group by week, month, customer, priority, version or role
    #[arg(long, value_name = "BY", value_parser = word::<By>())]
    by: Option<By>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &StatsArgs) -> anyhow::Result<u8> {
    let now = ctx.now();
    let since = match arguments.since {
        Some(since) => Some(since.before(now).ok_or_else(|| UsageError::new("there is no such time as --since says"))?),
        None => None,
    };
    let window = Window { since, now, by: arguments.by };
    let mut figures = Figures::new();
    ctx.store_to_read()?.histories(|history, attributes| -> anyhow::Result<()> {
        measure(&mut figures, history, &attributes, window);
        Ok(())
    })?;
    ctx.print(&StatsView { figures, window })?;
    Ok(DONE)
}
