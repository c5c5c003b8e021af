//! Taking in other trackers' tickets (R32): their history is kept as it was, at its own times; what is finished owes
//! nothing, and what is open owes from now on what its stage demands.

use super::Story;
use crate::core::Time;
use crate::core::case::Ticket;
use crate::core::command::Import;
use crate::core::event::{
    Answered, AnsweredTexts, Assessed, AssessedTexts, ChangedElsewhere, ChangedElsewhereTexts, Closed, ClosedTexts,
    Commented, CommentedTexts, Edited, EditedTexts, Escalated, EscalatedTexts, Fact, Imported, ImportedTexts, Joined,
    JoinedTexts, Linked, LinkedTexts, MovedToPostmortem, MovedToPostmortemTexts, ReleaseDecided, ReleaseDecidedTexts,
    Reopened, ReopenedTexts, Reported, ReportedTexts, Resolved, ResolvedTexts, SettledElsewhere, SettledElsewhereTexts,
    Shipped, ShippedTexts,
};
use crate::core::foreign::{Foreign, Happened};
use crate::core::key::Key;
use crate::core::refusal::{Failure, Refusal};
use crate::core::words::{AnswerKind, Decision, Handler, Kind};

/// What stands for reproduction steps where the tracker has none.
const NO_STEPS: &str = "(none recorded)";

/// A fact of the past, before it is known whether it is recorded already.
struct Told {
    at: Time,
    actor: String,
    fact: Fact,
}

pub(super) fn decide(story: &mut Story<'_>, command: &Import) -> Result<(), Refusal> {
    let ticket = &command.ticket;
    if ticket.key.is_cus() {
        return Err(Refusal::bare(vec![Failure::KeyIsOurs { key: ticket.key.clone() }]));
    }
    let is_imported = command.known.iter().any(|event| matches!(event.fact, Fact::Imported(_)));
    match story.case.ticket(&ticket.key).cloned() {
        None => {
            let id = begin(story, ticket);
            for told in past(story, ticket) {
                tell(story, &id, told);
            }
            mark(story, &id, ticket);
        }
        Some(old) if is_imported && old.kind() == ticket.kind => bring_new(story, command, &old),
        Some(_) => return Err(Refusal::bare(vec![Failure::KeyTaken { key: ticket.key.clone() }])),
    }
    Ok(())
}

