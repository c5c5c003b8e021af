//! Unlinking a CSD ticket from its CUS ticket (R11).

use super::decision::{DecisionContext, wrong_kind};
use crate::workflow::command::Unlink;
use crate::workflow::event::{Left, LeftTexts, Unlinked, UnlinkedTexts};
use crate::workflow::refusal::Refusal;
use crate::workflow::step::Step;
use crate::workflow::vocabulary::Kind;

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Unlink) -> Result<(), Refusal> {
    let csd = cx.csd(&command.csd, Step::Unlink)?;
    let Some(cus) = csd.cus else {
        return Err(wrong_kind(Step::Unlink, &csd.key, Kind::Cus));
    };
    cx.record(&cus, Left { csd: csd.id.clone(), texts: LeftTexts {} });
    cx.record(&csd.id, Unlinked { cus, texts: UnlinkedTexts { note: Some(command.note.clone()) } });
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::workflow::command::Assess;
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::refusal::Failure;
    use crate::workflow::rule::Rule;
    use crate::workflow::tests::given::{
        assess, assessed, confirm, escalate, escalated, join, patch, report, reported, tell_about, two_escalated,
        unlink,
    };
    use crate::workflow::tests::kit::{key, rules};
    use crate::workflow::tickets::stage::CsdStage;
    use crate::workflow::vocabulary::{AnswerKind, Audience, Priority, Role, Trigger};

    #[test]
    fn an_unlinked_ticket_is_assessed_again_and_still_owed_to_engineering() {
        let world = two_escalated(Priority::Low).at(5).given(unlink("CSD-2"));
        assert_eq!(world.csd_stage("CSD-2"), CsdStage::Assessed);
        assert_eq!(world.csd("CSD-2").cus, None);
        assert_eq!(world.due("CSD-2", DutyKind::Escalate), Some(5 + 24));
        assert_eq!(world.cus("CUS-1").links.len(), 1);
        let triggered = reported().given(Assess { triggers: vec![Trigger::Financial], ..assess("CSD-1") });
        let world = triggered.given(report("Birch")).given(assess("CSD-2"));
        let world = world.given(escalate(&["CSD-1", "CSD-2"], Priority::Low));
        assert_eq!(world.at(6).given(unlink("CSD-1")).due("CSD-1", DutyKind::Escalate), Some(6 + 4));
    }

    #[test]
    fn the_last_link_cannot_be_removed() {
        let failures = escalated(Priority::Low).refused(unlink("CSD-1"));
        assert_eq!(failures, [Failure::LastLink { csd: key("CSD-1"), cus: key("CUS-1") }]);
        assert_eq!(rules(&failures), [Rule::R11]);
    }

    #[test]
    fn unlinking_is_supports_and_needs_a_link() {
        let world = two_escalated(Priority::Low).acting_as(&[Role::Engineering]);
        assert_eq!(rules(&world.refused(unlink("CSD-1"))), [Rule::R28]);
        assert!(matches!(assessed().refused(unlink("CSD-1"))[..], [Failure::WrongStage { .. }]));
    }

    #[test]
    fn a_ticket_that_joins_again_starts_without_what_it_was_told() {
        let world = two_escalated(Priority::Low).eng_assessed().given(patch("8.2")).told(Audience::Support);
        let world = world.given(unlink("CSD-2")).given(join("CSD-2"));
        assert_eq!(world.link("CSD-2").support_told, None);
        assert!(world.given(tell_about("CSD-2", Audience::Support)).link("CSD-2").support_told.is_some());
    }

    #[test]
    fn taking_the_last_undecided_ticket_away_leaves_the_others_to_close() {
        let world = two_escalated(Priority::Low).eng_assessed().given(patch("8.2")).in_postmortem().shipped();
        let world = world.given(confirm("CSD-1", AnswerKind::Unreachable)).at(8).given(unlink("CSD-2"));
        assert_eq!(world.kinds("CUS-1"), [DutyKind::Close]);
        assert_eq!(world.due("CUS-1", DutyKind::Close), Some(8 + 7 * 24));
    }
}
