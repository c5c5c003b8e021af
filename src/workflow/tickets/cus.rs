//! The escalation to Engineering.

use chrono::{NaiveDate, TimeDelta};

use crate::workflow::attachment::Attachment;
use crate::workflow::foreign::Origin;
use crate::workflow::key::Key;
use crate::workflow::names::is_same_version_or_none;
use crate::workflow::obligations::duty::{DueTime, Duty, DutyKind};
use crate::workflow::tickets::announced::Announced;
use crate::workflow::tickets::postmortem::Postmortem;
use crate::workflow::tickets::stage::CusStage;
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{
    AnswerKind, Audience, ChecklistItem, Decision, Impact, Priority, Resolution, Role, Severity, Via,
};

/// The days after closing in which a postmortem can be completed (R34).
pub const DAYS_TO_COMPLETE: i64 = 30;

/// A CUS ticket: one bug, one or more linked CSD tickets.
#[derive(Debug, Clone, PartialEq)]
pub struct Cus {
    /// The key under which it was first recorded, by which events and links name it for ever.
    pub key: Key,
    /// The key in the tracker from which it was imported, by which it then goes (R32).
    pub tracker_key: Option<Key>,
    /// Where it was imported from.
    pub origin: Option<Origin>,
    /// The stage.
    pub stage: CusStage,
    /// The time since when.
    pub stage_since: Time,
    /// The person who brought it there.
    pub stage_by: String,
    /// The summary, one line.
    pub summary: String,
    /// The priority level.
    pub priority: Priority,
    /// The reproduction steps.
    pub steps: String,
    /// The person who has it on Engineering's side (R37).
    pub assignee: Option<String>,
    /// The upgrade holds, in the order in which they were first set (R10).
    pub holds: Vec<Hold>,
    /// The upgrade holds that ended when it was closed; none once it was reopened.
    pub ended_holds: Vec<Hold>,
    /// The linked CSD tickets, in the order in which they were linked.
    pub links: Vec<Link>,
    /// The items that Engineering found missing or unclear and that are not supplied yet, while it is returned (R12).
    pub wanting: Vec<ChecklistItem>,
    /// The number of times it came to Engineering.
    pub arrivals: u32,
    /// The number of times it was returned.
    pub returns: u32,
    /// The newest assessment.
    pub assessment: Option<Assessment>,
    /// The number of assessments.
    pub assessments: u32,
    /// The versions for which it was ever decided, as they were spelt first.
    pub decided_for: Vec<String>,
    /// The development tickets that fix it (R38).
    pub fixed_by: Vec<String>,
    /// The decision in force; `None` before it and after reopening.
    pub release: Option<Release>,
    /// The number of promises, reviews included: a decision in other words makes none.
    pub decisions: u32,
    /// The revision of the facts that Support and the customers are told; each change increments it.
    pub facts: u32,
    /// The revision of the facts with which the fix shipped last.
    pub shipment: u32,
    /// Whether a postmortem is owed once it is in Postmortem and the fix has shipped: lowering the priority cancels none.
    pub postmortem_owed: bool,
    /// Whether the alert of R14 is owed: raising the priority makes it owed, lowering cancels nothing (R29).
    pub alert_owed: bool,
    /// Whether Product has been alerted of what is in force.
    pub alerted: bool,
    /// Whether Marketing is owed the details and the impact: a reopening cancels nothing (R25, R29).
    pub marketing_owed: bool,
    /// Whether Marketing has been told what is in force (R17).
    pub marketing_told: bool,
    /// The CSD tickets whose complaints Engineering has not answered (R25).
    pub complaints: Vec<Key>,
    /// The number of complaints.
    pub complained: u32,
    /// Whether it was reopened and nothing is decided since, so that its people are owed the word that it is open again.
    pub reopened: bool,
    /// The audiences that are owed a correction of what they were told before it was closed (R26).
    pub corrections: Vec<Audience>,
    /// Whether Product was ever alerted (R14).
    pub was_alerted: bool,
    /// Whether Marketing was ever told (R17).
    pub marketing_was_told: bool,
    /// The resolution.
    pub closing: Option<Closing>,
    /// The postmortem (R34).
    pub postmortem: Postmortem,
    /// The notices, oldest first.
    pub notices: Vec<Notice>,
    /// The number of the last notice that it ever had, also of one that was undone (R35).
    pub last_notice: u32,
    /// The announcements, oldest first; they are numbered among the notices (R36).
    pub announcements: Vec<Announced>,
    /// The attached files.
    pub attachments: Vec<Attachment>,
    /// The due times that its events fixed.
    pub due: Vec<DueTime>,
    /// The time of its first escalation.
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

/// An upgrade hold (R10).
#[derive(Debug, Clone, PartialEq)]
pub struct Hold {
    /// The product version held; `None` holds all.
    pub version: Option<String>,
    /// The time since when.
    pub since: Time,
    /// The reason.
    pub note: Option<String>,
    /// Whether Engineering or Product said why it stays although the fix has shipped (R30).
    pub is_explained: bool,
}

/// A linked CSD ticket, with what was told about it and the customer's answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The CSD ticket, by the key under which it was first recorded.
    pub csd: Key,
    /// The last notice to the original reporter (R18).
    pub support_told: Option<Told>,
    /// The last notice to the customer (R21).
    pub customer_told: Option<Told>,
    /// The facts that were in force when the customer could last not be reached: nothing more is owed about them (R23).
    pub given_up: Option<Told>,
    /// The version that the customer was told and that had not shipped then.
    pub promised: Option<String>,
    /// What the customer said, where that answers the ticket (R23).
    pub answer: Option<Answer>,
}

