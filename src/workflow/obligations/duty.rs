//! Duties: every kind of them, with its rule and the step that settles it, and the times of one that is owed.

use serde::{Deserialize, Serialize};

use crate::workflow::key::Key;
use crate::workflow::remedy::Remedy;
use crate::workflow::rule::Rule;
use crate::workflow::step::Step;
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{Audience, Role, vocabulary};

vocabulary! {
    /// What the rules can demand, in the order of the process.
    pub DutyKind {
        /// Support's assessment of a reported issue (R3).
        Assess = "assess",
        /// Escalation to Engineering (R6).
        Escalate = "escalate",
        /// The resolution of what Engineering did not get (R7).
        Resolve = "resolve",
        /// Engineering's assessment (R13).
        EngAssess = "eng-assess",
        /// Completing a returned checklist (R12).
        Complete = "complete",
        /// The alert to Product (R14).
        AlertProduct = "alert-product",
        /// The release decision (R16).
        Release = "release",
        /// Details and impact for Marketing (R17).
        TellMarketing = "tell-marketing",
        /// The resolution information for an original reporter (R18).
        TellSupport = "tell-support",
        /// The update to a customer (R21).
        TellCustomer = "tell-customer",
        /// Moving to Postmortem (R19).
        Postmortem = "postmortem",
        /// "Shipped, or revise" (R30).
        Ship = "ship",
        /// A customer's confirmation (R23).
        Confirm = "confirm",
        /// The review of a `backlog` decision (R20).
        Review = "review",
        /// The word to Product that the ticket can be closed (R23).
        WordToProduct = "word-to-product",
        /// Closing (R24).
        Close = "close",
        /// "Lift the hold, or say why not" (R30).
        LiftHold = "lift-hold",
    }
}

impl DutyKind {
    /// The rule that demands it.
    pub fn rule(self) -> Rule {
        match self {
            Self::Assess => Rule::R3,
            Self::Escalate => Rule::R6,
            Self::Resolve => Rule::R7,
            Self::EngAssess => Rule::R13,
            Self::Complete => Rule::R12,
            Self::AlertProduct => Rule::R14,
            Self::Release => Rule::R16,
            Self::TellMarketing => Rule::R17,
            Self::TellSupport => Rule::R18,
            Self::TellCustomer => Rule::R21,
            Self::Postmortem => Rule::R19,
            Self::Ship | Self::LiftHold => Rule::R30,
            Self::Confirm | Self::WordToProduct => Rule::R23,
            Self::Review => Rule::R20,
            Self::Close => Rule::R24,
        }
    }

    /// The step that settles it.
    pub fn step(self) -> Step {
        match self {
            Self::Assess => Step::Assess,
            Self::Escalate => Step::Escalate,
            Self::Resolve => Step::Resolve,
            Self::EngAssess => Step::EngAssess,
            Self::Complete => Step::Complete,
            Self::AlertProduct | Self::WordToProduct => Step::NotifyProduct,
            Self::Release | Self::Review => Step::Release,
            Self::TellMarketing => Step::NotifyMarketing,
            Self::TellSupport => Step::NotifySupport,
            Self::TellCustomer => Step::NotifyCustomer,
            Self::Postmortem => Step::Postmortem,
            Self::Ship => Step::Ship,
            Self::Confirm => Step::ConfirmResolved,
            Self::Close => Step::Close,
            Self::LiftHold => Step::LiftHold,
        }
    }

    /// What settles a duty of this kind, by the keys that its ticket, and the CSD ticket that it is about, go by.
    pub fn remedy(self, key: &Key, csd: Option<&Key>, queued: bool) -> Remedy {
        match self {
            _ if queued => Remedy::RetryDelivery(key.clone()),
            Self::Confirm => Remedy::take(self.step(), csd.unwrap_or(key)),
            _ => Remedy::take_about(self.step(), key, csd),
        }
    }

    /// Who is to be told, where the duty is a notice.
    pub fn audience(self) -> Option<Audience> {
        match self {
            Self::AlertProduct | Self::WordToProduct => Some(Audience::Product),
            Self::TellMarketing => Some(Audience::Marketing),
            Self::TellSupport => Some(Audience::Support),
            Self::TellCustomer => Some(Audience::Customer),
            Self::Assess
            | Self::Escalate
            | Self::Resolve
            | Self::EngAssess
            | Self::Complete
            | Self::Release
            | Self::Postmortem
            | Self::Ship
            | Self::Confirm
            | Self::Review
            | Self::Close
            | Self::LiftHold => None,
        }
    }
}

/// One duty, as the rules demand it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    /// What is owed.
    pub kind: DutyKind,
    /// The linked customer's ticket that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub csd: Option<Key>,
    /// Counts anew what makes a new duty of the same kind: an assessment, a return, a target date, a review (R29).
    #[serde(default, skip_serializing_if = "is_first")]
    pub round: u32,
}

fn is_first(round: &u32) -> bool {
    *round == 0
}

impl Duty {
    /// A duty of the ticket as a whole.
    pub(crate) fn of(kind: DutyKind, round: u32) -> Self {
        Self { kind, csd: None, round }
    }

    /// A duty about one linked customer's ticket.
    pub(crate) fn about(kind: DutyKind, csd: &Key) -> Self {
        Self { kind, csd: Some(csd.clone()), round: 0 }
    }
}

/// A duty's fixed times: a fact of the event that made it owed (R29).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueTime {
    /// The duty.
    #[serde(flatten)]
    pub duty: Duty,
    /// From when it is owed.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub begins: Time,
    /// Until when.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub due: Time,
}

/// One thing owed, with its owner and its times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// The duty.
    pub duty: Duty,
    /// The role that owes it.
    pub by: Role,
    /// From when it is owed; later than now for a target date that has not come.
    pub begins: Time,
    /// Until when it is in time.
    pub due: Time,
    /// What settles it.
    pub remedy: Remedy,
}

impl Owed {
    /// Whether a notice that settles it waits for its delivery.
    pub fn is_queued(&self) -> bool {
        matches!(self.remedy, Remedy::RetryDelivery(_))
    }

    /// Whether it is owed already at that time.
    pub fn has_begun(&self, now: Time) -> bool {
        self.begins <= now
    }

    /// Whether it is late at that time.
    pub fn is_overdue(&self, now: Time) -> bool {
        self.due < now
    }
}
