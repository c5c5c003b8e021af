//! `cus handover`: a shift's summary for each role.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use chrono::TimeDelta;
use clap::Args;
use serde_json::{Value, json};

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, UsageError};
use crate::cli::global::Format;
use crate::cli::hint;
use crate::cli::input::{TimeArg, word};
use crate::cli::output::{describe, local, markdown, one_line, rfc3339, sentence, visible, when_due};
use crate::store::{OwedQuery, OwedRow, Recorded};
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::vocabulary::{Role, Word, vocabulary};

vocabulary! {
    /// The form of the summary.
    pub(in crate::cli) Form {
        /// For a terminal.
        Text = "text",
        /// Markdown, to paste.
        Md = "md",
    }
}

/// How many lines each part of a role's summary has for a person.
const SHOWN: usize = 10;

#[derive(Debug, Args)]
pub(in crate::cli) struct HandoverArgs {
    /// When the shift began [default: -8h]; the next one is taken to be as long
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<TimeArg>,
    /// text, or md to paste
    #[arg(long, value_name = "FORM", value_parser = word::<Form>())]
    form: Option<Form>,
}

/// What one role hands over.
#[derive(Default)]
struct Shift {
    new: Vec<Item>,
    done: Vec<Step>,
    overdue: Vec<Item>,
    due: Vec<Item>,
}

/// One thing owed.
#[derive(Clone)]
struct Item {
    ticket: Key,
    customer: String,
    what: String,
    due: Time,
    fix: String,
}

/// One thing done.
struct Step {
    ticket: Key,
    what: String,
    at: Time,
}

/// From when to when the shift went, and until when the next one goes.
struct Times {
    since: Time,
    now: Time,
    until: Time,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &HandoverArgs) -> anyhow::Result<u8> {
    let now = ctx.now();
    let since = match arguments.since {
        Some(since) => since.before(now).ok_or_else(|| UsageError::new("there is no such time as --since says"))?,
        None => now - TimeDelta::hours(8),
    };
    if since >= now {
        return Err(UsageError::with_fix("the shift begins after now", "--since 8h").into());
    }
    let times = Times { since, now, until: now + (now - since) };
    let store = ctx.store_to_read()?;
    let (rows, _) = store.owed(&OwedQuery::default(), times.until)?;
    let mut shifts: BTreeMap<Option<Role>, Shift> = BTreeMap::new();
    let mut waiting: BTreeSet<String> = BTreeSet::new();
    for row in rows {
        let item = item(&row);
        if matches!(row.kind, DutyKind::TellCustomer | DutyKind::Confirm) {
            waiting.insert(item.customer.clone());
        }
        let shift = shifts.entry(Some(row.by)).or_default();
        if row.begins >= since && row.begins <= now {
            shift.new.push(item.clone());
        }
        if row.due < now {
            shift.overdue.push(item);
        } else if row.due <= times.until {
            shift.due.push(item);
        }
    }
    for recorded in store.events_since(since)? {
        let key = store.current_key(&recorded.event.stream)?;
        shifts.entry(recorded.event.role).or_default().done.push(step(key, &recorded));
    }
    shifts.retain(|_, shift| !shift.is_empty());
    let roles = ctx.roles()?;
    if !roles.is_empty() {
        shifts.retain(|role, _| role.is_some_and(|role| roles.contains(&role)));
    }
    print(ctx, arguments, &shifts, &waiting, &times)?;
    Ok(DONE)
}

impl Shift {
    fn is_empty(&self) -> bool {
        self.new.is_empty() && self.done.is_empty() && self.overdue.is_empty() && self.due.is_empty()
    }
}

fn item(row: &OwedRow) -> Item {
    Item {
        ticket: row.key.clone(),
        customer: row.customer.clone(),
        what: describe(row.kind, row.csd.as_ref()),
        due: row.due,
        fix: hint::fix(&row.remedy).text().to_owned(),
    }
}

fn step(ticket: Key, recorded: &Recorded) -> Step {
    Step { ticket, what: one_line(&sentence(&recorded.event)), at: recorded.event.at }
}

