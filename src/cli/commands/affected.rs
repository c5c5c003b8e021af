//! `cus affected CUS` (R39).

use clap::Args;

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, UsageError};
use crate::cli::views::customers::CustomersView;
use crate::store::StoreError;
use crate::workflow::key::Key;
use crate::workflow::names::is_same_name;
use crate::workflow::scope::Scope;

/// List customers who run an affected version and have not reported
#[derive(Debug, Args)]
pub(in crate::cli) struct AffectedArgs {
    /// The CUS ticket, or a customer's ticket linked to it
    #[arg(value_name = "CUS")]
    cus: Key,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &AffectedArgs) -> anyhow::Result<u8> {
    let store = ctx.store_to_read()?;
    let tickets = store.tickets(&Scope::of([arguments.cus.clone()]))?;
    tickets.ticket(&arguments.cus).ok_or_else(|| StoreError::NoSuchTicket(arguments.cus.clone()))?;
    let not_escalated = || UsageError::new(format!("`{}` is linked to no CUS ticket", arguments.cus));
    let cus = tickets.cus_for(&arguments.cus).ok_or_else(not_escalated)?;
    let affected = tickets.affected_versions(cus);
    let mut customers = store.customer_rows()?;
    customers.retain(|row| {
        row.product_version.as_deref().is_some_and(|runs| affected.has(runs))
            && !tickets.linked(cus).any(|csd| is_same_name(&csd.customer, &row.name))
    });
    ctx.print(&CustomersView { customers, versions: Some(affected) })?;
    Ok(DONE)
}
