//! Deciding: from a case and a command to the events that follow, or to the refusal that says why not.
//!
//! One file for each step. Each asks the requirements first, then looks at what was given.

mod assess;
mod attach;
mod close;
mod comment;
mod confirm;
mod deliver;
mod edit;
mod eng_assess;
mod escalate;
mod hold;
mod import;
mod notify;
mod postmortem;
mod release;
mod reopen;
mod report;
mod return_to_support;
mod ship;
mod slip;
mod unlink;

use super::case::Case;
use super::clock;
use super::command::Command;
use super::csd::Csd;
use super::cus::Cus;
use super::event::{Event, Fact};
use super::key::Key;
use super::refusal::{Failure, Refusal};
use super::requirements::{requirements, subject};
use super::step::Step;
use super::words::{Kind, Role};
use super::{Meta, Time};

/// Decides on a command: the events that follow from it, in order, each with its stages and due times.
///
/// # Errors
/// A refusal that names everything that is wrong, stage and role first.
pub fn decide(case: &Case, command: &Command, meta: &Meta) -> Result<Vec<Event>, Refusal> {
    let mut story = Story::begin(case, meta)?;
    match command {
        Command::Report(command) => report::decide(&mut story, command),
        Command::Assess(command) => assess::decide(&mut story, command),
        Command::Escalate(command) => escalate::decide(&mut story, command),
        Command::Join(command) => escalate::join(&mut story, command),
        Command::Complete(command) => escalate::complete(&mut story, command),
        Command::EngAssess(command) => eng_assess::decide(&mut story, command),
        Command::Release(command) => release::decide(&mut story, command),
        Command::Notify(command) => notify::decide(&mut story, command),
        Command::Deliver(command) => deliver::decide(&mut story, command),
        Command::Postmortem(command) => postmortem::decide(&mut story, command),
        Command::Close(command) => close::decide(&mut story, command),
        Command::CloseAs(command) => close::close_as(&mut story, command),
        Command::Resolve(command) => close::resolve(&mut story, command),
        Command::Ship(command) => ship::decide(&mut story, command),
        Command::Slip(command) => slip::decide(&mut story, command),
        Command::Confirm(command) => confirm::decide(&mut story, command),
        Command::Return(command) => return_to_support::decide(&mut story, command),
        Command::Reopen(command) => reopen::decide(&mut story, command),
        Command::Hold(command) => hold::decide(&mut story, command),
        Command::LiftHold(command) => hold::lift(&mut story, command),
        Command::Comment(command) => comment::decide(&mut story, command),
        Command::Attach(command) => attach::decide(&mut story, command),
        Command::Edit(command) => edit::decide(&mut story, command),
        Command::Import(command) => import::decide(&mut story, command),
        Command::Unlink(command) => unlink::decide(&mut story, command),
    }?;
    deliver::withdraw_stale(&mut story);
    Ok(story.end())
}

/// The events of one command as they come to be, over a case that they change as they go.
struct Story<'a> {
    before: &'a Case,
    case: Case,
    events: Vec<Event>,
    meta: &'a Meta,
    at: Time,
    role: Option<Role>,
}

impl<'a> Story<'a> {
    /// An event's time is the later of the clock and the case's last event; a time set by hand is refused instead (R27).
    fn begin(case: &'a Case, meta: &'a Meta) -> Result<Self, Refusal> {
        let last = case.last_event().unwrap_or(meta.now);
        if meta.now_is_explicit && meta.now < last {
            return Err(Refusal::bare(vec![Failure::ClockBeforeLastEvent { now: meta.now, last }]));
        }
        let at = meta.now.max(last);
        let role = meta.roles.first().copied();
        Ok(Self { before: case, case: case.clone(), events: Vec::new(), meta, at, role })
    }

    fn end(mut self) -> Vec<Event> {
        clock::fix_due_times(self.before, &self.case, &mut self.events, self.at, self.meta);
        self.events
    }

    /// Asks whether the step is open on the ticket of that key, and takes the actor's role from it.
    fn require(&mut self, key: &Key, step: Step) -> Result<(), Refusal> {
        let needs = requirements(&self.case, key, step, self.meta);
        needs.refuse(step, key)?;
        self.role = needs.role;
        Ok(())
    }

    /// The escalation that a step is about, once the step is open on it.
    fn cus(&mut self, key: &Key, step: Step) -> Result<Cus, Refusal> {
        self.require(key, step)?;
        self.case.cus_for(key).cloned().ok_or_else(|| wrong_kind(step, key, Kind::Cus))
    }

    /// The customer's ticket that a step is about, once the step is open on it.
    fn csd(&mut self, key: &Key, step: Step) -> Result<Csd, Refusal> {
        self.require(key, step)?;
        self.case.csd(key).cloned().ok_or_else(|| wrong_kind(step, key, Kind::Csd))
    }

    /// Lets a fact happen to a ticket.
    fn tell(&mut self, stream: &Key, fact: impl Into<Fact>) {
        self.tell_of(stream, self.at, self.meta.actor.clone(), self.role, fact.into());
    }

    /// Lets a fact happen to a ticket that somebody did at some time.
    fn tell_of(&mut self, stream: &Key, at: Time, actor: String, role: Option<Role>, fact: Fact) {
        let before = self.case.ticket(stream).map(super::case::Ticket::stage);
        let mut event = Event {
            stream: stream.clone(),
            at,
            actor,
            role,
            before,
            after: super::stage::CsdStage::Reported.into(),
            due: Vec::new(),
            fact,
        };
        self.case.apply(&event);
        if let Some(ticket) = self.case.ticket(stream) {
            event.after = ticket.stage();
        }
        self.events.push(event);
    }
}

fn wrong_kind(step: Step, key: &Key, needed: Kind) -> Refusal {
    Refusal::of(step, key, vec![Failure::WrongKind { step, key: key.clone(), needed }])
}

/// Refuses with these failures, where there are any.
fn refuse_if(step: Step, key: &Key, failures: Vec<Failure>) -> Result<(), Refusal> {
    if failures.is_empty() { Ok(()) } else { Err(Refusal::of(step, key, failures)) }
}

/// The id of the ticket that a step is taken on.
fn subject_id(story: &Story<'_>, key: &Key, step: Step) -> Key {
    subject(&story.case, key, step).map_or_else(|| key.clone(), |ticket| ticket.id().clone())
}
