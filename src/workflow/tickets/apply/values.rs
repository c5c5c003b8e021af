//! The values of facts as tickets hold them.

use crate::workflow::attachment::Attachment;
use crate::workflow::event::{Attached, Event, Imported};
use crate::workflow::foreign::Origin;
use crate::workflow::obligations::duty::DueTime;

pub(super) fn fix_due(held: &mut Vec<DueTime>, fixed: &[DueTime]) {
    held.retain(|old| fixed.iter().all(|new| !new.duty.takes_the_place_of(&old.duty)));
    held.extend(fixed.iter().cloned());
}

pub(super) fn attachment(fact: &Attached, event: &Event) -> Attachment {
    Attachment {
        name: fact.texts.name.clone(),
        size: fact.size,
        sha256: fact.sha256.clone(),
        at: event.at,
        by: event.actor.clone(),
    }
}

pub(super) fn origin(fact: &Imported) -> Origin {
    let (source, key) = (fact.source.clone(), fact.there.clone());
    Origin { source, key, links: fact.links.clone(), rest: fact.texts.rest.clone() }
}

pub(super) fn replace<T: Clone>(old: &mut T, new: Option<&T>) {
    if let Some(new) = new {
        old.clone_from(new);
    }
}

pub(super) fn replace_some<T: Clone>(old: &mut Option<T>, new: Option<&T>) {
    if new.is_some() {
        *old = new.cloned();
    }
}
