//! Deliveries as they are shown: an attempt in words and as JSON, and a notice that waits.

use serde_json::{Value, json};

use super::output::{rfc3339, visible};
use crate::app::{Attempt, DeliveryResult};
use crate::store::Waiting;
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::{Announcement, Via, Word};

/// An attempt in words.
pub(super) fn attempt_words(attempt: &Attempt) -> String {
    let whom = attempt.to.as_ref().map(|to| format!(" to {to}")).unwrap_or_default();
    let about = attempt.csd.as_ref().map(|csd| format!(" ({csd})")).unwrap_or_default();
    let result = match &attempt.result {
        DeliveryResult::Delivered(receipt) => format!("delivered: {receipt}"),
        DeliveryResult::Failed(error) => format!("not delivered, and kept: {error}"),
        DeliveryResult::Elsewhere => "in the hands of another process".to_owned(),
    };
    visible(&format!("{} notice {}{whom}{about}: {result}", attempt.cus, attempt.notice)).into_owned()
}

/// An attempt as JSON.
pub(super) fn attempt_json(attempt: &Attempt) -> Value {
    json!({
        "cus": attempt.cus,
        "notice": attempt.notice,
        "to": attempt.to,
        "csd": attempt.csd,
        "ok": attempt.receipt().is_some(),
        "receipt": attempt.receipt(),
        "error": attempt.error(),
    })
}

/// What is queued: a notice, or an announcement.
pub(super) struct Queued<'a> {
    pub(super) to: &'a str,
    /// The customer's ticket that it is about, by the key that it goes by.
    pub(super) csd: Option<Key>,
    /// What an announcement announces; empty for a notice.
    pub(super) announces: &'a [Announcement],
    pub(super) via: Via,
    pub(super) at: Time,
    message_id: &'a str,
    subject: Option<&'a str>,
    text: &'a str,
}

impl<'a> Queued<'a> {
    /// What stands under this number on its ticket.
    pub(super) fn of(waiting: &Waiting, tickets: &'a Tickets) -> Option<Self> {
        let ticket = tickets.ticket(&waiting.cus)?;
        if let Some(notice) = ticket.notice(waiting.notice) {
            return Some(Self {
                to: notice.to.as_str(),
                csd: notice.csd.as_ref().map(|csd| tickets.current_key(csd)),
                announces: &[],
                via: notice.via,
                at: notice.at,
                message_id: &notice.message_id,
                subject: notice.subject.as_deref(),
                text: &notice.message,
            });
        }
        let Ticket::Cus(cus) = ticket else { return None };
        let announced = cus.announcement(waiting.notice)?;
        Some(Self {
            to: &announced.audience,
            csd: None,
            announces: &announced.what,
            via: announced.via,
            at: announced.at,
            message_id: &announced.message_id,
            subject: announced.subject.as_deref(),
            text: &announced.message,
        })
    }
}

/// What waits, as JSON.
pub(super) fn waiting_json(waiting: &Waiting, queued: Option<&Queued<'_>>) -> Value {
    json!({
        "cus": waiting.cus,
        "notice": waiting.notice,
        "to": queued.map(|queued| queued.to),
        "csd": queued.and_then(|queued| queued.csd.as_ref()),
        "announces": queued.map(|queued| queued.announces).filter(|announces| !announces.is_empty()),
        "via": queued.map(|queued| queued.via),
        "message_id": queued.map(|queued| queued.message_id),
        "subject": queued.and_then(|queued| queued.subject),
        "text": queued.map(|queued| queued.text),
        "queued": queued.map(|queued| rfc3339(queued.at)),
        "attempts": waiting.attempts,
        "next": waiting.next.map(rfc3339),
        "error": waiting.error,
        "held": waiting.is_held,
    })
}
