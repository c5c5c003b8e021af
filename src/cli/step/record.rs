//! Completing a command from what was given, and recording it within a transaction.

use serde_json::{Value, json};

use super::arguments::StepArguments;
use super::form::{FileArg, Form};
use super::question::Silent;
use crate::app::{Actor, Outcome, Request, Transaction};
use crate::cli::error::UsageError;
use crate::cli::hint;
use crate::cli::input::{KeyArg, keys_of};
use crate::cli::views::outcome::outcome_json;
use crate::workflow::Context;
use crate::workflow::command::Command;
use crate::workflow::key::Key;
use crate::workflow::scope::Scope;
use crate::workflow::tickets::Tickets;

/// Records one command within a transaction.
pub(in crate::cli) fn record(
    transaction: &mut Transaction<'_, '_>,
    arguments: &mut dyn StepArguments,
    actor: &Actor,
    files: &[FileArg],
    revision: Option<u64>,
) -> anyhow::Result<Outcome> {
    let named = named(arguments);
    let mut loaded = transaction.load(&scope(&named, arguments), actor)?;
    if let Some((key, revision)) = named.first().zip(revision) {
        loaded.expect(key, revision)?;
    }
    if arguments.precede(transaction, actor)? {
        loaded = transaction.load(&scope(&named, arguments), actor)?;
    }
    let command = complete(arguments, loaded.tickets(), loaded.context(), files)?;
    let files = files.iter().map(|file| file.path.clone()).collect();
    Ok(transaction.decide(loaded, Request::from(command).with_files(files))?)
}

/// Records one line of a batch, which is all or nothing, on however many tickets.
pub(in crate::cli) fn record_line(
    transaction: &mut Transaction<'_, '_>,
    arguments: &mut dyn StepArguments,
    actor: &Actor,
) -> anyhow::Result<Value> {
    fetch_texts(arguments, &mut true)?;
    let files = look_at_files(arguments)?;
    let units = units(arguments)?;
    if units.len() == 1 {
        return Ok(outcome_json(&record(transaction, arguments, actor, &files, None)?));
    }
    let results = transaction.together(|transaction| {
        let each = units.into_iter().map(|unit| {
            narrow(arguments, unit);
            Ok(outcome_json(&record(transaction, arguments, actor, &files, None)?))
        });
        each.collect::<anyhow::Result<Vec<_>>>()
    })?;
    let keys: Vec<&Value> = results.iter().map(|result| &result["key"]).collect();
    let notices: Vec<&Value> = results.iter().filter_map(|result| result["notices"].as_array()).flatten().collect();
    let mut all = json!({ "key": keys.first(), "keys": keys });
    if !notices.is_empty() {
        all["notices"] = json!(notices);
    }
    Ok(all)
}

/// Completes a command from what was given alone.
pub(in crate::cli) fn complete(
    arguments: &dyn StepArguments,
    tickets: &Tickets,
    context: &Context,
    files: &[FileArg],
) -> anyhow::Result<Command> {
    let mut nobody = Silent;
    let mut form = Form::new(tickets, context, files.to_vec(), &mut nobody);
    let command = arguments.complete(&mut form);
    Ok(form.finish(command)?.0)
}

/// The tickets of each command that it is: one for each ticket, or one for all.
pub(in crate::cli) fn units(arguments: &mut dyn StepArguments) -> anyhow::Result<Vec<Vec<KeyArg>>> {
    let is_together = arguments.is_together();
    let Some(tickets) = arguments.tickets() else { return Ok(vec![Vec::new()]) };
    if tickets.is_empty() {
        return Err(UsageError::with_fix("Which ticket? Its key is missing.", hint::command("list")).into());
    }
    Ok(if is_together { vec![tickets.clone()] } else { tickets.iter().map(|ticket| vec![ticket.clone()]).collect() })
}

/// Makes it about one of its [`units`].
pub(in crate::cli) fn narrow(arguments: &mut dyn StepArguments, unit: Vec<KeyArg>) {
    if let Some(tickets) = arguments.tickets() {
        *tickets = unit;
    }
}

/// The tickets that it names.
pub(in crate::cli) fn named(arguments: &mut dyn StepArguments) -> Vec<Key> {
    arguments.tickets().map(|tickets| keys_of(tickets)).unwrap_or_default()
}

/// The tickets on which a command is completed.
pub(super) fn scope(named: &[Key], arguments: &dyn StepArguments) -> Scope {
    Scope::of(named.iter().cloned().chain(arguments.also_named()))
}

/// Reads long texts from where they stand.
pub(in crate::cli) fn fetch_texts(arguments: &mut dyn StepArguments, stdin_is_taken: &mut bool) -> anyhow::Result<()> {
    arguments.texts().into_iter().try_for_each(|text| text.fetch(stdin_is_taken))
}

/// Looks at the files to attach.
pub(in crate::cli) fn look_at_files(arguments: &dyn StepArguments) -> anyhow::Result<Vec<FileArg>> {
    Ok(arguments.files().iter().map(|path| FileArg::look_at(path.clone())).collect::<Result<_, _>>()?)
}
