//! Invariants of every state of the walk and of every step in it, computed independently of the workflow.

use super::given::{
    assess, backlog, close, complete, confirm, end_action, eng_assess, escalate, interim, lift, patch, resolve, ship,
    tell, tell_about, to_postmortem, with_root_cause,
};
use super::walk::State;
use crate::workflow::command::{
    Close, Command, Comment, Complete, EndAction, EngAssess, LiftHold, Notify, Postmortem, Release, Ship, ShipTarget,
    WritePostmortem,
};
use crate::workflow::context::Context;
use crate::workflow::event::{Event, Fact};
use crate::workflow::key::Key;
use crate::workflow::obligations::duty::{DutyKind, Owed};
use crate::workflow::obligations::owed::{owed, owed_about};
use crate::workflow::rules::decide;
use crate::workflow::tickets::cus::Release as DecidedRelease;
use crate::workflow::tickets::postmortem::ActionState;
use crate::workflow::tickets::stage::{CusStage, Stage};
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::{AnswerKind, Audience, Decision, Impact, Priority, Resolution, Role};

/// The audiences that know the decision in force on `CUS-1`, gathered from the events alone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ghost {
    /// The tickets whose original reporters were told the decision in force.
    informed: Vec<Key>,
    /// The tickets that were linked when it moved to Postmortem and still are.
    moved: Vec<Key>,
    /// Whether Product was alerted of what is in force.
    product: bool,
    /// Whether Marketing was told what is in force.
    marketing: bool,
}

impl Ghost {
    /// Remembers an event; `case` is as it was before.
    pub(crate) fn see(&mut self, tickets: &Tickets, event: &Event) {
        let Some(cus) = tickets.cus(&event.stream).filter(|cus| cus.key.as_str() == "CUS-1") else {
            return;
        };
        if event.after != Stage::Cus(CusStage::Postmortem) {
            self.moved.clear();
        }
        match &event.fact {
            Fact::ReleaseDecided(fact) => {
                let promise =
                    |release: &DecidedRelease| (release.decision, release.fix_version.clone(), release.target_date);
                let old = cus.release.as_ref().map(promise);
                if old != Some((fact.decision, fact.fix_version.clone(), fact.target_date)) {
                    self.informed.clear();
                    self.marketing = false;
                    self.product &= old.is_none();
                }
            }
            Fact::EngAssessed(_) => self.product &= cus.stage != CusStage::Escalated,
            Fact::Reopened(_) => self.informed.clear(),
            Fact::Left(fact) => {
                self.informed.retain(|csd| *csd != fact.csd);
                self.moved.retain(|csd| *csd != fact.csd);
            }
            fact @ (Fact::Notified(_) | Fact::Delivered(_)) => {
                let Some(telling) = fact.told() else { return };
                if telling.settles.contains(&DutyKind::TellSupport) {
                    self.informed.extend(telling.csd.cloned().filter(|csd| !self.informed.contains(csd)));
                }
                self.product |= telling.settles.contains(&DutyKind::AlertProduct);
                self.marketing |= telling.settles.contains(&DutyKind::TellMarketing);
            }
            Fact::MovedToPostmortem(_) => self.moved = cus.links.iter().map(|link| link.csd.clone()).collect(),
            _ => {}
        }
    }

    /// Itself in a few bytes, for telling states apart.
    pub(crate) fn shape(&self, customers: [&str; 2]) -> Vec<u8> {
        let bits = |keys: &[Key]| customers.map(|csd| keys.iter().any(|key| key.as_str() == csd));
        let [a, b] = bits(&self.informed);
        let [c, d] = bits(&self.moved);
        let bits = [a, b, c, d, self.product, self.marketing];
        vec![bits.iter().fold(0, |shape, bit| shape << 1 | u8::from(*bit))]
    }
}

/// Checks an event in a state.
pub(crate) fn look_at_step(state: &State, event: &Event) {
    assert!(Stage::is_legal_change(event.before, event.after), "{event:?}");
    let Some(cus) = state.tickets.cus(&event.stream) else { return };
    match &event.fact {
        Fact::MovedToPostmortem(_) => {
            let ghost = &state.ghost;
            assert!(!cus.links.is_empty() && cus.release.is_some());
            assert!(cus.links.iter().all(|link| ghost.informed.contains(&link.csd)), "R18: {ghost:?} {cus:?}");
            assert!(!cus.priority.is_high() || ghost.product, "R14: {ghost:?} {cus:?}");
            let is_large = cus.assessment.as_ref().is_some_and(|assessment| assessment.impact == Impact::Large);
            assert!(!is_large || ghost.marketing, "R17: {ghost:?} {cus:?}");
        }
        Fact::Closed(fact) if fact.resolution == Resolution::Fixed => {
            assert_eq!(cus.stage, CusStage::Postmortem);
            assert!(!cus.links.is_empty() && cus.links.iter().all(|link| link.answer.is_some()), "R24: {cus:?}");
        }
        Fact::Notified(fact) if fact.to == Audience::Customer => {
            let is_open = cus.release.as_ref().filter(|release| release.shipped.is_none());
            if is_open.is_some_and(|release| release.decision == Decision::NextRelease) {
                let message = &fact.texts.message;
                assert!(!message.contains("9.0") || message.contains("TENTATIVE"), "R22: {message}");
            }
        }
        _ => {}
    }
}

