//! Reopening, and complaints (R25).

use super::decision::DecisionContext;
use crate::workflow::command::Reopen;
use crate::workflow::event::{Answered, AnsweredTexts, Complained, ComplainedTexts, Reopened, ReopenedTexts};
use crate::workflow::key::Key;
use crate::workflow::refusal::Refusal;
use crate::workflow::step::Step;
use crate::workflow::tickets::Ticket;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::cus::Cus;
use crate::workflow::vocabulary::AnswerKind;

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Reopen) -> Result<(), Refusal> {
    cx.require(&command.key, Step::Reopen)?;
    let note = Some(&command.note);
    match cx.tickets.ticket(&command.key).cloned() {
        Some(Ticket::Cus(cus)) => back_to_engineering(cx, &cus, note, command.recalls),
        Some(Ticket::Csd(csd)) => match csd.cus.as_ref().and_then(|cus| cx.tickets.cus(cus)).cloned() {
            None => reopen_csd(cx, &csd.id, note),
            Some(cus) => not_resolved(cx, &cus, &csd.id, note, command.recalls),
        },
        None => {}
    }
    Ok(())
}

/// Records that a customer says it is not resolved. After the fix has shipped, or the ticket was closed as fixed, it goes
/// back to Engineering; before that, and after a closing under R26, it is a complaint, and the decision stands.
pub(super) fn not_resolved(cx: &mut DecisionContext<'_>, cus: &Cus, csd: &Key, note: Option<&String>, recalls: bool) {
    let texts = AnsweredTexts { note: note.cloned() };
    cx.record(&cus.key, Answered { csd: csd.clone(), answer: AnswerKind::NotResolved, texts });
    if cus.is_shipped() && !cus.is_answered() {
        if let Some(cus) = cx.tickets.cus(&cus.key).cloned() {
            back_to_engineering(cx, &cus, note, recalls);
        }
    } else {
        cx.record(&cus.key, Complained { csd: csd.clone(), texts: ComplainedTexts { note: note.cloned() } });
    }
    if cx.tickets.csd(csd).is_some_and(Csd::is_resolved) {
        reopen_csd(cx, csd, note);
    }
}

/// Brings a CUS ticket back to Engineering. What others have confirmed stays, unless what had shipped is recalled; the CSD
/// tickets that were resolved without a customer's answer are open again.
fn back_to_engineering(cx: &mut DecisionContext<'_>, cus: &Cus, note: Option<&String>, recalls: bool) {
    cx.record(&cus.key, Reopened { recalls, texts: ReopenedTexts { note: note.cloned() } });
    open_unanswered(cx, &cus.key, note);
}

/// Opens the CSD tickets of customers who are not answered any more.
pub(super) fn open_unanswered(cx: &mut DecisionContext<'_>, cus: &Key, note: Option<&String>) {
    let links = cx.tickets.cus(cus).map(|cus| cus.links.clone()).unwrap_or_default();
    for link in links.iter().filter(|link| !link.is_decided()) {
        if cx.tickets.csd(&link.csd).is_some_and(Csd::is_resolved) {
            reopen_csd(cx, &link.csd, note);
        }
    }
}

fn reopen_csd(cx: &mut DecisionContext<'_>, csd: &Key, note: Option<&String>) {
    cx.record(csd, Reopened { recalls: false, texts: ReopenedTexts { note: note.cloned() } });
}

#[cfg(test)]
mod tests {
    use crate::workflow::command::{Assess, Reopen};
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::refusal::Failure;
    use crate::workflow::rule::Rule;
    use crate::workflow::tests::given::{
        assess, close_as, closed, decided, duplicate_of, eng_assess, escalate, escalated, patch, postmortem, reopen,
        report, reported, resolve, send_back, shipped, two_escalated,
    };
    use crate::workflow::tests::kit::rules;
    use crate::workflow::tickets::stage::{CsdStage, CusStage};
    use crate::workflow::vocabulary::{Audience, ChecklistItem, Handler, Impact, Priority, Resolution, Role};

    #[test]
    fn support_engineering_and_product_may_reopen() {
        for role in [Role::Support, Role::Engineering, Role::Product] {
            let world = closed(Priority::Low).acting_as(&[role]).given(reopen("CUS-1"));
            assert_eq!(world.cus_stage(), CusStage::Escalated);
        }
        let world = closed(Priority::Low).acting_as(&[Role::Marketing, Role::ClientServices]);
        assert_eq!(rules(&world.refused(reopen("CUS-1"))), [Rule::R28]);
    }

