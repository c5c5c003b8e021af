//! The one way of every command that writes: load, complete, decide, record, tell.

use std::path::PathBuf;

use super::commands::ASKING;
use super::ctx::Ctx;
use super::error::{DONE, SOME_FAILED, UsageError};
use super::form::{FileArg, Form};
use super::global::Format;
use super::input::{KeyArg, Text, first, keys_of, read_keys};
use super::prompt::Silent;
use super::recovery::Typed;
use super::told;
use super::written::{self, Advice, Done};
use crate::store::{Applied, Scope, Store, Writer};
use crate::workflow::Context;
use crate::workflow::command::Command;
use crate::workflow::key::Key;
use crate::workflow::rules::decide;
use crate::workflow::step::Step;
use crate::workflow::tickets::{Ticket, Tickets};

/// The arguments of a command that writes: the same for flags, prompts and batch lines.
pub(super) trait Writing {
    /// The tickets that it names; each is done by itself unless [`Writing::is_together`].
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        None
    }

    /// Whether several tickets are one command.
    fn is_together(&self) -> bool {
        false
    }

    /// Whether it is about CUS tickets, so that a customer's key stands for its CUS ticket.
    fn is_on_cus(&self) -> bool {
        false
    }

    /// Whether it can tell people, so that the ways and words for that are needed.
    fn tells(&self) -> bool {
        false
    }

    /// Its long texts.
    fn texts(&mut self) -> Vec<&mut Text> {
        Vec::new()
    }

    /// The files that it attaches.
    fn files(&self) -> &[PathBuf] {
        &[]
    }

    /// The tickets to load: those that it names, unless it needs more.
    fn scope(&self, named: Vec<Key>) -> Scope {
        Scope::of(named)
    }

    /// What the actor may want to know once it is done.
    fn advise(&self, _store: &Store, _done: &Done) -> anyhow::Result<Vec<Advice>> {
        Ok(Vec::new())
    }

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

/// Runs a command on each of its tickets and prints what came of it.
pub(super) fn run(ctx: &mut Ctx, arguments: &mut dyn Writing, how: &How) -> anyhow::Result<u8> {
    expand_stdin(ctx, arguments)?;
    fetch_texts(arguments, &mut ctx.stdin_is_taken)?;
    let units = units(arguments)?;
    if units.len() == 1 {
        let done = perform(ctx, arguments, how)?;
        written::print(ctx, &done, how.dry_run)?;
        return Ok(if done.some_failed() { SOME_FAILED } else { DONE });
    }
    if how.revision.is_some() {
        return Err(UsageError::new("--revision is about one ticket, and several were named").into());
    }
    each(ctx, arguments, units, how)
}

/// The tickets of each command that it is: one for each ticket, or one for all.
pub(super) fn units(arguments: &mut dyn Writing) -> anyhow::Result<Vec<Vec<KeyArg>>> {
    let is_together = arguments.is_together();
    let Some(tickets) = arguments.tickets() else { return Ok(vec![Vec::new()]) };
    if tickets.is_empty() {
        return Err(UsageError::with_fix("no ticket was named: its key is missing", "cus list").into());
    }
    Ok(if is_together { vec![tickets.clone()] } else { tickets.iter().map(|ticket| vec![ticket.clone()]).collect() })
}

/// Makes it about one of its [`units`].
pub(super) fn narrow(arguments: &mut dyn Writing, unit: Vec<KeyArg>) {
    if let Some(tickets) = arguments.tickets() {
        *tickets = unit;
    }
}

/// The tickets that it names.
fn named(arguments: &mut dyn Writing) -> Vec<Key> {
    arguments.tickets().map(|tickets| keys_of(tickets)).unwrap_or_default()
}

/// Reads long texts from where they stand.
pub(super) fn fetch_texts(arguments: &mut dyn Writing, stdin_is_taken: &mut bool) -> anyhow::Result<()> {
    arguments.texts().into_iter().try_for_each(|text| text.fetch(stdin_is_taken))
}