/// The facts that somebody was told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Told {
    /// The revision of the facts.
    pub facts: u32,
    /// The time.
    pub at: Time,
}

/// An answer that settles the CSD ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Resolved, or unreachable.
    pub kind: AnswerKind,
    /// The time at which it was recorded.
    pub at: Time,
    /// The customer's words, or how they could not be reached.
    pub note: Option<String>,
}

/// Engineering's assessment (R13).
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// The cause.
    pub cause: String,
    /// The time at which the issue started; `None` is "unknown".
    pub started: Option<Time>,
    /// The ticket that caused it, or `unknown`.
    pub caused_by: String,
    /// The severity.
    pub severity: Severity,
    /// The impact.
    pub impact: Impact,
    /// The number of affected customers, where known.
    pub customers_affected: Option<u64>,
    /// The workaround, or `none`, or `unknown`.
    pub workaround: String,
    /// The time at which it was recorded.
    pub at: Time,
}

/// The decision about the release (R16).
#[derive(Debug, Clone, PartialEq)]
pub struct Release {
    /// The decision.
    pub decision: Decision,
    /// The fix version.
    pub fix_version: Option<String>,
    /// The target date.
    pub target_date: Option<NaiveDate>,
    /// The end of that day in the team's time zone (R16).
    pub target_ends: Option<Time>,
    /// The resolution, written for customers.
    pub resolution: Option<String>,
    /// The time at which the fix became available (R30).
    pub shipped: Option<Time>,
}

/// The end of a ticket (R24, R26).
#[derive(Debug, Clone, PartialEq)]
pub struct Closing {
    /// The resolution.
    pub resolution: Resolution,
    /// The original, for a duplicate.
    pub of: Option<Key>,
    /// The reason.
    pub note: Option<String>,
    /// Whether it was closed in another tracker, which then owes nothing here (R32).
    pub is_elsewhere: bool,
}

/// A notice.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// Its number on this ticket.
    pub number: u32,
    /// The message id, without angle brackets.
    pub message_id: String,
    /// The audience.
    pub to: Audience,
    /// The CSD ticket that it is about.
    pub csd: Option<Key>,
    /// The channel.
    pub via: Via,
    /// The revision of the facts that it was drafted from.
    pub facts: u32,
    /// The duties that it settles; none for an interim message.
    pub settles: Vec<DutyKind>,
    /// The time by which it promises the customer the next message (R33).
    pub next_by: Option<Time>,
    /// The time at which it was drafted.
    pub at: Time,
    /// The subject, where the channel has one.
    pub subject: Option<String>,
    /// The message, word for word.
    pub message: String,
    /// The outcome.
    pub status: NoticeStatus,
}

/// The status of a notice.
#[derive(Debug, Clone, PartialEq)]
pub enum NoticeStatus {
    /// Waiting for delivery.
    Queued,
    /// Told.
    Told {
        /// The time.
        at: Time,
        /// The channel's receipt; `None` where the sender vouches for it.
        receipt: Option<String>,
    },
    /// Withdrawn before it was delivered (R29).
    Withdrawn {
        /// The time.
        at: Time,
    },
    /// Void: it was delivered, and came back (R29).
    CameBack {
        /// The time at which that was recorded.
        at: Time,
    },
}

impl Notice {
    /// Whether it waits for delivery.
    pub fn is_queued(&self) -> bool {
        self.status == NoticeStatus::Queued
    }

