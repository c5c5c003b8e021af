//! The delivery settings of the configuration, with the templates beside it.

use std::path::PathBuf;

use anyhow::Context as _;

use super::config::Config;
use super::error::UsageError;
use super::global::login_name;
use super::hint;
use super::input::small_file;
use crate::app::{DeliverySettings, SettingsError};
use crate::workflow::notices::address::Mailbox;
use crate::workflow::vocabulary::{Audience, Word};

impl Config {
    /// Returns the delivery settings, with nothing missing.
    pub(super) fn checked_delivery_settings(&self) -> anyhow::Result<DeliverySettings> {
        let settings = self.delivery_settings()?;
        settings.check().map_err(|error| self.incomplete(&error))?;
        Ok(settings)
    }

    /// Returns the delivery settings.
    pub(super) fn delivery_settings(&self) -> anyhow::Result<DeliverySettings> {
        let mut settings = DeliverySettings { smtp: self.smtp.clone(), sender: self.sender(), ..self.notify.clone() };
        for to in Audience::ALL {
            let path = self.template_path(*to);
            match small_file::read_ordinary(&path) {
                // A file that is being made by redirecting this very command is empty, and no template yet.
                Ok(template) if template.trim().is_empty() => {}
                Ok(template) => settings.of_mut(*to).template = Some(template),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
            }
        }
        Ok(settings)
    }

    /// The place of a team's own template for that audience.
    pub(super) fn template_path(&self, to: Audience) -> PathBuf {
        self.path.with_file_name("templates").join(format!("{to}.md"))
    }

    /// The error for settings in which something is missing.
    pub(super) fn incomplete(&self, error: &SettingsError) -> UsageError {
        let message = format!("{}: {error}", self.path.display());
        match error {
            SettingsError::Missing { to, .. } if Audience::from_word(to).is_some() => {
                UsageError::with_fix(message, hint::command(&format!("notify CUS --to {to} --via print")))
            }
            SettingsError::Missing { .. } | SettingsError::AtOnce(_) | SettingsError::NoSender => {
                UsageError::new(message)
            }
        }
    }

    /// The login at this machine, where a program gets mails and no sender is configured.
    fn sender(&self) -> Option<Mailbox> {
        let has_program = Audience::ALL.iter().any(|to| !self.notify.of(*to).command.is_empty());
        let is_named = self.smtp.as_ref().is_some_and(|smtp| smtp.from.is_some());
        if !has_program || is_named {
            return None;
        }
        Mailbox::of(&format!("{}@{}", login_name()?, whoami::hostname().ok()?)).ok()
    }
}
