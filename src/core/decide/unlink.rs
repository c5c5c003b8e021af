//! Support takes a customer's ticket from its CUS ticket (R11).

use super::{Story, wrong_kind};
use crate::core::command::Unlink;
use crate::core::event::{Left, LeftTexts, Unlinked, UnlinkedTexts};
use crate::core::refusal::Refusal;
use crate::core::step::Step;
use crate::core::words::Kind;

pub(super) fn decide(story: &mut Story<'_>, command: &Unlink) -> Result<(), Refusal> {
    let csd = story.csd(&command.csd, Step::Unlink)?;
    let Some(cus) = csd.cus else {
        return Err(wrong_kind(Step::Unlink, &csd.key, Kind::Cus));
    };
    story.tell(&cus, Left { csd: csd.id.clone(), texts: LeftTexts {} });
    story.tell(&csd.id, Unlinked { cus, texts: UnlinkedTexts { note: Some(command.note.clone()) } });
    Ok(())
}
