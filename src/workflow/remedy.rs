//! Remedies: what puts something right, as data. Whoever shows one spells it.

use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::step::Step;
use crate::workflow::time::Time;
use crate::workflow::vocabulary::Audience;

/// A remedy, which puts a failure right or settles a duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// Give the same command all of these inputs.
    Supply(Vec<Field>),
    /// Give the same command exactly one of these inputs.
    SupplyOne(Vec<Field>),
    /// Give the same command this value of an input.
    Set(Field, &'static str),
    /// Give the same command this time or a later one.
    SetTime(Time),
    /// Take a step on a ticket.
    Take {
        /// The step.
        step: Step,
        /// The ticket that it is taken on.
        key: Key,
        /// The CSD ticket to which it is narrowed, by the key that it goes by.
        csd: Option<Key>,
        /// The input that it is about, of a step with many.
        field: Option<Field>,
    },
    /// Take the step of escalation on CSD tickets yet to be named.
    EscalateSome,
    /// Try again to deliver what is queued on a ticket.
    RetryDelivery(Key),
    /// Rename a customer, or merge it with another.
    RenameCustomer(String),
    /// Look at all customers.
    ListCustomers,
    /// Say that an action is done.
    EndAction {
        /// The ticket.
        key: Key,
        /// The action's number.
        number: u32,
    },
    /// Look at a ticket.
    Show(Key),
    /// Look at the next steps of a ticket.
    ShowNext(Key),
    /// Look at what is decided for a version.
    ShowVersion(String),
    /// Check the template of an audience.
    CheckTemplate(Audience),
}

impl Remedy {
    /// Returns the remedy of taking a step on a ticket.
    pub fn take(step: Step, key: &Key) -> Self {
        Self::Take { step, key: key.clone(), csd: None, field: None }
    }

    /// Returns the remedy of taking a step on a ticket, narrowed to one of its CSD tickets.
    pub fn take_about(step: Step, key: &Key, csd: Option<&Key>) -> Self {
        Self::Take { step, key: key.clone(), csd: csd.cloned(), field: None }
    }

    /// Returns the remedy of correcting one field of a ticket.
    pub fn correct(key: &Key, field: Field) -> Self {
        Self::Take { step: Step::Edit, key: key.clone(), csd: None, field: Some(field) }
    }
}