/// Looks at the files to attach.
pub(super) fn look_at_files(arguments: &dyn Writing) -> anyhow::Result<Vec<FileArg>> {
    Ok(arguments.files().iter().map(|path| FileArg::look_at(path.clone())).collect::<Result<_, _>>()?)
}

/// Completes a command from what was given alone.
pub(super) fn complete(
    arguments: &dyn Writing,
    tickets: &Tickets,
    context: &Context,
    files: &[FileArg],
) -> anyhow::Result<Command> {
    let mut nobody = Silent;
    let mut form = Form::new(tickets, context, files.to_vec(), &mut nobody);
    let command = arguments.complete(&mut form);
    Ok(form.finish(command)?.0)
}

/// Records one command within a transaction.
pub(super) fn record(
    writer: &mut Writer<'_>,
    arguments: &mut dyn Writing,
    context: &Context,
    files: &[FileArg],
    revision: Option<u64>,
) -> anyhow::Result<Done> {
    let named = named(arguments);
    let arguments = &*arguments;
    let context = Context { policy: writer.policy()?, ..context.clone() };
    let paths: Vec<PathBuf> = files.iter().map(|file| file.path.clone()).collect();
    let applied = writer.apply(
        &arguments.scope(named.clone()),
        named.first().zip(revision),
        &paths,
        |tickets| -> anyhow::Result<_> {
            let command = complete(arguments, tickets, &context, files)?;
            Ok(decide(tickets, &command, &context)?)
        },
    )?;
    Ok(Done::new(shown(&named, arguments.is_on_cus(), &applied), applied))
}

fn perform(ctx: &mut Ctx, arguments: &mut dyn Writing, how: &How) -> anyhow::Result<Done> {
    let context = if arguments.tells() { ctx.meta_to_tell()? } else { ctx.context()? };
    let files = look_at_files(arguments)?;
    let begins_database = how.create && !ctx.path().exists();
    if !ctx.is_interactive() {
        if begins_database {
            complete(arguments, &Tickets::default(), &context, &files)?;
        }
        create_if(ctx, how.create, how.dry_run)?;
        let mut store = ctx.store()?;
        let mut writer = store.writer()?;
        let done = record(&mut writer, arguments, &context, &files, how.revision)?;
        finish(writer, how)?;
        return settled(ctx, done, arguments, how, &mut store);
    }
    let named = named(arguments);
    let arguments = &*arguments;
    let tickets = if begins_database {
        Tickets::default()
    } else {
        ctx.store_to_read()?.tickets(&arguments.scope(named.clone()))?
    };
    let (asked, typed) = ask(ctx, &tickets, arguments, &context, files);
    let done = asked.and_then(|(command, files)| {
        let answer = Answer { tickets: &tickets, command: &command, files };
        write_asked(ctx, arguments, &named, how, answer, context)
    });
    if let Ok(Some(place)) = ctx.recovery(ASKING) {
        match &done {
            Ok(_) if ctx.is_recovered(ASKING) || !typed.is_empty() => place.forget(),
            Err(_) if !typed.is_empty() => place.keep(&typed),
            Ok(_) | Err(_) => {}
        }
    }
    done
}

/// What a person answered, and about which case.
struct Answer<'a> {
    tickets: &'a Tickets,
    command: &'a Command,
    files: Vec<FileArg>,
}

/// Writes what a person was asked for, if nothing changed meanwhile.
fn write_asked(
    ctx: &mut Ctx,
    arguments: &dyn Writing,
    named: &[Key],
    how: &How,
    answer: Answer<'_>,
    context: Context,
) -> anyhow::Result<Done> {
    create_if(ctx, how.create, how.dry_run)?;
    let subject = named.first();
    let seen = subject.and_then(|key| answer.tickets.ticket(key).map(Ticket::revision));
    let expected = subject.zip(how.revision.or(seen));
    let paths: Vec<PathBuf> = answer.files.into_iter().map(|file| file.path).collect();
    let mut store = ctx.store()?;
    let mut writer = store.writer()?;
    let context = Context { policy: writer.policy()?, ..context };
    let applied = writer.apply(&arguments.scope(named.to_vec()), expected, &paths, |tickets| -> anyhow::Result<_> {
        Ok(decide(tickets, answer.command, &context)?)
    })?;
    finish(writer, how)?;
    let done = Done::new(shown(named, arguments.is_on_cus(), &applied), applied);
    settled(ctx, done, arguments, how, &mut store)
}

