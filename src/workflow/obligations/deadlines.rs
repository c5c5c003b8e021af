//! Due times: duties are compared before and after a command, and the events carry the due times that this fixes
//! (R29).

use crate::workflow::context::Context;
use crate::workflow::event::Event;
use crate::workflow::obligations::clock::Clock;
use crate::workflow::obligations::duty::{DueTime, Duty, DutyKind};
use crate::workflow::obligations::next_word;
use crate::workflow::obligations::policy::Policy;
use crate::workflow::obligations::urgency::clock_priority;
use crate::workflow::tickets::cus::Cus;
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::time::Time;
use crate::workflow::vocabulary::Decision;

/// Writes the due times into the events that fix them. `before` and `after` are the tickets around the events. Clocks
/// start with the command's own time, also where an older event lies in its future.
pub(crate) fn fix_due_times(before: &Tickets, after: &Tickets, events: &mut [Event], context: &Context) {
    for ticket in &after.all {
        let Some(last) = events.iter_mut().rev().find(|event| event.stream == *ticket.id()) else {
            continue;
        };
        last.due = fixed(before.ticket(ticket.id()), ticket, context.now, &context.policy);
        if let Ticket::Csd(csd) = ticket {
            last.due.extend(next_word::due_time(before, after, csd, context.now, &context.policy));
        }
    }
}

/// A duty that arises gets its due time; one that is open moves only to an earlier one, where the ticket became more
/// urgent. What ended without being done and is owed again keeps the earlier of its due times.
fn fixed(before: Option<&Ticket>, after: &Ticket, at: Time, policy: &Policy) -> Vec<DueTime> {
    let held = before.map(Ticket::demands).unwrap_or_default();
    let urgency = clock_priority(after);
    let was_raised = before.is_some_and(|before| urgency < clock_priority(before));
    let arises = |duty: Duty| {
        let begins = begins(after, &duty, at);
        if let Some(due) = own_due_time(after, &duty) {
            return Some(DueTime { duty, begins, due });
        }
        Some(DueTime { due: policy.due(clock(after, &duty), urgency, begins)?, duty, begins })
    };
    let mut fixed = Vec::new();
    for duty in after.demands().into_iter().filter(|duty| duty.kind != DutyKind::NextWord) {
        let old = after.due().iter().find(|old| old.duty == duty);
        match old.filter(|_| held.contains(&duty) || !waits_for_others(duty.kind)) {
            None => fixed.extend(arises(duty)),
            Some(old) if held.contains(&duty) => {
                if was_raised && old.begins <= at && duty.kind != DutyKind::Action {
                    let due = policy.due(clock(after, &duty), urgency, at).filter(|due| *due < old.due);
                    fixed.extend(due.map(|due| DueTime { duty, begins: old.begins, due }));
                }
            }
            Some(old) => fixed.extend(arises(duty).filter(|new| new.due < old.due)),
        }
    }
    fixed
}

/// Whether the clock of such a duty starts with the last thing that it waits for, however often that comes.
fn waits_for_others(kind: DutyKind) -> bool {
    matches!(kind, DutyKind::Postmortem | DutyKind::Close)
}

/// Returns the clock by which a duty of this ticket runs.
pub(in crate::workflow) fn clock(ticket: &Ticket, duty: &Duty) -> Clock {
    match (duty.kind, ticket) {
        (DutyKind::Ship, Ticket::Cus(Cus { release: Some(release), .. })) if release.target_date.is_none() => {
            match release.decision {
                Decision::Patch => Clock::ShipPatch,
                Decision::NextRelease | Decision::Backlog => Clock::ShipNextRelease,
            }
        }
        (kind, _) => kind.clock(),
    }
}

/// Returns the due time that a duty has by itself: an action's (R34).
fn own_due_time(ticket: &Ticket, duty: &Duty) -> Option<Time> {
    match ticket {
        Ticket::Cus(cus) if duty.kind == DutyKind::Action => Some(cus.postmortem.action(duty.round)?.due),
        Ticket::Cus(_) | Ticket::Csd(_) => None,
    }
}

