//! `cus notify` (R14, R17, R18, R20–R23, R31).

use clap::Args;
use serde::Deserialize;
use serde_json::json;

use crate::cli::config::Config;
use crate::cli::ctx::Ctx;
use crate::cli::error::DONE;
use crate::cli::input::{KeyArg, Text, TimeArg, first, keys_of, one_or_many, ticket_key, word};
use crate::cli::step::arguments::{StepArguments, StepOptions};
use crate::cli::step::form::Form;
use crate::cli::step::interactive_notify::{self, Notices};
use crate::cli::step::naming::name_tickets;
use crate::cli::step::run::{self, StepCommand};
use crate::cli::views::answer::AnswerView;
use crate::store::OwedQuery;
use crate::workflow::Time;
use crate::workflow::command::{Command, Notify, Wording};
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::obligations::duty::Owed;
use crate::workflow::obligations::owed::owed;
use crate::workflow::refusal::Failure;
use crate::workflow::step::Step;
use crate::workflow::vocabulary::{Audience, Via, Word};

/// Send the notices that are due
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct NotifyArgs {
    /// The CUS ticket, or a customer's ticket linked to it (several, or `-`)
    #[arg(value_name = "CUS")]
    #[serde(alias = "key", deserialize_with = "one_or_many")]
    cus: Vec<KeyArg>,
    /// Whom to notify (asked for on a terminal)
    #[arg(long, value_name = "AUDIENCE", value_parser = word::<Audience>(), conflicts_with = "owed")]
    to: Option<Audience>,
    /// Notify everybody whom your role owes something; without a ticket, on all tickets
    #[arg(long)]
    #[serde(deserialize_with = "crate::cli::input::flag")]
    owed: bool,
    /// Only about this customer's ticket
    #[arg(long, value_name = "KEY", value_parser = ticket_key)]
    csd: Option<Key>,
    /// Your own words, above the facts
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
    message: Option<Text>,
    /// Send the message alone: it settles nothing that is owed (at any stage, about any ticket)
    #[arg(long, conflicts_with = "owed")]
    #[serde(deserialize_with = "crate::cli::input::flag")]
    interim: bool,
    /// Promise the customer the next message by this time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    next_by: Option<TimeArg>,
    /// The channel, or how it was done by hand [default: as configured, else printed to be pasted]
    #[arg(long, value_name = "CHANNEL", value_parser = word::<Via>())]
    via: Option<Via>,
}

impl StepCommand for NotifyArgs {
    const STEPS: &'static [Step] = &[Step::NotifyCustomer, Step::Interim];

    fn run(self, ctx: &mut Ctx, options: &StepOptions) -> anyhow::Result<u8> {
        notify(ctx, self, options)
    }
}

/// Runs the command. `--owed` without a ticket is about all tickets on which the actor's role owes a notice. A person who
/// does not say whom to notify is offered what is owed, one notice after another.
fn notify(ctx: &mut Ctx, mut arguments: NotifyArgs, options: &StepOptions) -> anyhow::Result<u8> {
    if let (Some(to), Some(via)) = (arguments.to, arguments.via)
        && !via.is_at_once()
    {
        let config = Config::read()?;
        config.delivery_settings()?.channel(to.as_str(), via).map_err(|error| config.incomplete(&error))?;
    }
    if arguments.owed && arguments.cus.is_empty() && arguments.csd.is_none() {
        let query = OwedQuery { roles: ctx.roles()?, notices_only: true, ..OwedQuery::default() };
        let mut tickets: Vec<Key> = Vec::new();
        for row in ctx.store_to_read()?.owed(&query, ctx.now())?.0 {
            if !tickets.contains(&row.ticket) {
                tickets.push(row.ticket);
            }
        }
        if tickets.is_empty() {
            let nothing = ["your role owes no notice now".to_owned()];
            ctx.print(&AnswerView::new(nothing, json!({ "notices": [] })))?;
            return Ok(DONE);
        }
        arguments.cus = tickets.into_iter().map(KeyArg::Key).collect();
    }
    if ctx.is_interactive()
        && !arguments.interim
        && arguments.to.is_none()
        && arguments.message.is_none()
        && !arguments.cus.contains(&KeyArg::Stdin)
    {
        name_tickets(ctx, &mut arguments, options.command)?;
        let tickets = keys_of(arguments.tickets().map_or(&[], |tickets| tickets.as_slice()));
        let (csd, via, dry_run) = (arguments.csd.as_ref(), arguments.via, options.dry_run);
        let notices = Notices { tickets: &tickets, csd, via, dry_run };
        if let Some(code) = interactive_notify::run(ctx, &notices)? {
            return Ok(code);
        }
    }
    run::run(ctx, &mut arguments, options)
}

