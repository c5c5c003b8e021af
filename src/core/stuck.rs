//! What does not move: too long in a stage, waiting on one role, or sent back and forth.

use chrono::TimeDelta;

use super::Time;
use super::case::{Case, Ticket};
use super::duty::Owed;
use super::owed::owed;
use super::stage::CsdStage;
use super::words::{Decision, Role};

/// How many days in one stage are too many.
pub const DAYS_IN_STAGE: i64 = 14;
/// How many days late one role alone can be before it is what a ticket waits for.
pub const DAYS_LATE: i64 = 3;
/// How often a ticket can go back and forth before it counts as bounced.
pub const BOUNCES: u32 = 2;

/// Why a ticket is stuck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stuck {
    /// Returned, reopened or given to another handler so often.
    Bounced {
        /// How often.
        times: u32,
    },
    /// What is late has been so for long, and is owed by one role alone.
    WaitingOn {
        /// That role.
        role: Role,
        /// Since when it is late.
        since: Time,
    },
    /// The same stage for too long. A `backlog` decision is meant to wait, and has its review.
    TooLong {
        /// Since when.
        since: Time,
    },
}

/// Why a ticket does not move, if it does not. An escalated customer's ticket moves with its CUS ticket.
pub fn stuck(case: &Case, ticket: &Ticket, now: Time) -> Option<Stuck> {
    let (since, is_over, may_wait) = match ticket {
        Ticket::Csd(csd) => (csd.stage_since, csd.is_resolved() || csd.stage == CsdStage::Escalated, false),
        Ticket::Cus(cus) => {
            let in_backlog = cus.release.as_ref().is_some_and(|release| release.decision == Decision::Backlog);
            (cus.stage_since, cus.is_finished(), in_backlog)
        }
    };
    if is_over {
        return None;
    }
    let times = ticket.bounces();
    if times >= BOUNCES {
        return Some(Stuck::Bounced { times });
    }
    let long_ago = now - TimeDelta::days(DAYS_LATE);
    let late: Vec<Owed> = owed(case, ticket).into_iter().filter(|owed| owed.due < long_ago).collect();
    if let Some(first) = late.iter().min_by_key(|owed| owed.due)
        && late.iter().all(|owed| owed.by == first.by)
    {
        return Some(Stuck::WaitingOn { role: first.by, since: first.due });
    }
    (!may_wait && since < now - TimeDelta::days(DAYS_IN_STAGE)).then_some(Stuck::TooLong { since })
}