/// Returns when the clock of a new duty starts: with the command that makes it owed, or with the end of a target date.
fn begins(ticket: &Ticket, duty: &Duty, at: Time) -> Time {
    match ticket {
        Ticket::Cus(Cus { release: Some(release), .. }) if duty.kind == DutyKind::Ship => {
            release.target_ends.unwrap_or(at)
        }
        // What shipped in another tracker is owed from the import on (R32).
        Ticket::Cus(Cus { release: Some(release), origin: None, .. }) if duty.kind == DutyKind::WritePostmortem => {
            release.shipped.unwrap_or(at)
        }
        Ticket::Cus(_) | Ticket::Csd(_) => at,
    }
}

#[cfg(test)]
mod tests {
    use crate::workflow::command::{Assess, Confirm, Edit, Report};
    use crate::workflow::obligations::clock::Clock;
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::obligations::policy::Policy;
    use crate::workflow::refusal::Failure;
    use crate::workflow::tests::given::{
        add_action, assess, assessed, backlog, close_as, confirm, decided, edit, eng_assess, escalate, escalated, hold,
        interim, next_release, patch, postmortem, promised, report, reported, send_back, set_priority, ship, shipped,
        tell, to_postmortem,
    };
    use crate::workflow::tests::kit::{World, hour, rules};
    use crate::workflow::tickets::Tickets;
    use crate::workflow::vocabulary::{
        AnswerKind, Audience, ChecklistItem, Handler, Impact, Priority, Resolution, Role, Trigger, Word,
    };
    use crate::workflow::zone::Zone;

    const DAY: i64 = 24;

    /// Returns a world in which a duty of this kind arose just now, at hour 100, and the ticket that owes it.
    fn arisen(kind: DutyKind, priority: Priority) -> (World, &'static str) {
        let product = |world: World| if priority.is_high() { world.told(Audience::Product) } else { world };
        let large = || product(escalated(priority).given(eng_assess(Impact::Large)));
        let told = || product(decided(priority, patch("8.2")));
        match kind {
            DutyKind::Assess => (World::new().at(100).given(report("Alder")), "CSD-1"),
            DutyKind::Escalate => (reported().at(100).given(assess("CSD-1")), "CSD-1"),
            DutyKind::Resolve => {
                (reported().at(100).given(Assess { handled_by: Handler::Product, ..assess("CSD-1") }), "CSD-1")
            }
            DutyKind::EngAssess => (assessed().at(100).given(escalate(&["CSD-1"], priority)), "CUS-1"),
            DutyKind::Complete => (escalated(priority).at(100).given(send_back(&[ChecklistItem::Steps])), "CUS-1"),
            DutyKind::AlertProduct | DutyKind::Release => (escalated(priority).at(100).eng_assessed(), "CUS-1"),
            DutyKind::TellMarketing | DutyKind::TellSupport => (large().at(100).given(patch("8.2")), "CUS-1"),
            DutyKind::TellCustomer | DutyKind::Postmortem => (told().at(100).told(Audience::Support), "CUS-1"),
            DutyKind::NextWord => {
                (escalated(priority).at(100).given(interim(Audience::Customer, "We are at it")), "CSD-1")
            }
            DutyKind::Ship => (decided(priority, promised(30, patch("8.2"))), "CUS-1"),
            DutyKind::Confirm => {
                let world = postmortem(priority, patch("8.2")).given(ship()).told(Audience::Support);
                (world.at(100).told(Audience::Customer), "CUS-1")
            }
            DutyKind::WritePostmortem => (large().given(patch("8.2")).in_postmortem().at(100).given(ship()), "CUS-1"),
            DutyKind::Action => (postmortem(priority, patch("8.2")).at(100).given(add_action("Test it")), "CUS-1"),
            DutyKind::Review => (escalated(priority).eng_assessed().at(100).given(backlog()), "CUS-1"),
            DutyKind::AnswerComplaint => {
                (postmortem(priority, patch("8.2")).at(100).given(confirm("CSD-1", AnswerKind::NotResolved)), "CUS-1")
            }
            DutyKind::CorrectProduct | DutyKind::CorrectMarketing => {
                let told = escalated(priority).given(eng_assess(Impact::Large)).given(patch("8.2"));
                let told = product(told).told(Audience::Marketing).at(100);
                (told.given(close_as(Resolution::NotABug)), "CUS-1")
            }
            DutyKind::Close => (shipped(priority).at(100).given(confirm("CSD-1", AnswerKind::Resolved)), "CUS-1"),
            DutyKind::LiftHold => (decided(priority, patch("8.2")).given(hold(None)).at(100).given(ship()), "CUS-1"),
        }
    }

