//! What every command spends its time in, in-process and without waiting for a disk: `cargo bench`.
#![allow(
    clippy::unwrap_used,
    missing_debug_implementations,
    reason = "a benchmark that cannot go on ends, and nobody prints what is in it"
)]

use cus::app::{Actor, Desk, DeskError};
use cus::store::{ListQuery, OwedQuery, Store, StoreError, words_of};
use cus::workflow::command::{Assess, Command, EngAssess, Escalate, Report};
use cus::workflow::event::{Event, Fact};
use cus::workflow::key::Key;
use cus::workflow::notices::draft::NoticeSettings;
use cus::workflow::obligations::owed::owed;
use cus::workflow::obligations::policy::Policy;
use cus::workflow::rules::decide;
use cus::workflow::scope::Scope;
use cus::workflow::tickets::{Ticket, Tickets};
use cus::workflow::vocabulary::{Channel, Handler, Impact, Priority, Role, Severity, Trigger};
use cus::workflow::zone::Zone;
use cus::workflow::{Context, Time};
use divan::{Bencher, black_box};
use tempfile::TempDir;

/// How many tickets the stores have.
const TICKETS: usize = 1000;

fn main() {
    divan::main();
}

#[divan::bench]
fn decide_and_apply(bencher: Bencher<'_, '_>) {
    let context = context();
    let (tickets, _) = decision(3);
    let step = steps().remove(3);
    bencher.with_inputs(|| tickets.clone()).bench_local_refs(|tickets| {
        for event in decide(tickets, &step, &context).unwrap() {
            tickets.apply(&event);
        }
    });
}

#[divan::bench]
fn fold_a_ticket(bencher: Bencher<'_, '_>) {
    let (_, events) = decision(4);
    bencher.bench_local(|| {
        let mut tickets = Tickets::default();
        events.iter().for_each(|event| tickets.apply(event));
        tickets
    });
}

#[divan::bench]
fn what_is_owed(bencher: Bencher<'_, '_>) {
    let (tickets, _) = decision(4);
    let ticket = tickets.ticket(&key("CUS-1")).unwrap();
    bencher.bench_local(|| owed(black_box(&tickets), black_box(ticket)));
}

#[divan::bench]
fn encode_an_event(bencher: Bencher<'_, '_>) {
    let (_, events) = decision(4);
    let fact = &events.last().unwrap().fact;
    bencher.bench_local(|| (black_box(fact).data().unwrap(), black_box(fact).texts()));
}

#[divan::bench]
fn decode_an_event(bencher: Bencher<'_, '_>) {
    let (_, events) = decision(4);
    let fact = &events.last().unwrap().fact;
    let (data, texts) = (fact.data().unwrap(), fact.texts());
    bencher.bench_local(|| {
        let texts = black_box(&texts).iter().map(|(name, text)| (name.clone(), (*text).into()));
        Fact::decode(fact.type_name(), 1, black_box(&data), texts).unwrap()
    });
}

#[divan::bench]
fn report_in_a_transaction(bencher: Bencher<'_, '_>) {
    let (_folder, store) = filled();
    let mut desk = Desk::at(store).rehearsing(true);
    let dana = Actor::new("dana").at(now());
    bencher.bench_local(|| desk.execute(report(TICKETS), &dana).unwrap());
}

#[divan::bench]
fn list_the_first_fifty(bencher: Bencher<'_, '_>) {
    let (_folder, store) = filled();
    let query = ListQuery { stages: vec!["reported".to_owned()], limit: Some(50), ..ListQuery::default() };
    bencher.bench_local(|| {
        let mut rows = Vec::new();
        let more = store.list(&query, now(), |row| {
            rows.push(row);
            Ok::<(), StoreError>(())
        });
        (rows, more.unwrap())
    });
}

#[divan::bench]
fn show_a_ticket(bencher: Bencher<'_, '_>) {
    let (_folder, store) = filled();
    let key = key("CSD-500");
    let scope = Scope::of([key.clone()]);
    bencher.bench_local(|| (store.tickets(&scope).unwrap(), store.events_of(&key).unwrap()));
}

