//! The desk as a program uses it.

use tempfile::TempDir;

use super::{Actor, DeliverySettings, Desk, DeskError, Redact, RedactError, Request};
use crate::store::{Redaction, StoreError};
use crate::workflow::Time;
use crate::workflow::command::{Assess, Comment, EngAssess, Escalate, Notify, Report};
use crate::workflow::key::Key;
use crate::workflow::scope::Scope;
use crate::workflow::vocabulary::{Audience, Channel, Handler, Impact, Priority, Severity, Via};

fn dana() -> Actor {
    Actor::new("dana").at(Time::UNIX_EPOCH + chrono::TimeDelta::days(20_000))
}

fn desk() -> (TempDir, Desk) {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::create(&folder.path().join("desk.db")).unwrap();
    (folder, desk)
}

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

fn report() -> Report {
    Report::new("Acme", "Rates are zero", Channel::Phone)
}

fn comment(text: &str) -> Comment {
    Comment { key: key("CSD-1"), text: text.to_owned() }
}

/// CSD-1 is escalated as CUS-1.
fn escalated() -> (TempDir, Desk) {
    let (folder, mut desk) = desk();
    desk.execute(report(), &dana()).unwrap();
    desk.execute(Assess::new(key("CSD-1"), Handler::Engineering), &dana()).unwrap();
    desk.execute(Escalate::new([key("CSD-1")], Priority::High, "Rate a parcel."), &dana()).unwrap();
    (folder, desk)
}

fn revision(desk: &Desk) -> u64 {
    desk.store().tickets(&Scope::of([key("CSD-1")])).unwrap().csd(&key("CSD-1")).unwrap().revision
}

#[test]
fn a_transaction_that_fails_writes_nothing() {
    let (_folder, mut desk) = desk();
    let done = desk.transaction(|tx| {
        tx.execute(report(), &dana())?;
        tx.execute(Escalate::new([key("CSD-1")], Priority::High, "Rate a parcel."), &dana())
    });
    assert!(done.unwrap_err().refusal().is_some());
    assert!(desk.store().customers().unwrap().is_empty());
}

#[test]
fn a_command_that_is_refused_leaves_the_others() {
    let (_folder, mut desk) = desk();
    let done = desk.transaction(|tx| -> Result<bool, DeskError> {
        tx.execute(report(), &dana())?;
        Ok(tx.execute(comment(" "), &dana()).is_ok() || tx.execute(comment("n"), &Actor::new("e")).is_ok())
    });
    assert!(done.unwrap());
    assert_eq!(desk.store().customers().unwrap(), ["Acme"]);
}

#[test]
fn commands_that_belong_together_are_undone_together() {
    let (_folder, mut desk) = desk();
    let done = desk.transaction(|tx| -> Result<bool, DeskError> {
        tx.execute(report(), &dana())?;
        let together = tx.together(|tx| {
            tx.execute(comment("a"), &dana())?;
            tx.execute(Escalate::new([key("CSD-1")], Priority::High, "s"), &dana())
        });
        Ok(together.is_err())
    });
    assert!(done.unwrap());
    assert_eq!(revision(&desk), 1);
}

#[test]
fn a_rehearsal_checks_all_and_writes_nothing() {
    let (folder, desk) = escalated();
    drop(desk);
    let mut desk = Desk::open(&folder.path().join("desk.db")).unwrap().rehearsing(true);
    let before = revision(&desk);
    let outcome = desk.execute(comment("a"), &dana()).unwrap();
    assert_eq!(outcome.tickets().next().unwrap().revision(), before + 1);
    assert_eq!(revision(&desk), before);
}

#[test]
fn what_was_meant_for_another_revision_is_refused() {
    let (_folder, mut desk) = escalated();
    let now = revision(&desk);
    let stale = Request::from(comment("a")).at_revision(key("CSD-1"), now - 1);
    let refused = desk.execute(stale, &dana()).unwrap_err();
    assert!(matches!(refused, DeskError::Store(StoreError::Changed { actual, .. }) if actual == now), "{refused}");
    desk.execute(Request::from(comment("a")).at_revision(key("CSD-1"), now), &dana()).unwrap();
}

