//! Stuck tickets: too long in a stage, waiting for one role, or sent back and forth.

use chrono::TimeDelta;

use crate::workflow::obligations::duty::Owed;
use crate::workflow::obligations::owed::owed;
use crate::workflow::tickets::stage::CsdStage;
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{Decision, Role};

/// The days in one stage after which a ticket is stuck.
pub const DAYS_IN_STAGE: i64 = 14;
/// The days that one role alone may be late before a ticket is stuck.
pub const DAYS_LATE: i64 = 3;
/// The times back and forth after which a ticket counts as bounced.
pub const BOUNCES: u32 = 2;

/// The reason why a ticket is stuck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stuck {
    /// Returned, reopened or given to another handler too often.
    Bounced {
        /// The number of times.
        times: u32,
    },
    /// One role alone has been late for long.
    WaitingOn {
        /// The role.
        role: Role,
        /// The time since which it is late.
        since: Time,
    },
    /// The same stage for too long. A `backlog` decision is meant to wait, and has its review.
    TooLong {
        /// The time since when.
        since: Time,
    },
}

/// Returns why a ticket is stuck, if it is. An escalated CSD ticket moves with its CUS ticket.
pub fn stuck(tickets: &Tickets, ticket: &Ticket, now: Time) -> Option<Stuck> {
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
    let late: Vec<Owed> = owed(tickets, ticket).into_iter().filter(|owed| owed.due < long_ago).collect();
    if let Some(first) = late.iter().min_by_key(|owed| owed.due)
        && late.iter().all(|owed| owed.by == first.by)
    {
        return Some(Stuck::WaitingOn { role: first.by, since: first.due });
    }
    (!may_wait && since < now - TimeDelta::days(DAYS_IN_STAGE)).then_some(Stuck::TooLong { since })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::tests::given::{
        assessed, backlog, closed, complete, decided, escalated, next_release, send_back,
    };
    use crate::workflow::tests::kit::{World, hour, key};
    use crate::workflow::vocabulary::{Audience, ChecklistItem, Priority};

    fn after_days(world: &World, ticket: &str, days: i64) -> Option<Stuck> {
        stuck(&world.tickets, world.tickets.ticket(&key(ticket)).unwrap(), hour(24 * days))
    }

    #[test]
    fn given_a_role_that_is_late_then_the_ticket_waits_for_it() {
        // Engineering's assessment is due after a day.
        let world = escalated(Priority::High);
        assert_eq!(after_days(&world, "CUS-1", 4), None);
        let waits = Some(Stuck::WaitingOn { role: Role::Engineering, since: hour(24) });
        assert_eq!(after_days(&world, "CUS-1", 5), waits);
    }

    #[test]
    fn given_an_escalated_customers_ticket_then_its_cus_ticket_is_the_one_that_is_stuck() {
        assert_eq!(after_days(&escalated(Priority::High), "CSD-1", 99), None);
        assert!(after_days(&assessed(), "CSD-1", 99).is_some());
    }

    #[test]
    fn given_a_ticket_that_was_sent_back_twice_then_it_bounced() {
        let back_and_forth = |world: World| {
            world.given(send_back(&[ChecklistItem::Other])).given({
                let mut complete = complete();
                complete.note = Some("That is all there is".to_owned());
                complete
            })
        };
        let world = back_and_forth(escalated(Priority::Low));
        assert_eq!(after_days(&world, "CUS-1", 0), None);
        let world = back_and_forth(world);
        assert_eq!(after_days(&world, "CUS-1", 0), Some(Stuck::Bounced { times: 2 }));
    }

    #[test]
    fn given_two_weeks_in_one_stage_then_it_is_too_long_but_for_the_backlog() {
        let told = |world: World| {
            world.told(Audience::Support).told(Audience::Customer).given(crate::workflow::tests::given::to_postmortem())
        };
        let scheduled = told(decided(Priority::Low, next_release("8.2")));
        assert_eq!(after_days(&scheduled, "CUS-1", 14), None);
        assert_eq!(after_days(&scheduled, "CUS-1", 15), Some(Stuck::TooLong { since: hour(0) }));
        assert_eq!(after_days(&told(decided(Priority::Low, backlog())), "CUS-1", 15), None);
    }

    #[test]
    fn given_a_finished_ticket_then_it_is_never_stuck() {
        let world = closed(Priority::Critical);
        assert_eq!(after_days(&world, "CUS-1", 999), None);
        assert_eq!(after_days(&world, "CSD-1", 999), None);
    }
}
