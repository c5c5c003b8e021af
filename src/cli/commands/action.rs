//! `cus action add|done|drop|list` (R34).

use chrono::NaiveDate;
use clap::Args;
use serde::Deserialize;

use crate::cli::ctx::Ctx;
use crate::cli::error::DONE;
use crate::cli::input::{KeyArg, Text, one_or_many};
use crate::cli::listed::{Listed, grouped, plain};
use crate::cli::step::arguments::StepArguments;
use crate::cli::step::form::Form;
use crate::cli::step::run::StepCommand;
use crate::cli::views::actions::ActionsView;
use crate::store::StoreError;
use crate::workflow::command::{AddAction, Command, EndAction};
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::scope::Scope;
use crate::workflow::step::Step;
use crate::workflow::tickets::postmortem::ActionState;

/// The commands that it groups.
pub(in crate::cli) const PARTS: &[Listed] = &[
    Listed::step::<AddArgs>("action add"),
    Listed::step::<DoneArgs>("action done"),
    Listed::step::<DropArgs>("action drop"),
    plain!("action list", self::ListArgs),
];

/// Adds the commands that it groups.
pub(in crate::cli) fn arguments(command: clap::Command) -> clap::Command {
    let about = "Record what is to be done after a postmortem, and that it is done";
    grouped(command.about(about), PARTS)
}

/// List actions
#[derive(Debug, Args)]
pub(in crate::cli) struct ListArgs {
    /// Only those of these tickets
    #[arg(value_name = "CUS")]
    cus: Vec<Key>,
    /// Only those that are owed
    #[arg(long)]
    open: bool,
}

/// Add an action to a postmortem
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct AddArgs {
    /// The CUS ticket, or a customer's ticket linked to it
    #[arg(value_name = "CUS", num_args = 1, action = clap::ArgAction::Set)]
    #[serde(alias = "key", alias = "csd", deserialize_with = "one_or_many")]
    cus: Vec<KeyArg>,
    /// What is to be done: the text, `-` for standard input, or @FILE (asked for on a terminal)
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    text: Option<Text>,
    /// Who is to do it; without this, who has the ticket
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    owner: Option<String>,
    /// The day by which it is to be done [default: in 30 days]
    #[arg(long, value_name = "DATE")]
    due: Option<NaiveDate>,
}

/// Say that an action is done
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct DoneArgs {
    /// The CUS ticket, or a customer's ticket linked to it
    #[arg(value_name = "CUS", num_args = 1, action = clap::ArgAction::Set)]
    #[serde(alias = "key", alias = "csd", deserialize_with = "one_or_many")]
    cus: Vec<KeyArg>,
    /// The action's number
    #[arg(value_name = "N")]
    n: Option<u32>,
    /// The outcome
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<Text>,
}

/// Drop an action, and say why
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct DropArgs {
    /// The CUS ticket, or a customer's ticket linked to it
    #[arg(value_name = "CUS", num_args = 1, action = clap::ArgAction::Set)]
    #[serde(alias = "key", alias = "csd", deserialize_with = "one_or_many")]
    cus: Vec<KeyArg>,
    /// The action's number
    #[arg(value_name = "N")]
    n: Option<u32>,
    /// Why (asked for on a terminal)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<Text>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &ListArgs) -> anyhow::Result<u8> {
    let store = ctx.store_to_read()?;
    let keys = if arguments.cus.is_empty() { store.tickets_with_actions()? } else { arguments.cus.clone() };
    let mut actions = Vec::new();
    for key in &keys {
        let tickets = store.tickets(&Scope::of([key.clone()]))?;
        let cus = tickets.cus_for(key).ok_or_else(|| StoreError::NoSuchTicket(key.clone()))?;
        let wanted = cus.postmortem.actions.iter().filter(|one| !arguments.open || one.state == ActionState::Open);
        actions.extend(wanted.map(|action| (tickets.current_key(&cus.key), action.clone())));
    }
    ctx.print(&ActionsView { actions, now: ctx.now() })?;
    Ok(DONE)
}

impl StepCommand for AddArgs {
    const STEPS: &'static [Step] = &[Step::AddAction];
}

impl StepArguments for AddArgs {
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        Some(&mut self.cus)
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.text.iter_mut().collect()
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let cus = form.begin_on(Step::AddAction, &self.cus)?;
        let text = form.text(Field::ActionText, self.text.as_ref());
        let owner = form.optional_line(Field::Owner, self.owner.as_ref());
        Some(AddAction { cus, text: text?, owner, due: self.due }.into())
    }
}

impl StepCommand for DoneArgs {
    const STEPS: &'static [Step] = &[Step::EndAction];
}

impl StepArguments for DoneArgs {
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        Some(&mut self.cus)
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.note.iter_mut().collect()
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let cus = form.begin_on(Step::EndAction, &self.cus)?;
        let number = form.keep(Field::Action, self.n, u32::to_string);
        let note = form.unasked(Field::Note, self.note.as_ref());
        Some(EndAction { cus, number: number?, state: ActionState::Done, note }.into())
    }
}

impl StepCommand for DropArgs {
    const STEPS: &'static [Step] = &[Step::EndAction];
}

impl StepArguments for DropArgs {
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        Some(&mut self.cus)
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.note.iter_mut().collect()
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let cus = form.begin_on(Step::EndAction, &self.cus)?;
        let number = form.keep(Field::Action, self.n, u32::to_string);
        let note = form.text(Field::Note, self.note.as_ref());
        Some(EndAction { cus, number: number?, state: ActionState::Dropped, note: Some(note?) }.into())
    }
}
