//! Suggestions for prompts, and the notes that they have to ask for.

use crate::workflow::key::Key;
use crate::workflow::tickets::Tickets;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::vocabulary::{Priority, Trigger};

/// Returns the priority to suggest for an escalation of these CSD tickets: high with a trigger (R6), else medium.
pub fn priority(csd: &[Csd]) -> Priority {
    if csd.iter().any(Csd::is_urgent) { Priority::High } else { Priority::Medium }
}

/// Returns the CSD ticket because of which a hold is to be suggested: one that seems to come from an upgrade (R10).
pub fn hold(csd: &[Csd]) -> Option<&Csd> {
    csd.iter().find(|csd| csd.triggers.contains(&Trigger::AfterUpgrade))
}

/// Whether to suggest holding upgrades to a version (R10), given how many customers have open issues with it and
/// whether some of these look alike.
pub fn holds_version(customers: u64, look_alike: bool) -> bool {
    customers >= if look_alike { 2 } else { 3 }
}

/// Whether "resolved" of that CSD ticket needs a note: its customer was not told that the fix has shipped, nor an answer of
/// R26 (R23).
pub fn confirms_early(tickets: &Tickets, csd: &Key) -> bool {
    let Some((csd, cus)) = tickets.csd(csd).zip(tickets.cus_for(csd)) else { return false };
    let knows = cus.link(&csd.id).is_some_and(|link| cus.customer_knows(link));
    !(knows && (cus.is_shipped() || cus.is_answered()))
}

/// Whether assessing that CSD ticket with these triggers withdraws one, which needs a note (R5).
pub fn withdraws_trigger(tickets: &Tickets, csd: &Key, triggers: &[Trigger]) -> bool {
    tickets.csd(csd).is_some_and(|csd| csd.triggers.iter().any(|trigger| !triggers.contains(trigger)))
}
