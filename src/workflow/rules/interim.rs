//! Interim messages (R21): in somebody's own words alone, at any stage and about any ticket. They settle nothing but the
//! next word (R33).

use super::decision::{DecisionContext, wrong_kind};
use super::notify::{give, narrowed_to, promises_the_future};
use crate::workflow::command::Notify;
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::rule::Rule;
use crate::workflow::step::Step;
use crate::workflow::tickets::Ticket;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::stage::CsdStage;
use crate::workflow::vocabulary::{Audience, Kind, Role};

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Notify) -> Result<(), Refusal> {
    promises_the_future(cx, command)?;
    let step = Step::Interim;
    let to = command.to.unwrap_or(Audience::Customer);
    cx.require(&command.cus, step)?;
    let Some(ticket) = cx.tickets.ticket(&command.cus).cloned() else {
        return Err(wrong_kind(step, &command.cus, Kind::Cus));
    };
    if command.message.is_none() {
        let failure = Failure::Missing { rule: Rule::R21, field: Field::Message };
        return Err(Refusal::of(step, ticket.key(), vec![failure]));
    }
    let cus = cx.tickets.cus_for(&command.cus).cloned();
    let Some(cus) = cus else {
        let Ticket::Csd(csd) = &ticket else { return Err(wrong_kind(step, &command.cus, Kind::Csd)) };
        speak_for(cx, step, ticket.key(), to, &[csd])?;
        return give(cx, command, &csd.id, to, Some(&csd.id), Vec::new());
    };
    let narrowed = narrowed_to(cx, command, &cus, step)?;
    let about: Vec<Key> = match (to, narrowed) {
        (Audience::Product | Audience::Marketing, _) => return give(cx, command, &cus.key, to, None, Vec::new()),
        (Audience::Customer | Audience::Support, Some(csd)) => vec![csd],
        (Audience::Support, None) => cus.links.iter().map(|link| link.csd.clone()).collect(),
        (Audience::Customer, None) => {
            cus.links.iter().filter(|link| !cus.is_settled(link)).map(|link| link.csd.clone()).collect()
        }
    };
    if about.is_empty() {
        let key = cus.key.clone();
        let failure = if cus.links.is_empty() {
            Failure::NoCustomers { rule: Rule::R21, cus: key }
        } else {
            Failure::AllAnswered { cus: key }
        };
        return Err(Refusal::of(step, &cus.key, vec![failure]));
    }
    let tickets = cx.tickets.clone();
    let csds: Vec<&Csd> = about.iter().filter_map(|csd| tickets.csd(csd)).collect();
    speak_for(cx, step, &cus.key, to, &csds)?;
    about.iter().try_for_each(|csd| give(cx, command, &cus.key, to, Some(csd), Vec::new()))
}

/// Refuses a message to customers by a role that is neither Support nor the handler of each of them (R28).
fn speak_for(cx: &mut DecisionContext<'_>, step: Step, key: &Key, to: Audience, csds: &[&Csd]) -> Result<(), Refusal> {
    if to != Audience::Customer || cx.context.roles.is_empty() {
        return Ok(());
    }
    let handler = |csd: &Csd| csd.handled_by.filter(|_| csd.stage == CsdStage::Handled).map(Role::from);
    let first = csds.first().and_then(|csd| handler(csd));
    let shared = first.filter(|role| csds.iter().all(|csd| handler(csd) == Some(*role)));
    let needed: Vec<Role> = [Role::Support].into_iter().chain(shared.filter(|role| *role != Role::Support)).collect();
    match cx.context.roles.iter().find(|role| needed.contains(role)) {
        Some(role) => {
            cx.role = Some(*role);
            Ok(())
        }
        None => {
            let failure = Failure::WrongRole { needed, has: cx.context.roles.clone() };
            Err(Refusal::of(step, key, vec![failure]))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::workflow::command::Notify;
    use crate::workflow::refusal::Failure;
    use crate::workflow::tests::given::{confirm, interim, two_escalated};
    use crate::workflow::tests::kit::{key, messages, types};
    use crate::workflow::vocabulary::{AnswerKind, Audience, Priority};

    #[test]
    fn an_interim_message_goes_to_each_who_is_not_answered_or_to_the_one_who_is_named() {
        let hello = || interim(Audience::Customer, "Hello");
        let answered = |csd: &str| confirm(csd, AnswerKind::Resolved);
        let mut world = two_escalated(Priority::Low);
        assert_eq!(messages(&world.when(hello())).len(), 2);
        let mut world = world.given(answered("CSD-1"));
        let events = world.when(hello());
        assert_eq!(types(&events), ["notified", "customer-told"]);
        let world = world.given(answered("CSD-2"));
        assert_eq!(world.refused(hello()), [Failure::AllAnswered { cus: key("CUS-1") }]);
        let named = Notify { csd: Some(key("CSD-1")), ..hello() };
        assert_eq!(world.given(named).last_message(), "Hello");
    }
}
