//! The one way of every command that writes: load, complete, decide, record, tell.

use std::io::BufRead;
use std::path::PathBuf;

use anyhow::Context;
use serde_json::{Value, json};

use super::args::Format;
use super::ctx::Ctx;
use super::error::{self, DONE, SOME_FAILED, UsageError};
use super::form::{FileArg, Form};
use super::input::{KeyArg, Text};
use super::output::{NoticeView, owed_lines, sentence, ticket_view, visible};
use super::prompt::Silent;
use crate::core::case::{Case, Ticket};
use crate::core::command::Command;
use crate::core::cus::Notice;
use crate::core::decide::decide;
use crate::core::event::Fact;
use crate::core::key::Key;
use crate::core::owed::{owed, owed_about};
use crate::core::step::Step;
use crate::core::words::Via;
use crate::core::{Meta, Time};
use crate::store::{Applied, Scope, Store, Writer};

/// The arguments of a command that writes: the same for flags, prompts and batch lines.
pub(super) trait Writing: Clone {
    /// The tickets that it names; each is done by itself unless [`Writing::TOGETHER`] says otherwise.
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        None
    }

    /// Whether several tickets are one command.
    const TOGETHER: bool = false;

    /// Its long texts.
    fn texts(&mut self) -> Vec<&mut Text> {
        Vec::new()
    }

    /// The files that it attaches.
    fn files(&self) -> &[PathBuf] {
        &[]
    }

    /// The tickets to load.
    fn scope(&self) -> Scope;

    /// The command: each input given, else asked, else missing.
    fn complete(&self, form: &mut Form<'_>) -> Option<Command>;
}

/// What every command that writes can be told beside its arguments.
#[derive(Debug, Clone, Default)]
pub(super) struct How {
    pub(super) dry_run: bool,
    pub(super) revision: Option<u64>,
    /// Whether to create the database if there is none.
    pub(super) create: bool,
}

/// What a command did, and what is printed of it.
pub(super) struct Done {
    pub(super) applied: Applied,
    /// The tickets that are shown.
    pub(super) shown: Vec<Key>,
}

/// Runs a command on each of its tickets and prints what came of it.
pub(super) fn run<A: Writing>(ctx: &mut Ctx, mut arguments: A, how: &How) -> anyhow::Result<u8> {
    expand_stdin(ctx, &mut arguments)?;
    fetch_texts(&mut arguments, &mut ctx.stdin_is_taken)?;
    let units = units(&arguments)?;
    match units.as_slice() {
        [unit] => {
            let done = perform(ctx, unit, how)?;
            print(ctx, &done, how)?;
            Ok(DONE)
        }
        _ if how.revision.is_some() => {
            Err(UsageError::new("--revision is about one ticket, and several were named").into())
        }
        _ => each(ctx, &units, how),
    }
}

/// The arguments for one ticket each.
pub(super) fn units<A: Writing>(arguments: &A) -> anyhow::Result<Vec<A>> {
    let mut copy = arguments.clone();
    let Some(tickets) = copy.tickets().map(|tickets| tickets.clone()) else { return Ok(vec![copy]) };
    if tickets.is_empty() {
        return Err(UsageError::new("no ticket was named: its key is missing").into());
    }
    if A::TOGETHER || tickets.len() == 1 {
        return Ok(vec![copy]);
    }
    let mut units = Vec::new();
    for ticket in tickets {
        let mut unit = arguments.clone();
        if let Some(keys) = unit.tickets() {
            *keys = vec![ticket];
        }
        units.push(unit);
    }
    Ok(units)
}

/// Reads long texts from where they stand.
pub(super) fn fetch_texts<A: Writing>(arguments: &mut A, stdin_is_taken: &mut bool) -> anyhow::Result<()> {
    arguments.texts().into_iter().try_for_each(|text| text.fetch(stdin_is_taken))
}

/// Looks at the files to attach.
pub(super) fn look_at_files<A: Writing>(arguments: &A) -> anyhow::Result<Vec<FileArg>> {
    Ok(arguments.files().iter().map(|path| FileArg::look_at(path.clone())).collect::<Result<_, _>>()?)
}

/// Completes a command from what was given alone.
pub(super) fn complete<A: Writing>(
    arguments: &A,
    case: &Case,
    meta: &Meta,
    files: &[FileArg],
) -> anyhow::Result<Command> {
    let mut nobody = Silent;
    let mut form = Form::new(case, meta, files.to_vec(), &mut nobody);
    let command = arguments.complete(&mut form);
    Ok(form.finish(command)?.0)
}

