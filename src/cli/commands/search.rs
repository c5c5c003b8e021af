//! `cus search`: words in every text of a ticket and of its customers' tickets.

use clap::Args;

use crate::cli::ctx::Ctx;
use crate::cli::error::DONE;
use crate::cli::input::ticket_key;
use crate::cli::views::search::{Found, FoundView};
use crate::store::{Hit, More, Store, StoreError, words_of};

/// How many tickets are shown unless --limit says otherwise.
const SHOWN: usize = 20;

/// Find tickets by words
#[derive(Debug, Args)]
pub(in crate::cli) struct SearchArgs {
    /// The words or how they begin, a version, or a key; whatever stands between words is ignored
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    text: String,
    /// More words
    #[arg(value_name = "TEXT", hide = true)]
    more: Vec<String>,
    /// At most so many tickets [default: 20]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
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
    ctx.print(&FoundView { found, more })?;
    Ok(DONE)
}

/// The ticket of which the text is the key.
fn by_key(store: &Store, text: &str) -> Result<Option<Found>, StoreError> {
    let Ok(key) = ticket_key(text) else { return Ok(None) };
    let row = match store.ticket_row(&key) {
        Ok(Some(row)) => row,
        Ok(None) | Err(StoreError::Several { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let found_in = row.key.clone();
    let hit = Hit { found_in: row.id.clone(), row, field: "key", count: 1, snippet: key.to_string() };
    Ok(Some(Found { hit, found_in }))
}
