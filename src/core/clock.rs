//! Due times, in one place: what is owed is compared before and after a command, and the events carry what that fixes
//! (R29).

use chrono::NaiveTime;

use super::case::{Case, Ticket};
use super::csd::Csd;
use super::cus::Cus;
use super::duty::{DueTime, Duty, DutyKind};
use super::event::Event;
use super::policy::Policy;
use super::words::Priority;
use super::{Meta, Time};

/// Writes into the events the due times that they fix. `before` and `after` enclose the events.
pub(crate) fn fix_due_times(before: &Case, after: &Case, events: &mut [Event], at: Time, meta: &Meta) {
    for ticket in &after.tickets {
        let Some(last) = events.iter_mut().rev().find(|event| event.stream == *ticket.id()) else {
            continue;
        };
        last.due = fixed(before.ticket(ticket.id()), ticket, at, &meta.policy);
    }
}

fn fixed(before: Option<&Ticket>, after: &Ticket, at: Time, policy: &Policy) -> Vec<DueTime> {
    let held = before.map(Ticket::demands).unwrap_or_default();
    let urgency = after.urgency();
    let was_raised = before.is_some_and(|before| urgency < before.urgency());
    let mut fixed = Vec::new();
    for duty in after.demands() {
        if !held.contains(&duty) {
            let begins = begins(after, &duty, at);
            let due = begins + policy.duration(duty.kind, urgency);
            fixed.push(DueTime { duty, begins, due });
        } else if was_raised
            && let Some(old) = after.due().iter().find(|held| held.duty == duty)
            && old.begins <= at
        {
            let due = old.due.min(at + policy.duration(duty.kind, urgency));
            if due < old.due {
                fixed.push(DueTime { duty, begins: old.begins, due });
            }
        }
    }
    fixed
}

/// When the clock of a new duty starts: with the event that makes it owed, but for a target date.
fn begins(ticket: &Ticket, duty: &Duty, at: Time) -> Time {
    match ticket {
        Ticket::Cus(Cus { release: Some(release), .. }) if duty.kind == DutyKind::Ship => {
            release.target_date.map_or(at, |date| date.and_time(NaiveTime::MIN).and_utc())
        }
        Ticket::Cus(_) | Ticket::Csd(_) => at,
    }
}

impl Ticket {
    /// What the rules demand of it.
    pub(crate) fn demands(&self) -> Vec<Duty> {
        match self {
            Self::Csd(csd) => csd.demands(),
            Self::Cus(cus) => cus.demands(),
        }
    }

    /// The due times that its events fixed.
    pub(crate) fn due(&self) -> &[DueTime] {
        match self {
            Self::Csd(Csd { due, .. }) | Self::Cus(Cus { due, .. }) => due,
        }
    }

    /// The priority whose clocks run. A customer's ticket has none before it is escalated: a trigger makes it urgent (R6).
    fn urgency(&self) -> Priority {
        match self {
            Self::Csd(csd) if csd.is_urgent() => Priority::Critical,
            Self::Csd(_) => Priority::Medium,
            Self::Cus(cus) => cus.priority,
        }
    }
}
