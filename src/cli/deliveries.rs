//! Deliveries as they are shown: an attempt in words and as JSON, and a notice that waits.

use serde_json::{Value, json};

use super::output::{rfc3339, visible};
use crate::app::{Attempt, DeliveryResult};
use crate::store::Waiting;
use crate::workflow::key::Key;
use crate::workflow::tickets::cus::Notice;

/// An attempt in words.
pub(super) fn attempt_words(attempt: &Attempt) -> String {
    let whom = attempt.to.map(|to| format!(" to {to}")).unwrap_or_default();
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

/// A notice that waits, as JSON.
pub(super) fn waiting_json(waiting: &Waiting, notice: Option<&Notice>, csd: Option<&Key>) -> Value {
    json!({
        "cus": waiting.cus,
        "notice": waiting.notice,
        "to": notice.map(|notice| notice.to),
        "csd": csd,
        "via": notice.map(|notice| notice.via),
        "message_id": notice.map(|notice| notice.message_id.as_str()),
        "subject": notice.and_then(|notice| notice.subject.as_deref()),
        "text": notice.map(|notice| notice.message.as_str()),
        "queued": notice.map(|notice| rfc3339(notice.at)),
        "attempts": waiting.attempts,
        "next": waiting.next.map(rfc3339),
        "error": waiting.error,
        "held": waiting.is_held,
    })
}
