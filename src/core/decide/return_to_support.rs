//! Engineering returns a CUS ticket to Support (R12).

use super::Story;
use crate::core::command::Return;
use crate::core::event::{Returned, ReturnedTexts};
use crate::core::refusal::Refusal;
use crate::core::step::Step;

pub(super) fn decide(story: &mut Story<'_>, command: &Return) -> Result<(), Refusal> {
    let cus = story.cus(&command.cus, Step::Return)?;
    let mut missing = command.missing.clone();
    missing.sort_unstable();
    missing.dedup();
    story.tell(&cus.key, Returned { missing, texts: ReturnedTexts { note: command.note.clone() } });
    Ok(())
}
