//! Closing: a CUS ticket whose customers are decided (R24), one that is closed for another reason (R26), and a customer's
//! ticket that Engineering did not get (R7).

use super::{Story, refuse_if};
use crate::core::command::{Close, CloseAs, Resolve};
use crate::core::cus::Cus;
use crate::core::event::{
    Closed, ClosedTexts, HoldSet, HoldSetTexts, Joined, JoinedTexts, Left, LeftTexts, Linked, LinkedTexts, Resolved,
    ResolvedTexts, Unlinked, UnlinkedTexts,
};
use crate::core::field::Field;
use crate::core::key::Key;
use crate::core::refusal::{Failure, Refusal};
use crate::core::rule::Rule;
use crate::core::step::Step;
use crate::core::words::Resolution;

pub(super) fn decide(story: &mut Story<'_>, command: &Close) -> Result<(), Refusal> {
    let cus = story.cus(&command.cus, Step::Close)?;
    end(story, &cus.key, Resolution::Fixed, None, command.note.clone());
    Ok(())
}

pub(super) fn close_as(story: &mut Story<'_>, command: &CloseAs) -> Result<(), Refusal> {
    if command.resolution == Resolution::Fixed {
        return decide(story, &Close { cus: command.cus.clone(), note: Some(command.note.clone()) });
    }
    let step = Step::CloseAs(command.resolution);
    let cus = story.cus(&command.cus, step)?;
    match command.resolution {
        Resolution::Duplicate => {
            let original = original(story, &cus, command.of.as_ref(), step)?;
            move_to(story, &cus, &original);
            end(story, &cus.key, command.resolution, Some(original.key), Some(command.note.clone()));
        }
        Resolution::Withdrawn if cus.assessment.is_none() => {
            for link in &cus.links {
                story.tell(&cus.key, Left { csd: link.csd.clone(), texts: LeftTexts {} });
                let texts = UnlinkedTexts { note: Some(command.note.clone()) };
                story.tell(&link.csd, Unlinked { cus: cus.key.clone(), texts });
            }
            end(story, &cus.key, command.resolution, None, Some(command.note.clone()));
        }
        Resolution::Withdrawn
        | Resolution::NotABug
        | Resolution::CannotReproduce
        | Resolution::WontFix
        | Resolution::Fixed => end(story, &cus.key, command.resolution, None, Some(command.note.clone())),
    }
    Ok(())
}

pub(super) fn resolve(story: &mut Story<'_>, command: &Resolve) -> Result<(), Refusal> {
    let csd = story.csd(&command.csd, Step::Resolve)?;
    story.tell(&csd.id, Resolved { answer: None, texts: ResolvedTexts { note: Some(command.note.clone()) } });
    Ok(())
}

fn end(story: &mut Story<'_>, key: &Key, resolution: Resolution, of: Option<Key>, note: Option<String>) {
    story.tell(key, Closed { resolution, of, texts: ClosedTexts { note } });
}

/// The original of a duplicate: another, open ticket (R26).
fn original(story: &Story<'_>, cus: &Cus, of: Option<&Key>, step: Step) -> Result<Cus, Refusal> {
    let failure = match of {
        None => Failure::Missing { rule: Rule::R26, field: Field::Of },
        Some(of) => match story.case.cus_for(of) {
            Some(original) if original.key == cus.key => Failure::NotItself { cus: cus.key.clone() },
            Some(original) if original.is_closed() => Failure::OriginalClosed { cus: original.key.clone() },
            Some(original) => return Ok(original.clone()),
            None => Failure::NotLinked { csd: of.clone() },
        },
    };
    refuse_if(step, &cus.key, vec![failure])?;
    Ok(cus.clone())
}

/// Moves the undecided customers' tickets and the hold to the original, which owes them as joiners (R11). Where both
/// hold upgrades and not of the same version, all are held: a wider hold is the safe one.
fn move_to(story: &mut Story<'_>, cus: &Cus, original: &Cus) {
    let raised = Some(cus.priority).filter(|priority| *priority < original.priority);
    let undecided = cus.links.iter().filter(|link| !link.is_decided());
    for (n, link) in undecided.enumerate() {
        story.tell(&cus.key, Left { csd: link.csd.clone(), texts: LeftTexts {} });
        let joined =
            Joined { csd: link.csd.clone(), priority: raised.filter(|_| n == 0), texts: JoinedTexts::default() };
        story.tell(&original.key, joined);
        story.tell(&link.csd, Linked { cus: original.key.clone(), texts: LinkedTexts {} });
    }
    if let Some(hold) = &cus.hold {
        let version = match &original.hold {
            Some(held) if held.version != hold.version => None,
            Some(_) | None => hold.version.clone(),
        };
        let texts = HoldSetTexts { note: hold.note.clone() };
        story.tell(&original.key, HoldSet { version, texts });
    }
}
