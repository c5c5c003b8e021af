//! A notice as it goes out.

use serde_json::Value;

use crate::workflow::Time;
use crate::workflow::notices::address::Mailbox;

/// A notice as it goes out.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Its message id, without angle brackets: the same however often it is sent.
    pub message_id: String,
    /// The message ids of what was told before on the same matter, oldest first.
    pub references: Vec<String>,
    /// The sender, for mails.
    pub from: Option<Mailbox>,
    /// The recipient, for mails.
    pub to: Option<Mailbox>,
    /// Whom it addresses.
    pub audience: String,
    /// The subject, on one line.
    pub subject: String,
    /// The message.
    pub text: String,
    /// When it was drafted.
    pub at: Time,
    /// What the audience may know of the ticket, for programs.
    pub ticket: Value,
}
