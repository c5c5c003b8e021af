//! Importing other trackers' tickets (R32): their history is kept as it was, at its own times; finished tickets owe
//! nothing, and open ones owe from now on what their stage demands.

use chrono::TimeDelta;

use super::decision::DecisionContext;
use super::foreign_history::{Told, link, past, tell};
use crate::workflow::command::Import;
use crate::workflow::event::{
    Edited, EditedTexts, Escalated, EscalatedTexts, Event, Fact, Imported, ImportedTexts, Reopened, ReopenedTexts,
    Reported, ReportedTexts,
};
use crate::workflow::foreign::{Foreign, Happened, Past};
use crate::workflow::key::Key;
use crate::workflow::names::customer_form;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::spellings::settle;
use crate::workflow::tickets::Ticket;
use crate::workflow::tickets::stage::{CsdStage, Stage};
use crate::workflow::vocabulary::{Handler, Kind, Word};

/// How far the clock of another tracker may be ahead.
const AHEAD: TimeDelta = TimeDelta::minutes(5);
/// The reproduction steps of a ticket whose tracker has none.
const NO_STEPS: &str = "(none recorded)";

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Import) -> Result<(), Refusal> {
    let ticket = &command.ticket;
    if ticket.kind == Kind::Csd && ticket.key.is_cus() {
        return Err(Refusal::bare(vec![Failure::KeyIsOurs { key: ticket.key.clone() }]));
    }
    let latest = ticket.past.iter().map(|past| past.at).chain([ticket.created, ticket.updated]).max();
    if let Some(at) = latest.filter(|at| *at - command.until > AHEAD) {
        return Err(Refusal::bare(vec![Failure::DatedInTheFuture { at }]));
    }
    let is_imported = command.known.iter().any(|event| matches!(event.fact, Fact::Imported(_)));
    match cx.tickets.ticket(&ticket.key).cloned() {
        None => {
            let id = begin(cx, ticket);
            let cus = escalation(cx, ticket);
            if let Some(cus) = &cus {
                link(cx, &id, cus, ticket.created, &ticket.reporter);
            }
            for told in past(cx, ticket, cus.is_some()) {
                tell(cx, &id, told);
            }
            join(cx, &id, &command.joins);
            mark(cx, &id, ticket);
        }
        Some(old) if is_imported && old.kind() == ticket.kind => bring_new(cx, command, &old),
        Some(_) => return Err(Refusal::bare(vec![Failure::KeyTaken { key: ticket.key.clone() }])),
    }
    Ok(())
}

/// Begins the ticket, at the time the tracker gives. Escalations keep the numbers of ours that they have there.
fn begin(cx: &mut DecisionContext<'_>, ticket: &Foreign) -> Key {
    let (id, fact) = match ticket.kind {
        Kind::Csd => (ticket.key.clone(), reported(ticket)),
        Kind::Cus => {
            let steps = ticket.description.clone().unwrap_or_else(|| NO_STEPS.to_owned());
            let texts = EscalatedTexts { summary: ticket.summary.clone(), steps };
            let fact = Escalated { csd: Vec::new(), priority: ticket.priority, texts };
            let next = || Key::numbered(Key::CUS, cx.tickets.free.cus);
            (if ticket.key.is_cus() { ticket.key.clone() } else { next() }, fact.into())
        }
    };
    cx.record_as(&id, ticket.created, ticket.reporter.clone(), None, fact);
    id
}

fn reported(ticket: &Foreign) -> Fact {
    let texts = ReportedTexts {
        customer: ticket.customer.clone(),
        summary: ticket.summary.clone(),
        description: ticket.description.clone(),
        contact: ticket.contact.clone(),
    };
    Reported { channel: ticket.channel, product_version: ticket.product_version.clone(), key_given: false, texts }
        .into()
}

/// Returns the CUS ticket to which the tracker links a CSD ticket, where it is here.
fn escalation(cx: &DecisionContext<'_>, ticket: &Foreign) -> Option<Key> {
    ticket.cus.as_ref().and_then(|cus| cx.tickets.cus(cus)).map(|cus| cus.key.clone())
}

/// Links the CSD tickets that were imported before the CUS ticket to which the tracker links them.
fn join(cx: &mut DecisionContext<'_>, id: &Key, joins: &[Key]) {
    if cx.tickets.cus(id).is_none() {
        return;
    }
    for csd in joins {
        let found = cx.tickets.csd(csd).filter(|csd| csd.cus.is_none()).map(|csd| csd.id.clone());
        if let Some(csd) = found {
            let (at, actor) = (cx.at, cx.context.actor.clone());
            link(cx, &csd, id, at, &actor);
        }
    }
}

/// Adds what is new on a ticket that was imported before.
fn bring_new(cx: &mut DecisionContext<'_>, command: &Import, old: &Ticket) {
    let ticket = &command.ticket;
    let id = old.id().clone();
    let recorded = cx.events.len();
    let is_linked = cx.tickets.csd(&id).is_some_and(|csd| csd.cus.is_some());
    if let Some(cus) = escalation(cx, ticket).filter(|_| !is_linked && !command.is_touched) {
        let (at, actor) = (cx.at, cx.context.actor.clone());
        link(cx, &id, &cus, at, &actor);
    }
    let is_linked = cx.tickets.csd(&id).is_some_and(|csd| csd.cus.is_some());
    let mut history = past(cx, ticket, is_linked);
    history.iter_mut().for_each(|told| settle(&mut told.fact, || cx.tickets.known_spellings()));
    // Without a changelog the moves are only what the state implies.
    let counts = |told: &&Told| !told.moves || (ticket.has_changelog && !command.is_touched);
    let new: Vec<Told> =
        history.iter().filter(counts).filter(|told| !is_known(&command.known, told)).cloned().collect();
    for told in new {
        tell(cx, &id, told);
    }
    if !command.is_touched {
        if let Some(edit) = corrected(ticket, old) {
            cx.record_as(&id, ticket.updated, ticket.reporter.clone(), None, edit);
        }
        follow(cx, &id, command, &history);
        join(cx, &id, &command.joins);
    }
    if cx.events.len() > recorded || (!command.is_touched && !is_marked(command)) {
        mark(cx, &id, ticket);
    }
}

