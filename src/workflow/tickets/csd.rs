//! The CSD ticket at the service desk.

use crate::workflow::attachment::Attachment;
use crate::workflow::foreign::Origin;
use crate::workflow::key::Key;
use crate::workflow::notices::address::{Addressed, mail_address};
use crate::workflow::obligations::duty::{DueTime, Duty, DutyKind};
use crate::workflow::tickets::cus::Notice;
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
    /// Where it was imported from.
    pub origin: Option<Origin>,
    /// The stage.
    pub stage: CsdStage,
    /// The time since when.
    pub stage_since: Time,
    /// The person who brought it there.
    pub stage_by: String,
    /// The customer who reported it.
    pub customer: String,
    /// The customer's contact.
    pub contact: Option<String>,
    /// The summary, one line.
    pub summary: String,
    /// The description.
    pub description: Option<String>,
    /// The channel by which it arrived.
    pub channel: Channel,
    /// The product version that the customer runs.
    pub product_version: Option<String>,
    /// The original reporter: the person in Support who recorded it.
    pub reporter: String,
    /// The person who has it on Support's side: the original reporter, until somebody else is named (R37).
    pub assignee: Option<String>,
    /// The handler, once assessed.
    pub handled_by: Option<Handler>,
    /// The triggers of the newest assessment.
    pub triggers: Vec<Trigger>,
    /// The number of times it was given to a handler.
    pub rounds: u32,
    /// The number of times it came back from a CUS ticket or was reopened: each starts its clocks anew (R6).
    pub returns: u32,
    /// The CUS ticket that it is linked to.
    pub cus: Option<Key>,
    /// The resolution outside Engineering, or the customer's words that resolved it.
    pub resolution: Option<String>,
    /// The CSD ticket of the same customer that it repeats (R7).
    pub duplicate_of: Option<Key>,
    /// The answer that decided it.
    pub answer: Option<AnswerKind>,
    /// The messages to the customer that were sent while no CUS ticket was there to record them, oldest first.
    pub notices: Vec<Notice>,
    /// The number of the last notice that it ever had, also of one that was undone (R35).
    pub last_notice: u32,
    /// The messages that reached the customer, oldest first, whatever CUS ticket they were about (R11).
    pub words: Vec<CustomerWord>,
    /// The number of times that the clock of the next word started anew (R33).
    pub next_words: u32,
    /// The time by which the last message promised the next one, until something else is said.
    pub next_by: Option<Time>,
    /// Whether anything of it was recorded here: a ticket that was imported owes no word before that (R33).
    pub is_ours: bool,
    /// The attached files.
    pub attachments: Vec<Attachment>,
    /// The due times that its events fixed.
    pub due: Vec<DueTime>,
    /// The time at which it was recorded.
    pub created: Time,
    /// The time of its last change.
    pub updated: Time,
    /// The person who changed it last.
    pub updated_by: String,
    /// The number of its events.
    pub revision: u64,
    /// The edition of the rules by which its last event was decided.
    pub edition: u32,
}

/// A message that reached the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerWord {
    /// The ticket that records the notice.
    pub ticket: Key,
    /// The notice's number on that ticket.
    pub notice: u32,
    /// The time.
    pub at: Time,
    /// Whether it told the facts; an interim message does not.
    pub is_update: bool,
    /// The time by which it promised the next one (R33).
    pub next_by: Option<Time>,
}

impl Csd {
    /// Returns the time of the last message that reached the customer.
    pub fn last_word(&self) -> Option<Time> {
        self.words.iter().map(|word| word.at).max()
    }

    /// Returns the duties of this ticket alone; what else a linked ticket owes is its CUS ticket's.
    pub(crate) fn demands(&self) -> Vec<Duty> {
        let own = match self.stage {
            CsdStage::Reported => Some(Duty::of(DutyKind::Assess, 0)),
            CsdStage::Assessed => Some(Duty::of(DutyKind::Escalate, self.returns)),
            CsdStage::Handled => Some(Duty::of(DutyKind::Resolve, self.returns)),
            CsdStage::Escalated | CsdStage::Resolved => None,
        };
        own.into_iter().chain(self.next_word().map(|word| word.duty.clone())).collect()
    }

    /// Returns the next word that the customer is owed, with its times (R33). A team that turned it off fixes none.
    pub fn next_word(&self) -> Option<&DueTime> {
        let duty = self.next_word_duty();
        self.due.iter().find(|due| !self.is_resolved() && due.duty == duty)
    }

    /// Returns the duty of the next word, whether it is owed or not.
    pub(crate) fn next_word_duty(&self) -> Duty {
        Duty { round: self.next_words, ..Duty::about(DutyKind::NextWord, &self.id) }
    }

    /// Returns the role that owes such a duty.
    pub(crate) fn owner(&self, kind: DutyKind) -> Role {
        match (kind, self.handled_by) {
            (DutyKind::Resolve, Some(handler)) => handler.into(),
            (DutyKind::NextWord, Some(handler)) if self.stage == CsdStage::Handled => handler.into(),
            _ => Role::Support,
        }
    }

    /// Returns the customer's mail address, if the contact holds one clearly.
    pub fn address(&self) -> Option<&str> {
        match self.addressed() {
            Addressed::To(address) => Some(address),
            Addressed::Nowhere | Addressed::Unclear(_) => None,
        }
    }

    /// Returns what the contact says about where the customer's mails go.
    pub(crate) fn addressed(&self) -> Addressed<'_> {
        self.contact.as_deref().map_or(Addressed::Nowhere, mail_address)
    }

    /// Whether it is listed with the high-priority tickets until it is escalated (R6).
    pub fn is_urgent(&self) -> bool {
        !self.triggers.is_empty() && matches!(self.stage, CsdStage::Assessed)
    }

    /// Whether it can join a CUS ticket, now or once it is assessed (R7, R11).
    pub fn can_still_join(&self) -> bool {
        matches!(self.stage, CsdStage::Reported | CsdStage::Assessed)
    }

    /// Whether it is resolved.
    pub fn is_resolved(&self) -> bool {
        self.stage == CsdStage::Resolved
    }
}
