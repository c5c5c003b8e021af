//! Undoing a slip: a whole command, on every ticket that it touched (R35).

use super::announce;
use super::decision::{DecisionContext, refuse_if};
use crate::workflow::command::Undo;
use crate::workflow::event::{Event, Fact, Notified, Undone, UndoneTexts};
use crate::workflow::key::Key;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::step::Step;
use crate::workflow::tickets::Past;
use crate::workflow::tickets::history::is_beside;
use crate::workflow::vocabulary::Audience;

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Undo) -> Result<(), Refusal> {
    let past = cx.tickets.past.as_deref().cloned().unwrap_or_default();
    let Some(last) = past.events.iter().max_by_key(|event| event.at) else {
        return Err(Refusal::of(Step::Undo, &command.key, vec![Failure::NothingChanges { key: command.key.clone() }]));
    };
    refuse_if(Step::Undo, &command.key, cannot_be_undone(&past, last))?;
    refuse_if(Step::Undo, &command.key, is_anothers(cx, &past, last))?;
    let mut failures = Vec::new();
    let until = cx.context.policy.undo_until(last.at);
    if cx.context.now > until {
        failures.push(Failure::UndoTooLate { until });
    }
    failures.extend(past.later.iter().find(|event| !may_follow(&past, event)).map(|event| Failure::ChangedSince {
        key: cx.tickets.current_key(&event.stream),
        step: event.step,
        by: event.actor.clone(),
        at: event.at,
    }));
    let told = notices(&past).find(|(ticket, notice)| is_binding(notice) && was_told(&past, ticket, notice));
    failures.extend(told.map(|(_, notice)| Failure::ToldSince { to: notice.to }));
    failures.extend(overdue(cx, &past));
    refuse_if(Step::Undo, &command.key, failures)?;
    let step = last.step;
    for id in past.touched() {
        let texts = UndoneTexts { note: command.note.clone() };
        cx.put_back(&id, Undone { command: past.command, step, texts }, &past.without);
    }
    announce::announce_undoing(cx, &past);
    Ok(())
}

/// Returns why a command can never be undone: it is a delivery, a redaction, an undoing, or it changed the policy or a
/// customer's record.
fn cannot_be_undone(past: &Past, last: &Event) -> Vec<Failure> {
    let is_final =
        matches!(last.step, Step::Deliver | Step::CameBack | Step::Redact | Step::Undo | Step::Policy | Step::Customer);
    if is_final || past.is_of_database { vec![Failure::NotUndoable { step: last.step }] } else { Vec::new() }
}

/// Returns the failure that it was somebody else, in another role.
fn is_anothers(cx: &mut DecisionContext<'_>, past: &Past, last: &Event) -> Vec<Failure> {
    let roles = &cx.context.roles;
    let same_role = roles.iter().copied().find(|role| past.events.iter().any(|event| event.role == Some(*role)));
    let is_same = past.events.iter().any(|event| event.actor == cx.context.actor);
    cx.role = same_role.or(roles.first().copied());
    if roles.is_empty() || same_role.is_some() || is_same {
        return Vec::new();
    }
    vec![Failure::UndoneByOther { by: last.actor.clone(), role: last.role }]
}

/// Whether an event can follow a command that is undone: a comment, an attachment, an assignment, or the delivery of a
/// notice of its own.
fn may_follow(past: &Past, event: &Event) -> bool {
    is_beside(event.step)
        || announce::ends_one_of(past, event)
        || notices(past).any(|(ticket, notice)| delivers(event, ticket, notice))
}

/// Returns the notices that a command gave, each with its ticket.
fn notices(past: &Past) -> impl Iterator<Item = (&Key, &Notified)> {
    past.events.iter().filter_map(|event| {
        let Fact::Notified(fact) = &event.fact else { return None };
        Some((&event.stream, fact))
    })
}

/// Whether an event is the delivery of a notice.
fn delivers(event: &Event, ticket: &Key, notice: &Notified) -> bool {
    let is_its = |number: u32| number == notice.notice && event.stream == *ticket;
    matches!(&event.fact, Fact::Delivered(fact) if is_its(fact.notice))
}

/// Whether what a notice told cannot be taken back: it settles a duty, or it went to a customer.
fn is_binding(notice: &Notified) -> bool {
    !notice.settles.is_empty() || notice.to == Audience::Customer
}

