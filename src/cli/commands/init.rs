//! `cus init`.

use clap::Args;
use serde_json::json;

use crate::cli::ctx::Ctx;
use crate::cli::error::DONE;
use crate::cli::views::answer::AnswerView;
use crate::store::Store;

/// Create a database
#[derive(Debug, Args)]
pub(in crate::cli) struct InitArgs {}

pub(in crate::cli) fn run(ctx: &mut Ctx, _: &InitArgs) -> anyhow::Result<u8> {
    let created = Store::create(ctx.path())?;
    let path = ctx.path().display().to_string();
    let what = if created { "created" } else { "there already:" };
    ctx.print(&AnswerView::new([format!("{what} {path}")], json!({ "path": path, "created": created })))?;
    Ok(DONE)
}
