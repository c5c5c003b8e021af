//! Step 4: Engineering assesses cause, severity and impact (R13, R14), which name a priority (R40).

use super::decision::{DecisionContext, refuse_if};
use crate::workflow::assessment::{contradicted, raised};
use crate::workflow::command::EngAssess;
use crate::workflow::event::{EngAssessed, EngAssessedTexts};
use crate::workflow::field::Field;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::rule::Rule;
use crate::workflow::step::Step;
use crate::workflow::tickets::cus::Assessment;
use crate::workflow::tickets::stage::CusStage;

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &EngAssess) -> Result<(), Refusal> {
    let cus = cx.cus(&command.cus, Step::EngAssess)?;
    let mut failures = contradicted(&cx.tickets, &cus, command.impact, command.customers_affected);
    if command.started.is_some_and(|started| started > cx.at) {
        failures.push(Failure::StartsLater);
    }
    let repeats = cus.assessment.as_ref().is_some_and(|old| is_the_same(old, command));
    if repeats && cus.stage != CusStage::Escalated {
        failures.push(Failure::UnchangedAssessment { rule: Rule::R13 });
    }
    let matrix = cx.context.policy.matrix();
    let raised = raised(&cus, command.severity, command.impact, &command.workaround, matrix);
    if raised.is_some() && command.keep_priority && command.note.is_none() {
        failures.push(Failure::Missing { rule: Rule::R40, field: Field::Note });
    }
    refuse_if(Step::EngAssess, &cus.key, failures)?;
    cx.record(
        &cus.key,
        EngAssessed {
            started: command.started,
            severity: command.severity,
            impact: command.impact,
            customers_affected: command.customers_affected,
            priority: raised.filter(|_| !command.keep_priority),
            keeps_priority: raised.is_some() && command.keep_priority,
            texts: EngAssessedTexts {
                cause: command.cause.clone(),
                caused_by: command.caused_by.clone(),
                workaround: command.workaround.clone(),
                note: command.note.clone(),
            },
        },
    );
    Ok(())
}

/// Whether an assessment finds what the one before found.
fn is_the_same(old: &Assessment, new: &EngAssess) -> bool {
    (old.started, old.severity, old.impact, old.customers_affected)
        == (new.started, new.severity, new.impact, new.customers_affected)
        && (&old.cause, &old.caused_by, &old.workaround) == (&new.cause, &new.caused_by, &new.workaround)
}

