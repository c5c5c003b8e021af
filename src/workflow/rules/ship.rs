//! Shipping a fix (R30), for one ticket or for all that were decided for a version.

use super::decision::{DecisionContext, lines};
use crate::workflow::command::{Ship, ShipTarget};
use crate::workflow::event::{Shipped, ShippedTexts};
use crate::workflow::key::Key;
use crate::workflow::names::{distinct, is_same_version_or_none};
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::step::Step;
use crate::workflow::tickets::Ticket;
use crate::workflow::tickets::cus::Cus;
use crate::workflow::tickets::stage::CusStage;

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Ship) -> Result<(), Refusal> {
    let keys = match &command.target {
        ShipTarget::Ticket(key) => vec![key.clone()],
        ShipTarget::Version(version) => awaiting(cx, version)?,
    };
    for key in keys {
        let cus = cx.cus(&key, Step::Ship)?;
        let Some(fix_version) = cus.release.and_then(|release| release.fix_version) else {
            return Err(Refusal::of(Step::Ship, &cus.key, vec![Failure::NoFixVersion { cus: cus.key.clone() }]));
        };
        let texts = ShippedTexts { note: command.note.clone(), fixed_by: lines(&distinct(&command.fixed_by)) };
        cx.record(&cus.key, Shipped { fix_version, texts });
    }
    Ok(())
}