    /// Returns the time at which its audience was told.
    pub fn told_at(&self) -> Option<Time> {
        match self.status {
            NoticeStatus::Told { at, .. } => Some(at),
            NoticeStatus::Queued | NoticeStatus::Withdrawn { .. } | NoticeStatus::CameBack { .. } => None,
        }
    }

    /// Whether it settles this duty once it is delivered.
    fn settles(&self, kind: DutyKind, csd: Option<&Key>) -> bool {
        self.settles.contains(&kind) && (csd.is_none() || self.csd.as_ref() == csd)
    }
}

impl Link {
    /// Returns a link about which nobody has been told yet.
    pub(crate) fn new(csd: &Key) -> Self {
        Self { csd: csd.clone(), support_told: None, customer_told: None, given_up: None, promised: None, answer: None }
    }

    /// Whether the customer has confirmed, or could not be reached.
    pub fn is_decided(&self) -> bool {
        self.answer.is_some()
    }

    /// Returns the revision of the facts that the original reporter knows; 0 before any.
    fn known_to_support(&self) -> u32 {
        self.support_told.map_or(0, |told| told.facts)
    }

    /// The revision of the facts that the customer knows, or could not be reached about; 0 before any.
    fn known_to_customer(&self) -> u32 {
        let of = |told: Option<Told>| told.map_or(0, |told| told.facts);
        of(self.customer_told).max(of(self.given_up))
    }
}

impl Release {
    /// Whether the fix version is tentative: a scheduled release that has not shipped (R16, R22).
    pub fn is_tentative(&self) -> bool {
        self.decision == Decision::NextRelease && self.shipped.is_none()
    }

    /// Whether another decision is a new promise, with another decision, version or target date (R20).
    pub(crate) fn promises_the_same(&self, other: &Self) -> bool {
        self.decision == other.decision
            && is_same_version_or_none(self.fix_version.as_deref(), other.fix_version.as_deref())
            && self.target_date == other.target_date
    }
}

impl Cus {
    /// Whether it is closed.
    pub fn is_closed(&self) -> bool {
        self.stage == CusStage::Closed
    }

    /// Whether it was closed by R26, so that Support and the customers are owed the answer.
    pub fn is_answered(&self) -> bool {
        self.closing.as_ref().is_some_and(|closing| closing.resolution != Resolution::Fixed)
    }

    /// Whether it is closed and every linked CSD ticket is resolved, so that nothing but the postmortem and its actions can
    /// be owed.
    pub fn is_finished(&self) -> bool {
        let is_over = !self.is_answered() || self.links.iter().all(|link| self.is_settled(link));
        self.is_closed() && is_over && self.demands().iter().all(|duty| duty.kind.outlasts_the_ticket())
    }

    /// Whether it is on the Open Bug List.
    pub fn is_open_bug(&self) -> bool {
        self.assessment.is_some() && !self.is_closed()
    }

    /// Returns the notice with this number.
    pub fn notice(&self, number: u32) -> Option<&Notice> {
        self.notices.iter().find(|notice| notice.number == number)
    }

    /// Returns the announcement with this number.
    pub fn announcement(&self, number: u32) -> Option<&Announced> {
        self.announcements.iter().find(|announced| announced.number == number)
    }

    /// Returns the notices that wait for delivery, oldest first.
    pub fn queued(&self) -> impl Iterator<Item = &Notice> {
        self.notices.iter().filter(|notice| notice.is_queued())
    }

    /// Returns the numbers of the notices and announcements that wait for delivery, in order.
    pub(crate) fn waiting(&self) -> Vec<u32> {
        let announced = self.announcements.iter().filter(|announced| announced.is_queued());
        let mut numbers: Vec<u32> =
            self.queued().map(|notice| notice.number).chain(announced.map(|announced| announced.number)).collect();
        numbers.sort_unstable();
        numbers
    }

    /// Whether a notice that settles this duty waits for delivery.
    pub fn is_queued(&self, kind: DutyKind, csd: Option<&Key>) -> bool {
        self.queued().any(|notice| notice.settles(kind, csd))
    }

    /// Returns the link to this CSD ticket.
    pub fn link(&self, csd: &Key) -> Option<&Link> {
        self.links.iter().find(|link| link.csd == *csd)
    }

    pub(crate) fn link_mut(&mut self, csd: &Key) -> Option<&mut Link> {
        self.links.iter_mut().find(|link| link.csd == *csd)
    }

    /// The fix version in force.
    pub fn fix_version(&self) -> Option<&str> {
        self.release.as_ref()?.fix_version.as_deref()
    }

