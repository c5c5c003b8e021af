//! What a step is about, shown before its first question.

use super::form::Known;
use crate::cli::output::visible_in_line;
use crate::workflow::key::Key;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::cus::Cus;
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::Word;

/// The ticket in a few lines.
pub(in crate::cli) fn of(tickets: &Tickets, named: &[Key], known: &dyn Known) -> String {
    let Some(ticket) = named.first().and_then(|key| tickets.ticket(key)) else { return String::new() };
    let lines = match ticket {
        Ticket::Csd(csd) => of_csd(csd, known),
        Ticket::Cus(cus) => of_cus(cus, tickets),
    };
    lines.join("\n")
}

/// The CUS tickets that customers' tickets look like, a line for each.
pub(in crate::cli) fn look_alikes(csd: &Csd, known: &dyn Known) -> Vec<String> {
    if !csd.can_still_join() {
        return Vec::new();
    }
    let alike = known.look_alikes(csd).into_iter();
    alike.map(|(cus, summary)| fact("looks like", &format!("{cus}: {summary}"))).collect()
}

/// A fact of a ticket, in a line.
pub(in crate::cli) fn fact(name: &str, value: &str) -> String {
    format!("  {name:<10}  {}", visible_in_line(value.lines().next().unwrap_or_default()))
}

fn of_csd(csd: &Csd, known: &dyn Known) -> Vec<String> {
    let version = csd.product_version.as_ref().map(|version| format!(", version {version}")).unwrap_or_default();
    let mut lines = vec![
        format!("{}  {}", csd.key, visible_in_line(&csd.summary)),
        fact("customer", &format!("{}, by {}{version}", csd.customer, csd.channel)),
    ];
    lines.extend(csd.contact.as_ref().map(|contact| fact("contact", contact)));
    lines.extend(csd.description.as_ref().map(|description| fact("says", description)));
    lines.extend(look_alikes(csd, known));
    lines
}

fn of_cus(cus: &Cus, tickets: &Tickets) -> Vec<String> {
    let customers: Vec<String> = tickets.linked(cus).map(|csd| format!("{} ({})", csd.customer, csd.key)).collect();
    let mut lines = vec![
        format!("{}  {}", cus.key, visible_in_line(&cus.summary)),
        fact("customer", &customers.join(", ")),
        fact("priority", cus.priority.as_str()),
        fact("steps", &cus.steps),
    ];
    if let Some(assessment) = &cus.assessment {
        lines.push(fact("cause", &assessment.cause));
        lines.push(fact("workaround", &assessment.workaround));
    }
    lines
}
