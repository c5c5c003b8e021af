//! Announcements (R36): what a command made happen is queued for every audience that hears of it, and settles nothing.

use std::collections::BTreeMap;

use super::decision::{DecisionContext, wrong_kind};
use crate::workflow::command::DropAnnouncement;
use crate::workflow::event::{Announced, AnnouncedTexts, AnnouncementDropped, AnnouncementDroppedTexts, Event, Fact};
use crate::workflow::key::Key;
use crate::workflow::notices::announcement;
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::step::Step;
use crate::workflow::tickets::cus::{Cus, Hold};
use crate::workflow::tickets::{Past, Ticket};
use crate::workflow::vocabulary::{Announcement, Kind};

/// Queues the announcements of what the command made happen, for each audience whose channel delivers.
pub(super) fn announce(cx: &mut DecisionContext<'_>) {
    let mut happened: Vec<(Key, Vec<Announcement>)> = Vec::new();
    for ticket in &cx.tickets.all {
        let Ticket::Cus(cus) = ticket else { continue };
        let events = cx.events.iter().filter(|event| event.stream == cus.key);
        let what = happenings(cx.before.cus(&cus.key), cus, events);
        if !what.is_empty() {
            happened.push((cus.key.clone(), what));
        }
    }
    for (key, what) in happened {
        let mut told: BTreeMap<String, Vec<Announcement>> = BTreeMap::new();
        for what in what {
            for audience in cx.context.policy.announced_to(what) {
                told.entry(audience.to_owned()).or_default().push(what);
            }
        }
        for (audience, what) in told {
            queue(cx, &key, audience, what, false);
        }
    }
}

/// Queues an announcement, where the audience has a channel. `undoes` says that what was announced was a slip (R35).
fn queue(cx: &mut DecisionContext<'_>, key: &Key, audience: String, what: Vec<Announcement>, undoes: bool) {
    let Some(via) = cx.context.notice_settings.announced_by(&audience) else { return };
    let Some(cus) = cx.tickets.cus(key) else { return };
    let number = cus.last_notice.saturating_add(1);
    let (subject, message) = announcement::draft(&cx.tickets, cus, &what, undoes, &cx.context.actor);
    let message_id = format!("{}.{number}", key.as_str().to_ascii_lowercase());
    let texts = AnnouncedTexts { message, subject: Some(subject) };
    cx.record(key, Announced { notice: number, audience, what, undoes, via, message_id, texts });
}

/// Queues the announcements of an undoing, for those who got what the undone command announced (R35).
pub(super) fn announce_undoing(cx: &mut DecisionContext<'_>, past: &Past) {
    for (key, announced) in announcements(past) {
        let got = past.later.iter().any(|event| {
            event.stream == *key
                && matches!(&event.fact, Fact::AnnouncementDelivered(fact) if fact.notice == announced.notice)
        });
        if got {
            queue(cx, key, announced.audience.clone(), announced.what.clone(), true);
        }
    }
}

/// Whether an event ended an announcement of this command.
pub(super) fn ends_one_of(past: &Past, event: &Event) -> bool {
    #[expect(clippy::wildcard_enum_match_arm, reason = "no other fact ends one")]
    let number = match &event.fact {
        Fact::AnnouncementDelivered(fact) => fact.notice,
        Fact::AnnouncementDropped(fact) => fact.notice,
        _ => return false,
    };
    announcements(past).any(|(key, announced)| *key == event.stream && announced.notice == number)
}

fn announcements(past: &Past) -> impl Iterator<Item = (&Key, &Announced)> {
    past.events.iter().filter_map(|event| {
        let Fact::Announced(fact) = &event.fact else { return None };
        Some((&event.stream, fact))
    })
}

/// Returns what happened to a ticket, in the order of the vocabulary.
fn happenings<'e>(before: Option<&Cus>, after: &Cus, events: impl Iterator<Item = &'e Event>) -> Vec<Announcement> {
    let mut what: Vec<Announcement> = events.filter_map(|event| named(&event.fact)).collect();
    let no_holds = Vec::new();
    let held = before.map_or(&no_holds, |before| &before.holds);
    let lacks = |holds: &[Hold], hold: &Hold| holds.iter().all(|other| other.version != hold.version);
    if after.holds.iter().any(|hold| lacks(held, hold)) {
        what.push(Announcement::HoldSet);
    }
    if held.iter().any(|hold| lacks(&after.holds, hold)) {
        what.push(Announcement::HoldLifted);
    }
    if before.is_some_and(|before| after.priority < before.priority) {
        what.push(Announcement::PriorityRaised);
    }
    let is_ready = |cus: &Cus| cus.demands().iter().any(|duty| duty.kind == DutyKind::Close);
    if is_ready(after) && !before.is_some_and(is_ready) {
        what.push(Announcement::Ready);
    }
    what.sort_unstable();
    what.dedup();
    what
}

