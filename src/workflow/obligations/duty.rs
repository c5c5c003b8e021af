//! Duties: the kinds, each with its rule and the step that settles it, and the times of one that is owed.

use serde::{Deserialize, Serialize};

use crate::workflow::key::Key;
use crate::workflow::remedy::Remedy;
use crate::workflow::rule::Rule;
use crate::workflow::step::Step;
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{Audience, Role, vocabulary};

vocabulary! {
    /// A kind of duty, in the order of the process.
    pub DutyKind {
        /// Support's assessment of a reported issue (R3).
        Assess = "assess",
        /// Escalation to Engineering (R6).
        Escalate = "escalate",
        /// The resolution of an issue handled without Engineering (R7).
        Resolve = "resolve",
        /// Engineering's assessment (R13).
        EngAssess = "eng-assess",
        /// Completing a returned checklist (R12).
        Complete = "complete",
        /// The alert to Product (R14).
        AlertProduct = "alert-product",
        /// The release decision (R16).
        Release = "release",
        /// The details for Marketing (R17).
        TellMarketing = "tell-marketing",
        /// The resolution information for an original reporter (R18).
        TellSupport = "tell-support",
        /// The update to a customer (R21).
        TellCustomer = "tell-customer",
        /// The next word to a customer (R33).
        NextWord = "next-word",
        /// Moving to Postmortem (R19).
        Postmortem = "postmortem",
        /// "Shipped, or revise" (R30).
        Ship = "ship",
        /// Writing the postmortem (R34).
        WritePostmortem = "write-postmortem",
        /// An action of a postmortem (R34).
        Action = "action",
        /// A customer's confirmation (R23).
        Confirm = "confirm",
        /// The review of a `backlog` decision (R20).
        Review = "review",
        /// Engineering's answer to a complaint that does not reopen the ticket (R25).
        AnswerComplaint = "answer-complaint",
        /// The correction of an alert to Product that is not so any more (R26).
        CorrectProduct = "correct-product",
        /// The correction of what Marketing was told that is not so any more (R26).
        CorrectMarketing = "correct-marketing",
        /// Closing (R24).
        Close = "close",
        /// "Lift the hold, or say why not" (R30).
        LiftHold = "lift-hold",
    }
}

impl DutyKind {
    /// Returns the rule that demands it.
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
            Self::NextWord => Rule::R33,
            Self::Postmortem => Rule::R19,
            Self::Ship | Self::LiftHold => Rule::R30,
            Self::Confirm => Rule::R23,
            Self::AnswerComplaint => Rule::R25,
            Self::CorrectProduct | Self::CorrectMarketing => Rule::R26,
            Self::Review => Rule::R20,
            Self::WritePostmortem | Self::Action => Rule::R34,
            Self::Close => Rule::R24,
        }
    }

    /// Returns the step that settles it.
    pub fn step(self) -> Step {
        match self {
            Self::Assess => Step::Assess,
            Self::Escalate => Step::Escalate,
            Self::Resolve => Step::Resolve,
            Self::EngAssess => Step::EngAssess,
            Self::Complete => Step::Complete,
            Self::AlertProduct | Self::CorrectProduct => Step::NotifyProduct,
            Self::AnswerComplaint => Step::Comment,
            Self::Release | Self::Review => Step::Release,
            Self::TellMarketing | Self::CorrectMarketing => Step::NotifyMarketing,
            Self::TellSupport => Step::NotifySupport,
            Self::TellCustomer => Step::NotifyCustomer,
            Self::NextWord => Step::Interim,
            Self::Postmortem => Step::Postmortem,
            Self::Ship => Step::Ship,
            Self::Confirm => Step::ConfirmResolved,
            Self::WritePostmortem => Step::WritePostmortem,
            Self::Action => Step::EndAction,
            Self::Close => Step::Close,
            Self::LiftHold => Step::LiftHold,
        }
    }

    /// Whether it is owed after the ticket is over (R34).
    pub fn outlasts_the_ticket(self) -> bool {
        matches!(self, Self::WritePostmortem | Self::Action)
    }

    /// Returns the remedy that settles a duty of this kind and round, with the current keys of its ticket and of the CSD
    /// ticket.
    pub fn remedy(self, key: &Key, csd: Option<&Key>, round: u32, queued: bool) -> Remedy {
        if self == Self::Action {
            Remedy::EndAction { key: key.clone(), number: round }
        } else if queued {
            Remedy::RetryDelivery(key.clone())
        } else if self == Self::Confirm {
            Remedy::take(self.step(), csd.unwrap_or(key))
        } else {
            Remedy::take_about(self.step(), key, csd)
        }
    }

    /// Whether a notice of the facts in force settles it. The next word is one of somebody's own.
    pub fn tells_facts(self) -> bool {
        self.audience().is_some() && self != Self::NextWord
    }

    /// Returns the audience, where the duty is a notice.
    pub fn audience(self) -> Option<Audience> {
        match self {
            Self::AlertProduct | Self::CorrectProduct => Some(Audience::Product),
            Self::TellMarketing | Self::CorrectMarketing => Some(Audience::Marketing),
            Self::TellSupport => Some(Audience::Support),
            Self::TellCustomer | Self::NextWord => Some(Audience::Customer),
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
            | Self::AnswerComplaint
            | Self::WritePostmortem
            | Self::Action
            | Self::Close
            | Self::LiftHold => None,
        }
    }
}