fn print(
    ctx: &mut Ctx,
    arguments: &HandoverArgs,
    shifts: &BTreeMap<Option<Role>, Shift>,
    waiting: &BTreeSet<String>,
    times: &Times,
) -> anyhow::Result<()> {
    match ctx.out.format {
        Format::Table if arguments.form == Some(Form::Md) => {
            ctx.out.text(&written(shifts, waiting, times, Look { heading: "## ", point: "- ", is_markdown: true }))
        }
        Format::Table => {
            ctx.out.may_page();
            ctx.out.text(&written(shifts, waiting, times, Look { heading: "", point: "  ", is_markdown: false }))
        }
        Format::Json | Format::Jsonl => {
            let items: Vec<Value> = shifts.iter().map(|(role, shift)| object(*role, shift)).collect();
            ctx.out.json(&json!({
                "schema": 1,
                "since": rfc3339(times.since),
                "now": rfc3339(times.now),
                "until": rfc3339(times.until),
                "items": items,
                "customers_waiting": waiting,
            }))
        }
        Format::Csv => {
            let mut rows = vec![["role", "part", "ticket", "customer", "what", "at"].map(str::to_owned).to_vec()];
            for (role, shift) in shifts {
                let role = role.map(|role| role.to_string()).unwrap_or_default();
                for (part, items) in [("new", &shift.new), ("overdue", &shift.overdue), ("due", &shift.due)] {
                    rows.extend(items.iter().map(|item| {
                        let at = rfc3339(item.due);
                        vec![
                            role.clone(),
                            part.to_owned(),
                            item.ticket.to_string(),
                            item.customer.clone(),
                            item.what.clone(),
                            at,
                        ]
                    }));
                }
                rows.extend(shift.done.iter().map(|step| {
                    let at = rfc3339(step.at);
                    vec![role.clone(), "done".to_owned(), step.ticket.to_string(), String::new(), step.what.clone(), at]
                }));
            }
            ctx.out.csv(&rows)
        }
        Format::Keys => {
            let mut keys: BTreeSet<&Key> = BTreeSet::new();
            for shift in shifts.values() {
                keys.extend(shift.overdue.iter().chain(&shift.due).map(|item| &item.ticket));
            }
            keys.iter().try_for_each(|key| ctx.out.line(key.as_str()))
        }
    }
}

fn object(role: Option<Role>, shift: &Shift) -> Value {
    let owed = |items: &[Item]| -> Vec<Value> {
        items
            .iter()
            .map(|item| {
                json!({
                    "ticket": item.ticket, "customer": item.customer, "what": item.what,
                    "due": rfc3339(item.due), "fix": item.fix,
                })
            })
            .collect()
    };
    let done: Vec<Value> = shift
        .done
        .iter()
        .map(|step| json!({ "ticket": step.ticket, "what": step.what, "at": rfc3339(step.at) }))
        .collect();
    json!({
        "role": role,
        "new": owed(&shift.new),
        "done": done,
        "overdue": owed(&shift.overdue),
        "due": owed(&shift.due),
    })
}

/// How a summary looks.
#[derive(Clone, Copy)]
struct Look {
    heading: &'static str,
    point: &'static str,
    is_markdown: bool,
}

impl Look {
    fn text(self, text: &str) -> String {
        if self.is_markdown { markdown(text) } else { visible(text).into_owned() }
    }
}

fn written(shifts: &BTreeMap<Option<Role>, Shift>, waiting: &BTreeSet<String>, times: &Times, look: Look) -> String {
    let mut page = format!("{}Handover, {} to {}\n", look.heading, local(times.since), local(times.now));
    if shifts.is_empty() {
        page.push_str("\nnothing was done, and nothing is owed\n");
    }
    for (role, shift) in shifts {
        // Writing to a string does not fail.
        let role = role.map_or("role unknown", Word::as_str);
        let _ = writeln!(page, "\n{}{role}", look.heading);
        part(&mut page, look, "Overdue now", &shift.overdue, |item| line(item, times, look));
        part(&mut page, look, "Due in the next shift", &shift.due, |item| line(item, times, look));
        part(&mut page, look, "New", &shift.new, |item| line(item, times, look));
        part(&mut page, look, "Done", &shift.done, |step| format!("{} {}", step.ticket, look.text(&step.what)));
    }
    if !waiting.is_empty() {
        let names: Vec<String> = waiting.iter().map(|name| look.text(name)).collect();
        let _ = writeln!(page, "\n{}Customers waiting\n\n{}{}", look.heading, look.point, names.join(", "));
    }
    page
}

fn part<T>(page: &mut String, look: Look, title: &str, items: &[T], line: impl Fn(&T) -> String) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(page, "\n{title} ({})\n", items.len());
    for item in items.iter().take(SHOWN) {
        let _ = writeln!(page, "{}{}", look.point, line(item));
    }
    if items.len() > SHOWN {
        let _ = writeln!(page, "{}… and {} more", look.point, items.len() - SHOWN);
    }
}

fn line(item: &Item, times: &Times, look: Look) -> String {
    let due = when_due(item.due, times.now);
    format!("{} {}: {} — {due}", item.ticket, look.text(&item.customer), look.text(&item.what))
}
