//! `cus search`: words in every text of a ticket and of its customers' tickets.

use clap::Args;
use serde_json::{Value, json};

use crate::cli::ctx::Ctx;
use crate::cli::error::DONE;
use crate::cli::global::Format;
use crate::cli::output::{Grid, customers, one_line, visible};
use crate::core::case::{Case, Ticket};
use crate::core::key::Key;
use crate::core::words::Priority;
use crate::store::{Hit, Scope, Store, StoreError, words_of};

/// How many tickets are shown unless --limit says otherwise.
const SHOWN: usize = 20;

#[derive(Debug, Args)]
pub(in crate::cli) struct SearchArgs {
    /// The words, or a key; whatever stands between words is ignored
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    text: String,
    /// More words
    #[arg(value_name = "TEXT", hide = true)]
    more: Vec<String>,
    /// At most so many tickets [default: 20]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

/// A ticket that was found.
struct Found {
    case: Case,
    hit: Hit,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &SearchArgs) -> anyhow::Result<u8> {
    let text = format!("{} {}", arguments.text, arguments.more.join(" "));
    let text = text.trim();
    let limit = arguments.limit.unwrap_or(SHOWN);
    let store = ctx.store_to_read()?;
    let mut found: Vec<Found> = by_key(&store, text)?.into_iter().collect();
    let words = words_of(text);
    let (hits, more) = if words.is_empty() { (Vec::new(), 0) } else { store.search(&words, limit)? };
    for hit in hits {
        if found.iter().all(|other| other.hit.ticket != hit.ticket) {
            found.push(Found { case: store.case(&Scope::of([hit.ticket.clone()]))?, hit });
        }
    }
    found.truncate(limit);
    print(ctx, &found, more)?;
    Ok(DONE)
}

/// The ticket of which the text is the key.
fn by_key(store: &Store, text: &str) -> Result<Option<Found>, StoreError> {
    let Ok(key) = text.parse::<Key>() else { return Ok(None) };
    let case = store.case(&Scope { perhaps: vec![key.clone()], ..Scope::default() })?;
    let Some(ticket) = case.ticket(&key).map(|ticket| ticket.id().clone()) else { return Ok(None) };
    let hit = Hit { ticket: ticket.clone(), found_in: ticket, field: "key", count: 1, snippet: key.to_string() };
    Ok(Some(Found { case, hit }))
}

fn print(ctx: &mut Ctx, found: &[Found], more: usize) -> anyhow::Result<()> {
    match ctx.out.format {
        Format::Table if found.is_empty() => ctx.out.line("nothing has these words"),
        Format::Table => {
            ctx.out.may_page();
            let colour = ctx.out.colour;
            let mut grid =
                Grid::new(ctx.out.width, &["KEY", "STAGE", "PRIORITY", "CUSTOMER", "SUMMARY, AND WHERE"], colour);
            for found in found {
                let (case, hit) = (&found.case, &found.hit);
                let Some(ticket) = case.ticket(&hit.ticket) else { continue };
                let origin = if hit.found_in == hit.ticket {
                    hit.field.replace('_', " ")
                } else {
                    format!("{} of {}", hit.field.replace('_', " "), case.current_key(&hit.found_in))
                };
                let place = if matches!(hit.field, "summary" | "key") && hit.found_in == hit.ticket {
                    String::new()
                } else {
                    format!("\n{}", colour.dim(&format!("{origin}: {}", visible(&hit.snippet))))
                };
                grid.row([
                    ticket.key().to_string(),
                    colour.stage(ticket.stage().as_str()),
                    priority(ticket).map(|priority| colour.priority(priority)).unwrap_or_default(),
                    visible(&customers(case, &hit.ticket, None)).into_owned(),
                    format!("{}{place}", one_line(ticket.summary())),
                ]);
            }
            ctx.out.line(&grid.render())?;
            if more > 0 {
                ctx.out.line(&format!("… and {more} more: --limit N shows more"))?;
            }
            Ok(())
        }
        Format::Json => {
            let items: Vec<Value> = found.iter().filter_map(object).collect();
            ctx.out.json(&json!({ "schema": 1, "items": items, "more": more }))
        }
        Format::Jsonl => found.iter().filter_map(object).try_for_each(|item| ctx.out.json_line(&item)),
        Format::Csv => {
            let mut rows =
                vec![["key", "stage", "summary", "found_in", "field", "snippet"].map(str::to_owned).to_vec()];
            for found in found {
                let Some(ticket) = found.case.ticket(&found.hit.ticket) else { continue };
                rows.push(vec![
                    ticket.key().to_string(),
                    ticket.stage().as_str().to_owned(),
                    ticket.summary().to_owned(),
                    found.case.current_key(&found.hit.found_in).to_string(),
                    found.hit.field.to_owned(),
                    found.hit.snippet.clone(),
                ]);
            }
            ctx.out.csv(&rows)
        }
        Format::Keys => {
            found.iter().try_for_each(|found| ctx.out.line(found.case.current_key(&found.hit.ticket).as_str()))
        }
    }
}

fn object(found: &Found) -> Option<Value> {
    let (case, hit) = (&found.case, &found.hit);
    let ticket = case.ticket(&hit.ticket)?;
    Some(json!({
        "key": ticket.key(),
        "kind": ticket.kind(),
        "stage": ticket.stage(),
        "priority": priority(ticket),
        "summary": ticket.summary(),
        "customer": customers(case, &hit.ticket, None),
        "found_in": case.current_key(&hit.found_in),
        "field": hit.field,
        "count": hit.count,
        "snippet": hit.snippet,
    }))
}

fn priority(ticket: &Ticket) -> Option<Priority> {
    match ticket {
        Ticket::Cus(cus) => Some(cus.priority),
        Ticket::Csd(_) => None,
    }
}
