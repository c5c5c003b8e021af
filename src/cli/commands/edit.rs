//! `cus edit` (R2, R27, R29).

use clap::Args;
use serde::Deserialize;

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, Interrupted};
use crate::cli::input::{KeyArg, Text, one_or_many, word};
use crate::cli::output::plain_text;
use crate::cli::step::arguments::{StepArguments, StepOptions};
use crate::cli::step::drafts::Draft;
use crate::cli::step::form::{Form, nonblank};
use crate::cli::step::run::{self, StepCommand};
use crate::cli::views::show::Looked;
use crate::store::{Scope, StoreError};
use crate::workflow::command::{Command, Edit};
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::refusal::Failure;
use crate::workflow::step::Step;
use crate::workflow::vocabulary::{Channel, Priority};

mod form;

/// Correct what was recorded
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct EditArgs {
    /// The ticket, of either kind (several, or `-`)
    #[arg(value_name = "KEY")]
    #[serde(alias = "cus", deserialize_with = "one_or_many")]
    key: Vec<KeyArg>,
    /// The new summary
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    summary: Option<String>,
    /// The new priority of a CUS ticket; lowering it needs a note
    #[arg(long, value_name = "PRIORITY", value_parser = word::<Priority>())]
    priority: Option<Priority>,
    /// The new reproduction steps of a CUS ticket
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    steps: Option<Text>,
    /// The new description of a customer's ticket
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    description: Option<Text>,
    /// The new customer of a customer's ticket
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    customer: Option<String>,
    /// The new contact of a customer's ticket
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    contact: Option<String>,
    /// The new channel of a customer's ticket
    #[arg(long, value_name = "CHANNEL", value_parser = word::<Channel>())]
    channel: Option<Channel>,
    /// The new product version of a customer's ticket
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    product_version: Option<String>,
    /// The desk's own key, in the place of one that cus gave
    #[arg(long, value_name = "KEY")]
    csd: Option<Key>,
    /// Why
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<Text>,
}

impl StepCommand for EditArgs {
    const HAS_FORM: bool = true;

    fn run(mut self, ctx: &mut Ctx, options: &StepOptions) -> anyhow::Result<u8> {
        match self.key.as_slice() {
            [KeyArg::Key(key)] if ctx.is_interactive() && self.is_bare() => edit_as_form(ctx, key, options),
            _ => run::run(ctx, &mut self, options),
        }
    }
}

/// Gives a person who says nothing to change the whole ticket as a form in an editor.
fn edit_as_form(ctx: &mut Ctx, key: &Key, options: &StepOptions) -> anyhow::Result<u8> {
    let draft = Draft::of(ctx.path(), options.command, Some(key)).ok();
    let tickets = ctx.store_to_read()?.tickets(&Scope::of([key.clone()]))?;
    let ticket = tickets.ticket(key).ok_or_else(|| StoreError::NoSuchTicket(key.clone()))?;
    let page = {
        let looked = Looked { store: ctx.store_to_read()?, as_of: None };
        plain_text(&looked.at(key, ctx.now())?, 100)?
    };
    let form = match draft.as_ref().filter(|_| options.recover) {
        Some(draft) => draft.text()?,
        None => form::write(ticket, &page)?,
    };
    let typed = ctx.prompter().edit(&form).map_err(|Interrupted| Interrupted)?;
    let result = form::read(&typed, ticket).map_err(Into::into).and_then(|changed| {
        let mut arguments = EditArgs { key: vec![KeyArg::Key(key.clone())], ..changed };
        if arguments.is_bare() {
            ctx.out.line("nothing was changed")?;
            return Ok(DONE);
        }
        let revision = Some(options.revision.unwrap_or(ticket.revision()));
        run::run(ctx, &mut arguments, &StepOptions { revision, recover: false, ..options.clone() })
    });
    if let Some(draft) = draft {
        match &result {
            Ok(_) => draft.forget(),
            Err(_) => draft.keep_text(&typed),
        }
    }
    result
}

impl EditArgs {
    /// Whether nothing is said to change.
    fn is_bare(&self) -> bool {
        let texts = [&self.summary, &self.customer, &self.contact, &self.product_version];
        texts.iter().all(|text| text.is_none())
            && [&self.steps, &self.description, &self.note].iter().all(|text| text.is_none())
            && self.priority.is_none()
            && self.channel.is_none()
            && self.csd.is_none()
    }
}

impl StepArguments for EditArgs {
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        Some(&mut self.key)
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.steps.iter_mut().chain(&mut self.description).chain(&mut self.note).collect()
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let key = form.begin_on(Step::Edit, &self.key)?;
        let edit = Edit {
            key,
            summary: nonblank(self.summary.clone()),
            priority: self.priority,
            steps: form.unasked(Field::Steps, self.steps.as_ref()),
            description: form.unasked(Field::Description, self.description.as_ref()),
            customer: nonblank(self.customer.clone()),
            contact: nonblank(self.contact.clone()),
            channel: self.channel,
            product_version: nonblank(self.product_version.clone()),
            csd: self.csd.clone(),
            note: form.unasked(Field::Note, self.note.as_ref()),
        };
        let blank = Edit { key: edit.key.clone(), note: edit.note.clone(), ..Edit::of(&edit.key) };
        if edit == blank {
            let fields =
                vec![Field::Summary, Field::Priority, Field::Steps, Field::Customer, Field::Contact, Field::Csd];
            form.fail(Failure::NothingGiven { fields });
        }
        Some(edit.into())
    }
}