    /// The table of docs/PROCESS.md: the role that owes it, and the hours for critical, high, medium and low. The
    /// escalation is one without a trigger; one with a trigger has a test of its own.
    const TABLE: [(DutyKind, Role, [Option<i64>; 4]); 22] = [
        (DutyKind::Assess, Role::Support, [Some(4), Some(4), Some(4), Some(4)]),
        (DutyKind::Escalate, Role::Support, [Some(DAY), Some(DAY), Some(DAY), Some(DAY)]),
        (DutyKind::Resolve, Role::Product, [Some(5 * DAY), Some(5 * DAY), Some(5 * DAY), Some(5 * DAY)]),
        (DutyKind::EngAssess, Role::Engineering, [Some(4), Some(24), Some(3 * DAY), Some(7 * DAY)]),
        (DutyKind::Complete, Role::Support, [Some(4), Some(24), Some(3 * DAY), Some(7 * DAY)]),
        (DutyKind::AlertProduct, Role::Engineering, [Some(1), Some(4), None, None]),
        (DutyKind::Release, Role::Engineering, [Some(8), Some(2 * DAY), Some(5 * DAY), Some(14 * DAY)]),
        (DutyKind::TellMarketing, Role::Engineering, [Some(4), Some(DAY), Some(3 * DAY), Some(3 * DAY)]),
        (DutyKind::TellSupport, Role::Engineering, [Some(1), Some(4), Some(DAY), Some(3 * DAY)]),
        (DutyKind::TellCustomer, Role::Support, [Some(1), Some(4), Some(DAY), Some(3 * DAY)]),
        (DutyKind::NextWord, Role::Support, [Some(8), Some(DAY), Some(7 * DAY), Some(14 * DAY)]),
        (DutyKind::Postmortem, Role::Engineering, [Some(DAY), Some(DAY), Some(3 * DAY), Some(3 * DAY)]),
        (DutyKind::Ship, Role::Engineering, [Some(DAY), Some(DAY), Some(DAY), Some(DAY)]),
        (DutyKind::WritePostmortem, Role::Engineering, [Some(5 * DAY), Some(5 * DAY), Some(10 * DAY), Some(10 * DAY)]),
        (DutyKind::Action, Role::Engineering, [Some(30 * DAY), Some(30 * DAY), Some(30 * DAY), Some(30 * DAY)]),
        (DutyKind::Confirm, Role::Support, [Some(3 * DAY), Some(3 * DAY), Some(7 * DAY), Some(14 * DAY)]),
        (DutyKind::Review, Role::Product, [Some(90 * DAY), Some(90 * DAY), Some(90 * DAY), Some(90 * DAY)]),
        (DutyKind::AnswerComplaint, Role::Engineering, [Some(4), Some(24), Some(3 * DAY), Some(7 * DAY)]),
        (DutyKind::CorrectProduct, Role::Engineering, [Some(1), Some(4), None, None]),
        (DutyKind::CorrectMarketing, Role::Engineering, [Some(1), Some(4), Some(DAY), Some(3 * DAY)]),
        (DutyKind::Close, Role::Product, [Some(DAY), Some(DAY), Some(3 * DAY), Some(7 * DAY)]),
        (DutyKind::LiftHold, Role::Engineering, [Some(4), Some(DAY), Some(DAY), Some(3 * DAY)]),
    ];

