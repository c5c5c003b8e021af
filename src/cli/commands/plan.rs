//! `cus plan VERSION`: what was promised for a version, and moving all of it to another (R20).

use chrono::NaiveDate;
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, NoSuch};
use crate::cli::form::{Form, nonblank};
use crate::cli::global::Format;
use crate::cli::input::Text;
use crate::cli::output::{
    counted, one_line, owed_lines, promise_json, promise_words, rfc3339, ticket_view, visible_in_line,
};
use crate::cli::write::{self, How, Writing};
use crate::store::{Scope, Store, StoreError};
use crate::workflow::command::{Command, Slip};
use crate::workflow::event::Event;
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::obligations::owed::owed;
use crate::workflow::reports::promise::{Promise, promises};
use crate::workflow::rule::Rule;
use crate::workflow::tickets::{Ticket, Tickets};

#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct PlanArgs {
    /// The version
    #[arg(value_name = "VERSION", required = true, allow_hyphen_values = true)]
    version: Option<String>,
    /// Move everything on it that has not shipped to this version
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    slip_to: Option<String>,
    /// The day for which the other version is promised
    #[arg(long, value_name = "DATE", requires = "slip_to")]
    target_date: Option<NaiveDate>,
    /// Why it slips
    #[arg(long, value_name = "TEXT", requires = "slip_to", allow_hyphen_values = true)]
    note: Option<Text>,
    /// Tell at once what your role owes because of it
    #[arg(long, requires = "slip_to")]
    #[serde(deserialize_with = "crate::cli::input::flag")]
    notify: bool,
}

/// A ticket that is, or was, decided for the version.
struct Planned {
    tickets: Tickets,
    key: Key,
    promises: Vec<Promise>,
    /// Whether the version is the one in force.
    is_current: bool,
}

/// Runs the command: shows the plan, or lets it slip.
pub(in crate::cli) fn run(ctx: &mut Ctx, mut arguments: PlanArgs, how: &How) -> anyhow::Result<u8> {
    if arguments.slip_to.is_some() {
        return write::run(ctx, &mut arguments, how);
    }
    let version = nonblank(arguments.version).unwrap_or_default();
    let store = ctx.store_to_read()?;
    let planned = planned(&store, &version)?;
    if planned.is_empty() {
        let hint = "cus list --decision next-release,patch".to_owned();
        return Err(NoSuch { what: "decision for version", name: version, hint }.into());
    }
    print(ctx, &version, &planned)?;
    Ok(DONE)
}

impl Writing for PlanArgs {
    fn tells(&self) -> bool {
        true
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.note.iter_mut().collect()
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        form.begin_new(&[(Field::FixVersion, Rule::R20), (Field::SlipTo, Rule::R20), (Field::Note, Rule::R20)]);
        let from = form.line(Field::FixVersion, self.version.as_ref());
        let to = form.line(Field::SlipTo, self.slip_to.as_ref());
        form.say(Field::TargetDate, self.target_date.map(|date| date.to_string()).as_deref());
        let note = form.text(Field::Note, self.note.as_ref());
        Some(Slip { from: from?, to: to?, target_date: self.target_date, note: note?, notify: self.notify }.into())
    }
}

fn planned(store: &Store, version: &str) -> Result<Vec<Planned>, StoreError> {
    let mut planned = Vec::new();
    for key in store.decided_for(version)? {
        let tickets = store.tickets(&Scope::of([key.clone()]))?;
        let history: Vec<Event> = store.events_of(&key)?.into_iter().map(|recorded| recorded.event).collect();
        let release = tickets.cus(&key).and_then(|cus| cus.release.as_ref());
        let is_current = release.is_some_and(|release| release.fix_version.as_deref() == Some(version));
        let promises = promises(&history).into_iter().filter(|promise| promise.version == version).collect();
        planned.push(Planned { tickets, key, promises, is_current });
    }
    planned.sort_by_key(|planned| !planned.is_current);
    Ok(planned)
}

