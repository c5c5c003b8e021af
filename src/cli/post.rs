//! What the configuration says about telling people: which way, in which words, by which server.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;

use super::config::{Config, Telling};
use super::error::UsageError;
use super::global::login_name;
use crate::channels::{Channel, Letter, Server};
use crate::workflow::notices::context::Facts;
use crate::workflow::notices::draft::NoticeSettings;
use crate::workflow::obligations::span::Span;
use crate::workflow::tickets::Tickets;
use crate::workflow::tickets::cus::{Cus, Notice};
use crate::workflow::vocabulary::{Audience, Via, Word};

/// How long a delivery may take unless the configuration says otherwise.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The domain of message ids where no sender is configured; it can never be anybody's.
const NOWHERE: &str = "cus.invalid";

/// The configuration, as far as it is about telling people.
pub(super) struct Post {
    config: Config,
}

impl Post {
    pub(super) fn read() -> anyhow::Result<Self> {
        Ok(Self::of(Config::read()?))
    }

    pub(super) fn of(config: Config) -> Self {
        Self { config }
    }

    /// How each audience is told: the configuration's way and subject, and the templates beside it.
    pub(super) fn notice_settings(&self) -> anyhow::Result<NoticeSettings> {
        let mut notice_settings = NoticeSettings::default();
        for to in Audience::ALL {
            let telling = self.config.notify.of(*to);
            let settings = notice_settings.of_mut(*to);
            if let Some(via) = telling.via {
                if !via.is_at_once() {
                    self.channel(*to, via)?;
                }
                settings.via = via;
            }
            if let Some(subject) = &telling.subject {
                settings.subject = subject.clone().into();
            }
            let path = self.template_path(*to);
            match std::fs::read_to_string(&path) {
                Ok(template) => settings.template = template.into(),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
            }
        }
        Ok(notice_settings)
    }

    /// Where a team's own template for that audience stands.
    pub(super) fn template_path(&self, to: Audience) -> PathBuf {
        self.config.path.with_file_name("templates").join(format!("{to}.md"))
    }

