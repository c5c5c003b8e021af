//! The one place that delivers notices: to a program, a mail server or a web address.
//!
//! Nothing here writes to the database. A delivery is tried once; who calls records what came of it.

mod claimant;
mod command;
mod mail;
mod reply;
mod smtp;
mod webhook;

use std::time::Duration;

use serde_json::Value;

use crate::workflow::Time;
use crate::workflow::vocabulary::Audience;

pub use claimant::{is_gone, this_process};
pub use reply::{NotAMail, Reply, words_of_mail};

/// A notice as it goes out.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Its message id, without angle brackets: the same however often it is sent.
    pub message_id: String,
    /// The message ids of what was told before on the same matter, oldest first.
    pub references: Vec<String>,
    /// The address of who sends it, for mails.
    pub from: String,
    /// The address to which it goes, for mails.
    pub to: String,
    /// Whom it addresses.
    pub audience: Audience,
    /// The subject, on one line.
    pub subject: String,
    /// The message.
    pub text: String,
    /// When it was drafted.
    pub at: Time,
    /// What the audience may know of the ticket, for programs.
    pub ticket: Value,
}

/// A way to deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Channel {
    /// A program that takes a mail on its standard input; its exit status decides.
    Command(Vec<String>),
    /// A mail server.
    Smtp(Server),
    /// A web address that takes JSON.
    Webhook {
        /// The address.
        url: String,
    },
}

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its address: `smtps://HOST`, `smtp://HOST?tls=required` or `smtp://HOST`.
    pub url: String,
    /// Whose account it is.
    pub user: Option<String>,
    /// The program that prints the password.
    pub password_command: Vec<String>,
}

/// Why a notice was not delivered. It never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotDelivered(String);

impl Channel {
    /// Delivers a letter, once, and returns what the channel gives as proof.
    ///
    /// # Errors
    /// Where it was not delivered within that time, or it cannot be told whether it was.
    pub fn deliver(&self, letter: &Letter, timeout: Duration) -> Result<String, NotDelivered> {
        match self {
            Self::Command(program) => command::deliver(program, &mail::rfc5322(letter)?, timeout),
            Self::Smtp(server) => smtp::deliver(server, &mail::message(letter)?, timeout),
            Self::Webhook { url } => webhook::deliver(url, letter, timeout),
        }
    }
}

/// The first line of what a program or a server said, short enough to be shown.
fn first_line(text: &str) -> String {
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().chars().take(300).collect()
}
