//! Remarks, for colleagues only.

use super::{Story, subject_id};
use crate::core::command::Comment;
use crate::core::event::{Commented, CommentedTexts};
use crate::core::refusal::Refusal;
use crate::core::step::Step;

pub(super) fn decide(story: &mut Story<'_>, command: &Comment) -> Result<(), Refusal> {
    story.require(&command.key, Step::Comment)?;
    let id = subject_id(story, &command.key, Step::Comment);
    story.tell(&id, Commented { texts: CommentedTexts { text: command.text.clone() } });
    Ok(())
}
