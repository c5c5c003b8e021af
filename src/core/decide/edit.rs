//! Corrections: each is a new entry (R27); the desk's own key can replace one that `cus` gave (R2).

use super::{Story, attach, escalate, refuse_if, report};
use crate::core::case::Ticket;
use crate::core::command::Edit;
use crate::core::event::{Edited, EditedTexts};
use crate::core::field::Field;
use crate::core::refusal::{Failure, Refusal};
use crate::core::step::Step;
use crate::core::words::{ChecklistItem, Kind};

pub(super) fn decide(story: &mut Story<'_>, command: &Edit) -> Result<(), Refusal> {
    story.require(&command.key, Step::Edit)?;
    let Some(ticket) = story.case.ticket(&command.key).cloned() else {
        return Ok(());
    };
    let mut failures = not_of_this_kind(command, ticket.kind());
    if failures.is_empty() && is_unchanged(command, &ticket) {
        failures.push(Failure::NothingChanges { key: ticket.key().clone() });
    }
    match &ticket {
        Ticket::Cus(cus) if command.note.is_none() => {
            failures.extend(escalate::lowering(cus.priority, command.priority))
        }
        Ticket::Csd(csd) => {
            if let Some(key) = &command.csd {
                failures.extend(report::refused_key(story, key));
                if !csd.key_given {
                    failures.push(Failure::KeyIsTheDesks { key: csd.key.clone() });
                }
            }
        }
        Ticket::Cus(_) => {}
    }
    refuse_if(Step::Edit, ticket.key(), failures)?;
    story.tell(
        ticket.id(),
        Edited {
            priority: command.priority,
            key: command.csd.clone(),
            channel: command.channel,
            product_version: command.product_version.clone(),
            texts: EditedTexts {
                summary: command.summary.clone(),
                description: command.description.clone(),
                customer: command.customer.clone(),
                contact: command.contact.clone(),
                steps: command.steps.clone(),
                note: command.note.clone(),
            },
        },
    );
    let supplied = [
        (command.product_version.is_some(), ChecklistItem::Version),
        (command.description.is_some(), ChecklistItem::Description),
    ];
    let items: Vec<ChecklistItem> = supplied.into_iter().filter_map(|(given, item)| given.then_some(item)).collect();
    attach::supply(story, ticket.id(), &items);
    Ok(())
}

fn not_of_this_kind(command: &Edit, kind: Kind) -> Vec<Failure> {
    let strange = match kind {
        Kind::Csd => vec![(Field::Priority, command.priority.is_some()), (Field::Steps, command.steps.is_some())],
        Kind::Cus => vec![
            (Field::Description, command.description.is_some()),
            (Field::Customer, command.customer.is_some()),
            (Field::Contact, command.contact.is_some()),
            (Field::Channel, command.channel.is_some()),
            (Field::ProductVersion, command.product_version.is_some()),
            (Field::Csd, command.csd.is_some()),
        ],
    };
    strange.into_iter().filter(|(_, given)| *given).map(|(field, _)| Failure::NotOfThisKind { field, kind }).collect()
}

fn is_unchanged(command: &Edit, ticket: &Ticket) -> bool {
    let same = |new: &Option<String>, old: Option<&String>| new.is_none() || new.as_ref() == old;
    match ticket {
        Ticket::Csd(csd) => {
            same(&command.summary, Some(&csd.summary))
                && same(&command.customer, Some(&csd.customer))
                && same(&command.description, csd.description.as_ref())
                && same(&command.contact, csd.contact.as_ref())
                && same(&command.product_version, csd.product_version.as_ref())
                && command.channel.is_none_or(|channel| channel == csd.channel)
                && command.csd.is_none()
        }
        Ticket::Cus(cus) => {
            same(&command.summary, Some(&cus.summary))
                && same(&command.steps, Some(&cus.steps))
                && command.priority.is_none_or(|priority| priority == cus.priority)
        }
    }
}
