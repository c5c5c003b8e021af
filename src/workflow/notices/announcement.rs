//! Drafting announcements (R36): what happened, and where the ticket stands.

use crate::workflow::tickets::Tickets;
use crate::workflow::tickets::cus::Cus;
use crate::workflow::vocabulary::{Announcement, Word};

/// Returns subject and message.
pub(in crate::workflow) fn draft(
    tickets: &Tickets,
    cus: &Cus,
    what: &[Announcement],
    undoes: bool,
    actor: &str,
) -> (String, String) {
    let key = tickets.current_key(&cus.key);
    let names: Vec<String> = what.iter().map(|what| what.as_str().replace('-', " ")).collect();
    let undone = if undoes { "undone: " } else { "" };
    let subject = format!("{key} {undone}{}: {}", names.join(", "), cus.summary);
    let mut lines: Vec<String> = match undoes {
        true => vec![format!("{key}: what was announced before was a slip and is undone ({}).", names.join(", "))],
        false => what.iter().map(|what| format!("{key} {}.", sentence(cus, *what))).collect(),
    };
    lines.push(String::new());
    lines.push(format!("Summary: {}", cus.summary));
    lines.push(format!("Stage: {}", cus.stage.as_str()));
    lines.push(format!("Priority: {}", cus.priority));
    let customers = cus.links.iter().filter_map(|link| tickets.csd(&link.csd));
    let customers: Vec<String> = customers.map(|csd| format!("{} ({})", csd.customer, csd.key)).collect();
    if !customers.is_empty() {
        lines.push(format!("Customers: {}", customers.join(", ")));
    }
    lines.push(format!("By: {actor}"));
    (subject, format!("{}\n", lines.join("\n")))
}

fn sentence(cus: &Cus, what: Announcement) -> String {
    match what {
        Announcement::Escalated => "was escalated to Engineering".to_owned(),
        Announcement::Returned => "was returned to Support".to_owned(),
        Announcement::Completed => "was completed by Support, and is Engineering's again".to_owned(),
        Announcement::Reopened => "was reopened".to_owned(),
        Announcement::Complaint => "has a complaint: a customer says that it is not solved".to_owned(),
        Announcement::PriorityRaised => format!("has a higher priority now: {}", cus.priority),
        Announcement::HoldSet => format!("holds further upgrades of {}", held(cus)),
        Announcement::HoldLifted if cus.holds.is_empty() => "no longer holds upgrades".to_owned(),
        Announcement::HoldLifted => format!("holds fewer upgrades: only those of {}", held(cus)),
        Announcement::Shipped => match cus.release.as_ref().and_then(|release| release.fix_version.as_deref()) {
            Some(version) => format!("is fixed: {version} has shipped"),
            None => "is fixed: it has shipped".to_owned(),
        },
        Announcement::Ready => "is ready to be closed by Product".to_owned(),
        Announcement::Closed => match &cus.closing {
            Some(closing) => format!("was closed as {}", closing.resolution),
            None => "was closed".to_owned(),
        },
    }
}

fn held(cus: &Cus) -> String {
    let versions = cus.holds.iter().map(|hold| hold.version.as_deref().unwrap_or("every version"));
    versions.collect::<Vec<_>>().join(", ")
}