#[cfg(test)]
mod tests {
    use crate::workflow::assessment::contradictions;
    use crate::workflow::command::{Complete, EngAssess};
    use crate::workflow::field::Field;
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::obligations::policy::Policy;
    use crate::workflow::refusal::Failure;
    use crate::workflow::rule::Rule;
    use crate::workflow::tests::given::{
        assess, assessed, backlog, closed, complete, decided, eng_assess, escalate, escalated, join, patch, postmortem,
        report, send_back, set_priority, two_escalated,
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
        let world = world.given(eng_assess(Impact::One));
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

    /// The assessment that lets the matrix raise the priority.
    fn raising(severity: Severity, impact: Impact, workaround: &str) -> EngAssess {
        let workaround = workaround.to_owned();
        EngAssess { severity, workaround, keep_priority: false, note: None, ..eng_assess(impact) }
    }

    #[test]
    fn one_that_changes_nothing_is_refused_but_from_escalated() {
        let world = escalated(Priority::Low).eng_assessed();
        let unchanged = [Failure::UnchangedAssessment { rule: Rule::R13 }];
        assert_eq!(world.refused(eng_assess(Impact::Some)), unchanged);
        assert_eq!(world.refused(EngAssess { note: None, ..eng_assess(Impact::Some) }), unchanged);
        let back = world
            .given(send_back(&[ChecklistItem::Other]))
            .given(Complete { note: Some("So".to_owned()), ..complete() });
        assert_eq!(back.eng_assessed().cus_stage(), CusStage::EngAssessed);
    }

    #[test]
    fn an_impact_on_one_contradicts_several_customers_linked_or_counted() {
        let counted = |impact, count| EngAssess { customers_affected: Some(count), ..eng_assess(impact) };
        let world = two_escalated(Priority::Low);
        assert_eq!(world.refused(eng_assess(Impact::One)), [Failure::MoreThanOne { customers: 2 }]);
        assert_eq!(world.refused(counted(Impact::Some, 1)), [Failure::FewerThanLinked { count: 1, linked: 2 }]);
        assert_eq!(rules(&world.refused(counted(Impact::One, 1))), [Rule::R13, Rule::R13]);
        assert_eq!(world.given(counted(Impact::Some, 2)).cus_stage(), CusStage::EngAssessed);
        let world = escalated(Priority::Low);
        assert_eq!(world.refused(counted(Impact::One, 500)), [Failure::MoreThanOne { customers: 500 }]);
        assert_eq!(world.refused(counted(Impact::Some, 0)), [Failure::FewerThanLinked { count: 0, linked: 1 }]);
        assert_eq!(world.given(counted(Impact::One, 1)).cus_stage(), CusStage::EngAssessed);
    }

    #[test]
    fn two_tickets_of_one_customer_are_one_customer() {
        let world = assessed().given(report("alder ")).given(assess("CSD-2"));
        let world = world.given(escalate(&["CSD-1", "CSD-2"], Priority::Low));
        assert_eq!(world.given(eng_assess(Impact::One)).cus_stage(), CusStage::EngAssessed);
    }

    #[test]
    fn a_join_may_contradict_and_the_next_assessment_must_put_it_right() {
        let world = escalated(Priority::Low).given(eng_assess(Impact::One)).given(report("Birch"));
        let world = world.given(assess("CSD-2")).given(join("CSD-2"));
        let cus = world.cus("CUS-1");
        assert_eq!(contradictions(&world.tickets, cus), [Failure::MoreThanOne { customers: 2 }]);
        let again = EngAssess { cause: "A typing error".to_owned(), ..eng_assess(Impact::One) };
        assert_eq!(world.refused(again), [Failure::MoreThanOne { customers: 2 }]);
        let world = world.given(eng_assess(Impact::Some));
        assert_eq!(contradictions(&world.tickets, world.cus("CUS-1")), []);
    }

    #[test]
    fn nothing_starts_in_the_future() {
        let from = |hours| EngAssess { started: Some(hour(hours)), ..eng_assess(Impact::One) };
        let world = escalated(Priority::Low).at(5);
        assert_eq!(world.refused(from(6)), [Failure::StartsLater]);
        assert_eq!(world.given(from(5)).cus_stage(), CusStage::EngAssessed);
    }

    #[test]
    fn severity_and_impact_raise_a_lower_priority_and_never_lower_one() {
        for (from, severity, impact, workaround, to) in [
            (Priority::Low, Severity::Outage, Impact::One, "none", Priority::Critical),
            (Priority::Low, Severity::Outage, Impact::One, "Restart", Priority::High),
            (Priority::Low, Severity::Minor, Impact::Some, "unknown", Priority::Medium),
            (Priority::Critical, Severity::Cosmetic, Impact::One, "none", Priority::Critical),
            (Priority::Medium, Severity::Unknown, Impact::Large, "none", Priority::Medium),
            (Priority::Medium, Severity::Outage, Impact::Unknown, "none", Priority::Medium),
        ] {
            let world = escalated(from).given(raising(severity, impact, workaround));
            assert_eq!(world.cus("CUS-1").priority, to, "{from} {severity} {impact} {workaround}");
        }
    }

    #[test]
    fn raising_owes_the_alert_and_brings_due_times_forward() {
        let world = escalated(Priority::Low).at(2).given(raising(Severity::Major, Impact::Some, "none"));
        assert_eq!(world.due("CUS-1", DutyKind::AlertProduct), Some(2 + 4));
        assert_eq!(world.due("CUS-1", DutyKind::Release), Some(2 + 48));
    }

    #[test]
    fn only_what_is_new_in_an_assessment_raises() {
        let found = || raising(Severity::Major, Impact::Some, "none");
        let world =
            escalated(Priority::Low).given(EngAssess { keep_priority: true, note: Some("So".to_owned()), ..found() });
        assert_eq!(world.cus("CUS-1").priority, Priority::Low);
        let world = world.given(EngAssess { cause: "A typing error".to_owned(), ..found() });
        assert_eq!(world.cus("CUS-1").priority, Priority::Low);
        let world = world.given(raising(Severity::Major, Impact::Large, "none"));
        assert_eq!(world.cus("CUS-1").priority, Priority::Critical);
    }

    #[test]
    fn keeping_a_priority_needs_a_note_only_where_a_higher_one_is_named() {
        let keeping = |severity| EngAssess { keep_priority: true, ..raising(severity, Impact::Some, "none") };
        let missing = Failure::Missing { rule: Rule::R40, field: Field::Note };
        assert_eq!(escalated(Priority::Low).refused(keeping(Severity::Major)), [missing]);
        assert_eq!(escalated(Priority::Low).given(keeping(Severity::Cosmetic)).cus("CUS-1").priority, Priority::Low);
    }

    #[test]
    fn a_team_has_its_own_matrix() {
        let mut world = escalated(Priority::Low);
        let mut policy = Policy::default();
        policy.set("matrix.major.some", "medium").unwrap();
        world.context.policy = policy.into();
        let world = world.given(raising(Severity::Major, Impact::Some, "none"));
        assert_eq!(world.cus("CUS-1").priority, Priority::Medium);
    }

    #[test]
    fn a_workaround_that_is_found_later_is_owed_to_support_and_then_to_the_customer() {
        let told = || decided(Priority::Low, patch("8.2")).told(Audience::Support).told(Audience::Customer);
        let found = || EngAssess { workaround: "Restart it".to_owned(), ..eng_assess(Impact::Some) };
        let world = told().at(7).given(found());
        assert_eq!(world.due_about("CSD-1", DutyKind::TellSupport), Some(7 + 72));
        let world = world.told(Audience::Support).told(Audience::Customer);
        assert!(world.last_message().contains("Restart it"), "{}", world.last_message());
        let world = told().given(eng_assess(Impact::One));
        assert!(!world.owes("CUS-1", DutyKind::TellSupport), "nothing that they are told is new");
    }
}
