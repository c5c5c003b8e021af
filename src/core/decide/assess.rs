//! Step 2: Support decides who handles it (R3, R4, R5).

use super::{Story, refuse_if};
use crate::core::command::Assess;
use crate::core::event::{Assessed, AssessedTexts};
use crate::core::refusal::{Failure, Refusal};
use crate::core::step::Step;
use crate::core::words::{Handler, Trigger};

pub(super) fn decide(story: &mut Story<'_>, command: &Assess) -> Result<(), Refusal> {
    let csd = story.csd(&command.csd, Step::Assess)?;
    let mut failures = Vec::new();
    if !command.triggers.is_empty() && command.handled_by != Handler::Engineering {
        failures.push(Failure::TriggerNeedsEngineering { handler: command.handled_by });
    }
    let withdrawn: Vec<Trigger> =
        csd.triggers.iter().copied().filter(|trigger| !command.triggers.contains(trigger)).collect();
    if !withdrawn.is_empty() && command.note.is_none() {
        failures.push(Failure::TriggerNoteMissing { withdrawn });
    }
    refuse_if(Step::Assess, &csd.key, failures)?;
    let mut triggers = command.triggers.clone();
    triggers.sort_unstable();
    triggers.dedup();
    story.tell(
        &csd.id,
        Assessed { handled_by: command.handled_by, triggers, texts: AssessedTexts { note: command.note.clone() } },
    );
    Ok(())
}
