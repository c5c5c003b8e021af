//! `cus export`: everything as lines that can be taken back, tickets as a table, pages to paste or send anywhere, or
//! what is owed as a calendar.

use std::collections::BTreeSet;

use clap::Args;
use serde_json::Value;

use super::list::ListArgs;
use super::page;
use crate::cli::ctx::Ctx;
use crate::cli::error::DONE;
use crate::cli::input::word;
use crate::cli::views::calendar::calendar_of;
use crate::cli::views::document::document;
use crate::cli::views::ticket_json::ticket_view;
use crate::store::{ListQuery, OwedQuery, Sort, Store, StoreError};
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::scope::Scope;
use crate::workflow::vocabulary::vocabulary;

vocabulary! {
    /// The form of an export.
    pub(in crate::cli) Form {
        /// Every event and file, a line each; `cus import` takes it back.
        Jsonl = "jsonl",
        /// A row for each ticket.
        Csv = "csv",
        /// A page for each ticket, in Markdown.
        Md = "md",
        /// One page with all of each ticket, in HTML.
        Html = "html",
        /// What is owed, as a calendar.
        Ics = "ics",
    }
}

/// Export everything, or tickets as a table, page or calendar
#[derive(Debug, Args)]
pub(in crate::cli) struct ExportArgs {
    /// The form [default: jsonl]
    #[arg(long, value_name = "FORM", value_parser = word::<Form>())]
    form: Option<Form>,
    #[command(flatten)]
    list: ListArgs,
}

/// The columns of a table of tickets, each with where it stands in the ticket's JSON.
const COLUMNS: [(&str, &str); 38] = [
    ("key", "/key"),
    ("kind", "/kind"),
    ("stage", "/stage"),
    ("priority", "/priority"),
    ("customer", "/customer"),
    ("contact", "/contact"),
    ("summary", "/summary"),
    ("description", "/description"),
    ("steps", "/steps"),
    ("channel", "/channel"),
    ("product_version", "/product_version"),
    ("reporter", "/reporter"),
    ("handled_by", "/handled_by"),
    ("triggers", "/triggers"),
    ("cus", "/cus"),
    ("csd", "/csd"),
    ("severity", "/assessment/severity"),
    ("impact", "/assessment/impact"),
    ("cause", "/assessment/cause"),
    ("workaround", "/assessment/workaround"),
    ("decision", "/release/decision"),
    ("fix_version", "/release/fix_version"),
    ("tentative", "/release/tentative"),
    ("target_date", "/release/target_date"),
    ("shipped", "/release/shipped"),
    ("fixed_by", "/fixed_by"),
    ("resolution", "/resolution"),
    ("assignee", "/assignee"),
    ("root_cause", "/postmortem/root_cause"),
    ("category", "/postmortem/category"),
    ("told", "/told"),
    ("confirmed", "/confirmed"),
    ("created", "/created"),
    ("updated", "/updated"),
    ("revision", "/revision"),
    ("source", "/origin/source"),
    ("source_key", "/origin/key"),
    ("source_fields", "/origin/fields"),
];

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &ExportArgs) -> anyhow::Result<u8> {
    let mut list = arguments.list.clone();
    let keys = list.take_keys();
    let form = arguments.form.unwrap_or(Form::Jsonl);
    let store = ctx.store_to_read()?;
    let now = ctx.now();
    if form == Form::Jsonl && keys.is_empty() && list.is_everything() {
        store.dump(None, &mut ctx.out)?;
        return Ok(DONE);
    }
    let assignee = if form == Form::Ics { list.take_assignee() } else { None };
    let is_everything = keys.is_empty() && list.is_everything();
    let query = list.selection(ctx, Sort::Key, &store)?;
    match form {
        Form::Jsonl => store.dump(Some(&ids(&store, &keys, &query, now)?), &mut ctx.out)?,
        Form::Html => ctx.out.text(&page::tickets(&store, &ids(&store, &keys, &query, now)?, now)?)?,
        Form::Csv | Form::Md if keys.is_empty() => {
            header(ctx, form)?;
            store.list(&query, now, |row| one(ctx, &store, form, &row.id))?;
        }
        Form::Csv | Form::Md => {
            header(ctx, form)?;
            keys.iter().try_for_each(|key| one(ctx, &store, form, key))?;
        }
        Form::Ics => {
            let asked = if is_everything { None } else { Some(ids(&store, &keys, &query, now)?) };
            let owed = OwedQuery { roles: ctx.roles_given(), assignee, ..OwedQuery::default() };
            calendar(ctx, &store, &owed, asked.as_deref())?;
        }
    }
    Ok(DONE)
}

/// Prints what is owed on these tickets, or on all.
fn calendar(ctx: &mut Ctx, store: &Store, query: &OwedQuery, asked: Option<&[Key]>) -> anyhow::Result<()> {
    // What waits for a date is owed at the end of time.
    let (mut duties, _) = store.owed(query, Time::MAX_UTC)?;
    let asked: Option<BTreeSet<&Key>> = asked.map(|asked| asked.iter().collect());
    duties.retain(|duty| asked.as_ref().is_none_or(|asked| asked.contains(&duty.ticket)));
    duties.sort_by_key(|duty| duty.due);
    ctx.out.text(&calendar_of(&duties, ctx.now()))
}

/// The tickets that are asked for, by the keys under which they were first recorded.
fn ids(store: &Store, keys: &[Key], query: &ListQuery, now: Time) -> Result<Vec<Key>, StoreError> {
    let mut ids = keys.iter().map(|key| id_of(store, key)).collect::<Result<Vec<_>, _>>()?;
    if keys.is_empty() {
        store.list(query, now, |row| -> Result<(), StoreError> {
            ids.push(row.id);
            Ok(())
        })?;
    }
    Ok(ids)
}

fn id_of(store: &Store, key: &Key) -> Result<Key, StoreError> {
    let tickets = store.tickets(&Scope::of([key.clone()]))?;
    let ticket = tickets.ticket(key).ok_or_else(|| StoreError::NoSuchTicket(key.clone()))?;
    Ok(ticket.id().clone())
}

fn header(ctx: &mut Ctx, form: Form) -> anyhow::Result<()> {
    if form == Form::Csv {
        ctx.out.csv_row(COLUMNS.iter().map(|(name, _)| name))?;
    }
    Ok(())
}

fn one(ctx: &mut Ctx, store: &Store, form: Form, key: &Key) -> anyhow::Result<()> {
    let tickets = store.tickets(&Scope::of([key.clone()]))?;
    let ticket = tickets.ticket(key).ok_or_else(|| StoreError::NoSuchTicket(key.clone()))?;
    if form == Form::Csv {
        let view = serde_json::to_value(ticket_view(&tickets, ticket, ctx.now()))?;
        return ctx.out.csv_row(COLUMNS.iter().map(|(_, place)| cell(view.pointer(place))));
    }
    let page = document(&tickets, ticket, &store.events_of(key)?, ctx.now());
    ctx.out.text(&page)
}

/// A value in one cell; of a list of tickets their keys.
fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => {
            let words = items.iter().map(|item| cell(Some(item.get("key").unwrap_or(item))));
            words.collect::<Vec<_>>().join(", ")
        }
        Some(other @ (Value::Bool(_) | Value::Number(_) | Value::Object(_))) => other.to_string(),
    }
}
