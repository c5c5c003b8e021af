//! Step 5, its end: the CUS ticket moves to Postmortem (R19).

use super::Story;
use crate::core::command::Postmortem;
use crate::core::event::{MovedToPostmortem, MovedToPostmortemTexts};
use crate::core::refusal::Refusal;
use crate::core::step::Step;

pub(super) fn decide(story: &mut Story<'_>, command: &Postmortem) -> Result<(), Refusal> {
    let cus = story.cus(&command.cus, Step::Postmortem)?;
    story.tell(
        &cus.key,
        MovedToPostmortem {
            texts: MovedToPostmortemTexts {
                root_cause: command.root_cause.clone(),
                lessons: command.lessons.clone(),
                note: command.note.clone(),
            },
        },
    );
    Ok(())
}
