//! Applies events to tickets. Total, and without a rule.

use crate::workflow::attachment::Attachment;
use crate::workflow::event::{Attached, Event, FIRST_EDITION, Fact, Imported, Notified};
use crate::workflow::foreign::Origin;
use crate::workflow::key::Key;
use crate::workflow::names::{distinct, is_same_version, is_same_version_or_none};
use crate::workflow::obligations::duty::{DueTime, DutyKind};
use crate::workflow::step::Step;
use crate::workflow::tickets::announced::{Announced, AnnouncedStatus};
use crate::workflow::tickets::csd::{Csd, CustomerWord};
use crate::workflow::tickets::cus::{
    Answer, Assessment, Closing, Cus, Hold, Link, Notice, NoticeStatus, Release, Told,
};
use crate::workflow::tickets::postmortem::{Action, ActionState, Postmortem};
use crate::workflow::tickets::stage::{CsdStage, CusStage};
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{AnswerKind, Audience, ChecklistItem, Handler, Role, WordClock};

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

impl Notice {
    /// Returns the notice that was drafted: told at once, or queued.
    fn drafted(fact: &Notified, at: Time) -> Self {
        let is_told = fact.via.is_at_once();
        Self {
            number: fact.notice,
            message_id: fact.message_id.clone(),
            to: fact.to,
            csd: fact.csd.clone(),
            via: fact.via,
            facts: fact.facts,
            settles: fact.settles.clone(),
            next_by: fact.next_by,
            at,
            subject: fact.texts.subject.clone(),
            message: fact.texts.message.clone(),
            status: if is_told { NoticeStatus::Told { at, receipt: None } } else { NoticeStatus::Queued },
        }
    }

    /// Returns what it is to the customer, once it is told.
    fn word(&self, ticket: &Key, at: Time) -> Option<CustomerWord> {
        let is_told = self.to == Audience::Customer && self.told_at().is_some();
        is_told.then(|| CustomerWord {
            ticket: ticket.clone(),
            notice: self.number,
            at,
            is_update: false,
            next_by: self.next_by,
        })
    }
}

