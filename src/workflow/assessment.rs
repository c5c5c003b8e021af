//! Engineering's assessment held against what is known: contradictions (R13), and the priority that it names (R40).

use std::collections::BTreeSet;

use crate::workflow::names::customer_form;
use crate::workflow::obligations::matrix::Matrix;
use crate::workflow::refusal::Failure;
use crate::workflow::tickets::Tickets;
use crate::workflow::tickets::cus::Cus;
use crate::workflow::vocabulary::{Impact, Priority, Severity};

/// Returns what contradicts the newest assessment in the customers that were linked since: a join can (R13).
pub fn contradictions(tickets: &Tickets, cus: &Cus) -> Vec<Failure> {
    let newest = cus.assessment.as_ref().filter(|_| !cus.is_closed());
    newest.map(|newest| contradicted(tickets, cus, newest.impact, newest.customers_affected)).unwrap_or_default()
}

/// Returns what contradicts the customers that are linked: impact `one` with several, or a count below them (R13).
pub(in crate::workflow) fn contradicted(
    tickets: &Tickets,
    cus: &Cus,
    impact: Impact,
    count: Option<u64>,
) -> Vec<Failure> {
    let customers: BTreeSet<String> = tickets.linked(cus).map(|csd| customer_form(&csd.customer)).collect();
    let linked = u64::try_from(customers.len()).unwrap_or(u64::MAX);
    let mut failures = Vec::new();
    let customers = linked.max(count.unwrap_or_default());
    if impact == Impact::One && customers > 1 {
        failures.push(Failure::MoreThanOne { customers });
    }
    if let Some(count) = count.filter(|count| *count < linked) {
        failures.push(Failure::FewerThanLinked { count, linked });
    }
    failures
}

/// Returns the priority to which an assessment raises a ticket's: the one that the matrix names, where severity, impact
/// or workaround is new and it is higher (R40).
pub fn raised(cus: &Cus, severity: Severity, impact: Impact, workaround: &str, matrix: &Matrix) -> Option<Priority> {
    let is_known = |old: (Severity, Impact, &str)| old == (severity, impact, workaround);
    if cus.assessment.as_ref().is_some_and(|old| is_known((old.severity, old.impact, &old.workaround))) {
        return None;
    }
    let has_workaround = !matches!(workaround, "none" | "unknown");
    matrix.priority(severity, impact, has_workaround).filter(|named| *named < cus.priority)
}
