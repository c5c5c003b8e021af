//! Queued notices: delivered, or withdrawn once their facts have changed (R29).

use super::decision::{DecisionContext, wrong_kind};
use super::notify;
use crate::workflow::command::Deliver;
use crate::workflow::event::{
    AnnouncementDelivered, AnnouncementDeliveredTexts, Delivered, DeliveredTexts, NoticeWithdrawn, NoticeWithdrawnTexts,
};
use crate::workflow::key::Key;
use crate::workflow::notices::context::Facts;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::step::Step;
use crate::workflow::tickets::announced::Announced;
use crate::workflow::tickets::cus::{Cus, Notice, NoticeStatus};
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::Kind;

/// Records a delivery. One that came too late, after the notice was withdrawn, is recorded and settles nothing.
pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Deliver) -> Result<(), Refusal> {
    let Some(ticket) = cx.tickets.ticket(&command.cus).cloned() else {
        return Err(wrong_kind(Step::NotifyCustomer, &command.cus, Kind::Cus));
    };
    if let Ticket::Cus(cus) = &ticket
        && cus.announcement(command.notice).is_some_and(Announced::is_queued)
    {
        let texts = AnnouncementDeliveredTexts { receipt: command.receipt.clone() };
        cx.record(&cus.key, AnnouncementDelivered { notice: command.notice, texts });
        return Ok(());
    }
    let is_waiting = |notice: &&Notice| matches!(notice.status, NoticeStatus::Queued | NoticeStatus::Withdrawn { .. });
    let Some(notice) = ticket.notice(command.notice).filter(is_waiting).cloned() else {
        return Err(Refusal::bare(vec![Failure::NotQueued { cus: ticket.id().clone(), notice: command.notice }]));
    };
    let is_queued = notice.status == NoticeStatus::Queued;
    let settles = if is_queued { notice.settles.clone() } else { Vec::new() };
    let delivered = Delivered {
        notice: notice.number,
        to: notice.to,
        csd: notice.csd.clone(),
        settles: settles.clone(),
        texts: DeliveredTexts { receipt: command.receipt.clone() },
    };
    cx.record(ticket.id(), delivered);
    notify::tell_customer(cx, ticket.id(), &Notice { settles, ..notice });
    Ok(())
}

/// Withdraws each notice that was queued before this command and whose facts have changed or are no longer owed.
pub(super) fn withdraw_stale(cx: &mut DecisionContext<'_>) {
    let before = cx.before;
    let mut stale: Vec<(Key, u32)> = Vec::new();
    for old in before.all.iter().filter_map(escalation) {
        let Some(new) = cx.tickets.cus(&old.key) else { continue };
        let queued = new.queued().filter(|notice| old.notice(notice.number).is_some());
        let gone = queued.filter(|notice| !is_owed(new, notice) || !same_facts(before, old, &cx.tickets, new, notice));
        stale.extend(gone.map(|notice| (new.key.clone(), notice.number)));
    }
    for (cus, notice) in stale {
        cx.record(&cus, NoticeWithdrawn { notice, texts: NoticeWithdrawnTexts {} });
    }
}

fn escalation(ticket: &Ticket) -> Option<&Cus> {
    match ticket {
        Ticket::Cus(cus) => Some(cus),
        Ticket::Csd(_) => None,
    }
}

/// Whether anything that the notice settles is still owed; an interim message settles nothing and stays.
fn is_owed(cus: &Cus, notice: &Notice) -> bool {
    let about = |csd: &Option<Key>| csd.is_none() || *csd == notice.csd;
    notice.settles.is_empty()
        || cus.demands().iter().any(|duty| notice.settles.contains(&duty.kind) && about(&duty.csd))
}

