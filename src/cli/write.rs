//! The one way of every command that writes: load, complete, decide, record, tell.

use std::path::PathBuf;

use super::commands::ASKING;
use super::ctx::Ctx;
use super::error::{DONE, SOME_FAILED, UsageError};
use super::error_view;
use super::form::{FileArg, Form};
use super::global::Format;
use super::input::{KeyArg, Text, first, keys_of, read_keys};
use super::outcome::{self, Advice, outcome_json, result_line};
use super::prompt::Silent;
use super::recovery::Typed;
use crate::app::{Actor, Desk, Outcome, Request, Transaction};
use crate::store::Store;
use crate::workflow::Context;
use crate::workflow::command::Command;
use crate::workflow::key::Key;
use crate::workflow::scope::Scope;
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

    /// The tickets that it names beside those, which must exist.
    fn also_named(&self) -> Vec<Key> {
        Vec::new()
    }

    /// What the actor may want to know once it is done.
    fn advise(&self, _store: &Store, _outcome: &Outcome) -> anyhow::Result<Vec<Advice>> {
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
        let (done, advice) = perform(ctx, arguments, how)?;
        outcome::print(ctx, &done, &advice, how.dry_run)?;
        return Ok(if done.has_failed_deliveries() { SOME_FAILED } else { DONE });
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
    transaction: &mut Transaction<'_, '_>,
    arguments: &mut dyn Writing,
    actor: &Actor,
    files: &[FileArg],
    revision: Option<u64>,
) -> anyhow::Result<Outcome> {
    let named = named(arguments);
    let loaded = transaction.load(&scope(&named, arguments), actor)?;
    if let Some((key, revision)) = named.first().zip(revision) {
        loaded.expect(key, revision)?;
    }
    let command = complete(arguments, loaded.tickets(), loaded.context(), files)?;
    let files = files.iter().map(|file| file.path.clone()).collect();
    Ok(transaction.decide(loaded, Request::from(command).with_files(files))?)
}

/// The tickets on which a command is completed.
fn scope(named: &[Key], arguments: &dyn Writing) -> Scope {
    Scope::of(named.iter().cloned().chain(arguments.also_named()))
}

/// Performs one command. What was written is done, whatever can be advised about it.
fn perform(ctx: &mut Ctx, arguments: &mut dyn Writing, how: &How) -> anyhow::Result<(Outcome, Vec<Advice>)> {
    let files = look_at_files(arguments)?;
    let actor = ctx.actor()?;
    if ctx.is_interactive() {
        return perform_asking(ctx, arguments, how, files, &actor);
    }
    if how.create && !ctx.path().exists() {
        complete(arguments, &Tickets::default(), &actor.context(), &files)?;
    }
    let mut desk = open(ctx, arguments, how)?;
    let outcome = desk.perform(&actor, |transaction| record(transaction, arguments, &actor, &files, how.revision))?;
    let advice = arguments.advise(desk.store(), &outcome).unwrap_or_default();
    Ok((outcome, advice))
}

/// Opens the desk at which a command is written.
fn open(ctx: &mut Ctx, arguments: &dyn Writing, how: &How) -> anyhow::Result<Desk> {
    create_if(ctx, how.create, how.dry_run)?;
    let desk = if arguments.tells() { ctx.desk_to_notify()? } else { ctx.desk()? };
    Ok(desk.rehearsing(how.dry_run))
}

/// Performs one command with a person who is asked for what is missing. What was typed and is not written is kept.
fn perform_asking(
    ctx: &mut Ctx,
    arguments: &mut dyn Writing,
    how: &How,
    files: Vec<FileArg>,
    actor: &Actor,
) -> anyhow::Result<(Outcome, Vec<Advice>)> {
    let named = named(arguments);
    let arguments = &*arguments;
    let tickets = if how.create && !ctx.path().exists() {
        Tickets::default()
    } else {
        ctx.store_to_read()?.tickets(&scope(&named, arguments))?
    };
    let (asked, typed) = ask(ctx, &tickets, arguments, &actor.context(), files);
    let done = asked.and_then(|(command, files)| {
        let files = files.into_iter().map(|file| file.path).collect();
        let seen = named.first().and_then(|key| tickets.ticket(key).map(Ticket::revision));
        let mut request = Request::from(command).with_files(files);
        if let Some((key, revision)) = named.first().zip(how.revision.or(seen)) {
            request = request.at_revision(key.clone(), revision);
        }
        let mut desk = open(ctx, arguments, how)?;
        let outcome = desk.execute(request, actor)?;
        let advice = arguments.advise(desk.store(), &outcome).unwrap_or_default();
        Ok((outcome, advice))
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

fn each(ctx: &mut Ctx, arguments: &mut dyn Writing, units: Vec<Vec<KeyArg>>, how: &How) -> anyhow::Result<u8> {
    let mut some_failed = false;
    for (n, unit) in units.into_iter().enumerate() {
        narrow(arguments, unit);
        let result = perform(ctx, arguments, how);
        some_failed |= result.as_ref().map_or(true, |(done, _)| done.has_failed_deliveries());
        match (ctx.out.format, result) {
            (Format::Table | Format::Keys, Ok((done, advice))) => outcome::print(ctx, &done, &advice, how.dry_run)?,
            (Format::Table, Err(error)) => {
                ctx.out.flush()?;
                error_view::report(&error, Format::Table);
            }
            (Format::Keys, Err(error)) => {
                error_view::report(&error, Format::Keys);
            }
            (Format::Json | Format::Jsonl | Format::Csv, result) => {
                let line = result_line(n + 1, result.map(|(done, _)| outcome_json(&done)));
                ctx.out.json_line(&line)?;
            }
        }
    }
    Ok(if some_failed { SOME_FAILED } else { DONE })
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
