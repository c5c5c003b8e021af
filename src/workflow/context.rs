//! What surrounds a command.

use std::sync::Arc;

use crate::workflow::notices::draft::NoticeSettings;
use crate::workflow::obligations::policy::Policy;
use crate::workflow::time::Time;
use crate::workflow::vocabulary::Role;

/// Who gives a command, when, and what is in force.
#[derive(Debug, Clone)]
pub struct Context {
    /// The time of the command.
    pub now: Time,
    /// Whether the time was set by hand: then it must not be before the tickets' last event.
    pub now_is_explicit: bool,
    /// Who gives the command.
    pub actor: String,
    /// The actor's roles; empty where none is known (R28).
    pub roles: Vec<Role>,
    /// The policy in force (R29).
    pub policy: Arc<Policy>,
    /// How each audience is told.
    pub notice_settings: NoticeSettings,
    /// What makes the message ids of this command's notices unlike all others: any text that is used once.
    pub token: String,
}
