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
use crate::workflow::vocabulary::{Kind, Resolution, vocabulary};

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

    fn texts(&mut self) -> Vec<&mut Text> {
        self.note.iter_mut().collect()
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
                Some(Close { cus: key, note }.into())
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
        Some(Resolve { csd, note: note? }.into())
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
        Some(CloseAs { cus, resolution, note: note?, of }.into())
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
