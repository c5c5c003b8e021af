//! The open CUS tickets that a customer's ticket looks like, and how to join them (R7).

use super::hint;
use super::views::outcome::Advice;
use crate::store::{Similar, Store, StoreError};
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::stage::CsdStage;

/// The CUS tickets that a customer's ticket looks like, while it can join one or will be able to.
pub(super) fn look_alikes(store: &Store, csd: &Csd) -> Result<Vec<Advice>, StoreError> {
    if csd.can_still_join() { Ok(joins(csd, &store.look_alikes(csd)?)) } else { Ok(Vec::new()) }
}

/// How to join each of these.
pub(super) fn joins(csd: &Csd, alike: &[Similar]) -> Vec<Advice> {
    alike.iter().map(|alike| join(csd, alike)).collect()
}

/// Why the two look alike, and how to join the CUS ticket.
fn join(csd: &Csd, alike: &Similar) -> Advice {
    let mut because = Vec::new();
    if alike.same_cause {
        because.push("the same causing ticket".to_owned());
    }
    if !alike.words.is_empty() {
        because.push(format!("the words {}", alike.words.join(", ")));
    }
    if alike.same_version {
        because.push("the same product version".to_owned());
    }
    let when = if csd.stage == CsdStage::Reported { "once it is assessed it can join" } else { "it can join" };
    Advice {
        key: Some(alike.cus.clone()),
        because: format!("{} looks like {}: {}; {when}", csd.key, alike.cus, because.join("; ")),
        fix: hint::command(&format!("escalate {} --into {}", csd.key, alike.cus)),
    }
}
