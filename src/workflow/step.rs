//! The steps of the process: from which stages each is legal, and whose it is (PROCESS, "Stages"; R28).

use crate::workflow::rule::Rule;
use crate::workflow::tickets::cus::Cus;
use crate::workflow::tickets::stage::{CsdStage as C, CusStage as U, Stage};
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::{AnswerKind, Audience, Kind, Resolution, Role};

/// A step on an existing ticket, told apart as far as stage and role depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Decide who handles a customer's ticket.
    Assess,
    /// Open a CUS ticket for it.
    Escalate,
    /// Take a customer's ticket to an open CUS ticket.
    Join,
    /// Be joined by a customer's ticket.
    BeJoined,
    /// Complete a returned CUS ticket.
    Complete,
    /// Assess cause, severity and impact.
    EngAssess,
    /// Return it to Support.
    Return,
    /// Decide about the release.
    Release,
    /// Tell an audience what it is owed, or send it an interim message.
    Notify(Audience),
    /// Move to Postmortem.
    Postmortem,
    /// Record that the fix is available.
    Ship,
    /// Record what a customer says.
    Confirm(AnswerKind),
    /// Close a CUS ticket whose customers are all decided.
    Close,
    /// Close it for another reason than a fix.
    CloseAs(Resolution),
    /// Close a customer's ticket that Engineering did not get.
    Resolve,
    /// Reopen a ticket of either kind.
    Reopen,
    /// Hold further upgrades.
    Hold,
    /// Free upgrades again.
    LiftHold,
    /// Remark something.
    Comment,
    /// Attach files.
    Attach,
    /// Correct what was recorded.
    Edit,
    /// Take a customer's ticket from its CUS ticket.
    Unlink,
}

