//! `cus policy get|set` (R29).

use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::{Actor, DeskError, Transaction};
use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, UsageError};
use crate::cli::global::Format;
use crate::cli::input::nearest;
use crate::cli::output::{Grid, visible};
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::obligations::policy::{Policy, PolicyError};
use crate::workflow::vocabulary::Word;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum PolicyCmd {
    /// Show how long each thing owed may take
    Get(GetArgs),
    /// Change it for what will be owed from now on
    Set(SetCmd),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct GetArgs {
    /// One setting; without it, all
    #[arg(value_name = "KEY")]
    key: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct SetCmd {
    #[command(flatten)]
    arguments: SetArgs,
    /// Check everything, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// A change of the policy, by flags or by a line of a batch.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct SetArgs {
    /// The setting, such as eng-assess.critical; a duty's name alone sets all its priorities
    #[arg(value_name = "KEY", required = true)]
    key: Option<String>,
    /// How long, such as 4h or 3d; for business hours what `cus policy get` shows
    #[arg(value_name = "DURATION", required = true, allow_hyphen_values = true)]
    #[serde(alias = "value")]
    duration: Option<String>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, command: &PolicyCmd) -> anyhow::Result<u8> {
    match command {
        PolicyCmd::Get(arguments) => get(ctx, arguments),
        PolicyCmd::Set(command) => {
            let actor = ctx.actor()?;
            let mut desk = ctx.desk()?.rehearsing(command.dry_run);
            let settings = desk.transaction(|transaction| set(transaction, &command.arguments, &actor))?;
            print_set(ctx, &settings, command.dry_run)?;
            Ok(DONE)
        }
    }
}

/// Records a change of the policy, and returns every setting that it stands for.
pub(in crate::cli) fn set(
    transaction: &mut Transaction<'_, '_>,
    arguments: &SetArgs,
    actor: &Actor,
) -> anyhow::Result<Vec<(String, String)>> {
    let (Some(key), Some(value)) = (&arguments.key, &arguments.duration) else {
        return Err(
            UsageError::with_fix("the setting or its duration is missing", "cus policy set KEY DURATION").into()
        );
    };
    transaction.set_policy(key, value, actor).map_err(|error| match error {
        DeskError::Policy(error) => wrong(&error).into(),
        error => error.into(),
    })
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
    let default = Policy::default().settings();
    let is_default = |setting: &(String, String)| default.contains(setting);
    let object = |setting: &(String, String)| -> Value {
        json!({ "key": setting.0, "value": setting.1, "default": is_default(setting) })
    };
    match ctx.out.format {
        Format::Table if arguments.key.is_some() => {
            settings.iter().try_for_each(|(key, value)| ctx.out.line(&format!("{key} = {value}")))?;
        }
        Format::Table => {
            let table = table(ctx, &policy);
            ctx.out.line(&table)?;
        }
        Format::Json => {
            let items: Vec<Value> = settings.iter().map(object).collect();
            ctx.out.json(&json!({ "schema": 1, "items": items }))?;
        }
        Format::Jsonl => settings.iter().try_for_each(|setting| ctx.out.json_line(&object(setting)))?,
        Format::Csv => {
            let mut rows = vec![["key", "value", "default"].map(str::to_owned).to_vec()];
            rows.extend(
                settings
                    .iter()
                    .map(|setting| vec![setting.0.clone(), setting.1.clone(), is_default(setting).to_string()]),
            );
            ctx.out.csv(&rows)?;
        }
        Format::Keys => settings.iter().try_for_each(|(key, _)| ctx.out.line(key))?,
    }
    Ok(DONE)
}

/// The table of PROCESS with the figures in force.
fn table(ctx: &Ctx, policy: &Policy) -> String {
    let settings = policy.settings();
    let value = |key: &str| settings.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone());
    let headings = ["WHAT IS OWED", "CRITICAL", "HIGH", "MEDIUM", "LOW"];
    let mut grid = Grid::new(ctx.out.width, &headings, ctx.out.colour).numbers(1..=4);
    for kind in DutyKind::ALL {
        let of = |column: &str| value(&format!("{kind}.{column}")).unwrap_or_default();
        let all = value(kind.as_str());
        if *kind == DutyKind::Escalate {
            for column in ["trigger", "no-trigger"] {
                let span = of(column);
                grid.row([format!("{kind}.{column}"), span.clone(), span.clone(), span.clone(), span]);
            }
        } else if let Some(span) = all {
            grid.row([kind.to_string(), span.clone(), span.clone(), span.clone(), span]);
        } else {
            grid.row([kind.to_string(), of("critical"), of("high"), of("medium"), of("low")]);
        }
    }
    let hours: Vec<String> = settings
        .iter()
        .filter(|(key, _)| key == "hours" || key.starts_with("business."))
        .map(|(key, value)| format!("{key} = {value}"))
        .collect();
    format!("{}\n\n{}", grid.render(), hours.join("\n"))
}

fn print_set(ctx: &mut Ctx, settings: &[(String, String)], dry_run: bool) -> anyhow::Result<()> {
    match ctx.out.format {
        Format::Table => {
            if dry_run {
                ctx.out.line("dry run: nothing is written")?;
            }
            for (key, value) in settings {
                ctx.out.line(&format!("{key} = {}, for what is owed from now on", visible(value)))?;
            }
            Ok(())
        }
        Format::Json | Format::Jsonl => {
            let items: Vec<Value> = settings.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect();
            ctx.out.json(&json!({ "schema": 1, "items": items, "dry_run": dry_run }))
        }
        Format::Csv => {
            let mut rows = vec![["key", "value"].map(str::to_owned).to_vec()];
            rows.extend(settings.iter().map(|(key, value)| vec![key.clone(), value.clone()]));
            ctx.out.csv(&rows)
        }
        Format::Keys => settings.iter().try_for_each(|(key, _)| ctx.out.line(key)),
    }
}

fn wrong(error: &PolicyError) -> UsageError {
    let hint = match error {
        PolicyError::NoSuchKey(key) => {
            let settings = Policy::default().settings();
            let known = settings.iter().map(|(key, _)| key.as_str());
            nearest(key, known).map(|near| format!("cus policy get {near}"))
        }
        PolicyError::Span(_) | PolicyError::Value { .. } => None,
    };
    UsageError::with_fix(error.to_string(), hint.unwrap_or_else(|| "cus policy get".to_owned()))
}