#[test]
fn a_command_is_completed_on_the_tickets_as_they_are_in_the_transaction() {
    let (_folder, mut desk) = desk();
    let done = desk.transaction(|tx| {
        tx.execute(report(), &dana())?;
        let loaded = tx.load(&Scope::of([key("CSD-1")]), &dana())?;
        let text = format!("{} called", loaded.tickets().csd(&key("CSD-1")).unwrap().customer);
        tx.decide(loaded, comment(&text))
    });
    assert_eq!(done.unwrap().after.csd(&key("CSD-1")).unwrap().revision, 2);
}

#[test]
fn the_outcome_names_what_was_begun_or_changed() {
    let (_folder, mut desk) = escalated();
    let assessment = EngAssess {
        cus: key("CSD-1"),
        cause: "A table".to_owned(),
        started: None,
        caused_by: "unknown".to_owned(),
        severity: Severity::Major,
        impact: Impact::One,
        workaround: "none".to_owned(),
        customers_affected: None,
        keep_priority: true,
        note: Some("It can wait".to_owned()),
    };
    assert_eq!(desk.execute(report(), &dana()).unwrap().key(), Some(&key("CSD-2")));
    assert_eq!(desk.execute(comment("a"), &dana()).unwrap().keys, [key("CSD-1")]);
    assert_eq!(desk.execute(assessment, &dana()).unwrap().keys, [key("CUS-1")], "the CUS ticket of the key");
}

#[test]
fn the_policy_in_force_is_the_desks_business() {
    let (_folder, mut desk) = desk();
    let due = |desk: &mut Desk| desk.execute(report(), &dana()).unwrap().events[0].due[0].due;
    let first = due(&mut desk);
    desk.transaction(|tx| tx.set_policy("assess", "1h", &dana())).unwrap();
    assert_ne!(due(&mut desk), first);
    let wrong = desk.transaction(|tx| tx.set_policy("nothing", "1h", &dana()));
    assert!(matches!(wrong, Err(DeskError::Policy(_))));
}

#[test]
fn what_is_removed_is_not_kept_in_the_note() {
    let (_folder, mut desk) = escalated();
    let redact =
        |note: &str| Redact { key: key("CSD-1"), what: Redaction::Text("Rates".to_owned()), note: note.to_owned() };
    let kept = desk.transaction(|tx| tx.redact(&redact("about Rates"), &dana()));
    assert!(matches!(kept, Err(DeskError::Redact(RedactError::NoteHoldsText))));
    let removed = desk.transaction(|tx| tx.redact(&redact("asked for"), &dana())).unwrap();
    assert!(!removed.events.is_empty() && desk.scrub().unwrap());
}

/// Settings by which Support gets its mails through a program.
#[cfg(unix)]
fn through(program: &str) -> DeliverySettings {
    let mut settings = DeliverySettings { sender: "desk@example.com".parse().ok(), ..DeliverySettings::default() };
    settings.product.via = Some(Via::Command);
    settings.product.command = vec![program.to_owned()];
    settings.product.to = "product@example.com".parse().ok();
    settings
}

#[cfg(unix)]
fn alert() -> Notify {
    Notify { message: Some("a".to_owned()), ..Notify::of(key("CUS-1"), Some(Audience::Product)) }
}

#[cfg(unix)]
#[test]
fn what_a_command_queues_is_delivered_with_it() {
    let (_folder, desk) = escalated();
    let mut desk = desk.with_delivery(through("true"));
    let outcome = desk.execute(alert(), &dana()).unwrap();
    assert!(!outcome.has_failed_deliveries() && outcome.deliveries[0].receipt().is_some());
    assert!(outcome.notices()[0].1.told_at().is_some());
    assert!(desk.store().outbox(None).unwrap().is_empty());
}

#[cfg(unix)]
#[test]
fn what_cannot_be_delivered_stays_queued() {
    let (_folder, desk) = escalated();
    let mut desk = desk.with_delivery(through("false"));
    desk.transaction(|tx| tx.execute(alert(), &dana())).unwrap();
    assert!(desk.store().outbox(None).unwrap().iter().all(|waiting| waiting.attempts == 0));
    assert!(desk.deliver(&dana()).unwrap()[0].has_failed());
    let waiting = desk.store().outbox(None).unwrap();
    assert_eq!((waiting.len(), waiting[0].attempts), (1, 1));
    assert!(desk.deliver(&dana()).unwrap().is_empty(), "each is tried once");
}
