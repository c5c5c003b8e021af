//! `cus customer NAME`: what one wants to see before a call.

use clap::Args;
use serde_json::{Value, json};

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, NoSuch};
use crate::cli::global::Format;
use crate::cli::hint::quoted;
use crate::cli::input::nearest;
use crate::cli::output::{
    NoticeView, ago, counted, local, one_line, owed_lines, promise_json, promise_words, rfc3339, ticket_view, visible,
    visible_in_line,
};
use crate::store::{Scope, Store, StoreError};
use crate::workflow::event::Event;
use crate::workflow::key::Key;
use crate::workflow::obligations::owed::owed_about;
use crate::workflow::reports::promise::{Outcome, Promise, promises};
use crate::workflow::tickets::Tickets;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::cus::Notice;
use crate::workflow::vocabulary::Audience;

#[derive(Debug, Args)]
pub(in crate::cli) struct CustomerArgs {
    /// The customer, whatever the tickets of the letters
    #[arg(value_name = "NAME", allow_hyphen_values = true)]
    name: String,
}

/// One issue of the customer.
struct Issue {
    tickets: Tickets,
    key: Key,
    promises: Vec<Promise>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &CustomerArgs) -> anyhow::Result<u8> {
    let store = ctx.store_to_read()?;
    let issues = issues(&store, &arguments.name)?;
    if issues.is_empty() {
        let known = store.customers()?;
        let near = nearest(&arguments.name, known.iter().map(String::as_str));
        let hint = near.map_or_else(|| "cus list".to_owned(), |near| format!("cus customer {}", quoted(near)));
        return Err(NoSuch { what: "customer", name: arguments.name.clone(), hint }.into());
    }
    print(ctx, &issues)?;
    Ok(DONE)
}

fn issues(store: &Store, name: &str) -> Result<Vec<Issue>, StoreError> {
    let mut issues = Vec::new();
    for key in store.tickets_of(name)? {
        let tickets = store.tickets(&Scope::of([key.clone()]))?;
        let mut made = Vec::new();
        if let Some(cus) = tickets.csd(&key).and_then(|csd| csd.cus.as_ref()) {
            let history: Vec<Event> = store.events_of(cus)?.into_iter().map(|recorded| recorded.event).collect();
            made = promises(&history).into_iter().filter(|promise| promise.csd == key).collect();
        }
        issues.push(Issue { tickets, key, promises: made });
    }
    issues.sort_by_key(|issue| issue.csd().is_some_and(Csd::is_resolved));
    Ok(issues)
}

impl Issue {
    fn csd(&self) -> Option<&Csd> {
        self.tickets.csd(&self.key)
    }

    /// What the customer was last told about it.
    fn last_told(&self) -> Option<&Notice> {
        let cus = self.tickets.cus_for(&self.key)?;
        let told = |notice: &&Notice| {
            notice.to == Audience::Customer && notice.csd.as_ref() == Some(&self.key) && notice.told_at().is_some()
        };
        cus.notices.iter().rev().find(told)
    }
}

fn print(ctx: &mut Ctx, issues: &[Issue]) -> anyhow::Result<()> {
    match ctx.out.format {
        Format::Table => page(ctx, issues),
        Format::Json => {
            let items: Vec<Value> = issues.iter().map(|issue| object(ctx, issue)).collect::<Result<_, _>>()?;
            let customer = issues.first().and_then(Issue::csd).map(|csd| csd.customer.clone());
            ctx.out.json(&json!({ "schema": 1, "customer": customer, "items": items }))
        }
        Format::Jsonl => issues.iter().try_for_each(|issue| {
            let object = object(ctx, issue)?;
            ctx.out.json_line(&object)
        }),
        Format::Csv => {
            let header = ["key", "stage", "summary", "cus", "promised", "outcome", "last_told"];
            let mut rows = vec![header.map(str::to_owned).to_vec()];
            for (issue, csd) in issues.iter().filter_map(|issue| Some((issue, issue.csd()?))) {
                let promise = issue.promises.last();
                rows.push(vec![
                    csd.key.to_string(),
                    csd.stage.to_string(),
                    csd.summary.clone(),
                    csd.cus.as_ref().map(Key::to_string).unwrap_or_default(),
                    promise.map(|promise| promise.version.clone()).unwrap_or_default(),
                    promise.map(|promise| promise.outcome.to_string()).unwrap_or_default(),
                    issue.last_told().and_then(Notice::told_at).map(rfc3339).unwrap_or_default(),
                ]);
            }
            ctx.out.csv(&rows)
        }
        Format::Keys => {
            issues.iter().try_for_each(|issue| ctx.out.line(issue.tickets.current_key(&issue.key).as_str()))
        }
    }
}

fn object(ctx: &Ctx, issue: &Issue) -> anyhow::Result<Value> {
    let mut object = match issue.tickets.ticket(&issue.key) {
        Some(ticket) => serde_json::to_value(ticket_view(&issue.tickets, ticket, ctx.now()))?,
        None => json!({}),
    };
    let promises: Vec<Value> = issue.promises.iter().map(|promise| promise_json(&issue.tickets, promise)).collect();
    let last = issue.last_told().map(|notice| json!(NoticeView::new(&issue.tickets, notice, None)));
    if let Some(object) = object.as_object_mut() {
        object.insert("promises".to_owned(), json!(promises));
        object.insert("last_told".to_owned(), json!(last));
    }
    Ok(object)
}

fn page(ctx: &mut Ctx, issues: &[Issue]) -> anyhow::Result<()> {
    ctx.out.may_page();
    let (colour, now) = (ctx.out.colour, ctx.now());
    let Some(first) = issues.first().and_then(Issue::csd) else { return Ok(()) };
    let open = issues.iter().filter(|issue| issue.csd().is_some_and(|csd| !csd.is_resolved())).count();
    let of = |outcome: Outcome| {
        issues.iter().flat_map(|issue| &issue.promises).filter(|promise| promise.outcome == outcome).count()
    };
    ctx.out.line(&colour.bold(&visible_in_line(&first.customer)))?;
    ctx.out.line(&format!(
        "  {}, {open} open; promises: {} open, {} kept, {} late, {} slipped, {} dropped",
        counted(issues.len(), "issue"),
        of(Outcome::Open),
        of(Outcome::Kept),
        of(Outcome::Late),
        of(Outcome::Slipped),
        of(Outcome::Dropped),
    ))?;
    for issue in issues {
        let Some(csd) = issue.csd() else { continue };
        let key = colour.key(csd.key.as_str());
        let cus = csd.cus.as_ref().map(|cus| format!(", {cus}")).unwrap_or_default();
        ctx.out.line(&format!("\n{key} [{}{cus}] {}", csd.stage, one_line(&csd.summary)))?;
        ctx.out.line(&format!("  reported {} ({})", local(csd.created), ago(csd.created, now)))?;
        for promise in &issue.promises {
            ctx.out.line(&format!("  {}", promise_words(promise)))?;
        }
        if let Some(notice) = issue.last_told() {
            ctx.out.line(&format!("  last told {} by {}:", ago(notice.at, now), notice.via))?;
            let words = visible(&notice.message);
            words
                .lines()
                .filter(|line| !line.trim().is_empty())
                .try_for_each(|line| ctx.out.line(&format!("    {}", colour.dim(line))))?;
        } else if csd.cus.is_some() {
            ctx.out.line("  never told anything yet")?;
        }
        owed_lines(&owed_about(&issue.tickets, &csd.key), now, colour)
            .iter()
            .try_for_each(|line| ctx.out.line(line))?;
    }
    Ok(())
}