/// What was written is done, whatever can be advised about it; what it queued is delivered now.
fn settled(ctx: &Ctx, mut done: Done, arguments: &dyn Writing, how: &How, store: &mut Store) -> anyhow::Result<Done> {
    done.advice = arguments.advise(store, &done).unwrap_or_default();
    if !how.dry_run {
        done.deliver(ctx, store)?;
    }
    Ok(done)
}

/// Asks a person for what is missing, and tells what was typed. The database is closed meanwhile.
fn ask(
    ctx: &Ctx,
    tickets: &Tickets,
    arguments: &dyn Writing,
    context: &Context,
    files: Vec<FileArg>,
) -> (anyhow::Result<(Command, Vec<FileArg>)>, Vec<Typed>) {
    let mut prompter = ctx.prompter();
    let mut form = Form::new(tickets, context, files, prompter.as_mut());
    form.is_recovered = ctx.is_recovered(ASKING);
    let command = arguments.complete(&mut form);
    form.confirm();
    let typed = form.typed();
    (form.finish(command), typed)
}

fn finish(writer: Writer<'_>, how: &How) -> anyhow::Result<()> {
    if how.dry_run { Ok(writer.rollback()?) } else { Ok(writer.commit()?) }
}

fn each(ctx: &mut Ctx, arguments: &mut dyn Writing, units: Vec<Vec<KeyArg>>, how: &How) -> anyhow::Result<u8> {
    let mut some_failed = false;
    for (n, unit) in units.into_iter().enumerate() {
        narrow(arguments, unit);
        let result = perform(ctx, arguments, how);
        some_failed |= result.as_ref().map_or(true, Done::some_failed);
        match (ctx.out.format, result) {
            (Format::Table, Ok(done)) => written::print(ctx, &done, how.dry_run)?,
            (Format::Table, Err(error)) => {
                ctx.out.flush()?;
                told::report(&error, Format::Table);
            }
            (Format::Keys, Ok(done)) => written::print(ctx, &done, how.dry_run)?,
            (Format::Keys, Err(error)) => {
                told::report(&error, Format::Keys);
            }
            (Format::Json | Format::Jsonl | Format::Csv, result) => {
                let line = written::result_line(n + 1, result.map(|done| written::done_json(&done)));
                ctx.out.json_line(&line)?;
            }
        }
    }
    Ok(if some_failed { SOME_FAILED } else { DONE })
}

/// The tickets that a command is shown by: those that it began or named. A command on CUS tickets that names a customer's
/// ticket for its CUS ticket is shown by that.
fn shown(named: &[Key], is_on_cus: bool, applied: &Applied) -> Vec<Key> {
    let after = &applied.after;
    let began = applied.events.iter().find(|event| event.before.is_none());
    if let Some(event) = began {
        return vec![after.current_key(&event.stream)];
    }
    let mut keys = Vec::new();
    for key in named {
        let key = match after.cus_for(key) {
            Some(cus) if is_on_cus => cus.key.clone(),
            _ => after.current_key(key),
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

/// Puts the keys on standard input in the place of `-`.
fn expand_stdin(ctx: &mut Ctx, arguments: &mut dyn Writing) -> anyhow::Result<()> {
    let is_together = arguments.is_together();
    let Some(tickets) = arguments.tickets() else { return Ok(()) };
    if !tickets.contains(&KeyArg::Stdin) {
        return Ok(());
    }
    if is_together {
        return Err(UsageError::new("this command joins its tickets into one, and does not read keys from `-`").into());
    }
    *tickets = read_keys(tickets, &mut ctx.stdin_is_taken)?;
    Ok(())
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
