//! The end of step 5: the CUS ticket moves to Postmortem (R19).

use super::decision::DecisionContext;
use crate::workflow::command::Postmortem;
use crate::workflow::event::{MovedToPostmortem, MovedToPostmortemTexts};
use crate::workflow::refusal::Refusal;
use crate::workflow::step::Step;

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Postmortem) -> Result<(), Refusal> {
    let cus = cx.cus(&command.cus, Step::Postmortem)?;
    cx.record(
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

#[cfg(test)]
mod tests {
    use crate::workflow::command::Postmortem;
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::refusal::Failure;
    use crate::workflow::rule::Rule;
    use crate::workflow::tests::given::{
        assess, decided, eng_assess, escalated, join, patch, postmortem, report, tell_about, to_postmortem,
        two_escalated,
    };
    use crate::workflow::tests::kit::{World, key, rules};
    use crate::workflow::tickets::stage::CusStage;
    use crate::workflow::vocabulary::{Audience, Impact, Priority, Role};

    /// A decided high-priority bug of two customers with a large impact, about which nobody knows.
    fn untold() -> World {
        two_escalated(Priority::High).given(eng_assess(Impact::Large)).given(patch("8.2"))
    }

    fn support_not_told(csd: &str) -> Failure {
        Failure::SupportNotTold { cus: key("CUS-1"), csd: key(csd), queued: false }
    }

    #[test]
    fn everything_that_must_be_told_first_is_named_at_once() {
        let failures = untold().refused(to_postmortem());
        assert_eq!(
            failures,
            [
                Failure::ProductNotAlerted { cus: key("CUS-1"), queued: false },
                Failure::MarketingNotTold { cus: key("CUS-1"), queued: false },
                support_not_told("CSD-1"),
                support_not_told("CSD-2"),
            ]
        );
        assert_eq!(rules(&failures), [Rule::R14, Rule::R17, Rule::R18, Rule::R18]);
    }

    #[test]
    fn each_of_them_alone_is_in_the_way() {
        let told = |world: World, to: &[Audience]| to.iter().fold(world, |world, to| world.told(*to));
        let all = [Audience::Product, Audience::Marketing, Audience::Support];
        for left in all {
            let others: Vec<Audience> = all.into_iter().filter(|to| *to != left).collect();
            assert!(!told(untold(), &others).refused(to_postmortem()).is_empty(), "{left}");
        }
        assert_eq!(told(untold(), &all).given(to_postmortem()).cus_stage(), CusStage::Postmortem);
    }

    #[test]
    fn every_original_reporter_must_know() {
        let world = untold().told(Audience::Product).told(Audience::Marketing);
        let world = world.given(tell_about("CSD-2", Audience::Support));
        assert_eq!(world.refused(to_postmortem()), [support_not_told("CSD-1")]);
    }

    #[test]
    fn what_was_told_before_a_revision_does_not_serve() {
        let world = decided(Priority::Low, patch("8.2")).told(Audience::Support).given(patch("8.3"));
        assert_eq!(world.refused(to_postmortem()), [support_not_told("CSD-1")]);
    }

    #[test]
    fn a_joiner_must_know_too() {
        let world = decided(Priority::Low, patch("8.2")).told(Audience::Support);
        let world = world.given(report("Birch")).given(assess("CSD-2")).given(join("CSD-2"));
        assert_eq!(world.refused(to_postmortem()), [support_not_told("CSD-2")]);
    }

    #[test]
    fn customers_need_not_have_been_told() {
        let world = decided(Priority::Low, patch("8.2")).told(Audience::Support).given(to_postmortem());
        assert_eq!(world.cus_stage(), CusStage::Postmortem);
        assert_eq!(world.kinds("CUS-1"), [DutyKind::TellCustomer, DutyKind::Ship]);
    }

    #[test]
    fn moving_is_owed_from_when_the_last_of_them_was_done() {
        let world = untold().at(1).told(Audience::Product).at(2).told(Audience::Support);
        assert!(!world.owes("CUS-1", DutyKind::Postmortem));
        let world = world.at(3).told(Audience::Marketing);
        assert_eq!(world.due("CUS-1", DutyKind::Postmortem), Some(3 + 24));
        let world = world.at(5).given(patch("8.3"));
        assert!(!world.owes("CUS-1", DutyKind::Postmortem));
    }

    #[test]
    fn root_cause_and_lessons_are_kept() {
        let world = decided(Priority::Low, patch("8.2")).told(Audience::Support).given(Postmortem {
            root_cause: Some("No test".to_owned()),
            lessons: Some("Test".to_owned()),
            ..to_postmortem()
        });
        assert_eq!(world.cus("CUS-1").root_cause.as_deref(), Some("No test"));
        assert_eq!(world.cus("CUS-1").lessons.as_deref(), Some("Test"));
    }

    #[test]
    fn only_a_decided_ticket_moves_and_support_does_not_move_it() {
        for world in [escalated(Priority::Low).eng_assessed(), postmortem(Priority::Low, patch("8.2"))] {
            assert!(matches!(world.refused(to_postmortem())[..], [Failure::WrongStage { .. }]));
        }
        let world = decided(Priority::Low, patch("8.2")).told(Audience::Support).acting_as(&[Role::Support]);
        assert_eq!(rules(&world.refused(to_postmortem())), [Rule::R28]);
    }
}
