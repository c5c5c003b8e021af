//! The end of step 5: the CUS ticket moves to Postmortem (R19), which is written and acted upon (R34).

use super::decision::{DecisionContext, refuse_if};
use crate::workflow::command::{AddAction, EndAction, Postmortem, WritePostmortem};
use crate::workflow::event::{
    ActionAdded, ActionAddedTexts, ActionEnded, ActionEndedTexts, MovedToPostmortem, MovedToPostmortemTexts,
    PostmortemWritten, PostmortemWrittenTexts,
};
use crate::workflow::field::Field;
use crate::workflow::names::tidy;
use crate::workflow::obligations::clock::Clock;
use crate::workflow::obligations::urgency::clock_priority;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::rule::Rule;
use crate::workflow::step::Step;
use crate::workflow::tickets::postmortem::ActionState;

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Postmortem) -> Result<(), Refusal> {
    let cus = cx.cus(&command.cus, Step::Postmortem)?;
    cx.record(
        &cus.key,
        MovedToPostmortem {
            category: command.category.as_deref().map(tidy),
            texts: MovedToPostmortemTexts {
                root_cause: command.root_cause.clone(),
                lessons: command.lessons.clone(),
                note: command.note.clone(),
            },
        },
    );
    Ok(())
}

pub(super) fn write(cx: &mut DecisionContext<'_>, command: &WritePostmortem) -> Result<(), Refusal> {
    let cus = cx.cus(&command.cus, Step::WritePostmortem)?;
    let category = command.category.as_deref().map(tidy);
    let old = &cus.postmortem;
    let is_same = |new: &Option<String>, old: &Option<String>| new.is_none() || new == old;
    let is_unchanged = is_same(&command.root_cause, &old.root_cause)
        && is_same(&category, &old.category)
        && is_same(&command.lessons, &old.lessons)
        && is_same(&command.note, &old.note);
    let failure = is_unchanged.then(|| Failure::NothingChanges { key: cus.key.clone() });
    refuse_if(Step::WritePostmortem, &cus.key, failure.into_iter().collect())?;
    cx.record(
        &cus.key,
        PostmortemWritten {
            category,
            texts: PostmortemWrittenTexts {
                root_cause: command.root_cause.clone(),
                lessons: command.lessons.clone(),
                note: command.note.clone(),
            },
        },
    );
    Ok(())
}

pub(super) fn add_action(cx: &mut DecisionContext<'_>, command: &AddAction) -> Result<(), Refusal> {
    let cus = cx.cus(&command.cus, Step::AddAction)?;
    let today = cx.context.today();
    let due = match command.due {
        Some(date) if date < today => {
            let failure = Failure::ActionDatePast { date, today };
            return Err(Refusal::of(Step::AddAction, &cus.key, vec![failure]));
        }
        Some(date) => cx.context.team_zone().end_of(date),
        None => {
            let urgency = cx.tickets.ticket(&cus.key).map_or(cus.priority, clock_priority);
            cx.context.policy.due(Clock::Action, urgency, cx.context.now).unwrap_or(cx.context.now)
        }
    };
    let action = cus.postmortem.actions.iter().map(|action| action.number).max().unwrap_or_default() + 1;
    let texts = ActionAddedTexts { text: command.text.clone(), owner: command.owner.as_deref().map(tidy) };
    cx.record(&cus.key, ActionAdded { action, due, texts });
    Ok(())
}

