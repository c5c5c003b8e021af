//! `cus log`: what happened, to one ticket or to all.

use clap::Args;
use serde_json::json;

use crate::cli::ctx::Ctx;
use crate::cli::error::DONE;
use crate::cli::global::Format;
use crate::cli::output::{Out, event_json, local, log_table, rfc3339, visible};
use crate::store::{PolicyChange, Recorded, Scope};
use crate::workflow::key::Key;
use crate::workflow::vocabulary::Word;

#[derive(Debug, Args)]
pub(in crate::cli) struct LogArgs {
    /// The ticket, of either kind; without it, everything
    #[arg(value_name = "KEY")]
    key: Option<Key>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &LogArgs) -> anyhow::Result<u8> {
    let store = ctx.store_to_read()?;
    ctx.out.may_page();
    let mut items = Vec::new();
    if ctx.out.format == Format::Csv {
        ctx.out.csv(&[["id", "seq", "ticket", "type", "at", "actor", "role"].map(str::to_owned).to_vec()])?;
    }
    match &arguments.key {
        Some(key) => {
            let current = store.tickets(&Scope::of([key.clone()]))?.current_key(key);
            for recorded in store.events_of(key)? {
                tell(&mut ctx.out, &recorded, &current, false, &mut items)?;
            }
        }
        None => {
            let mut changes = store.policy_changes()?.into_iter().peekable();
            store.log(|recorded| -> anyhow::Result<()> {
                while let Some(change) = changes.next_if(|change| change.id < recorded.id) {
                    tell_policy(&mut ctx.out, &change, &mut items)?;
                }
                let current = store.current_key(&recorded.event.stream)?;
                tell(&mut ctx.out, &recorded, &current, true, &mut items)
            })?;
            changes.try_for_each(|change| tell_policy(&mut ctx.out, &change, &mut items))?;
        }
    }
    if ctx.out.format == Format::Json {
        ctx.out.json(&json!({ "schema": 1, "items": items }))?;
    }
    Ok(DONE)
}

/// A change of the policy belongs to no ticket.
fn tell_policy(out: &mut Out, change: &PolicyChange, items: &mut Vec<serde_json::Value>) -> anyhow::Result<()> {
    let object = json!({
        "id": change.id,
        "seq": change.seq,
        "ticket": null,
        "type": "policy-set",
        "at": rfc3339(change.at),
        "actor": change.actor,
        "role": change.role,
        "data": { "key": change.key, "value": change.value },
    });
    match out.format {
        Format::Table => {
            let role = change.role.map_or("unknown role", Word::as_str);
            let (actor, value) = (visible(&change.actor), visible(&change.value));
            out.line(&format!("{}  policy: {} is now {value} — {actor} ({role})", local(change.at), change.key))
        }
        Format::Json => {
            items.push(object);
            Ok(())
        }
        Format::Jsonl => out.json_line(&object),
        Format::Keys => Ok(()),
        Format::Csv => out.csv(&[vec![
            change.id.to_string(),
            change.seq.to_string(),
            String::new(),
            "policy-set".to_owned(),
            rfc3339(change.at),
            change.actor.clone(),
            change.role.map(|role| role.to_string()).unwrap_or_default(),
        ]]),
    }
}

fn tell(
    out: &mut Out,
    recorded: &Recorded,
    ticket: &Key,
    several: bool,
    items: &mut Vec<serde_json::Value>,
) -> anyhow::Result<()> {
    let event = &recorded.event;
    match out.format {
        Format::Table => {
            let width = usize::from(out.width);
            out.line(&log_table(recorded, several.then_some(ticket), width))
        }
        Format::Json => {
            items.push(event_json(recorded, ticket)?);
            Ok(())
        }
        Format::Jsonl => out.json_line(&event_json(recorded, ticket)?),
        Format::Keys => out.line(ticket.as_str()),
        Format::Csv => out.csv(&[vec![
            recorded.id.to_string(),
            recorded.seq.to_string(),
            ticket.to_string(),
            event.fact.type_name().to_owned(),
            rfc3339(event.at),
            event.actor.clone(),
            event.role.map(|role| role.to_string()).unwrap_or_default(),
        ]]),
    }
}
