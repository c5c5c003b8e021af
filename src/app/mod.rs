//! The use cases: what a program that embeds `cus` calls.
//!
//! A [`Desk`] is a database at which an [`Actor`] works. It loads the tickets that a command is decided on, decides it by
//! the policy in force, records what follows, and delivers the notices that it queued.

mod actor;
mod attempt;
mod customers;
mod delivery;
mod delivery_settings;
mod desk;
mod error;
mod import;
mod kept_file;
mod message_ids;
mod outcome;
mod policy;
mod redact;
mod reply;
mod report_mail;
mod request;
#[cfg(test)]
mod tests;
mod transaction;

pub use actor::{Actor, machine_zone};
pub use attempt::{Attempt, DeliveryResult};
pub use delivery_settings::{AudienceDelivery, DeliverySettings, SettingsError, SmtpSettings};
pub use desk::Desk;
pub use error::{DeskError, RedactError, ReplyError};
pub use kept_file::KeptFile;
pub use outcome::Outcome;
pub use policy::PolicyChange;
pub use redact::Redact;
pub use reply::Reply;
pub use report_mail::MailReport;
pub use request::Request;
#[cfg(feature = "hostile")]
pub(crate) use transaction::rehearse;
pub use transaction::{Loaded, Transaction};
