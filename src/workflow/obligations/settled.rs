//! The events that settle duties.

use crate::workflow::event::Fact;
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::vocabulary::{Audience, WordClock};

impl DutyKind {
    /// Whether a fact that ends a duty of this kind settles it, rather than cancelling it.
    pub fn is_settled_by(self, fact: &Fact) -> bool {
        match self {
            Self::Assess => matches!(fact, Fact::Assessed(_)),
            Self::Escalate => matches!(fact, Fact::Linked(_)),
            Self::Resolve => matches!(fact, Fact::Resolved(_)),
            Self::EngAssess => matches!(fact, Fact::EngAssessed(_)),
            Self::Complete => matches!(fact, Fact::Completed(_)),
            Self::AlertProduct
            | Self::TellMarketing
            | Self::TellSupport
            | Self::TellCustomer
            | Self::CorrectProduct
            | Self::CorrectMarketing => fact.told().is_some_and(|telling| telling.settles.contains(&self)),
            Self::NextWord => {
                matches!(fact, Fact::CustomerTold(_) | Fact::Resolved(_))
                    || matches!(fact, Fact::NextWord(change) if change.clock == WordClock::Tried)
                    || fact.told().is_some_and(|telling| telling.to == Audience::Customer)
            }
            Self::Release | Self::Review => matches!(fact, Fact::ReleaseDecided(_)),
            Self::Postmortem => matches!(fact, Fact::MovedToPostmortem(_)),
            Self::Ship => matches!(fact, Fact::Shipped(_) | Fact::ReleaseDecided(_)),
            Self::Confirm => matches!(fact, Fact::Answered(_)),
            Self::AnswerComplaint => {
                matches!(fact, Fact::EngAssessed(_) | Fact::ReleaseDecided(_) | Fact::Commented(_))
            }
            Self::WritePostmortem => {
                matches!(fact, Fact::PostmortemWritten(_) | Fact::ActionAdded(_) | Fact::MovedToPostmortem(_))
            }
            Self::Action => matches!(fact, Fact::ActionEnded(_)),
            Self::Close => matches!(fact, Fact::Closed(_)),
            Self::LiftHold => matches!(fact, Fact::HoldLifted(_) | Fact::HoldSet(_)),
        }
    }
}
