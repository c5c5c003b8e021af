//! `cus outbox`: the notices that wait for their delivery (R29).

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::app::{Attempt, Desk};
use crate::cli::config::Config;
use crate::cli::ctx::Ctx;
use crate::cli::deliveries::{attempt_json, attempt_words, waiting_json};
use crate::cli::error::{DONE, SOME_FAILED};
use crate::cli::global::Format;
use crate::cli::hint;
use crate::cli::input::{KeyArg, keys_of, read_keys};
use crate::cli::output::{ago, counted, due_words, hanging, rfc3339, visible};
use crate::store::{Scope, Store, StoreError, Waiting};
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::tickets::Tickets;
use crate::workflow::tickets::cus::Notice;

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

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &OutboxArgs) -> anyhow::Result<u8> {
    match &arguments.command {
        None => {
            let store = ctx.store_to_read()?;
            let waiting = store.outbox(None)?;
            list(ctx, &store, &waiting)?;
            Ok(DONE)
        }
        Some(OutboxCmd::Retry(arguments)) => retry(ctx, arguments),
    }
}

fn retry(ctx: &mut Ctx, arguments: &RetryArgs) -> anyhow::Result<u8> {
    let keys = keys_of(&read_keys(&arguments.cus, &mut ctx.stdin_is_taken)?);
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
        list(ctx, desk.store(), &waiting)?;
        return Ok(DONE);
    }
    let attempts = desk.retry(&waiting, &ctx.actor()?)?;
    match ctx.out.format {
        Format::Table if attempts.is_empty() && arguments.due => {
            ctx.out.line("no delivery is due to be tried again")?
        }
        Format::Table if attempts.is_empty() => ctx.out.line("nothing waits for its delivery")?,
        Format::Table => attempts.iter().try_for_each(|attempt| ctx.out.line(&attempt_words(attempt)))?,
        Format::Json => {
            let items: Vec<Value> = attempts.iter().map(attempt_json).collect();
            ctx.out.json(&json!({ "schema": 1, "items": items }))?;
        }
        Format::Jsonl => attempts.iter().try_for_each(|attempt| ctx.out.json_line(&attempt_json(attempt)))?,
        Format::Keys => {
            let mut keys: Vec<&Key> = attempts.iter().map(|attempt| &attempt.cus).collect();
            keys.dedup();
            keys.iter().try_for_each(|key| ctx.out.line(key.as_str()))?;
        }
        Format::Csv => {
            let mut rows = vec![["cus", "notice", "ok", "error"].map(str::to_owned).to_vec()];
            rows.extend(attempts.iter().map(|attempt| {
                let error = attempt.error().unwrap_or_default().to_owned();
                vec![attempt.cus.to_string(), attempt.notice.to_string(), (!attempt.has_failed()).to_string(), error]
            }));
            ctx.out.csv(&rows)?;
        }
    }
    Ok(if attempts.iter().any(Attempt::has_failed) { SOME_FAILED } else { DONE })
}

/// What waits on these tickets, or on all; a customer's key serves for its CUS ticket.
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

fn list(ctx: &mut Ctx, store: &Store, waiting: &[Waiting]) -> anyhow::Result<()> {
    let now = ctx.now();
    let mut all = Vec::new();
    for waiting in waiting {
        all.push((waiting, store.tickets(&Scope::of([waiting.cus.clone()]))?));
    }
    let object = |(waiting, tickets): &(&Waiting, Tickets)| {
        let notice = notice(tickets, waiting);
        let csd = notice.and_then(|notice| notice.csd.as_ref()).map(|csd| tickets.current_key(csd));
        waiting_json(waiting, notice, csd.as_ref())
    };
    match ctx.out.format {
        Format::Table if all.is_empty() => ctx.out.line("nothing waits for its delivery"),
        Format::Table => {
            for (waiting, tickets) in &all {
                let Some(notice) = notice(tickets, waiting) else { continue };
                let line = line(waiting, notice, tickets, now);
                let line = hanging(&visible(&line), usize::from(ctx.out.width), "    ");
                ctx.out.line(&line)?;
                if let Some(error) = &waiting.error {
                    let error = hanging(&format!("    {}", visible(error)), usize::from(ctx.out.width), "    ");
                    ctx.out.line(&ctx.out.colour.late(&error))?;
                }
            }
            ctx.out.line(&format!("\n{}", ctx.out.colour.key(&hint::command("outbox retry"))))
        }
        Format::Json => {
            let items: Vec<Value> = all.iter().map(object).collect();
            ctx.out.json(&json!({ "schema": 1, "items": items }))
        }
        Format::Jsonl => all.iter().try_for_each(|one| ctx.out.json_line(&object(one))),
        Format::Keys => {
            let mut keys: Vec<&Key> = waiting.iter().map(|waiting| &waiting.cus).collect();
            keys.dedup();
            keys.iter().try_for_each(|key| ctx.out.line(key.as_str()))
        }
        Format::Csv => {
            let header = ["cus", "notice", "to", "csd", "via", "attempts", "next", "error"];
            let mut rows = vec![header.map(str::to_owned).to_vec()];
            for (waiting, tickets) in &all {
                let notice = notice(tickets, waiting);
                let about = notice.and_then(|notice| notice.csd.as_ref()).map(|csd| tickets.current_key(csd));
                rows.push(vec![
                    waiting.cus.to_string(),
                    waiting.notice.to_string(),
                    notice.map(|notice| notice.to.to_string()).unwrap_or_default(),
                    about.map(|csd| csd.to_string()).unwrap_or_default(),
                    notice.map(|notice| notice.via.to_string()).unwrap_or_default(),
                    waiting.attempts.to_string(),
                    waiting.next.map(rfc3339).unwrap_or_default(),
                    waiting.error.clone().unwrap_or_default(),
                ]);
            }
            ctx.out.csv(&rows)
        }
    }
}

/// A waiting notice on a line.
fn line(waiting: &Waiting, notice: &Notice, tickets: &Tickets, now: Time) -> String {
    let about = notice.csd.as_ref().map(|csd| format!(" ({})", tickets.current_key(csd))).unwrap_or_default();
    let again = match waiting.next {
        Some(next) if next > now => due_words(next, now),
        Some(_) | None => "now".to_owned(),
    };
    format!(
        "{} notice {} to {}{about} by {}, queued {}, tried {}, due again {again}",
        waiting.cus,
        notice.number,
        notice.to,
        notice.via,
        ago(notice.at, now),
        counted(waiting.attempts as usize, "time")
    )
}

fn notice<'a>(tickets: &'a Tickets, waiting: &Waiting) -> Option<&'a Notice> {
    tickets.cus(&waiting.cus)?.notice(waiting.notice)
}
