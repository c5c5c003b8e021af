//! `cus redact` (R27).

use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::channels::words_of_mail;
use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, SOME_FAILED, UsageError};
use crate::cli::global::Format;
use crate::cli::hint::{self, quoted};
use crate::cli::input::Text;
use crate::cli::output::{counted, visible};
use crate::cli::recovery;
use crate::cli::written::tell_beside;
use crate::store::{Redaction, Removed, Store, Writer};
use crate::workflow::Context;
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::rule::Rule;

#[derive(Debug, Args)]
pub(in crate::cli) struct RedactCmd {
    #[command(flatten)]
    arguments: RedactArgs,
    /// Show what would be removed, and remove nothing
    #[arg(long)]
    dry_run: bool,
}

// What is to be removed, by flags or by a line of a batch. (A doc comment here would stand in the place of the command's
// own help.)
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct RedactArgs {
    /// The ticket, of either kind; those linked to it are looked through too
    #[arg(value_name = "KEY", required = true)]
    #[serde(alias = "csd", alias = "cus")]
    key: Option<Key>,
    /// The text to remove; best `-` or @FILE, so that it stays out of the shell's history
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, conflicts_with = "attachment")]
    text: Option<Text>,
    /// The file to remove
    #[arg(long, value_name = "NAME")]
    attachment: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<Text>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, mut command: RedactCmd) -> anyhow::Result<u8> {
    let mut taken = ctx.stdin_is_taken;
    let arguments = &mut command.arguments;
    arguments.text.iter_mut().chain(&mut arguments.note).try_for_each(|text| text.fetch(&mut taken))?;
    let mut store = ctx.store()?;
    let mut writer = store.writer()?;
    let removed = remove(&mut writer, &command.arguments, &ctx.context()?)?;
    let is_gone = if command.dry_run {
        writer.rollback()?;
        true
    } else {
        writer.commit()?;
        scrub(&mut store)?
    };
    let code = if is_gone { DONE } else { SOME_FAILED };
    let text = command.arguments.text.as_ref().and_then(Text::get);
    let drafts = match text.filter(|_| !command.dry_run) {
        Some(text) => recovery::forget_with(&text, ctx.path())?,
        None => Vec::new(),
    };
    let copies: Vec<String> = store.kept_copies()?.iter().map(|path| path.display().to_string()).collect();
    if ctx.out.format != Format::Table {
        let mut object = json(&command.arguments, &removed);
        object["copies"] = json!(copies);
        object["dry_run"] = json!(command.dry_run);
        object["gone_from_file"] = json!(is_gone);
        ctx.out.json(&object)?;
        return Ok(code);
    }
    if removed.events.is_empty() && removed.files.is_empty() && removed.unreached.is_empty() {
        ctx.out.line("nothing was removed: the text stands nowhere in the ticket or those linked to it")?;
        ctx.out.flush()?;
        let key = command.arguments.key.as_ref().map(|key| format!(" {key}")).unwrap_or_default();
        let log = hint::command(&format!("log{key} --json"));
        tell_beside(&format!("hint: capital and small letters differ; {log} shows each text"));
        return Ok(code);
    }
    let would = if command.dry_run { "would be " } else { "" };
    ctx.out.line(&format!("{would}removed from {}", counted(removed.events.len(), "event")))?;
    for (key, event) in &removed.events {
        ctx.out.line(&format!("  {key}, event {event}"))?;
    }
    ctx.out.flush()?;
    for draft in &drafts {
        tell_beside(&visible(&format!("what was typed and not written had it, and is removed: {}", draft.display())));
    }
    for (key, name) in &removed.files {
        tell_beside(&visible(&format!("the file {name} of {key} holds it too")));
        let redact = hint::command(&format!("redact {key} --attachment {} --note TEXT", quoted(name)));
        tell_beside(&format!("hint: {}", visible(&redact)));
    }
    for (key, event) in &removed.unreached {
        tell_beside(&format!("event {event} of {key} has it in a version, a key or a name, which cannot be removed"));
    }
    for copy in &copies {
        tell_beside(&visible(&format!("a copy is not reached: {copy}")));
    }
    tell_beside("backups, exports and messages that went out are not reached either");
    Ok(code)
}

/// Takes what was removed out of the file too, and says whether it is gone; where it is not, that is told.
pub(in crate::cli) fn scrub(store: &mut Store) -> anyhow::Result<bool> {
    let is_gone = store.scrub()?;
    if !is_gone {
        tell_beside("what was removed is still in the file: another process uses it, and may read it as it was");
        tell_beside("hint: redact the same once more when that process has ended");
    }
    Ok(is_gone)
}

/// Removes it within a transaction. What is left of it in free pages goes with [`crate::store::Store::scrub`].
pub(in crate::cli) fn remove(
    writer: &mut Writer<'_>,
    arguments: &RedactArgs,
    context: &Context,
) -> anyhow::Result<Removed> {
    let Some(key) = &arguments.key else {
        return Err(UsageError::new("no ticket was named: its key is missing").into());
    };
    let Some(note) = arguments.note.as_ref().and_then(Text::get) else {
        return Err(Refusal::bare(vec![Failure::Missing { rule: Rule::R27, field: Field::Note }]).into());
    };
    let what = match (arguments.text.as_ref().and_then(Text::get), &arguments.attachment) {
        (Some(_), Some(_)) | (None, None) => {
            let message = "one thing must be named to remove: a text or a file";
            return Err(UsageError::with_fix(message, "--text TEXT or --attachment NAME").into());
        }
        (Some(text), None) if note.contains(&text) => {
            return Err(UsageError::new("the note holds the text that is to be removed").into());
        }
        (Some(text), None) => Redaction::Text(text),
        (None, Some(name)) => Redaction::File(name.clone()),
    };
    let context = Context { policy: writer.policy()?, ..context.clone() };
    Ok(writer.redact(key, &what, &note, &context, words_of_mail)?)
}

/// What was removed, for programs.
pub(in crate::cli) fn json(arguments: &RedactArgs, removed: &Removed) -> Value {
    let events = removed.events.iter().map(|(key, event)| json!({ "ticket": key, "event": event }));
    let files = removed.files.iter().map(|(key, name)| json!({ "ticket": key, "name": name }));
    let unreached = removed.unreached.iter().map(|(key, event)| json!({ "ticket": key, "event": event }));
    json!({
        "key": arguments.key,
        "removed": events.collect::<Vec<_>>(),
        "attachments": files.collect::<Vec<_>>(),
        "unreached": unreached.collect::<Vec<_>>(),
    })
}
