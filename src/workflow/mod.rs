//! The process itself: pure, without clock, terminal, SQL or files.
//!
//! A command comes in as data, [`decide`](decide::decide) answers with the events that follow from it or with a
//! [`Refusal`](refusal::Refusal) that names every rule in its way, [`Tickets::apply`](tickets::Tickets::apply) folds events into
//! tickets, and [`owed`](owed::owed) tells what the rules still demand. Rules are cited by their number in PROCESS.

pub mod command;
pub mod event;
pub mod field;
pub mod foreign;
pub mod key;
pub mod notices;
pub mod obligations;
pub mod refusal;
pub mod reports;
pub mod requirements;
pub mod rule;
pub mod rules;
pub mod step;
pub mod tickets;
pub mod vocabulary;
mod wording;
pub mod zone;

#[cfg(test)]
pub(crate) mod tests;

use vocabulary::Role;

/// A point in time, UTC, in whole milliseconds.
pub type Time = chrono::DateTime<chrono::Utc>;

/// A file that is kept with a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The file's name, without folders; unique on its ticket.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// The content's SHA-256, in hexadecimal.
    pub sha256: String,
    /// When it was attached.
    pub at: Time,
    /// Who attached it.
    pub by: String,
}

/// What surrounds a command: who, when, and what is in force.
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
    pub policy: std::sync::Arc<obligations::policy::Policy>,
    /// How each audience is told.
    pub notice_settings: notices::draft::NoticeSettings,
    /// What makes the message ids of this command's notices unlike all others: any text that is used once.
    pub token: String,
}
