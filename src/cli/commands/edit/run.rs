//! The run of an edit: by flags, or as a form in an editor.

use super::arguments::EditArgs;
use super::form;
use crate::cli::ctx::Ctx;
use crate::cli::error::DONE;
use crate::cli::input::KeyArg;
use crate::cli::output::plain_text;
use crate::cli::step::arguments::StepOptions;
use crate::cli::step::drafts::Draft;
use crate::cli::step::naming::name_tickets;
use crate::cli::step::run::{self, StepCommand};
use crate::cli::views::show::Looked;
use crate::store::StoreError;
use crate::workflow::key::Key;
use crate::workflow::scope::Scope;

impl StepCommand for EditArgs {
    fn run(mut self, ctx: &mut Ctx, options: &StepOptions) -> anyhow::Result<u8> {
        name_tickets(ctx, &mut self, options.command)?;
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
    let typed = ctx.prompter().edit(&form)?;
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
