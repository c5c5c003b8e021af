//! `cus next`: what is owed, by role; or the legal next steps of one ticket.

use std::time::Duration;

use clap::Args;

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, FOUND, UsageError};
use crate::cli::hint;
use crate::cli::input::ticket_key;
use crate::cli::similar;
use crate::cli::views::next::{DutiesView, NextStep, StepsView};
use crate::store::{More, OwedQuery, OwedRow, StoreError};
use crate::workflow::Context;
use crate::workflow::key::Key;
use crate::workflow::obligations::owed::owed;
use crate::workflow::requirements::{requirements, roles};
use crate::workflow::scope::Scope;
use crate::workflow::step::Step;
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::Audience;

/// How many duties are shown to a person unless --limit says otherwise.
const TABLE_ROWS: u64 = 50;

/// Show what is owed now, or the next steps of a ticket
#[derive(Debug, Args)]
pub(in crate::cli) struct NextArgs {
    /// Show the legal next steps of this ticket instead
    #[arg(value_name = "KEY", value_parser = ticket_key)]
    key: Option<Key>,
    /// What every role owes, and what need not be shown yet: the next words to customers (R33)
    #[arg(long)]
    all: bool,
    /// Only what is assigned to the actor
    #[arg(long)]
    mine: bool,
    /// Only what is late
    #[arg(long)]
    overdue: bool,
    /// Exit with 9 if anything is owed
    #[arg(long)]
    exit_code: bool,
    /// Show it again every two seconds, until Ctrl-C
    #[arg(long, conflicts_with_all = ["key", "exit_code"])]
    watch: bool,
    /// At most so many rows [default: 50 for a table, all for machine formats]
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &NextArgs) -> anyhow::Result<u8> {
    match &arguments.key {
        Some(key) => steps(ctx, key),
        None if arguments.watch => watch(ctx, arguments),
        None => inbox(ctx, arguments),
    }
}

/// Shows what is owed again and again.
fn watch(ctx: &mut Ctx, arguments: &NextArgs) -> anyhow::Result<u8> {
    const AGAIN: Duration = Duration::from_secs(2);
    if !ctx.out.is_for_a_person() || !ctx.out.is_terminal() {
        return Err(UsageError::with_fix("watching needs a terminal", hint::command("next")).into());
    }
    loop {
        ctx.refresh_clock();
        let (duties, more) = owed_now(ctx, arguments)?;
        ctx.out.text("\u{1b}[H\u{1b}[2J")?;
        ctx.out.print(&DutiesView { duties, more, overdue_only: arguments.overdue, now: ctx.now() })?;
        ctx.out.flush()?;
        std::thread::sleep(AGAIN);
    }
}

fn inbox(ctx: &mut Ctx, arguments: &NextArgs) -> anyhow::Result<u8> {
    let (duties, more) = owed_now(ctx, arguments)?;
    let is_any = !duties.is_empty() || more.count > 0;
    let view = DutiesView { duties, more, overdue_only: arguments.overdue, now: ctx.now() };
    ctx.print(&view)?;
    Ok(if arguments.exit_code && is_any { FOUND } else { DONE })
}

fn owed_now(ctx: &Ctx, arguments: &NextArgs) -> anyhow::Result<(Vec<OwedRow>, More)> {
    let roles = if arguments.all { Vec::new() } else { ctx.roles()? };
    let limit = ctx.out.at_most(arguments.limit, TABLE_ROWS);
    let assignee = arguments.mine.then(|| ctx.actor()).transpose()?.map(|actor| actor.name);
    let query = OwedQuery {
        roles,
        assignee,
        notices_only: false,
        overdue_only: arguments.overdue,
        early: arguments.all,
        limit,
    };
    Ok(ctx.store_to_read()?.owed(&query, ctx.now())?)
}

fn steps(ctx: &mut Ctx, key: &Key) -> anyhow::Result<u8> {
    let store = ctx.store_to_read()?;
    let tickets = store.tickets(&Scope::of([key.clone()]))?;
    let ticket = tickets.ticket(key).ok_or_else(|| StoreError::NoSuchTicket(key.clone()))?;
    let context = Context { roles: Vec::new(), ..ctx.context()? };
    let steps = legal_steps(&tickets, ticket, &context);
    let similar = tickets.csd(key).map_or(Ok(Vec::new()), |csd| similar::look_alikes(&store, csd))?;
    ctx.print(&StepsView { tickets: &tickets, ticket, steps, similar, now: ctx.now() })?;
    Ok(DONE)
}

/// Every step that is legal from the ticket's stage, with what must be done first. The reasons for which a ticket can be
/// closed without a fix are one step to a reader, as far as they are the same role's.
fn legal_steps(tickets: &Tickets, ticket: &Ticket, context: &Context) -> Vec<NextStep> {
    let mut legal: Vec<NextStep> = Vec::new();
    let owed_to: Vec<Audience> =
        owed(tickets, ticket).into_iter().filter_map(|owed| owed.duty.kind.audience()).collect();
    for step in Step::on(ticket.kind()) {
        // Who is owed nothing can get an interim message.
        if step.audience().is_some_and(|to| !owed_to.contains(&to)) {
            continue;
        }
        let needs = requirements(tickets, ticket.key(), step, context);
        let is_possible = needs.unmet.iter().all(|failure| failure.remedy().is_some());
        if !needs.illegal.is_empty() || !is_possible {
            continue;
        }
        let by = roles(step, ticket);
        if step.resolution().is_some()
            && let Some(other) = legal.iter_mut().find(|other| other.step.resolution().is_some() && other.by == by)
        {
            other.command = hint::command(&format!("close {} --resolution REASON", ticket.key()));
            continue;
        }
        legal.push(NextStep {
            step,
            by,
            first: needs.unmet.iter().map(ToString::to_string).collect(),
            inputs: needs.inputs.iter().map(|(field, _)| field.name()).collect(),
            command: hint::step(step, ticket.key(), None),
        });
    }
    legal
}
