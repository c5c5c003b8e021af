//! `cus where`.

use clap::Args;
use serde_json::json;

use crate::cli::ctx::Ctx;
use crate::cli::error::DONE;
use crate::cli::output::{Json, Keys, Page, Rows, View};

/// Show which database is used, and why
#[derive(Debug, Args)]
pub(in crate::cli) struct WhereArgs {}

pub(in crate::cli) fn run(ctx: &mut Ctx, _: &WhereArgs) -> anyhow::Result<u8> {
    let (path, why) = (ctx.path().display().to_string(), ctx.database().why);
    let exists = ctx.path().exists();
    ctx.print(&WhereView { path, why, exists })?;
    Ok(DONE)
}

/// Which database is used, and why.
struct WhereView {
    path: String,
    why: &'static str,
    exists: bool,
}

impl WhereView {
    fn sentence(&self) -> String {
        let missing = if self.exists { "" } else { ", not there yet: cus init" };
        format!("{} ({}{missing})\n", self.path, self.why)
    }
}

impl View for WhereView {
    fn text(&self, page: &mut Page<'_>) -> anyhow::Result<()> {
        page.text(&self.sentence())
    }

    fn json(&self, json: &mut Json<'_>) -> anyhow::Result<()> {
        json.document(&json!({ "path": self.path, "why": self.why, "exists": self.exists }))
    }

    fn rows(&self, rows: &mut Rows<'_>) -> anyhow::Result<()> {
        rows.text(&self.sentence())
    }

    fn keys(&self, keys: &mut Keys<'_>) -> anyhow::Result<()> {
        keys.text(&self.sentence())
    }
}