/// Whether a notice of a command was told, at once or by its delivery.
fn was_told(past: &Past, ticket: &Key, notice: &Notified) -> bool {
    let mut events = past.events.iter().chain(&past.later);
    notice.via.is_at_once() || events.any(|event| delivers(event, ticket, notice))
}

/// Returns the duties that a command made and that are overdue: undoing does not hide them.
fn overdue(cx: &DecisionContext<'_>, past: &Past) -> Vec<Failure> {
    let mut failures = Vec::new();
    for ticket in past.touched().iter().filter_map(|id| cx.tickets.ticket(id)) {
        let without = past.without.ticket(ticket.id()).map(|without| without.demands()).unwrap_or_default();
        for duty in ticket.demands().into_iter().filter(|duty| !without.contains(duty)) {
            let due = ticket.due().iter().find(|due| due.duty == duty);
            if due.is_some_and(|due| due.due < cx.context.now) {
                failures.push(Failure::UndoneOverdue { key: ticket.key().clone(), kind: duty.kind });
            }
        }
    }
    failures
}

#[cfg(test)]
mod tests {
    use crate::workflow::command::{Assess, Command, Notify, Report};
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::obligations::policy::Policy;
    use crate::workflow::refusal::Failure;
    use crate::workflow::step::Step;
    use crate::workflow::tests::given::{
        assess, assessed, assign, attach, comment, confirm, confirmed, decided, escalate, escalated, patch, report,
        reported, set_priority, shipped, tell, two_escalated, undo, unlink,
    };
    use crate::workflow::tests::kit::{World, hour, key, types};
    use crate::workflow::tickets::stage::{CsdStage, CusStage};
    use crate::workflow::vocabulary::{AnswerKind, Audience, Handler, Priority, Role, Via};

    fn handled() -> World {
        reported().given(Assess { handled_by: Handler::Product, ..assess("CSD-1") })
    }

    /// `CUS-1` with its first customer's address known, assessed and decided.
    fn by_mail(to: Audience) -> World {
        let reported = Report { contact: Some("ada@example.com".to_owned()), ..report("Alder") };
        let world = World::new().given(reported).given(assess("CSD-1")).given(escalate(&["CSD-1"], Priority::Low));
        let world = world.eng_assessed().given(patch("8.2"));
        world.given(Notify { via: Some(Via::Webhook), ..tell(to) })
    }

    #[test]
    fn given_a_slip_then_every_ticket_that_it_touched_is_as_before() {
        let mut world = escalated(Priority::High).at(3);
        let events = world.when(undo("CSD-1"));
        assert_eq!(types(&events), ["undone", "undone"]);
        assert_eq!((world.csd_stage("CSD-1"), world.csd("CSD-1").cus.clone()), (CsdStage::Assessed, None));
        assert_eq!(world.due("CSD-1", DutyKind::Escalate), Some(24));
        assert!(world.tickets.cus(&key("CUS-1")).is_none() && world.tickets.gone(&key("CUS-1")).is_some());
        let world = world.given(escalate(&["CSD-1"], Priority::Low));
        assert_eq!(world.csd("CSD-1").cus, Some(key("CUS-2")), "a key is never used twice");
    }

    #[test]
    fn given_a_ticket_of_two_customers_when_one_was_unlinked_then_it_is_linked_again_with_what_it_knew() {
        let world = two_escalated(Priority::Low).given(unlink("CSD-2")).at(1).given(undo("CUS-1"));
        assert_eq!((world.cus("CUS-1").links.len(), world.csd_stage("CSD-2")), (2, CsdStage::Escalated));
        let world = confirmed(Priority::Low).at(1).given(undo("CSD-1"));
        assert_eq!(world.csd_stage("CSD-1"), CsdStage::Escalated);
        assert_eq!(world.kinds("CUS-1"), shipped(Priority::Low).kinds("CUS-1"));
    }

    #[test]
    fn given_a_raised_priority_then_due_times_are_what_they_were() {
        let world = escalated(Priority::Low).at(1).given(set_priority(Priority::Critical)).at(2).given(undo("CUS-1"));
        assert_eq!(world.cus("CUS-1").priority, Priority::Low);
        assert_eq!(world.due("CUS-1", DutyKind::EngAssess), Some(7 * 24));
    }

