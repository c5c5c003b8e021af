//! Tickets of other trackers, in the words of the process (R32).

use std::collections::BTreeMap;

use crate::workflow::key::Key;
use crate::workflow::tickets::stage::Stage;
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{Channel, Handler, Kind, Priority, Resolution};

/// A ticket of another tracker, with its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// The tracker's key, which it keeps.
    pub key: Key,
    /// The kind of ticket that it becomes.
    pub kind: Kind,
    /// The tracker, such as `jira`.
    pub tracker: String,
    /// The source, such as `zendesk`: it is known by that and by its key there.
    pub source: String,
    /// The key that it has there, as it is written there.
    pub there: String,
    /// The keys there of the tickets to which it is linked there.
    pub links: Vec<String>,
    /// The time at which it was created.
    pub created: Time,
    /// The time of its last change there.
    pub updated: Time,
    /// The person who recorded it.
    pub reporter: String,
    /// The customer.
    pub customer: String,
    /// The customer's contact.
    pub contact: Option<String>,
    /// The channel by which it arrived.
    pub channel: Channel,
    /// The product version that the customer runs.
    pub product_version: Option<String>,
    /// The summary, one line.
    pub summary: String,
    /// The description.
    pub description: Option<String>,
    /// The priority.
    pub priority: Priority,
    /// The CUS ticket to which a CSD ticket is linked.
    pub cus: Option<Key>,
    /// Its history, oldest first.
    pub past: Vec<Past>,
    /// The stage at which it stands there.
    pub stands: Stage,
    /// Whether its history tells every move, and not only those that its state implies.
    pub has_changelog: bool,
    /// Fields that the process does not have, by the tracker's names.
    pub rest: BTreeMap<String, String>,
}

impl Foreign {
    /// The ticket of which it is a duplicate.
    pub(crate) fn original(&self) -> Option<&Key> {
        self.past.iter().find_map(|past| {
            let Happened::Closed { of, .. } = &past.what else { return None };
            of.as_ref()
        })
    }
}

/// Where an imported ticket comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The source, such as `zendesk`.
    pub source: String,
    /// The key that it has there, as it is written there.
    pub key: String,
    /// The keys there of the tickets to which it is linked there.
    pub links: Vec<String>,
    /// Fields that the process does not have, by the tracker's names.
    pub rest: BTreeMap<String, String>,
}

impl Origin {
    /// Whether this key of another tracker is the ticket's: a bare number has a `#` before it, and may have its source.
    pub(crate) fn answers_to(&self, key: &Key) -> bool {
        let (own, key) = (self.key.trim().to_uppercase(), key.as_str());
        let numbered = || key.rsplit_once('#').filter(|(_, number)| own.trim_start_matches('#') == *number);
        own == key || numbered().is_some_and(|(source, _)| source.is_empty() || source == self.source.to_uppercase())
    }
}

/// Something that happened in another tracker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// The time.
    pub at: Time,
    /// The actor.
    pub actor: String,
    /// The change.
    pub what: Happened,
}

/// The changes that another tracker can report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// A comment.
    Said(String),
    /// A field was changed.
    Changed {
        /// The field, by the tracker's name.
        field: String,
        /// The value before.
        from: Option<String>,
        /// The value after.
        to: Option<String>,
    },
    /// A CSD ticket was taken in hand.
    HandedTo(Handler),
    /// A CUS ticket was returned to Support.
    Returned,
    /// Engineering assessed a CUS ticket.
    Assessed,
    /// The release was decided: for this version, or for none.
    Decided(Option<String>),
    /// The fix came with this version.
    Fixed(String),
    /// A CSD ticket was resolved.
    Resolved(Option<String>),
    /// A CUS ticket was closed.
    Closed {
        /// The resolution.
        resolution: Resolution,
        /// The original, for a duplicate.
        of: Option<Key>,
    },
    /// A CUS ticket was finished, except for its customers' confirmation.
    AwaitsCustomers,
    /// The ticket was reopened.
    Reopened,
}

impl Happened {
    /// Whether it changes the ticket's stage, so that its order among such changes matters.
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
