//! A world in which tests execute commands and check what follows.

use std::collections::BTreeSet;

use chrono::{TimeDelta, TimeZone, Utc};

use crate::workflow::command::Command;
use crate::workflow::context::Context;
use crate::workflow::event::{Event, Fact, Joined};
use crate::workflow::key::Key;
use crate::workflow::notices::draft::NoticeSettings;
use crate::workflow::obligations::duty::{DutyKind, Owed};
use crate::workflow::obligations::owed::owed;
use crate::workflow::obligations::policy::Policy;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::rule::Rule;
use crate::workflow::rules::decide;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::cus::{Cus, Link};
use crate::workflow::tickets::history::{Entry, last_command};
use crate::workflow::tickets::stage::{CsdStage, CusStage, Stage};
use crate::workflow::tickets::{Past, Tickets};
use crate::workflow::time::Time;
use crate::workflow::vocabulary::Role;
use crate::workflow::zone::Zone;

/// Tickets, a clock and an actor. Unless a test says otherwise, no role of the actor is known.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) tickets: Tickets,
    pub(crate) context: Context,
    /// What happened, ticket by ticket as they began; commands are numbered.
    history: Vec<Entry>,
}

/// The key with that spelling.
pub(crate) fn key(text: &str) -> Key {
    text.parse().unwrap()
}

/// Returns the time this many hours after the beginning of every world.
pub(crate) fn hour(hours: i64) -> Time {
    Utc.with_ymd_and_hms(2026, 3, 2, 0, 0, 0).unwrap() + TimeDelta::hours(hours)
}

impl World {
    pub(crate) fn new() -> Self {
        let context = Context {
            now: hour(0),
            now_is_explicit: false,
            actor: "Sue Staff".to_owned(),
            roles: Vec::new(),
            zone: Zone::UTC,
            policy: Policy::default().into(),
            notice_settings: NoticeSettings::default(),
        };
        Self { tickets: Tickets::default(), context, history: Vec::new() }
    }

    /// The events of a ticket with their commands.
    fn history_of(&self, id: &Key) -> Vec<Entry> {
        self.history.iter().filter(|entry| entry.event.stream == *id).cloned().collect()
    }

    /// The tickets with the command that can be undone on one of them.
    pub(crate) fn with_past(&self, key: &Key) -> Tickets {
        let id = self.tickets.ticket(key).expect("there is no such ticket").id();
        let command = last_command(&self.history_of(id)).expect("nothing happened");
        let its = self.history.iter().filter(|entry| entry.command == command);
        let streams: BTreeSet<Key> = its.map(|entry| entry.event.stream.clone()).collect();
        let histories: Vec<Vec<Entry>> = streams.iter().map(|id| self.history_of(id)).collect();
        Tickets { past: Some(Past::of(command, &histories, false).into()), ..self.tickets.clone() }
    }

    fn tickets_for(&self, command: &Command) -> Tickets {
        command.scope().undoes.map_or_else(|| self.tickets.clone(), |(key, _)| self.with_past(&key))
    }

    /// The clock stands that many hours after the beginning.
    pub(crate) fn at(mut self, hours: i64) -> Self {
        self.context.now = hour(hours);
        self
    }

    /// The actor has these roles, and they are known.
    pub(crate) fn acting_as(mut self, roles: &[Role]) -> Self {
        self.context.roles = roles.to_vec();
        self
    }

    /// Lets a command happen that must be accepted.
    pub(crate) fn given(mut self, command: impl Into<Command>) -> Self {
        self.when(command);
        self
    }

    /// Lets a command happen that must be accepted, and tells what came of it.
    pub(crate) fn when(&mut self, command: impl Into<Command>) -> Vec<Event> {
        let command = command.into();
        let events = match decide(&self.tickets_for(&command), &command, &self.context) {
            Ok(events) => events,
            Err(refusal) => panic!("refused: {refusal}\n{command:?}"),
        };
        assert!(!events.is_empty(), "accepted, and nothing happened: {command:?}");
        let number = self.history.last().map_or(1, |entry| entry.command + 1);
        self.history.extend(events.iter().map(|event| Entry { command: number, event: event.clone() }));
        if matches!(command, Command::Undo(_)) {
            self.fold_anew();
            return events;
        }
        for event in &events {
            assert_eq!(event.before, self.tickets.ticket(&event.stream).map(|ticket| ticket.stage()));
            assert!(Stage::is_legal_change(event.before, event.after), "{:?} to {:?}", event.before, event.after);
            self.tickets.apply(event);
            assert_eq!(Some(event.after), self.tickets.ticket(&event.stream).map(|ticket| ticket.stage()));
        }
        self.every_due_time_is_fixed();
        events
    }