/// Records one command within a transaction.
pub(super) fn record<A: Writing>(
    writer: &mut Writer<'_>,
    arguments: &A,
    meta: &Meta,
    files: &[FileArg],
    expected: Option<(&Key, u64)>,
) -> anyhow::Result<Done> {
    let paths: Vec<PathBuf> = files.iter().map(|file| file.path.clone()).collect();
    let applied = writer.apply(&arguments.scope(), expected, &paths, |case| -> anyhow::Result<_> {
        let command = complete(arguments, case, meta, files)?;
        Ok(decide(case, &command, meta)?)
    })?;
    Ok(Done { shown: shown(arguments, &applied), applied })
}

fn perform<A: Writing>(ctx: &mut Ctx, arguments: &A, how: &How) -> anyhow::Result<Done> {
    let meta = ctx.meta()?;
    let files = look_at_files(arguments)?;
    let begins_database = how.create && !ctx.path().exists();
    let subject = arguments.clone().tickets().and_then(|tickets| match tickets.first() {
        Some(KeyArg::Key(key)) => Some(key.clone()),
        Some(KeyArg::Stdin) | None => None,
    });
    if !ctx.is_interactive() {
        if begins_database {
            complete(arguments, &Case::default(), &meta, &files)?;
        }
        create_if(ctx, how.create, how.dry_run)?;
        let expected = subject.as_ref().zip(how.revision);
        let mut store = ctx.store()?;
        let mut writer = store.writer()?;
        let done = record(&mut writer, arguments, &meta, &files, expected)?;
        finish(writer, how)?;
        return Ok(done);
    }
    let case = if begins_database { Case::default() } else { ctx.store_to_read()?.case(&arguments.scope())? };
    let (command, files) = ask(ctx, &case, arguments, &meta, files)?;
    create_if(ctx, how.create, how.dry_run)?;
    let seen = subject.as_ref().and_then(|key| case.ticket(key).map(Ticket::revision));
    let expected = subject.as_ref().zip(how.revision.or(seen));
    let paths: Vec<PathBuf> = files.into_iter().map(|file| file.path).collect();
    let mut store = ctx.store()?;
    let mut writer = store.writer()?;
    let applied = writer.apply(&arguments.scope(), expected, &paths, |case| -> anyhow::Result<_> {
        Ok(decide(case, &command, &meta)?)
    })?;
    finish(writer, how)?;
    Ok(Done { shown: shown(arguments, &applied), applied })
}

/// Asks a person for what is missing. The database is closed meanwhile.
fn ask<A: Writing>(
    ctx: &Ctx,
    case: &Case,
    arguments: &A,
    meta: &Meta,
    files: Vec<FileArg>,
) -> anyhow::Result<(Command, Vec<FileArg>)> {
    let mut prompter = ctx.prompter();
    let mut form = Form::new(case, meta, files, prompter.as_mut());
    let command = arguments.complete(&mut form);
    form.confirm();
    form.finish(command)
}

fn finish(writer: Writer<'_>, how: &How) -> anyhow::Result<()> {
    if how.dry_run { Ok(writer.rollback()?) } else { Ok(writer.commit()?) }
}

fn each<A: Writing>(ctx: &mut Ctx, units: &[A], how: &How) -> anyhow::Result<u8> {
    let mut some_failed = false;
    for (n, unit) in units.iter().enumerate() {
        let result = perform(ctx, unit, how);
        some_failed |= result.is_err();
        match (ctx.out.format, result) {
            (Format::Table, Ok(done)) => print(ctx, &done, how)?,
            (Format::Table, Err(error)) => {
                ctx.out.flush()?;
                error::report(&error, Format::Table);
            }
            (Format::Keys, Ok(done)) => print(ctx, &done, how)?,
            (Format::Keys, Err(error)) => {
                error::report(&error, Format::Keys);
            }
            (Format::Json | Format::Jsonl | Format::Csv, result) => {
                let line = result_line(n + 1, &result.map(|done| done_json(&done)));
                ctx.out.json_line(&line)?;
            }
        }
    }
    Ok(if some_failed { SOME_FAILED } else { DONE })
}

/// The result of one line of a batch, or of one key of several.
pub(super) fn result_line(line: usize, result: &anyhow::Result<Value>) -> Value {
    match result {
        Ok(done) => {
            let mut object = json!({ "line": line, "ok": true });
            if let (Some(object), Some(done)) = (object.as_object_mut(), done.as_object()) {
                object.extend(done.clone());
            }
            object
        }
        Err(error) => json!({ "line": line, "ok": false, "error": error::as_json(error) }),
    }
}

/// What a command did, for the result of a line: its ticket and the notices that it gave.
pub(super) fn done_json(done: &Done) -> Value {
    let mut object = json!({ "key": done.shown.first() });
    if let Some(object) = object.as_object_mut() {
        if done.shown.len() > 1 {
            object.insert("keys".to_owned(), json!(done.shown));
        }
        let notices = notices(&done.applied);
        if !notices.is_empty() {
            let views: Vec<_> = notices.iter().map(|notice| NoticeView::new(&done.applied.after, notice)).collect();
            object.insert("notices".to_owned(), json!(views));
        }
    }
    object
}

