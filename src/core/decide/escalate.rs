//! Step 3: escalation to Engineering: a new CUS ticket (R8), a join (R11), or a returned one completed (R12).

use super::{Story, attach, refuse_if};
use crate::core::command::{Complete, Escalate, HoldRequest, Join, NewFile};
use crate::core::event::{
    Commented, CommentedTexts, Completed, CompletedTexts, Escalated, EscalatedTexts, HoldSet, HoldSetTexts, Joined,
    JoinedTexts, Linked, LinkedTexts,
};
use crate::core::key::Key;
use crate::core::refusal::{Failure, Refusal};
use crate::core::step::Step;
use crate::core::words::{ChecklistItem, Priority};

pub(super) fn decide(story: &mut Story<'_>, command: &Escalate) -> Result<(), Refusal> {
    let csd = newcomers(story, &command.csd, Step::Escalate)?;
    let summary = command.summary.clone().or_else(|| Some(story.case.csd(csd.first()?)?.summary.clone()));
    let key = Key::numbered(Key::CUS, story.case.free.cus);
    story.tell(
        &key,
        Escalated {
            csd: csd.clone(),
            priority: command.priority,
            texts: EscalatedTexts { summary: summary.unwrap_or_default(), steps: command.steps.clone() },
        },
    );
    for csd in &csd {
        story.tell(csd, Linked { cus: key.clone(), texts: LinkedTexts {} });
    }
    furnish(story, &key, &command.attach, command.hold.as_ref(), command.note.as_ref());
    Ok(())
}

pub(super) fn join(story: &mut Story<'_>, command: &Join) -> Result<(), Refusal> {
    let csd = newcomers(story, &command.csd, Step::Join)?;
    let cus = story.cus(&command.into, Step::BeJoined)?;
    let raised = command.priority.filter(|priority| *priority < cus.priority);
    for (n, csd) in csd.iter().enumerate() {
        let steps = command.steps.clone().filter(|_| n == 0);
        story.tell(
            &cus.key,
            Joined { csd: csd.clone(), priority: raised.filter(|_| n == 0), texts: JoinedTexts { steps } },
        );
        story.tell(csd, Linked { cus: cus.key.clone(), texts: LinkedTexts {} });
    }
    furnish(story, &cus.key, &command.attach, command.hold.as_ref(), command.note.as_ref());
    Ok(())
}

pub(super) fn complete(story: &mut Story<'_>, command: &Complete) -> Result<(), Refusal> {
    let cus = story.cus(&command.cus, Step::Complete)?;
    let supplied = |item: ChecklistItem| match item {
        ChecklistItem::Steps => command.steps.is_some(),
        ChecklistItem::Priority => command.priority.is_some(),
        ChecklistItem::Attachments => !command.attach.is_empty(),
        ChecklistItem::Version | ChecklistItem::Description | ChecklistItem::Other => false,
    };
    let mut failures = Vec::new();
    if command.note.is_none() {
        let first = cus.links.first().map_or_else(|| cus.key.clone(), |link| story.case.current_key(&link.csd));
        failures.extend(
            cus.wanting
                .iter()
                .filter(|item| !supplied(**item))
                .map(|item| Failure::StillWanting { key: first.clone(), item: *item }),
        );
        failures.extend(lowering(cus.priority, command.priority));
    }
    refuse_if(Step::Complete, &cus.key, failures)?;
    attach::all(story, &cus.key, &command.attach);
    story.tell(
        &cus.key,
        Completed {
            priority: command.priority,
            texts: CompletedTexts {
                summary: command.summary.clone(),
                steps: command.steps.clone(),
                note: command.note.clone(),
            },
        },
    );
    furnish(story, &cus.key, &[], command.hold.as_ref(), None);
    Ok(())
}

/// What lowering a priority without a note lacks (R29).
pub(super) fn lowering(from: Priority, to: Option<Priority>) -> Option<Failure> {
    to.filter(|to| *to > from).map(|to| Failure::LoweringNoteMissing { from, to })
}

/// The ids of the customers' tickets that come to Engineering, each once; all that stands in the way is told at once.
fn newcomers(story: &mut Story<'_>, keys: &[Key], step: Step) -> Result<Vec<Key>, Refusal> {
    let mut ids: Vec<Key> = Vec::new();
    let mut refusal: Option<Refusal> = None;
    for key in keys {
        match story.csd(key, step) {
            Ok(csd) if ids.contains(&csd.id) => {}
            Ok(csd) => ids.push(csd.id),
            Err(refused) => match &mut refusal {
                Some(first) => first.failures.extend(refused.failures),
                None => refusal = Some(refused),
            },
        }
    }
    refusal.map_or(Ok(ids), Err)
}

/// What can come with any escalation: files, a hold (R10), a remark.
fn furnish(story: &mut Story<'_>, key: &Key, files: &[NewFile], hold: Option<&HoldRequest>, note: Option<&String>) {
    attach::all(story, key, files);
    if let Some(hold) = hold {
        story.tell(key, HoldSet { version: hold.version.clone(), texts: HoldSetTexts::default() });
    }
    if let Some(note) = note {
        story.tell(key, Commented { texts: CommentedTexts { text: note.clone() } });
    }
}