fn is_known(known: &[Event], told: &Told) -> bool {
    known.iter().any(|event| event.at == told.at && event.actor == told.actor && event.fact == told.fact)
}

/// Moves the ticket to where it stands in its tracker, backwards too.
fn follow(cx: &mut DecisionContext<'_>, id: &Key, command: &Import, history: &[Told]) {
    let Import { ticket, known, .. } = command;
    let Some(stage) = cx.tickets.ticket(id).map(Ticket::stage) else { return };
    let wanted = wanted(cx, id, ticket.stands);
    if stage == wanted {
        return;
    }
    let is_back = is_beyond(stage, wanted);
    if is_back {
        let what = Fact::from(Reopened { recalls: false, texts: ReopenedTexts::default() });
        tell(cx, id, Told { at: ticket.updated, actor: ticket.reporter.clone(), fact: what, moves: true });
    }
    // A changelog tells each move once; a state implies its moves anew each time that the ticket was reopened.
    let reopened = known.iter().rposition(|event| matches!(event.fact, Fact::Reopened(_)));
    let since = if ticket.has_changelog { 0 } else { reopened.map_or(0, |at| at + 1) };
    let since = if is_back && !ticket.has_changelog { known.len() } else { since };
    let is_new = |told: &&Told| !is_known(&known[since..], told);
    let moves: Vec<Told> = history.iter().filter(|told| told.moves).filter(is_new).cloned().collect();
    for told in moves {
        tell(cx, id, told);
    }
    // What was resolved cannot be as if nobody had looked at it: Support has it again.
    if is_back && wanted == Stage::Csd(CsdStage::Reported) {
        let handed =
            Past { at: ticket.updated, actor: ticket.reporter.clone(), what: Happened::HandedTo(Handler::Support) };
        let again = Foreign { past: vec![handed], ..(**ticket).clone() };
        for told in past(cx, &again, false) {
            tell(cx, id, told);
        }
    }
}

/// The stage that a ticket is to have: linked or not, as it is here.
fn wanted(cx: &DecisionContext<'_>, id: &Key, stands: Stage) -> Stage {
    let is_linked = cx.tickets.csd(id).is_some_and(|csd| csd.cus.is_some());
    match stands {
        Stage::Csd(stage) if is_linked && stage != CsdStage::Resolved => CsdStage::Escalated.into(),
        Stage::Csd(CsdStage::Escalated) => CsdStage::Assessed.into(),
        Stage::Csd(_) | Stage::Cus(_) => stands,
    }
}

/// Whether a ticket must be reopened to come to this stage.
fn is_beyond(stage: Stage, wanted: Stage) -> bool {
    match (stage, wanted) {
        (Stage::Csd(stage), _) => stage == CsdStage::Resolved,
        (Stage::Cus(stage), Stage::Cus(wanted)) => place(stage) > place(wanted),
        (Stage::Cus(_), Stage::Csd(_)) => false,
    }
}

fn place<W: Word>(word: W) -> Option<usize> {
    W::ALL.iter().position(|other| *other == word)
}

/// Whether what the tracker tells beside the history is recorded as it is now.
fn is_marked(command: &Import) -> bool {
    let newest = command.known.iter().rev().find_map(|event| {
        let Fact::Imported(fact) = &event.fact else { return None };
        Some(fact)
    });
    newest.is_some_and(|fact| fact.texts.rest == command.ticket.rest && fact.links == command.ticket.links)
}

/// Returns the tracker's current texts, where they differ.
fn corrected(ticket: &Foreign, old: &Ticket) -> Option<Fact> {
    let differs = |new: &String, old: &str| (new != old).then(|| new.clone());
    let mut texts = EditedTexts { summary: differs(&ticket.summary, old.summary()), ..EditedTexts::default() };
    match old {
        Ticket::Csd(csd) => {
            let is_same = customer_form(&ticket.customer) == customer_form(&csd.customer);
            texts.customer = (!is_same).then(|| ticket.customer.clone());
            texts.description = ticket.description.clone().filter(|new| Some(new) != csd.description.as_ref());
            texts.contact = ticket.contact.clone().filter(|new| Some(new) != csd.contact.as_ref());
        }
        Ticket::Cus(cus) => texts.steps = ticket.description.clone().filter(|new| *new != cus.steps),
    }
    let priority = match old {
        Ticket::Cus(cus) if cus.priority != ticket.priority => Some(ticket.priority),
        Ticket::Cus(_) | Ticket::Csd(_) => None,
    };
    let changes = texts != EditedTexts::default() || priority.is_some();
    changes.then(|| Edited { priority, key: None, channel: None, product_version: None, texts }.into())
}

/// Marks the ticket as imported, now and by the actor; from here on its clocks run.
fn mark(cx: &mut DecisionContext<'_>, id: &Key, ticket: &Foreign) {
    let imported = Imported {
        tracker: ticket.tracker.clone(),
        source: ticket.source.clone(),
        there: ticket.there.clone(),
        key: ticket.key.clone(),
        links: ticket.links.clone(),
        texts: ImportedTexts { rest: ticket.rest.clone() },
    };
    cx.record(id, imported);
}

#[cfg(test)]
mod tests;
