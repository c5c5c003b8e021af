//! The postmortem of a CUS ticket (R34).

use crate::workflow::time::Time;
use crate::workflow::vocabulary::vocabulary;

vocabulary! {
    /// The state of an action.
    pub ActionState {
        /// Owed.
        Open = "open",
        /// Done.
        Done = "done",
        /// Given up, with a note.
        Dropped = "dropped",
    }
}

/// Why it happened, and what is done so that it does not happen again.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Postmortem {
    /// The root cause.
    pub root_cause: Option<String>,
    /// The category.
    pub category: Option<String>,
    /// The lessons.
    pub lessons: Option<String>,
    /// The note given with it, which says why there is no action.
    pub note: Option<String>,
    /// The actions, in the order of their numbers.
    pub actions: Vec<Action>,
}

/// Something to be done, which Engineering owes until it is done or dropped.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// The number on its ticket, from 1.
    pub number: u32,
    /// What is to be done.
    pub text: String,
    /// The person who is to do it; without one, the ticket's assignee.
    pub owner: Option<String>,
    /// The due time.
    pub due: Time,
    /// The state.
    pub state: ActionState,
    /// The note with which it was done or dropped.
    pub note: Option<String>,
}

impl Postmortem {
    /// Whether nothing of it is written.
    pub fn is_blank(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it has what R34 asks for: a root cause, and an action or a note why there is none.
    pub fn is_complete(&self) -> bool {
        self.root_cause.is_some() && (!self.actions.is_empty() || self.note.is_some())
    }

    /// Returns the action with this number.
    pub fn action(&self, number: u32) -> Option<&Action> {
        self.actions.iter().find(|action| action.number == number)
    }

    /// Returns the actions that are owed.
    pub fn open_actions(&self) -> impl Iterator<Item = &Action> {
        self.actions.iter().filter(|action| action.state == ActionState::Open)
    }
}
