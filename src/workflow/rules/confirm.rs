//! Step 6: the customer's answer (R23, R25).

use super::decision::{DecisionContext, refuse_if};
use super::reopen;
use crate::workflow::command::Confirm;
use crate::workflow::event::{Answered, AnsweredTexts, Resolved, ResolvedTexts};
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::step::Step;
use crate::workflow::suggestions::confirms_early;
use crate::workflow::vocabulary::AnswerKind;

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Confirm) -> Result<(), Refusal> {
    let step = Step::confirm(command.answer);
    let csd = cx.csd(&command.csd, step)?;
    let cus = cx.tickets.cus_for(&csd.key).cloned();
    let Some(cus) = cus else {
        return Err(Refusal::of(step, &csd.key, vec![Failure::NotLinked { csd: csd.key.clone() }]));
    };
    let answered =
        Answered { csd: csd.id.clone(), answer: command.answer, texts: AnsweredTexts { note: command.note.clone() } };
    match command.answer {
        AnswerKind::Resolved | AnswerKind::Unreachable => {
            let is_early = command.answer == AnswerKind::Resolved && confirms_early(&cx.tickets, &csd.id);
            let failures = (is_early && command.note.is_none()).then_some(Failure::EarlyNoteMissing);
            refuse_if(step, &csd.key, failures.into_iter().collect())?;
            cx.record(&cus.key, answered);
            let texts = ResolvedTexts { note: command.note.clone() };
            cx.record(&csd.id, Resolved { answer: Some(command.answer), texts });
        }
        AnswerKind::NotResolved => {
            cx.record(&cus.key, answered);
            reopen::back_to_engineering(cx, &cus.key, Some(&csd.id), command.note.as_ref());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::workflow::command::Confirm;
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::refusal::Failure;
    use crate::workflow::rule::Rule;
    use crate::workflow::tests::given::{
        assessed, backlog, close_as, closed, confirm, confirmed, decided, escalated, patch, postmortem, reopen, ship,
        shipped, tell_about, two_escalated,
    };
    use crate::workflow::tests::kit::{World, key, rules, types};
    use crate::workflow::tickets::stage::{CsdStage, CusStage};
    use crate::workflow::vocabulary::{AnswerKind, Audience, Priority, Resolution, Role};

    use AnswerKind::{NotResolved, Resolved, Unreachable};

    fn without_note(answer: AnswerKind) -> Confirm {
        Confirm { note: None, ..confirm("CSD-1", answer) }
    }

    /// Two customers in Postmortem, the fix shipped and everybody told.
    fn two_shipped() -> World {
        two_escalated(Priority::High).eng_assessed().given(patch("8.2")).in_postmortem().shipped()
    }

    #[test]
    fn a_confirmation_decides_and_resolves_the_customers_ticket() {
        let mut world = shipped(Priority::Low);
        let events = world.when(without_note(Resolved));
        assert_eq!(types(&events), ["answered", "resolved"]);
        assert_eq!(world.csd_stage("CSD-1"), CsdStage::Resolved);
        assert_eq!(world.csd("CSD-1").answer, Some(Resolved));
        assert!(world.link("CSD-1").is_decided());
        assert!(!world.owes("CUS-1", DutyKind::Confirm));
    }

    #[test]
    fn an_unreachable_customer_is_decided_and_owed_nothing_more() {
        let world = decided(Priority::Low, patch("8.2")).told(Audience::Support);
        assert!(world.owes("CUS-1", DutyKind::TellCustomer));
        let world = world.given(confirm("CSD-1", Unreachable));
        assert!(!world.owes("CUS-1", DutyKind::TellCustomer));
        assert_eq!(world.csd_stage("CSD-1"), CsdStage::Resolved);
        assert_eq!(world.csd("CSD-1").resolution.as_deref(), Some("In the customer's words"));
    }

    #[test]
    fn a_customer_confirms_only_what_the_customer_was_told() {
        let not_told = [Failure::CustomerNotTold { cus: key("CUS-1"), csd: key("CSD-1"), queued: false }];
        let world = decided(Priority::Low, patch("8.2"));
        assert_eq!(world.refused(confirm("CSD-1", Resolved)), not_told);
        let world = world.told(Audience::Support);
        assert_eq!(world.refused(confirm("CSD-1", Resolved)), not_told);
        let world = world.told(Audience::Customer).given(ship());
        assert_eq!(world.refused(confirm("CSD-1", Resolved)), not_told);
        assert_eq!(rules(&not_told), [Rule::R23]);
    }

    #[test]
    fn before_shipping_resolved_needs_a_note() {
        let world = postmortem(Priority::Low, patch("8.2"));
        let failures = world.refused(without_note(Resolved));
        assert_eq!(failures, [Failure::EarlyNoteMissing]);
        assert_eq!(world.given(confirm("CSD-1", Resolved)).csd_stage("CSD-1"), CsdStage::Resolved);
        assert_eq!(postmortem(Priority::Low, backlog()).refused(without_note(Resolved)), [Failure::EarlyNoteMissing]);
    }

    #[test]
    fn there_is_nothing_to_confirm_before_a_decision() {
        for world in [escalated(Priority::Low), escalated(Priority::Low).eng_assessed()] {
            for answer in [Resolved, Unreachable] {
                assert!(matches!(world.refused(confirm("CSD-1", answer))[..], [Failure::WrongStage { .. }]));
            }
        }
        let failures = assessed().refused(confirm("CSD-1", Resolved));
        assert_eq!(failures, [Failure::NotLinked { csd: key("CSD-1") }]);
    }

    #[test]
    fn a_customer_who_could_not_be_reached_can_still_confirm() {
        let world = shipped(Priority::Low).given(confirm("CSD-1", Unreachable));
        let world = world.given(confirm("CSD-1", Resolved));
        assert_eq!(world.csd("CSD-1").answer, Some(Resolved));
        assert_eq!(world.refused(confirm("CSD-1", Resolved)).len(), 1);
        assert_eq!(world.refused(confirm("CSD-1", Unreachable)).len(), 1);
    }

    #[test]
    fn with_the_last_decision_the_word_to_product_and_the_closing_are_owed() {
        let world = two_shipped().at(10).given(confirm("CSD-1", Resolved));
        assert!(!world.owes("CUS-1", DutyKind::WordToProduct) && !world.owes("CUS-1", DutyKind::Close));
        let world = world.at(20).given(confirm("CSD-2", Unreachable));
        assert_eq!(world.kinds("CUS-1"), [DutyKind::WordToProduct, DutyKind::Close]);
        assert_eq!(world.due("CUS-1", DutyKind::WordToProduct), Some(20 + 24));
        assert_eq!(world.due("CUS-1", DutyKind::Close), Some(20 + 24));
        let world = world.told(Audience::Product);
        assert_eq!(world.kinds("CUS-1"), [DutyKind::Close]);
    }

    #[test]
    fn a_complaint_brings_the_ticket_back_to_engineering_and_keeps_what_others_confirmed() {
        let world = two_shipped().given(confirm("CSD-1", Resolved)).at(30);
        let world = world.given(confirm("CSD-2", NotResolved));
        assert_eq!(world.cus_stage(), CusStage::Escalated);
        assert_eq!(world.due("CUS-1", DutyKind::EngAssess), Some(30 + 24));
        assert!(world.link("CSD-1").is_decided() && !world.link("CSD-2").is_decided());
        assert_eq!(world.csd_stage("CSD-1"), CsdStage::Resolved);
        assert_eq!(world.csd_stage("CSD-2"), CsdStage::Escalated);
        assert_eq!(world.cus("CUS-1").release, None);
    }

    #[test]
    fn the_complaining_and_the_undecided_are_owed_afresh() {
        let world = two_shipped().given(confirm("CSD-1", Resolved)).given(confirm("CSD-1", NotResolved));
        let world = world.eng_assessed().at(40).given(patch("8.3"));
        for csd in ["CSD-1", "CSD-2"] {
            assert_eq!(world.due_about(csd, DutyKind::TellSupport), Some(40 + 4));
            let told = World { tickets: world.tickets.clone(), context: world.context.clone() };
            let told = told.at(41).given(tell_about(csd, Audience::Support));
            assert_eq!(told.due_about(csd, DutyKind::TellCustomer), Some(41 + 4));
        }
    }

    #[test]
    fn a_customer_can_complain_at_any_time() {
        let worlds = [
            escalated(Priority::Low),
            escalated(Priority::Low).eng_assessed(),
            decided(Priority::Low, patch("8.2")),
            postmortem(Priority::Low, patch("8.2")),
            confirmed(Priority::Low),
            closed(Priority::Low),
            escalated(Priority::Low).given(close_as(Resolution::NotABug)),
        ];
        for world in worlds {
            let before = world.cus_stage();
            let world = world.given(confirm("CSD-1", NotResolved));
            assert_eq!(world.csd_stage("CSD-1"), CsdStage::Escalated, "{before}");
            assert!(!world.link("CSD-1").is_decided());
            let after = if before == CusStage::EngAssessed { before } else { CusStage::Escalated };
            assert_eq!(world.cus_stage(), after, "{before}");
        }
    }

    #[test]
    fn a_complaint_after_the_word_takes_it_back() {
        let world = confirmed(Priority::Low).told(Audience::Product);
        assert!(world.cus("CUS-1").word_given);
        let world = world.given(confirm("CSD-1", NotResolved)).eng_assessed().given(patch("8.3")).in_postmortem();
        let world = world.told(Audience::Customer).given(confirm("CSD-1", Resolved));
        assert!(world.owes("CUS-1", DutyKind::WordToProduct));
    }

    #[test]
    fn a_complaint_about_a_ticket_that_was_reopened_meanwhile_reopens_only_the_customers_own() {
        let mut world = two_shipped().given(confirm("CSD-1", Resolved)).given(reopen("CUS-1"));
        let events = world.when(confirm("CSD-1", NotResolved));
        assert_eq!(types(&events), ["answered", "reopened"]);
        assert_eq!(world.csd_stage("CSD-1"), CsdStage::Escalated);
    }

    #[test]
    fn who_complains_after_the_reopening_is_told_again_only_after_support() {
        let world = two_escalated(Priority::High).eng_assessed().given(patch("8.2")).told(Audience::Support);
        let world =
            world.given(confirm("CSD-1", Unreachable)).given(reopen("CUS-1")).given(confirm("CSD-1", NotResolved));
        let world = world.eng_assessed().given(patch("8.3"));
        assert_eq!(world.due_about("CSD-1", DutyKind::TellCustomer), None);
        let world = world.at(5).told(Audience::Support);
        assert_eq!(world.due_about("CSD-1", DutyKind::TellCustomer), Some(4));
    }

    #[test]
    fn answers_are_recorded_by_support() {
        for answer in [Resolved, NotResolved, Unreachable] {
            let world = shipped(Priority::Low).acting_as(&[Role::Engineering, Role::Product]);
            assert_eq!(rules(&world.refused(confirm("CSD-1", answer))), [Rule::R28]);
            assert!(
                shipped(Priority::Low).acting_as(&[Role::Support]).given(confirm("CSD-1", answer)).tickets.all.len()
                    == 2
            );
        }
    }
}
