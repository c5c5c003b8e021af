//! Urgency: the priority by which a ticket's clocks run, and by which it is listed.

use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::Priority;

/// Returns the priority whose clocks run. A CSD ticket has none before it is escalated: a trigger makes it critical (R6).
pub fn clock_priority(ticket: &Ticket) -> Priority {
    match ticket {
        Ticket::Csd(csd) if csd.is_urgent() => Priority::Critical,
        Ticket::Csd(_) => Priority::Medium,
        Ticket::Cus(cus) => cus.priority,
    }
}

/// Returns the priority by which a ticket is listed (R9): a linked CSD ticket has its CUS ticket's, and one with a
/// trigger with the high-priority ones until it is escalated (R6).
pub fn listed_priority(tickets: &Tickets, ticket: &Ticket) -> Priority {
    match ticket {
        Ticket::Cus(cus) => cus.priority,
        Ticket::Csd(csd) => match csd.cus.as_ref().and_then(|cus| tickets.cus(cus)) {
            Some(cus) => cus.priority,
            None if csd.is_urgent() => Priority::High,
            None => Priority::Medium,
        },
    }
}