/// Checks a state.
pub(crate) fn look_at_state(state: &State, context: &Context) {
    let ghost = &state.ghost;
    for csd in &ghost.moved {
        assert!(ghost.informed.contains(csd), "R19: {csd} {:?}", state.tickets);
    }
    for csd in state.tickets.all.iter().filter(|ticket| state.tickets.csd(ticket.id()).is_some()) {
        let all = owed_about(&state.tickets, csd.key());
        let is_word = |owed: &Owed| owed.duty.kind == DutyKind::NextWord || owed.by == Role::Support;
        assert!(is_finished(&state.tickets, csd) || all.iter().any(is_word), "R33: {csd:?} {all:?}");
    }
    for ticket in &state.tickets.all {
        let all = owed(&state.tickets, ticket);
        if is_finished(&state.tickets, ticket) {
            assert!(all.iter().all(|owed| is_aftermath(owed.duty.kind)), "a finished ticket owes {all:?}");
        }
        if let Ticket::Cus(cus) = ticket {
            assert_eq!(is_finished(&state.tickets, ticket), cus.is_finished(), "{:?}", state.tickets);
            assert!(cus.is_closed() || !all.is_empty(), "nothing is owed on a ticket that is not closed: {cus:?}");
        }
        for owed in all {
            let fixed = ticket.due().iter().find(|due| due.duty == owed.duty);
            assert_eq!(fixed.map(|due| (due.begins, due.due)), Some((owed.begins, owed.due)), "R29: {owed:?}");
            is_settled_by_a_legal_step(&state.tickets, ticket.id(), &owed, context);
        }
    }
}

/// Whether it is owed after everything else is over: the postmortem and its actions (R34).
fn is_aftermath(kind: DutyKind) -> bool {
    matches!(kind, DutyKind::WritePostmortem | DutyKind::Action)
}

/// Whether it is over for everybody, in the words of docs/PROCESS.md.
fn is_finished(tickets: &Tickets, ticket: &Ticket) -> bool {
    match ticket {
        Ticket::Csd(csd) => csd.is_resolved(),
        Ticket::Cus(cus) => {
            cus.stage == CusStage::Closed
                && tickets.linked(cus).all(|csd| csd.is_resolved())
                && ticket.demands().iter().all(|duty| is_aftermath(duty.kind))
        }
    }
}

fn is_settled_by_a_legal_step(tickets: &Tickets, id: &Key, owed: &Owed, context: &Context) {
    let command = settling(id, owed);
    for roles in [vec![], vec![owed.by]] {
        // R7: its handler owes the resolution, and Support closes the ticket with it.
        if !roles.is_empty() && owed.duty.kind == DutyKind::Resolve {
            continue;
        }
        let context = Context { roles, ..context.clone() };
        let events = match decide(tickets, &command, &context) {
            Ok(events) => events,
            Err(refusal) => panic!("{owed:?} cannot be settled: {refusal}\n{tickets:?}"),
        };
        let mut after = tickets.clone();
        events.iter().for_each(|event| after.apply(event));
        let left = after.ticket(id).map(Ticket::demands).unwrap_or_default();
        assert!(!left.contains(&owed.duty), "{command:?} does not settle {owed:?}\n{tickets:?}");
    }
}

/// The notice in own words, which name a version: drafting those is quick.
pub(crate) fn in_words(notify: Notify) -> Command {
    Notify { message: Some("It comes with 9.0".to_owned()), ..notify }.into()
}

/// The step that settles a duty, with everything given.
pub(crate) fn settling(id: &Key, owed: &Owed) -> Command {
    let cus = id.clone();
    let csd = owed.duty.csd.as_ref().unwrap_or(id).as_str();
    let target = || ShipTarget::Ticket(id.clone());
    match owed.duty.kind {
        DutyKind::Assess => assess(csd).into(),
        DutyKind::Escalate => escalate(&[csd], Priority::Low).into(),
        DutyKind::Resolve => resolve(csd).into(),
        DutyKind::EngAssess => EngAssess { cus, ..eng_assess(Impact::Some) }.into(),
        DutyKind::Complete => Complete { cus, note: Some("So".to_owned()), ..complete() }.into(),
        DutyKind::AlertProduct | DutyKind::CorrectProduct => in_words(Notify { cus, ..tell(Audience::Product) }),
        DutyKind::Release => Release { cus, ..patch("8.2") }.into(),
        DutyKind::AnswerComplaint => Comment { key: cus, text: "It is planned".to_owned() }.into(),
        DutyKind::TellMarketing | DutyKind::CorrectMarketing => in_words(Notify { cus, ..tell(Audience::Marketing) }),
        DutyKind::TellSupport => in_words(Notify { cus, ..tell_about(csd, Audience::Support) }),
        DutyKind::TellCustomer => in_words(Notify { cus, ..tell_about(csd, Audience::Customer) }),
        DutyKind::NextWord => Notify { cus, ..interim(Audience::Customer, "We are at it") }.into(),
        DutyKind::Postmortem => Postmortem { cus, ..to_postmortem() }.into(),
        DutyKind::Ship => Ship { target: target(), ..ship() }.into(),
        DutyKind::Confirm => confirm(csd, AnswerKind::Resolved).into(),
        DutyKind::Review => Release { cus, note: Some("Not yet".to_owned()), ..backlog() }.into(),
        DutyKind::WritePostmortem => {
            WritePostmortem { cus, note: Some("A slip".to_owned()), ..with_root_cause() }.into()
        }
        DutyKind::Action => EndAction { cus, ..end_action(owed.duty.round, ActionState::Done) }.into(),
        DutyKind::Close => Close { cus, ..close() }.into(),
        DutyKind::LiftHold => LiftHold { cus, ..lift() }.into(),
    }
}