impl Cus {
    /// Returns the ticket that this event begins, if it begins one.
    pub(crate) fn begun_by(event: &Event) -> Option<Self> {
        let Fact::Escalated(fact) = &event.fact else {
            return None;
        };
        Some(Self {
            key: event.stream.clone(),
            tracker_key: None,
            origin: None,
            stage: CusStage::Escalated,
            stage_since: event.at,
            stage_by: event.actor.clone(),
            summary: fact.texts.summary.clone(),
            priority: fact.priority,
            steps: fact.texts.steps.clone(),
            assignee: None,
            holds: Vec::new(),
            ended_holds: Vec::new(),
            links: fact.csd.iter().map(Link::new).collect(),
            wanting: Vec::new(),
            arrivals: 1,
            returns: 0,
            assessment: None,
            assessments: 0,
            fixed_by: Vec::new(),
            release: None,
            decided_for: Vec::new(),
            decisions: 0,
            facts: 0,
            shipment: 0,
            postmortem_owed: fact.priority.is_high(),
            alert_owed: false,
            alerted: false,
            marketing_owed: false,
            marketing_told: false,
            complaints: Vec::new(),
            complained: 0,
            reopened: false,
            corrections: Vec::new(),
            was_alerted: false,
            marketing_was_told: false,
            closing: None,
            postmortem: Postmortem::default(),
            notices: Vec::new(),
            last_notice: 0,
            announcements: Vec::new(),
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
        let stage = self.stage;
        if let Fact::NoticeCameBack(fact) = &event.fact {
            self.void(fact.notice, event.at);
        }
        fix_due(&mut self.due, &event.due);
        match &event.fact {
            Fact::Completed(fact) => {
                self.stage = CusStage::Escalated;
                self.arrivals += 1;
                self.wanting.clear();
                replace(&mut self.priority, fact.priority.as_ref());
                replace(&mut self.summary, fact.texts.summary.as_ref());
                replace(&mut self.steps, fact.texts.steps.as_ref());
            }
            Fact::Joined(fact) => {
                self.links.push(Link::new(&fact.csd));
                replace(&mut self.steps, fact.texts.steps.as_ref());
                replace(&mut self.priority, fact.priority.as_ref());
                self.alert_if_high();
            }
            Fact::Left(fact) => self.links.retain(|link| link.csd != fact.csd),
            Fact::Supplied(fact) => self.wanting.retain(|item| !fact.items.contains(item)),
            Fact::Returned(fact) => {
                self.stage = CusStage::Returned;
                self.returns += 1;
                self.wanting.clone_from(&fact.missing);
            }
            Fact::EngAssessed(fact) => {
                let begins = self.stage == CusStage::Escalated;
                if begins {
                    self.stage = CusStage::EngAssessed;
                    self.alerted = false;
                }
                self.assessments += 1;
                self.complaints.clear();
                // The first edition told nobody of a workaround that was found later.
                let is_told = event.edition > FIRST_EDITION && self.release.is_some() && !self.is_shipped();
                let is_new = |old: &Assessment| old.workaround != fact.texts.workaround;
                self.facts += u32::from(is_told && self.assessment.as_ref().is_some_and(is_new));
                self.assessment = Some(Assessment {
                    cause: fact.texts.cause.clone(),
                    started: fact.started,
                    caused_by: fact.texts.caused_by.clone(),
                    severity: fact.severity,
                    impact: fact.impact,
                    customers_affected: fact.customers_affected,
                    workaround: fact.texts.workaround.clone(),
                    at: event.at,
                });
                replace(&mut self.priority, fact.priority.as_ref());
                self.alert_if_high();
                self.tell_marketing_if_large();
            }
            Fact::ReleaseDecided(fact) => {
                self.complaints.clear();
                self.reopened = false;
                if fact.recalls {
                    self.recall();
                }
                if let Some(named) = &fact.texts.fixed_by {
                    self.fixed_by = named.lines().map(str::to_owned).collect();
                }
                let old = self.release.take();
                let mut new = Release {
                    decision: fact.decision,
                    fix_version: fact.fix_version.clone(),
                    target_date: fact.target_date,
                    target_ends: fact.promised_until(),
                    resolution: fact.texts.resolution.clone(),
                    shipped: None,
                };
                let is_known = |version: &String| self.decided_for.iter().any(|known| is_same_version(known, version));
                if let Some(version) = fact.fix_version.as_ref().filter(|version| !is_known(version)) {
                    self.decided_for.push(version.clone());
                }
                match old {
                    Some(old) if old.promises_the_same(&new) => {
                        new.shipped = old.shipped;
                        self.decisions += u32::from(fact.is_review);
                    }
                    Some(_) => {
                        self.decisions += 1;
                        self.facts += 1;
                        self.marketing_told = false;
                        self.alerted = false;
                        self.ask_about_holds();
                        self.stage = CusStage::ReleaseAssessed;
                        self.alert_if_high();
                    }
                    None => {
                        self.decisions += 1;
                        self.facts += 1;
                        self.marketing_told = false;
                        self.stage = CusStage::ReleaseAssessed;
                    }
                }
                self.release = Some(new);
                self.tell_marketing_if_large();
            }
            Fact::Shipped(fact) => {
                let named = fact.texts.fixed_by.iter().flat_map(|named| named.lines()).map(str::to_owned);
                self.fixed_by = distinct(self.fixed_by.drain(..).chain(named));
                self.facts += 1;
                self.shipment = self.facts;
                self.ask_about_holds();
                if let Some(release) = &mut self.release {
                    release.shipped = Some(event.at);
                }
            }
            Fact::Notified(fact) => {
                let at_once = fact.via.is_at_once();
                self.last_notice = self.last_notice.max(fact.notice);
                self.notices.push(Notice::drafted(fact, event.at));
                for duty in fact.settles.iter().filter(|_| at_once) {
                    self.settle(*duty, fact.csd.as_ref(), Told { facts: fact.facts, at: event.at });
                }
            }
            Fact::Delivered(fact) => {
                let receipt = Some(fact.texts.receipt.clone());
                let facts = self.meet(fact.notice, NoticeStatus::Told { at: event.at, receipt });
                for duty in &fact.settles {
                    self.settle(*duty, fact.csd.as_ref(), Told { facts, at: event.at });
                }
            }
            Fact::NoticeWithdrawn(fact) => {
                self.meet(fact.notice, NoticeStatus::Withdrawn { at: event.at });
            }
            Fact::Announced(fact) => {
                self.last_notice = self.last_notice.max(fact.notice);
                self.announcements.push(Announced::drafted(fact, event.at));
            }
            Fact::AnnouncementDelivered(fact) => {
                let receipt = fact.texts.receipt.clone();
                self.end_announcement(fact.notice, AnnouncedStatus::Told { at: event.at, receipt });
            }
            Fact::AnnouncementDropped(fact) => {
                self.end_announcement(fact.notice, AnnouncedStatus::Dropped { at: event.at });
            }
            Fact::MovedToPostmortem(fact) => {
                self.stage = CusStage::Postmortem;
                let texts = &fact.texts;
                let note = texts.note.as_ref().filter(|_| texts.root_cause.is_some());
                let written = [&texts.root_cause, &fact.category, &texts.lessons].map(Option::as_ref);
                self.postmortem.write(written, note);
            }
            Fact::PostmortemWritten(fact) => {
                let texts = &fact.texts;
                let written = [&texts.root_cause, &fact.category, &texts.lessons].map(Option::as_ref);
                self.postmortem.write(written, texts.note.as_ref());
            }
            Fact::ActionAdded(fact) => self.postmortem.actions.push(Action {
                number: fact.action,
                text: fact.texts.text.clone(),
                owner: fact.texts.owner.clone(),
                due: fact.due,
                state: ActionState::Open,
                note: None,
            }),
            Fact::ActionEnded(fact) => {
                let mut actions = self.postmortem.actions.iter_mut();
                if let Some(action) = actions.find(|action| action.number == fact.action) {
                    (action.state, action.note) = (fact.state, fact.texts.note.clone());
                }
            }
            Fact::Answered(fact) => {
                let (answers, facts) = (self.is_answered_by(fact.answer), self.facts);
                if let Some(link) = self.link_mut(&fact.csd) {
                    let answer = Answer { kind: fact.answer, at: event.at, note: fact.texts.note.clone() };
                    link.answer = Some(answer).filter(|_| answers);
                    if fact.answer == AnswerKind::Unreachable {
                        link.given_up = Some(Told { facts, at: event.at });
                    }
                }
            }
            Fact::Complained(fact) => {
                self.complained += 1;
                self.complaints.retain(|csd| *csd != fact.csd);
                self.complaints.push(fact.csd.clone());
                let tells_again = self.is_answered();
                if let Some(link) = self.link_mut(&fact.csd) {
                    link.answer = None;
                    if tells_again {
                        (link.customer_told, link.given_up) = (None, None);
                    }
                }
            }
            // Anyone may comment; an answer to a complaint is Engineering's (R25).
            Fact::Commented(_) if event.role.is_none_or(|role| role == Role::Engineering) => self.complaints.clear(),
            Fact::Reopened(fact) => {
                self.stage = CusStage::Escalated;
                self.arrivals += 1;
                self.facts += 1;
                self.release = None;
                self.closing = None;
                self.ended_holds.clear();
                self.reopened = true;
                self.complaints.clear();
                self.corrections.clear();
                if fact.recalls {
                    self.recall();
                }
            }
            Fact::HoldSet(fact) if event.edition == FIRST_EDITION => {
                // The first edition knew one hold: a new one replaced it.
                let since = self.holds.first().map_or(event.at, |hold| hold.since);
                let is_explained = self.is_shipped() && fact.texts.note.is_some();
                let (version, note) = (fact.version.clone(), fact.texts.note.clone());
                self.holds = vec![Hold { version, since, note, is_explained }];
            }
            Fact::HoldSet(fact) => {
                let is_by_owner = event.role.is_none_or(|role| matches!(role, Role::Engineering | Role::Product));
                let is_reason = event.step == Step::Hold && is_by_owner && fact.texts.note.is_some();
                self.set_hold(Hold {
                    version: fact.version.clone(),
                    since: event.at,
                    note: fact.texts.note.clone(),
                    is_explained: is_reason && self.is_shipped(),
                });
            }
            Fact::HoldLifted(fact) => match fact.version.as_deref() {
                Some(version) => {
                    self.holds.retain(|hold| !is_same_version_or_none(hold.version.as_deref(), Some(version)))
                }
                None => self.holds.clear(),
            },
            Fact::Closed(fact) => {
                self.stage = CusStage::Closed;
                self.ended_holds = std::mem::take(&mut self.holds);
                self.alert_owed = false;
                self.marketing_owed = false;
                self.closing = Some(Closing {
                    resolution: fact.resolution,
                    of: fact.of.clone(),
                    note: fact.texts.note.clone(),
                    is_elsewhere: event.step == Step::Import,
                });
                self.facts += u32::from(self.is_answered());
                self.corrections.clone_from(&fact.corrects);
                if !self.is_answered() {
                    self.complaints.clear();
                }
            }
            Fact::Assigned(fact) => self.assignee.clone_from(&fact.texts.assignee),
            Fact::Attached(fact) => {
                self.attachments.push(attachment(fact, event));
                self.wanting.retain(|item| *item != ChecklistItem::Attachments);
            }
            Fact::Edited(fact) => {
                replace(&mut self.summary, fact.texts.summary.as_ref());
                if let Some(steps) = &fact.texts.steps {
                    self.steps.clone_from(steps);
                    self.wanting.retain(|item| *item != ChecklistItem::Steps);
                }
                if let Some(priority) = fact.priority {
                    self.priority = priority;
                    self.wanting.retain(|item| *item != ChecklistItem::Priority);
                    self.alert_if_high();
                }
            }
            Fact::Imported(fact) => {
                self.tracker_key = Some(fact.key.clone()).filter(|key| *key != self.key);
                self.origin = Some(origin(fact));
            }
            Fact::SettledElsewhere(fact) => {
                let told = Some(Told { facts: self.facts, at: event.at });
                if let Some(link) = self.link_mut(&fact.csd) {
                    link.support_told = told;
                    link.customer_told = told;
                    link.answer = Some(Answer { kind: AnswerKind::Resolved, at: event.at, note: None });
                }
            }
            Fact::Commented(_)
            | Fact::ChangedElsewhere(_)
            | Fact::Redacted(_)
            | Fact::Undone(_)
            | Fact::Reported(_)
            | Fact::Assessed(_)
            | Fact::Linked(_)
            | Fact::Unlinked(_)
            | Fact::CustomerTold(_)
            | Fact::NextWord(_)
            | Fact::Resolved(_)
            | Fact::NoticeCameBack(_)
            | Fact::Escalated(_) => {}
        }
        let follows_newest = matches!(event.fact, Fact::EngAssessed(_) | Fact::Reopened(_));
        let is_owed_already = self.postmortem_owed && self.owes_postmortem() && !follows_newest;
        self.postmortem_owed = is_owed_already || self.deserves_postmortem();
        if self.stage != stage {
            self.stage_since = event.at;
            self.stage_by.clone_from(&event.actor);
        }
    }

    /// Adds a hold. One that stands already keeps its spelling and since when it stands.
    fn set_hold(&mut self, new: Hold) {
        match self
            .holds
            .iter_mut()
            .find(|hold| is_same_version_or_none(hold.version.as_deref(), new.version.as_deref()))
        {
            Some(old) => *old = Hold { version: old.version.take(), since: old.since, ..new },
            None => self.holds.push(new),
        }
    }

    /// Makes it owed again to lift each hold, or to say why not (R30).
    fn ask_about_holds(&mut self) {
        self.holds.iter_mut().for_each(|hold| hold.is_explained = false);
    }

    /// Whether that answer of a customer answers the CSD ticket: of one who could not be reached, only when the fix has
    /// shipped or the ticket was closed under R26 (R23).
    pub(crate) fn is_answered_by(&self, answer: AnswerKind) -> bool {
        match answer {
            AnswerKind::Resolved => true,
            AnswerKind::Unreachable => self.is_shipped() || self.is_answered(),
            AnswerKind::NotResolved => false,
        }
    }

    /// Makes the customers who had confirmed unanswered again: what had shipped is withdrawn (R20).
    fn recall(&mut self) {
        for link in &mut self.links {
            link.answer = None;
        }
    }

    /// Makes the alert of R14 owed if the bug is high priority and Product does not know it.
    fn alert_if_high(&mut self) {
        self.alert_owed |= self.assessment.is_some() && self.priority.is_high() && !self.alerted;
    }

    /// Owes Marketing the details where a decision was made about a large impact and Marketing does not know it (R17);
    /// what is owed ends where the impact is no longer large (R13).
    fn tell_marketing_if_large(&mut self) {
        let is_owed = self.marketing_owed || (self.release.is_some() && !self.marketing_told);
        self.marketing_owed = is_owed && self.has_large_impact();
    }

    fn end_announcement(&mut self, number: u32, status: AnnouncedStatus) {
        if let Some(announced) = self.announcements.iter_mut().find(|announced| announced.number == number) {
            announced.status = status;
        }
    }

    /// Sets a notice's status, and returns the revision of the facts that it tells.
    fn meet(&mut self, number: u32, status: NoticeStatus) -> u32 {
        match self.notices.iter_mut().find(|notice| notice.number == number) {
            Some(notice) => {
                notice.status = status;
                notice.facts
            }
            None => self.facts,
        }
    }

    /// Takes back what a notice told that came back, and the due times of what it settled: its clock starts anew.
    fn void(&mut self, number: u32, at: Time) {
        let Some(notice) = self.notices.iter_mut().find(|notice| notice.number == number) else { return };
        let Some(told) = notice.told_at() else { return };
        notice.status = NoticeStatus::CameBack { at };
        let (csd, facts, settles) = (notice.csd.clone(), notice.facts, notice.settles.clone());
        for duty in settles {
            self.unsettle(duty, csd.as_ref(), Told { facts, at: told });
            let goes_on = |kind| kind == duty || (duty == DutyKind::TellCustomer && kind == DutyKind::Confirm);
            self.due.retain(|due| !(goes_on(due.duty.kind) && due.duty.csd == csd));
        }
    }

    /// Makes what was settled so unsettled again, unless another notice told it since. Of what was told before, the newest
    /// counts.
    fn unsettle(&mut self, duty: DutyKind, csd: Option<&Key>, told: Told) {
        let others = self.notices.iter().filter(|notice| notice.settles.contains(&duty) && notice.csd.as_ref() == csd);
        let others = others.filter_map(|notice| Some(Told { facts: notice.facts, at: notice.told_at()? }));
        let newest = others.max_by_key(|other| (other.at, other.facts));
        if newest.is_some_and(|newest| (newest.at, newest.facts) > (told.at, told.facts)) {
            return;
        }
        match duty {
            DutyKind::AlertProduct => {
                self.alerted = false;
                self.alert_if_high();
            }
            DutyKind::TellMarketing => {
                self.marketing_told = false;
                self.tell_marketing_if_large();
            }
            DutyKind::CorrectProduct => self.correct_again(Audience::Product),
            DutyKind::CorrectMarketing => self.correct_again(Audience::Marketing),
            DutyKind::TellSupport | DutyKind::TellCustomer => {
                if let Some(link) = csd.and_then(|csd| self.link_mut(csd)) {
                    let known =
                        if duty == DutyKind::TellSupport { &mut link.support_told } else { &mut link.customer_told };
                    if *known == Some(told) {
                        *known = newest;
                    }
                    if duty == DutyKind::TellCustomer && newest.is_none() {
                        link.promised = None;
                    }
                }
            }
            DutyKind::AnswerComplaint
            | DutyKind::Assess
            | DutyKind::Escalate
            | DutyKind::Resolve
            | DutyKind::EngAssess
            | DutyKind::Complete
            | DutyKind::Release
            | DutyKind::NextWord
            | DutyKind::Postmortem
            | DutyKind::Ship
            | DutyKind::Confirm
            | DutyKind::Review
            | DutyKind::WritePostmortem
            | DutyKind::Action
            | DutyKind::Close
            | DutyKind::LiftHold => {}
        }
    }

    fn correct_again(&mut self, to: Audience) {
        if !self.corrections.contains(&to) {
            self.corrections.push(to);
        }
    }

    fn settle(&mut self, duty: DutyKind, csd: Option<&Key>, told: Told) {
        match duty {
            DutyKind::AlertProduct => {
                self.alert_owed = false;
                self.alerted = true;
                self.was_alerted = true;
            }
            DutyKind::TellMarketing => {
                self.marketing_owed = false;
                self.marketing_told = true;
                self.marketing_was_told = true;
            }
            DutyKind::CorrectProduct => self.corrections.retain(|to| *to != Audience::Product),
            DutyKind::CorrectMarketing => self.corrections.retain(|to| *to != Audience::Marketing),
            DutyKind::TellSupport => {
                if let Some(link) = csd.and_then(|csd| self.link_mut(csd)) {
                    link.support_told = Some(told);
                }
            }
            DutyKind::TellCustomer => {
                let promised = self.release.as_ref().filter(|release| release.shipped.is_none());
                let promised = promised.and_then(|release| release.fix_version.clone());
                if let Some(link) = csd.and_then(|csd| self.link_mut(csd)) {
                    link.customer_told = Some(told);
                    link.promised = promised;
                }
            }
            DutyKind::AnswerComplaint
            | DutyKind::Assess
            | DutyKind::Escalate
            | DutyKind::Resolve
            | DutyKind::EngAssess
            | DutyKind::Complete
            | DutyKind::Release
            | DutyKind::NextWord
            | DutyKind::Postmortem
            | DutyKind::Ship
            | DutyKind::Confirm
            | DutyKind::Review
            | DutyKind::Close
            | DutyKind::WritePostmortem
            | DutyKind::Action
            | DutyKind::LiftHold => {}
        }
    }
}

impl Postmortem {
    /// Takes in root cause, category and lessons, where they are given, and the note.
    fn write(&mut self, [root_cause, category, lessons]: [Option<&String>; 3], note: Option<&String>) {
        replace_some(&mut self.root_cause, root_cause);
        replace_some(&mut self.category, category);
        replace_some(&mut self.lessons, lessons);
        replace_some(&mut self.note, note);
    }
}

fn fix_due(held: &mut Vec<DueTime>, fixed: &[DueTime]) {
    held.retain(|old| fixed.iter().all(|new| !new.duty.takes_the_place_of(&old.duty)));
    held.extend(fixed.iter().cloned());
}

fn attachment(fact: &Attached, event: &Event) -> Attachment {
    Attachment {
        name: fact.texts.name.clone(),
        size: fact.size,
        sha256: fact.sha256.clone(),
        at: event.at,
        by: event.actor.clone(),
    }
}

fn origin(fact: &Imported) -> Origin {
    let (source, key) = (fact.source.clone(), fact.there.clone());
    Origin { source, key, links: fact.links.clone(), rest: fact.texts.rest.clone() }
}

fn replace<T: Clone>(old: &mut T, new: Option<&T>) {
    if let Some(new) = new {
        old.clone_from(new);
    }
}

fn replace_some<T: Clone>(old: &mut Option<T>, new: Option<&T>) {
    if new.is_some() {
        *old = new.cloned();
    }
}
