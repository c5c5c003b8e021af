//! Importing, given what is recorded.

use std::collections::BTreeMap;

use super::*;
use crate::workflow::Time;
use crate::workflow::command::Command;
use crate::workflow::foreign::Past;
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::rule::Rule;
use crate::workflow::rules::decide;
use crate::workflow::tests::given::{self, close, escalated, foreign_bug, foreign_issue, report};
use crate::workflow::tests::kit::{World, hour, key, rules, types};
use crate::workflow::tickets::stage::{CsdStage, CusStage};
use crate::workflow::vocabulary::{Priority, Resolution};

fn past(at: i64, what: Happened) -> Past {
    Past { at: hour(at), actor: "Ben".to_owned(), what }
}

fn said(at: i64, text: &str) -> Past {
    past(at, Happened::Said(text.to_owned()))
}

fn command(ticket: &Foreign, known: &[Event]) -> Import {
    Import { known: known.to_vec(), ..given::import(ticket.clone()) }
}

/// The events of importing a ticket of which `known` is recorded. Its history need not be legal.
fn import(world: &mut World, command: Import) -> Vec<Event> {
    let events = decide(&world.tickets, &Command::from(command), &world.context).unwrap();
    events.iter().for_each(|event| world.tickets.apply(event));
    events
}

fn imported(world: &mut World, ticket: &Foreign) -> Vec<Event> {
    import(world, command(ticket, &[]))
}

fn times(events: &[Event]) -> Vec<Time> {
    events.iter().map(|event| event.at).collect()
}

#[test]
fn what_is_finished_elsewhere_keeps_its_own_times_and_people_and_owes_nothing() {
    let mut world = World::new();
    let history = vec![
        past(-90, Happened::HandedTo(Handler::Support)),
        said(-80, "Looking"),
        past(-70, Happened::Resolved(Some("Set the option".to_owned()))),
    ];
    let events = imported(&mut world, &Foreign { past: history, ..foreign_issue() });
    assert_eq!(types(&events), ["reported", "assessed", "commented", "resolved", "imported"]);
    assert_eq!(times(&events), [-100, -90, -80, -70, 0].map(hour));
    let people: Vec<&str> = events.iter().map(|event| event.actor.as_str()).collect();
    assert_eq!(people, ["Dana", "Ben", "Ben", "Ben", "Sue Staff"]);
    let csd = world.csd("HELP-3");
    assert_eq!((csd.stage, csd.resolution.as_deref(), csd.answer), (CsdStage::Resolved, Some("Set the option"), None));
    assert!(world.kinds("HELP-3").is_empty());
}

#[test]
fn what_is_open_elsewhere_owes_what_its_stage_demands_from_the_import_on() {
    let mut world = World::new().at(3);
    imported(&mut world, &foreign_issue());
    assert_eq!(world.due("HELP-3", DutyKind::Assess), Some(3 + 4));
    imported(&mut world, &Foreign { priority: Priority::High, description: None, ..foreign_bug() });
    assert_eq!(world.due("DEV-7", DutyKind::EngAssess), Some(3 + 24));
    assert_eq!((world.cus("DEV-7").key.as_str(), world.cus("DEV-7").steps.as_str()), ("CUS-1", NO_STEPS));
}

#[test]
fn a_fix_of_another_tracker_is_a_decision_that_has_shipped() {
    let mut world = World::new();
    let closed = Happened::Closed { resolution: Resolution::Fixed, of: None };
    let history = [
        past(-50, Happened::Fixed("8.2".to_owned())),
        past(-40, Happened::AwaitsCustomers),
        past(-30, closed),
        past(-20, Happened::Reopened),
    ];
    let told = |moves: usize, stage: CusStage| Foreign {
        past: history[..moves].to_vec(),
        stands: stage.into(),
        has_changelog: true,
        ..foreign_bug()
    };
    let events = imported(&mut world, &told(3, CusStage::Closed));
    let all = ["escalated", "release-decided", "shipped", "moved-to-postmortem", "closed", "imported"];
    assert_eq!(types(&events), all);
    assert_eq!(world.cus_stage(), CusStage::Closed);
    assert!(world.cus("CUS-1").is_shipped());
    let events = import(&mut world, command(&told(4, CusStage::Escalated), &events));
    assert_eq!(types(&events), ["reopened", "imported"]);
    assert_eq!(world.cus_stage(), CusStage::Escalated);
}

