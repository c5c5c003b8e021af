//! Holding further customer upgrades, and freeing them (R10, R30).

use super::Story;
use crate::core::command::{Hold, LiftHold};
use crate::core::event::{HoldLifted, HoldLiftedTexts, HoldSet, HoldSetTexts};
use crate::core::refusal::Refusal;
use crate::core::step::Step;

pub(super) fn decide(story: &mut Story<'_>, command: &Hold) -> Result<(), Refusal> {
    let cus = story.cus(&command.cus, Step::Hold)?;
    let texts = HoldSetTexts { note: Some(command.note.clone()) };
    story.tell(&cus.key, HoldSet { version: command.version.clone(), texts });
    Ok(())
}

pub(super) fn lift(story: &mut Story<'_>, command: &LiftHold) -> Result<(), Refusal> {
    let cus = story.cus(&command.cus, Step::LiftHold)?;
    story.tell(&cus.key, HoldLifted { texts: HoldLiftedTexts { note: Some(command.note.clone()) } });
    Ok(())
}
