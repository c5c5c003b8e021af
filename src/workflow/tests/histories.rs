//! Due times over random legal histories (R29).

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::given::{
    assess, backlog, close, close_as, comment, complete, confirm, duplicate_of, eng_assess, escalate, hold, join, lift,
    next_release, patch, promised, reopen, report, resolve, say, send_back, set_priority, ship, tell, to_postmortem,
    undo, unlink,
};
use super::kit::{World, key};
use super::vanishing::look_at_what_vanished;
use crate::workflow::command::{Command, Complete, Deliver, Escalate, Notify, Release};
use crate::workflow::event::Event;
use crate::workflow::key::Key;
use crate::workflow::obligations::deadlines::clock;
use crate::workflow::obligations::duty::{DueTime, Duty, DutyKind};
use crate::workflow::obligations::policy::Policy;
use crate::workflow::obligations::urgency::clock_priority;
use crate::workflow::rules::decide;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::cus::Cus;
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{
    AnswerKind, Audience, ChecklistItem, Handler, Impact, Priority, Resolution, Trigger, Via,
};

/// Commands of every kind, on one CUS ticket with up to two customers and on another.
fn alphabet() -> Vec<Command> {
    let mut commands: Vec<Command> = vec![report("Alder").into(), report("Birch").into()];
    for csd in ["CSD-1", "CSD-2"] {
        let mut urgent = assess(csd);
        urgent.triggers = vec![Trigger::Financial];
        let mut elsewhere = assess(csd);
        elsewhere.handled_by = Handler::ClientServices;
        elsewhere.note = Some("After all".to_owned());
        commands.extend([assess(csd).into(), urgent.into(), elsewhere.into(), resolve(csd).into(), join(csd).into()]);
        commands.extend([unlink(csd).into(), reopen(csd).into()]);
        for answer in [AnswerKind::Resolved, AnswerKind::NotResolved, AnswerKind::Unreachable] {
            commands.push(confirm(csd, answer).into());
        }
        for priority in [Priority::Critical, Priority::Low] {
            commands.push(escalate(&[csd], priority).into());
        }
    }
    let completed = Complete { note: Some("All there is".to_owned()), ..complete() };
    let second = Escalate { summary: Some("Another".to_owned()), ..escalate(&["CSD-2"], Priority::High) };
    let reviewed = Release { note: Some("Still so".to_owned()), ..backlog() };
    commands.extend([completed.into(), second.into(), reviewed.into()]);
    commands.extend([eng_assess(Impact::Large).into(), eng_assess(Impact::One).into()]);
    commands.extend([patch("8.2").into(), next_release("8.3").into(), backlog().into()]);
    commands.extend([promised(9, patch("8.2")).into(), promised(40, next_release("8.3")).into()]);
    for to in [Audience::Support, Audience::Product, Audience::Marketing, Audience::Customer] {
        commands.extend([tell(to).into(), tell(to).into()]);
    }
    commands.extend([say(Audience::Customer, "Soon").into(), comment("CUS-1").into()]);
    for to in [Audience::Support, Audience::Product, Audience::Marketing, Audience::Customer] {
        commands.push(Notify { via: Some(Via::Webhook), ..tell(to) }.into());
    }
    for notice in 1..=8 {
        commands.push(Deliver { cus: key("CUS-1"), notice, receipt: "200".to_owned() }.into());
    }
    commands.extend([to_postmortem().into(), to_postmortem().into(), ship().into(), ship().into(), close().into()]);
    commands.extend([send_back(&[ChecklistItem::Other]).into(), reopen("CUS-1").into()]);
    commands.extend([hold(None).into(), lift().into(), duplicate_of("CUS-2").into()]);
    commands.extend([close_as(Resolution::WontFix).into(), close_as(Resolution::Withdrawn).into()]);
    for priority in [Priority::Critical, Priority::High, Priority::Medium, Priority::Low] {
        commands.push(set_priority(priority).into());
    }
    commands
}