#[test]
fn an_escalation_comes_in_at_its_stage_and_owes_what_that_demands() {
    let decided = || past(-5, Happened::Decided(Some("8.2".to_owned())));
    let cases = [
        (CusStage::Returned, vec![past(-5, Happened::Returned)], DutyKind::Complete),
        (CusStage::EngAssessed, vec![past(-5, Happened::Assessed)], DutyKind::Release),
        (CusStage::ReleaseAssessed, vec![decided()], DutyKind::Postmortem),
    ];
    for (stage, history, duty) in cases {
        let mut world = World::new();
        imported(&mut world, &Foreign { past: history, stands: stage.into(), ..foreign_bug() });
        assert_eq!(world.cus_stage(), stage);
        assert!(world.kinds("CUS-1").contains(&duty), "{stage}: {:?}", world.kinds("CUS-1"));
    }
}

#[test]
fn an_escalation_keeps_a_number_of_ours_and_the_next_is_past_it() {
    let mut world = World::new();
    let own = Foreign { key: key("CUS-9"), there: "CUS-9".to_owned(), ..foreign_bug() };
    let known = imported(&mut world, &own);
    assert_eq!((world.cus("CUS-9").key.as_str(), world.tickets.free.cus), ("CUS-9", 10));
    assert_eq!(import(&mut world, command(&own, &known)), []);
    let another = Foreign { there: "other".to_owned(), ..own };
    assert_eq!(world.refused(command(&another, &[])), [Failure::KeyTaken { key: key("CUS-9") }]);
}

#[test]
fn a_newer_export_moves_what_moved_there_backwards_too() {
    let mut world = World::new();
    let ended = vec![past(-9, Happened::HandedTo(Handler::Support)), past(-9, Happened::Resolved(None))];
    let closed = Foreign { past: ended.clone(), stands: CsdStage::Resolved.into(), ..foreign_issue() };
    let mut known = imported(&mut world, &foreign_issue());
    known.extend(import(&mut world, command(&closed, &known)));
    assert_eq!(world.csd_stage("HELP-3"), CsdStage::Resolved);
    assert_eq!(import(&mut world, command(&closed, &known)), []);
    let reopened = Foreign { past: Vec::new(), stands: CsdStage::Reported.into(), ..foreign_issue() };
    known.extend(import(&mut world, command(&reopened, &known)));
    assert_eq!(world.csd_stage("HELP-3"), CsdStage::Handled, "Support has it again");
    assert!(world.kinds("HELP-3").contains(&DutyKind::Resolve));
    assert_eq!(import(&mut world, command(&reopened, &known)), []);
    known.extend(import(&mut world, command(&closed, &known)));
    assert_eq!(world.csd_stage("HELP-3"), CsdStage::Resolved, "the same move as before");
    let touched = Import { is_touched: true, ..command(&reopened, &known) };
    assert_eq!(import(&mut world, touched), [], "what was worked on here stays");
}

#[test]
fn an_escalation_moves_backwards_too() {
    let mut world = World::new();
    let decided = past(-5, Happened::Decided(Some("8.2".to_owned())));
    let at = |stage: CusStage, past: Vec<Past>| Foreign { past, stands: stage.into(), ..foreign_bug() };
    let known = imported(&mut world, &at(CusStage::ReleaseAssessed, vec![decided]));
    let events = import(&mut world, command(&at(CusStage::EngAssessed, vec![past(-1, Happened::Assessed)]), &known));
    assert_eq!(types(&events), ["reopened", "eng-assessed", "imported"]);
    assert_eq!(world.cus_stage(), CusStage::EngAssessed);
}

#[test]
fn an_escalation_takes_the_customers_tickets_that_came_before_it() {
    let mut world = World::new();
    imported(&mut world, &foreign_issue());
    let resolved = vec![past(-9, Happened::HandedTo(Handler::Support)), past(-9, Happened::Resolved(None))];
    let over = Foreign { key: key("HELP-4"), past: resolved, stands: CsdStage::Resolved.into(), ..foreign_issue() };
    imported(&mut world, &over);
    let joins = vec![key("HELP-3"), key("HELP-4"), key("HELP-99")];
    import(&mut world, Import { joins: joins.clone(), ..command(&foreign_bug(), &[]) });
    assert_eq!(world.cus("DEV-7").links.len(), 2);
    assert_eq!((world.csd_stage("HELP-3"), world.csd_stage("HELP-4")), (CsdStage::Escalated, CsdStage::Resolved));
    assert!(world.cus("DEV-7").link(&key("HELP-4")).unwrap().is_decided());
}

