//! A delivery that came back is void (R29): what it told is not told, and what it settled is owed from now on.

use super::decision::{DecisionContext, wrong_kind};
use crate::workflow::command::CameBack;
use crate::workflow::event::{NoticeCameBack, NoticeCameBackTexts};
use crate::workflow::key::Key;
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::step::Step;
use crate::workflow::tickets::cus::{Cus, Notice};
use crate::workflow::vocabulary::{Kind, Role};

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &CameBack) -> Result<(), Refusal> {
    let Some(ticket) = cx.tickets.ticket(&command.cus).cloned() else {
        return Err(wrong_kind(Step::CameBack, &command.cus, Kind::Cus));
    };
    let id = ticket.id().clone();
    let roles = &cx.context.roles;
    let mut failures = Vec::new();
    if !roles.is_empty() && !roles.contains(&Role::Support) {
        failures.push(Failure::WrongRole { needed: vec![Role::Support], has: roles.clone() });
    }
    let notice = ticket.notice(command.notice).filter(|notice| notice.told_at().is_some());
    if notice.is_none() {
        failures.push(Failure::NotDelivered { cus: id.clone(), notice: command.notice });
    }
    let Some(notice) = notice.filter(|_| failures.is_empty()) else {
        return Err(Refusal::of(Step::CameBack, &id, failures));
    };
    cx.role = roles.contains(&Role::Support).then_some(Role::Support);
    let fact = |reopens, reason| NoticeCameBack {
        cus: id.clone(),
        notice: notice.number,
        reopens,
        texts: NoticeCameBackTexts { reason },
    };
    let about = notice.csd.as_ref().filter(|csd| **csd != id);
    let reopens = about.is_some_and(|csd| cx.tickets.cus(&id).is_some_and(|cus| resolved(cx, cus, notice, csd)));
    cx.record(&id, fact(false, command.reason.clone()));
    if let Some(csd) = about {
        cx.record(csd, fact(reopens, None));
    }
    Ok(())
}

/// Whether the notice is what resolved the customer's ticket: the answer of R26, and nothing that was told or said since.
fn resolved(cx: &DecisionContext<'_>, cus: &Cus, notice: &Notice, csd: &Key) -> bool {
    let settles = |other: &&Notice| other.csd.as_ref() == Some(csd) && other.settles.contains(&DutyKind::TellCustomer);
    let told = cus.notices.iter().filter(settles).filter(|other| other.told_at().is_some());
    let is_last = told.max_by_key(|other| (other.told_at(), other.number)).is_some_and(|last| last == notice);
    cus.is_answered() && is_last && cx.tickets.csd(csd).is_some_and(|csd| csd.is_resolved() && csd.answer.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::command::{Deliver, Notify, Report};
    use crate::workflow::tests::given::{assess, close_as, eng_assess, escalate, patch, report, ship, tell};
    use crate::workflow::tests::kit::{World, key, types};
    use crate::workflow::tickets::cus::NoticeStatus;
    use crate::workflow::tickets::stage::CsdStage;
    use crate::workflow::vocabulary::{Audience, Impact, Priority, Resolution, Via};

    fn mailed(to: Audience) -> Notify {
        Notify { via: Some(Via::Smtp), ..tell(to) }
    }

    fn delivered(notice: u32) -> Deliver {
        Deliver { cus: key("CUS-1"), notice, receipt: "250 queued".to_owned() }
    }

    fn came_back(notice: u32) -> CameBack {
        CameBack { cus: key("CUS-1"), notice, reason: Some("550 no such user".to_owned()) }
    }

    /// Support was told, and the customer by a mail, notice 2, at the hour 100.
    fn told() -> World {
        let reported = Report { contact: Some("Ada <ada@example.com>".to_owned()), ..report("Alder") };
        let world = World::new().given(reported).given(assess("CSD-1")).given(escalate(&["CSD-1"], Priority::Low));
        let world = world.given(eng_assess(Impact::One)).given(patch("8.2")).told(Audience::Support);
        world.at(100).given(mailed(Audience::Customer)).given(delivered(2))
    }

    #[test]
    fn what_it_settled_is_owed_from_then() {
        let world = told();
        assert!(!world.owes("CUS-1", DutyKind::TellCustomer));
        let mut world = world.at(200);
        let events = world.when(came_back(2));
        assert_eq!(types(&events), ["notice-came-back", "notice-came-back"]);
        assert!(world.owes("CUS-1", DutyKind::TellCustomer) && world.link("CSD-1").customer_told.is_none());
        let owed = world.owed("CUS-1").into_iter().find(|owed| owed.duty.kind == DutyKind::TellCustomer).unwrap();
        assert_eq!(owed.begins, crate::workflow::tests::kit::hour(200));
        assert!(matches!(world.cus("CUS-1").notice(2).unwrap().status, NoticeStatus::CameBack { .. }));
        let world = world.given(mailed(Audience::Customer)).given(delivered(3));
        assert!(!world.owes("CUS-1", DutyKind::TellCustomer));
    }

    #[test]
    fn what_was_told_since_stays_told() {
        let world = told().given(patch("8.3")).told(Audience::Support).told(Audience::Customer).given(came_back(2));
        assert!(!world.owes("CUS-1", DutyKind::TellCustomer));
    }

    #[test]
    fn what_was_told_before_is_told_again_no_more_than_it_was() {
        let world = told().given(ship()).told(Audience::Support).given(mailed(Audience::Customer)).given(delivered(4));
        let world = world.given(came_back(4));
        assert!(world.owes("CUS-1", DutyKind::TellCustomer) && !world.owes("CUS-1", DutyKind::Confirm));
        assert_eq!(world.link("CSD-1").customer_told.unwrap().facts, 1);
    }

    #[test]
    fn a_ticket_that_it_resolved_is_escalated_again() {
        let world = told().given(close_as(Resolution::WontFix)).told(Audience::Support);
        let world = world.given(mailed(Audience::Customer)).given(delivered(4));
        assert_eq!(world.csd_stage("CSD-1"), CsdStage::Resolved);
        let world = world.given(came_back(4));
        assert_eq!(world.csd_stage("CSD-1"), CsdStage::Escalated);
        assert!(world.owes("CUS-1", DutyKind::TellCustomer));
    }

    #[test]
    fn only_what_was_told_comes_back_and_only_once() {
        let world = told().given(came_back(2));
        for notice in [2, 9] {
            assert_eq!(world.refused(came_back(notice)), [Failure::NotDelivered { cus: key("CUS-1"), notice }]);
        }
        let product = told().acting_as(&[Role::Product]);
        assert!(matches!(product.refused(came_back(2))[..], [Failure::WrongRole { .. }]));
    }
}
