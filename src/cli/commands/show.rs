//! `cus show`.

use clap::Args;
use serde_json::json;

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, SOME_FAILED, UsageError};
use crate::cli::error_view;
use crate::cli::global::Format;
use crate::cli::input::{KeyArg, TimeArg, keys_of, read_keys};
use crate::cli::outcome::result_line;
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
    let keys = keys_of(&read_keys(&arguments.key, &mut ctx.stdin_is_taken)?);
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
        return Err(UsageError::with_fix("no ticket was named: its key is missing", "cus list").into());
    }
    let mut some_failed = false;
    for (n, key) in keys.iter().enumerate() {
        let shown = looked.at(key, now);
        some_failed |= shown.is_err();
        one_of_several(ctx, n, shown)?;
    }
    Ok(if some_failed { SOME_FAILED } else { DONE })
}

/// Shows one of several tickets: to a person its page, to a program a line in the form of a batch's result.
fn one_of_several(ctx: &mut Ctx, n: usize, shown: anyhow::Result<TicketView<'_>>) -> anyhow::Result<()> {
    if ctx.out.format != Format::Table {
        let shown = shown.and_then(|view| view.value()).map(|ticket| json!({ "key": ticket["key"], "ticket": ticket }));
        return ctx.out.json_line(&result_line(n + 1, shown));
    }
    if n > 0 {
        ctx.out.line("")?;
    }
    match shown {
        Ok(view) => ctx.print(&view),
        Err(error) => {
            ctx.out.flush()?;
            error_view::report(&error, Format::Table);
            Ok(())
        }
    }
}
