//! Step 6: what a customer says (R23, R25).

use super::{Story, refuse_if, reopen};
use crate::core::command::Confirm;
use crate::core::event::{Answered, AnsweredTexts, Resolved, ResolvedTexts};
use crate::core::refusal::{Failure, Refusal};
use crate::core::step::Step;
use crate::core::words::AnswerKind;

pub(super) fn decide(story: &mut Story<'_>, command: &Confirm) -> Result<(), Refusal> {
    let step = Step::Confirm(command.answer);
    let csd = story.csd(&command.csd, step)?;
    let cus = story.case.cus_for(&csd.key).cloned();
    let Some(cus) = cus else {
        return Err(Refusal::of(step, &csd.key, vec![Failure::NotLinked { csd: csd.key.clone() }]));
    };
    let answered =
        Answered { csd: csd.id.clone(), answer: command.answer, texts: AnsweredTexts { note: command.note.clone() } };
    match command.answer {
        AnswerKind::Resolved | AnswerKind::Unreachable => {
            let is_early = command.answer == AnswerKind::Resolved && !cus.is_shipped() && !cus.is_answered();
            let failures = (is_early && command.note.is_none()).then_some(Failure::EarlyNoteMissing);
            refuse_if(step, &csd.key, failures.into_iter().collect())?;
            story.tell(&cus.key, answered);
            let texts = ResolvedTexts { note: command.note.clone() };
            story.tell(&csd.id, Resolved { answer: Some(command.answer), texts });
        }
        AnswerKind::NotResolved => {
            story.tell(&cus.key, answered);
            reopen::back_to_engineering(story, &cus.key, Some(&csd.id), command.note.as_ref());
        }
    }
    Ok(())
}
