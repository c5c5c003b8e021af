//! What notices, holds and postmortems become on a CUS ticket.

use super::values::replace_some;
use crate::workflow::event::Notified;
use crate::workflow::key::Key;
use crate::workflow::names::is_same_version_or_none;
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::tickets::announced::AnnouncedStatus;
use crate::workflow::tickets::csd::CustomerWord;
use crate::workflow::tickets::cus::{Cus, Hold, Notice, NoticeStatus, Told};
use crate::workflow::tickets::postmortem::Postmortem;
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{AnswerKind, Audience};

impl Notice {
    /// Returns the notice that was drafted: told at once, or queued.
    pub(super) fn drafted(fact: &Notified, at: Time) -> Self {
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
    pub(super) fn word(&self, ticket: &Key, at: Time) -> Option<CustomerWord> {
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
    pub(super) fn set_hold(&mut self, new: Hold) {
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
    pub(super) fn ask_about_holds(&mut self) {
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
    pub(super) fn recall(&mut self) {
        for link in &mut self.links {
            link.answer = None;
        }
    }

    /// Makes the alert of R14 owed if the bug is high priority and Product does not know it.
    pub(super) fn alert_if_high(&mut self) {
        self.alert_owed |= self.assessment.is_some() && self.priority.is_high() && !self.alerted;
    }

    /// Owes Marketing the details where a decision was made about a large impact and Marketing does not know it (R17);
    /// what is owed ends where the impact is no longer large (R13).
    pub(super) fn tell_marketing_if_large(&mut self) {
        let is_owed = self.marketing_owed || (self.release.is_some() && !self.marketing_told);
        self.marketing_owed = is_owed && self.has_large_impact();
    }

    pub(super) fn end_announcement(&mut self, number: u32, status: AnnouncedStatus) {
        if let Some(announced) = self.announcements.iter_mut().find(|announced| announced.number == number) {
            announced.status = status;
        }
    }

    /// Sets a notice's status, and returns the revision of the facts that it tells.
    pub(super) fn meet(&mut self, number: u32, status: NoticeStatus) -> u32 {
        match self.notices.iter_mut().find(|notice| notice.number == number) {
            Some(notice) => {
                notice.status = status;
                notice.facts
            }
            None => self.facts,
        }
    }

    /// Takes back what a notice told that came back, and the due times of what it settled: its clock starts anew.
    pub(super) fn void(&mut self, number: u32, at: Time) {
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
    pub(super) fn unsettle(&mut self, duty: DutyKind, csd: Option<&Key>, told: Told) {
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

    pub(super) fn correct_again(&mut self, to: Audience) {
        if !self.corrections.contains(&to) {
            self.corrections.push(to);
        }
    }

    pub(super) fn settle(&mut self, duty: DutyKind, csd: Option<&Key>, told: Told) {
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
    pub(super) fn write(&mut self, [root_cause, category, lessons]: [Option<&String>; 3], note: Option<&String>) {
        replace_some(&mut self.root_cause, root_cause);
        replace_some(&mut self.category, category);
        replace_some(&mut self.lessons, lessons);
        replace_some(&mut self.note, note);
    }
}
