//! The duties that are owed. Gates and screens both ask this one function, so they never disagree.

use crate::workflow::event::EDITION;
use crate::workflow::key::Key;
use crate::workflow::obligations::duty::{Duty, DutyKind, Owed};
use crate::workflow::obligations::next_word;
use crate::workflow::tickets::cus::Cus;
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::Role;

/// Returns what is owed on a ticket, in the order of the process, with owner and times.
///
/// This includes duties that are owed later, such as "shipped, or revise" before its target date: see
/// [`Owed::has_begun`].
pub fn owed(tickets: &Tickets, ticket: &Ticket) -> Vec<Owed> {
    ticket
        .demands()
        .into_iter()
        .filter_map(|duty| {
            let fixed = ticket.due().iter().find(|due| due.duty == duty);
            // What an earlier edition did not demand arises with the first event of this one.
            if fixed.is_none() && ticket.edition() < EDITION {
                return None;
            }
            let is_word = duty.kind == DutyKind::NextWord;
            let waits = if is_word { next_word::waits(tickets, ticket) } else { next_word::Waits::No };
            if waits == next_word::Waits::ForAMessage {
                return None;
            }
            let (begins, due) = fixed.map_or((ticket.updated(), ticket.updated()), |fixed| (fixed.begins, fixed.due));
            let by = match ticket {
                Ticket::Csd(csd) => csd.owner(duty.kind),
                Ticket::Cus(_) => Cus::owner(duty.kind),
            };
            let queued = match ticket {
                Ticket::Cus(cus) => cus.is_queued(duty.kind, duty.csd.as_ref()),
                Ticket::Csd(_) => false,
            };
            let assignee = assignee(tickets, ticket, &duty, by).map(str::to_owned);
            let opens = match waits {
                next_word::Waits::Until(confirmed) => Some(confirmed),
                next_word::Waits::No | next_word::Waits::ForAMessage => {
                    Some(begins).filter(|_| waits_for_its_date(ticket, duty.kind))
                }
            };
            let shown = is_word.then(|| next_word::shown_from(begins, due));
            let csd = duty.csd.as_ref().map(|csd| tickets.current_key(csd));
            let remedy = duty.kind.remedy(ticket.key(), csd.as_ref(), duty.round, queued);
            Some(Owed { remedy, by, assignee, begins, opens, shown, due, duty })
        })
        .collect()
}

/// Returns the person to whom a duty is narrowed (R37): what Support owes about a CSD ticket is its assignee's, and what
/// Engineering owes on a CUS ticket that one's.
fn assignee<'a>(tickets: &'a Tickets, ticket: &'a Ticket, duty: &Duty, by: Role) -> Option<&'a str> {
    match (by, ticket, &duty.csd) {
        (Role::Support, Ticket::Csd(csd), _) => csd.assignee.as_deref(),
        (Role::Support, Ticket::Cus(_), Some(csd)) => tickets.csd(csd)?.assignee.as_deref(),
        (Role::Engineering, Ticket::Cus(cus), _) => {
            let action = cus.postmortem.action(duty.round).filter(|_| duty.kind == DutyKind::Action);
            action.and_then(|action| action.owner.as_deref()).or(cus.assignee.as_deref())
        }
        _ => None,
    }
}

/// Whether such a duty is not owed before its clock starts: "shipped, or revise" with a target date (R30).
pub(in crate::workflow) fn waits_for_its_date(ticket: &Ticket, kind: DutyKind) -> bool {
    let has_date = |cus: &Cus| cus.release.as_ref().is_some_and(|release| release.target_date.is_some());
    kind == DutyKind::Ship && matches!(ticket, Ticket::Cus(cus) if has_date(cus))
}

