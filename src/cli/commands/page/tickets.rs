//! Every ticket that has a card, in a section of its own with its timeline.

use anyhow::Result;
use serde::Serialize;

use super::today::Shown;
use crate::cli::output::{due_briefly, local, visible, visible_in_line};
use crate::cli::views::event::sentence;
use crate::cli::views::owed::describe;
use crate::store::{Recorded, Store, StoreError};
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::obligations::owed::{owed, owed_about};
use crate::workflow::scope::Scope;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::cus::Cus;
use crate::workflow::tickets::stage::CusStage;
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::Word;

/// How many bytes of text all sections have together: a page stays one that mail and browsers take.
const ROOM: usize = 2_500_000;
/// A ticket among many: its last events, and long texts cut.
const BRIEF: Measure = Measure { events: 40, characters: 700 };
/// A ticket by itself.
const WHOLE: Measure = Measure { events: usize::MAX, characters: usize::MAX };

/// How much of a ticket is shown.
#[derive(Clone, Copy)]
struct Measure {
    /// How many of its last events.
    events: usize,
    /// How many characters of a text.
    characters: usize,
}

/// The sections of a page.
#[derive(Serialize)]
pub(super) struct Sections {
    tickets: Vec<Section>,
    /// The number of tickets for which there was no room.
    pub(super) left_out: usize,
}

#[derive(Serialize)]
pub(super) struct Section {
    key: String,
    summary: String,
    stage: &'static str,
    is_over: bool,
    facts: Vec<(&'static str, String)>,
    owed: Vec<DutyLine>,
    customers: Vec<CustomerLine>,
    events: Vec<EventLine>,
    earlier: usize,
}

#[derive(Serialize)]
struct DutyLine {
    what: String,
    by: &'static str,
    due: String,
    is_late: bool,
}

#[derive(Serialize)]
struct CustomerLine {
    key: String,
    name: String,
    told: String,
    answer: String,
}

#[derive(Serialize)]
struct EventLine {
    at: String,
    what: String,
    by: String,
}

/// The sections of the tickets that are shown, as far as there is room.
pub(super) fn sections(store: &Store, shown: &Shown, now: Time) -> Result<Sections> {
    let mut tickets = Vec::new();
    let mut room = ROOM;
    for id in &shown.ids {
        let Some(ticket) = shown.tickets.ticket(id) else { continue };
        let section = BRIEF.section(&shown.tickets, ticket, &store.events_of(id)?, now);
        let Some(left) = room.checked_sub(section.length()) else { break };
        room = left;
        tickets.push(section);
    }
    let left_out = shown.ids.len() - tickets.len();
    Ok(Sections { tickets, left_out })
}

/// A ticket by itself, with everything that is known about it.
pub(super) fn whole(store: &Store, key: &Key, now: Time) -> Result<Section> {
    let tickets = store.tickets(&Scope::of([key.clone()]))?;
    let ticket = tickets.ticket(key).ok_or_else(|| StoreError::NoSuchTicket(key.clone()))?;
    Ok(WHOLE.section(&tickets, ticket, &store.events_of(key)?, now))
}

impl Section {
    /// How many bytes of text it has, with what stands around each.
    fn length(&self) -> usize {
        let facts = self.facts.iter().map(|(_, value)| value.len() + 40);
        let events = self.events.iter().map(|event| event.what.len() + event.by.len() + 80);
        let customers = self.customers.iter().map(|customer| customer.name.len() + 100);
        self.summary.len() + 300 + facts.chain(events).chain(customers).sum::<usize>() + 120 * self.owed.len()
    }
}

impl Measure {
    fn section(self, tickets: &Tickets, ticket: &Ticket, events: &[Recorded], now: Time) -> Section {
        let (facts, customers, owed) = match ticket {
            Ticket::Csd(csd) => (self.csd_facts(csd), Vec::new(), owed_about(tickets, &csd.key)),
            Ticket::Cus(cus) => (self.cus_facts(cus), customers(tickets, cus), owed(tickets, ticket)),
        };
        let duties = owed.iter().filter(|owed| owed.is_shown(now)).map(|owed| DutyLine {
            what: describe(owed.duty.kind, owed.duty.csd.as_ref()),
            by: owed.by.as_str(),
            due: due_briefly(owed.due, now),
            is_late: owed.due < now,
        });
        let earlier = events.len().saturating_sub(self.events);
        Section {
            key: ticket.key().to_string(),
            summary: visible_in_line(ticket.summary()).into_owned(),
            stage: ticket.stage().as_str(),
            is_over: matches!(ticket, Ticket::Cus(cus) if matches!(cus.stage, CusStage::Postmortem | CusStage::Closed)),
            facts,
            owed: duties.collect(),
            customers,
            events: events.iter().skip(earlier).rev().map(|event| self.event_line(event)).collect(),
            earlier,
        }
    }

