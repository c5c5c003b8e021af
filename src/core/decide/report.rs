//! Step 1: a customer's issue is reported to Support (R1, R2).

use super::{Story, attach};
use crate::core::command::Report;
use crate::core::event::{Reported, ReportedTexts};
use crate::core::key::Key;
use crate::core::refusal::{Failure, Refusal};
use crate::core::words::Role;

pub(super) fn decide(story: &mut Story<'_>, command: &Report) -> Result<(), Refusal> {
    let mut failures = Vec::new();
    let roles = &story.meta.roles;
    if !roles.is_empty() && !roles.contains(&Role::Support) {
        failures.push(Failure::WrongRole { needed: vec![Role::Support], has: roles.clone() });
    }
    if let Some(key) = &command.csd {
        failures.extend(refused_key(story, key));
    }
    if !failures.is_empty() {
        return Err(Refusal::bare(failures));
    }
    story.role = roles.contains(&Role::Support).then_some(Role::Support);
    let key = command.csd.clone().unwrap_or_else(|| Key::numbered(Key::CSD, story.case.free.csd));
    story.tell(
        &key,
        Reported {
            channel: command.channel,
            product_version: command.product_version.clone(),
            key_given: command.csd.is_none(),
            texts: ReportedTexts {
                customer: command.customer.clone(),
                summary: command.summary.clone(),
                description: command.description.clone(),
                contact: command.contact.clone(),
            },
        },
    );
    attach::all(story, &key, &command.attach);
    Ok(())
}

/// Why a customer's ticket cannot have that key (R2).
pub(super) fn refused_key(story: &Story<'_>, key: &Key) -> Option<Failure> {
    if key.is_cus() {
        Some(Failure::KeyIsOurs { key: key.clone() })
    } else if story.case.ticket(key).is_some() {
        Some(Failure::KeyTaken { key: key.clone() })
    } else {
        None
    }
}
