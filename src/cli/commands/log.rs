//! `cus log`: what happened, to one ticket or to all.

use clap::Args;

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, UsageError};
use crate::cli::input::{TimeArg, ticket_key};
use crate::cli::views::log::LogView;
use crate::workflow::key::Key;

/// Show what happened
#[derive(Debug, Args)]
pub(in crate::cli) struct LogArgs {
    /// The ticket, of either kind; without it, everything
    #[arg(value_name = "KEY", value_parser = ticket_key)]
    key: Option<Key>,
    /// Only what happened since then
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<TimeArg>,
    /// Only the last N
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &LogArgs) -> anyhow::Result<u8> {
    let now = ctx.now();
    let since = arguments
        .since
        .map(|since| since.before(now).ok_or_else(|| UsageError::new("there is no such time as --since says")));
    let store = ctx.store_to_read()?;
    ctx.print(&LogView {
        store: &store,
        key: arguments.key.clone(),
        since: since.transpose()?,
        limit: arguments.limit,
    })?;
    Ok(DONE)
}
