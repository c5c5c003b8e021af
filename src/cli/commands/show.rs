//! `cus show`.

use clap::Args;
use serde_json::{Value, json};

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, NoSuch, SOME_FAILED, UsageError};
use crate::cli::error_view;
use crate::cli::global::Format;
use crate::cli::input::{KeyArg, TimeArg, keys_of, read_keys};
use crate::cli::outcome::result_line;
use crate::cli::output::{NoticeView, page, rfc3339, ticket_view};
use crate::store::{Recorded, Scope, Store, StoreError};
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::tickets::cus::Notice;
use crate::workflow::tickets::{Ticket, Tickets};

#[derive(Debug, Args)]
pub(in crate::cli) struct ShowArgs {
    /// The ticket, of either kind (several, or `-` for keys on standard input)
    #[arg(value_name = "KEY", required = true)]
    key: Vec<KeyArg>,
    /// As it was at this time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    as_of: Option<TimeArg>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &ShowArgs) -> anyhow::Result<u8> {
    let keys = keys_of(&read_keys(&arguments.key, &mut ctx.stdin_is_taken)?);
    let now = match arguments.as_of {
        Some(time) => time.before(ctx.now()).ok_or_else(|| UsageError::new("there is no such time as --as-of says"))?,
        None => ctx.now(),
    };
    let store = Looked { store: ctx.store_to_read()?, as_of: arguments.as_of.map(|_| now) };
    ctx.out.may_page();
    if let [key] = keys.as_slice() {
        return one(ctx, &store, key, now).map(|()| DONE);
    }
    if keys.is_empty() && arguments.key.is_empty() {
        return Err(UsageError::with_fix("no ticket was named: its key is missing", "cus list").into());
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
                error_view::report(&error, Format::Table);
            }
        } else {
            let shown = whole(&store, key, now).map(|ticket| json!({ "key": ticket["key"], "ticket": ticket }));
            some_failed |= shown.is_err();
            ctx.out.json_line(&result_line(n + 1, shown))?;
        }
    }
    Ok(if some_failed { SOME_FAILED } else { DONE })
}

fn one(ctx: &mut Ctx, store: &Looked, key: &Key, now: Time) -> anyhow::Result<()> {
    match ctx.out.format {
        Format::Json | Format::Jsonl => ctx.out.json(&whole(store, key, now)?),
        Format::Table => {
            let ((tickets, id), events) = (load(store, key)?, store.events_of(key)?);
            let ticket = ticket(&tickets, &id)?;
            let page = page(&tickets, ticket, &events, now, ctx.out.width, ctx.out.colour);
            ctx.out.text(&page)
        }
        Format::Keys => {
            let (tickets, id) = load(store, key)?;
            ctx.out.line(ticket(&tickets, &id)?.key().as_str())
        }
        Format::Csv => {
            let (tickets, id) = load(store, key)?;
            let ticket = ticket(&tickets, &id)?;
            ctx.out.csv(&[
                ["key", "stage", "revision"].map(str::to_owned).to_vec(),
                vec![ticket.key().to_string(), ticket.stage().as_str().to_owned(), ticket.revision().to_string()],
            ])
        }
    }
}

/// The ticket as JSON, with every notice that was given.
fn whole(store: &Looked, key: &Key, now: Time) -> anyhow::Result<Value> {
    let (tickets, id) = load(store, key)?;
    let ticket = ticket(&tickets, &id)?;
    let mut view = serde_json::to_value(ticket_view(&tickets, ticket, now))?;
    if let (Some(object), Some(cus)) = (view.as_object_mut(), tickets.cus_for(&id)) {
        let about = |csd: &Option<Key>| match ticket {
            Ticket::Cus(_) => true,
            Ticket::Csd(this) => csd.as_ref() == Some(&this.id),
        };
        let waiting = if store.as_of.is_none() && cus.queued().next().is_some() {
            store.store.outbox(Some(&cus.key))?
        } else {
            Vec::new()
        };
        let error = |notice: &Notice| {
            waiting.iter().find(|waiting| waiting.notice == notice.number).and_then(|waiting| waiting.error.as_deref())
        };
        let notices: Vec<_> = cus
            .notices
            .iter()
            .filter(|notice| about(&notice.csd))
            .map(|notice| json!(NoticeView::new(&tickets, notice, error(notice))))
            .collect();
        object.insert("notices".to_owned(), json!(notices));
    }
    Ok(view)
}

/// The database as it is looked at: as it stands, or as it was.
struct Looked {
    store: Store,
    as_of: Option<Time>,
}

impl Looked {
    fn events_of(&self, key: &Key) -> Result<Vec<Recorded>, StoreError> {
        let mut events = self.store.events_of(key)?;
        events.retain(|recorded| self.as_of.is_none_or(|at| recorded.event.at <= at));
        Ok(events)
    }
}

/// The tickets of a ticket, and the key by which the ticket is found there.
fn load(looked: &Looked, key: &Key) -> anyhow::Result<(Tickets, Key)> {
    let Some(at) = looked.as_of else { return Ok((looked.store.tickets(&Scope::of([key.clone()]))?, key.clone())) };
    let (tickets, id) = looked.store.case_as_of(key, at)?;
    if tickets.ticket(&id).is_none() {
        let name = format!("{key} at {}", rfc3339(at));
        return Err(NoSuch { what: "ticket", name, hint: format!("cus log {key}") }.into());
    }
    Ok((tickets, id))
}

fn ticket<'a>(tickets: &'a Tickets, key: &Key) -> Result<&'a Ticket, StoreError> {
    tickets.ticket(key).ok_or_else(|| StoreError::NoSuchTicket(key.clone()))
}