/// Begins the ticket, at its own time.
fn begin(story: &mut Story<'_>, ticket: &Foreign) -> Key {
    let (id, fact) = match ticket.kind {
        Kind::Csd => (ticket.key.clone(), reported(ticket)),
        Kind::Cus => {
            let steps = ticket.description.clone().unwrap_or_else(|| NO_STEPS.to_owned());
            let texts = EscalatedTexts { summary: ticket.summary.clone(), steps };
            let fact = Escalated { csd: Vec::new(), priority: ticket.priority, texts };
            (Key::numbered(Key::CUS, story.case.free.cus), fact.into())
        }
    };
    story.tell_of(&id, ticket.created, ticket.reporter.clone(), None, fact);
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

/// Adds what is not recorded yet of a ticket that was imported before.
fn bring_new(story: &mut Story<'_>, command: &Import, old: &Ticket) {
    let ticket = &command.ticket;
    let id = old.id().clone();
    let is_known = |told: &Told| {
        command.known.iter().any(|event| event.at == told.at && event.actor == told.actor && event.fact == told.fact)
    };
    let mut new: Vec<Told> = past(story, ticket).into_iter().filter(|told| !is_known(told)).collect();
    if command.is_touched {
        new.retain(|told| matches!(told.fact, Fact::Commented(_) | Fact::ChangedElsewhere(_)));
    } else if let Some(edit) = corrected(ticket, old) {
        new.push(Told { at: ticket.updated, actor: ticket.reporter.clone(), fact: edit });
    }
    let mut newest = command.known.iter().rev();
    let rest =
        newest.find_map(|event| if let Fact::Imported(fact) = &event.fact { Some(&fact.texts.rest) } else { None });
    if new.is_empty() && (command.is_touched || rest == Some(&ticket.rest)) {
        return;
    }
    for told in new {
        tell(story, &id, told);
    }
    mark(story, &id, ticket);
}

/// What the tracker says of the texts now, where that differs.
fn corrected(ticket: &Foreign, old: &Ticket) -> Option<Fact> {
    let differs = |new: &String, old: &str| (new != old).then(|| new.clone());
    let mut texts = EditedTexts { summary: differs(&ticket.summary, old.summary()), ..EditedTexts::default() };
    match old {
        Ticket::Csd(csd) => {
            texts.customer = differs(&ticket.customer, &csd.customer);
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

/// The facts that the ticket's past comes to, in its order.
fn past(story: &Story<'_>, ticket: &Foreign) -> Vec<Told> {
    let mut all = Vec::new();
    let mut add = |at: Time, actor: &str, fact: Fact| all.push(Told { at, actor: actor.to_owned(), fact });
    let cus = ticket.cus.as_ref().and_then(|cus| story.case.cus(cus)).map(|cus| cus.key.clone());
    if let Some(cus) = &cus {
        let assessed =
            Assessed { handled_by: Handler::Engineering, triggers: Vec::new(), texts: AssessedTexts::default() };
        add(ticket.created, &ticket.reporter, assessed.into());
        add(ticket.created, &ticket.reporter, Linked { cus: cus.clone(), texts: LinkedTexts {} }.into());
    }
    for past in &ticket.past {
        let mut happened = |fact: Fact| add(past.at, &past.actor, fact);
        match &past.what {
            Happened::Said(text) => happened(Commented { texts: CommentedTexts { text: text.clone() } }.into()),
            Happened::Changed { field, from, to } => {
                let texts = ChangedElsewhereTexts { from: from.clone(), to: to.clone() };
                happened(ChangedElsewhere { field: field.clone(), texts }.into());
            }
            Happened::HandedTo(_) if cus.is_some() => {}
            Happened::HandedTo(handler) => {
                let texts = AssessedTexts::default();
                happened(Assessed { handled_by: *handler, triggers: Vec::new(), texts }.into());
            }
            Happened::Fixed(version) => {
                let decided = ReleaseDecided {
                    decision: Decision::NextRelease,
                    fix_version: Some(version.clone()),
                    target_date: None,
                    texts: ReleaseDecidedTexts::default(),
                };
                happened(decided.into());
                happened(Shipped { fix_version: version.clone(), texts: ShippedTexts::default() }.into());
            }
            Happened::Resolved(note) => {
                let answer = cus.as_ref().map(|_| AnswerKind::Resolved);
                happened(Resolved { answer, texts: ResolvedTexts { note: note.clone() } }.into());
            }
            Happened::Closed { resolution, of } => {
                let of = of.as_ref().and_then(|of| story.case.cus(of)).map(|of| of.key.clone());
                happened(Closed { resolution: *resolution, of, texts: ClosedTexts::default() }.into());
            }
            Happened::AwaitsCustomers => {
                happened(MovedToPostmortem { texts: MovedToPostmortemTexts::default() }.into());
            }
            Happened::Reopened => happened(Reopened { texts: ReopenedTexts::default() }.into()),
        }
    }
    all
}

/// Records a fact of the past; what links or decides a customer's ticket is recorded on its CUS ticket too.
fn tell(story: &mut Story<'_>, id: &Key, told: Told) {
    let Told { at, actor, fact } = told;
    let cus = story.case.csd(id).and_then(|csd| csd.cus.clone());
    match (&cus, &fact) {
        (Some(cus), Fact::Resolved(_)) => {
            let settled = SettledElsewhere { csd: id.clone(), texts: SettledElsewhereTexts {} };
            story.tell_of(cus, at, actor.clone(), None, settled.into());
        }
        (Some(cus), Fact::Reopened(_)) => {
            let texts = AnsweredTexts::default();
            let answered = Answered { csd: id.clone(), answer: AnswerKind::NotResolved, texts };
            story.tell_of(cus, at, actor.clone(), None, answered.into());
        }
        _ => {}
    }
    if let Fact::Linked(linked) = &fact {
        let joined = Joined { csd: id.clone(), priority: None, texts: JoinedTexts::default() };
        story.tell_of(&linked.cus, at, actor.clone(), None, joined.into());
    }
    story.tell_of(id, at, actor, None, fact);
}

/// Marks the ticket as imported, now and by who does it; from here on its clocks run.
fn mark(story: &mut Story<'_>, id: &Key, ticket: &Foreign) {
    let texts = ImportedTexts { rest: ticket.rest.clone() };
    story.tell(id, Imported { tracker: ticket.tracker.clone(), key: ticket.key.clone(), texts });
}
