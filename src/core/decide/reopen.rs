//! Reopening what was not over (R25).

use super::Story;
use crate::core::case::Ticket;
use crate::core::command::Reopen;
use crate::core::event::{Answered, AnsweredTexts, Reopened, ReopenedTexts};
use crate::core::key::Key;
use crate::core::refusal::Refusal;
use crate::core::stage::CusStage;
use crate::core::step::Step;
use crate::core::words::AnswerKind;

pub(super) fn decide(story: &mut Story<'_>, command: &Reopen) -> Result<(), Refusal> {
    story.require(&command.key, Step::Reopen)?;
    let note = Some(&command.note);
    match story.case.ticket(&command.key).cloned() {
        Some(Ticket::Cus(cus)) => back_to_engineering(story, &cus.key, None, note),
        Some(Ticket::Csd(csd)) => match &csd.cus {
            None => story.tell(&csd.id, Reopened { texts: ReopenedTexts { note: Some(command.note.clone()) } }),
            Some(cus) => {
                let answered = Answered {
                    csd: csd.id.clone(),
                    answer: AnswerKind::NotResolved,
                    texts: AnsweredTexts { note: Some(command.note.clone()) },
                };
                story.tell(cus, answered);
                back_to_engineering(story, cus, Some(&csd.id), note);
            }
        },
        None => {}
    }
    Ok(())
}

/// Brings a CUS ticket back to Engineering, unless it is there already. What others have confirmed stays; the
/// complaining ticket, and those that were resolved without a customer's answer, are open again.
pub(super) fn back_to_engineering(story: &mut Story<'_>, cus: &Key, complaining: Option<&Key>, note: Option<&String>) {
    let reopened = || Reopened { texts: ReopenedTexts { note: note.cloned() } };
    let Some(ticket) = story.case.cus(cus).cloned() else {
        return;
    };
    match ticket.stage {
        CusStage::ReleaseAssessed | CusStage::Postmortem | CusStage::Closed => story.tell(cus, reopened()),
        CusStage::Escalated | CusStage::Returned | CusStage::EngAssessed => {}
    }
    for link in ticket.links.iter().filter(|link| !link.is_decided()) {
        let is_resolved = story.case.csd(&link.csd).is_some_and(|csd| csd.is_resolved());
        if is_resolved || complaining == Some(&link.csd) {
            story.tell(&link.csd, reopened());
        }
    }
}
