//! Sending a mail through a server.

use std::error::Error;
use std::net::Ipv4Addr;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Message, SmtpTransport, Transport};
use ureq::http::Uri;

use super::command;
use super::deadline::Deadline;
use super::not_delivered::{NotDelivered, first_line};
use super::relay::{Cut, Relay};

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the conversation is kept from others.
    pub encryption: Encryption,
    /// Whose account it is.
    pub user: Option<String>,
    /// The program that prints the password.
    pub password_command: Vec<String>,
}

/// How a conversation is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// It is in the open.
    None,
    /// It is encrypted before anything of the mail is said.
    StartTls,
    /// It is encrypted from the beginning.
    Tls,
}

impl Server {
    /// Reads an address: `smtps://HOST`, `smtp://HOST?tls=required` or `smtp://HOST`.
    ///
    /// # Errors
    /// Fails with what is needed in its place.
    pub fn at(url: &str) -> Result<Self, &'static str> {
        let address: Uri = url.parse().map_err(|_| "a `url` in [smtp] such as smtps://mail.example.com")?;
        let (encryption, usual_port) = match (address.scheme_str(), address.query()) {
            (Some("smtps"), None | Some("tls=required")) => (Encryption::Tls, 465),
            (Some("smtp"), Some("tls=required")) => (Encryption::StartTls, 587),
            (Some("smtp"), None) => (Encryption::None, 25),
            (Some("smtps" | "smtp"), Some(_)) => {
                return Err("a `url` in [smtp] with nothing behind the host but `?tls=required`");
            }
            _ => return Err("a `url` in [smtp] that begins with smtps:// or smtp://"),
        };
        if address.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err("a `url` in [smtp] without a password: `user` and `password_command` serve for that");
        }
        if !["", "/"].contains(&address.path()) {
            return Err("a `url` in [smtp] with nothing behind the host but `?tls=required`");
        }
        let host = address.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let port = address.port_u16().unwrap_or(usual_port);
        Ok(Self { host, port, encryption, user: None, password_command: Vec::new() })
    }

    /// Whether what is said to it can be read by others on the way.
    pub fn is_in_the_open(&self) -> bool {
        self.encryption == Encryption::None && !["localhost", "127.0.0.1", "::1"].contains(&self.host.as_str())
    }
}

/// Sends the mail in one conversation of its own.
pub(super) fn deliver(server: &Server, message: &Message, deadline: Deadline) -> Result<String, NotDelivered> {
    let failed = |error: &dyn Error| NotDelivered(format!("the mail server: {}", told(error)));
    let tls = || TlsParameters::new(server.host.clone()).map_err(|error| failed(&error));
    let tls = match server.encryption {
        Encryption::None => Tls::None,
        Encryption::StartTls => Tls::Required(tls()?),
        Encryption::Tls => Tls::Wrapper(tls()?),
    };
    let credentials = match &server.user {
        Some(user) => {
            let password = command::first_line_of(&server.password_command, deadline)?;
            Some(Credentials::new(user.clone(), password))
        }
        None => None,
    };
    let relay = Relay::to(&server.host, server.port, deadline).map_err(|error| failed(&error))?;
    let here = SmtpTransport::builder_dangerous(Ipv4Addr::LOCALHOST.to_string());
    let mut builder = here.port(relay.port()).tls(tls).timeout(None);
    if let Some(credentials) = credentials {
        builder = builder.credentials(credentials);
    }
    let (answer, cut) = relay.through(deadline, || builder.build().send(message));
    let response = answer.map_err(|error| match cut {
        Some(Cut::Late) => NotDelivered(format!("the mail server did not come to an end within {deadline}")),
        Some(Cut::TooLong) => NotDelivered("the mail server says more than an answer can hold".to_owned()),
        None => failed(&error),
    })?;
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

#[cfg(test)]
mod tests {
    use super::{Encryption, Server};

    #[test]
    fn an_address_is_read_as_a_whole() {
        let read = |url| Server::at(url).map(|server| (server.host.clone(), server.port, server.encryption));
        assert_eq!(read("smtps://mail.example.com"), Ok(("mail.example.com".to_owned(), 465, Encryption::Tls)));
        assert_eq!(read("smtp://a.example?tls=required"), Ok(("a.example".to_owned(), 587, Encryption::StartTls)));
        assert_eq!(read("smtp://[::1]:2525/"), Ok(("::1".to_owned(), 2525, Encryption::None)));
        for wrong in ["smtp://a.example/tls=required", "smtp://a.example?x=tls=required", "http://a.example", "a"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_this_machine_is_spoken_to_in_the_open() {
        let is_open = |url| Server::at(url).map(|server| server.is_in_the_open());
        for url in ["smtp://localhost.evil.example", "smtp://127.0.0.1.evil.example:25", "smtp://mail.example.com"] {
            assert_eq!(is_open(url), Ok(true), "{url}");
        }
        for url in ["smtp://localhost:2525", "smtp://[::1]", "smtps://a.example", "smtp://a.example?tls=required"] {
            assert_eq!(is_open(url), Ok(false), "{url}");
        }
    }
}