impl StepArguments for NotifyArgs {
    fn gives_notices(&self) -> bool {
        true
    }

    /// A customer's ticket alone names its CUS ticket too.
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        if self.cus.is_empty() {
            self.cus.extend(self.csd.clone().map(KeyArg::Key));
        }
        Some(&mut self.cus)
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.message.iter_mut().collect()
    }

    fn also_named(&self) -> Vec<Key> {
        self.csd.iter().cloned().collect()
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let cus = first(&self.cus)?;
        if self.interim {
            return self.interim(form, cus);
        }
        let to = if self.owed { None } else { Some(self.audience(form, &cus)?) };
        let message = match &self.message {
            None if to.is_some_and(|to| is_interim(form, &cus, to)) => form.optional_text(Field::Message, None),
            given => form.unasked(Field::Message, given.as_ref()),
        };
        let next_by = self.next_by(form);
        Some(Notify { csd: self.csd.clone(), message, next_by, via: self.via, ..Notify::of(cus, to) }.into())
    }
}

/// Whether the audience is owed nothing, so that only words of one's own are left.
fn is_interim(form: &Form<'_>, cus: &Key, to: Audience) -> bool {
    let escalation = form.tickets.cus_for(cus).and_then(|cus| form.tickets.ticket(&cus.key));
    escalation
        .is_some_and(|ticket| owed(form.tickets, ticket).into_iter().all(|owed| owed.duty.kind.audience() != Some(to)))
}

impl NotifyArgs {
    /// An interim message: to the customer whose ticket is named, or to each who is not answered, unless somebody else is
    /// named.
    fn interim(&self, form: &mut Form<'_>, key: Key) -> Option<Command> {
        form.begin(Step::Interim, &key)?;
        let to = self.to.unwrap_or(Audience::Customer);
        let message = form.text(Field::Message, self.message.as_ref());
        let (next_by, wording) = (self.next_by(form), Wording::Alone);
        let notify = Notify::of(key, Some(to));
        Some(
            Notify { csd: self.csd.clone(), message: Some(message?), wording, next_by, via: self.via, ..notify }.into(),
        )
    }

    fn next_by(&self, form: &mut Form<'_>) -> Option<Time> {
        let next_by = self.next_by?;
        let time = next_by.resolve(form.context.now);
        if time.is_none() {
            form.fail(Failure::NextByPast);
        }
        time
    }

    /// The audience. A person chooses; first stands whom the person's role owes something.
    fn audience(&self, form: &mut Form<'_>, cus: &Key) -> Option<Audience> {
        form.begin_new(Step::NotifyCustomer.inputs());
        let owed_first = form.tickets.cus_for(cus).and_then(|cus| form.tickets.ticket(&cus.key)).and_then(|ticket| {
            let roles = &form.context.roles;
            let mine = |owed: &Owed| roles.is_empty() || roles.contains(&owed.by);
            owed(form.tickets, ticket).into_iter().filter(mine).find_map(|owed| owed.duty.kind.audience())
        });
        let to = form.word(Field::To, self.to, owed_first.unwrap_or(Audience::Customer))?;
        form.begin(Step::notify(to), cus)?;
        Some(to)
    }
}