    #[test]
    fn every_row_of_the_default_table_has_its_owner_its_start_and_its_hours() {
        assert_eq!(TABLE.map(|(kind, ..)| kind), DutyKind::ALL);
        for (kind, by, hours) in TABLE {
            for (priority, hours) in Priority::ALL.iter().zip(hours) {
                let (world, ticket) = arisen(kind, *priority);
                // The clock of shipping starts with the end of the target date, thirty days after the beginning.
                let start = if kind == DutyKind::Ship { 31 * DAY } else { 100 };
                let owed = world.owed(ticket).into_iter().find(|owed| owed.duty.kind == kind);
                let times = owed.as_ref().map(|owed| (owed.by, owed.begins, owed.due));
                assert_eq!(times, hours.map(|hours| (by, hour(start), hour(start + hours))), "{kind} {priority}");
            }
        }
    }

    #[test]
    fn an_escalation_with_a_trigger_is_due_in_four_hours() {
        for trigger in Trigger::ALL {
            let world = reported().at(100).given(Assess { triggers: vec![*trigger], ..assess("CSD-1") });
            assert_eq!(world.due("CSD-1", DutyKind::Escalate), Some(100 + 4), "{trigger}");
        }
    }

    #[test]
    fn overdue_is_only_what_is_past_its_time() {
        let owed = &reported().owed("CSD-1")[0];
        assert!(!owed.is_overdue(hour(4)) && owed.is_overdue(hour(4) + chrono::TimeDelta::milliseconds(1)));
    }

    #[test]
    fn raising_a_priority_moves_an_open_due_time_to_the_earlier_one() {
        let due = |at: i64| {
            let world = escalated(Priority::Low).at(at).given(set_priority(Priority::High));
            world.due("CUS-1", DutyKind::EngAssess)
        };
        assert_eq!(due(10), Some(10 + 24));
        assert_eq!(due(160), Some(7 * DAY));
        let twice = escalated(Priority::Low).at(10).given(set_priority(Priority::High));
        assert_eq!(twice.at(11).given(set_priority(Priority::Critical)).due("CUS-1", DutyKind::EngAssess), Some(15));
    }

    #[test]
    fn raising_that_brings_nothing_forward_records_no_due_time() {
        let mut world = escalated(Priority::Low).at(160);
        assert!(world.when(set_priority(Priority::High)).iter().all(|event| event.due.is_empty()));
    }

    #[test]
    fn raising_moves_everything_open_at_once_and_keeps_when_it_began() {
        let world = escalated(Priority::Low).given(eng_assess(Impact::Large)).given(backlog()).at(6);
        let world = world.given(set_priority(Priority::Critical));
        assert_eq!(world.due("CUS-1", DutyKind::TellMarketing), Some(6 + 4));
        assert_eq!(world.due("CUS-1", DutyKind::TellSupport), Some(6 + 1));
        assert_eq!(world.due("CUS-1", DutyKind::Review), Some(90 * DAY));
        assert!(
            world
                .owed("CUS-1")
                .iter()
                .filter(|owed| owed.duty.kind != DutyKind::AlertProduct)
                .all(|owed| { owed.begins == hour(0) })
        );
    }

    #[test]
    fn lowering_a_priority_moves_no_due_time_and_needs_a_note() {
        let world = escalated(Priority::Critical).eng_assessed().given(patch("8.2"));
        let before = world.owed("CUS-1");
        let lower = set_priority(Priority::Low);
        let failures = world.refused(Edit { note: None, ..lower.clone() });
        let lowering = Failure::LoweringNoteMissing { from: Priority::Critical, to: Priority::Low };
        assert_eq!(failures, [lowering]);
        assert_eq!(rules(&failures).first().map(|rule| rule.as_str()), Some("R29"));
        assert_eq!(world.at(1).given(lower).owed("CUS-1"), before);
    }

    #[test]
    fn what_arises_after_lowering_has_the_longer_time() {
        let world = escalated(Priority::Critical).given(set_priority(Priority::Low)).at(3).eng_assessed();
        assert_eq!(world.due("CUS-1", DutyKind::Release), Some(3 + 14 * DAY));
    }

    #[test]
    fn raising_does_not_move_what_has_not_begun() {
        let world = decided(Priority::Low, promised(30, patch("8.2"))).given(set_priority(Priority::Critical));
        assert_eq!(world.due("CUS-1", DutyKind::Ship), Some(32 * DAY));
    }

