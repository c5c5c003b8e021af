//! `cus redact` (R27).

use std::path::PathBuf;

use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::{Desk, Redact};
use crate::cli::catalogue::Line;
use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, SOME_FAILED, UsageError};
use crate::cli::hint::{self, quoted};
use crate::cli::input::{Text, ticket_key};
use crate::cli::output::{counted, visible};
use crate::cli::stderr;
use crate::cli::step::drafts;
use crate::cli::views::answer::AnswerView;
use crate::store::{Redaction, Removed};
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::rule::Rule;

/// Remove a text that must not be kept
#[derive(Debug, Args)]
pub(in crate::cli) struct RedactCmd {
    #[command(flatten)]
    arguments: RedactArgs,
    /// Show what would be removed, and remove nothing
    #[arg(long)]
    dry_run: bool,
}

// A request to remove something, by flags or by a line of a batch. (A doc comment here would stand in the place of the command's
// own help.)
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RedactArgs {
    /// The ticket, of either kind; those linked to it are looked through too
    #[arg(value_name = "KEY", required = true, value_parser = ticket_key)]
    #[serde(alias = "csd", alias = "cus")]
    key: Option<Key>,
    /// The text to remove; best `-` or @FILE, so that it stays out of the shell's history
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, conflicts_with = "attachment")]
    text: Option<Text>,
    /// The file to remove
    #[arg(long, value_name = "NAME")]
    attachment: Option<String>,
    /// Why
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<Text>,
}

/// Redacting is the one command of a batch that takes something away.
pub(in crate::cli) const LINE: Line = Line {
    name: "redact",
    perform: |transaction, fields, actor| {
        let redact = fields.read::<RedactArgs>()?.request()?;
        let removed = transaction.together(|transaction| transaction.redact(&redact, actor))?;
        Ok(json(&redact.key, &removed))
    },
};

pub(in crate::cli) fn run(ctx: &mut Ctx, command: &RedactCmd) -> anyhow::Result<u8> {
    let mut arguments = command.arguments.clone();
    let texts = arguments.text.iter_mut().chain(&mut arguments.note);
    texts.into_iter().try_for_each(|text| text.fetch(&mut ctx.stdin_is_taken))?;
    let redact = arguments.request()?;
    let actor = ctx.actor()?;
    let mut desk = ctx.desk()?.rehearsing(command.dry_run);
    let removed = desk.transaction(|transaction| transaction.redact(&redact, &actor))?;
    let is_gone = scrub(&mut desk)?;
    let code = if is_gone { DONE } else { SOME_FAILED };
    let drafts = match &redact.what {
        Redaction::Text(text) if !command.dry_run => drafts::forget_with(text, ctx.path())?,
        Redaction::Text(_) | Redaction::File(_) => Vec::new(),
    };
    let copies: Vec<String> = desk.store().kept_copies()?.iter().map(|path| path.display().to_string()).collect();
    let mut object = json(&redact.key, &removed);
    object["copies"] = json!(copies);
    object["dry_run"] = json!(command.dry_run);
    object["gone_from_file"] = json!(is_gone);
    let mut answer = AnswerView::new([], object);
    if removed == Removed::default() {
        answer
            .lines
            .push("nothing was removed: the text stands nowhere in the ticket or those linked to it".to_owned());
        let log = hint::command(&format!("log {} --json", redact.key));
        answer.beside.push(format!("hint: capital and small letters differ; {log} shows each text"));
    } else {
        let would = if command.dry_run { "would be " } else { "" };
        answer.lines.push(format!("{would}removed from {}", counted(removed.events.len(), "event")));
        answer.lines.extend(removed.events.iter().map(|(key, event)| format!("  {key}, event {event}")));
        if removed.errors > 0 {
            answer.lines.push(format!("{would}removed from {} of a delivery", counted(removed.errors, "error")));
        }
        answer.beside = unreached(&removed, &drafts, &copies);
    }
    ctx.print(&answer)?;
    Ok(code)
}

/// What else has the text, or had it.
fn unreached(removed: &Removed, drafts: &[PathBuf], copies: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    for draft in drafts {
        let draft = format!("what was typed and not written had it, and is removed: {}", draft.display());
        lines.push(visible(&draft).into_owned());
    }
    for (of, name) in &removed.files {
        lines.push(visible(&format!("the file {name} of {of} holds it too")).into_owned());
        let redact = hint::command(&format!("redact {of} --attachment {} --note TEXT", quoted(name)));
        lines.push(format!("hint: {}", visible(&redact)));
    }
    for (of, event) in &removed.unreached {
        lines.push(format!("event {event} of {of} has it in a version, a key or a name, which cannot be removed"));
    }
    lines.extend(copies.iter().map(|copy| visible(&format!("a copy is not reached: {copy}")).into_owned()));
    lines.push("backups, exports and messages that went out are not reached either".to_owned());
    lines
}

/// Takes what was removed out of the file too, and says whether it is gone; if it is not, says so on standard error.
pub(in crate::cli) fn scrub(desk: &mut Desk) -> anyhow::Result<bool> {
    let scrubbed = desk.scrub();
    if let Err(error) = scrubbed {
        stderr::line(&format!("what was removed is still in the file's free pages: {error}"));
        stderr::line("hint: redact the same once more when there is room");
        return Ok(false);
    }
    let is_gone = scrubbed?;
    if !is_gone {
        stderr::line("what was removed is still in the file: another process uses it, and may read it as it was");
        stderr::line("hint: redact the same once more when that process has ended");
    }
    Ok(is_gone)
}

impl RedactArgs {
    /// The request to remove something.
    fn request(&self) -> anyhow::Result<Redact> {
        let Some(key) = self.key.clone() else {
            return Err(UsageError::new("no ticket was named: its key is missing").into());
        };
        let Some(note) = self.note.as_ref().and_then(Text::get) else {
            return Err(Refusal::bare(vec![Failure::Missing { rule: Rule::R27, field: Field::Note }]).into());
        };
        let what = match (self.text.as_ref().and_then(Text::get), &self.attachment) {
            (Some(text), None) => Redaction::Text(text),
            (None, Some(name)) => Redaction::File(name.clone()),
            (Some(_), Some(_)) | (None, None) => {
                let message = "one thing must be named to remove: a text or a file";
                return Err(UsageError::with_fix(message, "--text TEXT or --attachment NAME").into());
            }
        };
        Ok(Redact { key, what, note })
    }
}

/// The removal as JSON.
fn json(key: &Key, removed: &Removed) -> Value {
    let events = removed.events.iter().map(|(key, event)| json!({ "ticket": key, "event": event }));
    let files = removed.files.iter().map(|(key, name)| json!({ "ticket": key, "name": name }));
    let unreached = removed.unreached.iter().map(|(key, event)| json!({ "ticket": key, "event": event }));
    json!({
        "key": key,
        "removed": events.collect::<Vec<_>>(),
        "attachments": files.collect::<Vec<_>>(),
        "unreached": unreached.collect::<Vec<_>>(),
        "delivery_errors": removed.errors,
    })
}
