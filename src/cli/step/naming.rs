//! Which ticket a command is about, where a person named none or only a number.

use super::arguments::StepArguments;
use super::question::{Choice, Kind, Prompter, Question};
use crate::cli::ctx::Ctx;
use crate::cli::error::{Interrupted, UsageError};
use crate::cli::hint;
use crate::cli::input::{KeyArg, read_keys};
use crate::cli::legal::legal_tickets;
use crate::cli::output::visible_in_line;
use crate::store::ListRow;
use crate::workflow::key::{Key, NotAKey};

/// Lets a person choose the ticket that was not named, and puts the key in the place of a number that fits one ticket.
pub(in crate::cli) fn name_tickets(ctx: &Ctx, arguments: &mut dyn StepArguments, command: &str) -> anyhow::Result<()> {
    let Some(tickets) = arguments.tickets() else { return Ok(()) };
    let is_incomplete = tickets.is_empty() || tickets.iter().any(|ticket| matches!(ticket, KeyArg::Number(_)));
    if !is_incomplete {
        return Ok(());
    }
    if !ctx.is_interactive() {
        let number = tickets.iter().find_map(|ticket| match ticket {
            KeyArg::Number(number) => Some(*number),
            KeyArg::Key(_) | KeyArg::Stdin => None,
        });
        return number.map_or(Ok(()), |number| Err(not_a_key(number)));
    }
    let legal = legal_tickets(&ctx.store_to_read()?, ctx, (ctx.catalogue.steps)(command), None)?;
    if tickets.is_empty() {
        tickets.push(KeyArg::Key(choose(ctx.prompter().as_mut(), &legal, command)?));
    }
    for ticket in tickets {
        if let KeyArg::Number(number) = ticket {
            let ends = format!("-{number}");
            let fits: Vec<Key> =
                legal.iter().map(|row| row.key.clone()).filter(|key| key.as_str().ends_with(&ends)).collect();
            *ticket = KeyArg::Key(the_one(&fits, *number)?);
        }
    }
    Ok(())
}

/// The tickets that were named to look at, with those on standard input, and on a terminal those that a number alone names.
pub(in crate::cli) fn named_tickets(ctx: &mut Ctx, tickets: &[KeyArg]) -> anyhow::Result<Vec<Key>> {
    let mut keys = Vec::new();
    for ticket in read_keys(tickets, &mut ctx.stdin_is_taken)? {
        match ticket {
            KeyArg::Key(key) => keys.push(key),
            KeyArg::Number(number) if ctx.is_interactive() => {
                keys.push(the_one(&ctx.store_to_read()?.numbered(number)?, number)?);
            }
            KeyArg::Number(number) => return Err(not_a_key(number)),
            KeyArg::Stdin => {}
        }
    }
    Ok(keys)
}

fn choose(prompter: &mut dyn Prompter, legal: &[ListRow], command: &str) -> anyhow::Result<Key> {
    if legal.is_empty() {
        let message = format!("There is no ticket on which `cus {command}` can be run now.");
        return Err(UsageError::with_fix(message, hint::command("next")).into());
    }
    let width = legal.iter().map(|row| row.key.as_str().len()).max().unwrap_or_default();
    let lines: Vec<(String, String)> = legal.iter().map(|row| line(row, width)).collect();
    let choices: Vec<Choice<'_>> = lines.iter().map(|(word, about)| Choice { word, about }).collect();
    let hint = "type to filter · Enter takes it · Esc cancels";
    let kind = Kind::Pick { choices: &choices };
    let given = prompter.ask(&Question { id: "", text: "Which ticket?", hint, kind, initial: None });
    let given = given.map_err(|_| Interrupted)?;
    let chosen = given.words().first().and_then(|word| word.trim().parse().ok());
    Ok(chosen.ok_or(Interrupted)?)
}

fn line(row: &ListRow, width: usize) -> (String, String) {
    (format!("{:<width$}", row.key), visible_in_line(&format!("{} — {}", row.summary, row.customer)).into_owned())
}

/// The ticket with this number, where only one fits.
fn the_one(fits: &[Key], number: u64) -> anyhow::Result<Key> {
    match fits {
        [key] => Ok(key.clone()),
        [] => Err(not_a_key(number)),
        several => {
            let keys: Vec<&str> = several.iter().map(|key| key.as_str()).collect();
            Err(UsageError::new(format!("`{number}` can be {}", keys.join(" or "))).into())
        }
    }
}

fn not_a_key(number: u64) -> anyhow::Error {
    let error = number.to_string().parse::<Key>().err();
    UsageError::new(error.as_ref().map(NotAKey::to_string).unwrap_or_default()).into()
}
