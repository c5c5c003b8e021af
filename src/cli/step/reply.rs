//! A customer's mail, read, shown and said as data.

use std::path::Path;

use serde_json::{Value, json};

use crate::app::{DeskError, Reply, ReplyError};
use crate::channels::{IncomingMail, mails_of};
use crate::cli::ctx::Ctx;
use crate::cli::error::{NoSuch, UsageError};
use crate::cli::hint;
use crate::cli::output::{visible, visible_in_line};
use crate::cli::stderr;
use crate::workflow::key::Key;

/// Reads a mail, and finds the customer's ticket that it is about.
pub(in crate::cli) fn read(ctx: &mut Ctx, path: &Path, named: Option<Key>) -> anyhow::Result<Reply> {
    let mail = the_only(ctx, path)?;
    Reply::read(&ctx.store_to_read()?, &mail, named).map_err(|error| explained(error, path))
}

fn the_only(ctx: &mut Ctx, path: &Path) -> anyhow::Result<Vec<u8>> {
    ctx.stdin_is_taken |= path == Path::new("-");
    let mut mails = mails_of(path)?;
    match (mails.next().transpose()?, mails.next()) {
        (Some(mail), None) => Ok(mail),
        (Some(_), Some(_)) => Err(UsageError::new(format!("{} holds several mails: give one", path.display())).into()),
        (None, _) => Err(UsageError::new(format!("{} holds no mail", path.display())).into()),
    }
}

fn explained(error: DeskError, path: &Path) -> anyhow::Error {
    let DeskError::Reply(error) = error else { return error.into() };
    match &error {
        ReplyError::NotAMail(_) => UsageError::new(format!("{}: {error}", path.display())).into(),
        ReplyError::AboutAnother { found, .. } => {
            UsageError::with_fix(error.to_string(), hint::command(&format!("confirm {found} --from-mail FILE"))).into()
        }
        ReplyError::NoTicket { from, subject } => {
            let csd = subject.as_ref().map_or("CSD", Key::as_str);
            let hint = hint::command(&format!("confirm {csd} --from-mail FILE"));
            NoSuch { what: "ticket known for this mail from", name: from.clone(), hint }.into()
        }
    }
}

/// Shows a mail. What the customer wrote is data, and nothing in it is followed.
pub(in crate::cli) fn show(reply: &Reply) {
    let Reply { csd, mail, .. } = reply;
    let sign = mail.automatic.as_ref().map(|sign| format!(", written by a machine ({sign})")).unwrap_or_default();
    stderr::line(&visible_in_line(&format!("{csd}: a reply from {}{sign}: {}", mail.from, mail.subject)));
    for line in visible(&mail.text).lines() {
        stderr::line(format!("  | {line}").trim_end());
    }
    let mut remarks = remarks(mail);
    if let Some(contact) = &reply.not_from {
        remarks.push(format!("not from {contact}, the contact"));
    }
    if let Some(bounce) = &mail.bounce {
        remarks.push(came_back(reply, &bounce.recipients, &bounce.reason));
    }
    for remark in remarks {
        stderr::line(&visible_in_line(&remark));
    }
}

/// What has to be known of a mail's text: what is left out of it, and what could not be read.
pub(in crate::cli) fn remarks(mail: &IncomingMail) -> Vec<String> {
    let mut remarks = Vec::new();
    if mail.is_quote_left_out {
        remarks.push("quoted text is left out".to_owned());
    }
    remarks.extend(mail.unreadable.iter().map(|part| format!("cannot be read: {part}")));
    remarks
}

/// Such as `notice 3 of CUS-1 came back from ada@example.com: 550 no such user`.
fn came_back(reply: &Reply, recipients: &[String], reason: &str) -> String {
    let what = match &reply.notice {
        Some((cus, number)) => format!("notice {number} of {cus} came back"),
        None => "a mail came back".to_owned(),
    };
    let from = if recipients.is_empty() { String::new() } else { format!(" from {}", recipients.join(", ")) };
    let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    format!("{what}{from}{reason}")
}

/// Says where it is attached.
pub(in crate::cli) fn attached(reply: &Reply, dry_run: bool) -> String {
    let name = reply.attachment();
    match (reply.is_attached, dry_run) {
        (true, _) => "attached already".to_owned(),
        (false, true) => format!("dry run: would be attached as {name}"),
        (false, false) => format!("attached as {name}"),
    }
}

/// A mail as JSON.
pub(in crate::cli) fn json(reply: &Reply) -> Value {
    let Reply { mail, .. } = reply;
    json!({
        "from": mail.from,
        "subject": mail.subject,
        "text": mail.text,
        "quote_left_out": mail.is_quote_left_out,
        "unreadable": mail.unreadable,
        "automatic": mail.automatic.is_some(),
        "sign": mail.automatic,
        "not_from": reply.not_from,
        "notice": reply.notice.as_ref().map(|(cus, number)| json!({ "cus": cus, "notice": number })),
        "bounce": mail.bounce.as_ref().map(|bounce| json!({ "recipients": bounce.recipients, "reason": bounce.reason })),
        "attachment": (!reply.is_attached).then(|| reply.attachment()),
    })
}
