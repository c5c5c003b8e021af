//! Files that are kept with a ticket (R8).

use super::decision::{DecisionContext, subject_id};
use crate::workflow::command::{Attach, NewFile};
use crate::workflow::event::{Attached, AttachedTexts, Supplied, SuppliedTexts};
use crate::workflow::key::Key;
use crate::workflow::refusal::Refusal;
use crate::workflow::step::Step;
use crate::workflow::tickets::Ticket;
use crate::workflow::vocabulary::ChecklistItem;

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Attach) -> Result<(), Refusal> {
    cx.require(&command.key, Step::Attach)?;
    let id = subject_id(cx, &command.key, Step::Attach);
    all(cx, &id, &command.files);
    supply(cx, &id, &[ChecklistItem::Attachments]);
    Ok(())
}

/// Attaches files under names that are unique on the ticket: a second `a.png` becomes `a-2.png`.
pub(super) fn all(cx: &mut DecisionContext<'_>, id: &Key, files: &[NewFile]) {
    for file in files {
        let taken = cx.tickets.ticket(id).map(Ticket::attachments).unwrap_or_default();
        let name = (1..)
            .map(|n| numbered(&file.name, n))
            .find(|name| taken.iter().all(|other| other.name != *name))
            .unwrap_or_else(|| file.name.clone());
        cx.record(id, Attached { size: file.size, sha256: file.sha256.clone(), texts: AttachedTexts { name } });
    }
}

/// Strikes off a returned checklist what was supplied on one of its CSD tickets (R12).
pub(super) fn supply(cx: &mut DecisionContext<'_>, csd: &Key, items: &[ChecklistItem]) {
    let Some(cus) = cx.tickets.csd(csd).and_then(|csd| csd.cus.clone()) else {
        return;
    };
    let wanting = cx.tickets.cus(&cus).map(|cus| cus.wanting.clone()).unwrap_or_default();
    let items: Vec<ChecklistItem> = items.iter().copied().filter(|item| wanting.contains(item)).collect();
    if !items.is_empty() {
        cx.record(&cus, Supplied { items, texts: SuppliedTexts {} });
    }
}

fn numbered(name: &str, n: u32) -> String {
    match name.rsplit_once('.') {
        _ if n == 1 => name.to_owned(),
        Some((stem, extension)) if !stem.is_empty() => format!("{stem}-{n}.{extension}"),
        _ => format!("{name}-{n}"),
    }
}

#[cfg(test)]
mod tests {
    use super::numbered;
    use crate::workflow::tests::given::{attach, closed, escalated, send_back};
    use crate::workflow::tests::kit::{hour, types};
    use crate::workflow::vocabulary::{ChecklistItem, Priority, Role, Word};

    #[test]
    fn anyone_attaches_to_either_ticket_at_any_stage() {
        for role in Role::ALL {
            for ticket in ["CSD-1", "CUS-1"] {
                let world = closed(Priority::Low).at(3).acting_as(&[*role]).given(attach(ticket, "a.png"));
                let kept = world.tickets.ticket(&ticket.parse().unwrap()).unwrap().attachments();
                assert_eq!((kept[0].name.as_str(), kept[0].size, kept[0].at), ("a.png", 3, hour(3)));
                assert_eq!(kept[0].by, "Sue Staff");
            }
        }
    }

    #[test]
    fn names_are_unique_on_a_ticket() {
        let world = escalated(Priority::Low).given(attach("CUS-1", "a.png")).given(attach("CUS-1", "a.png"));
        let names: Vec<&str> = world.cus("CUS-1").attachments.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["a.png", "a-2.png"]);
        assert_eq!([numbered(".profile", 2), numbered("log", 3)], [".profile-2", "log-3"]);
    }

    #[test]
    fn what_supplies_nothing_that_is_wanting_says_nothing_of_it() {
        let mut world = escalated(Priority::Low).given(send_back(&[ChecklistItem::Steps]));
        assert_eq!(types(&world.when(attach("CSD-1", "a.png"))), ["attached"]);
        let mut world = escalated(Priority::Low).given(send_back(&[ChecklistItem::Attachments]));
        assert_eq!(types(&world.when(attach("CSD-1", "a.png"))), ["attached", "supplied"]);
    }
}
