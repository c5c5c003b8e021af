//! `cus customer NAME`: what one wants to see before a call, and what is known of a customer (R39).

use clap::Args;
use serde::Deserialize;
use serde_json::json;

use crate::cli::catalogue::Line;
use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, NoSuch, UsageError};
use crate::cli::hint::{self, quoted};
use crate::cli::input::{Text, nearest, one_or_many};
use crate::cli::step::form::nonblank;
use crate::cli::views::customer::{CustomerView, Issue, record_json};
use crate::store::{Store, StoreError};
use crate::workflow::customers::SetCustomer;
use crate::workflow::reports::promise::promises;
use crate::workflow::scope::Scope;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::zone::Zone;

/// Show a customer's issues and promises, or change what is known of them
#[derive(Debug, Args)]
pub(in crate::cli) struct CustomerArgs {
    #[command(flatten)]
    set: SetArgs,
    /// Check everything, and write nothing
    #[arg(long)]
    dry_run: bool,
}

// A change of a record, by flags or by a line of a batch. (A doc comment here would stand in the place of the command's
// own help.)
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SetArgs {
    /// The customer, by any name, whatever the case of the letters
    #[arg(value_name = "NAME", required = true, allow_hyphen_values = true)]
    name: Option<String>,
    /// How much the customer matters, in your own words
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    tier: Option<String>,
    /// The customer's time zone, such as Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// Where the customer is reached, in place of what was known (can be repeated)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    #[serde(deserialize_with = "one_or_many")]
    contact: Vec<String>,
    /// The product version that the customer runs
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    product_version: Option<String>,
    /// Another name for the customer; needs a note
    #[arg(long, value_name = "NEW", allow_hyphen_values = true, conflicts_with = "merge_into")]
    rename: Option<String>,
    /// The customer who this one is too; needs a note
    #[arg(long, value_name = "OTHER", allow_hyphen_values = true)]
    merge_into: Option<String>,
    /// What is to be noted, or why
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<Text>,
}

impl SetArgs {
    /// Whether nothing is said to change.
    fn is_bare(&self) -> bool {
        let Self { tier, zone, contact, product_version, rename, merge_into, note, .. } = self;
        [tier, zone, product_version, rename, merge_into].iter().all(|text| text.is_none())
            && contact.is_empty()
            && note.is_none()
    }

    fn command(&self) -> Result<SetCustomer, UsageError> {
        let zone = nonblank(self.zone.clone());
        if let Some(zone) = zone.as_deref().filter(|zone| Zone::named(zone).is_none()) {
            return Err(UsageError::new(format!("`{zone}` is no time zone, such as Europe/Berlin")));
        }
        Ok(SetCustomer {
            name: self.name.clone().unwrap_or_default(),
            tier: nonblank(self.tier.clone()),
            zone,
            contacts: self.contact.clone(),
            product_version: nonblank(self.product_version.clone()),
            rename: self.rename.clone(),
            merge_into: self.merge_into.clone(),
            note: self.note.as_ref().and_then(Text::get),
        })
    }
}

/// A change of a customer's record as a line of a batch.
pub(in crate::cli) const LINE: Line = Line {
    name: "customer",
    perform: |transaction, fields, actor| {
        let mut set: SetArgs = fields.read()?;
        set.note.iter_mut().try_for_each(|note| note.fetch(&mut true))?;
        let record = transaction.set_customer(&set.command()?, actor)?;
        Ok(json!({ "key": null, "customer": record_json(&record) }))
    },
};

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &CustomerArgs) -> anyhow::Result<u8> {
    let mut set = arguments.set.clone();
    let mut name = set.name.clone().unwrap_or_default();
    if !set.is_bare() {
        set.note.iter_mut().try_for_each(|note| note.fetch(&mut ctx.stdin_is_taken))?;
        let command = set.command()?;
        let actor = ctx.actor()?;
        let mut desk = ctx.desk()?.rehearsing(arguments.dry_run);
        let record = desk.transaction(|transaction| transaction.set_customer(&command, &actor))?;
        if arguments.dry_run {
            ctx.print(&CustomerView { record: Some(record), issues: Vec::new(), now: ctx.now() })?;
            return Ok(DONE);
        }
        name = command.merge_into.or(command.rename).unwrap_or(name);
    }
    let store = ctx.store_to_read()?;
    let record = store.customer(&name)?;
    let name = record.as_ref().map_or(name, |record| record.name.clone());
    let issues = issues(&store, &name)?;
    if issues.is_empty() && record.is_none() {
        let known = store.customers()?;
        let near = nearest(&name, known.iter().map(String::as_str));
        let hint = near.map_or_else(|| "customers".to_owned(), |near| format!("customer {}", quoted(near)));
        let hint = hint::command(&hint);
        return Err(NoSuch { what: "customer", name, hint }.into());
    }
    ctx.print(&CustomerView { record, issues, now: ctx.now() })?;
    Ok(DONE)
}

fn issues(store: &Store, name: &str) -> Result<Vec<Issue>, StoreError> {
    let mut issues = Vec::new();
    for key in store.tickets_of(name)? {
        let tickets = store.tickets(&Scope::of([key.clone()]))?;
        let history = store.escalations_of(std::slice::from_ref(&key))?;
        let made = promises(&history).into_iter().filter(|promise| promise.csd == key).collect();
        issues.push(Issue { tickets, key, promises: made });
    }
    issues.sort_by_key(|issue| issue.csd().is_some_and(Csd::is_resolved));
    Ok(issues)
}
