//! Slipping a version: everything decided for it is decided anew, in one command (R20).

use super::decision::DecisionContext;
use super::{notify, release};
use crate::workflow::command::{Release, Slip};
use crate::workflow::key::Key;
use crate::workflow::names::is_same_version_or_none;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::tickets::Ticket;
use crate::workflow::tickets::cus::Cus;
use crate::workflow::vocabulary::Decision;

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Slip) -> Result<(), Refusal> {
    let slipping = slipping(cx, &command.from);
    if slipping.is_empty() {
        return Err(Refusal::bare(vec![Failure::NothingToSlip { version: command.from.clone() }]));
    }
    for (cus, decision) in &slipping {
        let revision = Release {
            cus: cus.clone(),
            decision: *decision,
            fix_version: Some(command.to.clone()),
            target_date: command.target_date,
            resolution: None,
            fixed_by: Vec::new(),
            recalls: false,
            note: Some(command.note.clone()),
        };
        release::decide(cx, &revision)?;
    }
    for (cus, _) in slipping.into_iter().filter(|_| command.notify) {
        notify::tell_if_owed(cx, cus)?;
    }
    Ok(())
}

/// Returns the unshipped tickets decided for this version, with the decision on each.
fn slipping(cx: &DecisionContext<'_>, version: &str) -> Vec<(Key, Decision)> {
    let awaits = |cus: &Cus| {
        let release = cus.release.as_ref().filter(|_| !cus.is_closed())?;
        let is_it = is_same_version_or_none(release.fix_version.as_deref(), Some(version)) && release.shipped.is_none();
        is_it.then(|| (cus.key.clone(), release.decision))
    };
    let tickets = cx.tickets.all.iter();
    tickets
        .filter_map(|ticket| match ticket {
            Ticket::Cus(cus) => awaits(cus),
            Ticket::Csd(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::rule::Rule;
    use crate::workflow::tests::given::{
        assess, backlog, decided, eng_assess, escalate, foreign_bug, next_release, patch, postmortem, promised, report,
        ship, tell,
    };
    use crate::workflow::tests::kit::{World, key, messages, rules, types};
    use crate::workflow::vocabulary::{Audience, Impact, Priority, Role, Via};

    fn slip(from: &str, to: &str) -> Slip {
        Slip {
            from: from.to_owned(),
            to: to.to_owned(),
            target_date: NaiveDate::from_ymd_opt(2026, 6, 1),
            note: "The tests fail".to_owned(),
            notify: false,
        }
    }

    /// `CUS-1` and `CUS-2` are decided for 8.2, and everybody was told about the first.
    fn two_on_a_version() -> World {
        let about = |command: Release| Release { cus: key("CUS-2"), ..command };
        postmortem(Priority::Medium, next_release("8.2"))
            .given(report("Birch"))
            .given(assess("CSD-2"))
            .given(escalate(&["CSD-2"], Priority::Low))
            .given(crate::workflow::command::EngAssess { cus: key("CUS-2"), ..eng_assess(Impact::One) })
            .given(about(patch("8.2")))
    }

    #[test]
    fn given_tickets_on_a_version_when_it_slips_then_all_of_them_are_revised_and_keep_their_decision() {
        let mut world = two_on_a_version();
        let events = world.when(slip("8.2", "8.3"));
        assert_eq!(types(&events), ["release-decided", "release-decided"]);
        for (cus, decision) in [("CUS-1", Decision::NextRelease), ("CUS-2", Decision::Patch)] {
            let release = world.cus(cus).release.clone().unwrap();
            assert_eq!((release.decision, release.fix_version.as_deref()), (decision, Some("8.3")));
            assert_eq!(release.target_date, NaiveDate::from_ymd_opt(2026, 6, 1));
        }
    }

    #[test]
    fn given_customers_who_were_told_when_it_slips_then_support_is_owed_the_word_again() {
        let mut world = two_on_a_version();
        assert!(!world.owes("CUS-1", DutyKind::TellSupport));
        world.when(slip("8.2", "8.3"));
        assert!(world.owes("CUS-1", DutyKind::TellSupport));
    }

    #[test]
    fn given_an_unknown_role_when_it_slips_with_notices_then_support_and_customers_are_told_at_once() {
        let mut world = two_on_a_version();
        let events = world.when(Slip { notify: true, ..slip("8.2", "8.3") });
        let told = messages(&events);
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told.iter().all(|text| text.contains("8.3")), "{told:?}");
        assert!(!world.owes("CUS-1", DutyKind::TellSupport) && !world.owes("CUS-1", DutyKind::TellCustomer));
    }

    #[test]
    fn given_engineering_when_it_slips_with_notices_then_the_customers_are_left_to_support() {
        let mut world = two_on_a_version().acting_as(&[Role::Engineering]);
        world.when(Slip { notify: true, ..slip("8.2", "8.3") });
        assert!(!world.owes("CUS-1", DutyKind::TellSupport));
        assert!(world.owes("CUS-1", DutyKind::TellCustomer));
    }

    #[test]
    fn given_a_customer_who_cannot_be_told_when_it_slips_with_notices_then_nothing_slips() {
        let mut world = two_on_a_version();
        world.context.notice_settings.customer.via = Via::Smtp;
        let failures = world.refused(Slip { notify: true, ..slip("8.2", "8.3") });
        assert_eq!(failures, [Failure::NoAddress { csd: key("CSD-1") }]);
    }

    #[test]
    fn given_a_ticket_without_customers_when_it_slips_with_notices_then_nobody_is_told() {
        let import = crate::workflow::tests::given::import(foreign_bug());
        let mut world = World::new().given(import).eng_assessed().given(patch("8.2"));
        assert_eq!(types(&world.when(Slip { notify: true, ..slip("8.2", "8.3") })), ["release-decided"]);
    }

    #[test]
    fn given_a_ticket_that_has_shipped_when_the_version_slips_then_it_stays() {
        let mut world = two_on_a_version().given(ship());
        world.when(slip("8.2", "8.3"));
        assert_eq!(world.cus("CUS-1").release.as_ref().unwrap().fix_version.as_deref(), Some("8.2"));
        assert_eq!(world.cus("CUS-2").release.as_ref().unwrap().fix_version.as_deref(), Some("8.3"));
    }

    #[test]
    fn given_nothing_on_the_version_then_it_cannot_slip() {
        for world in [decided(Priority::Low, backlog()), decided(Priority::Low, patch("8.1"))] {
            assert_eq!(rules(&world.refused(slip("8.2", "8.3"))), [Rule::R20]);
        }
    }

    #[test]
    fn given_the_same_version_and_date_then_nothing_slips() {
        let world = decided(Priority::Low, promised(0, next_release("8.2"))).given(tell(Audience::Support));
        let date = world.cus("CUS-1").release.as_ref().unwrap().target_date;
        let same = Slip { target_date: date, ..slip("8.2", "8.2") };
        assert_eq!(rules(&world.refused(same)), [Rule::R20]);
        world.given(slip("8.2", "8.2"));
    }

    #[test]
    fn given_support_when_it_wants_to_let_a_version_slip_then_it_may_not() {
        let world = two_on_a_version().acting_as(&[Role::Support]);
        assert!(world.refusal(slip("8.2", "8.3")).is_illegal());
    }
}
