//! Step 6: the customer's answer (R23, R25).

use super::decision::{DecisionContext, refuse_if};
use super::{next_word, reopen};
use crate::workflow::command::Confirm;
use crate::workflow::event::{Answered, AnsweredTexts, Resolved, ResolvedTexts};
use crate::workflow::key::Key;
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::obligations::owed::owed_about;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::step::Step;
use crate::workflow::suggestions::confirms_early;
use crate::workflow::vocabulary::{AnswerKind, Audience};

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Confirm) -> Result<(), Refusal> {
    let step = Step::confirm(command.answer);
    let csd = cx.csd(&command.csd, step)?;
    let cus = cx.tickets.cus_for(&csd.key).cloned();
    let Some(cus) = cus else {
        return Err(Refusal::of(step, &csd.key, vec![Failure::NotLinked { csd: csd.key.clone() }]));
    };
    if command.answer == AnswerKind::NotResolved {
        reopen::not_resolved(cx, &cus, &csd.id, command.note.as_ref(), false);
        return Ok(());
    }
    let is_early = command.answer == AnswerKind::Resolved && confirms_early(&cx.tickets, &csd.id);
    let mut failures: Vec<Failure> =
        (is_early && command.note.is_none()).then_some(Failure::EarlyNoteMissing).into_iter().collect();
    if command.answer == AnswerKind::Unreachable && !is_awaited(cx, &csd.id) {
        failures.push(Failure::NothingOwed { cus: cus.key.clone(), to: Some(Audience::Customer) });
    }
    refuse_if(step, &csd.key, failures)?;
    let answers = cus.is_answered_by(command.answer);
    let texts = AnsweredTexts { note: command.note.clone() };
    cx.record(&cus.key, Answered { csd: csd.id.clone(), answer: command.answer, texts });
    if answers {
        let texts = ResolvedTexts { note: command.note.clone() };
        cx.record(&csd.id, Resolved { answer: Some(command.answer), duplicate_of: None, texts });
    } else {
        next_word::tried(cx, &csd.id);
    }
    Ok(())
}

/// Whether a message to the customer or the customer's confirmation is owed, which alone can fail (R23).
fn is_awaited(cx: &DecisionContext<'_>, csd: &Key) -> bool {
    let is_it = |kind| matches!(kind, DutyKind::TellCustomer | DutyKind::NextWord | DutyKind::Confirm);
    owed_about(&cx.tickets, csd).iter().any(|owed| is_it(owed.duty.kind))
}

#[cfg(test)]
mod tests {
    use crate::workflow::command::Confirm;
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::refusal::Failure;
    use crate::workflow::rule::Rule;
    use crate::workflow::tests::given::{
        assessed, backlog, close_as, comment, confirm, decided, eng_assess, escalated, patch, postmortem, ship,
        shipped, tell_about, two_escalated,
    };
    use crate::workflow::tests::kit::{World, key, rules, types};
    use crate::workflow::tickets::stage::{CsdStage, CusStage};
    use crate::workflow::vocabulary::{AnswerKind, Audience, Impact, Priority, Resolution, Role};

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
    fn given_no_fix_yet_when_unreachable_then_what_was_owed_is_settled_and_the_ticket_stays_open() {
        let world = decided(Priority::Low, patch("8.2")).told(Audience::Support);
        assert!(world.owes("CUS-1", DutyKind::TellCustomer));
        let world = world.given(confirm("CSD-1", Unreachable));
        assert!(!world.owes("CUS-1", DutyKind::TellCustomer));
        assert_eq!(world.csd_stage("CSD-1"), CsdStage::Escalated);
        assert!(!world.link("CSD-1").is_decided() && world.link("CSD-1").customer_told.is_none());
        let world = world.given(ship()).told(Audience::Support);
        assert!(world.owes("CUS-1", DutyKind::TellCustomer));
        assert_eq!(world.given(confirm("CSD-1", Unreachable)).csd_stage("CSD-1"), CsdStage::Resolved);
    }

    #[test]
    fn given_any_stage_when_a_customer_says_that_it_went_away_then_a_note_says_why() {
        let worlds = [
            escalated(Priority::Low),
            escalated(Priority::Low).eng_assessed(),
            decided(Priority::Low, patch("8.2")),
            decided(Priority::Low, patch("8.2")).told(Audience::Support).told(Audience::Customer).given(ship()),
        ];
        for world in worlds {
            assert_eq!(world.refused(without_note(Resolved)), [Failure::EarlyNoteMissing]);
            assert_eq!(world.given(confirm("CSD-1", Resolved)).csd_stage("CSD-1"), CsdStage::Resolved);
        }
        let failures = assessed().refused(confirm("CSD-1", Resolved));
        assert_eq!(failures, [Failure::NotLinked { csd: key("CSD-1") }]);
    }

