//! `cus plan VERSION`: what was promised for a version, and moving all of it to another (R20).

use std::collections::BTreeMap;

use clap::Args;
use serde::Deserialize;

use crate::cli::commands::list::team_zone;
use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, NoSuch};
use crate::cli::hint;
use crate::cli::input::{DateArg, Text};
use crate::cli::step::arguments::{StepArguments, StepOptions};
use crate::cli::step::form::{Form, nonblank};
use crate::cli::step::run::{self, StepCommand};
use crate::cli::views::plan::{PlanView, Planned};
use crate::cli::views::versions::{Version, VersionsView};
use crate::store::{ListQuery, Store, StoreError};
use crate::workflow::Time;
use crate::workflow::command::{Command, Slip};
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::names::{is_same_version, is_same_version_or_none, version_form};
use crate::workflow::reports::promise::{Promise, promises};
use crate::workflow::rule::Rule;
use crate::workflow::scope::Scope;
use crate::workflow::vocabulary::Kind;

/// Show what is promised for a version, or revise it all
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct PlanArgs {
    /// The version; without it, every version
    #[arg(value_name = "VERSION", allow_hyphen_values = true)]
    version: Option<String>,
    /// Move everything on it that has not shipped to this version
    #[arg(long, value_name = "V", requires = "version", allow_hyphen_values = true)]
    slip_to: Option<String>,
    /// The day for which the other version is promised
    #[arg(long, value_name = "DATE", requires = "slip_to", allow_hyphen_values = true)]
    target_date: Option<DateArg>,
    /// Why it slips
    #[arg(long, short, value_name = "TEXT", requires = "slip_to", allow_hyphen_values = true)]
    note: Option<Text>,
    /// Notify at once those whom your role owes it
    #[arg(long, requires = "slip_to")]
    #[serde(deserialize_with = "crate::cli::input::flag")]
    notify: bool,
}

impl StepCommand for PlanArgs {
    fn run(mut self, ctx: &mut Ctx, options: &StepOptions) -> anyhow::Result<u8> {
        if self.slip_to.is_some() {
            return run::run(ctx, &mut self, options);
        }
        match self.version {
            Some(version) => show(ctx, nonblank(Some(version)).unwrap_or_default()),
            None => show_versions(ctx),
        }
    }
}

fn show_versions(ctx: &mut Ctx) -> anyhow::Result<u8> {
    let store = ctx.store_to_read()?;
    let today = team_zone(&store)?.local(ctx.now()).date();
    ctx.print(&VersionsView::new(versions(&store, ctx.now())?, today))?;
    Ok(DONE)
}

fn show(ctx: &mut Ctx, version: String) -> anyhow::Result<u8> {
    let store = ctx.store_to_read()?;
    let planned = planned(&store, &version)?;
    if planned.is_empty() {
        let hint = hint::command("list --decision next-release,patch");
        return Err(NoSuch { what: "decision for version", name: version, hint }.into());
    }
    ctx.print(&PlanView { version, planned, now: ctx.now() })?;
    Ok(DONE)
}

impl StepArguments for PlanArgs {
    fn gives_notices(&self) -> bool {
        true
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.note.iter_mut().collect()
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        form.begin_new(&[(Field::FixVersion, Rule::R20), (Field::SlipTo, Rule::R20), (Field::Note, Rule::R20)]);
        let from = form.line(Field::FixVersion, self.version.as_ref());
        let to = form.line(Field::SlipTo, self.slip_to.as_ref());
        let target_date = form.given_date(Field::TargetDate, self.target_date);
        let note = form.text(Field::Note, self.note.as_ref());
        Some(Slip { from: from?, to: to?, target_date, note: note?, notify: self.notify }.into())
    }
}

/// What is, or was, decided for a version; what is in force first.
fn planned(store: &Store, version: &str) -> Result<Vec<Planned>, StoreError> {
    let keys = store.decided_for(version)?.into_iter();
    let mut planned = keys.map(|key| one(store, key, version)).collect::<Result<Vec<_>, _>>()?;
    planned.sort_by_key(|planned| !planned.is_current);
    Ok(planned)
}

/// Every version for which something is decided now.
pub(super) fn versions(store: &Store, now: Time) -> Result<Vec<Version>, StoreError> {
    let mut versions: BTreeMap<String, (String, Vec<Planned>)> = BTreeMap::new();
    store.list(&ListQuery { kind: Some(Kind::Cus), ..ListQuery::default() }, now, |row| -> Result<(), StoreError> {
        if let Some(version) = row.fix_version {
            let planned = one(store, row.id, &version)?;
            versions.entry(version_form(&version)).or_insert_with(|| (version, Vec::new())).1.push(planned);
        }
        Ok(())
    })?;
    Ok(versions.into_values().map(|(name, planned)| Version { name, planned }).collect())
}

fn one(store: &Store, key: Key, version: &str) -> Result<Planned, StoreError> {
    let history = store.escalations_of(&store.ever_linked_to(&key)?)?;
    let is_of_it = |promise: &Promise| promise.cus == key && is_same_version(&promise.version, version);
    let promises: Vec<Promise> = promises(&history).into_iter().filter(is_of_it).collect();
    let told = promises.iter().map(|promise| promise.csd.clone());
    let tickets = store.tickets(&Scope::of([key.clone()].into_iter().chain(told)))?;
    let release = tickets.cus(&key).and_then(|cus| cus.release.as_ref());
    let is_current =
        release.is_some_and(|release| is_same_version_or_none(release.fix_version.as_deref(), Some(version)));
    Ok(Planned { tickets, key, promises, is_current })
}
