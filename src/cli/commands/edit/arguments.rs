//! The corrections that flags, a line of a batch or a form can ask for.

use clap::Args;
use serde::Deserialize;

use crate::cli::input::{KeyArg, Text, one_or_many, word};
use crate::cli::step::arguments::StepArguments;
use crate::cli::step::form::{Form, nonblank};
use crate::workflow::command::{Command, Edit};
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::refusal::Failure;
use crate::workflow::step::Step;
use crate::workflow::vocabulary::{Channel, Priority};

/// Correct what was recorded
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::cli) struct EditArgs {
    /// The ticket, of either kind (several, or `-`)
    #[arg(value_name = "KEY")]
    #[serde(alias = "cus", deserialize_with = "one_or_many")]
    pub(super) key: Vec<KeyArg>,
    /// The new summary
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(super) summary: Option<String>,
    /// The new priority of a CUS ticket; lowering it needs a note
    #[arg(long, value_name = "PRIORITY", value_parser = word::<Priority>())]
    pub(super) priority: Option<Priority>,
    /// The new reproduction steps of a CUS ticket
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(super) steps: Option<Text>,
    /// The new description of a customer's ticket
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(super) description: Option<Text>,
    /// The new customer of a customer's ticket
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub(super) customer: Option<String>,
    /// The new contact of a customer's ticket
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(super) contact: Option<String>,
    /// The new channel of a customer's ticket
    #[arg(long, value_name = "CHANNEL", value_parser = word::<Channel>())]
    pub(super) channel: Option<Channel>,
    /// The new product version of a customer's ticket
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    pub(super) product_version: Option<String>,
    /// The desk's own key, in the place of one that cus gave or, with a note, that was mistyped
    #[arg(long, value_name = "KEY")]
    pub(super) csd: Option<Key>,
    /// Why
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(super) note: Option<Text>,
}

impl EditArgs {
    /// Whether nothing is said to change.
    pub(super) fn is_bare(&self) -> bool {
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