    #[test]
    fn given_a_shipped_fix_when_the_last_customer_answers_then_closing_is_owed() {
        let world = two_shipped().at(10).given(confirm("CSD-1", Resolved));
        assert!(!world.owes("CUS-1", DutyKind::Close));
        let world = world.at(20).given(confirm("CSD-2", Unreachable));
        assert_eq!(world.kinds("CUS-1"), [DutyKind::Close, DutyKind::WritePostmortem]);
        assert_eq!(world.due("CUS-1", DutyKind::Close), Some(20 + 24));
    }

    #[test]
    fn given_a_customer_who_answered_before_shipping_then_the_word_that_it_shipped_is_owed() {
        let world = postmortem(Priority::Low, patch("8.2")).given(confirm("CSD-1", Resolved));
        assert!(!world.owes("CUS-1", DutyKind::Close));
        let world = world.at(3).given(ship());
        assert_eq!(world.kinds("CUS-1"), [DutyKind::TellSupport]);
        let world = world.told(Audience::Support);
        assert_eq!(world.kinds("CUS-1"), [DutyKind::TellCustomer]);
        assert_eq!(world.told(Audience::Customer).kinds("CUS-1"), [DutyKind::Close]);
    }

    #[test]
    fn given_a_complaint_after_shipping_then_the_complaining_and_the_unanswered_are_owed_the_word() {
        let world = two_shipped().given(confirm("CSD-1", Resolved)).at(30).given(confirm("CSD-2", NotResolved));
        assert_eq!(world.due_about("CSD-2", DutyKind::TellSupport), Some(30 + 4));
        let world = world.given(tell_about("CSD-2", Audience::Support)).at(31);
        assert!(world.owes("CUS-1", DutyKind::TellCustomer));
        let world = world.given(tell_about("CSD-2", Audience::Customer));
        assert!(world.last_message().contains("open again"), "{}", world.last_message());
    }

    #[test]
    fn given_no_fix_yet_when_a_customer_complains_then_the_decision_stands_and_engineering_owes_an_answer() {
        let mut world = two_escalated(Priority::High).eng_assessed().given(patch("8.2")).in_postmortem().at(9);
        let events = world.when(confirm("CSD-1", NotResolved));
        assert_eq!(types(&events), ["answered", "complained"]);
        assert_eq!(world.cus_stage(), CusStage::Postmortem);
        assert!(world.cus("CUS-1").release.is_some());
        assert_eq!(world.due_about("CSD-1", DutyKind::AnswerComplaint), Some(9 + 24));
        let by_support = world.acting_as(&[Role::Support]).given(comment("CUS-1"));
        assert!(by_support.owes("CUS-1", DutyKind::AnswerComplaint));
        let answered = by_support.acting_as(&[Role::Engineering]).given(comment("CUS-1"));
        assert!(!answered.owes("CUS-1", DutyKind::AnswerComplaint));
    }

    #[test]
    fn given_a_complaint_then_assessing_or_deciding_again_answers_it() {
        let complained = || postmortem(Priority::Low, patch("8.2")).given(confirm("CSD-1", NotResolved));
        assert!(!complained().given(eng_assess(Impact::One)).owes("CUS-1", DutyKind::AnswerComplaint));
        assert!(!complained().given(patch("8.3")).owes("CUS-1", DutyKind::AnswerComplaint));
    }

    #[test]
    fn given_a_closing_without_a_fix_when_a_customer_complains_then_the_answer_is_owed_again() {
        let world = escalated(Priority::Low).given(close_as(Resolution::NotABug)).told(Audience::Support);
        let world = world.told(Audience::Customer);
        assert_eq!(world.csd_stage("CSD-1"), CsdStage::Resolved);
        let world = world.given(confirm("CSD-1", NotResolved));
        assert_eq!((world.cus_stage(), world.csd_stage("CSD-1")), (CusStage::Closed, CsdStage::Escalated));
        assert_eq!(world.kinds("CUS-1"), [DutyKind::TellCustomer, DutyKind::AnswerComplaint]);
        let world = world.told(Audience::Customer);
        assert_eq!(world.csd_stage("CSD-1"), CsdStage::Resolved);
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
    fn a_customer_who_could_not_be_reached_can_still_confirm() {
        let world = shipped(Priority::Low).given(confirm("CSD-1", Unreachable));
        let world = world.given(confirm("CSD-1", Resolved));
        assert_eq!(world.csd("CSD-1").answer, Some(Resolved));
        assert_eq!(world.refused(confirm("CSD-1", Resolved)).len(), 1);
        assert_eq!(world.refused(confirm("CSD-1", Unreachable)).len(), 1);
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
