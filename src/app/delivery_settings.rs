//! Delivery settings: the channel, the address and the words for each audience. Plain data, wherever it was read.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use crate::channels::{Channel, Letter, Server};
use crate::workflow::notices::address::Mailbox;
use crate::workflow::notices::context::Facts;
use crate::workflow::notices::draft::NoticeSettings;
use crate::workflow::obligations::span::Span;
use crate::workflow::tickets::announced::{Announced, AnnouncedStatus};
use crate::workflow::tickets::cus::{Cus, Notice};
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::{Audience, Via, Word};

/// The time that a delivery may take unless the settings say otherwise.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The domain of message ids where no sender is known; it can never be anybody's.
const NOWHERE: &str = "cus.invalid";

/// The delivery settings of every audience. Without any, notices are printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct DeliverySettings {
    /// The original reporter of a customer's ticket.
    pub support: AudienceDelivery,
    /// Product.
    pub product: AudienceDelivery,
    /// Marketing.
    pub marketing: AudienceDelivery,
    /// Customers.
    pub customer: AudienceDelivery,
    /// Other audiences, which get announcements alone (R36).
    #[serde(flatten)]
    pub named: BTreeMap<String, AudienceDelivery>,
    /// The mail server.
    #[serde(skip)]
    pub smtp: Option<SmtpSettings>,
    /// The sender of mails where the mail server's settings name none.
    #[serde(skip)]
    pub sender: Option<Mailbox>,
}

/// The delivery settings of one audience. Whatever is left out is as it is without settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AudienceDelivery {
    /// The channel, if a command names none.
    pub via: Option<Via>,
    /// The program, and its arguments, that takes the mail on its standard input.
    pub command: Vec<String>,
    /// The address to which mails go; a customer's go to the contact.
    pub to: Option<Mailbox>,
    /// The subject, a Jinja template.
    pub subject: Option<String>,
    /// The web address that takes JSON.
    pub url: Option<String>,
    /// The time that a delivery may take.
    #[serde(deserialize_with = "timeout")]
    pub timeout: Option<Duration>,
    /// The message, a Jinja template.
    #[serde(skip)]
    pub template: Option<String>,
}

/// The mail server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpSettings {
    /// Its address: `smtps://HOST`, `smtp://HOST?tls=required` or `smtp://HOST`.
    pub url: Option<String>,
    /// The sender of mails, with a name or without.
    pub from: Option<Mailbox>,
    /// Whose account it is.
    pub user: Option<String>,
    /// The program that prints the password.
    #[serde(default)]
    pub password_command: Vec<String>,
}

/// Something that is missing from the settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A channel needs something that is not there.
    #[error("notifying {to} by `{via}` needs {what}")]
    Missing {
        /// The audience.
        to: String,
        /// The channel.
        via: Via,
        /// The missing setting.
        what: String,
    },
    /// A channel that settles at once has nothing to deliver.
    #[error("`{0}` settles at once and needs no delivery")]
    AtOnce(Via),
    /// The sender of mails is not known.
    #[error("the sender of mails is not known: give `from` in [smtp]")]
    NoSender,
}

impl DeliverySettings {
    /// Returns the settings of an audience.
    pub fn of(&self, to: Audience) -> &AudienceDelivery {
        match to {
            Audience::Support => &self.support,
            Audience::Product => &self.product,
            Audience::Marketing => &self.marketing,
            Audience::Customer => &self.customer,
        }
    }

    /// Returns the settings of an audience, to be changed.
    pub fn of_mut(&mut self, to: Audience) -> &mut AudienceDelivery {
        match to {
            Audience::Support => &mut self.support,
            Audience::Product => &mut self.product,
            Audience::Marketing => &mut self.marketing,
            Audience::Customer => &mut self.customer,
        }
    }

    /// Checks that nothing is missing for the channels of the audiences.
    ///
    /// # Errors
    /// Fails if something is.
    pub fn check(&self) -> Result<(), SettingsError> {
        let known = Audience::ALL.iter().map(|to| (to.as_str(), self.of(*to)));
        for (to, settings) in known.chain(self.named.iter().map(|(to, settings)| (to.as_str(), settings))) {
            if let Some(via) = settings.via.filter(|via| !via.is_at_once()) {
                self.channel(to, via)?;
            }
        }
        Ok(())
    }

    /// Returns the channels and templates with which notices are drafted.
    pub fn notice_settings(&self) -> NoticeSettings {
        let mut notice_settings = NoticeSettings::default();
        for to in Audience::ALL {
            let AudienceDelivery { via, subject, template, .. } = self.of(*to);
            let settings = notice_settings.of_mut(*to);
            if let Some(via) = *via {
                settings.via = via;
            }
            if let Some(subject) = subject {
                settings.subject = subject.clone().into();
            }
            if let Some(template) = template {
                settings.template = template.clone().into();
            }
        }
        let named = self.named.iter();
        notice_settings.named = named.filter_map(|(to, settings)| Some((to.clone(), settings.via?))).collect();
        notice_settings
    }

