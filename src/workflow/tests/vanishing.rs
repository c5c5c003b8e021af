//! No duty vanishes but by what settles it, or by an ending that is on record (R29).

use crate::workflow::event::{Event, Fact};
use crate::workflow::obligations::duty::{Duty, DutyKind};
use crate::workflow::tickets::{Ticket, Tickets};

/// Checks what is owed no more after a command. Of two duties that differ in their round alone the later one is the same.
pub(crate) fn look_at_what_vanished(before: &Tickets, after: &Tickets, events: &[Event]) {
    for ticket in &before.all {
        let left = after.ticket(ticket.id()).map(Ticket::demands).unwrap_or_default();
        let is_left = |duty: &Duty| left.iter().any(|other| other.kind == duty.kind && other.csd == duty.csd);
        for duty in ticket.demands().iter().filter(|duty| !is_left(duty)) {
            let has_answered = has_answered(ticket, duty);
            let ends = |fact: &Fact| duty.kind.is_settled_by(fact) || ends(duty, fact, has_answered);
            let is_ended = events.iter().any(|event| ends(&event.fact));
            assert!(is_ended, "{duty:?} of {} vanished by {events:?}\n{ticket:?}", ticket.key());
        }
    }
}

/// Whether the customer whom a duty is about has answered.
fn has_answered(ticket: &Ticket, duty: &Duty) -> bool {
    match (ticket, &duty.csd) {
        (Ticket::Cus(cus), Some(csd)) => cus.link(csd).is_some_and(|link| link.answer.is_some()),
        _ => false,
    }
}

/// Whether a fact ends a duty that it does not settle, by the words of docs/PROCESS.md.
fn ends(duty: &Duty, fact: &Fact, has_answered: bool) -> bool {
    use DutyKind as D;
    let kind = duty.kind;
    // Two come and go with what they wait for, and the next word has invariants of its own.
    if matches!(kind, D::Postmortem | D::Close | D::NextWord) {
        return true;
    }
    match fact {
        Fact::Undone(_) | Fact::Closed(_) => true,
        // R25: what `escalated` does not allow, and what a closing had made owed. What is owed to be told stays, but to a
        // customer who had answered and was to hear of the fix that is withdrawn.
        Fact::Reopened(_) => match kind {
            D::AlertProduct | D::TellMarketing | D::TellSupport => false,
            D::TellCustomer => has_answered,
            _ => true,
        },
        Fact::Returned(_) => matches!(kind, D::EngAssess | D::Release),
        Fact::Left(fact) => duty.csd.as_ref() == Some(&fact.csd),
        // R7: another handler, or a duplicate.
        Fact::Assessed(_) | Fact::Resolved(_) => matches!(kind, D::Assess | D::Escalate | D::Resolve),
        // R13: duties follow the newest assessment.
        Fact::EngAssessed(_) => matches!(kind, D::TellMarketing | D::WritePostmortem),
        // R20: what shipped is in force no more.
        Fact::ReleaseDecided(_) => {
            matches!(kind, D::Review | D::Confirm | D::LiftHold | D::WritePostmortem)
                || (kind == D::TellCustomer && has_answered)
        }
        // R20, R26: nobody is owed news of a customer who has answered; R23: or who cannot be reached.
        Fact::Answered(fact) => {
            matches!(kind, D::TellCustomer | D::TellSupport) && duty.csd.as_ref() == Some(&fact.csd)
        }
        // R29: what it told is not told, and owed instead.
        Fact::NoticeCameBack(_) => kind == D::Confirm,
        // R26: Support itself tells the answer to a customer who had answered and was promised a version.
        _ => {
            kind == D::TellSupport
                && has_answered
                && fact.told().is_some_and(|telling| telling.csd == duty.csd.as_ref())
        }
    }
}