/// Returns the tickets that were decided for this version and have not shipped.
fn awaiting(cx: &DecisionContext<'_>, version: &str) -> Result<Vec<Key>, Refusal> {
    let awaits = |cus: &Cus| {
        matches!(cus.stage, CusStage::ReleaseAssessed | CusStage::Postmortem)
            && cus.release.as_ref().is_some_and(|release| {
                is_same_version_or_none(release.fix_version.as_deref(), Some(version)) && release.shipped.is_none()
            })
    };
    let keys: Vec<Key> = cx
        .tickets
        .all
        .iter()
        .filter_map(|ticket| match ticket {
            Ticket::Cus(cus) if awaits(cus) => Some(cus.key.clone()),
            Ticket::Cus(_) | Ticket::Csd(_) => None,
        })
        .collect();
    if keys.is_empty() {
        return Err(Refusal::bare(vec![Failure::NothingToShip { version: version.to_owned() }]));
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use crate::workflow::command::{EngAssess, Release};
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::refusal::Failure;
    use crate::workflow::rule::Rule;
    use crate::workflow::tests::given::{
        assess, backlog, closed, confirm, decided, eng_assess, escalate, escalated, next_release, patch, postmortem,
        promised, report, ship, ship_version, two_escalated,
    };
    use crate::workflow::tests::kit::{World, hour, key, rules, types};
    use crate::workflow::tickets::stage::CusStage;
    use crate::workflow::vocabulary::{AnswerKind, Audience, Impact, Priority, Role};

    #[test]
    fn a_fix_ships_from_a_decision_or_from_postmortem_and_the_stage_stays() {
        for world in [decided(Priority::Low, patch("8.2")), postmortem(Priority::Low, next_release("9.0"))] {
            let stage = world.cus_stage();
            let world = world.at(9).given(ship());
            assert_eq!(world.cus_stage(), stage);
            assert_eq!(world.cus("CUS-1").release.as_ref().unwrap().shipped, Some(hour(9)));
        }
        for world in [escalated(Priority::Low), escalated(Priority::Low).eng_assessed(), closed(Priority::Low)] {
            assert!(matches!(world.refused(ship())[..], [Failure::WrongStage { .. }]));
        }
    }

    #[test]
    fn what_has_no_version_cannot_ship_and_nothing_ships_twice() {
        let failures = decided(Priority::Low, backlog()).refused(ship());
        assert_eq!(failures, [Failure::NoFixVersion { cus: key("CUS-1") }]);
        let failures = decided(Priority::Low, patch("8.2")).given(ship()).refused(ship());
        assert_eq!(failures, [Failure::AlreadyShipped { cus: key("CUS-1") }]);
        assert_eq!(rules(&failures), [Rule::R30]);
    }

    #[test]
    fn shipping_is_recorded_by_engineering_or_product() {
        for role in [Role::Engineering, Role::Product] {
            assert_eq!(decided(Priority::Low, patch("8.2")).acting_as(&[role]).when(ship())[0].role, Some(role));
        }
        let world = decided(Priority::Low, patch("8.2")).acting_as(&[Role::Support]);
        assert_eq!(rules(&world.refused(ship())), [Rule::R28]);
    }

    #[test]
    fn support_and_then_each_customer_are_owed_the_word_and_the_unanswered_the_confirmation() {
        let world = two_escalated(Priority::High).eng_assessed().given(patch("8.2")).in_postmortem();
        let world = world.told(Audience::Customer).given(confirm("CSD-2", AnswerKind::Resolved));
        let world = world.at(50).given(ship());
        for csd in ["CSD-1", "CSD-2"] {
            assert_eq!(world.due_about(csd, DutyKind::TellSupport), Some(50 + 4));
        }
        let world = world.at(51).told(Audience::Support);
        assert_eq!(world.due_about("CSD-1", DutyKind::TellCustomer), Some(51 + 4));
        assert_eq!(world.due_about("CSD-2", DutyKind::TellCustomer), Some(51 + 4), "who answered before it shipped");
        assert!(!world.owes("CUS-1", DutyKind::Confirm));
        let world = world.at(52).told(Audience::Customer);
        assert_eq!(world.due_about("CSD-1", DutyKind::Confirm), Some(52 + 72));
        assert_eq!(world.due_about("CSD-2", DutyKind::Confirm), None);
    }

    #[test]
    fn confirmation_is_not_owed_before_the_fix_has_shipped() {
        assert_eq!(postmortem(Priority::High, patch("8.2")).kinds("CUS-1"), [DutyKind::Ship]);
    }

    #[test]
    fn shipping_ends_the_duty_of_shipping() {
        let world = postmortem(Priority::Low, promised(30, patch("8.2")));
        assert!(world.owes("CUS-1", DutyKind::Ship));
        assert!(!world.given(ship()).owes("CUS-1", DutyKind::Ship));
    }

    /// Three escalations: two for 8.2 and one for 9.0.
    fn three() -> World {
        let mut world = World::new();
        for (n, version) in [(1, "8.2"), (2, "9.0"), (3, "8.2")] {
            let (csd, cus) = (format!("CSD-{n}"), key(&format!("CUS-{n}")));
            world.when(report("Alder"));
            world.when(assess(&csd));
            world.when(escalate(&[csd.as_str()], Priority::Low));
            world.when(EngAssess { cus: cus.clone(), ..eng_assess(Impact::One) });
            world.when(Release { cus, ..patch(version) });
        }
        world
    }

    #[test]
    fn one_command_ships_all_that_were_decided_for_a_version() {
        let mut world = three();
        let events = world.when(ship_version("8.2"));
        assert_eq!(types(&events), ["shipped", "shipped"]);
        assert_eq!(["CUS-1", "CUS-2", "CUS-3"].map(|cus| world.cus(cus).is_shipped()), [true, false, true]);
        let failures = world.refused(ship_version("8.2"));
        assert_eq!(failures, [Failure::NothingToShip { version: "8.2".to_owned() }]);
    }

    #[test]
    fn a_version_that_nothing_awaits_is_refused() {
        assert_eq!(rules(&three().refused(ship_version("7.0"))), [Rule::R30]);
        let world = decided(Priority::Low, patch("8.2"));
        assert_eq!(world.cus_stage(), CusStage::ReleaseAssessed);
        assert_eq!(rules(&closed(Priority::Low).refused(ship_version("8.2"))), [Rule::R30]);
    }
}