    /// Some text that no other command has, with the domain of the sender: the end of message ids.
    pub(super) fn token(&self) -> anyhow::Result<String> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(|error| anyhow::anyhow!("the system's random numbers: {error}"))?;
        let domain = self.config.smtp.as_ref().and_then(|smtp| smtp.from.as_deref()?.rsplit_once('@'));
        let domain = domain.map_or(NOWHERE, |(_, domain)| domain.trim_end_matches('>'));
        Ok(format!("{:016x}@{domain}", u64::from_be_bytes(random)))
    }

    /// What delivers to that audience in that way, and how long it may take.
    pub(super) fn channel(&self, to: Audience, via: Via) -> Result<(Channel, Duration), UsageError> {
        let telling = self.config.notify.of(to);
        let missing = |what: &str| {
            UsageError::with_fix(
                format!("{}: telling {to} by `{via}` needs {what}", self.config.path.display()),
                format!("cus notify CUS --to {to} --via print"),
            )
        };
        let channel = match via {
            Via::Command if telling.command.is_empty() => return Err(missing(&format!("`command` in [notify.{to}]"))),
            Via::Command => Channel::Command(telling.command.clone()),
            Via::Smtp => Channel::Smtp(self.server(&missing)?),
            Via::Webhook => {
                let url = telling.url.as_ref().ok_or_else(|| missing(&format!("`url` in [notify.{to}]")))?;
                if !url.starts_with("https://") && !url.starts_with("http://") {
                    return Err(missing(&format!("a `url` in [notify.{to}] that begins with https://")));
                }
                Channel::Webhook { url: url.clone() }
            }
            Via::Print | Via::Phone | Via::Portal | Via::InPerson => {
                return Err(UsageError::new(format!("`{via}` is told at once and needs no delivery")));
            }
        };
        if via.is_mail() && to != Audience::Customer && telling.to.is_none() {
            return Err(missing(&format!("an address, `to` in [notify.{to}]")));
        }
        Ok((channel, self.timeout(telling)?))
    }

    /// A notice as it goes out.
    pub(super) fn letter(&self, tickets: &Tickets, cus: &Cus, notice: &Notice) -> anyhow::Result<Letter> {
        let csd = notice.csd.as_ref().and_then(|csd| tickets.csd(csd));
        let to = match notice.to {
            Audience::Customer => csd.and_then(|csd| csd.address()).map(str::to_owned),
            to @ (Audience::Support | Audience::Product | Audience::Marketing) => self.config.notify.of(to).to.clone(),
        };
        let before = cus.notices.iter().filter(|other| {
            other.number < notice.number
                && (other.to, &other.csd) == (notice.to, &notice.csd)
                && other.via.is_mail()
                && other.told_at().is_some()
        });
        Ok(Letter {
            message_id: notice.message_id.clone(),
            references: before.map(|other| other.message_id.clone()).collect(),
            from: if notice.via.is_mail() { self.sender()? } else { String::new() },
            to: to.unwrap_or_default(),
            audience: notice.to,
            subject: notice.subject.clone().unwrap_or_default(),
            text: notice.message.clone(),
            at: notice.at,
            ticket: serde_json::to_value(Facts::of(tickets, cus, notice.to, csd, &notice.settles))?,
        })
    }

    /// The sender of mails: the configuration's, else the login at this machine.
    fn sender(&self) -> anyhow::Result<String> {
        if let Some(from) = self.config.smtp.as_ref().and_then(|smtp| smtp.from.clone()) {
            return Ok(from);
        }
        let login = login_name().context("the login name cannot be told: give `from` in [smtp]")?;
        let machine = whoami::hostname().context("the machine's name cannot be told: give `from` in [smtp]")?;
        Ok(format!("{login}@{machine}"))
    }

    fn server(&self, missing: &dyn Fn(&str) -> UsageError) -> Result<Server, UsageError> {
        let smtp = self.config.smtp.as_ref().ok_or_else(|| missing("[smtp] with `url` and `from`"))?;
        let url = smtp.url.clone().ok_or_else(|| missing("`url` in [smtp]"))?;
        if smtp.from.is_none() {
            return Err(missing("`from` in [smtp]"));
        }
        if !url.starts_with("smtps://") && !url.starts_with("smtp://") {
            return Err(missing("a `url` in [smtp] that begins with smtps:// or smtp://"));
        }
        let rest = url.split_once("://").map_or("", |(_, rest)| rest);
        if rest.contains('@') {
            return Err(missing("a `url` in [smtp] without a password: `user` and `password_command` serve for that"));
        }
        if smtp.user.is_some() && smtp.password_command.is_empty() {
            return Err(missing("`password_command` in [smtp] beside `user`"));
        }
        let is_here = ["localhost", "127.0.0.1", "[::1]"].iter().any(|host| rest.starts_with(host));
        if smtp.user.is_some() && !is_here && !url.starts_with("smtps://") && !url.contains("tls=required") {
            return Err(missing(
                "smtps:// or `?tls=required` in the `url` of [smtp]: a password must not go out in the open",
            ));
        }
        Ok(Server { url, user: smtp.user.clone(), password_command: smtp.password_command.clone() })
    }

    fn timeout(&self, telling: &Telling) -> Result<Duration, UsageError> {
        let Some(timeout) = &telling.timeout else { return Ok(TIMEOUT) };
        let seconds = match timeout.parse() {
            Ok(Span::Minutes(minutes)) => Some(u64::from(minutes) * 60),
            Ok(Span::Hours(_) | Span::Days(_)) => None,
            Err(_) => timeout.strip_suffix('s').and_then(|seconds| seconds.parse().ok()),
        };
        seconds.filter(|seconds| *seconds > 0).map(Duration::from_secs).ok_or_else(|| {
            UsageError::new(format!("{}: `{timeout}` is no timeout: write 10s or 2m", self.config.path.display()))
        })
    }
}