    /// The hold of that version, as R1 compares versions, or the one of all.
    pub fn hold_of(&self, version: Option<&str>) -> Option<&Hold> {
        self.holds.iter().find(|hold| is_same_version_or_none(hold.version.as_deref(), version))
    }

    /// Whether the fix is available.
    pub fn is_shipped(&self) -> bool {
        self.release.as_ref().is_some_and(|release| release.shipped.is_some())
    }

    /// Whether there is anything in force that Support and the customers are to know: a decision, an answer under R26, or
    /// that it is open again.
    pub fn has_information(&self) -> bool {
        self.release.is_some() || self.is_answered() || self.reopened
    }

    /// Whether the original reporter of this ticket knows the facts in force (R18).
    pub fn support_knows(&self, link: &Link) -> bool {
        self.has_information() && link.known_to_support() == self.facts
    }

    /// Whether the customer of this ticket knows the facts in force (R21).
    pub fn customer_knows(&self, link: &Link) -> bool {
        self.has_information() && link.known_to_customer() == self.facts
    }

    /// Whether the customer of this ticket was told the facts in force.
    pub fn customer_was_told(&self, link: &Link) -> bool {
        self.has_information() && link.customer_told.is_some_and(|told| told.facts == self.facts)
    }

    /// Whether the linked ticket is done: answered, or told the answer of R26.
    pub fn is_settled(&self, link: &Link) -> bool {
        link.is_decided() || (self.is_answered() && self.customer_knows(link))
    }

    /// Whether there is a linked ticket, and each is answered (R24).
    pub fn is_decided(&self) -> bool {
        !self.links.is_empty() && self.links.iter().all(Link::is_decided)
    }

    /// Returns the duties that the rules demand of it, in the order of the process.
    pub(crate) fn demands(&self) -> Vec<Duty> {
        let mut duties = Vec::new();
        let mut owe = |demanded: bool, duty: Duty| {
            if demanded {
                duties.push(duty);
            }
        };
        let stage = self.stage;
        let decided = matches!(stage, CusStage::ReleaseAssessed | CusStage::Postmortem);
        owe(stage == CusStage::Escalated, Duty::of(DutyKind::EngAssess, self.arrivals));
        owe(stage == CusStage::Returned, Duty::of(DutyKind::Complete, self.returns));
        owe(self.owes_alert(), Duty::of(DutyKind::AlertProduct, 0));
        owe(stage == CusStage::EngAssessed, Duty::of(DutyKind::Release, self.arrivals));
        owe(self.owes_marketing(), Duty::of(DutyKind::TellMarketing, 0));
        for link in &self.links {
            owe(self.owes_support(link), Duty::about(DutyKind::TellSupport, &link.csd));
            owe(self.owes_customer(link), Duty::about(DutyKind::TellCustomer, &link.csd));
            let hears_of_it = self.is_shipped() && link.known_to_customer() >= self.shipment;
            owe(
                decided && hears_of_it && !link.is_decided(),
                Duty { round: self.shipment, ..Duty::about(DutyKind::Confirm, &link.csd) },
            );
        }
        owe(self.may_move_to_postmortem(), Duty::of(DutyKind::Postmortem, 0));
        if let Some(release) = self.release.as_ref().filter(|_| decided) {
            let is_backlog = release.decision == Decision::Backlog;
            owe(!is_backlog && release.shipped.is_none(), Duty::of(DutyKind::Ship, self.decisions));
            owe(is_backlog, Duty::of(DutyKind::Review, self.decisions));
            owe(
                release.shipped.is_some() && self.holds.iter().any(|hold| !hold.is_explained),
                Duty::of(DutyKind::LiftHold, self.shipment),
            );
        }
        for csd in &self.complaints {
            owe(true, Duty { round: self.complained, ..Duty::about(DutyKind::AnswerComplaint, csd) });
        }
        owe(self.corrections.contains(&Audience::Product), Duty::of(DutyKind::CorrectProduct, 0));
        owe(self.corrections.contains(&Audience::Marketing), Duty::of(DutyKind::CorrectMarketing, 0));
        owe(self.may_close(), Duty::of(DutyKind::Close, 0));
        owe(self.owes_postmortem(), Duty::of(DutyKind::WritePostmortem, 0));
        for action in self.postmortem.open_actions() {
            owe(true, Duty::of(DutyKind::Action, action.number));
        }
        duties
    }

    /// Whether the alert of R14 is owed now.
    pub fn owes_alert(&self) -> bool {
        self.alert_owed && !self.is_closed()
    }