#[divan::bench(args = ["needle", "rates"])]
fn search(bencher: Bencher<'_, '_>, word: &str) {
    let (_folder, store) = filled();
    let words = words_of(word);
    bencher.bench_local(|| store.search(&words, 50).unwrap());
}

#[divan::bench]
fn what_a_role_owes(bencher: Bencher<'_, '_>) {
    let (_folder, store) = filled();
    let query = OwedQuery { roles: vec![Role::Support], ..OwedQuery::default() };
    bencher.bench_local(|| store.owed(&query, now()).unwrap());
}

#[divan::bench]
fn export_a_thousand(bencher: Bencher<'_, '_>) {
    let (_folder, store) = filled();
    bencher.bench_local(|| store.dump(None, &mut std::io::sink()).unwrap());
}

/// A store of reported tickets; the word `needle` is in one of a hundred, `rates` in all.
fn filled() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cus.db");
    let dana = Actor::new("dana").at(now());
    let reported = Desk::create(&path).unwrap().transaction(|tx| -> Result<(), DeskError> {
        (0..TICKETS).try_for_each(|number| tx.execute(report(number), &dana).map(drop))
    });
    reported.unwrap();
    (folder, Store::open(&path).unwrap())
}

/// The tickets after so many steps, and the events that brought them there.
fn decision(taken: usize) -> (Tickets, Vec<Event>) {
    let mut tickets = Tickets::default();
    let mut all = Vec::new();
    for step in steps().iter().take(taken) {
        let events = decide(&tickets, step, &context()).unwrap();
        events.iter().for_each(|event| tickets.apply(event));
        all.extend(events);
    }
    assert_eq!(tickets.all.iter().map(Ticket::revision).sum::<u64>(), all.len() as u64);
    (tickets, all)
}

/// From a report to Engineering's assessment.
fn steps() -> Vec<Command> {
    let csd = key("CSD-1");
    let assess = Assess {
        csd: csd.clone(),
        handled_by: Handler::Engineering,
        triggers: vec![Trigger::Financial],
        note: Some("Every parcel of theirs is hit.".to_owned()),
    };
    let escalate = Escalate {
        csd: vec![csd],
        priority: Priority::High,
        steps: "Rate any parcel.".to_owned(),
        summary: None,
        attach: Vec::new(),
        hold: None,
        note: None,
    };
    let eng_assess = EngAssess {
        cus: key("CUS-1"),
        cause: "The migration drops the surcharge of old tariffs".to_owned(),
        started: None,
        caused_by: "unknown".to_owned(),
        severity: Severity::Major,
        impact: Impact::Large,
        workaround: "Open and save each tariff once".to_owned(),
        customers_affected: Some(14),
        keep_priority: true,
        note: Some("It can wait".to_owned()),
    };
    vec![report(1), assess.into(), escalate.into(), eng_assess.into()]
}

fn report(number: usize) -> Command {
    let rare = if number.is_multiple_of(100) { "needle" } else { "straw" };
    Report {
        csd: None,
        customer: format!("Customer {}", number % 50),
        summary: format!("Rates are zero on day {number}"),
        channel: Channel::Phone,
        description: Some(format!("Since Sunday's upgrade the rating screen shows 0.00 for every {rare} of theirs.")),
        contact: None,
        product_version: Some("5.1".to_owned()),
        attach: Vec::new(),
    }
    .into()
}

fn context() -> Context {
    Context {
        now: now(),
        now_is_explicit: false,
        actor: "dana".to_owned(),
        roles: Vec::new(),
        zone: Zone::UTC,
        policy: Policy::default().into(),
        notice_settings: NoticeSettings::default(),
    }
}

fn now() -> Time {
    Time::from_timestamp_millis(1_772_452_800_000).unwrap()
}

fn key(text: &str) -> Key {
    text.parse().unwrap()
}