/// Whether the audience would be told the same now as when the notice was drafted.
fn same_facts(before: &Tickets, old: &Cus, after: &Tickets, new: &Cus, notice: &Notice) -> bool {
    let csd = |tickets: &Tickets| notice.csd.as_ref().and_then(|csd| tickets.csd(csd).cloned());
    let (old_csd, new_csd) = (csd(before), csd(after));
    Facts::of(before, old, notice.to, old_csd.as_ref(), &notice.settles)
        == Facts::of(after, new, notice.to, new_csd.as_ref(), &notice.settles)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::command::Notify;
    use crate::workflow::command::Report;
    use crate::workflow::event::{Event, Fact};
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::remedy::Remedy;
    use crate::workflow::rule::Rule;
    use crate::workflow::tests::given::{
        assess, close_as, comment, confirm, decided, edit, eng_assess, escalate, patch, report, say, ship, tell,
        tell_about, to_postmortem,
    };
    use crate::workflow::tests::kit::{World, key};
    use crate::workflow::vocabulary::{AnswerKind, Audience, Impact, Priority, Resolution, Via};

    fn mailed(to: Audience) -> Notify {
        Notify { via: Some(Via::Smtp), ..tell(to) }
    }

    fn delivered(notice: u32) -> Deliver {
        Deliver { cus: key("CUS-1"), notice, receipt: "250 queued as 4711".to_owned() }
    }

    fn withdrawn(events: &[Event]) -> Vec<u32> {
        let fact = |event: &Event| if let Fact::NoticeWithdrawn(fact) = &event.fact { Some(fact.notice) } else { None };
        events.iter().filter_map(fact).collect()
    }

    /// A decided ticket whose customer has an address and about which Support knows.
    fn with_address() -> World {
        let reported = Report { contact: Some("Ada <ada@example.com>".to_owned()), ..report("Alder") };
        World::new()
            .given(reported)
            .given(assess("CSD-1"))
            .given(escalate(&["CSD-1"], Priority::Low))
            .given(eng_assess(Impact::One))
            .given(patch("8.2"))
            .told(Audience::Support)
    }

    #[test]
    fn given_a_queued_notice_then_nobody_is_told_until_it_is_delivered() {
        let mut world = decided(Priority::Low, patch("8.2")).given(mailed(Audience::Support));
        assert!(world.owes("CUS-1", DutyKind::TellSupport));
        assert!(!world.cus("CUS-1").support_knows(world.link("CSD-1")));
        let failures = world.refused(to_postmortem());
        assert!(matches!(failures[..], [Failure::SupportNotTold { queued: true, .. }]), "{failures:?}");
        assert_eq!(failures[0].remedy(), Some(Remedy::RetryDelivery(key("CUS-1"))));
        assert!(failures[0].to_string().ends_with("for `CSD-1`: the notice is queued and not delivered yet"));
        world.when(delivered(1));
        assert!(world.cus("CUS-1").support_knows(world.link("CSD-1")));
        let notice = world.cus("CUS-1").notice(1).unwrap();
        assert_eq!(
            notice.status,
            NoticeStatus::Told { at: world.context.now, receipt: Some("250 queued as 4711".to_owned()) }
        );
    }

    #[test]
    fn given_a_queued_notice_when_it_is_asked_for_again_then_it_is_not_queued_twice() {
        let world = decided(Priority::Low, patch("8.2")).given(mailed(Audience::Support));
        let failures = world.refused(mailed(Audience::Support));
        assert!(matches!(failures[..], [Failure::AlreadyQueued { .. }]), "{failures:?}");
        assert_eq!(failures[0].rule(), Rule::R29);
        let failures = world.refused(Notify { to: None, ..mailed(Audience::Support) });
        assert!(matches!(failures[..], [Failure::AlreadyQueued { .. }]), "{failures:?}");
    }

    #[test]
    fn given_a_queued_notice_to_one_audience_then_another_can_be_told() {
        let mut world = with_address().given(patch("8.3")).given(mailed(Audience::Support));
        world.when(mailed(Audience::Customer));
        let waiting: Vec<Audience> = world.cus("CUS-1").queued().map(|notice| notice.to).collect();
        assert_eq!(waiting, [Audience::Support, Audience::Customer]);
    }

    #[test]
    fn given_a_queued_notice_when_it_is_told_on_the_telephone_then_the_mail_is_withdrawn() {
        let mut world = with_address().given(mailed(Audience::Customer));
        let events = world.when(Notify { via: Some(Via::Phone), ..tell(Audience::Customer) });
        assert_eq!(withdrawn(&events), [2]);
        assert!(world.cus("CUS-1").customer_knows(world.link("CSD-1")));
    }

    #[test]
    fn given_a_queued_notice_when_the_facts_change_then_it_is_withdrawn_and_owed_afresh() {
        let mut world = with_address().given(mailed(Audience::Customer));
        assert_eq!(withdrawn(&world.when(patch("8.3"))), [2]);
        world.when(tell(Audience::Support));
        assert!(world.owes("CUS-1", DutyKind::TellCustomer));
        assert_eq!(world.refused(delivered(1))[0], Failure::NotQueued { cus: key("CUS-1"), notice: 1 });
    }

    #[test]
    fn given_a_queued_notice_when_it_is_withdrawn_then_it_is_by_what_its_audience_may_know() {
        let edited = crate::workflow::command::Edit { customer: Some("Alder Ltd".to_owned()), ..edit("CSD-1") };
        let changes: [(Audience, crate::workflow::command::Command, bool); 6] = [
            (Audience::Customer, ship().into(), true),
            (Audience::Customer, close_as(Resolution::WontFix).into(), true),
            (Audience::Customer, confirm("CSD-1", AnswerKind::NotResolved).into(), false),
            (Audience::Customer, edited.into(), true),
            (Audience::Customer, eng_assess(Impact::Some).into(), false),
            (Audience::Customer, say(Audience::Marketing, "Soon").into(), false),
        ];
        for (to, change, is_stale) in changes {
            let mut world = with_address().given(mailed(to));
            let events = world.when(change.clone());
            assert_eq!(!withdrawn(&events).is_empty(), is_stale, "{to} {change:?}");
        }
    }

    #[test]
    fn given_a_customer_who_is_found_unreachable_then_the_update_is_not_owed_and_withdrawn() {
        let mut world = with_address().given(mailed(Audience::Customer));
        assert_eq!(withdrawn(&world.when(confirm("CSD-1", AnswerKind::Unreachable))), [2]);
    }

    #[test]
    fn given_a_queued_interim_message_then_it_stays_although_nothing_is_owed() {
        let interim = Notify { via: Some(Via::Smtp), ..say(Audience::Customer, "We are at it") };
        let mut world = with_address().told(Audience::Customer).given(interim);
        world.when(comment("CUS-1"));
        assert_eq!(world.cus("CUS-1").queued().count(), 1);
    }

    #[test]
    fn given_a_withdrawn_notice_when_its_delivery_comes_too_late_then_it_is_recorded_and_settles_nothing() {
        let mut world = with_address().given(mailed(Audience::Customer)).given(ship()).told(Audience::Support);
        world.when(delivered(2));
        assert!(world.owes("CUS-1", DutyKind::TellCustomer));
        assert!(world.cus("CUS-1").notice(2).unwrap().told_at().is_some());
    }

    #[test]
    fn given_a_delivered_notice_when_it_is_delivered_again_then_that_is_refused() {
        let world = with_address().given(mailed(Audience::Customer)).given(delivered(2));
        assert!(matches!(world.refused(delivered(2))[..], [Failure::NotQueued { .. }]));
    }

    #[test]
    fn given_a_customer_without_an_address_then_a_mail_is_refused_and_another_way_is_not() {
        let world = decided(Priority::Low, patch("8.2")).told(Audience::Support);
        let failures = world.refused(mailed(Audience::Customer));
        assert_eq!(failures, [Failure::NoAddress { csd: key("CSD-1") }]);
        world.given(Notify { via: Some(Via::Webhook), ..tell_about("CSD-1", Audience::Customer) });
    }

    #[test]
    fn given_an_answer_without_a_fix_then_the_customers_ticket_is_resolved_by_its_delivery() {
        let world = with_address().given(close_as(Resolution::WontFix)).told(Audience::Support);
        let mut world = world.given(mailed(Audience::Customer));
        assert!(!world.csd("CSD-1").is_resolved());
        let number = world.cus("CUS-1").notices.last().unwrap().number;
        world.when(delivered(number));
        assert!(world.csd("CSD-1").is_resolved());
    }

    #[test]
    fn a_message_id_is_of_the_ticket_and_the_notice() {
        let world = with_address().given(mailed(Audience::Customer));
        assert_eq!(world.cus("CUS-1").notice(2).unwrap().message_id, "cus-1.2");
    }

    #[test]
    fn a_subject_is_one_line_whatever_customers_write() {
        let mut world = with_address();
        world.context.notice_settings.customer.subject = "{{ csd.summary }}\r\nBcc:\u{2028}all\0@example.com".into();
        let world = world.given(mailed(Audience::Customer));
        let subject = world.cus("CUS-1").notice(2).unwrap().subject.clone();
        assert_eq!(subject.as_deref(), Some("Rates are wrong Bcc: all @example.com"));
    }
}