    /// Returns the failures of a command that must be refused.
    pub(crate) fn refusal(&self, command: impl Into<Command>) -> Refusal {
        let command = command.into();
        match decide(&self.tickets_for(&command), &command, &self.context) {
            Ok(_) => panic!("accepted: {command:?}"),
            Err(refusal) => refusal,
        }
    }

    /// The failures of a command that must be refused.
    pub(crate) fn refused(&self, command: impl Into<Command>) -> Vec<Failure> {
        self.refusal(command).failures
    }

    /// Folds what happened anew, ticket by ticket.
    fn fold_anew(&mut self) {
        let ids: BTreeSet<Key> = self.history.iter().map(|entry| entry.event.stream.clone()).collect();
        self.tickets = Tickets::default();
        ids.iter().for_each(|id| self.tickets.fold(&self.history_of(id)));
    }

    pub(crate) fn csd(&self, csd: &str) -> &Csd {
        self.tickets.csd(&key(csd)).unwrap()
    }

    pub(crate) fn cus(&self, cus: &str) -> &Cus {
        self.tickets.cus(&key(cus)).unwrap()
    }

    pub(crate) fn csd_stage(&self, csd: &str) -> CsdStage {
        self.csd(csd).stage
    }

    pub(crate) fn cus_stage(&self) -> CusStage {
        self.cus("CUS-1").stage
    }

    /// The link of that CSD ticket on `CUS-1`.
    pub(crate) fn link(&self, csd: &str) -> &Link {
        self.cus("CUS-1").link(&key(csd)).unwrap()
    }

    pub(crate) fn owed(&self, ticket: &str) -> Vec<Owed> {
        owed(&self.tickets, self.tickets.ticket(&key(ticket)).unwrap())
    }

    /// Returns the duties owed on this ticket, in order.
    pub(crate) fn kinds(&self, ticket: &str) -> Vec<DutyKind> {
        self.owed(ticket).into_iter().map(|owed| owed.duty.kind).collect()
    }

    /// Whether a duty of that kind is owed on that ticket.
    pub(crate) fn owes(&self, ticket: &str, kind: DutyKind) -> bool {
        self.kinds(ticket).contains(&kind)
    }

    /// Returns when the one duty of this kind is due, in hours after the beginning; `None` if it is not owed.
    pub(crate) fn due(&self, ticket: &str, kind: DutyKind) -> Option<i64> {
        let all: Vec<Owed> = self.owed(ticket).into_iter().filter(|owed| owed.duty.kind == kind).collect();
        assert!(all.len() < 2, "{kind} is owed {} times", all.len());
        all.first().map(|owed| (owed.due - hour(0)).num_hours())
    }

    /// Returns when the duty of this kind about this CSD ticket is due on `CUS-1`, in hours after the beginning.
    pub(crate) fn due_about(&self, csd: &str, kind: DutyKind) -> Option<i64> {
        let about = |owed: &Owed| owed.duty.kind == kind && owed.duty.csd == Some(key(csd));
        self.owed("CUS-1").iter().find(|owed| about(owed)).map(|owed| (owed.due - hour(0)).num_hours())
    }

    /// The newest notice on `CUS-1`, word for word.
    pub(crate) fn last_message(&self) -> String {
        self.cus("CUS-1").notices.last().unwrap().message.clone()
    }

    /// R29: each due time is a fact of an event.
    fn every_due_time_is_fixed(&self) {
        for ticket in &self.tickets.all {
            for duty in ticket.demands() {
                let fixed = ticket.due().iter().any(|due| due.duty == duty);
                assert!(fixed, "no event fixed when {duty:?} of {} is due", ticket.key());
            }
        }
    }
}

/// The types of the facts, in order.
pub(crate) fn types(events: &[Event]) -> Vec<&'static str> {
    events.iter().map(|event| event.fact.type_name()).collect()
}

/// The messages of the notices among these events.
pub(crate) fn messages(events: &[Event]) -> Vec<String> {
    let message = |event: &Event| match &event.fact {
        Fact::Notified(notified) => Some(notified.texts.message.clone()),
        _ => None,
    };
    events.iter().filter_map(message).collect()
}

/// Returns the joins among these events.
pub(crate) fn joined(events: &[Event]) -> Vec<&Joined> {
    events.iter().filter_map(|event| if let Fact::Joined(fact) = &event.fact { Some(fact) } else { None }).collect()
}

/// The rules that these failures cite.
pub(crate) fn rules(failures: &[Failure]) -> Vec<Rule> {
    failures.iter().map(Failure::rule).collect()
}