    #[test]
    fn given_comments_attachments_and_assignments_since_then_they_stay() {
        let world = handled().given(comment("CSD-1")).given(attach("CSD-1", "a.png"));
        let world = world.given(assign("CSD-1", Some("Ann"))).given(undo("CSD-1"));
        let csd = world.csd("CSD-1");
        assert_eq!((csd.stage, csd.attachments.len(), csd.assignee.as_deref()), (CsdStage::Reported, 1, Some("Ann")));
        assert_eq!(csd.revision, 6);
    }

    #[test]
    fn given_a_later_step_on_any_of_the_tickets_then_it_stays() {
        let world = two_escalated(Priority::Low).eng_assessed();
        let world = world.given(confirm("CSD-2", AnswerKind::Resolved));
        let failures = world.refused(undo("CSD-1"));
        assert!(matches!(failures[..], [Failure::ChangedSince { step: Step::ConfirmResolved, .. }]), "{failures:?}");
        assert_eq!(world.given(undo("CUS-1")).cus_stage(), CusStage::EngAssessed);
    }

    #[test]
    fn given_a_day_then_it_is_too_late_and_a_team_has_its_own_time() {
        assert_eq!(handled().at(24).given(undo("CSD-1")).csd_stage("CSD-1"), CsdStage::Reported);
        assert_eq!(handled().at(25).refused(undo("CSD-1")), [Failure::UndoTooLate { until: hour(24) }]);
        let mut world = handled().at(2);
        let mut policy = Policy::default();
        policy.set("undo", "1h").unwrap();
        world.context.policy = policy.into();
        assert_eq!(world.refused(undo("CSD-1")), [Failure::UndoTooLate { until: hour(1) }]);
    }

    #[test]
    fn given_somebody_else_then_only_the_same_role_may() {
        let by = |actor: &str, roles: &[Role]| {
            let mut world = reported().acting_as(&[Role::Support]).given(assess("CSD-1")).acting_as(roles);
            world.context.actor = actor.to_owned();
            world
        };
        for (actor, roles) in [("Sue Staff", &[Role::Marketing][..]), ("Ann", &[Role::Support]), ("Ann", &[])] {
            assert_eq!(by(actor, roles).given(undo("CSD-1")).csd_stage("CSD-1"), CsdStage::Reported, "{actor}");
        }
        let refusal = by("Ann", &[Role::Product]).refusal(undo("CSD-1"));
        let other = Failure::UndoneByOther { by: "Sue Staff".to_owned(), role: Some(Role::Support) };
        assert_eq!((refusal.failures.as_slice(), refusal.is_illegal()), (&[other][..], true));
    }

    #[test]
    fn given_an_overdue_duty_of_its_own_then_it_is_not_hidden() {
        let world = escalated(Priority::Critical).at(5);
        let overdue = Failure::UndoneOverdue { key: key("CUS-1"), kind: DutyKind::EngAssess };
        assert_eq!(world.refused(undo("CSD-1")), [overdue]);
    }

    #[test]
    fn given_a_notice_that_was_told_then_only_a_correction_leads_back() {
        let told = decided(Priority::Low, patch("8.2")).told(Audience::Support);
        assert_eq!(told.refused(undo("CUS-1")), [Failure::ToldSince { to: Audience::Support }]);
        let delivered = Command::Deliver(crate::workflow::command::Deliver {
            cus: key("CUS-1"),
            notice: 1,
            receipt: "200".to_owned(),
        });
        let world = by_mail(Audience::Support).given(delivered);
        assert_eq!(world.refused(undo("CUS-1")), [Failure::ToldSince { to: Audience::Support }]);
    }

    #[test]
    fn given_a_notice_that_waits_then_it_is_taken_back_and_its_number_stays_used() {
        let world = by_mail(Audience::Support).given(undo("CUS-1"));
        assert!(world.cus("CUS-1").notices.is_empty() && world.owes("CUS-1", DutyKind::TellSupport));
        let world = world.given(tell(Audience::Support));
        assert_eq!(world.cus("CUS-1").notices[0].number, 2);
    }

    #[test]
    fn an_undoing_is_not_undone() {
        let world = handled().given(undo("CSD-1"));
        assert_eq!(world.refused(undo("CSD-1")), [Failure::NotUndoable { step: Step::Undo }]);
        let world = assessed().given(comment("CSD-1")).given(undo("CSD-1")).given(assess("CSD-1"));
        assert_eq!(world.given(undo("CSD-1")).csd_stage("CSD-1"), CsdStage::Reported);
    }
}
