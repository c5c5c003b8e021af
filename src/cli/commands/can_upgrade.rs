//! `cus can-upgrade` (R10): for a person and for a deployment script.

use clap::Args;
use serde_json::json;

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, FOUND};
use crate::cli::output::{Json, Keys, Page, Rows, View, visible_in_line};
use crate::cli::stderr;
use crate::store::Held;
use crate::workflow::names::tidy;

/// Check for upgrade holds
#[derive(Debug, Args)]
pub(in crate::cli) struct CanUpgradeArgs {
    /// The product version to upgrade to (`5.1`, `v5.1.0` and `5.1.0.0` are one); without it, whether any hold stands
    #[arg(value_name = "VERSION")]
    version: Option<String>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &CanUpgradeArgs) -> anyhow::Result<u8> {
    let version = arguments.version.as_deref().map(tidy);
    let is_unnamed = version.as_deref() == Some("");
    let is_against = |hold: &Held| match version.as_deref() {
        None | Some("") => true,
        Some(version) => hold.is_against(version),
    };
    let (holds, others): (Vec<Held>, Vec<Held>) = ctx.store_to_read()?.holds()?.into_iter().partition(is_against);
    let is_free = holds.is_empty() && !is_unnamed;
    ctx.print(&HoldsView { holds, is_free })?;
    if is_unnamed {
        stderr::line("No version was named, and an empty one is never free.");
    } else if is_free && !others.is_empty() {
        let others: Vec<String> = others.iter().map(|hold| format!("{} ({})", held(hold), hold.cus)).collect();
        stderr::line(&format!("Still held: upgrades of {}.", others.join(", ")));
    }
    Ok(if is_free { DONE } else { FOUND })
}

/// The holds that stand against an upgrade.
struct HoldsView {
    holds: Vec<Held>,
    is_free: bool,
}

impl View for HoldsView {
    fn text(&self, page: &mut Page<'_>) -> anyhow::Result<()> {
        if self.is_free {
            return page.line("No upgrade holds.");
        }
        self.holds.iter().try_for_each(|hold| {
            let key = page.colour.key(hold.cus.as_str());
            page.line(format!("{key} holds upgrades of {}", held(hold)))
        })
    }

    fn json(&self, json: &mut Json<'_>) -> anyhow::Result<()> {
        json.list_under(&[("can_upgrade", json!(self.is_free))], |items| {
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

/// What a hold is of, for a line.
fn held(hold: &Held) -> String {
    hold.version.as_deref().map_or("every version".into(), visible_in_line).into_owned()
}
