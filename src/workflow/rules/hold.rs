//! Setting and lifting upgrade holds (R10, R30).

use super::decision::DecisionContext;
use crate::workflow::command::{Hold, LiftHold};
use crate::workflow::event::{HoldLifted, HoldLiftedTexts, HoldSet, HoldSetTexts};
use crate::workflow::refusal::Refusal;
use crate::workflow::step::Step;

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Hold) -> Result<(), Refusal> {
    let cus = cx.cus(&command.cus, Step::Hold)?;
    let texts = HoldSetTexts { note: Some(command.note.clone()) };
    cx.record(&cus.key, HoldSet { version: command.version.clone(), texts });
    Ok(())
}

pub(super) fn lift(cx: &mut DecisionContext<'_>, command: &LiftHold) -> Result<(), Refusal> {
    let cus = cx.cus(&command.cus, Step::LiftHold)?;
    cx.record(&cus.key, HoldLifted { texts: HoldLiftedTexts { note: Some(command.note.clone()) } });
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::workflow::command::{HoldRequest, Join};
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::refusal::Failure;
    use crate::workflow::rule::Rule;
    use crate::workflow::tests::given::{
        assess, close, closed, confirmed, decided, escalated, hold, join, lift, patch, postmortem, reopen, report,
        send_back, ship,
    };
    use crate::workflow::tests::kit::{hour, key, rules};
    use crate::workflow::vocabulary::{ChecklistItem, Priority, Role, Word};

    #[test]
    fn a_hold_is_set_at_any_open_stage_by_anyone() {
        let worlds = || {
            [
                escalated(Priority::Low),
                escalated(Priority::Low).given(send_back(&[ChecklistItem::Steps])),
                escalated(Priority::Low).eng_assessed(),
                decided(Priority::Low, patch("8.2")),
                postmortem(Priority::Low, patch("8.2")),
            ]
        };
        for role in Role::ALL {
            for world in worlds() {
                let world = world.at(4).acting_as(&[*role]).given(hold(Some("8.1")));
                let held = world.cus("CUS-1").hold.clone().unwrap();
                assert_eq!((held.version.as_deref(), held.since), (Some("8.1"), hour(4)));
            }
        }
        assert!(matches!(closed(Priority::Low).refused(hold(None))[..], [Failure::WrongStage { .. }]));
    }

    #[test]
    fn setting_it_again_keeps_since_when() {
        let world = escalated(Priority::Low).at(4).given(hold(Some("8.1"))).at(9).given(hold(None));
        let held = world.cus("CUS-1").hold.clone().unwrap();
        assert_eq!((held.version, held.since), (None, hour(4)));
    }

    #[test]
    fn a_hold_is_lifted_by_engineering_or_product() {
        for role in [Role::Engineering, Role::Product] {
            let world = escalated(Priority::Low).given(hold(None)).acting_as(&[role]).given(lift());
            assert_eq!(world.cus("CUS-1").hold, None);
        }
        let world = escalated(Priority::Low).given(hold(None)).acting_as(&[Role::Support]);
        assert_eq!(rules(&world.refused(lift())), [Rule::R28]);
        let failures = escalated(Priority::Low).refused(lift());
        assert_eq!(failures, [Failure::NoHold { cus: key("CUS-1") }]);
        assert_eq!(rules(&failures), [Rule::R10]);
    }

    #[test]
    fn it_ends_with_the_ticket_and_reopening_does_not_restore_it() {
        let world = confirmed(Priority::Low).given(hold(None));
        assert!(world.cus("CUS-1").hold.is_some());
        let world = world.given(close());
        assert_eq!(world.cus("CUS-1").hold, None);
        assert_eq!(world.given(reopen("CUS-1")).cus("CUS-1").hold, None);
    }

    #[test]
    fn shipping_with_a_hold_owes_lift_or_say_why_not() {
        let held = || decided(Priority::High, patch("8.2")).given(hold(None));
        assert!(!held().owes("CUS-1", DutyKind::LiftHold));
        let shipped = || held().at(6).given(ship());
        assert_eq!(shipped().due("CUS-1", DutyKind::LiftHold), Some(6 + 24));
        let owed = shipped().owed("CUS-1");
        let owed = owed.iter().find(|owed| owed.duty.kind == DutyKind::LiftHold).unwrap();
        assert_eq!(owed.by, Role::Engineering);
        assert!(!shipped().given(lift()).owes("CUS-1", DutyKind::LiftHold));
        assert!(!decided(Priority::High, patch("8.2")).given(ship()).owes("CUS-1", DutyKind::LiftHold));
    }

    #[test]
    fn a_hold_set_again_with_a_note_is_the_reason() {
        let world = decided(Priority::High, patch("8.2")).given(hold(None)).given(ship()).given(hold(None));
        assert!(!world.owes("CUS-1", DutyKind::LiftHold));
        assert!(world.cus("CUS-1").hold.is_some());
        let world = world.at(8).given(patch("8.3")).given(ship());
        assert_eq!(world.due("CUS-1", DutyKind::LiftHold), Some(8 + 24));
    }

    #[test]
    fn a_hold_that_a_joiner_brings_without_a_note_is_no_reason() {
        let world = decided(Priority::High, patch("8.2")).given(hold(None)).given(ship());
        let world = world.given(report("Birch")).given(assess("CSD-2"));
        let world = world.given(Join { hold: Some(HoldRequest { version: None }), ..join("CSD-2") });
        assert!(world.owes("CUS-1", DutyKind::LiftHold));
    }
}