    fn csd_facts(self, csd: &Csd) -> Vec<(&'static str, String)> {
        let mut facts =
            vec![("Customer", visible_in_line(&csd.customer).into_owned()), ("Reported", local(csd.created))];
        facts.extend(csd.handled_by.map(|handler| ("Handled by", handler.to_string())));
        facts.extend(csd.product_version.as_deref().map(|version| ("Product version", line(version))));
        facts.extend(csd.description.as_deref().map(|description| ("Description", self.text(description))));
        facts.extend(csd.resolution.as_deref().map(|resolution| ("Resolution", self.text(resolution))));
        facts
    }

    fn cus_facts(self, cus: &Cus) -> Vec<(&'static str, String)> {
        let mut facts = vec![("Priority", cus.priority.to_string()), ("Escalated", local(cus.created))];
        if let Some(assessment) = &cus.assessment {
            let affected =
                assessment.customers_affected.map(|count| format!(" ({count} customers)")).unwrap_or_default();
            facts.push(("Severity", assessment.severity.to_string()));
            facts.push(("Impact", format!("{}{affected}", assessment.impact)));
            facts.push(("Cause", self.text(&assessment.cause)));
            facts.push(("Workaround", self.text(&assessment.workaround)));
        }
        if let Some(release) = &cus.release {
            let tentative = if release.is_tentative() { " (TENTATIVE)" } else { "" };
            let version = release.fix_version.as_deref().map(|version| format!(", {}{tentative}", line(version)));
            let date = release.target_date.map(|date| format!(", planned for {date}"));
            let shipped = release.shipped.map(|at| format!(", shipped {}", local(at)));
            let more = [version, date, shipped].into_iter().flatten().collect::<String>();
            facts.push(("Decision", format!("{}{more}", release.decision)));
            facts.extend(release.resolution.as_deref().map(|resolution| ("Resolution", self.text(resolution))));
        }
        facts.extend(cus.closing.as_ref().map(|closing| ("Closed as", closing.resolution.to_string())));
        facts.push(("Steps", self.text(&cus.steps)));
        let postmortem = &cus.postmortem;
        facts.extend(postmortem.root_cause.as_deref().map(|cause| ("Root cause", self.text(cause))));
        facts.extend(postmortem.category.as_deref().map(|category| ("Category", line(category))));
        facts.extend(postmortem.lessons.as_deref().map(|lessons| ("Lessons", self.text(lessons))));
        facts.extend(postmortem.actions.iter().map(|action| {
            let owner = action.owner.as_deref().map(|owner| format!(", {}", line(owner))).unwrap_or_default();
            ("Action", format!("{} ({}, until {}{owner})", self.text(&action.text), action.state, local(action.due)))
        }));
        facts
    }

    fn event_line(self, recorded: &Recorded) -> EventLine {
        let event = &recorded.event;
        let role = event.role.map_or("unknown role", Word::as_str);
        EventLine {
            at: local(event.at),
            what: self.text(&sentence(event)),
            by: format!("{} ({role})", visible_in_line(&event.actor)),
        }
    }

    /// A text, cut where it is very long.
    fn text(self, text: &str) -> String {
        match text.char_indices().nth(self.characters) {
            Some((end, _)) => format!("{} … (cut)", visible(text.get(..end).unwrap_or_default())),
            None => visible(text).into_owned(),
        }
    }
}

fn customers(tickets: &Tickets, cus: &Cus) -> Vec<CustomerLine> {
    let line = |csd: &Csd| {
        let link = cus.link(&csd.id)?;
        Some(CustomerLine {
            key: csd.key.to_string(),
            name: visible_in_line(&csd.customer).into_owned(),
            told: link
                .customer_told
                .map_or_else(|| "not told yet".to_owned(), |told| format!("told {}", local(told.at))),
            answer: link.answer.as_ref().map_or_else(|| "no answer".to_owned(), |answer| answer.kind.to_string()),
        })
    };
    tickets.linked(cus).filter_map(line).collect()
}

fn line(text: &str) -> String {
    visible_in_line(text).into_owned()
}
