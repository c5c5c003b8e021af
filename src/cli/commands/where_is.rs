//! `cus where`.

use serde_json::json;

use crate::cli::ctx::Ctx;
use crate::cli::error::DONE;
use crate::cli::global::Format;

pub(in crate::cli) fn run(ctx: &mut Ctx) -> anyhow::Result<u8> {
    let (path, why) = (ctx.path().display().to_string(), ctx.database().why);
    let exists = ctx.path().exists();
    match ctx.out.format {
        Format::Table | Format::Csv | Format::Keys => {
            let missing = if exists { "" } else { ", not there yet: cus init" };
            ctx.out.line(&format!("{path} ({why}{missing})"))?;
        }
        Format::Json | Format::Jsonl => ctx.out.json(&json!({ "path": path, "why": why, "exists": exists }))?,
    }
    Ok(DONE)
}