    #[test]
    fn without_a_target_date_shipping_is_owed_by_a_clock_from_the_decision() {
        for (decision, days) in [(patch("8.2"), [2, 7, 14, 30]), (next_release("8.2"), [14, 14, 30, 60])] {
            for (priority, days) in Priority::ALL.iter().zip(days) {
                let world = escalated(*priority).eng_assessed().at(100).given(decision.clone());
                assert_eq!(world.due("CUS-1", DutyKind::Ship), Some(100 + days * DAY), "{priority}");
            }
        }
        let raised = decided(Priority::Low, patch("8.2")).at(9).given(set_priority(Priority::Critical));
        assert_eq!(raised.due("CUS-1", DutyKind::Ship), Some(9 + 2 * DAY));
    }

    #[test]
    fn a_target_date_lasts_to_the_end_of_that_day_in_the_teams_zone() {
        let due = |zone: &str, machine: &str| {
            let mut world = escalated(Priority::Low).eng_assessed();
            world.context.zone = Zone::named(machine).unwrap();
            let mut policy = Policy::default();
            policy.set("business.zone", zone).unwrap();
            world.context.policy = policy.into();
            world.given(promised(30, patch("8.2"))).due("CUS-1", DutyKind::Ship)
        };
        assert_eq!(due("none", "UTC"), Some(32 * DAY));
        assert_eq!(due("none", "America/Phoenix"), Some(32 * DAY + 7));
        assert_eq!(due("Asia/Tokyo", "America/Phoenix"), Some(32 * DAY - 9));
    }

    #[test]
    fn a_changed_policy_never_moves_what_is_owed() {
        let mut world = escalated(Priority::Low);
        world.context.policy = Policy::with(Clock::EngAssess, [1; 4]).into();
        let world = world.at(1).given(Edit { summary: Some("So".to_owned()), ..edit("CUS-1") });
        assert_eq!(world.due("CUS-1", DutyKind::EngAssess), Some(7 * DAY));
        let mut later = assessed();
        later.context.policy = Policy::with(Clock::EngAssess, [1; 4]).into();
        assert_eq!(later.given(escalate(&["CSD-1"], Priority::Low)).due("CUS-1", DutyKind::EngAssess), Some(1));
    }

    #[test]
    fn an_event_is_never_earlier_than_the_last_one_and_its_clocks_start_with_the_command() {
        let world = World::new().at(10).given(report("Alder")).at(8);
        let world = world.given(assess("CSD-1"));
        assert_eq!(world.csd("CSD-1").updated, hour(10));
        assert_eq!(world.due("CSD-1", DutyKind::Escalate), Some(8 + DAY));
        assert!(world.owed("CSD-1")[0].has_begun(hour(0)));
    }

    #[test]
    fn a_time_set_by_hand_before_the_last_event_is_refused() {
        let mut world = World::new().at(10).given(report("Alder")).at(8);
        world.context.now_is_explicit = true;
        let failures = world.refused(assess("CSD-1"));
        assert_eq!(failures, [Failure::ClockBeforeLastEvent { now: hour(8), last: hour(10) }]);
        assert_eq!(world.at(10).given(assess("CSD-1")).csd("CSD-1").revision, 2);
    }

    #[test]
    fn a_replay_of_the_events_needs_no_policy() {
        let mut world = World::new();
        let mut events = world.when(Report { product_version: Some("8.1".to_owned()), ..report("Alder") });
        events.extend(world.when(assess("CSD-1")));
        events.extend(world.when(escalate(&["CSD-1"], Priority::High)));
        events.extend(world.when(eng_assess(Impact::Large)));
        events.extend(world.when(patch("8.2")));
        for to in [Audience::Product, Audience::Marketing, Audience::Support, Audience::Customer] {
            events.extend(world.when(tell(to)));
        }
        events.extend(world.when(to_postmortem()));
        events.extend(world.when(Confirm { note: Some("So".to_owned()), ..confirm("CSD-1", AnswerKind::Resolved) }));
        let mut replayed = Tickets::default();
        events.iter().for_each(|event| replayed.apply(event));
        assert_eq!(replayed, world.tickets);
    }
}