#[expect(clippy::wildcard_enum_match_arm, reason = "no other fact is a happening by itself")]
fn named(fact: &Fact) -> Option<Announcement> {
    Some(match fact {
        Fact::Escalated(_) => Announcement::Escalated,
        Fact::Returned(_) => Announcement::Returned,
        Fact::Completed(_) => Announcement::Completed,
        Fact::Reopened(_) => Announcement::Reopened,
        Fact::Complained(_) => Announcement::Complaint,
        Fact::Shipped(_) => Announcement::Shipped,
        Fact::Closed(_) => Announcement::Closed,
        _ => return None,
    })
}

/// Drops an announcement that is queued.
pub(super) fn drop_announcement(cx: &mut DecisionContext<'_>, command: &DropAnnouncement) -> Result<(), Refusal> {
    let step = Step::DropAnnouncement;
    let Some(cus) = cx.tickets.cus_for(&command.cus).cloned() else {
        return Err(wrong_kind(step, &command.cus, Kind::Cus));
    };
    let notice = command.notice;
    match cus.announcement(notice) {
        Some(announced) if announced.is_queued() => {}
        None if cus.notice(notice).is_some() => {
            return Err(Refusal::of(step, &cus.key, vec![Failure::NoAnnouncement { cus: cus.key.clone(), notice }]));
        }
        Some(_) | None => {
            return Err(Refusal::of(step, &cus.key, vec![Failure::NotQueued { cus: cus.key.clone(), notice }]));
        }
    }
    cx.record(&cus.key, AnnouncementDropped { notice, texts: AnnouncementDroppedTexts {} });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::command::{Complete, Deliver};
    use crate::workflow::tests::given::{
        assessed, close_as, comment, complete, confirm, decided, escalate, escalated, hold, lift, patch, postmortem,
        reopen, send_back, set_priority, ship, tell, undo,
    };
    use crate::workflow::tests::kit::{World, key};
    use crate::workflow::vocabulary::{AnswerKind, Audience, ChecklistItem, Priority, Resolution, Via, Word};

    /// The world with a channel for this audience, which hears of all that happens.
    fn heard_by(audience: &str, mut world: World) -> World {
        let settings = &mut world.context.notice_settings;
        match audience {
            "product" => settings.product.via = Via::Smtp,
            _ => drop(settings.named.insert(audience.to_owned(), Via::Webhook)),
        }
        let all: Vec<String> = Announcement::ALL.iter().map(ToString::to_string).collect();
        let mut policy = (*world.context.policy).clone();
        policy.set(&format!("announce.{audience}"), &all.join(",")).unwrap();
        world.context.policy = policy.into();
        world
    }

    fn announced(events: &[Event]) -> Vec<Announcement> {
        let of = |event: &Event| if let Fact::Announced(fact) = &event.fact { Some(fact.what.clone()) } else { None };
        events.iter().filter_map(of).flatten().collect()
    }

    #[test]
    fn each_happening_is_announced() {
        use Announcement::{
            Closed, Completed, Escalated, HoldLifted, HoldSet, PriorityRaised, Reopened, Returned, Shipped,
        };
        let world = |world| heard_by("engineering", world);
        assert_eq!(announced(&world(assessed()).when(escalate(&["CSD-1"], Priority::Low))), [Escalated]);
        let mut returned = world(escalated(Priority::Low));
        assert_eq!(announced(&returned.when(send_back(&[ChecklistItem::Steps]))), [Returned]);
        let completed = Complete { note: Some("There are none".to_owned()), ..complete() };
        assert_eq!(announced(&returned.when(completed)), [Completed]);
        let mut held = world(escalated(Priority::Low));
        assert_eq!(announced(&held.when(hold(None))), [HoldSet]);
        assert_eq!(announced(&held.when(lift())), [HoldLifted]);
        assert_eq!(announced(&held.when(set_priority(Priority::High))), [PriorityRaised]);
        assert_eq!(announced(&held.when(comment("CUS-1"))), []);
        let mut shipped = world(decided(Priority::Low, patch("8.2")));
        assert_eq!(announced(&shipped.when(ship())), [Shipped]);
        let mut closed = world(escalated(Priority::Low).eng_assessed());
        assert_eq!(announced(&closed.when(close_as(Resolution::NotABug))), [Closed]);
        assert_eq!(announced(&closed.when(reopen("CUS-1"))), [Reopened]);
    }

    #[test]
    fn it_is_announced_to_product_that_the_last_customer_answered() {
        let world = postmortem(Priority::Low, patch("8.2")).given(ship()).given(tell(Audience::Support));
        let mut world = heard_by("product", world.given(tell(Audience::Customer)));
        assert_eq!(announced(&world.when(confirm("CSD-1", AnswerKind::Resolved))), [Announcement::Ready]);
    }

    #[test]
    fn nothing_is_announced_by_printing_or_to_nobody_who_asked() {
        let mut printed = escalated(Priority::Low);
        assert_eq!(announced(&printed.when(hold(None))), []);
        let mut other = heard_by("engineering", escalated(Priority::Low));
        other.context.notice_settings.named.insert("leadership".to_owned(), Via::Webhook);
        let events = other.when(hold(None));
        let to =
            |event: &Event| if let Fact::Announced(fact) = &event.fact { Some(fact.audience.clone()) } else { None };
        assert_eq!(events.iter().filter_map(to).collect::<Vec<_>>(), ["engineering"]);
    }

    #[test]
    fn an_announcement_settles_nothing_and_no_gate_waits_for_it() {
        let mut world = heard_by("engineering", escalated(Priority::Low));
        world.when(hold(None));
        let owed = world.cus("CUS-1").demands();
        world.when(Deliver { cus: key("CUS-1"), notice: 1, receipt: "HTTP 200".to_owned() });
        assert_eq!(world.cus("CUS-1").demands(), owed);
        assert!(!world.cus("CUS-1").announcements[0].is_queued());
        let again = world.refused(Deliver { cus: key("CUS-1"), notice: 1, receipt: String::new() });
        assert!(matches!(again[..], [Failure::NotQueued { .. }]), "{again:?}");
    }

    #[test]
    fn who_got_the_announcement_of_a_slip_gets_that_of_undoing_it() {
        let mut world = heard_by("engineering", escalated(Priority::Low));
        world.when(hold(None));
        world.when(Deliver { cus: key("CUS-1"), notice: 1, receipt: "HTTP 200".to_owned() });
        let events = world.when(undo("CUS-1"));
        let said = events.iter().find_map(|event| {
            let Fact::Announced(fact) = &event.fact else { return None };
            fact.undoes.then(|| (fact.notice, fact.texts.subject.clone()))
        });
        assert_eq!(said, Some((2, Some("CUS-1 undone: hold set: Rates are wrong".to_owned()))));
        assert_eq!(world.cus("CUS-1").holds, []);
        let mut unheard = heard_by("engineering", escalated(Priority::Low));
        unheard.when(hold(None));
        assert_eq!(announced(&unheard.when(undo("CUS-1"))), []);
        assert!(unheard.cus("CUS-1").waiting().is_empty());
    }

    #[test]
    fn only_an_announcement_that_waits_is_dropped() {
        let mut world = heard_by("engineering", escalated(Priority::Low));
        world.when(hold(None));
        let drop = |notice| DropAnnouncement { cus: key("CUS-1"), notice };
        world.when(drop(1));
        assert!(matches!(world.refused(drop(1))[..], [Failure::NotQueued { .. }]));
        assert!(matches!(world.refused(drop(7))[..], [Failure::NotQueued { .. }]));
        let mut told = decided(Priority::Low, patch("8.2"));
        told.when(tell(Audience::Support));
        assert!(matches!(told.refused(drop(1))[..], [Failure::NoAnnouncement { .. }]));
    }

    #[test]
    fn a_message_says_what_happened_and_where_the_ticket_stands() {
        let mut world = heard_by("engineering", assessed());
        world.when(escalate(&["CSD-1"], Priority::High));
        let announced = world.cus("CUS-1").announcements[0].clone();
        assert_eq!(announced.subject.as_deref(), Some("CUS-1 escalated: Rates are wrong"));
        assert!(announced.message.starts_with("CUS-1 was escalated to Engineering.\n\n"), "{}", announced.message);
        assert!(announced.message.contains("Priority: high\n") && announced.message.contains("Alder (CSD-1)"));
    }
}
