//! Setting and lifting upgrade holds (R10, R30).

use super::decision::{DecisionContext, refuse_if};
use crate::workflow::command::{Hold, LiftHold};
use crate::workflow::event::{HoldLifted, HoldLiftedTexts, HoldSet, HoldSetTexts};
use crate::workflow::field::Field;
use crate::workflow::names::version_form;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::rule::Rule;
use crate::workflow::step::Step;
use crate::workflow::tickets::cus::Cus;

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Hold) -> Result<(), Refusal> {
    let cus = cx.cus(&command.cus, Step::Hold)?;
    refuse_if(Step::Hold, &cus.key, unnamed(command.version.as_deref(), Field::ProductVersion).into_iter().collect())?;
    let texts = HoldSetTexts { note: Some(command.note.clone()) };
    cx.record(&cus.key, HoldSet { version: command.version.clone(), texts });
    Ok(())
}

pub(super) fn lift(cx: &mut DecisionContext<'_>, command: &LiftHold) -> Result<(), Refusal> {
    let cus = cx.cus(&command.cus, Step::LiftHold)?;
    if let Some(version) = &command.version {
        let failure = unnamed(Some(version), Field::ProductVersion).or_else(|| not_held_alone(&cus, version));
        refuse_if(Step::LiftHold, &cus.key, failure.into_iter().collect())?;
    }
    let texts = HoldLiftedTexts { note: Some(command.note.clone()) };
    cx.record(&cus.key, HoldLifted { version: command.version.clone(), texts });
    Ok(())
}

/// What a version without a name lacks: it must not come to stand for all.
pub(super) fn unnamed(version: Option<&str>, field: Field) -> Option<Failure> {
    version.filter(|version| version_form(version).is_empty()).map(|_| Failure::Missing { rule: Rule::R10, field })
}