impl Step {
    /// The steps on an existing ticket of that kind, in the order of the process.
    pub fn on(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Csd => &[
                Self::Assess,
                Self::Escalate,
                Self::Join,
                Self::Resolve,
                Self::Confirm(AnswerKind::Resolved),
                Self::Confirm(AnswerKind::NotResolved),
                Self::Confirm(AnswerKind::Unreachable),
                Self::Unlink,
                Self::Reopen,
                Self::Edit,
                Self::Attach,
                Self::Comment,
            ],
            Kind::Cus => &[
                Self::Complete,
                Self::BeJoined,
                Self::EngAssess,
                Self::Return,
                Self::Release,
                Self::Notify(Audience::Product),
                Self::Notify(Audience::Marketing),
                Self::Notify(Audience::Support),
                Self::Notify(Audience::Customer),
                Self::Postmortem,
                Self::Ship,
                Self::Close,
                Self::CloseAs(Resolution::NotABug),
                Self::CloseAs(Resolution::Duplicate),
                Self::CloseAs(Resolution::CannotReproduce),
                Self::CloseAs(Resolution::WontFix),
                Self::CloseAs(Resolution::Withdrawn),
                Self::Hold,
                Self::LiftHold,
                Self::Reopen,
                Self::Edit,
                Self::Attach,
                Self::Comment,
            ],
        }
    }

    /// What it does, to follow "cannot".
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Assess => "be assessed",
            Self::Escalate => "be escalated",
            Self::Join => "join a CUS ticket",
            Self::BeJoined => "be joined",
            Self::Complete => "be escalated again",
            Self::EngAssess => "be assessed by Engineering",
            Self::Return => "be returned to Support",
            Self::Release => "get a release decision",
            Self::Notify(Audience::Support) => "be told to Support",
            Self::Notify(Audience::Product) => "be told to Product",
            Self::Notify(Audience::Marketing) => "be told to Marketing",
            Self::Notify(Audience::Customer) => "be told to customers",
            Self::Postmortem => "move to Postmortem",
            Self::Ship => "be shipped",
            Self::Confirm(AnswerKind::Resolved) => "be confirmed as resolved",
            Self::Confirm(AnswerKind::NotResolved) => "be recorded as not resolved",
            Self::Confirm(AnswerKind::Unreachable) => "be recorded as unreachable",
            Self::Close | Self::Resolve => "be closed",
            Self::CloseAs(_) => "be closed without a fix",
            Self::Reopen => "be reopened",
            Self::Hold => "hold upgrades",
            Self::LiftHold => "free upgrades",
            Self::Comment => "be commented",
            Self::Attach => "get attachments",
            Self::Edit => "be edited",
            Self::Unlink => "be unlinked",
        }
    }

    /// The rule that it carries out.
    pub fn rule(self) -> Rule {
        match self {
            Self::Assess => Rule::R3,
            Self::Escalate => Rule::R8,
            Self::Join | Self::BeJoined | Self::Unlink => Rule::R11,
            Self::Complete | Self::Return => Rule::R12,
            Self::EngAssess => Rule::R13,
            Self::Release => Rule::R16,
            Self::Notify(Audience::Support) => Rule::R18,
            Self::Notify(Audience::Product) => Rule::R14,
            Self::Notify(Audience::Marketing) => Rule::R17,
            Self::Notify(Audience::Customer) => Rule::R21,
            Self::Postmortem => Rule::R19,
            Self::Ship => Rule::R30,
            Self::Confirm(AnswerKind::NotResolved) | Self::Reopen => Rule::R25,
            Self::Confirm(_) => Rule::R23,
            Self::Close => Rule::R24,
            Self::CloseAs(_) => Rule::R26,
            Self::Resolve => Rule::R7,
            Self::Hold | Self::LiftHold => Rule::R10,
            Self::Comment | Self::Attach | Self::Edit => Rule::R27,
        }
    }

    /// The kind of ticket that it is taken on; `None` is either.
    pub fn kind(self) -> Option<Kind> {
        match self {
            Self::Assess | Self::Escalate | Self::Join | Self::Resolve | Self::Confirm(_) | Self::Unlink => {
                Some(Kind::Csd)
            }
            Self::BeJoined
            | Self::Complete
            | Self::EngAssess
            | Self::Return
            | Self::Release
            | Self::Notify(_)
            | Self::Postmortem
            | Self::Ship
            | Self::Close
            | Self::CloseAs(_)
            | Self::Hold
            | Self::LiftHold => Some(Kind::Cus),
            Self::Reopen | Self::Comment | Self::Attach | Self::Edit => None,
        }
    }

    /// The stages from which it is legal, for a ticket that stands as this one does.
    pub fn legal_stages(self, tickets: &Tickets, ticket: &Ticket) -> Vec<Stage> {
        use Stage::{Csd, Cus};
        match self {
            Self::Assess => vec![Csd(C::Reported), Csd(C::Assessed), Csd(C::Handled)],
            Self::Escalate | Self::Join => vec![Csd(C::Assessed)],
            Self::Resolve => vec![Csd(C::Handled)],
            Self::Unlink => vec![Csd(C::Escalated)],
            Self::Confirm(answer) => confirm_stages(answer, tickets, ticket),
            Self::Complete => vec![Cus(U::Returned)],
            Self::BeJoined | Self::Hold | Self::LiftHold => open_stages(),
            Self::EngAssess => {
                vec![Cus(U::Escalated), Cus(U::EngAssessed), Cus(U::ReleaseAssessed), Cus(U::Postmortem)]
            }
            Self::Return => vec![Cus(U::Escalated), Cus(U::EngAssessed)],
            Self::Release => vec![Cus(U::EngAssessed), Cus(U::ReleaseAssessed), Cus(U::Postmortem)],
            Self::Postmortem => vec![Cus(U::ReleaseAssessed)],
            Self::Ship => vec![Cus(U::ReleaseAssessed), Cus(U::Postmortem)],
            Self::Close => vec![Cus(U::Postmortem)],
            Self::CloseAs(_) => open_stages(),
            Self::Reopen => vec![Csd(C::Resolved), Cus(U::ReleaseAssessed), Cus(U::Postmortem), Cus(U::Closed)],
            Self::Notify(_) | Self::Comment | Self::Attach | Self::Edit => vec![ticket.stage()],
        }
    }

    /// The roles that may take it; empty is anyone (R28).
    pub fn roles(self, ticket: &Ticket) -> &'static [Role] {
        match self {
            Self::Assess
            | Self::Escalate
            | Self::Join
            | Self::BeJoined
            | Self::Complete
            | Self::Confirm(_)
            | Self::Resolve
            | Self::Unlink
            | Self::Notify(Audience::Customer) => &[Role::Support],
            Self::EngAssess | Self::Return => &[Role::Engineering],
            Self::Release
            | Self::Postmortem
            | Self::Ship
            | Self::LiftHold
            | Self::Notify(Audience::Support | Audience::Marketing) => &[Role::Engineering, Role::Product],
            Self::CloseAs(Resolution::Withdrawn) if is_unassessed(ticket) => &[Role::Support],
            Self::CloseAs(_) => &[Role::Engineering, Role::Product],
            Self::Close => &[Role::Product],
            Self::Reopen | Self::Notify(Audience::Product) => &[Role::Support, Role::Engineering, Role::Product],
            Self::Hold | Self::Comment | Self::Attach | Self::Edit => &[],
        }
    }
}

fn open_stages() -> Vec<Stage> {
    vec![
        Stage::Cus(U::Escalated),
        Stage::Cus(U::Returned),
        Stage::Cus(U::EngAssessed),
        Stage::Cus(U::ReleaseAssessed),
        Stage::Cus(U::Postmortem),
    ]
}

/// Whether Engineering has never assessed it, so that withdrawing it is Support's (R26).
pub(crate) fn is_unassessed(ticket: &Ticket) -> bool {
    matches!(ticket, Ticket::Cus(Cus { assessment: None, .. }))
}

/// A customer's complaint is legal at any time (R25). An answer that decides is legal while there is something to
/// answer, or when a customer who could not be reached answers after all (R23).
fn confirm_stages(answer: AnswerKind, tickets: &Tickets, ticket: &Ticket) -> Vec<Stage> {
    let Ticket::Csd(csd) = ticket else {
        return Vec::new();
    };
    let Some(cus) = csd.cus.as_ref().and_then(|cus| tickets.cus(cus)) else {
        return Vec::new();
    };
    let both = vec![Stage::Csd(C::Escalated), Stage::Csd(C::Resolved)];
    match answer {
        AnswerKind::NotResolved => both,
        AnswerKind::Resolved | AnswerKind::Unreachable if !cus.has_information() => Vec::new(),
        AnswerKind::Resolved if csd.answer != Some(AnswerKind::Resolved) => both,
        AnswerKind::Resolved | AnswerKind::Unreachable => vec![Stage::Csd(C::Escalated)],
    }
}
