//! The ways to deliver a notice.

use std::time::Duration;

use super::deadline::Deadline;
use super::letter::Letter;
use super::not_delivered::NotDelivered;
use super::smtp::{self, Server};
use super::{command, mail, webhook};

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

impl Channel {
    /// Delivers a letter, once, and returns what the channel gives as proof.
    ///
    /// # Errors
    /// Where it was not delivered within that time, or it cannot be told whether it was.
    pub fn deliver(&self, letter: &Letter, timeout: Duration) -> Result<String, NotDelivered> {
        let deadline = Deadline::within(timeout);
        match self {
            Self::Command(program) => command::deliver(program, &mail::rfc5322(letter)?, deadline),
            Self::Smtp(server) => smtp::deliver(server, &mail::message(letter)?, deadline),
            Self::Webhook { url } => webhook::deliver(url, letter, timeout),
        }
    }
}
