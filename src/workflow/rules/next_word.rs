//! The clock of the next word to a customer, where a command changes it and records nothing else there (R33).

use super::decision::DecisionContext;
use crate::workflow::command::EndNextWords;
use crate::workflow::event::{NextWord, NextWordTexts};
use crate::workflow::key::Key;
use crate::workflow::obligations::next_word;
use crate::workflow::refusal::Refusal;
use crate::workflow::step::Step;
use crate::workflow::tickets::Ticket;
use crate::workflow::vocabulary::WordClock;

/// Lets the clocks of linked customers follow what was decided on their CUS tickets.
pub(super) fn follow(cx: &mut DecisionContext<'_>) {
    if cx.step == Step::Import {
        return;
    }
    let is_touched = |id: &Key| cx.events.iter().any(|event| event.stream == *id);
    let mut changed: Vec<(Key, WordClock)> = Vec::new();
    for ticket in &cx.tickets.all {
        let Ticket::Cus(cus) = ticket else { continue };
        if is_touched(&cus.key) {
            let changes = next_word::changes(cx.before, &cx.tickets, cus, cx.context.now, &cx.context.policy);
            let new = changes.into_iter().filter(|(csd, _)| !is_touched(&csd.id));
            changed.extend(new.map(|(csd, clock)| (csd.id, clock)));
        }
    }
    for (csd, clock) in changed {
        record(cx, &csd, clock);
    }
}

/// Ends what is owed by a clock that the team turned off.
pub(super) fn end(cx: &mut DecisionContext<'_>, command: &EndNextWords) -> Result<(), Refusal> {
    for key in &command.csd {
        let Some(csd) = cx.tickets.csd(key) else { continue };
        if csd.next_word().is_some() && next_word::is_off(&cx.tickets, csd, &cx.context.policy) {
            let id = csd.id.clone();
            record(cx, &id, WordClock::Off);
        }
    }
    Ok(())
}

/// Records that the customer could not be reached, so that the clock starts anew.
pub(super) fn tried(cx: &mut DecisionContext<'_>, csd: &Key) {
    record(cx, csd, WordClock::Tried);
}

fn record(cx: &mut DecisionContext<'_>, csd: &Key, clock: WordClock) {
    cx.record(csd, NextWord { clock, texts: NextWordTexts {} });
}

#[cfg(test)]
mod tests {
    use crate::workflow::command::{Assess, Deliver, EndNextWords, Import, Notify, Report};
    use crate::workflow::obligations::duty::{DutyKind, Owed};
    use crate::workflow::refusal::Failure;
    use crate::workflow::tests::given::{
        assess, assessed, backlog, close_as, comment, confirm, confirmed, decided, escalate, escalated, foreign_bug,
        foreign_issue, interim, join, patch, reopen, report, reported, resolve, set_priority, ship, two_escalated,
        unlink,
    };
    use crate::workflow::tests::kit::{World, hour, key, types};
    use crate::workflow::vocabulary::{AnswerKind, Audience, Handler, Priority, Resolution, Role, Via};

    const DAY: i64 = 24;

    fn due(world: &World) -> Option<i64> {
        world.due("CSD-1", DutyKind::NextWord)
    }

    fn hello() -> Notify {
        interim(Audience::Customer, "We are at it")
    }

    fn to_csd() -> Notify {
        Notify { cus: key("CSD-1"), ..hello() }
    }

    fn word(world: &World) -> Owed {
        world.owed("CSD-1").into_iter().find(|owed| owed.duty.kind == DutyKind::NextWord).unwrap()
    }

    #[test]
    fn given_a_report_then_the_first_word_is_owed_in_a_day_and_each_later_one_in_five() {
        let world = reported();
        assert_eq!((due(&world), word(&world).by), (Some(DAY), Role::Support));
        assert_eq!(due(&world.clone().at(10).given(assess("CSD-1"))), Some(DAY));
        assert_eq!(due(&world.at(10).given(to_csd())), Some(10 + 5 * DAY));
    }

    #[test]
    fn given_a_handled_ticket_then_its_handler_owes_the_word_and_may_say_it() {
        let world = reported().given(Assess { handled_by: Handler::ClientServices, ..assess("CSD-1") });
        assert_eq!(word(&world).by, Role::ClientServices);
        let world = world.at(3).acting_as(&[Role::ClientServices]).given(to_csd());
        assert_eq!(due(&world), Some(3 + 5 * DAY));
        assert_eq!(due(&world.acting_as(&[]).given(resolve("CSD-1"))), None);
    }

    #[test]
    fn escalating_and_raising_move_it_to_the_earlier_time_and_nothing_moves_it_later() {
        let world = assessed().at(2).given(escalate(&["CSD-1"], Priority::Critical));
        assert_eq!((due(&world), word(&world).begins), (Some(2 + 8), hour(0)));
        assert_eq!(due(&assessed().at(2).given(escalate(&["CSD-1"], Priority::Low))), Some(DAY));
        let world = escalated(Priority::Low).given(hello());
        assert_eq!(due(&world), Some(14 * DAY));
        let mut world = world.at(5);
        assert_eq!(types(&world.when(set_priority(Priority::High))), ["edited", "next-word"]);
        assert_eq!(due(&world), Some(5 + DAY));
        assert_eq!(due(&world.at(6).given(set_priority(Priority::Low))), Some(5 + DAY));
    }

