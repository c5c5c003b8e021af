//! `cus search`: words in every text of a ticket and of its customers' tickets.

use clap::Args;
use serde_json::{Value, json};

use crate::cli::ctx::Ctx;
use crate::cli::error::DONE;
use crate::cli::global::Format;
use crate::cli::output::{Columns, cut, one_line, visible, visible_in_line};
use crate::store::{Hit, More, Store, StoreError, words_of};
use crate::workflow::key::Key;

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

/// A ticket that was found, and the ticket whose text has the words by the key that it goes by.
struct Found {
    hit: Hit,
    found_in: Key,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &SearchArgs) -> anyhow::Result<u8> {
    let text = format!("{} {}", arguments.text, arguments.more.join(" "));
    let text = text.trim();
    let limit = arguments.limit.unwrap_or(SHOWN);
    let store = ctx.store_to_read()?;
    let mut found: Vec<Found> = by_key(&store, text)?.into_iter().collect();
    let words = words_of(text);
    let (hits, more) = if words.is_empty() { (Vec::new(), More::default()) } else { store.search(&words, limit)? };
    for hit in hits {
        if found.iter().all(|other| other.hit.row.id != hit.row.id) {
            let is_own = hit.found_in == hit.row.id;
            let found_in = if is_own { hit.row.key.clone() } else { store.current_key(&hit.found_in)? };
            found.push(Found { hit, found_in });
        }
    }
    found.truncate(limit);
    print(ctx, &found, more)?;
    Ok(DONE)
}

/// The ticket of which the text is the key.
fn by_key(store: &Store, text: &str) -> Result<Option<Found>, StoreError> {
    let Ok(key) = text.parse::<Key>() else { return Ok(None) };
    let Some(row) = store.ticket_row(&key)? else { return Ok(None) };
    let found_in = row.key.clone();
    let hit = Hit { found_in: row.id.clone(), row, field: "key", count: 1, snippet: key.to_string() };
    Ok(Some(Found { hit, found_in }))
}

fn print(ctx: &mut Ctx, found: &[Found], more: More) -> anyhow::Result<()> {
    match ctx.out.format {
        Format::Table if found.is_empty() => ctx.out.line("nothing has these words"),
        Format::Table => {
            ctx.out.may_page();
            let colour = ctx.out.colour;
            let headings = ["KEY", "STAGE", "PRIORITY", "CUSTOMER", "SUMMARY, AND WHERE"];
            let mut table = Columns::new(ctx.out.width, headings, 3, colour);
            for Found { hit, found_in } in found {
                let row = &hit.row;
                let origin = if hit.found_in == row.id {
                    hit.field.replace('_', " ")
                } else {
                    format!("{} of {found_in}", hit.field.replace('_', " "))
                };
                let place = if matches!(hit.field, "summary" | "key") && hit.found_in == row.id {
                    String::new()
                } else {
                    format!("\n{}", colour.dim(&format!("{origin}: {}", visible(&hit.snippet))))
                };
                table.row([
                    row.key.to_string(),
                    colour.stage(&row.stage),
                    row.priority.map(|priority| colour.priority(priority)).unwrap_or_default(),
                    visible_in_line(&row.customer).into_owned(),
                    format!("{}{place}", one_line(&row.summary)),
                ]);
            }
            ctx.out.line(&table.render())?;
            cut(more).map_or(Ok(()), |line| ctx.out.line(&line))
        }
        Format::Json => {
            let items: Vec<Value> = found.iter().map(object).collect();
            ctx.out.json(&json!({ "schema": 1, "items": items, "more": more.count }))
        }
        Format::Jsonl => found.iter().map(object).try_for_each(|item| ctx.out.json_line(&item)),
        Format::Csv => {
            let mut rows =
                vec![["key", "stage", "summary", "found_in", "field", "snippet"].map(str::to_owned).to_vec()];
            rows.extend(found.iter().map(|Found { hit, found_in }| {
                vec![
                    hit.row.key.to_string(),
                    hit.row.stage.clone(),
                    hit.row.summary.clone(),
                    found_in.to_string(),
                    hit.field.to_owned(),
                    hit.snippet.clone(),
                ]
            }));
            ctx.out.csv(&rows)
        }
        Format::Keys => found.iter().try_for_each(|found| ctx.out.line(found.hit.row.key.as_str())),
    }
}

fn object(found: &Found) -> Value {
    let Found { hit, found_in } = found;
    let row = &hit.row;
    json!({
        "key": row.key,
        "kind": row.kind,
        "stage": row.stage,
        "priority": row.priority,
        "summary": row.summary,
        "customer": row.customer,
        "found_in": found_in,
        "field": hit.field,
        "count": hit.count,
        "snippet": hit.snippet,
    })
}
