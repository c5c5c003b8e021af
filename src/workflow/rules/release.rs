//! Step 5: the release decision and its revisions (R16, R20).

use super::decision::{DecisionContext, lines, refuse_if};
use super::reopen;
use crate::workflow::command::Release as Decide;
use crate::workflow::context::Context;
use crate::workflow::event::{ReleaseDecided, ReleaseDecidedTexts};
use crate::workflow::field::Field;
use crate::workflow::names::{distinct, is_same_version_or_none, tidy};
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::rule::Rule;
use crate::workflow::step::Step;
use crate::workflow::tickets::cus::{Cus, Release};
use crate::workflow::vocabulary::Decision;

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Decide) -> Result<(), Refusal> {
    let cus = cx.cus(&command.cus, Step::Release)?;
    let version = command.fix_version.as_deref().filter(|version| !tidy(version).is_empty());
    let mut failures = Vec::new();
    match command.decision {
        Decision::Patch | Decision::NextRelease if version.is_none() => {
            failures.push(Failure::Missing { rule: Rule::R16, field: Field::FixVersion });
        }
        Decision::Backlog if version.is_some() => failures.push(Failure::VersionRefused),
        Decision::Backlog if command.target_date.is_some() => failures.push(Failure::TargetDateRefused),
        Decision::Patch | Decision::NextRelease | Decision::Backlog => {}
    }
    let fixed_by = distinct(&command.fixed_by);
    let names_others = !fixed_by.is_empty() && fixed_by != cus.fixed_by;
    let new = new_release(cx.context, &cus, command);
    if let Some(failure) = past(cx, &cus, command) {
        failures.push(failure);
    }
    let is_undated = is_repeated_undated(&cus, &new);
    let is_review = is_undated && command.note.is_some();
    if let Some(old) = &cus.release {
        let changes = !old.promises_the_same(&new) || old.resolution != new.resolution || names_others;
        if !changes && !is_review {
            failures.push(Failure::UnchangedDecision { is_undated });
        }
    }
    refuse_if(Step::Release, &cus.key, failures)?;
    cx.record(
        &cus.key,
        ReleaseDecided {
            decision: new.decision,
            fix_version: new.fix_version,
            target_date: new.target_date,
            target_ends: new.target_ends,
            zone: new.target_date.map(|_| cx.context.team_zone().to_string()),
            is_review,
            recalls: command.recalls,
            texts: ReleaseDecidedTexts {
                resolution: new.resolution,
                note: command.note.clone(),
                fixed_by: lines(&fixed_by),
            },
        },
    );
    reopen::open_unanswered(cx, &cus.key, command.note.as_ref());
    Ok(())
}

/// Returns what is wrong with a target date that is over already (R16); one that is in force stays as it is.
fn past(cx: &DecisionContext<'_>, cus: &Cus, command: &Decide) -> Option<Failure> {
    let date = command.target_date?;
    let is_in_force = cus.release.as_ref().is_some_and(|old| {
        (old.decision, &old.fix_version, old.target_date) == (command.decision, &command.fix_version, Some(date))
    });
    let today = cx.context.today();
    (date < today && !is_in_force).then_some(Failure::TargetDatePast { date, today })
}

/// Whether a decision without a date, whose fix has not shipped, is repeated: with a note that is its review (R20).
fn is_repeated_undated(cus: &Cus, new: &Release) -> bool {
    let waits = |old: &Release| old.target_date.is_none() && old.shipped.is_none();
    cus.release.as_ref().is_some_and(|old| waits(old) && old.promises_the_same(new))
}

/// Returns the decision to record. A repeated decision keeps the target date and the resolution that are not given
/// again; a new one starts without a date.
fn new_release(context: &Context, cus: &Cus, command: &Decide) -> Release {
    let old = cus.release.as_ref();
    let repeated = old.filter(|old| {
        let version = command.fix_version.as_deref();
        old.decision == command.decision && is_same_version_or_none(old.fix_version.as_deref(), version)
    });
    let (target_date, target_ends) = match (command.target_date, repeated) {
        (Some(date), Some(old)) if old.target_date == Some(date) => (Some(date), old.target_ends),
        (None, Some(old)) => (old.target_date, old.target_ends),
        (date, _) => (date, date.map(|date| context.team_zone().end_of(date))),
    };
    Release {
        decision: command.decision,
        fix_version: command.fix_version.clone(),
        target_date,
        target_ends,
        resolution: command.resolution.clone().or_else(|| old.and_then(|old| old.resolution.clone())),
        shipped: repeated.and_then(|old| old.shipped),
    }
}

