//! The run of every command that takes a step: complete it, write it, print the outcome.

use clap::Args;
use serde::de::DeserializeOwned;

use super::arguments::{StepArguments, StepOptions};
use super::drafts::Draft;
use super::form::{Ending, FileArg, Form, Known};
use super::naming::name_tickets;
use super::question::Stop;
use super::record::{complete, fetch_texts, look_at_files, named, narrow, record, scope, units};
use super::wizard::{Answered, Wizard};
use crate::app::{Actor, Desk, DeskError, Outcome, Request};
use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, Interrupted, SOME_FAILED, UsageError};
use crate::cli::input::{KeyArg, read_keys};
use crate::cli::views::outcome::{OutcomeView, outcome_json};
use crate::cli::views::results::KeyView;
use crate::workflow::Context;
use crate::workflow::command::Command;
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::scope::Scope;
use crate::workflow::step::Step;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::{Ticket, Tickets};

/// A command that takes a step, by flags or by a line of a batch.
pub(in crate::cli) trait StepCommand: StepArguments + Args + DeserializeOwned {
    /// The steps that it takes on the tickets that it names; none where every ticket will do.
    const STEPS: &'static [Step] = &[];

    /// Runs it and returns its exit code.
    fn run(mut self, ctx: &mut Ctx, options: &StepOptions) -> anyhow::Result<u8> {
        run(ctx, &mut self, options)
    }
}

/// Runs a command on each of its tickets and prints the outcome.
pub(in crate::cli) fn run(
    ctx: &mut Ctx,
    arguments: &mut dyn StepArguments,
    options: &StepOptions,
) -> anyhow::Result<u8> {
    expand_stdin(ctx, arguments)?;
    name_tickets(ctx, arguments, options.command)?;
    fetch_texts(arguments, &mut ctx.stdin_is_taken)?;
    let units = units(arguments)?;
    if units.len() == 1 {
        let done = perform(ctx, arguments, options)?;
        ctx.out.print(&done)?;
        return Ok(if done.outcome.has_failed_deliveries() { SOME_FAILED } else { DONE });
    }
    if options.revision.is_some() {
        return Err(UsageError::new("--revision is about one ticket, and several were named").into());
    }
    each(ctx, arguments, units, options)
}

/// Performs one command.
fn perform(ctx: &mut Ctx, arguments: &mut dyn StepArguments, options: &StepOptions) -> anyhow::Result<OutcomeView> {
    let files = look_at_files(arguments)?;
    let actor = ctx.actor()?;
    if ctx.is_interactive() || options.recover {
        return perform_asking(ctx, arguments, options, files, &actor);
    }
    if options.create && !ctx.path().exists() {
        complete(arguments, &Tickets::default(), &actor.context(), &files)?;
    }
    let mut desk = open(ctx, arguments.gives_notices(), options)?;
    let outcome =
        desk.perform(&actor, |transaction| record(transaction, arguments, &actor, &files, options.revision))?;
    if let Ok(draft) = Draft::of(ctx.path(), options.command, named(arguments).first())
        && !options.dry_run
    {
        draft.forget();
    }
    Ok(view(ctx, &desk, outcome, arguments, options))
}

/// What is shown of an outcome. Advice that cannot be given is left out: what was written is done.
fn view(ctx: &Ctx, desk: &Desk, outcome: Outcome, arguments: &dyn StepArguments, options: &StepOptions) -> OutcomeView {
    let advice = arguments.advise(desk.store(), &outcome).unwrap_or_default();
    OutcomeView { outcome, advice, dry_run: options.dry_run, at: ctx.now() }
}

/// Opens the desk at which a command is written.
fn open(ctx: &mut Ctx, gives_notices: bool, options: &StepOptions) -> anyhow::Result<Desk> {
    ctx.create_if(options.create, options.dry_run)?;
    let desk = if gives_notices { ctx.desk_to_notify()? } else { ctx.desk_to_announce()? };
    Ok(desk.rehearsing(options.dry_run))
}

