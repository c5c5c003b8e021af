//! An attempt to deliver a notice, and how it ended.

use crate::workflow::event::Event;
use crate::workflow::key::Key;

/// An attempt to deliver a notice.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The CUS ticket.
    pub cus: Key,
    /// The number of the notice on it.
    pub notice: u32,
    /// The audience; `None` if the notice does not wait any more.
    pub to: Option<String>,
    /// The customer's ticket that it is about, by the key that it goes by.
    pub csd: Option<Key>,
    /// The result.
    pub result: DeliveryResult,
    /// The events that were recorded of it.
    pub events: Vec<Event>,
}

/// The result of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryResult {
    /// It was delivered; the channel's receipt.
    Delivered(String),
    /// It stays queued, for this reason.
    Failed(String),
    /// Another process has it in hand, or delivered it meanwhile.
    Elsewhere,
}

impl Attempt {
    /// Whether it failed.
    pub fn has_failed(&self) -> bool {
        self.error().is_some()
    }

    /// The reason why it failed, if it did.
    pub fn error(&self) -> Option<&str> {
        match &self.result {
            DeliveryResult::Failed(error) => Some(error),
            DeliveryResult::Delivered(_) | DeliveryResult::Elsewhere => None,
        }
    }

    /// The channel's receipt, if it was delivered.
    pub fn receipt(&self) -> Option<&str> {
        match &self.result {
            DeliveryResult::Delivered(receipt) => Some(receipt),
            DeliveryResult::Failed(_) | DeliveryResult::Elsewhere => None,
        }
    }
}
