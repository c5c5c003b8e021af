//! The steps of the process, in one table: the stages from which each is legal, its roles and its inputs
//! (docs/PROCESS.md, "Stages"; R28).

use crate::workflow::field::Field;
use crate::workflow::rule::Rule;
use crate::workflow::tickets::stage::{CsdStage as C, CusStage as U};
use crate::workflow::vocabulary::{AnswerKind, Audience, Kind, Resolution, Role, Word, vocabulary};

/// A row of the table of steps.
#[derive(Debug)]
pub struct Row {
    /// The phrase that follows "cannot".
    pub phrase: &'static str,
    /// The rule that it carries out.
    pub rule: Rule,
    /// The roles that may take it; empty is anyone (R28).
    pub roles: &'static [Role],
    /// The stages of a CSD ticket from which it is legal.
    pub csd: &'static [C],
    /// The stages of a CUS ticket from which it is legal.
    pub cus: &'static [U],
    /// The inputs that must be given, each with the rule that demands it.
    pub inputs: &'static [(Field, Rule)],
}

const SUPPORT: &[Role] = &[Role::Support];
const ENGINEERING: &[Role] = &[Role::Engineering];
const PRODUCT: &[Role] = &[Role::Product];
const ENGINEERING_OR_PRODUCT: &[Role] = &[Role::Engineering, Role::Product];
const SUPPORT_OR_PRODUCT: &[Role] = &[Role::Support, Role::Product];
const ANY_OF_THREE: &[Role] = &[Role::Support, Role::Engineering, Role::Product];
const ANYONE: &[Role] = &[];

/// The stages of a CUS ticket that is not closed.
const OPEN: &[U] = &[U::Escalated, U::Returned, U::EngAssessed, U::ReleaseAssessed, U::Postmortem];
const NOTE_FOR_R26: &[(Field, Rule)] = &[(Field::Note, Rule::R26)];

