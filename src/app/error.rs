//! What can go wrong at the desk.

use crate::app::delivery_settings::SettingsError;
use crate::channels::NotAMail;
use crate::store::StoreError;
use crate::workflow::key::Key;
use crate::workflow::obligations::policy::PolicyError;
use crate::workflow::refusal::Refusal;

/// The reason why something could not be done.
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

/// The reason why nothing can be removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RedactError {
    /// The note would keep what is removed.
    #[error("the note holds the text that is to be removed")]
    NoteHoldsText,
}

/// The reason why a mail cannot be taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// It is no mail.
    #[error(transparent)]
    NotAMail(#[from] NotAMail),
    /// It answers a notice about another ticket than the one that was named.
    #[error("the mail answers a notice about `{found}`, not about `{named}`")]
    AboutAnother {
        /// The ticket that it is about.
        found: Key,
        /// The ticket that was named.
        named: Key,
    },
    /// It answers no notice that is recorded here, and its subject names no ticket of who wrote it.
    #[error("no ticket is known that the mail from `{from}` is about")]
    NoTicket {
        /// The address from which it came.
        from: String,
        /// The ticket that its subject names, of another contact.
        subject: Option<Key>,
    },
}

impl DeskError {
    /// Returns the refusal, if the workflow refused.
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
