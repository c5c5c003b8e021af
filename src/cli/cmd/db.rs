//! `cus db check|verify`.

use clap::Subcommand;
use serde_json::json;

use crate::cli::ctx::Ctx;
use crate::cli::error::DONE;
use crate::cli::global::Format;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum DbCmd {
    /// Check that the file is sound
    Check,
    /// Verify that the tables are what the events say, and that no event was changed
    Verify,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, command: &DbCmd) -> anyhow::Result<u8> {
    let store = ctx.store_to_read()?;
    let is_json = matches!(ctx.out.format, Format::Json | Format::Jsonl);
    match command {
        DbCmd::Check => {
            store.check()?;
            if is_json { ctx.out.json(&json!({ "sound": true }))? } else { ctx.out.line("the file is sound")? }
        }
        DbCmd::Verify => {
            let verified = store.verify()?;
            if is_json {
                ctx.out.json(&json!({
                    "verified": true,
                    "events": verified.events,
                    "tickets": verified.tickets,
                    "head": verified.head,
                }))?;
            } else {
                ctx.out.line(&format!("verified: {} events, {} tickets", verified.events, verified.tickets))?;
                ctx.out.line(&format!("head of the chain: {}", verified.head))?;
            }
        }
    }
    Ok(DONE)
}