/// The tickets that a command is shown by: those that it began or named. A command that names a customer's ticket for
/// its CUS ticket is shown by that.
fn shown<A: Writing>(arguments: &A, applied: &Applied) -> Vec<Key> {
    let after = &applied.after;
    let began = applied.events.iter().find(|event| event.before.is_none());
    if let Some(event) = began {
        return vec![after.current_key(&event.stream)];
    }
    let named = arguments.clone().tickets().cloned().unwrap_or_default();
    let of_cus = applied.events.first().is_some_and(|event| is_about_cus(&event.fact));
    let mut keys = Vec::new();
    for ticket in named {
        let KeyArg::Key(key) = ticket else { continue };
        let key = match after.cus_for(&key) {
            Some(cus) if of_cus => cus.key.clone(),
            _ => after.current_key(&key),
        };
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    if keys.is_empty() {
        keys.extend(applied.events.iter().map(|event| after.current_key(&event.stream)));
        keys.dedup();
    }
    keys
}

/// Whether a command that begins with this fact is about the CUS ticket, whichever key it was named by.
fn is_about_cus(fact: &Fact) -> bool {
    match fact {
        Fact::Escalated(_)
        | Fact::Completed(_)
        | Fact::Joined(_)
        | Fact::Returned(_)
        | Fact::EngAssessed(_)
        | Fact::ReleaseDecided(_)
        | Fact::Shipped(_)
        | Fact::Notified(_)
        | Fact::MovedToPostmortem(_)
        | Fact::HoldSet(_)
        | Fact::HoldLifted(_) => true,
        Fact::Reported(_)
        | Fact::Assessed(_)
        | Fact::Linked(_)
        | Fact::Unlinked(_)
        | Fact::CustomerTold(_)
        | Fact::Resolved(_)
        | Fact::Reopened(_)
        | Fact::Left(_)
        | Fact::Supplied(_)
        | Fact::Answered(_)
        | Fact::Closed(_)
        | Fact::Commented(_)
        | Fact::Attached(_)
        | Fact::Edited(_) => false,
    }
}

/// The notices that a command gave.
fn notices(applied: &Applied) -> Vec<&Notice> {
    let mut given = Vec::new();
    for event in &applied.events {
        if let Fact::Notified(fact) = &event.fact
            && let Some(cus) = applied.after.cus(&event.stream)
        {
            given.extend(cus.notices.iter().filter(|notice| notice.number == fact.notice));
        }
    }
    given
}

fn print(ctx: &mut Ctx, done: &Done, how: &How) -> anyhow::Result<()> {
    let now = ctx.now();
    let after = &done.applied.after;
    match ctx.out.format {
        Format::Table => print_for_a_person(ctx, done, how, now),
        Format::Keys => done.shown.iter().try_for_each(|key| ctx.out.line(key.as_str())),
        Format::Csv => {
            let mut rows = vec![["key", "stage", "revision"].map(str::to_owned).to_vec()];
            for ticket in done.shown.iter().filter_map(|key| after.ticket(key)) {
                rows.push(vec![
                    ticket.key().to_string(),
                    ticket.stage().as_str().to_owned(),
                    ticket.revision().to_string(),
                ]);
            }
            ctx.out.csv(&rows)
        }
        Format::Json | Format::Jsonl => {
            let mut tickets = Vec::new();
            for ticket in done.shown.iter().filter_map(|key| after.ticket(key)) {
                tickets.push(serde_json::to_value(ticket_view(after, ticket, now))?);
            }
            let notices: Vec<_> =
                notices(&done.applied).iter().map(|notice| json!(NoticeView::new(after, notice))).collect();
            let has_notices = done.applied.events.iter().any(|event| matches!(event.fact, Fact::Notified(_)));
            for ticket in tickets.iter_mut().filter_map(Value::as_object_mut) {
                if has_notices {
                    ticket.insert("notices".to_owned(), json!(notices));
                }
                if how.dry_run {
                    ticket.insert("dry_run".to_owned(), json!(true));
                }
            }
            match tickets.as_slice() {
                [ticket] => ctx.out.json(ticket),
                _ => ctx.out.json(&json!({ "schema": 1, "items": tickets })),
            }
        }
    }
}

/// Messages to be pasted stand on standard output alone; what changed then stands on standard error.
fn print_for_a_person(ctx: &mut Ctx, done: &Done, how: &How, now: Time) -> anyhow::Result<()> {
    let after = &done.applied.after;
    let colour = ctx.out.colour;
    let mut lines = Vec::new();
    if how.dry_run {
        lines.push("dry run: nothing is written".to_owned());
    }
    for event in &done.applied.events {
        let key = after.current_key(&event.stream);
        let stage = match event.before {
            Some(before) if before == event.after => String::new(),
            _ => format!(" [{}]", event.after.as_str()),
        };
        let what = sentence(event);
        let what = what.lines().next().unwrap_or_default();
        lines.push(format!("{} {}{}", colour.key(key.as_str()), visible(what), colour.dim(&stage)));
    }
    for ticket in done.shown.iter().filter_map(|key| after.ticket(key)) {
        let owed = match ticket {
            Ticket::Csd(csd) => owed_about(after, &csd.key),
            Ticket::Cus(_) => owed(after, ticket),
        };
        let owed = owed_lines(&owed, now, colour);
        if owed.is_empty() {
            lines.push(format!("nothing is owed on {} now", ticket.key()));
        } else {
            lines.push(format!("owed on {} next:", ticket.key()));
            lines.extend(owed);
        }
    }
    let given = notices(&done.applied);
    if given.is_empty() {
        return lines.iter().try_for_each(|line| ctx.out.line(line));
    }
    for (n, notice) in given.iter().enumerate() {
        if given.len() > 1 {
            let about = notice.csd.as_ref().map(|csd| format!(" ({})", after.current_key(csd))).unwrap_or_default();
            ctx.out.line(&format!("{}--- to {}{about} ---", if n == 0 { "" } else { "\n" }, notice.to))?;
        }
        if notice.via == Via::Print || how.dry_run {
            ctx.out.text(&visible(&notice.message))?;
            if !notice.message.ends_with('\n') {
                ctx.out.line("")?;
            }
        } else {
            ctx.out.line(&format!("recorded as told by {}", notice.via))?;
        }
    }
    ctx.out.flush()?;
    for line in lines {
        eprintln_quietly(&line);
    }
    Ok(())
}

/// Standard error may be closed; the result stands on standard output.
fn eprintln_quietly(line: &str) {
    let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{line}\n"));
}

/// Puts the keys on standard input in the place of `-`.
fn expand_stdin<A: Writing>(ctx: &mut Ctx, arguments: &mut A) -> anyhow::Result<()> {
    let Some(tickets) = arguments.tickets() else { return Ok(()) };
    if !tickets.contains(&KeyArg::Stdin) {
        return Ok(());
    }
    if A::TOGETHER {
        return Err(UsageError::new("this command joins its tickets into one, and does not read keys from `-`").into());
    }
    *tickets = read_keys(tickets, &mut ctx.stdin_is_taken)?;
    Ok(())
}

/// The keys, with those on standard input in the place of `-`.
pub(super) fn read_keys(keys: &[KeyArg], stdin_is_taken: &mut bool) -> anyhow::Result<Vec<KeyArg>> {
    let mut all = Vec::new();
    for key in keys {
        match key {
            KeyArg::Key(_) => all.push(key.clone()),
            KeyArg::Stdin => {
                if std::mem::replace(stdin_is_taken, true) {
                    return Err(UsageError::new("standard input can be asked for only once").into());
                }
                for line in std::io::stdin().lock().lines() {
                    let line = line.context("standard input")?;
                    if !line.trim().is_empty() {
                        all.push(KeyArg::Key(
                            line.trim().parse().map_err(|error| UsageError::new(format!("{error}")))?,
                        ));
                    }
                }
            }
        }
    }
    Ok(all)
}

/// The first ticket that was named; commands are completed for one ticket each.
pub(super) fn first(tickets: &[KeyArg]) -> Option<Key> {
    tickets.iter().find_map(|ticket| match ticket {
        KeyArg::Key(key) => Some(key.clone()),
        KeyArg::Stdin => None,
    })
}

/// All tickets that were named.
pub(super) fn keys_of(tickets: &[KeyArg]) -> Vec<Key> {
    tickets
        .iter()
        .filter_map(|ticket| match ticket {
            KeyArg::Key(key) => Some(key.clone()),
            KeyArg::Stdin => None,
        })
        .collect()
}

/// A database is made by commands that were told so, and by nothing else. A dry run makes one that nobody keeps.
pub(super) fn create_if(ctx: &mut Ctx, create: bool, dry_run: bool) -> anyhow::Result<()> {
    if !create || ctx.path().exists() {
        return Ok(());
    }
    if dry_run {
        ctx.use_scratch()?;
    }
    Store::create(ctx.path())?;
    Ok(())
}

/// Begins a form on the first ticket named.
pub(super) fn begin(form: &mut Form<'_>, tickets: &[KeyArg], step: Step) -> Option<Key> {
    let key = first(tickets)?;
    form.begin(step, &key)?;
    Some(key)
}
