//! Corrections: each is a new entry (R27); the desk's own key can replace one that `cus` gave, or one that was mistyped (R2).

use super::decision::{DecisionContext, refuse_if};
use super::{attach, escalate, report};
use crate::workflow::command::Edit;
use crate::workflow::event::{Edited, EditedTexts};
use crate::workflow::field::Field;
use crate::workflow::names::{customer_form, is_same_version_or_none};
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::rule::Rule;
use crate::workflow::step::Step;
use crate::workflow::tickets::Ticket;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::cus::Notice;
use crate::workflow::vocabulary::{Audience, ChecklistItem, Kind};

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Edit) -> Result<(), Refusal> {
    cx.require(&command.key, Step::Edit)?;
    let Some(ticket) = cx.tickets.ticket(&command.key).cloned() else {
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
            failures.extend(command.customer.as_deref().and_then(report::unnamed));
            if command.customer.is_some() && was_told(cx, csd) {
                failures.push(Failure::CustomerTold { csd: csd.key.clone(), customer: csd.customer.clone() });
            }
            if let Some(key) = &command.csd {
                failures.extend(report::refused_key(cx, key));
                if !csd.key_given && command.note.is_none() {
                    failures.push(Failure::Missing { rule: Rule::R2, field: Field::Note });
                }
            }
        }
        Ticket::Cus(_) => {}
    }
    refuse_if(Step::Edit, ticket.key(), failures)?;
    cx.record(
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
    attach::supply(cx, ticket.id(), &items);
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

/// Whether the customer was told anything about it (R39).
fn was_told(cx: &DecisionContext<'_>, csd: &Csd) -> bool {
    let told = |notice: &Notice| {
        notice.to == Audience::Customer && notice.csd.as_ref() == Some(&csd.id) && notice.told_at().is_some()
    };
    csd.cus.as_ref().and_then(|cus| cx.tickets.cus(cus)).is_some_and(|cus| cus.notices.iter().any(told))
}

/// Whether the product version, where one is given, is the same.
fn is_same_product(new: Option<&str>, old: Option<&str>) -> bool {
    new.is_none_or(|new| is_same_version_or_none(Some(new), old))
}

fn is_unchanged(command: &Edit, ticket: &Ticket) -> bool {
    let same = |new: &Option<String>, old: Option<&String>| new.is_none() || new.as_ref() == old;
    match ticket {
        Ticket::Csd(csd) => {
            same(&command.summary, Some(&csd.summary))
                && command.customer.as_deref().is_none_or(|new| customer_form(new) == customer_form(&csd.customer))
                && same(&command.description, csd.description.as_ref())
                && same(&command.contact, csd.contact.as_ref())
                && is_same_product(command.product_version.as_deref(), csd.product_version.as_deref())
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

#[cfg(test)]
mod tests {
    use crate::workflow::command::{Edit, Report};
    use crate::workflow::field::Field;
    use crate::workflow::refusal::Failure;
    use crate::workflow::rule::Rule;
    use crate::workflow::tests::given::{closed, edit, escalated, report, reported, set_priority};
    use crate::workflow::tests::kit::{World, key};
    use crate::workflow::vocabulary::{Channel, Kind, Priority, Role, Word};

    #[test]
    fn a_correction_is_a_new_entry_by_anyone_at_any_stage() {
        for role in Role::ALL {
            let mut world = closed(Priority::Low).acting_as(&[*role]);
            let before = world.csd("CSD-1").revision;
            let events = world.when(Edit {
                summary: Some("Rates are odd".to_owned()),
                contact: Some("bob".to_owned()),
                channel: Some(Channel::Portal),
                ..edit("CSD-1")
            });
            assert_eq!((events.len(), events[0].role), (1, Some(*role)));
            let csd = world.csd("CSD-1");
            assert_eq!((csd.summary.as_str(), csd.contact.as_deref()), ("Rates are odd", Some("bob")));
            assert_eq!((csd.channel, csd.revision), (Channel::Portal, before + 1));
            assert_eq!(csd.customer, "Alder");
        }
    }

    #[test]
    fn what_changes_nothing_is_refused() {
        let same = Edit { summary: Some("Rates are wrong".to_owned()), ..edit("CSD-1") };
        let same_channel = Edit { channel: Some(Channel::Phone), ..edit("CSD-1") };
        for nothing in [same, same_channel, edit("CSD-1")] {
            assert_eq!(reported().refused(nothing), [Failure::NothingChanges { key: key("CSD-1") }]);
        }
        let world = escalated(Priority::Low);
        assert_eq!(world.refused(set_priority(Priority::Low)), [Failure::NothingChanges { key: key("CUS-1") }]);
    }

    #[test]
    fn each_kind_of_ticket_has_its_own_fields() {
        let text = || Some("So".to_owned());
        let world = escalated(Priority::Low);
        let refused = |edit: Edit, field, kind| {
            assert_eq!(world.refused(edit), [Failure::NotOfThisKind { field, kind }]);
        };
        refused(Edit { priority: Some(Priority::High), ..edit("CSD-1") }, Field::Priority, Kind::Csd);
        refused(Edit { steps: text(), ..edit("CSD-1") }, Field::Steps, Kind::Csd);
        refused(Edit { description: text(), ..edit("CUS-1") }, Field::Description, Kind::Cus);
        refused(Edit { customer: text(), ..edit("CUS-1") }, Field::Customer, Kind::Cus);
        refused(Edit { contact: text(), ..edit("CUS-1") }, Field::Contact, Kind::Cus);
        refused(Edit { channel: Some(Channel::Email), ..edit("CUS-1") }, Field::Channel, Kind::Cus);
        refused(Edit { product_version: text(), ..edit("CUS-1") }, Field::ProductVersion, Kind::Cus);
        refused(Edit { csd: Some(key("SD-9")), ..edit("CUS-1") }, Field::Csd, Kind::Cus);
    }

    #[test]
    fn the_desks_own_key_replaces_one_that_cus_gave_and_that_stays_an_alias() {
        let world = escalated(Priority::Low).given(Edit { csd: Some(key("SD-9")), ..edit("CSD-1") });
        let csd = world.csd("SD-9");
        assert_eq!((csd.key.clone(), csd.id.clone()), (key("SD-9"), key("CSD-1")));
        assert_eq!(csd.aliases, [key("CSD-1")]);
        assert_eq!(world.csd("CSD-1").key, key("SD-9"));
        assert!(world.cus("CUS-1").link(&key("CSD-1")).is_some());
    }

    #[test]
    fn a_desk_key_that_was_mistyped_is_replaced_with_a_note_and_stays_an_alias() {
        let with = |text: &str| Edit { csd: Some(key(text)), ..edit("SD-9") };
        let world = World::new().given(Report { csd: Some(key("SD-9")), ..report("Alder") });
        let missing = Failure::Missing { rule: Rule::R2, field: Field::Note };
        assert_eq!(world.refused(with("SD-10")), [missing]);
        let world = world.given(Edit { note: Some("Typed 9 for 10".to_owned()), ..with("SD-10") });
        let csd = world.csd("SD-9");
        assert_eq!((csd.key.clone(), csd.aliases.clone()), (key("SD-10"), vec![key("SD-9")]));
        let back = Edit { note: Some("Back".to_owned()), ..with("SD-9") };
        assert_eq!(world.refused(back), [Failure::KeyTaken { key: key("SD-9") }]);
    }

    #[test]
    fn a_replacing_key_must_be_free_and_not_ours() {
        let world = reported().given(report("Birch"));
        let with = |text: &str| Edit { csd: Some(key(text)), ..edit("CSD-1") };
        assert_eq!(world.refused(with("CSD-2")), [Failure::KeyTaken { key: key("CSD-2") }]);
        assert_eq!(world.refused(with("CUS-3")), [Failure::KeyIsOurs { key: key("CUS-3") }]);
    }

    #[test]
    fn the_next_number_passes_over_none_that_a_replaced_key_had() {
        let world = reported().given(Edit { csd: Some(key("SD-9")), ..edit("CSD-1") }).given(report("Birch"));
        assert_eq!(world.csd("CSD-2").customer, "Birch");
    }

    #[test]
    fn lowering_a_priority_needs_a_note_and_raising_does_not() {
        let bare = |priority| Edit { note: None, ..set_priority(priority) };
        let lowering = Failure::LoweringNoteMissing { from: Priority::High, to: Priority::Medium };
        assert_eq!(escalated(Priority::High).refused(bare(Priority::Medium)), [lowering]);
        let world = escalated(Priority::High).given(bare(Priority::Critical)).given(set_priority(Priority::Low));
        assert_eq!(world.cus("CUS-1").priority, Priority::Low);
    }
}