pub(super) fn end_action(cx: &mut DecisionContext<'_>, command: &EndAction) -> Result<(), Refusal> {
    let cus = cx.cus(&command.cus, Step::EndAction)?;
    let mut failures = Vec::new();
    match cus.postmortem.action(command.number) {
        None => failures.push(Failure::NoSuchAction { cus: cus.key.clone(), number: command.number }),
        Some(action) if action.state == command.state => {
            failures.push(Failure::NothingChanges { key: cus.key.clone() });
        }
        Some(_) => {}
    }
    if command.state == ActionState::Dropped && command.note.is_none() {
        failures.push(Failure::Missing { rule: Rule::R34, field: Field::Note });
    }
    refuse_if(Step::EndAction, &cus.key, failures)?;
    let texts = ActionEndedTexts { note: command.note.clone() };
    cx.record(&cus.key, ActionEnded { action: command.number, state: command.state, texts });
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::workflow::command::{AddAction, EndAction, Postmortem, WritePostmortem};
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::refusal::Failure;
    use crate::workflow::rule::Rule;
    use crate::workflow::tests::given::{
        add_action, assess, closed, decided, end_action, eng_assess, escalated, join, patch, postmortem, report,
        set_priority, ship, shipped, tell_about, to_postmortem, two_escalated, with_root_cause, write_postmortem,
    };
    use crate::workflow::tests::kit::{World, hour, key, rules};
    use crate::workflow::tickets::postmortem::ActionState;
    use crate::workflow::tickets::stage::CusStage;
    use crate::workflow::vocabulary::{Audience, Impact, Priority, Role};

    /// A decided high-priority bug of two customers with a large impact, about which nobody knows.
    fn untold() -> World {
        two_escalated(Priority::High).given(eng_assess(Impact::Large)).given(patch("8.2"))
    }

    fn support_not_told(csd: &str) -> Failure {
        Failure::SupportNotTold { cus: key("CUS-1"), csd: key(csd), queued: false }
    }

    #[test]
    fn everything_that_must_be_told_first_is_named_at_once() {
        let failures = untold().refused(to_postmortem());
        assert_eq!(
            failures,
            [
                Failure::ProductNotAlerted { cus: key("CUS-1"), queued: false },
                Failure::MarketingNotTold { cus: key("CUS-1"), queued: false },
                support_not_told("CSD-1"),
                support_not_told("CSD-2"),
            ]
        );
        assert_eq!(rules(&failures), [Rule::R14, Rule::R17, Rule::R18, Rule::R18]);
    }

    #[test]
    fn each_of_them_alone_is_in_the_way() {
        let told = |world: World, to: &[Audience]| to.iter().fold(world, |world, to| world.told(*to));
        let all = [Audience::Product, Audience::Marketing, Audience::Support];
        for left in all {
            let others: Vec<Audience> = all.into_iter().filter(|to| *to != left).collect();
            assert!(!told(untold(), &others).refused(to_postmortem()).is_empty(), "{left}");
        }
        assert_eq!(told(untold(), &all).given(to_postmortem()).cus_stage(), CusStage::Postmortem);
    }

    #[test]
    fn every_original_reporter_must_know() {
        let world = untold().told(Audience::Product).told(Audience::Marketing);
        let world = world.given(tell_about("CSD-2", Audience::Support));
        assert_eq!(world.refused(to_postmortem()), [support_not_told("CSD-1")]);
    }

    #[test]
    fn what_was_told_before_a_revision_does_not_serve() {
        let world = decided(Priority::Low, patch("8.2")).told(Audience::Support).given(patch("8.3"));
        assert_eq!(world.refused(to_postmortem()), [support_not_told("CSD-1")]);
    }

    #[test]
    fn a_joiner_must_know_too() {
        let world = decided(Priority::Low, patch("8.2")).told(Audience::Support);
        let world = world.given(report("Birch")).given(assess("CSD-2")).given(join("CSD-2"));
        assert_eq!(world.refused(to_postmortem()), [support_not_told("CSD-2")]);
    }

    #[test]
    fn customers_need_not_have_been_told() {
        let world = decided(Priority::Low, patch("8.2")).told(Audience::Support).given(to_postmortem());
        assert_eq!(world.cus_stage(), CusStage::Postmortem);
        assert_eq!(world.kinds("CUS-1"), [DutyKind::TellCustomer, DutyKind::Ship]);
    }

    #[test]
    fn moving_is_owed_from_when_the_last_of_them_was_done() {
        let world = untold().at(1).told(Audience::Product).at(2).told(Audience::Support);
        assert!(!world.owes("CUS-1", DutyKind::Postmortem));
        let world = world.at(3).told(Audience::Marketing);
        assert_eq!(world.due("CUS-1", DutyKind::Postmortem), Some(3 + 24));
        let world = world.at(5).given(patch("8.3"));
        assert!(!world.owes("CUS-1", DutyKind::Postmortem));
    }

    #[test]
    fn what_is_written_is_kept_and_completed() {
        let text = |text: &str| Some(text.to_owned());
        let first = Postmortem { root_cause: text("No test"), ..to_postmortem() };
        let world = decided(Priority::Low, patch("8.2")).told(Audience::Support).given(first);
        let more = WritePostmortem { lessons: text("Test"), category: text(" code  review "), ..write_postmortem() };
        let world = world.given(more.clone());
        let written = world.cus("CUS-1").postmortem.clone();
        assert_eq!((written.root_cause, written.category), (text("No test"), text("code review")));
        assert_eq!(written.lessons, text("Test"));
        assert_eq!(world.refused(more), [Failure::NothingChanges { key: key("CUS-1") }]);
        let early = decided(Priority::Low, patch("8.2")).refused(write_postmortem());
        assert!(matches!(early[..], [Failure::WrongStage { .. }]));
    }

    #[test]
    fn a_high_priority_or_large_impact_ticket_owes_a_root_cause_and_an_action_or_why_there_is_none() {
        let shipped = |priority: Priority, impact: Impact| {
            let world = escalated(priority).given(eng_assess(impact)).given(patch("8.2")).in_postmortem();
            world.at(100).given(ship())
        };
        let owes = |world: &World| world.owes("CUS-1", DutyKind::WritePostmortem);
        for (priority, impact, days) in [
            (Priority::Critical, Impact::Some, Some(5)),
            (Priority::High, Impact::Some, Some(5)),
            (Priority::Medium, Impact::Large, Some(10)),
            (Priority::Low, Impact::Large, Some(10)),
            (Priority::Medium, Impact::Some, None),
        ] {
            let due = shipped(priority, impact).due("CUS-1", DutyKind::WritePostmortem);
            assert_eq!(due, days.map(|days| 100 + days * 24), "{priority} {impact}");
        }
        let world = shipped(Priority::High, Impact::Some).given(with_root_cause());
        assert!(owes(&world), "an action is owed, or why there is none");
        let with_action = shipped(Priority::High, Impact::Some).given(with_root_cause()).given(add_action("Test it"));
        assert!(!owes(&with_action));
        let without = WritePostmortem { note: Some("A slip".to_owned()), ..write_postmortem() };
        assert!(!owes(&world.given(without)));
    }

    #[test]
    fn an_action_is_owed_by_its_owner_until_it_is_done_or_dropped_with_a_note() {
        let world = postmortem(Priority::Medium, patch("8.2")).at(200);
        let until = AddAction { due: chrono::NaiveDate::from_ymd_opt(2026, 4, 1), ..add_action("Test it") };
        let world = world.given(AddAction { owner: Some("Eli".to_owned()), ..add_action("Write it down") });
        let world = world.given(until).given(crate::workflow::tests::given::assign("CUS-1", Some("Uma")));
        let actions = |world: &World| -> Vec<(u32, i64, Option<String>)> {
            let owed = world.owed("CUS-1").into_iter().filter(|owed| owed.duty.kind == DutyKind::Action);
            owed.map(|owed| (owed.duty.round, (owed.due - hour(0)).num_hours(), owed.assignee)).collect()
        };
        let named = |name: &str| Some(name.to_owned());
        assert_eq!(actions(&world), [(1, 200 + 30 * 24, named("Eli")), (2, 31 * 24, named("Uma"))]);
        let world = world.given(end_action(1, ActionState::Done));
        assert_eq!(actions(&world), [(2, 31 * 24, named("Uma"))]);
        let dropped = end_action(2, ActionState::Dropped);
        assert_eq!(rules(&world.refused(dropped.clone())), [Rule::R34]);
        let world = world.given(EndAction { note: Some("No time".to_owned()), ..dropped });
        assert!(actions(&world).is_empty());
        let no_such = Failure::NoSuchAction { cus: key("CUS-1"), number: 3 };
        assert_eq!(world.refused(end_action(3, ActionState::Done)), [no_such]);
        assert_eq!(rules(&world.refused(end_action(1, ActionState::Done))), [Rule::R27]);
        let past = AddAction { due: chrono::NaiveDate::from_ymd_opt(2026, 3, 1), ..add_action("Test it") };
        assert!(matches!(world.refused(past)[..], [Failure::ActionDatePast { .. }]));
    }

    #[test]
    fn a_raised_priority_moves_no_action() {
        let until = AddAction { due: chrono::NaiveDate::from_ymd_opt(2026, 12, 1), ..add_action("Test it") };
        let world = postmortem(Priority::Low, patch("8.2")).given(until);
        let due = world.due("CUS-1", DutyKind::Action);
        assert_eq!(world.at(9).given(set_priority(Priority::Critical)).due("CUS-1", DutyKind::Action), due);
    }

    #[test]
    fn it_is_completed_for_thirty_days_after_closing_and_as_long_as_it_is_owed() {
        let days = |days: i64| days * 24;
        let world = closed(Priority::Low).at(days(30)).given(add_action("Test it")).given(with_root_cause());
        let lessons = WritePostmortem { lessons: Some("Test".to_owned()), ..write_postmortem() };
        let over = Failure::PostmortemOver { cus: key("CUS-1") };
        let world = world.at(days(30) + 1);
        assert_eq!(world.refused(lessons.clone()), std::slice::from_ref(&over));
        assert_eq!(world.refused(add_action("Test more")), [over]);
        assert!(world.given(end_action(1, ActionState::Done)).kinds("CUS-1").is_empty());
        let owed = closed(Priority::High).at(days(90));
        assert!(owed.cus("CUS-1").is_finished() && owed.owes("CUS-1", DutyKind::WritePostmortem));
        assert_eq!(owed.given(lessons).kinds("CUS-1"), [DutyKind::WritePostmortem]);
    }

    #[test]
    fn only_a_decided_ticket_moves_and_support_does_not_move_it() {
        for world in [escalated(Priority::Low).eng_assessed(), postmortem(Priority::Low, patch("8.2"))] {
            assert!(matches!(world.refused(to_postmortem())[..], [Failure::WrongStage { .. }]));
        }
        let world = decided(Priority::Low, patch("8.2")).told(Audience::Support).acting_as(&[Role::Support]);
        assert_eq!(rules(&world.refused(to_postmortem())), [Rule::R28]);
    }

    #[test]
    fn lowering_the_priority_cancels_no_postmortem_that_is_owed() {
        let world = shipped(Priority::Critical).given(set_priority(Priority::Low));
        assert!(world.owes("CUS-1", DutyKind::WritePostmortem));
        let early = postmortem(Priority::Critical, patch("8.2")).given(set_priority(Priority::Low)).given(ship());
        assert!(!early.owes("CUS-1", DutyKind::WritePostmortem), "none was owed yet");
    }
}
