//! `cus policy get|set` (R29).

use std::collections::BTreeMap;

use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::json;

use crate::app::{Actor, DeskError, PolicyChange, Transaction};
use crate::cli::catalogue::Line;
use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, UsageError};
use crate::cli::hint;
use crate::cli::input::nearest;
use crate::cli::views::policy::{ChangedView, PolicyView};
use crate::workflow::obligations::policy::Policy;
use crate::workflow::obligations::settings::PolicyError;

/// Show or change due times
#[derive(Debug, Args)]
pub(in crate::cli) struct PolicyArgs {
    #[command(subcommand)]
    command: PolicyCmd,
}

#[derive(Debug, Subcommand)]
enum PolicyCmd {
    /// Show how long each thing owed may take
    Get(GetArgs),
    /// Change it for what will be owed from now on
    Set(SetCmd),
}

#[derive(Debug, Args)]
struct GetArgs {
    /// One setting; without it, all
    #[arg(value_name = "KEY")]
    key: Option<String>,
}

#[derive(Debug, Args)]
struct SetCmd {
    #[command(flatten)]
    arguments: SetArgs,
    /// Check everything, and write nothing
    #[arg(long)]
    dry_run: bool,
}

// A change of the policy, by flags or by a line of a batch. (A doc comment here would stand in the place of the command's
// own help.)
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SetArgs {
    /// The setting, such as eng-assess.critical; a duty's name alone sets all its priorities
    #[arg(value_name = "KEY", required = true)]
    key: Option<String>,
    /// How long, such as 4h or 3d; for business hours what `cus policy get` shows
    #[arg(value_name = "DURATION", required = true, allow_hyphen_values = true)]
    #[serde(alias = "value")]
    duration: Option<String>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &PolicyArgs) -> anyhow::Result<u8> {
    match &arguments.command {
        PolicyCmd::Get(arguments) => get(ctx, arguments),
        PolicyCmd::Set(command) => {
            let actor = ctx.actor()?;
            let mut desk = ctx.desk()?.rehearsing(command.dry_run);
            let change = desk.transaction(|transaction| set(transaction, &command.arguments, &actor))?;
            ctx.print(&ChangedView { change, dry_run: command.dry_run })?;
            Ok(DONE)
        }
    }
}

/// Changing the policy is the one command of a batch that is about no ticket.
pub(in crate::cli) const LINE: Line = Line {
    name: "policy set",
    perform: |transaction, fields, actor| {
        let change = set(transaction, &fields.read()?, actor)?;
        let settings: BTreeMap<_, _> = change.settings.into_iter().collect();
        Ok(json!({ "key": null, "settings": settings, "ended": change.ended }))
    },
};

/// Records a change of the policy.
fn set(transaction: &mut Transaction<'_, '_>, arguments: &SetArgs, actor: &Actor) -> anyhow::Result<PolicyChange> {
    let (Some(key), Some(value)) = (&arguments.key, &arguments.duration) else {
        return Err(UsageError::with_fix(
            "the setting or its duration is missing",
            hint::command("policy set KEY DURATION"),
        )
        .into());
    };
    transaction
        .set_policy(key, value, actor)
        .map_err(|error| if let DeskError::Policy(error) = &error { wrong(error).into() } else { error.into() })
}

fn get(ctx: &mut Ctx, arguments: &GetArgs) -> anyhow::Result<u8> {
    let policy = ctx.store_to_read()?.policy()?;
    let mut settings = policy.settings();
    if let Some(key) = &arguments.key {
        let key = key.trim().to_ascii_lowercase();
        settings.retain(|(name, _)| *name == key || name.strip_prefix(&key).is_some_and(|rest| rest.starts_with('.')));
        if settings.is_empty() {
            return Err(wrong(&PolicyError::NoSuchKey(key)).into());
        }
    }
    let is_one = arguments.key.is_some();
    ctx.print(&PolicyView { settings, default: Policy::default().settings(), is_one })?;
    Ok(DONE)
}

fn wrong(error: &PolicyError) -> UsageError {
    let near = match error {
        PolicyError::NoSuchKey(key) => {
            let settings = Policy::default().settings();
            let known = settings.iter().map(|(key, _)| key.as_str());
            nearest(key, known).map(|near| format!("policy get {near}"))
        }
        PolicyError::Span(_) | PolicyError::Value { .. } | PolicyError::NotToCustomers => None,
    };
    UsageError::with_fix(error.to_string(), hint::command(near.as_deref().unwrap_or("policy get")))
}
