//! Sending a mail through a server.

use std::error::Error;
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::{Message, SmtpTransport, Transport};

use super::command;
use super::not_delivered::{NotDelivered, first_line};

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

/// Sends the mail in one conversation of its own.
pub(super) fn deliver(server: &Server, message: &Message, timeout: Duration) -> Result<String, NotDelivered> {
    let failed = |error: &dyn Error| NotDelivered(format!("the mail server: {}", told(error)));
    let mut builder = SmtpTransport::from_url(&server.url).map_err(|error| failed(&error))?.timeout(Some(timeout));
    if let Some(user) = &server.user {
        let password = command::first_line_of(&server.password_command, timeout)?;
        builder = builder.credentials(Credentials::new(user.clone(), password));
    }
    let response = builder.build().send(message).map_err(|error| failed(&error))?;
    let said = first_line(&response.message().collect::<Vec<_>>().join(" "));
    Ok(format!("{} {said}", response.code()).trim().to_owned())
}

/// The error with what caused it.
fn told(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    first_line(&text.replace(['\r', '\n'], " "))
}
