//! What can go wrong at the desk.

use crate::app::delivery_settings::SettingsError;
use crate::app::redact::RedactError;
use crate::app::reply::ReplyError;
use crate::store::StoreError;
use crate::workflow::obligations::policy::PolicyError;
use crate::workflow::refusal::Refusal;

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The workflow refuses.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database cannot do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The policy cannot be set so.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// Nothing can be removed so.
    #[error(transparent)]
    Redact(#[from] RedactError),
    /// A mail cannot be taken in.
    #[error(transparent)]
    Reply(#[from] ReplyError),
    /// The delivery settings are not complete.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The system has no random numbers, without which a message has no id of its own.
    #[error("no random numbers: {0}")]
    Random(getrandom::Error),
    /// A temporary file could not be made.
    #[error("a temporary file: {0}")]
    TemporaryFile(std::io::Error),
}

impl DeskError {
    /// The refusal, where the workflow refused.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Store(_)
            | Self::Policy(_)
            | Self::Redact(_)
            | Self::Reply(_)
            | Self::Settings(_)
            | Self::Random(_)
            | Self::TemporaryFile(_) => None,
        }
    }
}