/// The policies between which a team changes.
fn policies() -> Vec<Policy> {
    let with = |settings: &[(&str, &str)]| {
        let mut policy = Policy::default();
        for (key, value) in settings {
            policy.set(key, value).unwrap();
        }
        policy
    };
    vec![
        Policy::default(),
        with(&[("eng-assess", "30m"), ("tell-customer", "9d"), ("assess", "1h")]),
        with(&[("hours", "business"), ("business.zone", "Europe/Berlin"), ("business.holidays", "2026-03-06")]),
    ]
}

fn is_finished(tickets: &Tickets, ticket: &Ticket) -> bool {
    match ticket {
        Ticket::Csd(csd) => csd.is_resolved(),
        Ticket::Cus(cus) => cus.is_finished() && tickets.linked(cus).all(|csd| csd.is_resolved()),
    }
}

/// The due times that events fixed, by ticket and duty.
fn fixed(tickets: &Tickets) -> BTreeMap<String, DueTime> {
    let mut all = BTreeMap::new();
    for ticket in &tickets.all {
        // The next word goes by its own rules (R33).
        for duty in ticket.demands().into_iter().filter(|duty| duty.kind != DutyKind::NextWord) {
            let due = ticket.due().iter().find(|due| due.duty == duty).expect("each due time is a fact").clone();
            all.insert(format!("{} {duty:?}", ticket.id()), due);
        }
    }
    all
}

fn ticket<'a>(tickets: &'a Tickets, name: &str) -> &'a Ticket {
    let id = key(name.split(' ').next().unwrap());
    tickets.ticket(&id).unwrap()
}

/// Returns until when a duty would be due whose clock starts then.
fn due(tickets: &Tickets, name: &str, duty: &Duty, policy: &Policy, from: Time) -> Time {
    let ticket = ticket(tickets, name);
    policy.due(clock(ticket, duty), clock_priority(ticket), from).unwrap()
}

/// Checks that queued notices tell the facts in force, and are still owed (R29).
fn look_at_queue(tickets: &Tickets) {
    for ticket in &tickets.all {
        let Ticket::Cus(cus) = ticket else { continue };
        for notice in cus.queued().filter(|notice| !notice.settles.is_empty()) {
            assert_eq!(notice.facts, cus.facts, "{notice:?}");
            assert!(cus.demands().iter().any(|duty| notice.settles.contains(&duty.kind)), "{notice:?}");
        }
    }
}

/// Checks that every customer who waits is owed the next word, and that it never moves later in silence (R33).
fn look_at_words(before: &Tickets, after: &Tickets) {
    for csd in after.all.iter().filter_map(|ticket| after.csd(ticket.id())) {
        let Some(new) = csd.next_word() else {
            assert!(csd.is_resolved(), "{} waits in silence", csd.key);
            continue;
        };
        let old = before.csd(&csd.id).and_then(|old| old.next_word());
        if let Some(old) = old.filter(|old| old.duty == new.duty) {
            assert!(new.due <= old.due && new.begins == old.begins, "{old:?} {new:?}");
        }
    }
}

/// Checks each ticket between two commands.
fn look_at(before: &Tickets, after: &Tickets, policy: &Policy, world: &World) {
    for ticket in &after.all {
        let owes = !ticket.demands().is_empty();
        if is_finished(after, ticket) {
            assert!(!owes, "{} is finished and owes", ticket.key());
        } else if matches!(ticket, Ticket::Cus(_)) {
            assert!(owes, "{} is not finished and owes nothing: {ticket:?}", ticket.key());
        }
    }
    let (old, new) = (fixed(before), fixed(after));
    for (name, due) in &new {
        match old.get(name) {
            None => {
                // What ended without being done and is owed again keeps the earlier of its due times.
                let begins = due.begins.max(world.context.now);
                let expected = self::due(after, name, &due.duty, policy, begins);
                assert!(due.due == expected || due.begins < begins && due.due < expected, "{name}: {due:?}");
            }
            Some(held) if held == due => {}
            Some(held) => {
                assert!(
                    due.due < held.due && due.begins == held.begins,
                    "{name} moved to {} from {}",
                    due.due,
                    held.due
                );
                let urgency = |tickets| clock_priority(ticket(tickets, name));
                assert!(urgency(after) < urgency(before), "{name} moved without a raised priority");
                assert_eq!(due.due, self::due(after, name, &due.duty, policy, world.context.now));
            }
        }
    }
}

