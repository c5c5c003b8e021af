//! `cus show`.

use clap::Args;
use serde_json::json;

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, SOME_FAILED, UsageError};
use crate::cli::hint;
use crate::cli::input::{KeyArg, TimeArg};
use crate::cli::step::naming::named_tickets;
use crate::cli::views::results::KeyView;
use crate::cli::views::show::{Looked, TicketView};

/// Show a ticket
#[derive(Debug, Args)]
pub(in crate::cli) struct ShowArgs {
    /// The ticket, of either kind (several, or `-` for keys on standard input)
    #[arg(value_name = "KEY", required = true)]
    key: Vec<KeyArg>,
    /// As it was at this time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    as_of: Option<TimeArg>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &ShowArgs) -> anyhow::Result<u8> {
    let keys = named_tickets(ctx, &arguments.key)?;
    let now = match arguments.as_of {
        Some(time) => time.before(ctx.now()).ok_or_else(|| UsageError::new("there is no such time as --as-of says"))?,
        None => ctx.now(),
    };
    let looked = Looked { store: ctx.store_to_read()?, as_of: arguments.as_of.map(|_| now) };
    if let [key] = keys.as_slice() {
        ctx.print(&looked.at(key, now)?)?;
        return Ok(DONE);
    }
    if keys.is_empty() && arguments.key.is_empty() {
        return Err(UsageError::with_fix("no ticket was named: its key is missing", hint::command("list")).into());
    }
    let mut some_failed = false;
    for (n, key) in keys.iter().enumerate() {
        let shown = looked.at(key, now);
        some_failed |= shown.is_err();
        let as_json = |shown: &TicketView<'_>| {
            let ticket = shown.value()?;
            Ok(json!({ "key": ticket["key"], "ticket": ticket }))
        };
        ctx.print(&KeyView::new(n + 1, shown, as_json).apart())?;
    }
    Ok(if some_failed { SOME_FAILED } else { DONE })
}
