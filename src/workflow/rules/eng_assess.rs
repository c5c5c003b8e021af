//! Step 4: Engineering assesses cause, severity and impact (R13, R14).

use super::decision::DecisionContext;
use crate::workflow::command::EngAssess;
use crate::workflow::event::{EngAssessed, EngAssessedTexts};
use crate::workflow::refusal::Refusal;
use crate::workflow::step::Step;

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &EngAssess) -> Result<(), Refusal> {
    let cus = cx.cus(&command.cus, Step::EngAssess)?;
    cx.record(
        &cus.key,
        EngAssessed {
            started: command.started,
            severity: command.severity,
            impact: command.impact,
            customers_affected: command.customers_affected,
            texts: EngAssessedTexts {
                cause: command.cause.clone(),
                caused_by: command.caused_by.clone(),
                workaround: command.workaround.clone(),
            },
        },
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::workflow::command::{Complete, EngAssess};
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::refusal::Failure;
    use crate::workflow::rule::Rule;
    use crate::workflow::tests::given::{
        backlog, closed, complete, decided, eng_assess, escalated, patch, postmortem, send_back, set_priority,
    };
    use crate::workflow::tests::kit::{World, hour, rules};
    use crate::workflow::tickets::stage::CusStage;
    use crate::workflow::vocabulary::{Audience, ChecklistItem, Impact, Priority, Role, Severity};

    #[test]
    fn a_bug_stands_on_the_open_bug_list_from_its_assessment_to_its_end() {
        let is_open = |world: World| world.cus("CUS-1").is_open_bug();
        assert!(!is_open(escalated(Priority::Low)));
        assert!(is_open(escalated(Priority::Low).eng_assessed()) && is_open(postmortem(Priority::Low, patch("8.2"))));
        assert!(!is_open(closed(Priority::Low)));
    }

    #[test]
    fn cause_severity_and_impact_are_recorded_with_unknown_as_an_answer() {
        let world = escalated(Priority::Low).at(3).given(EngAssess {
            started: None,
            caused_by: "unknown".to_owned(),
            severity: Severity::Unknown,
            impact: Impact::Unknown,
            workaround: "none".to_owned(),
            customers_affected: Some(12),
            ..eng_assess(Impact::Some)
        });
        let assessment = world.cus("CUS-1").assessment.clone().unwrap();
        assert_eq!((assessment.cause.as_str(), assessment.caused_by.as_str()), ("A rounding error", "unknown"));
        assert_eq!((assessment.severity, assessment.impact), (Severity::Unknown, Impact::Unknown));
        assert_eq!((assessment.started, assessment.customers_affected), (None, Some(12)));
        assert_eq!((assessment.workaround.as_str(), assessment.at), ("none", hour(3)));
    }

    #[test]
    fn the_first_assessment_moves_the_ticket_on_and_later_ones_leave_it_where_it_is() {
        assert_eq!(escalated(Priority::Low).eng_assessed().cus_stage(), CusStage::EngAssessed);
        for world in [
            escalated(Priority::Low).eng_assessed(),
            decided(Priority::Low, patch("8.2")),
            postmortem(Priority::Low, patch("8.2")),
        ] {
            let stage = world.cus_stage();
            let world = world.given(EngAssess { cause: "A typing error".to_owned(), ..eng_assess(Impact::One) });
            assert_eq!(world.cus_stage(), stage);
            assert_eq!(world.cus("CUS-1").assessment.as_ref().unwrap().cause, "A typing error");
        }
    }

    #[test]
    fn neither_a_returned_nor_a_closed_ticket_is_assessed() {
        for world in [escalated(Priority::Low).given(send_back(&[ChecklistItem::Steps])), closed(Priority::Low)] {
            assert!(matches!(world.refused(eng_assess(Impact::One))[..], [Failure::WrongStage { .. }]));
        }
        let world = escalated(Priority::Low).acting_as(&[Role::Product, Role::Support]);
        assert_eq!(rules(&world.refused(eng_assess(Impact::One))), [Rule::R28]);
    }

    #[test]
    fn a_high_priority_bug_owes_product_an_alert_and_another_does_not() {
        for (priority, due) in [
            (Priority::Critical, Some(2 + 1)),
            (Priority::High, Some(2 + 4)),
            (Priority::Medium, None),
            (Priority::Low, None),
        ] {
            let world = escalated(priority).at(2).eng_assessed();
            assert_eq!(world.due("CUS-1", DutyKind::AlertProduct), due, "{priority}");
        }
    }

    #[test]
    fn nothing_is_to_be_alerted_of_before_the_assessment() {
        assert_eq!(escalated(Priority::Critical).kinds("CUS-1"), [DutyKind::EngAssess]);
        assert_eq!(escalated(Priority::Low).given(set_priority(Priority::High)).kinds("CUS-1"), [DutyKind::EngAssess]);
    }

    #[test]
    fn raising_an_assessed_bug_to_high_priority_makes_the_alert_owed_and_lowering_it_cancels_none() {
        let world = decided(Priority::Medium, patch("8.2")).at(9).given(set_priority(Priority::High));
        assert_eq!(world.due("CUS-1", DutyKind::AlertProduct), Some(9 + 4));
        let world = world.at(10).given(set_priority(Priority::Low));
        assert_eq!(world.due("CUS-1", DutyKind::AlertProduct), Some(9 + 4));
    }

    #[test]
    fn an_alert_that_was_given_is_not_owed_again_by_assessing_again() {
        let world = escalated(Priority::High).eng_assessed().told(Audience::Product);
        assert!(!world.owes("CUS-1", DutyKind::AlertProduct));
        let world = world.eng_assessed();
        assert!(!world.owes("CUS-1", DutyKind::AlertProduct));
        let world = world.given(set_priority(Priority::Critical));
        assert!(!world.owes("CUS-1", DutyKind::AlertProduct));
    }

    #[test]
    fn the_assessment_after_a_return_owes_the_alert_afresh() {
        let world = escalated(Priority::High).eng_assessed().told(Audience::Product);
        let world = world.given(send_back(&[ChecklistItem::Other]));
        let world = world.given(Complete { note: Some("So".to_owned()), ..complete() });
        assert!(!world.owes("CUS-1", DutyKind::AlertProduct));
        assert_eq!(world.at(50).eng_assessed().due("CUS-1", DutyKind::AlertProduct), Some(50 + 4));
    }

    #[test]
    fn assessing_again_never_makes_the_decision_due_later() {
        let world = escalated(Priority::High).eng_assessed();
        assert_eq!(world.due("CUS-1", DutyKind::Release), Some(48));
        assert_eq!(world.at(40).given(eng_assess(Impact::One)).due("CUS-1", DutyKind::Release), Some(48));
    }

    #[test]
    fn what_marketing_is_owed_keeps_its_due_time_though_the_impact_seemed_smaller_meanwhile() {
        let world = escalated(Priority::High).given(eng_assess(Impact::Large)).given(patch("8.2"));
        let world = world.at(30).given(eng_assess(Impact::Some)).at(31).given(eng_assess(Impact::Large));
        assert_eq!(world.due("CUS-1", DutyKind::TellMarketing), Some(24));
    }

    #[test]
    fn the_duty_to_marketing_follows_the_newest_assessment() {
        let world = decided(Priority::Low, backlog());
        assert!(!world.owes("CUS-1", DutyKind::TellMarketing));
        let world = world.at(6).given(eng_assess(Impact::Large));
        assert_eq!(world.due("CUS-1", DutyKind::TellMarketing), Some(6 + 72));
        let world = world.given(eng_assess(Impact::One));
        assert!(!world.owes("CUS-1", DutyKind::TellMarketing));
        let world = postmortem(Priority::Low, backlog()).given(eng_assess(Impact::Large));
        assert!(world.owes("CUS-1", DutyKind::TellMarketing));
    }
}
