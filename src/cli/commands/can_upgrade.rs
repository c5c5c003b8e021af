//! `cus can-upgrade` (R10): for a person and for a deployment script.

use clap::Args;
use serde_json::json;

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, FOUND};
use crate::cli::output::{Json, Keys, Page, Rows, View, visible_in_line};
use crate::store::Held;

/// Check whether upgrades are held
#[derive(Debug, Args)]
pub(in crate::cli) struct CanUpgradeArgs {
    /// The product version to upgrade, written as it is held; without it, whether any hold stands
    #[arg(value_name = "VERSION")]
    version: Option<String>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &CanUpgradeArgs) -> anyhow::Result<u8> {
    let holds = ctx.store_to_read()?.holds(arguments.version.as_deref())?;
    let code = if holds.is_empty() { DONE } else { FOUND };
    ctx.print(&HoldsView { holds })?;
    Ok(code)
}

/// The holds that stand against an upgrade.
struct HoldsView {
    holds: Vec<Held>,
}

impl View for HoldsView {
    fn text(&self, page: &mut Page<'_>) -> anyhow::Result<()> {
        if self.holds.is_empty() {
            return page.line("No upgrade holds.");
        }
        self.holds.iter().try_for_each(|hold| {
            let version = hold.version.as_deref().unwrap_or("every version");
            let key = page.colour.key(hold.cus.as_str());
            page.line(format!("{key} holds upgrades of {}", visible_in_line(version)))
        })
    }

    fn json(&self, json: &mut Json<'_>) -> anyhow::Result<()> {
        json.list_under(&[("can_upgrade", json!(self.holds.is_empty()))], |items| {
            self.holds.iter().try_for_each(|hold| items.add(&json!({ "cus": hold.cus, "version": hold.version })))
        })
    }

    fn rows(&self, rows: &mut Rows<'_>) -> anyhow::Result<()> {
        rows.header(&["cus", "version"])?;
        let version = |hold: &Held| hold.version.clone().unwrap_or_default();
        self.holds.iter().try_for_each(|hold| rows.row([hold.cus.as_str(), &version(hold)]))
    }

    fn keys(&self, keys: &mut Keys<'_>) -> anyhow::Result<()> {
        self.holds.iter().try_for_each(|hold| keys.key(hold.cus.as_str()))
    }
}
