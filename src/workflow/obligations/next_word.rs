//! The next word that a customer is owed, so that nobody waits in silence (R33).

use crate::workflow::obligations::clock::Clock;
use crate::workflow::obligations::duty::{DueTime, DutyKind};
use crate::workflow::obligations::policy::Policy;
use crate::workflow::obligations::urgency::clock_priority;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::cus::{Cus, Link};
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{Decision, Priority, WordClock};

/// Whether the next word waits for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waits {
    /// It does not.
    No,
    /// The customer is owed another message by the same role, which is the next word.
    ForAMessage,
    /// The customer was told that the fix has shipped, and has until then to confirm.
    Until(Time),
}

/// Returns whether the next word on this ticket waits for something else.
pub(crate) fn waits(tickets: &Tickets, ticket: &Ticket) -> Waits {
    let Ticket::Csd(csd) = ticket else { return Waits::No };
    let Some((cus, link)) = escalation(tickets, csd) else { return Waits::No };
    if cus.owes_customer(link) {
        return Waits::ForAMessage;
    }
    let is_confirmation = |due: &&DueTime| due.duty.kind == DutyKind::Confirm && due.duty.csd.as_ref() == Some(&csd.id);
    let demanded = cus.demands();
    let confirmation = cus.due.iter().filter(is_confirmation).find(|due| demanded.contains(&due.duty));
    confirmation.map_or(Waits::No, |due| Waits::Until(due.due))
}

/// Returns the time from which lists of what is to be done show it: the last quarter of its time.
pub(crate) fn shown_from(begins: Time, due: Time) -> Time {
    due - (due - begins) / 4
}

/// Returns the due time that a command fixes for the next word on a ticket, where it fixes one. It arises wherever there is
/// none, and moves only to an earlier one, where the bug became more urgent or was escalated.
pub(crate) fn due_time(before: &Tickets, after: &Tickets, csd: &Csd, at: Time, policy: &Policy) -> Option<DueTime> {
    if csd.is_resolved() || !csd.is_ours {
        return None;
    }
    let by_clock = due_by_clock(after, csd, at, policy);
    match csd.next_word() {
        None => Some(DueTime { duty: csd.next_word_duty(), begins: at, due: csd.next_by.or(by_clock)? }),
        Some(old) => {
            let due = by_clock.filter(|due| is_more_urgent(before, after, csd) && *due < old.due)?;
            Some(DueTime { due, ..old.clone() })
        }
    }
}

/// Returns the tickets of the linked customers on which a command on a CUS ticket changes the clock and records nothing
/// else.
pub(crate) fn changes(
    before: &Tickets,
    after: &Tickets,
    cus: &Cus,
    at: Time,
    policy: &Policy,
) -> Vec<(Csd, WordClock)> {
    let mut changed = Vec::new();
    for csd in after.linked(cus) {
        // Whatever is recorded on it, it is ours from now on.
        let ours = Csd { is_ours: true, ..csd.clone() };
        if due_time(before, after, &ours, at, policy).is_some() {
            let clock = if csd.next_word().is_some() { WordClock::Sooner } else { WordClock::Begun };
            changed.push((ours, clock));
        }
    }
    changed
}

/// Whether the policy has turned off the clock by which the next word is owed. What was promised is owed all the same.
pub(crate) fn is_off(tickets: &Tickets, csd: &Csd, policy: &Policy) -> bool {
    csd.next_by.is_none() && due_by_clock(tickets, csd, csd.updated, policy).is_none()
}

/// Returns when it is due by the policy, where its clock starts then; `None` where that is off.
fn due_by_clock(tickets: &Tickets, csd: &Csd, from: Time, policy: &Policy) -> Option<Time> {
    let (clock, priority) = clock(tickets, csd);
    policy.due(clock, priority, from)
}

/// Returns the clock by which it runs, and the priority.
fn clock(tickets: &Tickets, csd: &Csd) -> (Clock, Priority) {
    let Some((cus, link)) = escalation(tickets, csd) else {
        let clock = if csd.next_words == 0 { Clock::NextWordFirst } else { Clock::NextWordUnescalated };
        return (clock, clock_priority(&Ticket::Csd(csd.clone())));
    };
    let clock = match &cus.release {
        Some(_) if link.customer_told.is_none() => Clock::NextWord,
        Some(release) if release.decision == Decision::Backlog && cus.customer_was_told(link) => Clock::NextWordBacklog,
        Some(_) => Clock::NextWordTold,
        None => Clock::NextWord,
    };
    (clock, cus.priority)
}

/// Whether the ticket was escalated, moved to another bug, or its bug's priority raised.
fn is_more_urgent(before: &Tickets, after: &Tickets, csd: &Csd) -> bool {
    let Some((cus, _)) = escalation(after, csd) else { return false };
    let old = before.csd(&csd.id).and_then(|csd| csd.cus.as_ref()).filter(|old| **old == cus.key);
    old.and_then(|old| before.cus(old)).is_none_or(|old| cus.priority < old.priority)
}

fn escalation<'a>(tickets: &'a Tickets, csd: &Csd) -> Option<(&'a Cus, &'a Link)> {
    let cus = csd.cus.as_ref().and_then(|cus| tickets.cus(cus))?;
    Some((cus, cus.link(&csd.id)?))
}