#[test]
fn what_awaits_its_customers_without_a_fix_that_the_tracker_knows_closes_once_they_have_answered() {
    let mut world = World::new();
    imported(&mut world, &Foreign { past: vec![past(-40, Happened::AwaitsCustomers)], ..foreign_bug() });
    imported(&mut world, &Foreign { cus: Some(key("DEV-7")), ..foreign_issue() });
    let failures = world.refused(close());
    assert!(failures.contains(&Failure::CustomerUndecided { csd: key("HELP-3") }), "{failures:?}");
}

#[test]
fn a_key_that_is_ours_or_that_another_ticket_has_is_refused() {
    let refused = |world: &World, ticket: &Foreign, known: &[Event]| world.refused(command(ticket, known));
    let ours = Foreign { key: key("CUS-9"), ..foreign_issue() };
    assert_eq!(refused(&World::new(), &ours, &[]), [Failure::KeyIsOurs { key: key("CUS-9") }]);
    let mut world = World::new();
    let reported = world.when(report("Alder"));
    let failures = refused(&world, &Foreign { key: key("CSD-1"), ..foreign_issue() }, &reported);
    assert_eq!(failures, [Failure::KeyTaken { key: key("CSD-1") }]);
    assert_eq!(rules(&failures), [Rule::R2]);
    let known = imported(&mut world, &foreign_issue());
    let failures = refused(&world, &Foreign { kind: Kind::Cus, ..foreign_issue() }, &known);
    assert_eq!(failures, [Failure::KeyTaken { key: key("HELP-3") }]);
}

#[test]
fn given_an_issue_that_is_linked_when_it_comes_again_with_another_time_then_it_is_not_linked_twice() {
    let mut world = World::new();
    imported(&mut world, &foreign_bug());
    let linked = Foreign { cus: Some(key("DEV-7")), ..foreign_issue() };
    let known = imported(&mut world, &linked);
    let again = Foreign { created: hour(-1), updated: hour(-1), summary: "Other".to_owned(), ..linked };
    assert_eq!(types(&import(&mut world, command(&again, &known))), ["edited", "imported"]);
    assert_eq!(world.cus("CUS-1").links.len(), 1);
}

#[test]
fn a_customers_ticket_is_linked_and_what_becomes_of_it_counts_on_its_escalation() {
    let mut world = World::new();
    imported(&mut world, &foreign_bug());
    let handed = past(-90, Happened::HandedTo(Handler::Support));
    let stands = CsdStage::Escalated.into();
    let linked = Foreign { cus: Some(key("DEV-7")), past: vec![handed], stands, ..foreign_issue() };
    let mut known = imported(&mut world, &linked);
    assert_eq!(types(&known), ["reported", "assessed", "joined", "linked", "imported"]);
    assert_eq!(world.csd("HELP-3").handled_by, Some(Handler::Engineering));
    for (past, stage, fact, is_decided) in [
        (vec![past(-9, Happened::Resolved(None))], CsdStage::Resolved, "settled-elsewhere", true),
        (Vec::new(), CsdStage::Escalated, "answered", false),
    ] {
        let newer = Foreign { past, stands: stage.into(), ..linked.clone() };
        let events = import(&mut world, command(&newer, &known));
        assert_eq!(events[0].stream, key("CUS-1"));
        assert_eq!(types(&events)[0], fact);
        assert_eq!(world.cus("CUS-1").link(&key("HELP-3")).unwrap().is_decided(), is_decided, "{fact}");
        assert_eq!(world.csd_stage("HELP-3"), stage);
        known.extend(events);
    }
}

