//! An attempt to deliver a notice, and how it ended.

use crate::workflow::event::Event;
use crate::workflow::key::Key;
use crate::workflow::vocabulary::Audience;

/// An attempt to deliver a notice.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The CUS ticket.
    pub cus: Key,
    /// The number of the notice on it.
    pub notice: u32,
    /// Whom it addresses; `None` where the notice does not wait any more.
    pub to: Option<Audience>,
    /// The customer's ticket that it is about, by the key that it goes by.
    pub csd: Option<Key>,
    /// How it ended.
    pub result: DeliveryResult,
    /// What was recorded of it.
    pub events: Vec<Event>,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryResult {
    /// The audience is told; what the channel gave as proof.
    Delivered(String),
    /// It stays queued; why.
    Failed(String),
    /// Another process has it in hand, or delivered it meanwhile.
    Elsewhere,
}

impl Attempt {
    /// Whether it failed.
    pub fn has_failed(&self) -> bool {
        self.error().is_some()
    }

    /// Why it failed, where it did.
    pub fn error(&self) -> Option<&str> {
        match &self.result {
            DeliveryResult::Failed(error) => Some(error),
            DeliveryResult::Delivered(_) | DeliveryResult::Elsewhere => None,
        }
    }

    /// What the channel gave as proof, where it was delivered.
    pub fn receipt(&self) -> Option<&str> {
        match &self.result {
            DeliveryResult::Delivered(receipt) => Some(receipt),
            DeliveryResult::Failed(_) | DeliveryResult::Elsewhere => None,
        }
    }
}
