//! Tickets of other trackers, in the words of the process (R32).

use std::collections::BTreeMap;

use crate::workflow::key::Key;
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{Channel, Handler, Kind, Priority, Resolution};

/// A ticket of another tracker, with its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// The key that it has there, which stays.
    pub key: Key,
    /// What it is to the process.
    pub kind: Kind,
    /// The tracker, such as `jira`.
    pub tracker: String,
    /// When it began.
    pub created: Time,
    /// When it last changed there.
    pub updated: Time,
    /// Who recorded it.
    pub reporter: String,
    /// Whose issue it is.
    pub customer: String,
    /// Where the customer is reached.
    pub contact: Option<String>,
    /// How it arrived.
    pub channel: Channel,
    /// The product version that the customer runs.
    pub product_version: Option<String>,
    /// One line.
    pub summary: String,
    /// The whole story.
    pub description: Option<String>,
    /// How urgent it is.
    pub priority: Priority,
    /// The CUS ticket to which a customer's ticket is linked.
    pub cus: Option<Key>,
    /// What happened to it, in its order.
    pub past: Vec<Past>,
    /// What the process has no place for, by the names that it has there.
    pub rest: BTreeMap<String, String>,
}

/// Something that happened in another tracker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// When.
    pub at: Time,
    /// Who did it.
    pub actor: String,
    /// What.
    pub what: Happened,
}

/// What can have happened in another tracker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// Somebody said something.
    Said(String),
    /// A field was changed.
    Changed {
        /// The field, by the tracker's name.
        field: String,
        /// What it held.
        from: Option<String>,
        /// What it held from then on.
        to: Option<String>,
    },
    /// Somebody took a customer's ticket in hand.
    HandedTo(Handler),
    /// The fix came with this version.
    Fixed(String),
    /// A customer's ticket was over.
    Resolved(Option<String>),
    /// An escalation was over.
    Closed {
        /// How.
        resolution: Resolution,
        /// The original, for a duplicate.
        of: Option<Key>,
    },
    /// An escalation was over but for what its customers say.
    AwaitsCustomers,
    /// It was not over after all.
    Reopened,
}

impl Happened {
    /// Whether it moves the ticket on, so that its place among others of that kind matters.
    pub fn moves(&self) -> bool {
        !matches!(self, Self::Said(_) | Self::Changed { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_fields_of_the_trackers_own_move_no_ticket() {
        let changed = Happened::Changed { field: "Team".to_owned(), from: None, to: None };
        assert!(!Happened::Said("Looking".to_owned()).moves() && !changed.moves());
        assert!(Happened::Reopened.moves() && Happened::HandedTo(Handler::Support).moves());
    }
}
