//! `cus init`.

use serde_json::json;

use crate::cli::ctx::Ctx;
use crate::cli::error::DONE;
use crate::cli::global::Format;
use crate::store::Store;

pub(in crate::cli) fn run(ctx: &mut Ctx) -> anyhow::Result<u8> {
    let created = Store::create(ctx.path())?;
    let path = ctx.path().display().to_string();
    match ctx.out.format {
        Format::Table | Format::Csv | Format::Keys => {
            let what = if created { "created" } else { "there already:" };
            ctx.out.line(&format!("{what} {path}"))?;
        }
        Format::Json | Format::Jsonl => ctx.out.json(&json!({ "path": path, "created": created }))?,
    }
    Ok(DONE)
}
