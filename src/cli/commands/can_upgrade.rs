//! `cus can-upgrade` (R10): for a person and for a deployment script.

use clap::Args;
use serde_json::json;

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, FOUND};
use crate::cli::global::Format;
use crate::cli::output::visible_in_line;

#[derive(Debug, Args)]
pub(in crate::cli) struct CanUpgradeArgs {
    /// The product version to upgrade, written as it is held; without it, whether any hold stands
    #[arg(value_name = "VERSION")]
    version: Option<String>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &CanUpgradeArgs) -> anyhow::Result<u8> {
    let holds = ctx.store_to_read()?.holds(arguments.version.as_deref())?;
    match ctx.out.format {
        Format::Table => {
            if holds.is_empty() {
                ctx.out.line("upgrades are free")?;
            }
            for hold in &holds {
                let version = hold.version.as_deref().unwrap_or("every version");
                let line =
                    format!("{} holds upgrades of {}", ctx.out.colour.key(hold.cus.as_str()), visible_in_line(version));
                ctx.out.line(&line)?;
            }
        }
        Format::Json => {
            let items: Vec<_> = holds.iter().map(|hold| json!({ "cus": hold.cus, "version": hold.version })).collect();
            ctx.out.json(&json!({ "schema": 1, "can_upgrade": holds.is_empty(), "items": items }))?;
        }
        Format::Jsonl => {
            for hold in &holds {
                ctx.out.json_line(&json!({ "cus": hold.cus, "version": hold.version }))?;
            }
        }
        Format::Csv => {
            let mut rows = vec![vec!["cus".to_owned(), "version".to_owned()]];
            rows.extend(holds.iter().map(|hold| vec![hold.cus.to_string(), hold.version.clone().unwrap_or_default()]));
            ctx.out.csv(&rows)?;
        }
        Format::Keys => holds.iter().try_for_each(|hold| ctx.out.line(hold.cus.as_str()))?,
    }
    Ok(if holds.is_empty() { DONE } else { FOUND })
}
