//! The page about one customer, to be sent to them: customer-safe facts alone (R31).

use anyhow::Result;
use serde::Serialize;

use crate::cli::output::{local, visible, visible_in_line};
use crate::store::Store;
use crate::workflow::scope::Scope;
use crate::workflow::tickets::Tickets;
use crate::workflow::tickets::csd::Csd;

/// A customer with their issues, what is open first.
#[derive(Serialize)]
pub(super) struct Customer {
    name: String,
    open: usize,
    issues: Vec<Issue>,
}

#[derive(Serialize)]
struct Issue {
    key: String,
    summary: String,
    state: &'static str,
    is_open: bool,
    reported: String,
    facts: Vec<(&'static str, String)>,
}

/// Gathers a customer's issues; `None` where nobody is called so.
pub(super) fn gather(store: &Store, name: &str) -> Result<Option<Customer>> {
    let mut issues = Vec::new();
    let mut called = None;
    for key in store.tickets_of(name)? {
        let tickets = store.tickets(&Scope::of([key.clone()]))?;
        let Some(csd) = tickets.csd(&key) else { continue };
        called.get_or_insert_with(|| visible_in_line(&csd.customer).into_owned());
        issues.push(issue(&tickets, csd));
    }
    issues.sort_by_key(|issue| !issue.is_open);
    let open = issues.iter().filter(|issue| issue.is_open).count();
    Ok(called.map(|name| Customer { name, open, issues }))
}

fn issue(tickets: &Tickets, csd: &Csd) -> Issue {
    let release = tickets.cus_for(&csd.key).and_then(|cus| cus.release.as_ref());
    let shipped = release.and_then(|release| release.shipped);
    let state = match (csd.is_resolved(), shipped, release) {
        (true, _, _) => "Resolved",
        (false, Some(_), _) => "The fix is available",
        (false, None, Some(_)) => "A fix is decided",
        (false, None, None) => "We are working on it",
    };
    let mut facts = Vec::new();
    if let Some(release) = release {
        if let Some(version) = &release.fix_version {
            facts.push(("Version", visible_in_line(version).into_owned()));
        }
        match (shipped, release.target_date) {
            (Some(at), _) => facts.push(("Available since", local(at))),
            (None, Some(date)) => facts.push(("Planned for", date.to_string())),
            (None, None) => {}
        }
        if release.is_tentative() && release.fix_version.is_some() {
            let note = "The version is TENTATIVE and may change until the fix is available.";
            facts.push(("Please note", note.to_owned()));
        }
        if let Some(resolution) = &release.resolution {
            facts.push(("Resolution", visible(resolution).into_owned()));
        }
    }
    let workaround = tickets.cus_for(&csd.key).and_then(|cus| cus.assessment.as_ref()).map(|found| &found.workaround);
    if let Some(workaround) = workaround.filter(|text| !matches!(text.as_str(), "none" | "unknown"))
        && !csd.is_resolved()
    {
        facts.push(("Until then", visible(workaround).into_owned()));
    }
    Issue {
        key: csd.key.to_string(),
        summary: visible_in_line(&csd.summary).into_owned(),
        state,
        is_open: !csd.is_resolved(),
        reported: local(csd.created),
        facts,
    }
}
