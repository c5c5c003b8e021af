//! `cus show`.

use clap::Args;
use serde_json::{Value, json};

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, SOME_FAILED, UsageError};
use crate::cli::global::Format;
use crate::cli::input::{KeyArg, keys_of, read_keys};
use crate::cli::output::{NoticeView, page, ticket_view};
use crate::cli::told;
use crate::cli::written::result_line;
use crate::core::Time;
use crate::core::case::{Case, Ticket};
use crate::core::cus::Notice;
use crate::core::key::Key;
use crate::store::{Scope, Store, StoreError};

#[derive(Debug, Args)]
pub(in crate::cli) struct ShowArgs {
    /// The ticket, of either kind (several, or `-` for keys on standard input)
    #[arg(value_name = "KEY", required = true)]
    key: Vec<KeyArg>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &ShowArgs) -> anyhow::Result<u8> {
    let keys = keys_of(&read_keys(&arguments.key, &mut ctx.stdin_is_taken)?);
    let now = ctx.now();
    let store = ctx.store_to_read()?;
    ctx.out.may_page();
    if let [key] = keys.as_slice() {
        return one(ctx, &store, key, now).map(|()| DONE);
    }
    if keys.is_empty() && arguments.key.is_empty() {
        return Err(UsageError::new("no ticket was named: its key is missing").into());
    }
    let mut some_failed = false;
    for (n, key) in keys.iter().enumerate() {
        if ctx.out.format == Format::Table {
            if n > 0 {
                ctx.out.line("")?;
            }
            if let Err(error) = one(ctx, &store, key, now) {
                some_failed = true;
                ctx.out.flush()?;
                told::report(&error, Format::Table);
            }
        } else {
            let shown = whole(&store, key, now).map(|ticket| json!({ "key": ticket["key"], "ticket": ticket }));
            some_failed |= shown.is_err();
            ctx.out.json_line(&result_line(n + 1, &shown))?;
        }
    }
    Ok(if some_failed { SOME_FAILED } else { DONE })
}

fn one(ctx: &mut Ctx, store: &Store, key: &Key, now: Time) -> anyhow::Result<()> {
    match ctx.out.format {
        Format::Json | Format::Jsonl => ctx.out.json(&whole(store, key, now)?),
        Format::Table => {
            let (case, events) = (load(store, key)?, store.events_of(key)?);
            let ticket = ticket(&case, key)?;
            let page = page(&case, ticket, &events, now, ctx.out.width, ctx.out.colour);
            ctx.out.text(&page)
        }
        Format::Keys => {
            let case = load(store, key)?;
            ctx.out.line(ticket(&case, key)?.key().as_str())
        }
        Format::Csv => {
            let case = load(store, key)?;
            let ticket = ticket(&case, key)?;
            ctx.out.csv(&[
                ["key", "stage", "revision"].map(str::to_owned).to_vec(),
                vec![ticket.key().to_string(), ticket.stage().as_str().to_owned(), ticket.revision().to_string()],
            ])
        }
    }
}

/// The ticket as JSON, with every notice that was given.
fn whole(store: &Store, key: &Key, now: Time) -> anyhow::Result<Value> {
    let case = load(store, key)?;
    let ticket = ticket(&case, key)?;
    let mut view = serde_json::to_value(ticket_view(&case, ticket, now))?;
    if let (Some(object), Some(cus)) = (view.as_object_mut(), case.cus_for(key)) {
        let about = |csd: &Option<Key>| match ticket {
            Ticket::Cus(_) => true,
            Ticket::Csd(this) => csd.as_ref() == Some(&this.id),
        };
        let waiting = if cus.queued().next().is_some() { store.outbox(Some(&cus.key))? } else { Vec::new() };
        let error = |notice: &Notice| {
            waiting.iter().find(|waiting| waiting.notice == notice.number).and_then(|waiting| waiting.error.as_deref())
        };
        let notices: Vec<_> = cus
            .notices
            .iter()
            .filter(|notice| about(&notice.csd))
            .map(|notice| json!(NoticeView::new(&case, notice, error(notice))))
            .collect();
        object.insert("notices".to_owned(), json!(notices));
    }
    Ok(view)
}

fn load(store: &Store, key: &Key) -> Result<Case, StoreError> {
    store.case(&Scope::of([key.clone()]))
}

fn ticket<'a>(case: &'a Case, key: &Key) -> Result<&'a Ticket, StoreError> {
    case.ticket(key).ok_or_else(|| StoreError::NoSuchTicket(key.clone()))
}