macro_rules! steps {
    ($(
        $(#[$doc:meta])*
        $step:ident = $name:literal, $phrase:literal, $rule:ident, by $roles:expr,
        csd $csd:expr, cus $cus:expr, needs $inputs:expr;
    )+) => {
        vocabulary! {
            /// A step of the process. Those without a stage are taken on no existing ticket, or by `cus` itself.
            pub Step { $($(#[$doc])* $step = $name,)+ }
        }

        impl Step {
            /// Returns its row of the table.
            pub fn row(self) -> &'static Row {
                match self {
                    $(Self::$step => {
                        const ROW: Row = Row {
                            phrase: $phrase, rule: Rule::$rule, roles: $roles, csd: $csd, cus: $cus, inputs: $inputs,
                        };
                        &ROW
                    })+
                }
            }
        }
    };
}

steps! {
    /// Record a customer's issue.
    Report = "report", "be reported", R1, by SUPPORT,
        csd &[], cus &[], needs &[(Field::Customer, Rule::R1), (Field::Summary, Rule::R1), (Field::Channel, Rule::R1)];
    /// Decide who handles a CSD ticket.
    Assess = "assess", "be assessed", R3, by SUPPORT,
        csd &[C::Reported, C::Assessed, C::Handled], cus &[],
        needs &[(Field::Trigger, Rule::R4), (Field::HandledBy, Rule::R3)];
    /// Open a CUS ticket for it.
    Escalate = "escalate", "be escalated", R8, by SUPPORT,
        csd &[C::Assessed], cus &[], needs &[(Field::Priority, Rule::R8), (Field::Steps, Rule::R8)];
    /// Link it to an open CUS ticket.
    Join = "join", "join a CUS ticket", R11, by SUPPORT,
        csd &[C::Assessed], cus &[], needs &[];
    /// Close a CSD ticket that was handled without Engineering.
    Resolve = "resolve", "be closed", R7, by SUPPORT,
        csd &[C::Handled], cus &[], needs &[(Field::Note, Rule::R7)];
    /// Close a CSD ticket that repeats another one of the same customer.
    ResolveDuplicate = "resolve-duplicate", "be closed as a duplicate", R7, by SUPPORT,
        csd &[C::Reported, C::Assessed, C::Handled], cus &[],
        needs &[(Field::Of, Rule::R7), (Field::Note, Rule::R7)];
    /// Record that the customer confirms.
    ConfirmResolved = "confirm-resolved", "be confirmed as resolved", R23, by SUPPORT,
        csd &[C::Escalated, C::Resolved], cus &[], needs &[];
    /// Record that the customer says it is not resolved.
    ConfirmNotResolved = "confirm-not-resolved", "be recorded as not resolved", R25, by SUPPORT,
        csd &[C::Escalated, C::Resolved], cus &[], needs &[(Field::NotResolved, Rule::R25)];
    /// Record that the customer could not be reached.
    ConfirmUnreachable = "confirm-unreachable", "be recorded as unreachable", R23, by SUPPORT,
        csd &[C::Escalated], cus &[], needs &[(Field::Unreachable, Rule::R23)];
    /// Unlink a CSD ticket from its CUS ticket.
    Unlink = "unlink", "be unlinked", R11, by SUPPORT,
        csd &[C::Escalated], cus &[], needs &[(Field::Note, Rule::R11)];
    /// Complete a returned CUS ticket and escalate it again.
    Complete = "complete", "be escalated again", R12, by SUPPORT,
        csd &[], cus &[U::Returned], needs &[];
    /// Be joined by a CSD ticket.
    BeJoined = "be-joined", "be joined", R11, by SUPPORT,
        csd &[], cus OPEN, needs &[];
    /// Assess cause, severity and impact.
    EngAssess = "eng-assess", "be assessed by Engineering", R13, by ENGINEERING,
        csd &[], cus &[U::Escalated, U::EngAssessed, U::ReleaseAssessed, U::Postmortem],
        needs &[
            (Field::Cause, Rule::R13), (Field::Started, Rule::R13), (Field::CausedBy, Rule::R13),
            (Field::Severity, Rule::R13), (Field::Workaround, Rule::R13), (Field::Impact, Rule::R13),
        ];
    /// Return it to Support.
    Return = "return", "be returned to Support", R12, by ENGINEERING,
        csd &[], cus &[U::Escalated, U::EngAssessed],
        needs &[(Field::Missing, Rule::R12), (Field::Note, Rule::R12)];
    /// Decide about the release, or revise the decision.
    Release = "release", "get a release decision", R16, by ENGINEERING_OR_PRODUCT,
        csd &[], cus &[U::EngAssessed, U::ReleaseAssessed, U::Postmortem], needs &[(Field::Decision, Rule::R16)];
    /// Notify Product.
    NotifyProduct = "notify-product", "notify Product", R14, by ANY_OF_THREE,
        csd &[], cus U::ALL, needs &[(Field::To, Rule::R21)];
    /// Notify Marketing.
    NotifyMarketing = "notify-marketing", "notify Marketing", R17, by ENGINEERING_OR_PRODUCT,
        csd &[], cus U::ALL, needs &[(Field::To, Rule::R21)];
    /// Notify Support.
    NotifySupport = "notify-support", "notify Support", R18, by ENGINEERING_OR_PRODUCT,
        csd &[], cus U::ALL, needs &[(Field::To, Rule::R21)];
    /// Notify customers.
    NotifyCustomer = "notify-customer", "notify customers", R21, by SUPPORT,
        csd &[], cus U::ALL, needs &[(Field::To, Rule::R21)];
    /// Send an interim message.
    Interim = "interim", "get an interim message", R21, by ANYONE,
        csd C::ALL, cus U::ALL, needs &[(Field::Message, Rule::R21)];
    /// Move to Postmortem.
    Postmortem = "postmortem", "move to Postmortem", R19, by ENGINEERING_OR_PRODUCT,
        csd &[], cus &[U::ReleaseAssessed], needs &[];
    /// Write or complete the postmortem.
    WritePostmortem = "write-postmortem", "have its postmortem written", R34, by ENGINEERING_OR_PRODUCT,
        csd &[], cus &[U::Postmortem, U::Closed], needs &[];
    /// Add an action to the postmortem.
    AddAction = "add-action", "get an action", R34, by ANYONE,
        csd &[], cus &[U::Postmortem, U::Closed], needs &[(Field::ActionText, Rule::R34)];
    /// Say that an action is done or dropped.
    EndAction = "end-action", "have an action done or dropped", R34, by ANYONE,
        csd &[], cus U::ALL, needs &[(Field::Action, Rule::R34)];
    /// Record that the fix is available.
    Ship = "ship", "be shipped", R30, by ENGINEERING_OR_PRODUCT,
        csd &[], cus &[U::ReleaseAssessed, U::Postmortem], needs &[];
    /// Close a CUS ticket as fixed.
    Close = "close", "be closed", R24, by PRODUCT,
        csd &[], cus &[U::Postmortem], needs &[];
    /// Close it as not a bug.
    CloseNotABug = "close-not-a-bug", "be closed without a fix", R26, by ENGINEERING_OR_PRODUCT,
        csd &[], cus OPEN, needs NOTE_FOR_R26;
    /// Close it as a duplicate of another CUS ticket.
    CloseDuplicate = "close-duplicate", "be closed without a fix", R26, by ENGINEERING_OR_PRODUCT,
        csd &[], cus OPEN, needs &[(Field::Of, Rule::R26), (Field::Note, Rule::R26)];
    /// Close it as not reproducible.
    CloseCannotReproduce = "close-cannot-reproduce", "be closed without a fix", R26, by ENGINEERING_OR_PRODUCT,
        csd &[], cus OPEN, needs NOTE_FOR_R26;
    /// Close it as won't fix.
    CloseWontFix = "close-wont-fix", "be closed without a fix", R26, by ENGINEERING_OR_PRODUCT,
        csd &[], cus OPEN, needs NOTE_FOR_R26;
    /// Withdraw it.
    CloseWithdrawn = "close-withdrawn", "be closed without a fix", R26, by ENGINEERING_OR_PRODUCT,
        csd &[], cus OPEN, needs NOTE_FOR_R26;
    /// Hold further upgrades.
    Hold = "hold", "hold upgrades", R10, by ANYONE,
        csd &[], cus OPEN, needs &[(Field::Note, Rule::R10)];
    /// Lift an upgrade hold.
    LiftHold = "lift-hold", "lift its upgrade hold", R10, by ENGINEERING_OR_PRODUCT,
        csd &[], cus OPEN, needs &[(Field::Note, Rule::R10)];
    /// Reopen a ticket.
    Reopen = "reopen", "be reopened", R25, by ANY_OF_THREE,
        csd &[C::Resolved], cus &[U::ReleaseAssessed, U::Postmortem, U::Closed], needs &[(Field::Note, Rule::R25)];
    /// Correct what was recorded.
    Edit = "edit", "be edited", R27, by ANYONE,
        csd C::ALL, cus U::ALL, needs &[];
    /// Attach files.
    Attach = "attach", "have files attached", R27, by ANYONE,
        csd C::ALL, cus U::ALL, needs &[(Field::File, Rule::R8)];
    /// Add an internal comment.
    Comment = "comment", "be commented on", R27, by ANYONE,
        csd C::ALL, cus U::ALL, needs &[(Field::Text, Rule::R27)];
    /// Name who has it.
    Assign = "assign", "be assigned", R37, by ANYONE,
        csd C::ALL, cus U::ALL, needs &[(Field::Assignee, Rule::R37)];
    /// Record that a queued notice was delivered.
    Deliver = "deliver", "have a notice delivered", R29, by ANYONE, csd &[], cus &[], needs &[];
    /// Drop an announcement that waits.
    DropAnnouncement = "drop-announcement", "have an announcement dropped", R36, by ANYONE, csd &[], cus &[], needs &[];
    /// Record that a delivery came back.
    CameBack = "came-back", "have a delivery voided", R29, by SUPPORT, csd &[], cus &[], needs &[];
    /// Import another tracker's ticket.
    Import = "import", "be imported", R32, by ANYONE, csd &[], cus &[], needs &[];
    /// Remove a text that must not be kept.
    Redact = "redact", "be redacted", R27, by ANYONE, csd &[], cus &[], needs &[];
    /// Undo a command.
    Undo = "undo", "be undone", R35, by ANYONE, csd &[], cus &[], needs &[(Field::Note, Rule::R35)];
    /// Change a customer's record.
    Customer = "customer", "have its customer renamed", R39, by SUPPORT_OR_PRODUCT, csd &[], cus &[], needs &[];
    /// Change the policy.
    Policy = "policy", "change the policy", R29, by ANYONE, csd &[], cus &[], needs &[];
}

impl Step {
    /// Returns the step of notifying this audience.
    pub fn notify(to: Audience) -> Self {
        match to {
            Audience::Support => Self::NotifySupport,
            Audience::Product => Self::NotifyProduct,
            Audience::Marketing => Self::NotifyMarketing,
            Audience::Customer => Self::NotifyCustomer,
        }
    }

    /// Returns the step of recording this answer of a customer.
    pub fn confirm(answer: AnswerKind) -> Self {
        match answer {
            AnswerKind::Resolved => Self::ConfirmResolved,
            AnswerKind::NotResolved => Self::ConfirmNotResolved,
            AnswerKind::Unreachable => Self::ConfirmUnreachable,
        }
    }

    /// Returns the step of closing a CUS ticket with this resolution.
    pub fn close_as(resolution: Resolution) -> Self {
        match resolution {
            Resolution::Fixed => Self::Close,
            Resolution::NotABug => Self::CloseNotABug,
            Resolution::Duplicate => Self::CloseDuplicate,
            Resolution::CannotReproduce => Self::CloseCannotReproduce,
            Resolution::WontFix => Self::CloseWontFix,
            Resolution::Withdrawn => Self::CloseWithdrawn,
        }
    }

    /// Returns the audience that it notifies, if it notifies one.
    pub fn audience(self) -> Option<Audience> {
        Audience::ALL.iter().copied().find(|to| Self::notify(*to) == self)
    }

    /// Returns the resolution of R26 that it closes with, if it closes with one.
    pub fn resolution(self) -> Option<Resolution> {
        let all = Resolution::ALL.iter().copied().filter(|resolution| *resolution != Resolution::Fixed);
        all.into_iter().find(|resolution| Self::close_as(*resolution) == self)
    }

    /// Returns the steps on existing tickets of this kind, in the order of the process.
    pub fn on(kind: Kind) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |step| match kind {
            Kind::Csd => !step.row().csd.is_empty(),
            Kind::Cus => !step.row().cus.is_empty(),
        })
    }

    /// The phrase that follows "cannot".
    pub fn phrase(self) -> &'static str {
        self.row().phrase
    }

    /// The rule that it carries out.
    pub fn rule(self) -> Rule {
        self.row().rule
    }

    /// The inputs that must be given, each with the rule that demands it.
    pub fn inputs(self) -> &'static [(Field, Rule)] {
        self.row().inputs
    }

    /// Returns the kind of ticket that it is taken on; `None` is either.
    pub fn kind(self) -> Option<Kind> {
        let row = self.row();
        match (row.csd.is_empty(), row.cus.is_empty()) {
            (false, true) => Some(Kind::Csd),
            (true, false) => Some(Kind::Cus),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_found_by_what_it_tells_records_or_closes_with() {
        for to in Audience::ALL {
            assert_eq!(Step::notify(*to).audience(), Some(*to));
        }
        for resolution in Resolution::ALL.iter().filter(|resolution| **resolution != Resolution::Fixed) {
            assert_eq!(Step::close_as(*resolution).resolution(), Some(*resolution));
        }
        assert_eq!((Step::Close.resolution(), Step::Ship.audience()), (None, None));
    }

    #[test]
    fn a_step_is_taken_on_one_kind_of_ticket_or_on_either() {
        assert_eq!(
            (Step::Assess.kind(), Step::Ship.kind(), Step::Comment.kind()),
            (Some(Kind::Csd), Some(Kind::Cus), None)
        );
        assert!(Step::on(Kind::Csd).all(|step| step.kind() != Some(Kind::Cus)));
        assert!(!Step::on(Kind::Cus).any(|step| matches!(step, Step::Report | Step::Deliver | Step::Import)));
    }
}
