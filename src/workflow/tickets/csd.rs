//! The customer's ticket at the service desk.

use crate::workflow::attachment::Attachment;
use crate::workflow::key::Key;
use crate::workflow::notices::address::mail_address;
use crate::workflow::obligations::duty::{DueTime, Duty, DutyKind};
use crate::workflow::tickets::stage::CsdStage;
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{AnswerKind, Channel, Handler, Role, Trigger};

/// A CSD ticket: one customer, one issue.
#[derive(Debug, Clone, PartialEq)]
pub struct Csd {
    /// The key under which it was first recorded, by which events and links name it for ever.
    pub id: Key,
    /// The key that it goes by.
    pub key: Key,
    /// The keys that it went by before.
    pub aliases: Vec<Key>,
    /// Whether `cus` gave the key, so that the desk's own may replace it (R2).
    pub key_given: bool,
    /// Where it stands.
    pub stage: CsdStage,
    /// Since when.
    pub stage_since: Time,
    /// Who brought it there.
    pub stage_by: String,
    /// Who reported it.
    pub customer: String,
    /// Where the customer is reached.
    pub contact: Option<String>,
    /// One line.
    pub summary: String,
    /// The whole story.
    pub description: Option<String>,
    /// How it arrived.
    pub channel: Channel,
    /// The product version that the customer runs.
    pub product_version: Option<String>,
    /// The original reporter: who in Support recorded it.
    pub reporter: String,
    /// Who handles it, once assessed.
    pub handled_by: Option<Handler>,
    /// The triggers of the newest assessment.
    pub triggers: Vec<Trigger>,
    /// How often it was given to somebody to handle: each time makes a new duty.
    pub rounds: u32,
    /// The CUS ticket that it is linked to.
    pub cus: Option<Key>,
    /// What resolved it outside Engineering, or the customer's words that did.
    pub resolution: Option<String>,
    /// The answer that decided it.
    pub answer: Option<AnswerKind>,
    /// Its files.
    pub attachments: Vec<Attachment>,
    /// The due times that its events fixed.
    pub due: Vec<DueTime>,
    /// When it was recorded.
    pub created: Time,
    /// When it last changed.
    pub updated: Time,
    /// Who changed it last.
    pub updated_by: String,
    /// How many events it has.
    pub revision: u64,
}

impl Csd {
    /// What the rules demand of it by itself; a linked ticket's duties are those of its CUS ticket.
    pub(crate) fn demands(&self) -> Vec<Duty> {
        match self.stage {
            CsdStage::Reported => vec![Duty::of(DutyKind::Assess, 0)],
            CsdStage::Assessed => vec![Duty::of(DutyKind::Escalate, self.rounds)],
            CsdStage::Handled => vec![Duty::of(DutyKind::Resolve, self.rounds)],
            CsdStage::Escalated | CsdStage::Resolved => Vec::new(),
        }
    }

    /// Who owes such a duty.
    pub(crate) fn owner(&self, kind: DutyKind) -> Role {
        match (kind, self.handled_by) {
            (DutyKind::Resolve, Some(handler)) => handler.into(),
            _ => Role::Support,
        }
    }

    /// Where a mail reaches the customer.
    pub fn address(&self) -> Option<&str> {
        self.contact.as_deref().and_then(mail_address)
    }

    /// Whether it stands with the high-priority tickets until it is escalated (R6).
    pub fn is_urgent(&self) -> bool {
        !self.triggers.is_empty() && matches!(self.stage, CsdStage::Assessed)
    }

    /// Whether it is over.
    pub fn is_resolved(&self) -> bool {
        self.stage == CsdStage::Resolved
    }
}