fn print(ctx: &mut Ctx, version: &str, planned: &[Planned]) -> anyhow::Result<()> {
    match ctx.out.format {
        Format::Table => table(ctx, version, planned),
        Format::Json => {
            let items: Vec<Value> = planned.iter().map(|planned| object(ctx, planned)).collect::<Result<_, _>>()?;
            ctx.out.json(&json!({ "schema": 1, "version": version, "items": items }))
        }
        Format::Jsonl => planned.iter().try_for_each(|planned| {
            let object = object(ctx, planned)?;
            ctx.out.json_line(&object)
        }),
        Format::Csv => {
            let header = ["cus", "csd", "customer", "version", "target_date", "told", "outcome", "slipped_to"];
            let mut rows = vec![header.map(str::to_owned).to_vec()];
            for (planned, promise) in
                planned.iter().flat_map(|planned| planned.promises.iter().map(move |p| (planned, p)))
            {
                rows.push(vec![
                    planned.key.to_string(),
                    planned.tickets.current_key(&promise.csd).to_string(),
                    planned.tickets.csd(&promise.csd).map(|csd| csd.customer.clone()).unwrap_or_default(),
                    promise.version.clone(),
                    promise.target_date.map(|date| date.to_string()).unwrap_or_default(),
                    rfc3339(promise.told),
                    promise.outcome.to_string(),
                    promise.slipped_to.clone().unwrap_or_default(),
                ]);
            }
            ctx.out.csv(&rows)
        }
        Format::Keys => planned
            .iter()
            .filter(|planned| planned.is_current)
            .try_for_each(|planned| ctx.out.line(planned.key.as_str())),
    }
}

fn object(ctx: &Ctx, planned: &Planned) -> anyhow::Result<Value> {
    let mut object = match planned.tickets.ticket(&planned.key) {
        Some(ticket) => serde_json::to_value(ticket_view(&planned.tickets, ticket, ctx.now()))?,
        None => json!({}),
    };
    let promises: Vec<Value> = planned.promises.iter().map(|promise| promise_json(&planned.tickets, promise)).collect();
    if let Some(object) = object.as_object_mut() {
        object.insert("on_version".to_owned(), json!(planned.is_current));
        object.insert("promises".to_owned(), json!(promises));
    }
    Ok(object)
}

fn table(ctx: &mut Ctx, version: &str, planned: &[Planned]) -> anyhow::Result<()> {
    ctx.out.may_page();
    let (colour, now) = (ctx.out.colour, ctx.now());
    let current: Vec<&Planned> = planned.iter().filter(|planned| planned.is_current).collect();
    let has_shipped = |planned: &&&Planned| planned.tickets.cus(&planned.key).is_some_and(|cus| cus.is_shipped());
    let shipped = current.iter().filter(has_shipped).count();
    let promised: usize = current.iter().map(|planned| planned.promises.len()).sum();
    let title = colour.bold(&format!("Version {}", visible_in_line(version)));
    let (tickets, promises) = (counted(current.len(), "ticket"), counted(promised, "promise"));
    ctx.out.line(&format!("{title}: {tickets}, {shipped} shipped, {promises} to customers"))?;
    for planned in planned {
        let Some(ticket @ Ticket::Cus(cus)) = planned.tickets.ticket(&planned.key) else { continue };
        let stands = match &cus.release {
            Some(_) if !planned.is_current => "slipped away".to_owned(),
            Some(release) if release.shipped.is_some() => "shipped".to_owned(),
            Some(release) => {
                let date = release.target_date.map(|date| format!(" for {date}")).unwrap_or_default();
                format!("{}{}{date}", release.decision, if release.is_tentative() { " (TENTATIVE)" } else { "" })
            }
            None => "not decided any more".to_owned(),
        };
        let key = colour.key(planned.key.as_str());
        let priority = colour.priority(cus.priority);
        ctx.out.line(&format!("\n{key} [{}] {priority}, {stands}: {}", cus.stage, one_line(&cus.summary)))?;
        for csd in planned.tickets.linked(cus) {
            let promises: Vec<&Promise> = planned.promises.iter().filter(|promise| promise.csd == csd.id).collect();
            let words = match promises.as_slice() {
                [] if planned.is_current => "not told this version".to_owned(),
                [] => continue,
                promises => promises.iter().map(|promise| promise_words(promise)).collect::<Vec<_>>().join("; "),
            };
            ctx.out.line(&format!(
                "  {} {} — {words}",
                colour.key(csd.key.as_str()),
                visible_in_line(&csd.customer)
            ))?;
        }
        if planned.is_current {
            owed_lines(&owed(&planned.tickets, ticket), now, colour).iter().try_for_each(|line| ctx.out.line(line))?;
        }
    }
    Ok(())
}
