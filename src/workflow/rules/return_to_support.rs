//! Engineering returns a CUS ticket to Support (R12).

use super::decision::DecisionContext;
use crate::workflow::command::Return;
use crate::workflow::event::{Returned, ReturnedTexts};
use crate::workflow::refusal::Refusal;
use crate::workflow::step::Step;

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Return) -> Result<(), Refusal> {
    let cus = cx.cus(&command.cus, Step::Return)?;
    let mut missing = command.missing.clone();
    missing.sort_unstable();
    missing.dedup();
    cx.record(&cus.key, Returned { missing, texts: ReturnedTexts { note: command.note.clone() } });
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::refusal::Failure;
    use crate::workflow::rule::Rule;
    use crate::workflow::tests::given::{closed, complete, decided, escalated, patch, postmortem, send_back};
    use crate::workflow::tests::kit::rules;
    use crate::workflow::tickets::stage::CusStage;
    use crate::workflow::vocabulary::{ChecklistItem, Priority, Role};

    #[test]
    fn engineering_returns_a_ticket_before_a_release_is_decided() {
        let steps = [ChecklistItem::Steps];
        for world in [escalated(Priority::Low), escalated(Priority::Low).eng_assessed()] {
            let world = world.acting_as(&[Role::Engineering]).given(send_back(&steps));
            assert_eq!(world.cus_stage(), CusStage::Returned);
        }
        let returned = escalated(Priority::Low).given(send_back(&steps));
        let decided = decided(Priority::Low, patch("8.2"));
        for world in [returned, decided, postmortem(Priority::Low, patch("8.2")), closed(Priority::Low)] {
            assert!(matches!(world.refused(send_back(&steps))[..], [Failure::WrongStage { .. }]));
        }
        let world = escalated(Priority::Low).acting_as(&[Role::Product, Role::Support]);
        assert_eq!(rules(&world.refused(send_back(&steps))), [Rule::R28]);
    }

    #[test]
    fn it_names_each_item_once() {
        let named = [ChecklistItem::Version, ChecklistItem::Steps, ChecklistItem::Version];
        let world = escalated(Priority::Low).given(send_back(&named));
        assert_eq!(world.cus("CUS-1").wanting, [ChecklistItem::Steps, ChecklistItem::Version]);
    }

    #[test]
    fn support_owes_the_completion_and_each_return_makes_a_new_duty() {
        let world = escalated(Priority::High).at(3).given(send_back(&[ChecklistItem::Other]));
        assert_eq!(world.kinds("CUS-1"), [DutyKind::Complete]);
        assert_eq!(world.owed("CUS-1")[0].by, Role::Support);
        assert_eq!(world.due("CUS-1", DutyKind::Complete), Some(3 + 24));
        let mut again = complete();
        again.note = Some("So".to_owned());
        let world = world.given(again).at(30).given(send_back(&[ChecklistItem::Other]));
        assert_eq!(world.due("CUS-1", DutyKind::Complete), Some(30 + 24));
    }

    #[test]
    fn an_open_alert_stays_owed_while_support_completes_it() {
        let world = escalated(Priority::High).eng_assessed().given(send_back(&[ChecklistItem::Other]));
        assert_eq!(world.kinds("CUS-1"), [DutyKind::Complete, DutyKind::AlertProduct]);
    }
}