#[test]
fn imported_again_only_what_is_new_is_recorded() {
    let mut world = World::new();
    let first = Foreign { past: vec![said(-80, "Looking")], ..foreign_issue() };
    let known = imported(&mut world, &first);
    assert_eq!(import(&mut world, command(&first, &known)), []);
    let by_another = Past { actor: "Eve".to_owned(), ..said(-80, "Looking") };
    for new in [said(-79, "Looking"), said(-80, "Found it"), by_another] {
        let again = Foreign { past: vec![said(-80, "Looking"), new.clone()], ..foreign_issue() };
        let events = import(&mut world.clone(), command(&again, &known));
        assert_eq!(types(&events), ["commented", "imported"], "{new:?}");
        assert_eq!((events[0].at, &events[0].actor), (new.at, &new.actor));
    }
    let rest = BTreeMap::from([("Team".to_owned(), "Rates".to_owned())]);
    assert_eq!(types(&import(&mut world, command(&Foreign { rest, ..first }, &known))), ["imported"]);
}

#[test]
fn imported_again_each_text_that_differs_is_corrected() {
    let text = || "Another".to_owned();
    let changes = [
        Foreign { summary: text(), ..foreign_issue() },
        Foreign { customer: text(), ..foreign_issue() },
        Foreign { contact: Some(text()), ..foreign_issue() },
        Foreign { description: Some(text()), ..foreign_issue() },
        Foreign { summary: text(), ..foreign_bug() },
        Foreign { description: Some(text()), ..foreign_bug() },
        Foreign { priority: Priority::Critical, ..foreign_bug() },
    ];
    for changed in changes {
        let mut world = World::new();
        let first = if changed.kind == Kind::Csd { foreign_issue() } else { foreign_bug() };
        let mut known = imported(&mut world, &first);
        assert_eq!(import(&mut world, command(&first, &known)), []);
        let events = import(&mut world, command(&changed, &known));
        assert_eq!(types(&events), ["edited", "imported"], "{changed:?}");
        assert_eq!(events[0].at, changed.updated);
        known.extend(events);
        assert_eq!(import(&mut world, command(&changed, &known)), [], "{changed:?}");
    }
}

#[test]
fn what_was_worked_on_here_keeps_its_stage_and_texts_and_gets_only_what_was_said_elsewhere() {
    let mut world = World::new();
    let known = imported(&mut world, &foreign_issue());
    let rest = BTreeMap::from([("Team".to_owned(), "Rates".to_owned())]);
    let changed = Foreign { summary: "Another".to_owned(), rest, ..foreign_issue() };
    let touched = |ticket: Foreign| Import { is_touched: true, ..command(&ticket, &known) };
    let moved = Foreign { past: vec![past(-9, Happened::HandedTo(Handler::Support))], ..changed.clone() };
    assert_eq!(import(&mut world, touched(moved)), []);
    let events = import(&mut world, touched(Foreign { past: vec![said(-8, "Still wrong")], ..changed }));
    assert_eq!(types(&events), ["commented", "imported"]);
    assert_eq!(
        (world.csd_stage("HELP-3"), world.csd("HELP-3").summary.as_str()),
        (CsdStage::Reported, "Rates are wrong")
    );
}

#[test]
fn a_duplicate_names_its_original_where_that_was_imported() {
    let mut world = escalated(Priority::Low);
    let duplicate = |of: &str| Happened::Closed { resolution: Resolution::Duplicate, of: Some(key(of)) };
    imported(&mut world, &Foreign { past: vec![past(-9, duplicate("CUS-1"))], ..foreign_bug() });
    imported(&mut world, &Foreign { key: key("DEV-8"), past: vec![past(-9, duplicate("DEV-99"))], ..foreign_bug() });
    let original = |cus: &str| world.cus(cus).closing.clone().unwrap().of;
    assert_eq!((original("DEV-7"), original("DEV-8")), (Some(key("CUS-1")), None));
}

#[test]
fn what_is_dated_in_the_future_is_refused() {
    let refused = |ticket: &Foreign, until: i64| {
        let command = Import { until: hour(until), ..command(ticket, &[]) };
        let world = World::new().at(until);
        decide(&world.tickets, &Command::from(command), &world.context).err().map(|refusal| refusal.failures)
    };
    let ticket = foreign_issue();
    assert_eq!(refused(&ticket, 50), None);
    let late = Foreign { updated: hour(51), ..ticket.clone() };
    assert_eq!(refused(&late, 50), Some(vec![Failure::DatedInTheFuture { at: hour(51) }]));
    let commented = Foreign { past: vec![said(60, "later")], ..ticket };
    assert_eq!(refused(&commented, 50), Some(vec![Failure::DatedInTheFuture { at: hour(60) }]));
}
