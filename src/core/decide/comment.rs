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

#[cfg(test)]
mod tests {
    use crate::core::event::Fact;
    use crate::core::tests::given::{closed, comment};
    use crate::core::words::{Priority, Role, Word};

    #[test]
    fn anyone_remarks_on_either_ticket_at_any_stage() {
        for role in Role::ALL {
            for ticket in ["CSD-1", "CUS-1"] {
                let mut world = closed(Priority::Low).acting_as(&[*role]);
                let events = world.when(comment(ticket));
                let Fact::Commented(fact) = &events[0].fact else { panic!("{events:?}") };
                assert_eq!((fact.texts.text.as_str(), events[0].role), ("Between us", Some(*role)));
            }
        }
    }
}