#[cfg(test)]
mod tests {
    use crate::workflow::command::Release as Decide;
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::refusal::Failure;
    use crate::workflow::rule::Rule;
    use crate::workflow::tests::given::{
        backlog, closed, confirm, decided, eng_assess, escalated, next_release, patch, postmortem, promised, release,
        ship, shipped, two_escalated,
    };
    use crate::workflow::tests::kit::{World, hour, rules};
    use crate::workflow::tickets::stage::CusStage;
    use crate::workflow::vocabulary::{AnswerKind, Audience, Decision, Impact, Priority, Role};
    use crate::workflow::zone::Zone;

    fn assessed(priority: Priority) -> World {
        escalated(priority).eng_assessed()
    }

    /// Everything owed is done in Postmortem for two customers of a high-priority bug with a large impact.
    fn settled() -> World {
        let world = two_escalated(Priority::High).given(eng_assess(Impact::Large)).given(patch("8.2"));
        let world = world.in_postmortem().told(Audience::Customer);
        assert_eq!(world.kinds("CUS-1"), [DutyKind::Ship]);
        world
    }

    #[test]
    fn the_decision_names_the_tickets_that_fix_it_and_shipping_more() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let fixed_by = |world: &World| world.cus("CUS-1").fixed_by.clone();
        let with = |all: &[&str]| Decide { fixed_by: names(all), ..patch("8.2") };
        let world = assessed(Priority::Low).given(with(&["DEV-1 ", "dev-1", "DEV-2"])).told(Audience::Support);
        assert_eq!(fixed_by(&world), ["DEV-1", "DEV-2"]);
        assert_eq!(rules(&world.refused(with(&["DEV-1", "DEV-2"]))), [Rule::R20]);
        let world = world.given(with(&["DEV-3"]));
        assert!(!world.owes("CUS-1", DutyKind::TellSupport), "nobody is told which development ticket it was");
        let world = world.given(patch("8.3"));
        assert_eq!(fixed_by(&world), ["DEV-3"]);
        let world = world.given(crate::workflow::command::Ship { fixed_by: names(&["DEV-4", "dev-3"]), ..ship() });
        assert_eq!(fixed_by(&world), ["DEV-3", "DEV-4"]);
    }

    #[test]
    fn engineering_decides_on_one_of_three() {
        for decision in [patch("8.2"), next_release("9.0"), backlog()] {
            let world = assessed(Priority::Low).given(decision.clone());
            assert_eq!(world.cus_stage(), CusStage::ReleaseAssessed);
            let made = world.cus("CUS-1").release.clone().unwrap();
            assert_eq!(
                (made.decision, made.fix_version, made.shipped),
                (decision.decision, decision.fix_version, None)
            );
            assert!(world.cus("CUS-1").is_open_bug());
        }
    }

    #[test]
    fn a_patch_and_a_release_have_a_version_and_the_backlog_has_none() {
        let world = assessed(Priority::Low);
        for decision in [Decision::Patch, Decision::NextRelease] {
            assert_eq!(rules(&world.refused(release(decision, None))), [Rule::R16]);
        }
        assert_eq!(world.refused(release(Decision::Backlog, Some("9.0"))), [Failure::VersionRefused]);
        assert_eq!(world.refused(promised(30, backlog())), [Failure::TargetDateRefused]);
    }

    #[test]
    fn a_decision_needs_an_assessment_and_an_open_ticket() {
        for world in [escalated(Priority::Low), closed(Priority::Low)] {
            assert!(matches!(world.refused(patch("8.2"))[..], [Failure::WrongStage { .. }]));
        }
        for role in [Role::Engineering, Role::Product] {
            assert_eq!(assessed(Priority::Low).acting_as(&[role]).when(patch("8.2"))[0].role, Some(role));
        }
        assert_eq!(rules(&assessed(Priority::Low).acting_as(&[Role::Support]).refused(patch("8.2"))), [Rule::R28]);
    }

    #[test]
    fn a_decision_owes_each_original_reporter_the_information_and_marketing_a_large_impact() {
        let world = two_escalated(Priority::High).given(eng_assess(Impact::Large)).told(Audience::Product);
        let world = world.at(10).given(patch("8.2"));
        let owed = [DutyKind::TellMarketing, DutyKind::TellSupport, DutyKind::TellSupport, DutyKind::Ship];
        assert_eq!(world.kinds("CUS-1"), owed);
        assert_eq!(world.due("CUS-1", DutyKind::TellMarketing), Some(10 + 24));
        for csd in ["CSD-1", "CSD-2"] {
            assert_eq!(world.due_about(csd, DutyKind::TellSupport), Some(10 + 4));
        }
        let small = two_escalated(Priority::High).given(eng_assess(Impact::Some)).given(patch("8.2"));
        assert!(!small.owes("CUS-1", DutyKind::TellMarketing));
    }

    #[test]
    fn a_decision_that_changes_nothing_is_refused() {
        for decision in [patch("8.2"), promised(30, next_release("9.0")), backlog()] {
            let failures = decided(Priority::Low, decision.clone()).refused(decision.clone());
            let is_undated = decision.target_date.is_none();
            assert_eq!(failures, [Failure::UnchangedDecision { is_undated }]);
            assert_eq!(rules(&failures), [Rule::R20]);
        }
        let noted = |decision| Decide { note: Some("Still so".to_owned()), ..decision };
        let dated = promised(30, patch("8.2"));
        assert_eq!(decided(Priority::Low, dated.clone()).refused(noted(dated)).len(), 1);
        assert_eq!(decided(Priority::Low, patch("8.2")).given(ship()).refused(noted(patch("8.2"))).len(), 1);
    }

    #[test]
    fn a_decision_in_other_words_starts_no_clock() {
        let reworded = |release| Decide { resolution: Some("We round now".to_owned()), ..release };
        let world = decided(Priority::Low, backlog()).at(500).given(reworded(backlog()));
        assert_eq!(world.due("CUS-1", DutyKind::Review), Some(90 * 24));
    }

    #[test]
    fn a_backlog_decision_repeated_with_a_note_is_its_review() {
        let world = decided(Priority::Low, backlog());
        assert_eq!(world.due("CUS-1", DutyKind::Review), Some(90 * 24));
        let world = world.told(Audience::Support).at(500);
        let world = world.given(Decide { note: Some("Not yet".to_owned()), ..backlog() });
        assert_eq!(world.due("CUS-1", DutyKind::Review), Some(500 + 90 * 24));
        assert!(!world.owes("CUS-1", DutyKind::TellSupport));
    }

    #[test]
    fn a_new_decision_version_or_target_date_is_owed_afresh_to_everybody() {
        for new in [next_release("8.2"), patch("8.3"), promised(30, patch("8.2"))] {
            let world = settled().given(confirm("CSD-2", AnswerKind::Resolved)).at(100).given(new.clone());
            assert_eq!(world.cus_stage(), CusStage::ReleaseAssessed, "{new:?}");
            assert_eq!(world.due("CUS-1", DutyKind::AlertProduct), Some(100 + 4));
            assert_eq!(world.due("CUS-1", DutyKind::TellMarketing), Some(100 + 24));
            assert_eq!(world.due_about("CSD-1", DutyKind::TellSupport), Some(100 + 4));
            assert_eq!(world.due_about("CSD-2", DutyKind::TellSupport), Some(100 + 4));
            let world = world.at(101).told(Audience::Support);
            assert_eq!(world.due_about("CSD-1", DutyKind::TellCustomer), Some(101 + 4));
            assert_eq!(world.due_about("CSD-2", DutyKind::TellCustomer), Some(101 + 4), "was promised 8.2");
        }
    }

    #[test]
    fn other_words_for_the_customer_are_no_new_decision() {
        let world = settled().given(Decide { resolution: Some("We round now".to_owned()), ..patch("8.2") });
        assert_eq!(world.cus_stage(), CusStage::Postmortem);
        assert_eq!(world.kinds("CUS-1"), [DutyKind::Ship]);
        let made = world.cus("CUS-1").release.clone().unwrap();
        assert_eq!(made.resolution.as_deref(), Some("We round now"));
    }

    #[test]
    fn a_repeated_decision_keeps_its_date_and_a_new_one_starts_without() {
        let world = decided(Priority::Low, promised(30, patch("8.2")));
        let dated = world.cus("CUS-1").release.clone().unwrap().target_date;
        assert!(dated.is_some());
        let world = world.given(Decide { resolution: Some("We round now".to_owned()), ..patch("8.2") });
        assert_eq!(world.cus("CUS-1").release.clone().unwrap().target_date, dated);
        let made = world.given(patch("8.3")).cus("CUS-1").release.clone().unwrap();
        assert_eq!((made.target_date, made.resolution.as_deref()), (None, Some("We round now")));
    }

    #[test]
    fn supports_clock_runs_from_the_first_revision_that_has_not_been_told() {
        let world = decided(Priority::High, patch("8.2")).at(2).told(Audience::Support);
        let world = world.at(10).given(patch("8.3"));
        assert_eq!(world.due_about("CSD-1", DutyKind::TellSupport), Some(10 + 4));
        let world = world.at(12).given(patch("8.4"));
        assert_eq!(world.due_about("CSD-1", DutyKind::TellSupport), Some(10 + 4));
        let world = world.at(13).told(Audience::Support).at(20).given(patch("8.5"));
        assert_eq!(world.due_about("CSD-1", DutyKind::TellSupport), Some(20 + 4));
    }

    #[test]
    fn the_customers_clock_runs_from_the_first_telling_of_support_that_was_not_passed_on() {
        let world = decided(Priority::High, patch("8.2")).at(2).told(Audience::Support);
        assert_eq!(world.due_about("CSD-1", DutyKind::TellCustomer), Some(2 + 4));
        let world = world.at(3).given(patch("8.3"));
        assert_eq!(world.due_about("CSD-1", DutyKind::TellCustomer), Some(2 + 4));
        let world = world.at(4).told(Audience::Support);
        assert_eq!(world.due_about("CSD-1", DutyKind::TellCustomer), Some(2 + 4));
        let world = world.at(5).told(Audience::Customer).at(6).given(patch("8.4"));
        assert_eq!(world.due_about("CSD-1", DutyKind::TellCustomer), None);
        let world = world.at(7).told(Audience::Support);
        assert_eq!(world.due_about("CSD-1", DutyKind::TellCustomer), Some(7 + 4));
    }

    #[test]
    fn an_alert_that_is_still_open_is_not_made_younger_by_a_revision() {
        let world = decided(Priority::High, patch("8.2"));
        assert_eq!(world.at(3).given(patch("8.3")).due("CUS-1", DutyKind::AlertProduct), Some(4));
    }

    #[test]
    fn a_revised_promise_has_not_shipped() {
        let world = shipped(Priority::Low);
        assert!(world.cus("CUS-1").is_shipped());
        let world = world.given(patch("8.3"));
        assert!(!world.cus("CUS-1").is_shipped());
        assert_eq!(world.cus_stage(), CusStage::ReleaseAssessed);
        let reworded = shipped(Priority::Low).given(Decide { resolution: Some("So".to_owned()), ..patch("8.2") });
        assert!(reworded.cus("CUS-1").is_shipped());
    }

    #[test]
    fn a_target_date_owes_shipped_or_revise_from_that_date_on_and_a_new_date_makes_a_new_duty() {
        let world = postmortem(Priority::Low, promised(30, patch("8.2")));
        let owed = world.owed("CUS-1");
        assert_eq!((owed[0].duty.kind, owed[0].by), (DutyKind::Ship, Role::Engineering));
        assert_eq!((owed[0].begins, owed[0].due), (hour(31 * 24), hour(32 * 24)));
        assert!(!owed[0].has_begun(hour(31 * 24 - 1)) && owed[0].has_begun(hour(31 * 24)));
        let world = world.at(30 * 24 + 5).given(promised(40, patch("8.2")));
        assert_eq!(world.due("CUS-1", DutyKind::Ship), Some(42 * 24));
    }

    #[test]
    fn a_decision_without_a_date_repeated_with_a_note_is_its_review() {
        let world = decided(Priority::Low, patch("8.2")).told(Audience::Support).told(Audience::Customer).at(500);
        let world = world.given(Decide { note: Some("Still on it".to_owned()), ..patch("8.2") });
        assert_eq!(world.due("CUS-1", DutyKind::Ship), Some(500 + 30 * 24));
        assert_eq!(world.kinds("CUS-1"), [DutyKind::Postmortem, DutyKind::Ship]);
        let postmortem = postmortem(Priority::Low, next_release("8.2"));
        let world = postmortem.at(500).given(Decide { note: Some("So".to_owned()), ..next_release("8.2") });
        assert_eq!(world.cus_stage(), CusStage::Postmortem);
        assert_eq!(world.due("CUS-1", DutyKind::Ship), Some(500 + 60 * 24));
    }

    #[test]
    fn a_target_date_is_today_or_later() {
        let day = |day: u32, hours: i64| {
            let mut world = assessed(Priority::Low).at(hours);
            world.context.zone = Zone::named("America/Los_Angeles").unwrap();
            (world, promised(day, patch("8.2")))
        };
        // 01:00 UTC on the eleventh day is still the tenth in Los Angeles.
        let (world, today) = day(10, 11 * 24 + 1);
        world.given(today);
        let (world, yesterday) = day(9, 11 * 24 + 1);
        let failures = world.refused(yesterday);
        assert!(matches!(failures[..], [Failure::TargetDatePast { .. }]), "{failures:?}");
        assert_eq!(rules(&failures), [Rule::R16]);
    }

    #[test]
    fn a_date_in_force_that_is_over_can_be_kept_with_other_words_and_not_with_another_version() {
        let world = decided(Priority::Low, promised(3, patch("8.2"))).at(5 * 24);
        let reworded = |version| Decide { resolution: Some("So".to_owned()), ..promised(3, patch(version)) };
        assert_eq!(rules(&world.refused(reworded("8.3"))), [Rule::R16]);
        let world = world.given(reworded("8.2"));
        assert_eq!(world.due("CUS-1", DutyKind::Ship), Some(5 * 24));
    }
}