/// A ticket without what an undoing leaves of itself: who changed it last and when, and which numbers were used.
fn as_it_stands(ticket: &Ticket) -> Ticket {
    let (revision, updated, updated_by, edition) = (0, Time::UNIX_EPOCH, String::new(), 0);
    match ticket.clone() {
        Ticket::Csd(csd) => Ticket::Csd(Csd { revision, updated, updated_by, edition, ..csd }),
        Ticket::Cus(cus) => Ticket::Cus(Cus { revision, updated, updated_by, edition, last_notice: 0, ..cus }),
    }
}

/// Undoes the command of these events where that is let through, and checks that all is as before.
fn look_at_undoing(before: &Tickets, world: &World, events: &[Event], id: &Key) {
    let undoing: Command = undo(id.as_str()).into();
    let tickets = world.with_past(id);
    let is_it = tickets.past.as_ref().is_some_and(|past| past.events.iter().all(|event| events.contains(event)));
    if !is_it || decide(&tickets, &undoing, &world.context).is_err() {
        return;
    }
    let undone = world.clone().given(undoing).tickets;
    assert_eq!(undone.all.len(), before.all.len());
    for ticket in &before.all {
        assert_eq!(undone.ticket(ticket.id()).map(as_it_stands), Some(as_it_stands(ticket)));
    }
    for ticket in &world.tickets.all {
        let after =
            undone.ticket(ticket.id()).map_or_else(|| undone.gone(ticket.id()).unwrap().revision, Ticket::revision);
        assert!(after >= ticket.revision(), "numbers are used once");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_undone_is_as_it_was(steps in prop::collection::vec((any::<prop::sample::Index>(), 0..3_i64), 1..120)) {
        let alphabet = alphabet();
        let mut world = World::new();
        for (command, hours) in steps {
            world.context.now += chrono::TimeDelta::hours(hours);
            let before = world.tickets.clone();
            let command = command.get(&alphabet);
            if decide(&before, command, &world.context).is_ok() {
                let events = world.when(command.clone());
                events.iter().for_each(|event| look_at_undoing(&before, &world, &events, &event.stream));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn due_times_are_as_the_policy_says_and_never_move_later(
        steps in prop::collection::vec((any::<prop::sample::Index>(), 0..30_i64, 0..12_usize), 1..220)
    ) {
        let (alphabet, policies) = (alphabet(), policies());
        let mut world = World::new();
        for (command, hours, policy) in steps {
            if let Some(policy) = policies.get(policy) {
                world.context.policy = policy.clone().into();
            }
            world.context.now += chrono::TimeDelta::hours(hours);
            let reports = world.tickets.all.iter().filter(|ticket| matches!(ticket, Ticket::Csd(_))).count();
            let command = command.get(&alphabet);
            if matches!(command, Command::Report(_)) && reports > 1 {
                continue;
            }
            let before = world.tickets.clone();
            if decide(&before, command, &world.context).is_ok() {
                let events = world.when(command.clone());
                let policy = world.context.policy.clone();
                look_at(&before, &world.tickets, &policy, &world);
                look_at_what_vanished(&before, &world.tickets, &events);
                look_at_queue(&world.tickets);
                look_at_words(&before, &world.tickets);
            }
        }
    }
}
