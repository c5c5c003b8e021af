//! Announcements of a CUS ticket (R36).

use crate::workflow::event;
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{Announcement, Via};

/// An announcement: it tells colleagues what happened, and settles nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Announced {
    /// Its number among the ticket's notices.
    pub number: u32,
    /// The message id, without angle brackets.
    pub message_id: String,
    /// The audience, one of the policy's.
    pub audience: String,
    /// The happenings.
    pub what: Vec<Announcement>,
    /// The channel.
    pub via: Via,
    /// The time at which it was drafted.
    pub at: Time,
    /// The subject.
    pub subject: Option<String>,
    /// The message.
    pub message: String,
    /// The outcome.
    pub status: AnnouncedStatus,
}

/// The status of an announcement.
#[derive(Debug, Clone, PartialEq)]
pub enum AnnouncedStatus {
    /// Waiting for delivery.
    Queued,
    /// Delivered.
    Told {
        /// The time.
        at: Time,
        /// The channel's receipt.
        receipt: String,
    },
    /// Dropped by somebody, before it was delivered.
    Dropped {
        /// The time.
        at: Time,
    },
}

impl Announced {
    /// Returns the announcement as it was drafted.
    pub(super) fn drafted(fact: &event::Announced, at: Time) -> Self {
        Self {
            number: fact.notice,
            message_id: fact.message_id.clone(),
            audience: fact.audience.clone(),
            what: fact.what.clone(),
            via: fact.via,
            at,
            subject: fact.texts.subject.clone(),
            message: fact.texts.message.clone(),
            status: AnnouncedStatus::Queued,
        }
    }

    /// Whether it waits for delivery.
    pub fn is_queued(&self) -> bool {
        self.status == AnnouncedStatus::Queued
    }
}
