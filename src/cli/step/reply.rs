//! A customer's reply by mail, read and shown.

use std::io::Read;
use std::path::Path;

use anyhow::Context as _;

use crate::app::{DeskError, ReplyError, TakenReply};
use crate::cli::ctx::Ctx;
use crate::cli::error::{NoSuch, UsageError};
use crate::cli::hint;
use crate::cli::output::{visible, visible_in_line};
use crate::cli::stderr;
use crate::workflow::key::Key;

/// Reads a mail and attaches it to the customer's ticket that it is about.
pub(in crate::cli) fn take(
    ctx: &mut Ctx,
    mail: &Path,
    named: Option<Key>,
    dry_run: bool,
) -> anyhow::Result<TakenReply> {
    let bytes = read(ctx, mail)?;
    let mut desk = ctx.desk()?.rehearsing(dry_run);
    desk.take_reply(&bytes, named, &ctx.actor()?).map_err(|error| explained(error, mail))
}

fn read(ctx: &mut Ctx, mail: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if mail == Path::new("-") {
        ctx.stdin_is_taken = true;
        std::io::stdin().lock().read_to_end(&mut bytes).context("standard input")?;
    } else {
        bytes = std::fs::read(mail).with_context(|| format!("cannot read {}", mail.display()))?;
    }
    Ok(bytes)
}

fn explained(error: DeskError, mail: &Path) -> anyhow::Error {
    let DeskError::Reply(error) = error else { return error.into() };
    match &error {
        ReplyError::NotAMail(_) => UsageError::new(format!("{}: {error}", mail.display())).into(),
        ReplyError::AboutAnother { found, .. } => {
            UsageError::with_fix(error.to_string(), hint::command(&format!("confirm {found} --from-mail FILE"))).into()
        }
        ReplyError::NoNotice { message_id } => {
            let (what, name) = ("notice to a customer with the message id", message_id.clone());
            NoSuch { what, name, hint: hint::command("confirm CSD --from-mail FILE") }.into()
        }
    }
}

/// Shows a reply. What the customer wrote is data, and nothing in it is followed.
pub(in crate::cli) fn show(taken: &TakenReply) {
    let TakenReply { csd, reply, attachment } = taken;
    let automatic = if reply.is_automatic { ", written by a machine" } else { "" };
    stderr::line(&visible_in_line(&format!("{csd}: a reply from {}{automatic}: {}", reply.from, reply.subject)));
    for line in visible(&reply.text).lines() {
        stderr::line(format!("  | {line}").trim_end());
    }
    stderr::line(&match attachment {
        Some(name) => format!("attached as {name}"),
        None => "attached already".to_owned(),
    });
}
