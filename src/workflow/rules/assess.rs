//! Step 2: Support decides who handles it (R3, R4, R5).

use super::decision::{DecisionContext, refuse_if};
use crate::workflow::command::Assess;
use crate::workflow::event::{Assessed, AssessedTexts};
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::rule::Rule;
use crate::workflow::step::Step;
use crate::workflow::vocabulary::{Handler, Trigger};

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Assess) -> Result<(), Refusal> {
    let csd = cx.csd(&command.csd, Step::Assess)?;
    let mut failures = Vec::new();
    if !command.triggers.is_empty() && command.handled_by != Handler::Engineering {
        failures.push(Failure::TriggerNeedsEngineering { handler: command.handled_by });
    }
    let withdrawn: Vec<Trigger> =
        csd.triggers.iter().copied().filter(|trigger| !command.triggers.contains(trigger)).collect();
    if !withdrawn.is_empty() && command.note.is_none() {
        failures.push(Failure::TriggerNoteMissing { withdrawn });
    }
    let mut triggers = command.triggers.clone();
    triggers.sort_unstable();
    triggers.dedup();
    if csd.handled_by == Some(command.handled_by) && csd.triggers == triggers {
        failures.push(Failure::UnchangedAssessment { rule: Rule::R5 });
    }
    refuse_if(Step::Assess, &csd.key, failures)?;
    cx.record(
        &csd.id,
        Assessed { handled_by: command.handled_by, triggers, texts: AssessedTexts { note: command.note.clone() } },
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::workflow::command::Assess;
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::refusal::Failure;
    use crate::workflow::rule::Rule;
    use crate::workflow::tests::given::{assess, assessed, escalate, escalated, report, reported, resolve, unlink};
    use crate::workflow::tests::kit::{World, key, rules};
    use crate::workflow::tickets::stage::CsdStage;
    use crate::workflow::vocabulary::{Handler, Priority, Role, Trigger, Word};

    fn by(handled_by: Handler) -> Assess {
        Assess { handled_by, ..assess("CSD-1") }
    }

    fn with(triggers: &[Trigger]) -> Assess {
        Assess { triggers: triggers.to_vec(), ..assess("CSD-1") }
    }

    #[test]
    fn what_engineering_is_to_get_is_assessed_and_the_rest_is_handled() {
        for (handler, stage) in [
            (Handler::Engineering, CsdStage::Assessed),
            (Handler::Support, CsdStage::Handled),
            (Handler::ClientServices, CsdStage::Handled),
            (Handler::Product, CsdStage::Handled),
        ] {
            assert_eq!(reported().given(by(handler)).csd_stage("CSD-1"), stage, "{handler}");
        }
    }

    #[test]
    fn with_any_trigger_every_handler_but_engineering_is_refused() {
        for trigger in Trigger::ALL {
            for handler in Handler::ALL.iter().filter(|handler| **handler != Handler::Engineering) {
                let failures = reported().refused(Assess { handled_by: *handler, ..with(&[*trigger]) });
                assert_eq!(failures, [Failure::TriggerNeedsEngineering { handler: *handler }]);
                assert_eq!(rules(&failures), [Rule::R4]);
            }
            let world = reported().given(with(&[*trigger]));
            assert_eq!(world.csd("CSD-1").triggers, [*trigger]);
        }
    }

    #[test]
    fn each_trigger_counts_once() {
        let world = reported().given(with(&[Trigger::Financial, Trigger::AfterUpgrade, Trigger::Financial]));
        assert_eq!(world.csd("CSD-1").triggers, [Trigger::AfterUpgrade, Trigger::Financial]);
    }

    #[test]
    fn support_may_assess_again_until_it_has_escalated() {
        let mut world = reported();
        for handler in [Handler::Support, Handler::Product, Handler::Engineering, Handler::ClientServices] {
            world.when(by(handler));
            assert_eq!(world.csd("CSD-1").handled_by, Some(handler));
        }
        world.when(by(Handler::Engineering));
        world.when(escalate(&["CSD-1"], Priority::Low));
        assert!(matches!(world.refused(by(Handler::Support))[..], [Failure::WrongStage { .. }]));
        let resolved = reported().given(by(Handler::Support)).given(resolve("CSD-1"));
        assert!(matches!(resolved.refused(by(Handler::Support))[..], [Failure::WrongStage { .. }]));
    }

    #[test]
    fn withdrawing_a_trigger_needs_a_note_and_adding_one_does_not() {
        let world = reported().given(with(&[Trigger::Financial]));
        let failures = world.refused(with(&[Trigger::LargeImpact]));
        assert_eq!(failures, [Failure::TriggerNoteMissing { withdrawn: vec![Trigger::Financial] }]);
        assert_eq!(rules(&failures), [Rule::R5]);
        let world = world.given(with(&[Trigger::Financial, Trigger::LargeImpact]));
        let world = world.given(Assess { note: Some("Rates were right".to_owned()), ..with(&[]) });
        assert_eq!(world.csd("CSD-1").triggers, []);
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let world = reported().given(with(&[Trigger::Financial]));
        let wrong = Assess { handled_by: Handler::Support, ..with(&[Trigger::LargeImpact]) };
        assert_eq!(rules(&world.refused(wrong)), [Rule::R4, Rule::R5]);
    }

    #[test]
    fn escalation_is_owed_sooner_with_a_trigger_and_from_the_assessment_on() {
        let plain = reported().at(3).given(assess("CSD-1"));
        assert_eq!(plain.due("CSD-1", DutyKind::Escalate), Some(3 + 24));
        assert_eq!(plain.kinds("CSD-1"), [DutyKind::Escalate, DutyKind::NextWord]);
        let triggered = reported().at(3).given(with(&[Trigger::AfterUpgrade]));
        assert_eq!(triggered.due("CSD-1", DutyKind::Escalate), Some(3 + 4));
        assert_eq!(triggered.owed("CSD-1")[0].by, Role::Support);
    }

    #[test]
    fn assessing_again_never_makes_the_escalation_due_later() {
        let trigger = |hours: i64| assessed().at(hours).given(with(&[Trigger::Financial]));
        assert_eq!(trigger(10).due("CSD-1", DutyKind::Escalate), Some(10 + 4));
        assert_eq!(trigger(22).due("CSD-1", DutyKind::Escalate), Some(24));
        let world = trigger(10).at(12).given(Assess { note: Some("No money".to_owned()), ..with(&[]) });
        assert_eq!(world.due("CSD-1", DutyKind::Escalate), Some(10 + 4));
        let world = assessed().at(2).given(by(Handler::Product)).at(9).given(with(&[]));
        assert_eq!(world.due("CSD-1", DutyKind::Escalate), Some(24));
        let world = reported().given(by(Handler::Product)).at(2).given(with(&[])).at(9).given(by(Handler::Support));
        assert_eq!(world.due("CSD-1", DutyKind::Resolve), Some(5 * 24));
    }

    #[test]
    fn the_escalation_is_owed_anew_once_the_ticket_came_back() {
        let world = assessed().given(report("Birch")).given(assess("CSD-2"));
        let world = world.given(escalate(&["CSD-1", "CSD-2"], Priority::Low)).at(50).given(unlink("CSD-2"));
        assert_eq!(world.due("CSD-2", DutyKind::Escalate), Some(50 + 24));
    }

    #[test]
    fn an_assessment_that_changes_nothing_is_refused() {
        let failures = reported().given(with(&[Trigger::Financial])).refused(with(&[Trigger::Financial]));
        assert_eq!(failures, [Failure::UnchangedAssessment { rule: Rule::R5 }]);
        let noted = Assess { note: Some("Still so".to_owned()), ..by(Handler::Support) };
        assert_eq!(rules(&reported().given(by(Handler::Support)).refused(noted)), [Rule::R5]);
    }

    #[test]
    fn a_triggered_ticket_stands_with_the_high_priority_ones_until_it_is_escalated() {
        assert!(!assessed().csd("CSD-1").is_urgent());
        let world = reported().given(with(&[Trigger::LargeImpact]));
        assert!(world.csd("CSD-1").is_urgent());
        assert!(!world.given(escalate(&["CSD-1"], Priority::Low)).csd("CSD-1").is_urgent());
    }

    #[test]
    fn its_handler_owes_the_resolution_within_five_days() {
        for (handler, role) in [
            (Handler::Support, Role::Support),
            (Handler::ClientServices, Role::ClientServices),
            (Handler::Product, Role::Product),
        ] {
            let world = reported().at(2).given(by(handler));
            assert_eq!(world.owed("CSD-1")[0].by, role);
            assert_eq!(world.due("CSD-1", DutyKind::Resolve), Some(2 + 5 * 24));
        }
    }

    #[test]
    fn a_handled_ticket_gets_no_escalation() {
        let world = reported().given(by(Handler::Support));
        assert!(matches!(world.refused(escalate(&["CSD-1"], Priority::High))[..], [Failure::WrongStage { .. }]));
    }

    #[test]
    fn only_customers_tickets_are_assessed_and_only_by_support() {
        let world = escalated(Priority::Low);
        let failures = world.refused(assess("CUS-1"));
        assert!(matches!(&failures[..], [Failure::WrongKind { key: wrong, .. }] if *wrong == key("CUS-1")));
        let world: World = reported().acting_as(&[Role::Engineering]);
        assert_eq!(rules(&world.refused(assess("CSD-1"))), [Rule::R28]);
    }
}
