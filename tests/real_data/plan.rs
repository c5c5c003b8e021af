//! Which reports belong to which engineering issue, and when each escalation begins, is answered and ends.

use std::collections::BTreeMap;

use crate::tracker::{Ending, Issue, State, Time, Tracker};

/// An engineering issue with the customers' reports that belong to it: one CUS ticket.
pub(crate) struct Escalation<'a> {
    /// The key that `cus` will give it.
    pub(crate) key: String,
    pub(crate) issue: &'a Issue,
    /// In the order in which they come to it.
    pub(crate) customers: Vec<Customer<'a>>,
    /// When it comes to Engineering: not before there is a report to link.
    pub(crate) begins: Time,
    /// When Engineering was done with it.
    pub(crate) answered: Option<Time>,
    /// When it closes: not before its last report, since nothing can join a closed ticket (R11).
    pub(crate) ends: Option<Time>,
    /// The key of the ticket that takes its customers over, for a duplicate that can be closed as one (R26).
    pub(crate) original: Option<String>,
}

/// A customer's report, as it comes to an escalation.
#[derive(Clone, Copy)]
pub(crate) struct Customer<'a> {
    pub(crate) report: &'a Issue,
    pub(crate) at: Time,
    pub(crate) came: Came,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Came {
    /// Reported before the escalation, which begins with it.
    First,
    /// Reported later.
    Later,
    /// Taken over from a duplicate.
    Moved,
}

/// Every escalation, in the order in which they begin. CUS keys are given in that order.
pub(crate) fn plan(tracker: &Tracker) -> Vec<Escalation<'_>> {
    let mut escalations: Vec<Escalation<'_>> =
        belonging(tracker).into_values().map(|(issue, reports)| Escalation::new(issue, &reports)).collect();
    escalations.sort_by_key(|escalation| escalation.begins);
    for (n, escalation) in escalations.iter_mut().enumerate() {
        escalation.key = format!("CUS-{}", n + 1);
    }
    move_duplicates(&mut escalations);
    escalations
}

/// The engineering issues that have reports, by key, each with its reports, the earliest first.
fn belonging(tracker: &Tracker) -> BTreeMap<&str, (&Issue, Vec<&Issue>)> {
    let mut belonging: BTreeMap<&str, (&Issue, Vec<&Issue>)> = BTreeMap::new();
    for report in tracker.reports() {
        if let Some(&issue) = tracker.led_to(report).first() {
            belonging.entry(&issue.key).or_insert_with(|| (issue, Vec::new())).1.push(report);
        }
    }
    for (_, reports) in belonging.values_mut() {
        reports.sort_by_key(|report| (report.created, &report.key));
    }
    belonging
}

/// Moves the customers of duplicates to their originals, in the order in which the duplicates close, so that a
/// duplicate hands on those whom it has taken over itself.
fn move_duplicates(escalations: &mut [Escalation<'_>]) {
    let mut duplicates: Vec<(Time, usize)> = escalations
        .iter()
        .enumerate()
        .filter(|(_, escalation)| escalation.issue.state() == State::Finished(Ending::Duplicate))
        .filter_map(|(n, escalation)| Some((escalation.ends?, n)))
        .collect();
    duplicates.sort_unstable();
    for (at, duplicate) in duplicates {
        let Some(original) = original_of(escalations, duplicate, at) else { continue };
        escalations[duplicate].original = Some(escalations[original].key.clone());
        let moved: Vec<Customer<'_>> = escalations[duplicate].customers.clone();
        let moved = moved.into_iter().map(|customer| Customer { at, came: Came::Moved, ..customer });
        escalations[original].customers.extend(moved);
        escalations[original].customers.sort_by_key(|customer| customer.at);
    }
}

/// The place of the escalation of which that one is the duplicate, if it is open at that time (R26).
fn original_of(escalations: &[Escalation<'_>], duplicate: usize, at: Time) -> Option<usize> {
    let originals: Vec<&str> = escalations[duplicate].issue.originals().collect();
    escalations.iter().position(|other| originals.contains(&other.issue.key.as_str()) && other.is_open_at(at))
}

impl<'a> Escalation<'a> {
    fn new(issue: &'a Issue, reports: &[&'a Issue]) -> Self {
        let first = reports.first().map_or(issue.created, |report| report.created);
        let last = reports.last().map_or(first, |report| report.created);
        let begins = issue.created.max(first);
        let done = issue.resolved.map(|resolved| resolved.max(begins));
        let answered = match issue.state() {
            State::Finished(Ending::Fixed) => done,
            // Such an answer closes the ticket, and so it waits for the last report, too.
            State::Finished(_) => done.map(|done| done.max(last)),
            State::Open | State::Reopened | State::InProgress | State::InReview => None,
        };
        let customers = reports.iter().map(|report| Customer::of(report, begins)).collect();
        let ends = answered.map(|answered| answered.max(last));
        Self { key: String::new(), issue, customers, begins, answered, ends, original: None }
    }

    fn is_open_at(&self, at: Time) -> bool {
        self.begins < at && self.ends.is_none_or(|ends| at < ends)
    }
}

impl<'a> Customer<'a> {
    fn of(report: &'a Issue, begins: Time) -> Self {
        let came = if report.created <= begins { Came::First } else { Came::Later };
        Self { report, at: report.created.max(begins), came }
    }
}