/// Performs one command with a person who is asked for what is missing. What was answered and is not saved is kept.
fn perform_asking(
    ctx: &mut Ctx,
    arguments: &mut dyn StepArguments,
    options: &StepOptions,
    files: Vec<FileArg>,
    actor: &Actor,
) -> anyhow::Result<OutcomeView> {
    let named = named(arguments);
    let arguments = &*arguments;
    let draft = Draft::of(ctx.path(), options.command, named.first());
    let kept = match &draft {
        Ok(draft) if options.recover => draft.answers()?,
        Ok(draft) => draft.answers().unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    let tickets = if options.create && !ctx.path().exists() {
        Tickets::default()
    } else {
        ctx.store_to_read()?.tickets(&scope(&named, arguments))?
    };
    let asked = ask(ctx, &tickets, &named, arguments, &actor.context(), files, (kept, options.recover));
    let done = asked.command.and_then(|(command, files)| {
        let files = files.into_iter().map(|file| file.path).collect();
        let seen = named.first().and_then(|key| tickets.ticket(key).map(Ticket::revision));
        let gives_notices = arguments.gives_notices() || command.gives_notices();
        let request = Request::from(command).with_files(files);
        let mut desk = open(ctx, gives_notices, options)?;
        let outcome = desk.perform(actor, |transaction| -> Result<Outcome, DeskError> {
            if let Some((key, revision)) = named.first().zip(options.revision.or(seen)) {
                transaction.load(&Scope::of([key.clone()]), actor)?.expect(key, revision)?;
            }
            arguments.precede(transaction, actor)?;
            transaction.execute(request, actor)
        })?;
        Ok(view(ctx, &desk, outcome, arguments, options))
    });
    if let Ok(draft) = draft {
        match &done {
            Ok(_) if !options.dry_run => draft.forget(),
            Err(_) if !asked.answers.is_empty() => draft.keep(&asked.answers, asked.has_started_over),
            Ok(_) | Err(_) => {}
        }
    }
    done
}

/// What came of asking.
struct Asked {
    command: anyhow::Result<(Command, Vec<FileArg>)>,
    /// All that was answered, and what was being typed.
    answers: Vec<Answered>,
    has_started_over: bool,
}

/// Asks a person for what is missing, until all is as it should be. The database is closed meanwhile.
fn ask(
    ctx: &Ctx,
    tickets: &Tickets,
    named: &[Key],
    arguments: &dyn StepArguments,
    context: &Context,
    files: Vec<FileArg>,
    (kept, is_wanted): (Vec<Answered>, bool),
) -> Asked {
    let mut prompter = ctx.prompter();
    let known = KnownToStore(ctx);
    let introduction = if prompter.is_there() { arguments.introduction(tickets, named, &known) } else { String::new() };
    let wizard = Wizard::new(prompter.as_mut()).introduced(introduction);
    let mut wizard = if is_wanted { wizard.answered(kept) } else { wizard.offering(kept) };
    loop {
        let mut form = Form::new(tickets, context, files.clone(), &mut wizard).knowing(&known);
        let command = arguments.complete(&mut form);
        let ending = form.confirm();
        let command = form.finish(command);
        let goes_on = match ending {
            Ending::Done => false,
            Ending::Back => {
                wizard.go_back();
                true
            }
            Ending::Edit => match wizard.edit_one() {
                Ok(()) => true,
                Err(Stop::Back) => {
                    wizard.begin_again();
                    true
                }
                Err(Stop::Cancelled(_) | Stop::Nobody) => {
                    return Asked {
                        command: Err(Interrupted.into()),
                        has_started_over: wizard.has_started_over,
                        answers: wizard.into_answers(),
                    };
                }
            },
        };
        if !goes_on {
            return Asked { command, has_started_over: wizard.has_started_over, answers: wizard.into_answers() };
        }
    }
}

/// What the database knows; it is opened for each question and closed again. A question is asked without its help too.
struct KnownToStore<'a>(&'a Ctx);

#[expect(clippy::wildcard_enum_match_arm, reason = "of every other field no values are offered")]
impl Known for KnownToStore<'_> {
    fn values(&self, field: Field) -> Vec<String> {
        let Ok(store) = self.0.store_to_read() else { return Vec::new() };
        let values = match field {
            Field::Customer => store.customers(),
            Field::ProductVersion | Field::FixVersion | Field::HoldVersion => store.versions(),
            _ => Ok(Vec::new()),
        };
        values.unwrap_or_default()
    }

    fn look_alikes(&self, csd: &Csd) -> Vec<(Key, String)> {
        let Ok(store) = self.0.store_to_read() else { return Vec::new() };
        let alike = store.look_alikes(csd).unwrap_or_default().into_iter();
        let summary =
            |cus: &Key| store.tickets(&Scope::of([cus.clone()])).ok()?.cus(cus).map(|cus| cus.summary.clone());
        alike.filter_map(|alike| Some((alike.cus.clone(), summary(&alike.cus)?))).collect()
    }
}

fn each(
    ctx: &mut Ctx,
    arguments: &mut dyn StepArguments,
    units: Vec<Vec<KeyArg>>,
    options: &StepOptions,
) -> anyhow::Result<u8> {
    let mut some_failed = false;
    for (n, unit) in units.into_iter().enumerate() {
        narrow(arguments, unit);
        let result = perform(ctx, arguments, options);
        some_failed |= result.as_ref().map_or(true, |done| done.outcome.has_failed_deliveries());
        ctx.out.print(&KeyView::new(n + 1, result, |done| Ok(outcome_json(&done.outcome))))?;
    }
    Ok(if some_failed { SOME_FAILED } else { DONE })
}

/// Runs commands that come one after the other, each by itself, and prints a result for each.
pub(in crate::cli) fn run_each<A: StepArguments>(
    ctx: &mut Ctx,
    all: impl Iterator<Item = anyhow::Result<A>>,
    options: &StepOptions,
) -> anyhow::Result<u8> {
    let mut some_failed = false;
    for (n, arguments) in all.enumerate() {
        let result = arguments.and_then(|mut arguments| perform(ctx, &mut arguments, options));
        some_failed |= result.as_ref().map_or(true, |done| done.outcome.has_failed_deliveries());
        ctx.out.print(&KeyView::new(n + 1, result, |done| Ok(outcome_json(&done.outcome))))?;
    }
    Ok(if some_failed { SOME_FAILED } else { DONE })
}

/// Puts the keys on standard input in the place of `-`.
fn expand_stdin(ctx: &mut Ctx, arguments: &mut dyn StepArguments) -> anyhow::Result<()> {
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
