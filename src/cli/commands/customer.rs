//! `cus customer NAME`: what one wants to see before a call.

use clap::Args;

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, NoSuch};
use crate::cli::hint::{self, quoted};
use crate::cli::input::nearest;
use crate::cli::views::customer::{CustomerView, Issue};
use crate::store::{Store, StoreError};
use crate::workflow::reports::promise::promises;
use crate::workflow::scope::Scope;
use crate::workflow::tickets::csd::Csd;

/// Show a customer's issues and what was promised
#[derive(Debug, Args)]
pub(in crate::cli) struct CustomerArgs {
    /// The customer, whatever the tickets of the letters
    #[arg(value_name = "NAME", allow_hyphen_values = true)]
    name: String,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &CustomerArgs) -> anyhow::Result<u8> {
    let store = ctx.store_to_read()?;
    let issues = issues(&store, &arguments.name)?;
    if issues.is_empty() {
        let known = store.customers()?;
        let near = nearest(&arguments.name, known.iter().map(String::as_str));
        let hint = hint::command(&near.map_or_else(|| "list".to_owned(), |near| format!("customer {}", quoted(near))));
        return Err(NoSuch { what: "customer", name: arguments.name.clone(), hint }.into());
    }
    ctx.print(&CustomerView { issues, now: ctx.now() })?;
    Ok(DONE)
}

fn issues(store: &Store, name: &str) -> Result<Vec<Issue>, StoreError> {
    let mut issues = Vec::new();
    for key in store.tickets_of(name)? {
        let tickets = store.tickets(&Scope::of([key.clone()]))?;
        let history = store.escalations_of(std::slice::from_ref(&key))?;
        let made = promises(&history).into_iter().filter(|promise| promise.csd == key).collect();
        issues.push(Issue { tickets, key, promises: made });
    }
    issues.sort_by_key(|issue| issue.csd().is_some_and(Csd::is_resolved));
    Ok(issues)
}
