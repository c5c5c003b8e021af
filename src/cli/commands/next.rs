//! `cus next`: what is owed, by role; or the legal next steps of one ticket.

use clap::Args;
use serde_json::json;

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, FOUND};
use crate::cli::global::Format;
use crate::cli::hint;
use crate::cli::output::{OwedView, cut, next_page, owed_lines, rfc3339, ticket_view};
use crate::store::{More, OwedQuery, OwedRow, Scope, Store, StoreError};
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::obligations::duty::Owed;
use crate::workflow::obligations::owed::{owed, owed_about};
use crate::workflow::requirements::{requirements, roles};
use crate::workflow::step::Step;
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::{Role, Word};
use crate::workflow::{Context, Time};

/// How many duties are shown to a person unless --limit says otherwise.
const TABLE_ROWS: u64 = 50;

#[derive(Debug, Args)]
pub(in crate::cli) struct NextArgs {
    /// Show the legal next steps of this ticket instead
    #[arg(value_name = "KEY")]
    key: Option<Key>,
    /// What every role owes
    #[arg(long)]
    all: bool,
    /// Only what is late
    #[arg(long)]
    overdue: bool,
    /// Exit with 9 if anything is owed
    #[arg(long)]
    exit_code: bool,
    /// At most so many rows [default: 50 for a table, all for machine formats]
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

/// A legal next step of a ticket.
struct NextStep {
    step: Step,
    by: &'static [Role],
    first: Vec<String>,
    inputs: Vec<&'static str>,
    command: String,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &NextArgs) -> anyhow::Result<u8> {
    match &arguments.key {
        Some(key) => steps(ctx, key),
        None => inbox(ctx, arguments),
    }
}

fn inbox(ctx: &mut Ctx, arguments: &NextArgs) -> anyhow::Result<u8> {
    let now = ctx.now();
    let roles = if arguments.all { Vec::new() } else { ctx.roles()? };
    let limit = arguments.limit.or((ctx.out.format == Format::Table).then_some(TABLE_ROWS));
    let query = OwedQuery { roles, notices_only: false, overdue_only: arguments.overdue, limit };
    let (owed, more) = ctx.store_to_read()?.owed(&query, now)?;
    let is_any = !owed.is_empty() || more.count > 0;
    print(ctx, owed, more, now)?;
    Ok(if arguments.exit_code && is_any { FOUND } else { DONE })
}

fn print(ctx: &mut Ctx, owed: Vec<OwedRow>, more: More, now: Time) -> anyhow::Result<()> {
    let object = |row: OwedRow| -> serde_json::Result<serde_json::Value> {
        let key = row.key.clone();
        let mut object = serde_json::to_value(OwedView::of_row(row, now))?;
        if let Some(object) = object.as_object_mut() {
            object.insert("ticket".to_owned(), json!(key));
        }
        Ok(object)
    };
    match ctx.out.format {
        Format::Table if owed.is_empty() => ctx.out.line("nothing is owed now"),
        Format::Table => {
            ctx.out.may_page();
            let page = next_page(&owed, ctx.out.width, now, ctx.out.colour);
            ctx.out.line(&page)?;
            cut(more).map_or(Ok(()), |line| ctx.out.line(&line))
        }
        Format::Json => {
            let items = owed.into_iter().map(object).collect::<Result<Vec<_>, _>>()?;
            ctx.out.json(&json!({ "schema": 1, "items": items }))
        }
        Format::Jsonl => owed.into_iter().try_for_each(|row| ctx.out.json_line(&object(row)?)),
        Format::Csv => {
            let mut rows = vec![["ticket", "what", "csd", "by", "due", "fix"].map(str::to_owned).to_vec()];
            rows.extend(owed.into_iter().map(|row| {
                vec![
                    row.key.to_string(),
                    row.kind.to_string(),
                    row.csd.map(|csd| csd.to_string()).unwrap_or_default(),
                    row.by.to_string(),
                    rfc3339(row.due),
                    hint::fix(&row.remedy).text().to_owned(),
                ]
            }));
            ctx.out.csv(&rows)
        }
        Format::Keys => {
            let mut keys: Vec<Key> = owed.into_iter().map(|row| row.key).collect();
            keys.dedup();
            keys.iter().try_for_each(|key| ctx.out.line(key.as_str()))
        }
    }
}

fn steps(ctx: &mut Ctx, key: &Key) -> anyhow::Result<u8> {
    let store: Store = ctx.store_to_read()?;
    let tickets = store.tickets(&Scope::of([key.clone()]))?;
    let ticket = tickets.ticket(key).ok_or_else(|| StoreError::NoSuchTicket(key.clone()))?;
    let context = Context { roles: Vec::new(), ..ctx.context()? };
    let steps = legal_steps(&tickets, ticket, &context);
    match ctx.out.format {
        Format::Table => {
            let owed = match ticket {
                Ticket::Csd(csd) => owed_about(&tickets, &csd.key),
                Ticket::Cus(_) => owed(&tickets, ticket),
            };
            let colour = ctx.out.colour;
            let key = colour.key(ticket.key().as_str());
            let escalation = match ticket {
                Ticket::Csd(_) => tickets.cus_for(ticket.key()),
                Ticket::Cus(_) => None,
            };
            let also = escalation.map(|cus| format!(", and {} is `{}`", colour.key(cus.key.as_str()), cus.stage));
            ctx.out.line(&format!("{key} is `{}`{}", ticket.stage().as_str(), also.unwrap_or_default()))?;
            let lines = owed_lines(&owed, ctx.now(), colour);
            if !lines.is_empty() {
                ctx.out.line(&format!("\n{}", colour.bold("Owed now")))?;
                lines.iter().try_for_each(|line| ctx.out.line(line))?;
            }
            ctx.out.line(&format!("\n{}", colour.bold("It can")))?;
            for step in steps {
                ctx.out.line(&format!("  {} — {}", step.step.phrase(), words(step.by)))?;
                for first in &step.first {
                    ctx.out.line(&format!("    first: {first}"))?;
                }
                ctx.out.line(&format!("    {}", colour.key(&step.command)))?;
            }
        }
        Format::Keys => ctx.out.line(ticket.key().as_str())?,
        Format::Csv => {
            let mut rows = vec![["step", "by", "first", "command"].map(str::to_owned).to_vec()];
            rows.extend(
                steps.into_iter().map(|step| {
                    vec![step.step.phrase().to_owned(), words(step.by), step.first.join("; "), step.command]
                }),
            );
            ctx.out.csv(&rows)?;
        }
        Format::Json | Format::Jsonl => {
            let items: Vec<_> = steps
                .iter()
                .map(|step| {
                    json!({
                        "step": step.step.phrase(),
                        "by": step.by,
                        "missing": step.first,
                        "inputs": step.inputs,
                        "fix": step.command,
                        "ready": hint::is_ready(step.step),
                    })
                })
                .collect();
            let view = ticket_view(&tickets, ticket, ctx.now());
            let (key, stage) = (ticket.key(), ticket.stage());
            ctx.out.json(&json!({ "schema": 1, "key": key, "stage": stage, "items": items, "ticket": view }))?;
        }
    }
    Ok(DONE)
}

/// Every step that is legal from the ticket's stage, with what must be done first. The reasons for which a ticket can be
/// closed without a fix are one step to a reader, as far as they are the same role's.
fn legal_steps(tickets: &Tickets, ticket: &Ticket, context: &Context) -> Vec<NextStep> {
    let mut legal: Vec<NextStep> = Vec::new();
    for step in Step::on(ticket.kind()) {
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
            command: command(step, ticket.key(), &owed(tickets, ticket)),
        });
    }
    legal
}

/// The command of a step. Where an audience is owed nothing, only an interim message is left.
fn command(step: Step, key: &Key, owed: &[Owed]) -> String {
    let command = hint::step(step, key, None);
    let is_interim = step.audience().is_some_and(|to| !owed.iter().any(|owed| owed.duty.kind.audience() == Some(to)));
    if is_interim { format!("{command} {}", Field::Message.flag()) } else { command }
}

fn words(roles: &[Role]) -> String {
    if roles.is_empty() {
        return "anyone".to_owned();
    }
    roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ")
}
