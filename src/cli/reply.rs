//! A customer's reply by mail: found to belong to a ticket, and attached to it.

use std::io::Read;
use std::path::Path;

use anyhow::Context as _;

use super::ctx::Ctx;
use super::error::{NoSuch, UsageError};
use super::form::FileArg;
use super::output::{visible, visible_in_line};
use super::written::tell_beside;
use crate::channels::Reply;
use crate::store::Scope;
use crate::workflow::Context;
use crate::workflow::command::{Attach, NewFile};
use crate::workflow::key::Key;
use crate::workflow::rules::decide;
use crate::workflow::vocabulary::Audience;

/// A reply, and where it went.
pub(super) struct Taken {
    /// The customer's ticket that it is about.
    pub(super) csd: Key,
    pub(super) reply: Reply,
    /// The name under which it was attached; `None` where it was there already.
    pub(super) attachment: Option<String>,
}

/// Reads a mail and attaches it to the customer's ticket that it is about.
pub(super) fn take(ctx: &mut Ctx, mail: &Path, named: Option<Key>, dry_run: bool) -> anyhow::Result<Taken> {
    let bytes = read(ctx, mail)?;
    let reply = Reply::read(&bytes).map_err(|error| UsageError::new(format!("{}: {error}", mail.display())))?;
    let csd = about(ctx, &reply, named)?;
    let folder = tempfile::tempdir().context("a temporary folder")?;
    let attachment = attach(ctx, &csd, &bytes, folder.path(), dry_run)?;
    Ok(Taken { csd, reply, attachment })
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

/// The customer's ticket that a reply is about: that of the notice that it answers. Naming another one is refused.
fn about(ctx: &Ctx, reply: &Reply, named: Option<Key>) -> anyhow::Result<Key> {
    let store = ctx.store_to_read()?;
    let mut found = None;
    if let Some((cus, number)) = store.notice_of(&reply.answers)? {
        let tickets = store.tickets(&Scope::of([cus.clone()]))?;
        let notice = tickets.cus(&cus).and_then(|cus| cus.notice(number));
        let csd = notice.filter(|notice| notice.to == Audience::Customer).and_then(|notice| notice.csd.clone());
        found = csd.map(|csd| tickets.current_key(&csd));
    }
    match (found, named) {
        (Some(found), None) => Ok(found),
        (Some(found), Some(named)) => {
            let is_same = store.tickets(&Scope::of([named.clone()]))?.current_key(&named) == found;
            if is_same {
                Ok(found)
            } else {
                let message = format!("the mail answers a notice about `{found}`, not about `{named}`");
                Err(UsageError::with_fix(message, format!("cus confirm {found} --from-mail FILE")).into())
            }
        }
        (None, Some(named)) => Ok(named),
        (None, None) => {
            let name = reply.answers.last().cloned().unwrap_or_default();
            let hint = "cus confirm CSD --from-mail FILE".to_owned();
            Err(NoSuch { what: "notice to a customer with the message id", name, hint }.into())
        }
    }
}

/// Attaches the mail under a name of its content, once, and returns that name.
fn attach(ctx: &Ctx, csd: &Key, bytes: &[u8], folder: &Path, dry_run: bool) -> anyhow::Result<Option<String>> {
    let plain = folder.join("reply.eml");
    std::fs::write(&plain, bytes).context("a temporary file")?;
    let hash = NewFile::look_at(&plain)?.sha256;
    let name = format!("reply-{}.eml", hash.get(..12).unwrap_or(&hash));
    let path = folder.join(&name);
    std::fs::rename(&plain, &path).context("a temporary file")?;
    let file = FileArg::look_at(path.clone())?;
    let mut store = ctx.store()?;
    let mut writer = store.writer()?;
    let context = Context { policy: writer.policy()?, ..ctx.context()? };
    let scope = Scope::of([csd.clone()]);
    let applied = writer.apply(&scope, None, &[path], |tickets| -> anyhow::Result<_> {
        let is_known = tickets.csd(csd).is_some_and(|csd| csd.attachments.iter().any(|file| file.sha256 == hash));
        if is_known {
            return Ok(Vec::new());
        }
        let command = Attach { key: csd.clone(), files: vec![file.file.clone()] };
        Ok(decide(tickets, &command.into(), &context)?)
    })?;
    if dry_run {
        writer.rollback()?;
    } else {
        writer.commit()?;
    }
    Ok((!applied.events.is_empty()).then_some(name))
}

/// What the customer wrote is data: it is shown, and nothing in it is followed.
pub(super) fn show(csd: &Key, reply: &Reply, attached: Option<&str>) {
    let automatic = if reply.is_automatic { ", written by a machine" } else { "" };
    tell_beside(&visible_in_line(&format!("{csd}: a reply from {}{automatic}: {}", reply.from, reply.subject)));
    for line in visible(&reply.text).lines() {
        tell_beside(format!("  | {line}").trim_end());
    }
    tell_beside(&match attached {
        Some(name) => format!("attached as {name}"),
        None => "attached already".to_owned(),
    });
}
