//! The stages of both tickets, and the one table of legal changes (docs/PROCESS.md, "Stages").

use crate::workflow::vocabulary::{Kind, Word, vocabulary};

vocabulary! {
    /// The stage of a CSD ticket.
    pub CsdStage {
        /// Recorded by Support; nobody has assessed it.
        Reported = "reported",
        /// Engineering is to get it; it is not yet escalated.
        Assessed = "assessed",
        /// Support, Client Services or Product has it.
        Handled = "handled",
        /// It is linked to a CUS ticket.
        Escalated = "escalated",
        /// The customer's issue is resolved.
        Resolved = "resolved",
    }

    /// The stage of a CUS ticket.
    pub CusStage {
        /// Engineering has it and has not assessed it.
        Escalated = "escalated",
        /// Engineering sent it back to Support for a better checklist.
        Returned = "returned",
        /// Assessed; the release is not decided.
        EngAssessed = "eng-assessed",
        /// The release is decided.
        ReleaseAssessed = "release-assessed",
        /// Support has the information; the customers' confirmations are awaited.
        Postmortem = "postmortem",
        /// Closed.
        Closed = "closed",
    }
}

/// The stages of both kinds, each word once.
pub fn stage_words() -> Vec<&'static str> {
    let mut words: Vec<&str> = CsdStage::ALL.iter().map(|stage| stage.as_str()).collect();
    for word in CusStage::ALL.iter().map(|stage| stage.as_str()) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// The stage of a ticket of either kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// A CSD ticket.
    Csd(CsdStage),
    /// A CUS ticket.
    Cus(CusStage),
}

impl Stage {
    /// Returns the spelling of docs/PROCESS.md.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csd(stage) => stage.as_str(),
            Self::Cus(stage) => stage.as_str(),
        }
    }

    /// Returns the kind of ticket that has this stage.
    pub fn kind(self) -> Kind {
        match self {
            Self::Csd(_) => Kind::Csd,
            Self::Cus(_) => Kind::Cus,
        }
    }

    /// Whether a ticket may move from `before` to `after`; `None` is a ticket that does not exist yet.
    pub fn is_legal_change(before: Option<Self>, after: Self) -> bool {
        use {CsdStage as C, CusStage as U};
        let Some(before) = before else {
            return matches!(after, Self::Csd(C::Reported) | Self::Cus(U::Escalated));
        };
        match (before, after) {
            _ if before == after => true,
            (Self::Csd(from), Self::Csd(to)) => matches!(
                (from, to),
                (C::Reported, C::Assessed | C::Handled | C::Resolved)
                    | (C::Assessed, C::Handled | C::Escalated | C::Resolved)
                    | (C::Handled, C::Assessed | C::Resolved)
                    | (C::Escalated, C::Assessed | C::Resolved)
                    | (C::Resolved, C::Assessed | C::Handled | C::Escalated)
            ),
            (Self::Cus(from), Self::Cus(to)) => matches!(
                (from, to),
                (U::Escalated, U::Returned | U::EngAssessed)
                    | (U::Returned, U::Escalated)
                    | (U::EngAssessed, U::Returned | U::ReleaseAssessed)
                    | (U::ReleaseAssessed, U::Postmortem | U::Escalated)
                    | (U::Postmortem, U::ReleaseAssessed | U::Escalated)
                    | (U::Closed, U::Escalated)
                    | (_, U::Closed)
            ),
            (Self::Csd(_), Self::Cus(_)) | (Self::Cus(_), Self::Csd(_)) => false,
        }
    }
}

impl serde::Serialize for Stage {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_of_a_stage_is_there_once() {
        let all =
            "reported assessed handled escalated resolved returned eng-assessed release-assessed postmortem closed";
        assert_eq!(stage_words().join(" "), all);
    }
}