/// A duty that the rules demand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    /// The kind of duty.
    pub kind: DutyKind,
    /// The linked CSD ticket that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub csd: Option<Key>,
    /// Tells duties of the same kind apart: an assessment, a return, a target date or a review makes a new one (R29), and
    /// each action is one, by its number.
    #[serde(default, skip_serializing_if = "is_first")]
    pub round: u32,
}

fn is_first(round: &u32) -> bool {
    *round == 0
}

impl Duty {
    /// Returns a duty of the ticket as a whole.
    pub(crate) fn of(kind: DutyKind, round: u32) -> Self {
        Self { kind, csd: None, round }
    }

    /// Returns a duty about one linked CSD ticket.
    pub(crate) fn about(kind: DutyKind, csd: &Key) -> Self {
        Self { kind, csd: Some(csd.clone()), round: 0 }
    }

    /// Whether a ticket that owes this one owes the other no more. Actions alone are owed beside one another.
    pub(crate) fn takes_the_place_of(&self, other: &Self) -> bool {
        (self.kind, &self.csd) == (other.kind, &other.csd)
            && (self.kind != DutyKind::Action || self.round == other.round)
    }
}

/// The times of a duty, fixed by the event that made it owed (R29).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueTime {
    /// The duty.
    #[serde(flatten)]
    pub duty: Duty,
    /// The time from which it is owed.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub begins: Time,
    /// The due time.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub due: Time,
}

/// A duty that is owed, with its owner and times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// The duty.
    pub duty: Duty,
    /// The role that owes it.
    pub by: Role,
    /// The person to whom it is narrowed; anyone of the role may still do it (R37).
    pub assignee: Option<String>,
    /// The time from which its clock runs.
    pub begins: Time,
    /// The time before which it is not owed, where it waits for a date. Everything else is owed since it arose, whatever
    /// the machine's clock says.
    pub opens: Option<Time>,
    /// The time before which lists of what is to be done leave it out, where there is one (R33).
    pub shown: Option<Time>,
    /// The due time.
    pub due: Time,
    /// The remedy that settles it.
    pub remedy: Remedy,
}

impl Owed {
    /// Whether a notice that settles it waits for delivery.
    pub fn is_queued(&self) -> bool {
        matches!(self.remedy, Remedy::RetryDelivery(_))
    }

    /// Whether it is owed at this time.
    pub fn has_begun(&self, now: Time) -> bool {
        self.opens.is_none_or(|opens| opens <= now)
    }

    /// Whether lists of what is to be done show it at this time.
    pub fn is_shown(&self, now: Time) -> bool {
        self.has_begun(now) && self.shown.is_none_or(|shown| shown <= now)
    }

    /// Whether it is late at this time.
    pub fn is_overdue(&self, now: Time) -> bool {
        self.due < now
    }
}
