//! Applies events to CSD tickets.

use super::values::{attachment, fix_due, origin, replace, replace_some};
use crate::workflow::event::{Event, FIRST_EDITION, Fact};
use crate::workflow::step::Step;
use crate::workflow::tickets::csd::{Csd, CustomerWord};
use crate::workflow::tickets::cus::{Notice, NoticeStatus};
use crate::workflow::tickets::stage::CsdStage;
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{Handler, WordClock};

impl Csd {
    /// Returns the ticket that this event begins, if it begins one.
    pub(crate) fn begun_by(event: &Event) -> Option<Self> {
        let Fact::Reported(fact) = &event.fact else {
            return None;
        };
        let texts = fact.texts.clone();
        Some(Self {
            id: event.stream.clone(),
            key: event.stream.clone(),
            aliases: Vec::new(),
            key_given: fact.key_given,
            origin: None,
            stage: CsdStage::Reported,
            stage_since: event.at,
            stage_by: event.actor.clone(),
            customer: texts.customer,
            contact: texts.contact,
            summary: texts.summary,
            description: texts.description,
            channel: fact.channel,
            product_version: fact.product_version.clone(),
            reporter: event.actor.clone(),
            assignee: Some(event.actor.clone()),
            handled_by: None,
            triggers: Vec::new(),
            rounds: 0,
            returns: 0,
            cus: None,
            resolution: None,
            duplicate_of: None,
            answer: None,
            notices: Vec::new(),
            last_notice: 0,
            words: Vec::new(),
            next_words: 0,
            next_by: None,
            is_ours: event.step != Step::Import,
            attachments: Vec::new(),
            due: event.due.clone(),
            created: event.at,
            updated: event.at,
            updated_by: event.actor.clone(),
            revision: 1,
            edition: event.edition,
        })
    }