    /// Returns the channel that delivers to that audience in that way, and the time that it may take.
    ///
    /// # Errors
    /// Fails if something is missing for it.
    pub fn channel(&self, to: &str, via: Via) -> Result<(Channel, Duration), SettingsError> {
        let missing = |what: &str| SettingsError::Missing { to: to.to_owned(), via, what: what.to_owned() };
        let settings = self.named(to).ok_or_else(|| missing(&format!("[notify.{to}]")))?;
        let channel = match via {
            Via::Command if settings.command.is_empty() => {
                return Err(missing(&format!("`command` in [notify.{to}]")));
            }
            Via::Command => Channel::Command(settings.command.clone()),
            Via::Smtp => Channel::Smtp(self.server().map_err(missing)?),
            Via::Webhook => {
                let url = settings.url.as_ref().ok_or_else(|| missing(&format!("`url` in [notify.{to}]")))?;
                if !url.starts_with("https://") && !url.starts_with("http://") {
                    return Err(missing(&format!("a `url` in [notify.{to}] that begins with https://")));
                }
                Channel::Webhook { url: url.clone() }
            }
            Via::Print | Via::Phone | Via::Portal | Via::InPerson => return Err(SettingsError::AtOnce(via)),
        };
        if via.is_mail() && to != Audience::Customer.as_str() && settings.to.is_none() {
            return Err(missing(&format!("an address, `to` in [notify.{to}]")));
        }
        Ok((channel, settings.timeout.unwrap_or(TIMEOUT)))
    }

    /// Returns a notice as it goes out.
    pub(in crate::app) fn letter(
        &self,
        tickets: &Tickets,
        ticket: &Ticket,
        notice: &Notice,
    ) -> Result<Letter, SettingsError> {
        let csd = notice.csd.as_ref().and_then(|csd| tickets.csd(csd));
        let to = match notice.to {
            Audience::Customer => csd.and_then(|csd| Mailbox::of(csd.address()?).ok()),
            to @ (Audience::Support | Audience::Product | Audience::Marketing) => self.of(to).to.clone(),
        };
        let before = ticket.notices().iter().filter(|other| {
            other.number < notice.number
                && (other.to, &other.csd) == (notice.to, &notice.csd)
                && other.via.is_mail()
                && other.told_at().is_some()
        });
        let from = self.sender_by(notice.via)?;
        Ok(Letter {
            message_id: notice.message_id.clone(),
            references: before.map(|other| other.message_id.clone()).collect(),
            from,
            to,
            audience: notice.to.to_string(),
            subject: notice.subject.clone().unwrap_or_default(),
            text: notice.message.clone(),
            at: notice.at,
            ticket: serde_json::to_value(Facts::about(tickets, ticket, notice.to, csd, &notice.settles))
                .unwrap_or_default(),
        })
    }

    /// Returns an announcement as it goes out.
    pub(in crate::app) fn announcement(
        &self,
        tickets: &Tickets,
        cus: &Cus,
        announced: &Announced,
    ) -> Result<Letter, SettingsError> {
        let before = cus.announcements.iter().filter(|other| {
            other.number < announced.number
                && other.audience == announced.audience
                && other.via.is_mail()
                && matches!(other.status, AnnouncedStatus::Told { .. })
        });
        // Every audience of announcements is colleagues: they may know what Product may.
        let facts = Facts::of(tickets, cus, Audience::Product, None, &[]);
        Ok(Letter {
            message_id: announced.message_id.clone(),
            references: before.map(|other| other.message_id.clone()).collect(),
            from: self.sender_by(announced.via)?,
            to: self.named(&announced.audience).and_then(|settings| settings.to.clone()),
            audience: announced.audience.clone(),
            subject: announced.subject.clone().unwrap_or_default(),
            text: announced.message.clone(),
            at: announced.at,
            ticket: serde_json::to_value(facts).unwrap_or_default(),
        })
    }

    /// Returns the settings of the audience of this name, where it has any.
    fn named(&self, to: &str) -> Option<&AudienceDelivery> {
        match Audience::from_word(to) {
            Some(to) => Some(self.of(to)),
            None => self.named.get(to),
        }
    }

    /// Returns the sender, where the channel has one.
    fn sender_by(&self, via: Via) -> Result<Option<Mailbox>, SettingsError> {
        match via.is_mail() {
            true => Ok(Some(self.from().or(self.sender.as_ref()).ok_or(SettingsError::NoSender)?.clone())),
            false => Ok(None),
        }
    }

    /// Returns the domain of message ids: the sender's.
    pub(crate) fn domain(&self) -> String {
        self.from().map_or_else(|| NOWHERE.to_owned(), Mailbox::domain)
    }

    fn from(&self) -> Option<&Mailbox> {
        self.smtp.as_ref()?.from.as_ref()
    }

    /// Returns the mail server, or the setting that is missing for it.
    fn server(&self) -> Result<Server, &'static str> {
        let smtp = self.smtp.as_ref().ok_or("[smtp] with `url` and `from`")?;
        let url = smtp.url.as_deref().ok_or("`url` in [smtp]")?;
        if smtp.from.is_none() {
            return Err("`from` in [smtp]");
        }
        let server = Server::at(url)?;
        if smtp.user.is_some() && smtp.password_command.is_empty() {
            return Err("`password_command` in [smtp] beside `user`");
        }
        if smtp.user.is_some() && server.is_in_the_open() {
            return Err("smtps:// or `?tls=required` in the `url` of [smtp]: a password must not go out in the open");
        }
        Ok(Server { user: smtp.user.clone(), password_command: smtp.password_command.clone(), ..server })
    }
}

/// Reads `10s` or `2m`.
fn timeout<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    let seconds = match text.parse() {
        Ok(Span::Minutes(minutes)) => Some(u64::from(minutes) * 60),
        Ok(Span::Hours(_) | Span::Days(_)) => None,
        Err(_) => text.strip_suffix('s').and_then(|seconds| seconds.parse().ok()),
    };
    let timeout = seconds.filter(|seconds| *seconds > 0).map(Duration::from_secs);
    timeout.map(Some).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is no timeout: write 10s or 2m")))
}
