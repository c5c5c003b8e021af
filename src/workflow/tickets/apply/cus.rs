//! Applies events to CUS tickets.

use super::values::{attachment, fix_due, origin, replace};
use crate::workflow::event::{Event, FIRST_EDITION, Fact};
use crate::workflow::names::{distinct, is_same_version, is_same_version_or_none};
use crate::workflow::step::Step;
use crate::workflow::tickets::announced::{Announced, AnnouncedStatus};
use crate::workflow::tickets::cus::{
    Answer, Assessment, Closing, Cus, Hold, Link, Notice, NoticeStatus, Release, Told,
};
use crate::workflow::tickets::postmortem::{Action, ActionState, Postmortem};
use crate::workflow::tickets::stage::CusStage;
use crate::workflow::vocabulary::{AnswerKind, ChecklistItem, Role};

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
}
