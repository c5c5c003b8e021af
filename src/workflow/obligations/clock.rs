//! The clocks: each row of the table of due times, with its default durations (docs/PROCESS.md, "Due times").

use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::obligations::span::Span;
use crate::workflow::vocabulary::vocabulary;

vocabulary! {
    /// A row of the table of due times: most duties have one, some run by one of several.
    pub Clock {
        /// Support's assessment (R3).
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
        /// Details for Marketing (R17).
        TellMarketing = "tell-marketing",
        /// The resolution information for an original reporter (R18).
        TellSupport = "tell-support",
        /// The update to a customer (R21).
        TellCustomer = "tell-customer",
        /// The next word to a customer, until a decision was told (R33).
        NextWord = "next-word",
        /// The next word once a decision was told.
        NextWordTold = "next-word.told",
        /// The next word once a `backlog` decision was told.
        NextWordBacklog = "next-word.backlog",
        /// The first word on a ticket that is not escalated.
        NextWordFirst = "next-word.first",
        /// Each later word on a ticket that is not escalated.
        NextWordUnescalated = "next-word.unescalated",
        /// Moving to Postmortem (R19).
        Postmortem = "postmortem",
        /// "Shipped, or revise", from the end of a target date (R30).
        Ship = "ship",
        /// The same of a patch without a date, from the decision.
        ShipPatch = "ship.patch",
        /// The same of a next release without a date, from the decision.
        ShipNextRelease = "ship.next-release",
        /// The answer to a complaint (R25).
        AnswerComplaint = "answer-complaint",
        /// The correction of an alert (R26).
        Correction = "correction",
        /// Writing the postmortem (R34).
        WritePostmortem = "write-postmortem",
        /// An action of a postmortem without a date of its own (R34).
        Action = "action",
        /// A customer's confirmation (R23).
        Confirm = "confirm",
        /// The review of a `backlog` decision (R20).
        Review = "review",
        /// Closing (R24).
        Close = "close",
        /// "Lift the hold, or say why not" (R30).
        LiftHold = "lift-hold",
    }
}

impl DutyKind {
    /// Returns the clock of such a duty, unless its ticket says which of several it is.
    pub fn clock(self) -> Clock {
        match self {
            Self::Assess => Clock::Assess,
            Self::Escalate => Clock::Escalate,
            Self::Resolve => Clock::Resolve,
            Self::EngAssess => Clock::EngAssess,
            Self::Complete => Clock::Complete,
            Self::AlertProduct => Clock::AlertProduct,
            Self::Release => Clock::Release,
            Self::TellMarketing => Clock::TellMarketing,
            Self::TellSupport => Clock::TellSupport,
            Self::TellCustomer => Clock::TellCustomer,
            Self::NextWord => Clock::NextWord,
            Self::Postmortem => Clock::Postmortem,
            Self::Ship => Clock::Ship,
            Self::Confirm => Clock::Confirm,
            Self::Review => Clock::Review,
            Self::AnswerComplaint => Clock::AnswerComplaint,
            Self::CorrectProduct | Self::CorrectMarketing => Clock::Correction,
            Self::WritePostmortem => Clock::WritePostmortem,
            Self::Action => Clock::Action,
            Self::Close => Clock::Close,
            Self::LiftHold => Clock::LiftHold,
        }
    }
}

/// The columns of a row: the name of each, with the priorities that it serves; an empty name is the row's own.
pub(super) type Columns = &'static [(&'static str, &'static [usize])];

const EACH: Columns = &[("", &[0, 1, 2, 3])];
const BY_PRIORITY: Columns = &[("critical", &[0]), ("high", &[1]), ("medium", &[2]), ("low", &[3])];

impl Clock {
    /// Whether a team can turn it off (R33).
    pub fn can_be_off(self) -> bool {
        matches!(
            self,
            Self::NextWord
                | Self::NextWordTold
                | Self::NextWordBacklog
                | Self::NextWordFirst
                | Self::NextWordUnescalated
        )
    }

    /// Returns its columns. A ticket has no priority before it is escalated, and the alert to Product arises only for
    /// high-priority bugs.
    pub(super) fn columns(self) -> Columns {
        match self {
            Self::Assess
            | Self::Resolve
            | Self::NextWordBacklog
            | Self::NextWordFirst
            | Self::NextWordUnescalated
            | Self::Action => EACH,
            Self::Escalate => &[("trigger", &[0]), ("no-trigger", &[1, 2, 3])],
            Self::AlertProduct => &[("critical", &[0]), ("high", &[1, 2, 3])],
            Self::EngAssess
            | Self::Complete
            | Self::Release
            | Self::TellMarketing
            | Self::TellSupport
            | Self::TellCustomer
            | Self::NextWord
            | Self::NextWordTold
            | Self::Postmortem
            | Self::Ship
            | Self::ShipPatch
            | Self::ShipNextRelease
            | Self::AnswerComplaint
            | Self::Correction
            | Self::WritePostmortem
            | Self::Confirm
            | Self::Review
            | Self::Close
            | Self::LiftHold => BY_PRIORITY,
        }
    }

    /// Returns the default durations for critical, high, medium and low.
    pub(super) fn default_spans(self) -> [Span; 4] {
        use Span::{Days, Hours};
        match self {
            Self::Assess => [Hours(4); 4],
            Self::Escalate => [Hours(4), Hours(24), Hours(24), Hours(24)],
            Self::Resolve | Self::NextWordUnescalated => [Days(5); 4],
            Self::EngAssess | Self::Complete | Self::AnswerComplaint => [Hours(4), Hours(24), Days(3), Days(7)],
            Self::AlertProduct => [Hours(1), Hours(4), Hours(4), Hours(4)],
            Self::Release => [Hours(8), Days(2), Days(5), Days(14)],
            Self::TellMarketing => [Hours(4), Days(1), Days(3), Days(3)],
            Self::TellSupport | Self::TellCustomer | Self::Correction => [Hours(1), Hours(4), Days(1), Days(3)],
            Self::NextWord => [Hours(8), Days(1), Days(7), Days(14)],
            Self::NextWordTold => [Days(7), Days(14), Days(30), Days(30)],
            Self::NextWordBacklog | Self::Review => [Days(90); 4],
            Self::NextWordFirst | Self::Ship => [Days(1); 4],
            Self::Postmortem => [Days(1), Days(1), Days(3), Days(3)],
            Self::ShipPatch => [Days(2), Days(7), Days(14), Days(30)],
            Self::ShipNextRelease => [Days(14), Days(14), Days(30), Days(60)],
            Self::WritePostmortem => [Days(5), Days(5), Days(10), Days(10)],
            Self::Action => [Days(30); 4],
            Self::Confirm => [Days(3), Days(3), Days(7), Days(14)],
            Self::Close => [Days(1), Days(1), Days(3), Days(7)],
            Self::LiftHold => [Hours(4), Days(1), Days(1), Days(3)],
        }
    }
}
