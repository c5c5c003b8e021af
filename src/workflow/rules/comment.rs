//! Internal comments.

use super::decision::{DecisionContext, subject_id};
use crate::workflow::command::Comment;
use crate::workflow::event::{Commented, CommentedTexts};
use crate::workflow::refusal::Refusal;
use crate::workflow::step::Step;

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Comment) -> Result<(), Refusal> {
    cx.require(&command.key, Step::Comment)?;
    let id = subject_id(cx, &command.key, Step::Comment);
    cx.record(&id, Commented { texts: CommentedTexts { text: command.text.clone() } });
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::workflow::event::Fact;
    use crate::workflow::tests::given::{closed, comment};
    use crate::workflow::vocabulary::{Priority, Role, Word};

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
