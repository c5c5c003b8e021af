//! Files that are kept with a ticket (R8).

use super::{Story, subject_id};
use crate::core::case::Ticket;
use crate::core::command::{Attach, NewFile};
use crate::core::event::{Attached, AttachedTexts, Supplied, SuppliedTexts};
use crate::core::key::Key;
use crate::core::refusal::Refusal;
use crate::core::step::Step;
use crate::core::words::ChecklistItem;

pub(super) fn decide(story: &mut Story<'_>, command: &Attach) -> Result<(), Refusal> {
    story.require(&command.key, Step::Attach)?;
    let id = subject_id(story, &command.key, Step::Attach);
    all(story, &id, &command.files);
    supply(story, &id, &[ChecklistItem::Attachments]);
    Ok(())
}

/// Attaches files under names that are unique on the ticket: a second `a.png` becomes `a-2.png`.
pub(super) fn all(story: &mut Story<'_>, id: &Key, files: &[NewFile]) {
    for file in files {
        let taken = story.case.ticket(id).map(Ticket::attachments).unwrap_or_default();
        let name = (1..)
            .map(|n| numbered(&file.name, n))
            .find(|name| taken.iter().all(|other| other.name != *name))
            .unwrap_or_else(|| file.name.clone());
        story.tell(id, Attached { size: file.size, sha256: file.sha256.clone(), texts: AttachedTexts { name } });
    }
}

/// Strikes from a returned checklist what was supplied on one of its customers' tickets (R12).
pub(super) fn supply(story: &mut Story<'_>, csd: &Key, items: &[ChecklistItem]) {
    let Some(cus) = story.case.csd(csd).and_then(|csd| csd.cus.clone()) else {
        return;
    };
    let wanting = story.case.cus(&cus).map(|cus| cus.wanting.clone()).unwrap_or_default();
    let items: Vec<ChecklistItem> = items.iter().copied().filter(|item| wanting.contains(item)).collect();
    if !items.is_empty() {
        story.tell(&cus, Supplied { items, texts: SuppliedTexts {} });
    }
}

fn numbered(name: &str, n: u32) -> String {
    match name.rsplit_once('.') {
        _ if n == 1 => name.to_owned(),
        Some((stem, extension)) if !stem.is_empty() => format!("{stem}-{n}.{extension}"),
        _ => format!("{name}-{n}"),
    }
}
