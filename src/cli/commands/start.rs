//! `cus start`: from the customer's call to the escalation in one go.

use clap::Args;

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, UsageError};
use crate::cli::hint;
use crate::store::{ListQuery, ListRow, Sort, StoreError};
use crate::workflow::key::Key;
use crate::workflow::scope::Scope;
use crate::workflow::vocabulary::{Handler, Kind};

/// Report an issue, assess it and escalate it in one go
#[derive(Debug, Args)]
pub(in crate::cli) struct StartArgs {
    /// Flags of `cus report`, for what need not be asked
    #[arg(value_name = "FLAG", trailing_var_arg = true, allow_hyphen_values = true)]
    flag: Vec<String>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &StartArgs) -> anyhow::Result<u8> {
    if !ctx.is_interactive() {
        return Err(
            UsageError::with_fix("an issue is led through its steps at a terminal", hint::command("report")).into()
        );
    }
    let before = newest(ctx)?;
    let report: Vec<String> = ["cus", "report"].map(str::to_owned).into_iter().chain(arguments.flag.clone()).collect();
    let code = (ctx.run)(ctx, &report)?;
    let Some(csd) = newest(ctx)?.filter(|key| Some(key) != before.as_ref()) else { return Ok(code) };
    ctx.out.flush()?;
    step(ctx, "assess", &csd)?;
    let tickets = ctx.store_to_read()?.tickets(&Scope::of([csd.clone()]))?;
    if tickets.csd(&csd).is_some_and(|csd| csd.handled_by == Some(Handler::Engineering)) {
        step(ctx, "escalate", &csd)?;
    }
    Ok(DONE)
}

fn step(ctx: &mut Ctx, name: &str, csd: &Key) -> anyhow::Result<()> {
    ctx.refresh_clock();
    let words = shlex::split(&hint::command(&format!("{name} {csd}"))).unwrap_or_default();
    (ctx.run)(ctx, &words)?;
    ctx.out.flush()
}

/// The customer's ticket that was recorded last.
fn newest(ctx: &Ctx) -> anyhow::Result<Option<Key>> {
    let query = ListQuery { kind: Some(Kind::Csd), sort: Some(Sort::Created), limit: Some(1), ..ListQuery::default() };
    let mut newest = None;
    ctx.store_to_read()?.list(&query, ctx.now(), |row: ListRow| -> Result<(), StoreError> {
        newest = Some(row.key);
        Ok(())
    })?;
    Ok(newest)
}
