//! `cus close` (R7, R24, R26).

use clap::Args;
use serde::Deserialize;

use crate::cli::input::{KeyArg, Text, first, one_or_many, ticket_key, word};
use crate::cli::step::arguments::StepArguments;
use crate::cli::step::form::Form;
use crate::cli::step::run::StepCommand;
use crate::workflow::command::{Close, CloseAs, Command, Resolve, ResolveDuplicate};
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::refusal::Failure;
use crate::workflow::step::Step;
use crate::workflow::tickets::Ticket;
use crate::workflow::vocabulary::{Kind, Resolution, Via, vocabulary};

vocabulary! {
    /// Why a CUS ticket can be closed without a fix (R26).
    Reason {
        /// It works as it should.
        NotABug = "not-a-bug",
        /// Another CUS ticket is about the same bug.
        Duplicate = "duplicate",
        /// Engineering could not make it happen.
        CannotReproduce = "cannot-reproduce",
        /// It will stay as it is.
        WontFix = "wont-fix",
        /// The escalation was taken back.
        Withdrawn = "withdrawn",
    }
}

/// Close a ticket
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct CloseArgs {
    /// The ticket, of either kind (several, or `-`)
    #[arg(value_name = "KEY")]
    #[serde(alias = "csd", alias = "cus", deserialize_with = "one_or_many")]
    key: Vec<KeyArg>,
    /// Close a CUS ticket for this reason instead of a fix, or a CSD ticket as a duplicate
    #[arg(long, value_name = "REASON", value_parser = word::<Reason>())]
    resolution: Option<Reason>,
    /// The original ticket, for a duplicate
    #[arg(long, value_name = "KEY", value_parser = ticket_key)]
    of: Option<Key>,
    /// The words for the customer of a CSD ticket, which are sent with it (asked for on a terminal)
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
    message: Option<Text>,
    /// The channel, or how the customer of a CSD ticket was told
    #[arg(long, value_name = "CHANNEL", value_parser = word::<Via>())]
    via: Option<Via>,
    /// Send at once the notices that your roles owe because of it
    #[arg(long)]
    #[serde(deserialize_with = "crate::cli::input::flag")]
    tell: bool,
    /// Why; for a customer's ticket, the resolution (asked for on a terminal)
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<Text>,
}

impl StepCommand for CloseArgs {
    const STEPS: &'static [Step] = &[Step::Close, Step::CloseWontFix, Step::Resolve];
}

impl StepArguments for CloseArgs {
    fn tickets(&mut self) -> Option<&mut Vec<KeyArg>> {
        Some(&mut self.key)
    }

    fn gives_notices(&self) -> bool {
        self.tell || self.message.is_some() || self.via.is_some()
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.message.iter_mut().chain(&mut self.note).collect()
    }

    fn also_named(&self) -> Vec<Key> {
        self.of.iter().cloned().collect()
    }

    fn complete(&self, form: &mut Form<'_>) -> Option<Command> {
        let key = first(&self.key)?;
        match (form.tickets.ticket(&key).map(Ticket::kind), self.resolution) {
            (Some(Kind::Csd), Some(Reason::Duplicate)) => self.resolve_duplicate(form, key),
            (Some(Kind::Csd), _) => self.resolve(form, key),
            (_, Some(reason)) => self.close_as(form, key, reason.into()),
            (_, None) => {
                form.begin(Step::Close, &key)?;
                let note = form.unasked(Field::Note, self.note.as_ref());
                self.without_words(form, Kind::Cus);
                Some(form.and_tell(self.tell, Close { cus: key, note }))
            }
        }
    }
}

impl CloseArgs {
    fn resolve(&self, form: &mut Form<'_>, csd: Key) -> Option<Command> {
        form.begin(Step::Resolve, &csd)?;
        if self.resolution.is_some() {
            form.fail(Failure::NotOfThisKind { field: Field::Resolution, kind: Kind::Csd });
        }
        let note = form.text_as(Field::Note, "How was it resolved?", self.note.as_ref());
        let message = match &self.message {
            None if self.via.is_some_and(Via::is_by_hand) => None,
            None if form.is_interactive() => form.text(Field::Message, None),
            given => form.unasked(Field::Message, given.as_ref()),
        };
        Some(Resolve { csd, note: note?, message, via: self.via }.into())
    }

    fn resolve_duplicate(&self, form: &mut Form<'_>, csd: Key) -> Option<Command> {
        form.begin(Step::ResolveDuplicate, &csd)?;
        if self.of.is_none() {
            form.miss(Field::Of);
        }
        let note = form.text(Field::Note, self.note.as_ref());
        Some(ResolveDuplicate { csd, of: self.of.clone()?, note: note? }.into())
    }

    fn close_as(&self, form: &mut Form<'_>, cus: Key, resolution: Resolution) -> Option<Command> {
        form.begin(Step::close_as(resolution), &cus)?;
        let of = match (resolution, &self.of) {
            (Resolution::Duplicate, None) => form.key(Field::Of),
            (_, of) => of.clone(),
        };
        let note = form.text(Field::Note, self.note.as_ref());
        self.without_words(form, Kind::Cus);
        Some(form.and_tell(self.tell, CloseAs { cus, resolution, note: note?, of }))
    }

    /// Refuses words for the customer where none are sent with the closing.
    fn without_words(&self, form: &mut Form<'_>, kind: Kind) {
        for field in [self.message.as_ref().map(|_| Field::Message), self.via.map(|_| Field::Via)].into_iter().flatten()
        {
            form.fail(Failure::NotOfThisKind { field, kind });
        }
    }
}

impl From<Reason> for Resolution {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::NotABug => Self::NotABug,
            Reason::Duplicate => Self::Duplicate,
            Reason::CannotReproduce => Self::CannotReproduce,
            Reason::WontFix => Self::WontFix,
            Reason::Withdrawn => Self::Withdrawn,
        }
    }
}