/// Returns what is owed about a CSD ticket: its own duties, and those of its CUS ticket that name it.
pub fn owed_about(tickets: &Tickets, key: &Key) -> Vec<Owed> {
    let Some(ticket) = tickets.ticket(key) else {
        return Vec::new();
    };
    let mut all = owed(tickets, ticket);
    if let Ticket::Csd(csd) = ticket
        && let Some(escalation) = csd.cus.as_ref().and_then(|cus| tickets.ticket(cus))
    {
        all.extend(owed(tickets, escalation).into_iter().filter(|owed| owed.duty.csd.as_ref() == Some(&csd.id)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::owed_about;
    use crate::workflow::command::{Assess, Edit};
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::remedy::Remedy;
    use crate::workflow::step::Step;
    use crate::workflow::tests::given::{
        assess, assessed, assign, closed, decided, edit, escalated, patch, reported, send_back, shipped, two_escalated,
    };
    use crate::workflow::tests::kit::{World, key};
    use crate::workflow::vocabulary::{Audience, ChecklistItem, Handler, Priority, Role};

    fn remedies(world: &World, ticket: &str) -> Vec<Remedy> {
        world.owed(ticket).into_iter().map(|owed| owed.remedy).collect()
    }

    #[test]
    fn each_duty_names_the_step_that_settles_it() {
        let (cus, csd) = (key("CUS-1"), key("CSD-1"));
        assert_eq!(
            remedies(&reported(), "CSD-1"),
            [Remedy::take(Step::Assess, &csd), Remedy::take_about(Step::Interim, &csd, Some(&csd))]
        );
        assert_eq!(remedies(&assessed(), "CSD-1")[0], Remedy::take(Step::Escalate, &csd));
        assert_eq!(
            remedies(&decided(Priority::High, patch("8.2")), "CUS-1"),
            [
                Remedy::take(Step::NotifyProduct, &cus),
                Remedy::take_about(Step::NotifySupport, &cus, Some(&csd)),
                Remedy::take(Step::Ship, &cus),
            ]
        );
        assert_eq!(remedies(&shipped(Priority::Low), "CUS-1"), [Remedy::take(Step::ConfirmResolved, &csd)]);
        let returned = escalated(Priority::Low).given(send_back(&[ChecklistItem::Steps]));
        assert_eq!(remedies(&returned, "CUS-1"), [Remedy::take(Step::Complete, &cus)]);
    }

    #[test]
    fn what_each_side_owes_is_its_assignees_and_anyone_of_the_role_may_do_it() {
        let whose = |world: &World, ticket: &str| -> Vec<(Role, Option<String>)> {
            world.owed(ticket).into_iter().map(|owed| (owed.by, owed.assignee)).collect()
        };
        let named = |name: &str| Some(name.to_owned());
        assert_eq!(
            whose(&reported(), "CSD-1"),
            [(Role::Support, named("Sue Staff")), (Role::Support, named("Sue Staff"))]
        );
        let world = two_escalated(Priority::Low).given(assign("CUS-1", Some("Eli"))).given(assign("CSD-2", None));
        let world = world.eng_assessed().given(patch("8.2"));
        let engineering = || (Role::Engineering, named("Eli"));
        assert_eq!(whose(&world, "CUS-1"), [engineering(), engineering(), engineering()]);
        let world = world.told(Audience::Support);
        let owed = [(Role::Support, named("Sue Staff")), (Role::Support, None), engineering(), engineering()];
        assert_eq!(whose(&world, "CUS-1"), owed);
        let handled = reported().given(Assess { handled_by: Handler::Product, ..assess("CSD-1") });
        assert_eq!(whose(&handled, "CSD-1"), [(Role::Product, None), (Role::Product, None)]);
    }

    #[test]
    fn a_renamed_ticket_is_named_by_its_new_key() {
        let world = decided(Priority::Low, patch("8.2")).given(Edit { csd: Some(key("SD-9")), ..edit("CSD-1") });
        let told = Remedy::take_about(Step::NotifySupport, &key("CUS-1"), Some(&key("SD-9")));
        assert_eq!(remedies(&world, "CUS-1")[0], told);
    }

    #[test]
    fn about_a_customers_ticket_stand_its_own_duties_and_those_that_name_it() {
        let kinds = |world: &World, csd: &str| {
            owed_about(&world.tickets, &key(csd)).into_iter().map(|owed| owed.duty.kind).collect::<Vec<_>>()
        };
        assert_eq!(kinds(&reported(), "CSD-1"), [DutyKind::Assess, DutyKind::NextWord]);
        let world = two_escalated(Priority::High).eng_assessed().given(patch("8.2"));
        assert_eq!(kinds(&world, "CSD-2"), [DutyKind::NextWord, DutyKind::TellSupport]);
        let world = world.told(Audience::Support);
        assert_eq!(kinds(&world, "CSD-1"), [DutyKind::TellCustomer]);
        assert_eq!(kinds(&world, "CSD-9"), []);
    }

    #[test]
    fn a_finished_ticket_owes_nothing_but_its_postmortem() {
        let world = closed(Priority::Medium);
        assert!(world.kinds("CUS-1").is_empty() && world.kinds("CSD-1").is_empty());
        let world = closed(Priority::Critical);
        assert!(world.cus("CUS-1").is_finished() && world.kinds("CSD-1").is_empty());
        assert_eq!(world.kinds("CUS-1"), [DutyKind::WritePostmortem]);
    }
}
