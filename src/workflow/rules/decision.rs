//! The decision in progress: its events, and the tickets as they change.

use crate::workflow::command::Command;
use crate::workflow::context::Context;
use crate::workflow::event::{EDITION, Event, Fact, Undone};
use crate::workflow::key::Key;
use crate::workflow::obligations::deadlines;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::requirements::{requirements, subject};
use crate::workflow::spellings::settle;
use crate::workflow::step::Step;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::cus::Cus;
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{Kind, Role};

/// The events of one command as they are recorded, and the tickets that they change.
pub(super) struct DecisionContext<'a> {
    pub(super) before: &'a Tickets,
    pub(super) tickets: Tickets,
    pub(super) events: Vec<Event>,
    pub(super) context: &'a Context,
    pub(super) at: Time,
    pub(super) role: Option<Role>,
    pub(super) step: Step,
}

impl<'a> DecisionContext<'a> {
    /// An event's time is the later of the clock and the tickets' last event; a time set by hand is refused instead, except
    /// for what happened elsewhere: another tracker's history and a delivery (R27).
    pub(super) fn begin(tickets: &'a Tickets, command: &Command, context: &'a Context) -> Result<Self, Refusal> {
        let last = tickets.last_event().unwrap_or(context.now);
        let happened_elsewhere = matches!(command, Command::Import(_) | Command::Deliver(_));
        if context.now_is_explicit && context.now < last && !happened_elsewhere {
            return Err(Refusal::bare(vec![Failure::ClockBeforeLastEvent { now: context.now, last }]));
        }
        let at = context.now.max(last);
        let role = context.roles.first().copied();
        Ok(Self {
            before: tickets,
            tickets: tickets.clone(),
            events: Vec::new(),
            context,
            at,
            role,
            step: command.step(),
        })
    }

    pub(super) fn end(mut self) -> Vec<Event> {
        deadlines::fix_due_times(self.before, &self.tickets, &mut self.events, self.context);
        self.events
    }

    /// Checks that the step is open on the ticket with this key, and takes the actor's role from it.
    pub(super) fn require(&mut self, key: &Key, step: Step) -> Result<(), Refusal> {
        let needs = requirements(&self.tickets, key, step, self.context);
        needs.refuse(step, key)?;
        self.role = needs.role;
        self.step = step;
        Ok(())
    }

    /// Returns the CUS ticket that a step is about, once the step is open on it.
    pub(super) fn cus(&mut self, key: &Key, step: Step) -> Result<Cus, Refusal> {
        self.require(key, step)?;
        self.tickets.cus_for(key).cloned().ok_or_else(|| wrong_kind(step, key, Kind::Cus))
    }

    /// Returns the CSD ticket that a step is about, once the step is open on it.
    pub(super) fn csd(&mut self, key: &Key, step: Step) -> Result<Csd, Refusal> {
        self.require(key, step)?;
        self.tickets.csd(key).cloned().ok_or_else(|| wrong_kind(step, key, Kind::Csd))
    }

    /// Records a fact on a ticket.
    pub(super) fn record(&mut self, stream: &Key, fact: impl Into<Fact>) {
        self.record_as(stream, self.at, self.context.actor.clone(), self.role, fact.into());
    }

    /// Records on a ticket that a command was undone, which puts it back as it is without: away, if the command began it.
    pub(super) fn put_back(&mut self, id: &Key, fact: Undone, without: &Tickets) {
        let before = self.tickets.ticket(id).map(Ticket::stage);
        let is_it = |ticket: &Ticket| ticket.id() == id;
        self.tickets.all.retain(|ticket| !is_it(ticket));
        let restored = without.all.iter().find(|ticket| is_it(ticket));
        self.tickets.all.extend(restored.cloned());
        self.tickets.gone.extend(without.gone.iter().filter(|gone| gone.id == *id).cloned());
        self.record(id, fact);
        if let Some(event) = self.events.last_mut() {
            event.before = before;
            event.after = self.tickets.ticket(id).map(Ticket::stage).or(before).unwrap_or(event.after);
        }
    }

    /// Records a fact on a ticket, with its own actor and time.
    pub(super) fn record_as(&mut self, stream: &Key, at: Time, actor: String, role: Option<Role>, mut fact: Fact) {
        settle(&mut fact, || self.tickets.known_spellings());
        let before = self.tickets.ticket(stream).map(Ticket::stage);
        let mut event = Event {
            stream: stream.clone(),
            at,
            actor,
            role,
            before,
            after: crate::workflow::tickets::stage::CsdStage::Reported.into(),
            due: Vec::new(),
            step: self.step,
            edition: EDITION,
            fact,
        };
        self.tickets.apply(&event);
        if let Some(ticket) = self.tickets.ticket(stream) {
            event.after = ticket.stage();
        }
        self.events.push(event);
    }
}

pub(super) fn wrong_kind(step: Step, key: &Key, needed: Kind) -> Refusal {
    Refusal::of(step, key, vec![Failure::WrongKind { step, key: key.clone(), needed }])
}

/// Refuses with these failures, where there are any.
pub(super) fn refuse_if(step: Step, key: &Key, failures: Vec<Failure>) -> Result<(), Refusal> {
    if failures.is_empty() { Ok(()) } else { Err(Refusal::of(step, key, failures)) }
}

/// Returns the id of the ticket that a step is taken on.
pub(super) fn subject_id(cx: &DecisionContext<'_>, key: &Key, step: Step) -> Key {
    subject(&cx.tickets, key, step).map_or_else(|| key.clone(), |ticket| ticket.id().clone())
}

/// Returns names as one text, one a line; `None` where there is none.
pub(super) fn lines(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| names.join("\n"))
}