    #[test]
    fn a_message_that_is_queued_starts_no_clock_before_it_is_delivered() {
        let reported = Report { contact: Some("ada@example.com".to_owned()), ..report("Alder") };
        let world = World::new().given(reported).at(3).given(Notify { via: Some(Via::Smtp), ..to_csd() });
        assert_eq!(due(&world), Some(DAY));
        let deliver = Deliver { cus: key("CSD-1"), notice: 1, receipt: "250".to_owned() };
        assert_eq!(due(&world.at(4).given(deliver)), Some(4 + 5 * DAY));
    }

    #[test]
    fn while_support_owes_another_message_it_is_not_owed() {
        let world = decided(Priority::Medium, patch("8.2"));
        assert!(due(&world).is_some(), "Engineering owes the word to Support");
        let world = world.at(5).told(Audience::Support);
        assert_eq!(due(&world), None);
        assert_eq!(due(&world.at(6).told(Audience::Customer)), Some(6 + 30 * DAY));
        let backlog = decided(Priority::Medium, backlog()).told(Audience::Support).told(Audience::Customer);
        assert_eq!(due(&backlog), Some(90 * DAY));
    }

    #[test]
    fn between_the_word_that_it_shipped_and_the_end_of_the_confirmations_clock_it_is_not_owed() {
        let world = decided(Priority::Medium, patch("8.2")).given(ship());
        let world = world.told(Audience::Support).at(10).told(Audience::Customer);
        let word = word(&world);
        assert_eq!(word.due, hour(10 + 30 * DAY));
        assert!(!word.has_begun(hour(9 + 7 * DAY)) && word.has_begun(hour(10 + 7 * DAY)));
    }

    #[test]
    fn it_is_shown_in_the_last_quarter_of_its_time() {
        let word = word(&reported());
        assert!(word.has_begun(hour(0)) && !word.is_shown(hour(17)) && word.is_shown(hour(18)));
    }

    #[test]
    fn a_promise_is_its_due_time_until_something_else_is_said() {
        let promise = Notify { next_by: Some(hour(2)), ..hello() };
        let world = escalated(Priority::Low).given(promise);
        assert_eq!(due(&world), Some(2));
        assert_eq!(due(&world.at(1).given(hello())), Some(1 + 14 * DAY));
    }

    #[test]
    fn a_failed_attempt_on_record_starts_it_anew() {
        let unreachable = || confirm("CSD-1", AnswerKind::Unreachable);
        let mut world = escalated(Priority::Medium).at(20);
        assert_eq!(types(&world.when(unreachable())), ["answered", "next-word"]);
        assert_eq!(due(&world), Some(20 + 7 * DAY));
        let world = confirmed(Priority::Low).at(30).given(reopen("CUS-1"));
        assert_eq!(due(&world), None, "who has confirmed stays resolved");
    }

    #[test]
    fn it_ends_with_the_ticket_and_arises_anew_with_its_reopening() {
        assert_eq!(due(&confirmed(Priority::Low)), None);
        let handled = reported().given(Assess { handled_by: Handler::Support, ..assess("CSD-1") });
        let world = handled.given(resolve("CSD-1"));
        assert_eq!(due(&world), None);
        assert_eq!(due(&world.at(40).given(reopen("CSD-1"))), Some(40 + 5 * DAY));
        let world = escalated(Priority::Low).given(close_as(Resolution::WontFix)).told(Audience::Support);
        assert_eq!(due(&world), None, "the answer is the next word");
        assert_eq!(due(&world.told(Audience::Customer)), None);
    }

    #[test]
    fn what_was_promised_goes_along_to_another_bug() {
        let promise = Notify { csd: Some(key("CSD-2")), next_by: Some(hour(9)), ..hello() };
        let world = two_escalated(Priority::Low).given(promise).given(unlink("CSD-2"));
        assert_eq!(world.due("CSD-2", DutyKind::NextWord), Some(9));
        assert_eq!(world.given(join("CSD-2")).due("CSD-2", DutyKind::NextWord), Some(9));
    }

    #[test]
    fn an_imported_ticket_owes_it_from_the_first_event_recorded_here() {
        let import = |ticket| Import {
            ticket: Box::new(ticket),
            known: Vec::new(),
            joins: Vec::new(),
            is_touched: false,
            until: hour(0),
        };
        let linked = crate::workflow::foreign::Foreign { cus: Some(key("CUS-1")), ..foreign_issue() };
        let world = World::new().given(import(foreign_bug())).given(import(linked));
        assert_eq!(world.due("HELP-3", DutyKind::NextWord), None);
        let mut world = world.at(3);
        assert_eq!(types(&world.when(comment("CUS-1"))), ["commented", "next-word"]);
        assert_eq!(world.due("HELP-3", DutyKind::NextWord), Some(3 + 7 * DAY));
    }

    #[test]
    fn turned_off_it_ends_and_arises_no_more_and_a_promise_stays() {
        let end = || EndNextWords { csd: vec![key("CSD-1")] };
        let off = |mut world: World| {
            let mut policy = (*world.context.policy).clone();
            policy.set("next-word", "off").unwrap();
            world.context.policy = policy.into();
            world
        };
        let mut world = off(escalated(Priority::Low).given(hello()));
        assert_eq!(types(&world.when(end())), ["next-word"]);
        assert_eq!(due(&world), None);
        let world = world.at(1).given(hello());
        assert_eq!(due(&world), None);
        let failures = world.refused(confirm("CSD-1", AnswerKind::Unreachable));
        assert!(matches!(failures[..], [Failure::NothingOwed { .. }]), "R23: {failures:?}");
        let promised = off(escalated(Priority::Low).given(Notify { next_by: Some(hour(9)), ..hello() }));
        assert_eq!(due(&promised), Some(9));
        assert!(
            crate::workflow::rules::decide(&promised.tickets, &end().into(), &promised.context).unwrap().is_empty()
        );
    }
}