    pub(crate) fn apply(&mut self, event: &Event) {
        self.revision += 1;
        self.edition = event.edition;
        self.updated = self.updated.max(event.at);
        self.updated_by.clone_from(&event.actor);
        self.is_ours |= event.step != Step::Import;
        let stage = self.stage;
        fix_due(&mut self.due, &event.due);
        match &event.fact {
            Fact::Assessed(fact) => {
                self.stage =
                    if fact.handled_by == Handler::Engineering { CsdStage::Assessed } else { CsdStage::Handled };
                self.handled_by = Some(fact.handled_by);
                self.triggers.clone_from(&fact.triggers);
                self.rounds += 1;
            }
            Fact::Linked(fact) => {
                self.stage = CsdStage::Escalated;
                self.cus = Some(fact.cus.clone());
                self.answer = None;
            }
            Fact::Unlinked(_) => {
                self.stage = CsdStage::Assessed;
                self.cus = None;
                self.rounds += 1;
                self.returns += 1;
            }
            Fact::Resolved(fact) => {
                self.stage = CsdStage::Resolved;
                self.answer = fact.answer;
                self.duplicate_of.clone_from(&fact.duplicate_of);
                self.resolution.clone_from(&fact.texts.note);
            }
            Fact::Reopened(_) => {
                self.answer = None;
                self.resolution = None;
                self.duplicate_of = None;
                self.start_next_word(None);
                if self.cus.is_some() {
                    self.stage = CsdStage::Escalated;
                } else {
                    // By the first edition, what was reopened went to Engineering.
                    let is_first = event.edition == FIRST_EDITION;
                    let handler = if is_first { Some(Handler::Engineering) } else { self.handled_by };
                    let handler = handler.unwrap_or(Handler::Support);
                    self.stage = if handler == Handler::Engineering { CsdStage::Assessed } else { CsdStage::Handled };
                    self.handled_by = Some(handler);
                    self.rounds += 1;
                    self.returns += 1;
                }
            }
            Fact::NoticeCameBack(fact) => {
                self.words.retain(|word| (&word.ticket, word.notice) != (&fact.cus, fact.notice));
                if fact.cus == self.id
                    && let Some(notice) = self.notices.iter_mut().find(|notice| notice.number == fact.notice)
                {
                    notice.status = NoticeStatus::CameBack { at: event.at };
                }
                self.start_next_word(None);
                if fact.reopens {
                    self.stage = CsdStage::Escalated;
                    self.resolution = None;
                }
            }
            Fact::Assigned(fact) => self.assignee.clone_from(&fact.texts.assignee),
            Fact::CustomerTold(fact) => self.hear(CustomerWord {
                ticket: fact.cus.clone(),
                notice: fact.notice,
                at: event.at,
                is_update: fact.is_update,
                next_by: fact.next_by,
            }),
            Fact::NextWord(fact) => {
                if matches!(fact.clock, WordClock::Tried | WordClock::Off) {
                    self.start_next_word(None);
                }
            }
            Fact::Notified(fact) => {
                let notice = Notice::drafted(fact, event.at);
                if let Some(word) = notice.word(&self.id, event.at) {
                    self.hear(word);
                }
                self.last_notice = self.last_notice.max(fact.notice);
                self.notices.push(notice);
            }
            Fact::Delivered(fact) => {
                let status = NoticeStatus::Told { at: event.at, receipt: Some(fact.texts.receipt.clone()) };
                if let Some(notice) = self.notices.iter_mut().find(|notice| notice.number == fact.notice) {
                    notice.status = status;
                    if let Some(word) = notice.word(&self.id, event.at) {
                        self.hear(word);
                    }
                }
            }
            Fact::Attached(fact) => self.attachments.push(attachment(fact, event)),
            Fact::Imported(fact) => self.origin = Some(origin(fact)),
            Fact::Edited(fact) => {
                let texts = &fact.texts;
                replace(&mut self.summary, texts.summary.as_ref());
                replace(&mut self.customer, texts.customer.as_ref());
                replace(&mut self.channel, fact.channel.as_ref());
                replace_some(&mut self.description, texts.description.as_ref());
                replace_some(&mut self.contact, texts.contact.as_ref());
                replace_some(&mut self.product_version, fact.product_version.as_ref());
                if let Some(key) = &fact.key {
                    self.aliases.push(std::mem::replace(&mut self.key, key.clone()));
                    self.key_given = false;
                }
            }
            Fact::Reported(_)
            | Fact::Commented(_)
            | Fact::ChangedElsewhere(_)
            | Fact::Redacted(_)
            | Fact::Undone(_)
            | Fact::SettledElsewhere(_)
            | Fact::Escalated(_)
            | Fact::Completed(_)
            | Fact::Joined(_)
            | Fact::Left(_)
            | Fact::Supplied(_)
            | Fact::Returned(_)
            | Fact::EngAssessed(_)
            | Fact::ReleaseDecided(_)
            | Fact::Shipped(_)
            | Fact::NoticeWithdrawn(_)
            | Fact::Announced(_)
            | Fact::AnnouncementDelivered(_)
            | Fact::AnnouncementDropped(_)
            | Fact::MovedToPostmortem(_)
            | Fact::PostmortemWritten(_)
            | Fact::ActionAdded(_)
            | Fact::ActionEnded(_)
            | Fact::Answered(_)
            | Fact::Complained(_)
            | Fact::HoldSet(_)
            | Fact::HoldLifted(_)
            | Fact::Closed(_) => {}
        }
        if self.stage != stage {
            self.stage_since = event.at;
            self.stage_by.clone_from(&event.actor);
        }
    }
}

impl Csd {
    /// Takes in a message that reached the customer.
    fn hear(&mut self, word: CustomerWord) {
        self.start_next_word(word.next_by);
        self.words.push(word);
    }

    /// Starts the clock of the next word anew; `next_by` is what was promised.
    fn start_next_word(&mut self, next_by: Option<Time>) {
        self.next_words += 1;
        self.next_by = next_by;
    }
}