    #[test]
    fn what_is_with_engineering_already_cannot_be_reopened() {
        for world in [
            escalated(Priority::Low),
            escalated(Priority::Low).given(send_back(&[ChecklistItem::Steps])),
            escalated(Priority::Low).eng_assessed(),
        ] {
            assert!(matches!(world.refused(reopen("CUS-1"))[..], [Failure::WrongStage { .. }]));
        }
        for world in [decided(Priority::Low, patch("8.2")), shipped(Priority::Low)] {
            assert_eq!(world.given(reopen("CUS-1")).cus_stage(), CusStage::Escalated);
        }
    }

    #[test]
    fn given_a_decision_when_it_is_reopened_then_an_assessment_and_the_word_are_owed() {
        let world = two_escalated(Priority::High).given(eng_assess(Impact::Large)).given(patch("8.2"));
        let world = world.told(Audience::Support).at(30).given(reopen("CUS-1"));
        assert_eq!(world.due("CUS-1", DutyKind::EngAssess), Some(30 + 24));
        assert_eq!(world.due_about("CSD-1", DutyKind::TellSupport), Some(30 + 4));
        let world = world.at(31).given(eng_assess(Impact::Large));
        assert_eq!(world.due("CUS-1", DutyKind::AlertProduct), Some(4), "what is owed keeps its due time");
        assert_eq!(world.due("CUS-1", DutyKind::TellMarketing), Some(24));
    }

    #[test]
    fn a_decision_of_the_same_promise_is_told_afresh_after_reopening() {
        let world = shipped(Priority::Low).given(reopen("CUS-1")).eng_assessed().at(40).given(patch("8.2"));
        assert!(!world.cus("CUS-1").is_shipped());
        assert_eq!(world.due_about("CSD-1", DutyKind::TellSupport), Some(72));
        let world = world.told(Audience::Support);
        assert!(world.owes("CUS-1", DutyKind::TellCustomer));
    }

    #[test]
    fn who_was_told_that_there_is_no_fix_is_open_again() {
        let world = two_escalated(Priority::Low).given(close_as(Resolution::NotABug));
        let world = world.told(Audience::Support).told(Audience::Customer);
        assert_eq!(world.csd_stage("CSD-2"), CsdStage::Resolved);
        let world = world.given(reopen("CUS-1"));
        assert_eq!((world.csd_stage("CSD-1"), world.csd_stage("CSD-2")), (CsdStage::Escalated, CsdStage::Escalated));
        assert_eq!(world.cus("CUS-1").closing, None);
    }

    #[test]
    fn reopening_the_ticket_itself_keeps_what_customers_confirmed() {
        let world = closed(Priority::Low).given(reopen("CUS-1"));
        assert!(world.link("CSD-1").is_decided());
        assert_eq!(world.csd_stage("CSD-1"), CsdStage::Resolved);
    }

    #[test]
    fn reopening_a_customers_ticket_takes_its_confirmation_back() {
        let world = closed(Priority::Low).given(reopen("CSD-1"));
        assert!(!world.link("CSD-1").is_decided());
        assert_eq!((world.csd_stage("CSD-1"), world.cus_stage()), (CsdStage::Escalated, CusStage::Escalated));
        assert!(matches!(
            postmortem(Priority::Low, patch("8.2")).refused(reopen("CSD-1"))[..],
            [Failure::WrongStage { .. }]
        ));
    }

    #[test]
    fn what_was_resolved_outside_engineering_goes_back_to_who_handled_it() {
        let world = reported().given(Assess { handled_by: Handler::Product, ..assess("CSD-1") });
        let world = world.given(resolve("CSD-1")).at(9).given(reopen("CSD-1"));
        assert_eq!(world.csd_stage("CSD-1"), CsdStage::Handled);
        assert_eq!(world.csd("CSD-1").resolution, None);
        assert_eq!(world.due("CSD-1", DutyKind::Resolve), Some(9 + 5 * 24));
    }

    #[test]
    fn given_a_recall_then_those_who_had_confirmed_are_asked_again() {
        let kept = closed(Priority::Low).given(reopen("CUS-1"));
        assert!(kept.link("CSD-1").is_decided());
        let recalled = closed(Priority::Low).given(Reopen { recalls: true, ..reopen("CUS-1") });
        assert!(!recalled.link("CSD-1").is_decided());
        assert_eq!(recalled.csd_stage("CSD-1"), CsdStage::Escalated);
        assert!(recalled.owes("CUS-1", DutyKind::TellSupport));
    }

    #[test]
    fn a_ticket_whose_customers_have_all_left_cannot_be_reopened() {
        let withdrawn = escalated(Priority::Low).given(close_as(Resolution::Withdrawn));
        assert_eq!(rules(&withdrawn.refused(reopen("CUS-1"))), [Rule::R25]);
        let world = escalated(Priority::Low).given(report("Birch")).given(assess("CSD-2"));
        let world = world.given(escalate(&["CSD-2"], Priority::Low)).given(duplicate_of("CUS-2"));
        assert_eq!(rules(&world.refused(reopen("CUS-1"))), [Rule::R25]);
    }
}