/// Why the hold of that version cannot be lifted by itself.
fn not_held_alone(cus: &Cus, version: &str) -> Option<Failure> {
    if cus.hold_of(None).is_some() {
        Some(Failure::HoldsAll { cus: cus.key.clone(), version: version.to_owned() })
    } else if cus.hold_of(Some(version)).is_none() {
        let held = cus.holds.iter().filter_map(|hold| hold.version.clone()).collect();
        Some(Failure::NotHeld { cus: cus.key.clone(), version: version.to_owned(), held })
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use crate::workflow::command::{Hold, HoldRequest, Join, LiftHold};
    use crate::workflow::field::Field;
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::refusal::Failure;
    use crate::workflow::rule::Rule;
    use crate::workflow::tests::given::{
        assess, close, closed, confirmed, decided, escalated, hold, join, lift, patch, postmortem, reopen, report,
        send_back, ship,
    };
    use crate::workflow::tests::kit::{World, hour, key, rules, types};
    use crate::workflow::vocabulary::{ChecklistItem, Priority, Role, Word};

    fn held(world: &World) -> Vec<Option<&str>> {
        world.cus("CUS-1").holds.iter().map(|hold| hold.version.as_deref()).collect()
    }

    fn lift_of(version: &str) -> LiftHold {
        LiftHold { version: Some(version.to_owned()), ..lift() }
    }

    /// `CSD-2` of Birch, given to Engineering, joins with a wish to hold that version.
    fn joined_with(world: World, version: Option<&str>) -> World {
        let world = world.given(report("Birch")).given(assess("CSD-2"));
        world.given(Join { hold: Some(HoldRequest { version: version.map(str::to_owned) }), ..join("CSD-2") })
    }

    #[test]
    fn a_hold_is_set_at_any_open_stage_by_anyone() {
        let worlds = || {
            [
                escalated(Priority::Low),
                escalated(Priority::Low).given(send_back(&[ChecklistItem::Steps])),
                escalated(Priority::Low).eng_assessed(),
                decided(Priority::Low, patch("8.2")),
                postmortem(Priority::Low, patch("8.2")),
            ]
        };
        for role in Role::ALL {
            for world in worlds() {
                let world = world.at(4).acting_as(&[*role]).given(hold(Some("8.1")));
                let held = &world.cus("CUS-1").holds;
                assert_eq!((held.len(), held[0].version.as_deref(), held[0].since), (1, Some("8.1"), hour(4)));
            }
        }
        assert!(matches!(closed(Priority::Low).refused(hold(None))[..], [Failure::WrongStage { .. }]));
    }

    #[test]
    fn holds_add_up_and_setting_one_frees_no_other() {
        let world = escalated(Priority::Low).given(hold(None)).acting_as(&[Role::Marketing]).given(hold(Some("none")));
        assert_eq!(held(&world), [None, Some("none")]);
        let world = joined_with(escalated(Priority::Low).given(hold(Some("8.1"))), Some("8.2"));
        assert_eq!(held(&world), [Some("8.1"), Some("8.2")]);
    }

    #[test]
    fn setting_it_again_keeps_since_when_and_the_first_spelling() {
        let world = escalated(Priority::Low).at(4).given(hold(Some("8.1")));
        let world = world.at(9).given(Hold { note: "Worse".to_owned(), ..hold(Some("V8.1.0")) });
        let held = world.cus("CUS-1").holds.clone();
        assert_eq!((held.len(), held[0].since, held[0].version.as_deref()), (1, hour(4), Some("8.1")));
        assert_eq!(held[0].note.as_deref(), Some("Worse"));
    }

    #[test]
    fn a_version_without_a_name_does_not_stand_for_all() {
        let world = escalated(Priority::Low).given(hold(Some("8.1")));
        let missing = |field| [Failure::Missing { rule: Rule::R10, field }];
        assert_eq!(world.refused(hold(Some(" "))), missing(Field::ProductVersion));
        assert_eq!(world.refused(lift_of("")), missing(Field::ProductVersion));
        let world = world.given(report("Birch")).given(assess("CSD-2"));
        let unnamed = Join { hold: Some(HoldRequest { version: Some(String::new()) }), ..join("CSD-2") };
        assert_eq!(world.refused(unnamed), missing(Field::HoldVersion));
    }

    #[test]
    fn holds_are_lifted_by_engineering_or_product() {
        for role in [Role::Engineering, Role::Product] {
            let world = escalated(Priority::Low).given(hold(None)).given(hold(Some("8.1")));
            assert!(held(&world.acting_as(&[role]).given(lift())).is_empty());
        }
        for role in [Role::Support, Role::ClientServices, Role::Marketing] {
            let world = escalated(Priority::Low).given(hold(None)).acting_as(&[role]);
            assert_eq!(rules(&world.refused(lift())), [Rule::R28]);
            assert_eq!(rules(&world.refused(lift_of("8.1"))), [Rule::R28]);
        }
        let failures = escalated(Priority::Low).refused(lift());
        assert_eq!(failures, [Failure::NoHold { cus: key("CUS-1") }]);
        assert_eq!(rules(&failures), [Rule::R10]);
    }

    #[test]
    fn one_version_is_lifted_and_the_others_stay() {
        let world = escalated(Priority::Low).given(hold(Some("8.1"))).given(hold(Some("8.2")));
        assert_eq!(held(&world.clone().given(lift_of("v8.1.0"))), [Some("8.2")]);
        let not_held = Failure::NotHeld {
            cus: key("CUS-1"),
            version: "8.3".to_owned(),
            held: vec!["8.1".to_owned(), "8.2".to_owned()],
        };
        assert_eq!(not_held.to_string(), "it does not hold upgrades of `8.3`, only of `8.1` and `8.2`");
        assert_eq!(world.refused(lift_of("8.3")), [not_held]);
    }

    #[test]
    fn one_version_is_not_lifted_while_all_are_held() {
        for world in [
            escalated(Priority::Low).given(hold(None)),
            escalated(Priority::Low).given(hold(Some("8.1"))).given(hold(None)),
        ] {
            let failures = world.refused(lift_of("8.1"));
            assert_eq!(failures, [Failure::HoldsAll { cus: key("CUS-1"), version: "8.1".to_owned() }]);
            assert_eq!(rules(&failures), [Rule::R10]);
        }
    }

    #[test]
    fn they_end_with_the_ticket_and_reopening_does_not_restore_them() {
        let world = confirmed(Priority::Low).given(hold(None)).given(hold(Some("8.1"))).given(close());
        assert!(held(&world).is_empty());
        assert_eq!(world.cus("CUS-1").ended_holds.len(), 2);
        let world = world.given(reopen("CUS-1"));
        assert!(held(&world).is_empty() && world.cus("CUS-1").ended_holds.is_empty());
    }

    #[test]
    fn shipping_with_a_hold_owes_lift_or_say_why_not() {
        let held = || decided(Priority::High, patch("8.2")).given(hold(None));
        assert!(!held().owes("CUS-1", DutyKind::LiftHold));
        let shipped = || held().at(6).given(ship());
        assert_eq!(shipped().due("CUS-1", DutyKind::LiftHold), Some(6 + 24));
        let owed = shipped().owed("CUS-1");
        let owed = owed.iter().find(|owed| owed.duty.kind == DutyKind::LiftHold).unwrap();
        assert_eq!(owed.by, Role::Engineering);
        assert!(!shipped().given(lift()).owes("CUS-1", DutyKind::LiftHold));
        assert!(!decided(Priority::High, patch("8.2")).given(ship()).owes("CUS-1", DutyKind::LiftHold));
    }

    #[test]
    fn a_hold_set_again_with_a_note_by_engineering_or_product_is_the_reason() {
        let shipped = || decided(Priority::High, patch("8.2")).given(hold(None)).given(ship());
        for role in Role::ALL {
            let world = shipped().acting_as(&[*role]).given(hold(None));
            let is_reason = matches!(role, Role::Engineering | Role::Product);
            assert_eq!(world.owes("CUS-1", DutyKind::LiftHold), !is_reason, "{role}");
        }
        let world = shipped().given(hold(None)).at(8).given(patch("8.3")).given(ship());
        assert_eq!(world.due("CUS-1", DutyKind::LiftHold), Some(8 + 24));
    }

    #[test]
    fn each_hold_needs_its_own_reason() {
        let world =
            decided(Priority::High, patch("8.2")).given(hold(Some("8.0"))).given(hold(Some("8.1"))).given(ship());
        let world = world.given(hold(Some("8.0")));
        assert!(world.owes("CUS-1", DutyKind::LiftHold));
        assert!(!world.clone().given(hold(Some("8.1"))).owes("CUS-1", DutyKind::LiftHold));
        assert!(!world.given(lift_of("8.1")).owes("CUS-1", DutyKind::LiftHold));
    }

    #[test]
    fn a_hold_that_a_joiner_brings_is_no_reason() {
        let world = joined_with(decided(Priority::High, patch("8.2")).given(hold(None)).given(ship()), None);
        assert!(world.owes("CUS-1", DutyKind::LiftHold));
    }

    #[test]
    fn each_step_is_one_entry() {
        let mut world = escalated(Priority::Low);
        assert_eq!(types(&world.when(hold(Some("8.1")))), ["hold-set"]);
        assert_eq!(types(&world.when(lift_of("8.1"))), ["hold-lifted"]);
    }
}
