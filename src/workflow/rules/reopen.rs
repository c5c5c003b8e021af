//! Reopening (R25).

use super::decision::DecisionContext;
use crate::workflow::command::Reopen;
use crate::workflow::event::{Answered, AnsweredTexts, Reopened, ReopenedTexts};
use crate::workflow::key::Key;
use crate::workflow::refusal::Refusal;
use crate::workflow::step::Step;
use crate::workflow::tickets::Ticket;
use crate::workflow::tickets::stage::CusStage;
use crate::workflow::vocabulary::AnswerKind;

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Reopen) -> Result<(), Refusal> {
    cx.require(&command.key, Step::Reopen)?;
    let note = Some(&command.note);
    match cx.tickets.ticket(&command.key).cloned() {
        Some(Ticket::Cus(cus)) => back_to_engineering(cx, &cus.key, None, note),
        Some(Ticket::Csd(csd)) => match &csd.cus {
            None => cx.record(&csd.id, Reopened { texts: ReopenedTexts { note: Some(command.note.clone()) } }),
            Some(cus) => {
                let answered = Answered {
                    csd: csd.id.clone(),
                    answer: AnswerKind::NotResolved,
                    texts: AnsweredTexts { note: Some(command.note.clone()) },
                };
                cx.record(cus, answered);
                back_to_engineering(cx, cus, Some(&csd.id), note);
            }
        },
        None => {}
    }
    Ok(())
}

/// Brings a CUS ticket back to Engineering, unless it is there already. What others have confirmed stays; the
/// complaining ticket, and those that were resolved without a customer's answer, are open again.
pub(super) fn back_to_engineering(
    cx: &mut DecisionContext<'_>,
    cus: &Key,
    complaining: Option<&Key>,
    note: Option<&String>,
) {
    let reopened = || Reopened { texts: ReopenedTexts { note: note.cloned() } };
    let Some(ticket) = cx.tickets.cus(cus).cloned() else {
        return;
    };
    match ticket.stage {
        CusStage::ReleaseAssessed | CusStage::Postmortem | CusStage::Closed => cx.record(cus, reopened()),
        CusStage::Escalated | CusStage::Returned | CusStage::EngAssessed => {}
    }
    for link in ticket.links.iter().filter(|link| !link.is_decided()) {
        let is_resolved = cx.tickets.csd(&link.csd).is_some_and(|csd| csd.is_resolved());
        if is_resolved || complaining == Some(&link.csd) {
            cx.record(&link.csd, reopened());
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::workflow::command::Assess;
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
    fn engineering_owes_an_assessment_afresh_and_the_alert_stays_owed_with_its_due_time() {
        let world = two_escalated(Priority::High).given(eng_assess(Impact::Large)).given(patch("8.2"));
        let world = world.told(Audience::Support).at(30).given(reopen("CUS-1"));
        assert_eq!(world.kinds("CUS-1"), [DutyKind::EngAssess, DutyKind::AlertProduct, DutyKind::TellMarketing]);
        assert_eq!(world.due("CUS-1", DutyKind::EngAssess), Some(30 + 24));
        let world = world.at(31).given(eng_assess(Impact::Large));
        assert_eq!(world.due("CUS-1", DutyKind::AlertProduct), Some(4));
        assert_eq!(world.due("CUS-1", DutyKind::TellMarketing), Some(24));
        let world = world.told(Audience::Product).told(Audience::Marketing);
        assert_eq!(world.kinds("CUS-1"), [DutyKind::Release]);
    }

    #[test]
    fn a_decision_of_the_same_promise_is_told_afresh_after_reopening() {
        let world = shipped(Priority::Low).given(reopen("CUS-1")).eng_assessed().at(40).given(patch("8.2"));
        assert!(!world.cus("CUS-1").is_shipped());
        assert_eq!(world.due_about("CSD-1", DutyKind::TellSupport), Some(40 + 72));
        let world = world.told(Audience::Support);
        assert!(world.owes("CUS-1", DutyKind::TellCustomer));
    }

    #[test]
    fn what_support_was_told_before_the_reopening_is_not_owed_to_the_customer_after_it() {
        let world = decided(Priority::Low, patch("8.2")).told(Audience::Support);
        assert!(world.owes("CUS-1", DutyKind::TellCustomer));
        let world = world.given(reopen("CUS-1")).eng_assessed().given(patch("8.3"));
        assert_eq!(world.kinds("CUS-1"), [DutyKind::TellSupport]);
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
    fn what_was_resolved_outside_engineering_goes_back_to_assessed() {
        let world = reported().given(Assess { handled_by: Handler::Product, ..assess("CSD-1") });
        let world = world.given(resolve("CSD-1")).at(9).given(reopen("CSD-1"));
        assert_eq!(world.csd_stage("CSD-1"), CsdStage::Assessed);
        assert_eq!(world.csd("CSD-1").resolution, None);
        assert_eq!(world.due("CSD-1", DutyKind::Escalate), Some(9 + 24));
        assert_eq!(world.given(escalate(&["CSD-1"], Priority::Low)).cus_stage(), CusStage::Escalated);
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
