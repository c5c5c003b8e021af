//! Step 4: Engineering assesses cause, severity and impact (R13, R14).

use super::Story;
use crate::core::command::EngAssess;
use crate::core::event::{EngAssessed, EngAssessedTexts};
use crate::core::refusal::Refusal;
use crate::core::step::Step;

pub(super) fn decide(story: &mut Story<'_>, command: &EngAssess) -> Result<(), Refusal> {
    let cus = story.cus(&command.cus, Step::EngAssess)?;
    story.tell(
        &cus.key,
        EngAssessed {
            started: command.started,
            severity: command.severity,
            impact: command.impact,
            customers_affected: command.customers_affected,
            texts: EngAssessedTexts {
                cause: command.cause.clone(),
                caused_by: command.caused_by.clone(),
                workaround: command.workaround.clone(),
            },
        },
    );
    Ok(())
}
