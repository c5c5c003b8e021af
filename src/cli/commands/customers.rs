//! `cus customers` (R39).

use clap::Args;

use crate::cli::ctx::Ctx;
use crate::cli::error::DONE;
use crate::cli::views::customers::CustomersView;
use crate::workflow::names::is_same_version;

/// List customers, and which version each runs
#[derive(Debug, Args)]
pub(in crate::cli) struct CustomersArgs {
    /// Only those who run this version
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    product_version: Option<String>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &CustomersArgs) -> anyhow::Result<u8> {
    let mut customers = ctx.store_to_read()?.customer_rows()?;
    if let Some(version) = &arguments.product_version {
        customers.retain(|row| row.product_version.as_deref().is_some_and(|runs| is_same_version(runs, version)));
    }
    ctx.print(&CustomersView { customers, versions: None })?;
    Ok(DONE)
}