    /// Whether Marketing is owed the details now (R17).
    pub fn owes_marketing(&self) -> bool {
        self.marketing_owed && !self.is_closed()
    }

    /// Whether the newest assessment says that the impact on customers is large.
    pub fn has_large_impact(&self) -> bool {
        self.assessment.as_ref().is_some_and(|assessment| assessment.impact == Impact::Large)
    }

    /// Whether the original reporter of this ticket is owed the facts in force (R18, R20, R30, R26).
    pub fn owes_support(&self, link: &Link) -> bool {
        self.informs() && !self.support_knows(link) && (!self.is_closed() || self.concerns(link))
    }

    /// Whether the customer of this ticket is owed the facts in force (R21): from when Support was told, and then until
    /// the customer is told, even if the facts change again.
    pub fn owes_customer(&self, link: &Link) -> bool {
        self.informs() && self.concerns(link) && link.known_to_support() > link.known_to_customer()
    }

    /// Whether what is in force concerns the customer of that ticket: one who has not answered, one who was told a version
    /// that had not shipped (R20, R26), or one who answered before the fix shipped (R30).
    fn concerns(&self, link: &Link) -> bool {
        let shipped = self.release.as_ref().and_then(|release| release.shipped);
        match &link.answer {
            None => true,
            Some(answer) => link.promised.is_some() || shipped.is_some_and(|shipped| answer.at <= shipped),
        }
    }

    /// Whether what is in force is owed to anybody: a ticket that was closed as fixed owes nothing.
    fn informs(&self) -> bool {
        self.has_information() && (!self.is_closed() || self.is_answered())
    }

    /// Whether R24 lets it be closed as fixed.
    pub fn may_close(&self) -> bool {
        self.stage == CusStage::Postmortem
            && self.is_shipped()
            && self.is_decided()
            && !self.owes_alert()
            && !self.owes_marketing()
            && !self.links.iter().any(|link| self.owes_support(link) || self.owes_customer(link))
            && !self.lacks_root_cause()
    }

    /// Whether closing waits for its root cause (R24): it is critical or of large impact, and none is written.
    pub fn lacks_root_cause(&self) -> bool {
        let is_large = self.assessment.as_ref().is_some_and(|assessment| assessment.impact == Impact::Large);
        (self.priority == Priority::Critical || is_large) && self.postmortem.root_cause.is_none()
    }

    /// Whether a postmortem is owed (R34): of a high-priority or large-impact ticket whose fix has shipped, also after
    /// closing.
    pub fn owes_postmortem(&self) -> bool {
        matches!(self.stage, CusStage::Postmortem | CusStage::Closed)
            && self.is_shipped()
            && self.postmortem_owed
            && !self.postmortem.is_complete()
            && self.closing.as_ref().is_none_or(|closing| !closing.is_elsewhere)
    }

    /// Whether it is of a priority or an impact that makes a postmortem owed (R34).
    pub(crate) fn deserves_postmortem(&self) -> bool {
        self.priority.is_high() || self.has_large_impact()
    }

    /// Whether it is too late to complete the postmortem: closed for long, and none is owed (R34).
    pub fn is_postmortem_over(&self, now: Time) -> bool {
        self.is_closed() && !self.owes_postmortem() && now - self.stage_since > TimeDelta::days(DAYS_TO_COMPLETE)
    }

    /// Whether R19 lets it move to Postmortem.
    pub fn may_move_to_postmortem(&self) -> bool {
        self.stage == CusStage::ReleaseAssessed
            && !self.owes_alert()
            && !self.owes_marketing()
            && self.links.iter().all(|link| self.support_knows(link))
    }

    /// Returns the role that owes such a duty.
    pub(crate) fn owner(kind: DutyKind) -> Role {
        match kind {
            DutyKind::EngAssess
            | DutyKind::AlertProduct
            | DutyKind::Release
            | DutyKind::TellMarketing
            | DutyKind::TellSupport
            | DutyKind::Postmortem
            | DutyKind::Ship
            | DutyKind::AnswerComplaint
            | DutyKind::CorrectProduct
            | DutyKind::CorrectMarketing
            | DutyKind::WritePostmortem
            | DutyKind::Action
            | DutyKind::LiftHold => Role::Engineering,
            DutyKind::Complete
            | DutyKind::TellCustomer
            | DutyKind::NextWord
            | DutyKind::Confirm
            | DutyKind::Assess
            | DutyKind::Escalate
            | DutyKind::Resolve => Role::Support,
            DutyKind::Review | DutyKind::Close => Role::Product,
        }
    }
}
