//! `cus outbox`: the notices that wait for their delivery (R29).

use clap::{Args, Subcommand};

use crate::app::{Attempt, Desk};
use crate::cli::config::Config;
use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, SOME_FAILED};
use crate::cli::input::KeyArg;
use crate::cli::stderr;
use crate::cli::step::naming::named_tickets;
use crate::cli::views::outbox::{AttemptsView, OutboxView, held_words};
use crate::cli::views::outcome::OutcomeView;
use crate::store::{Store, StoreError, Waiting};
use crate::workflow::command::DropAnnouncement;
use crate::workflow::key::Key;
use crate::workflow::scope::Scope;

/// List notices that wait for delivery, or retry them
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(in crate::cli) struct OutboxArgs {
    #[command(subcommand)]
    command: Option<OutboxCmd>,
}

#[derive(Debug, Subcommand)]
enum OutboxCmd {
    /// Try to deliver them again
    Retry(RetryArgs),
    /// Let those go out that came in with a copy of the database
    Release(ReleaseArgs),
    /// Drop an announcement that cannot be delivered
    Drop(DropArgs),
}

#[derive(Debug, Args)]
struct RetryArgs {
    /// Only those of this ticket (several, or `-` for keys on standard input)
    #[arg(value_name = "CUS")]
    cus: Vec<KeyArg>,
    /// Only those whose waiting time is over; it doubles with each attempt, up to a day
    #[arg(long)]
    due: bool,
    /// Show what would be tried, and deliver nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
struct ReleaseArgs {
    /// Only those of this ticket (several, or `-` for keys on standard input)
    #[arg(value_name = "CUS")]
    cus: Vec<KeyArg>,
    /// Show what would be released, and release nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
struct DropArgs {
    /// The ticket
    #[arg(value_name = "CUS")]
    cus: KeyArg,
    /// The announcement's number, as `cus outbox` shows it
    #[arg(value_name = "N")]
    notice: u32,
    /// Show what would be dropped, and drop nothing
    #[arg(long)]
    dry_run: bool,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &OutboxArgs) -> anyhow::Result<u8> {
    match &arguments.command {
        None => {
            let store = ctx.store_to_read()?;
            let waiting = store.outbox(None)?;
            list(ctx, &store, waiting)
        }
        Some(OutboxCmd::Retry(arguments)) => retry(ctx, arguments),
        Some(OutboxCmd::Release(arguments)) => release(ctx, arguments),
        Some(OutboxCmd::Drop(arguments)) => drop_announcement(ctx, arguments),
    }
}

fn retry(ctx: &mut Ctx, arguments: &RetryArgs) -> anyhow::Result<u8> {
    let keys = named_tickets(ctx, &arguments.cus)?;
    let mut desk = if arguments.dry_run {
        Desk::at(ctx.store_to_read()?)
    } else {
        ctx.desk()?.with_delivery(Config::read()?.delivery_settings()?)
    };
    let mut waiting = waiting(desk.store(), &keys, arguments.cus.is_empty())?;
    if arguments.due {
        let now = ctx.now();
        waiting.retain(|waiting| waiting.next.is_none_or(|next| next <= now));
    }
    if arguments.dry_run {
        return list(ctx, desk.store(), waiting);
    }
    let held = waiting.iter().filter(|waiting| waiting.is_held).count();
    if held > 0 {
        stderr::line(&held_words(held));
    }
    let attempts = desk.retry(&waiting, &ctx.actor()?)?;
    let some_failed = attempts.iter().any(Attempt::has_failed);
    ctx.print(&AttemptsView { attempts, due_only: arguments.due })?;
    Ok(if some_failed { SOME_FAILED } else { DONE })
}

/// Releases what came in with a copy, and shows it.
fn release(ctx: &mut Ctx, arguments: &ReleaseArgs) -> anyhow::Result<u8> {
    let keys = named_tickets(ctx, &arguments.cus)?;
    let mut desk = if arguments.dry_run { Desk::at(ctx.store_to_read()?) } else { ctx.desk()? };
    let mut waiting = waiting(desk.store(), &keys, arguments.cus.is_empty())?;
    waiting.retain(|waiting| waiting.is_held);
    if !arguments.dry_run {
        desk.release(&waiting)?;
        waiting.iter_mut().for_each(|waiting| waiting.is_held = false);
    }
    list(ctx, desk.store(), waiting)
}

/// Drops an announcement, and shows the ticket.
fn drop_announcement(ctx: &mut Ctx, arguments: &DropArgs) -> anyhow::Result<u8> {
    let actor = ctx.actor()?;
    let mut desk = ctx.desk()?.rehearsing(arguments.dry_run);
    let [cus] = &named_tickets(ctx, std::slice::from_ref(&arguments.cus))?[..] else { return Ok(DONE) };
    let command = DropAnnouncement { cus: cus.clone(), notice: arguments.notice };
    let outcome = desk.execute(command, &actor)?;
    ctx.print(&OutcomeView { outcome, advice: Vec::new(), dry_run: arguments.dry_run, at: ctx.now() })?;
    Ok(DONE)
}

/// The notices that wait on these tickets, or on all; a customer's key serves for its CUS ticket.
fn waiting(store: &Store, keys: &[Key], all: bool) -> Result<Vec<Waiting>, StoreError> {
    if all {
        return store.outbox(None);
    }
    let mut found = Vec::new();
    for key in keys {
        let tickets = store.tickets(&Scope::of([key.clone()]))?;
        if let Some(cus) = tickets.cus_for(key) {
            found.extend(store.outbox(Some(&cus.key))?);
        }
    }
    found.dedup();
    Ok(found)
}

fn list(ctx: &mut Ctx, store: &Store, waiting: Vec<Waiting>) -> anyhow::Result<u8> {
    let with_tickets = |waiting: Waiting| -> Result<_, StoreError> {
        let tickets = store.tickets(&Scope::of([waiting.cus.clone()]))?;
        Ok((waiting, tickets))
    };
    let waiting = waiting.into_iter().map(with_tickets).collect::<Result<_, _>>()?;
    ctx.print(&OutboxView { waiting, now: ctx.now() })?;
    Ok(DONE)
}
