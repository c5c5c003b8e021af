//! Promises: what a customer was told, and what became of it.

use serde_json::{Value, json};

use crate::cli::output::{local, rfc3339, visible_in_line};
use crate::workflow::reports::promise::{Outcome, Promise};
use crate::workflow::tickets::Tickets;

/// A promise as programs read it.
pub(in crate::cli) fn promise_json(tickets: &Tickets, promise: &Promise) -> Value {
    json!({
        "cus": promise.cus,
        "csd": tickets.current_key(&promise.csd),
        "version": promise.version,
        "target_date": promise.target_date,
        "tentative": promise.tentative,
        "told": rfc3339(promise.told),
        "outcome": promise.outcome,
        "since": promise.since.map(rfc3339),
        "slipped_to": promise.slipped_to,
    })
}

/// A promise in words.
pub(in crate::cli) fn promise_words(promise: &Promise) -> String {
    let date = promise.target_date.map(|date| format!(" for {date}")).unwrap_or_default();
    let tentative = if promise.tentative { " (TENTATIVE)" } else { "" };
    let since = promise.since.map(|since| format!(" {}", local(since))).unwrap_or_default();
    let became = match (&promise.outcome, &promise.slipped_to) {
        (Outcome::Open, _) => "open".to_owned(),
        (Outcome::Slipped, Some(version)) => format!("slipped{since} to {}", visible_in_line(version)),
        (Outcome::Slipped, None) => format!("slipped{since}, to no version"),
        (outcome, _) => format!("{outcome}{since}"),
    };
    format!("told {}{tentative}{date} on {}: {became}", visible_in_line(&promise.version), local(promise.told))
}
