//! Importing other trackers' tickets (R32): their history is kept as it was, at its own times; finished tickets owe
//! nothing, and open ones owe from now on what their stage demands.

use super::decision::DecisionContext;
use crate::workflow::command::Import;
use crate::workflow::event::{
    Answered, AnsweredTexts, Assessed, AssessedTexts, ChangedElsewhere, ChangedElsewhereTexts, Closed, ClosedTexts,
    Commented, CommentedTexts, Edited, EditedTexts, Escalated, EscalatedTexts, Fact, Imported, ImportedTexts, Joined,
    JoinedTexts, Linked, LinkedTexts, MovedToPostmortem, MovedToPostmortemTexts, ReleaseDecided, ReleaseDecidedTexts,
    Reopened, ReopenedTexts, Reported, ReportedTexts, Resolved, ResolvedTexts, SettledElsewhere, SettledElsewhereTexts,
    Shipped, ShippedTexts,
};
use crate::workflow::foreign::{Foreign, Happened};
use crate::workflow::key::Key;
use crate::workflow::names::customer_form;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::spellings::settle;
use crate::workflow::tickets::Ticket;
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{AnswerKind, Decision, Handler, Kind};

/// The reproduction steps of a ticket whose tracker has none.
const NO_STEPS: &str = "(none recorded)";

/// A past fact, which may be recorded already.
struct Told {
    at: Time,
    actor: String,
    fact: Fact,
}

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Import) -> Result<(), Refusal> {
    let ticket = &command.ticket;
    if ticket.key.is_cus() {
        return Err(Refusal::bare(vec![Failure::KeyIsOurs { key: ticket.key.clone() }]));
    }
    let is_imported = command.known.iter().any(|event| matches!(event.fact, Fact::Imported(_)));
    match cx.tickets.ticket(&ticket.key).cloned() {
        None => {
            let id = begin(cx, ticket);
            for told in past(cx, ticket) {
                tell(cx, &id, told);
            }
            mark(cx, &id, ticket);
        }
        Some(old) if is_imported && old.kind() == ticket.kind => bring_new(cx, command, &old),
        Some(_) => return Err(Refusal::bare(vec![Failure::KeyTaken { key: ticket.key.clone() }])),
    }
    Ok(())
}

/// Begins the ticket, at the time the tracker gives.
fn begin(cx: &mut DecisionContext<'_>, ticket: &Foreign) -> Key {
    let (id, fact) = match ticket.kind {
        Kind::Csd => (ticket.key.clone(), reported(ticket)),
        Kind::Cus => {
            let steps = ticket.description.clone().unwrap_or_else(|| NO_STEPS.to_owned());
            let texts = EscalatedTexts { summary: ticket.summary.clone(), steps };
            let fact = Escalated { csd: Vec::new(), priority: ticket.priority, texts };
            (Key::numbered(Key::CUS, cx.tickets.free.cus), fact.into())
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

/// Adds what is new on a ticket that was imported before.
fn bring_new(cx: &mut DecisionContext<'_>, command: &Import, old: &Ticket) {
    let ticket = &command.ticket;
    let id = old.id().clone();
    let is_known = |told: &Told| {
        command.known.iter().any(|event| event.at == told.at && event.actor == told.actor && event.fact == told.fact)
    };
    let mut new = past(cx, ticket);
    new.iter_mut().for_each(|told| settle(&mut told.fact, || cx.tickets.known_spellings()));
    new.retain(|told| !is_known(told));
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
        tell(cx, &id, told);
    }
    mark(cx, &id, ticket);
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

/// Returns the facts of the ticket's history, oldest first.
fn past(cx: &DecisionContext<'_>, ticket: &Foreign) -> Vec<Told> {
    let mut all = Vec::new();
    let mut add = |at: Time, actor: &str, fact: Fact| all.push(Told { at, actor: actor.to_owned(), fact });
    let cus = ticket.cus.as_ref().and_then(|cus| cx.tickets.cus(cus)).map(|cus| cus.key.clone());
    // An issue can come again with other times: it is linked once.
    let is_linked = cx.tickets.csd(&ticket.key).is_some_and(|csd| csd.cus.is_some());
    if let Some(cus) = cus.as_ref().filter(|_| !is_linked) {
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
                    is_review: false,
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
                let of = of.as_ref().and_then(|of| cx.tickets.cus(of)).map(|of| of.key.clone());
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

/// Records a past fact; what links or answers a CSD ticket is recorded on its CUS ticket too.
fn tell(cx: &mut DecisionContext<'_>, id: &Key, told: Told) {
    let Told { at, actor, fact } = told;
    let cus = cx.tickets.csd(id).and_then(|csd| csd.cus.clone());
    match (&cus, &fact) {
        (Some(cus), Fact::Resolved(_)) => {
            let settled = SettledElsewhere { csd: id.clone(), texts: SettledElsewhereTexts {} };
            cx.record_as(cus, at, actor.clone(), None, settled.into());
        }
        (Some(cus), Fact::Reopened(_)) => {
            let texts = AnsweredTexts::default();
            let answered = Answered { csd: id.clone(), answer: AnswerKind::NotResolved, texts };
            cx.record_as(cus, at, actor.clone(), None, answered.into());
        }
        _ => {}
    }
    if let Fact::Linked(linked) = &fact {
        let joined = Joined { csd: id.clone(), priority: None, texts: JoinedTexts::default() };
        cx.record_as(&linked.cus, at, actor.clone(), None, joined.into());
    }
    cx.record_as(id, at, actor, None, fact);
}

/// Marks the ticket as imported, now and by the actor; from here on its clocks run.
fn mark(cx: &mut DecisionContext<'_>, id: &Key, ticket: &Foreign) {
    let texts = ImportedTexts { rest: ticket.rest.clone() };
    cx.record(id, Imported { tracker: ticket.tracker.clone(), key: ticket.key.clone(), texts });
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::workflow::command::Command;
    use crate::workflow::event::Event;
    use crate::workflow::foreign::Past;
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::rule::Rule;
    use crate::workflow::rules::decide;
    use crate::workflow::tests::given::{close, escalated, foreign_bug, foreign_issue, report};
    use crate::workflow::tests::kit::{World, hour, key, rules, types};
    use crate::workflow::tickets::stage::{CsdStage, CusStage};
    use crate::workflow::vocabulary::{Priority, Resolution};

    fn past(at: i64, what: Happened) -> Past {
        Past { at: hour(at), actor: "Ben".to_owned(), what }
    }

    fn said(at: i64, text: &str) -> Past {
        past(at, Happened::Said(text.to_owned()))
    }

    fn command(ticket: &Foreign, known: &[Event]) -> Import {
        Import { ticket: ticket.clone(), known: known.to_vec(), is_touched: false }
    }

    /// The events of importing a ticket of which `known` is recorded. Its history need not be legal.
    fn import(world: &mut World, command: Import) -> Vec<Event> {
        let events = decide(&world.tickets, &Command::from(command), &world.context).unwrap();
        events.iter().for_each(|event| world.tickets.apply(event));
        events
    }

    fn imported(world: &mut World, ticket: &Foreign) -> Vec<Event> {
        import(world, command(ticket, &[]))
    }

    fn times(events: &[Event]) -> Vec<Time> {
        events.iter().map(|event| event.at).collect()
    }

    #[test]
    fn what_is_finished_elsewhere_keeps_its_own_times_and_people_and_owes_nothing() {
        let mut world = World::new();
        let history = vec![
            past(-90, Happened::HandedTo(Handler::Support)),
            said(-80, "Looking"),
            past(-70, Happened::Resolved(Some("Set the option".to_owned()))),
        ];
        let events = imported(&mut world, &Foreign { past: history, ..foreign_issue() });
        assert_eq!(types(&events), ["reported", "assessed", "commented", "resolved", "imported"]);
        assert_eq!(times(&events), [-100, -90, -80, -70, 0].map(hour));
        let people: Vec<&str> = events.iter().map(|event| event.actor.as_str()).collect();
        assert_eq!(people, ["Dana", "Ben", "Ben", "Ben", "Sue Staff"]);
        let csd = world.csd("HELP-3");
        assert_eq!(
            (csd.stage, csd.resolution.as_deref(), csd.answer),
            (CsdStage::Resolved, Some("Set the option"), None)
        );
        assert!(world.kinds("HELP-3").is_empty());
    }

    #[test]
    fn what_is_open_elsewhere_owes_what_its_stage_demands_from_the_import_on() {
        let mut world = World::new().at(3);
        imported(&mut world, &foreign_issue());
        assert_eq!(world.due("HELP-3", DutyKind::Assess), Some(3 + 24));
        imported(&mut world, &Foreign { priority: Priority::High, description: None, ..foreign_bug() });
        assert_eq!(world.due("DEV-7", DutyKind::EngAssess), Some(3 + 24));
        assert_eq!((world.cus("DEV-7").key.as_str(), world.cus("DEV-7").steps.as_str()), ("CUS-1", NO_STEPS));
    }

    #[test]
    fn a_fix_of_another_tracker_is_a_decision_that_has_shipped() {
        let mut world = World::new();
        let closed = Happened::Closed { resolution: Resolution::Fixed, of: None };
        let history = vec![
            past(-50, Happened::Fixed("8.2".to_owned())),
            past(-40, Happened::AwaitsCustomers),
            past(-30, closed),
            past(-20, Happened::Reopened),
        ];
        let events = imported(&mut world, &Foreign { past: history[..3].to_vec(), ..foreign_bug() });
        let all = ["escalated", "release-decided", "shipped", "moved-to-postmortem", "closed", "imported"];
        assert_eq!(types(&events), all);
        assert_eq!(world.cus_stage(), CusStage::Closed);
        assert!(world.cus("CUS-1").is_shipped());
        let events = import(&mut world, command(&Foreign { past: history, ..foreign_bug() }, &events));
        assert_eq!(types(&events), ["reopened", "imported"]);
        assert_eq!(world.cus_stage(), CusStage::Escalated);
    }

    #[test]
    fn what_awaits_its_customers_without_a_fix_that_the_tracker_knows_closes_once_they_have_answered() {
        let mut world = World::new();
        imported(&mut world, &Foreign { past: vec![past(-40, Happened::AwaitsCustomers)], ..foreign_bug() });
        imported(&mut world, &Foreign { cus: Some(key("DEV-7")), ..foreign_issue() });
        assert_eq!(world.refused(close()), [Failure::CustomerUndecided { csd: key("HELP-3") }]);
    }

    #[test]
    fn a_key_that_is_ours_or_that_another_ticket_has_is_refused() {
        let refused = |world: &World, ticket: &Foreign, known: &[Event]| world.refused(command(ticket, known));
        let ours = Foreign { key: key("CUS-9"), ..foreign_bug() };
        assert_eq!(refused(&World::new(), &ours, &[]), [Failure::KeyIsOurs { key: key("CUS-9") }]);
        let mut world = World::new();
        let reported = world.when(report("Alder"));
        let failures = refused(&world, &Foreign { key: key("CSD-1"), ..foreign_issue() }, &reported);
        assert_eq!(failures, [Failure::KeyTaken { key: key("CSD-1") }]);
        assert_eq!(rules(&failures), [Rule::R2]);
        let known = imported(&mut world, &foreign_issue());
        let failures = refused(&world, &Foreign { kind: Kind::Cus, ..foreign_issue() }, &known);
        assert_eq!(failures, [Failure::KeyTaken { key: key("HELP-3") }]);
    }

    #[test]
    fn given_an_issue_that_is_linked_when_it_comes_again_with_another_time_then_it_is_not_linked_twice() {
        let mut world = World::new();
        imported(&mut world, &foreign_bug());
        let linked = Foreign { cus: Some(key("DEV-7")), ..foreign_issue() };
        let known = imported(&mut world, &linked);
        let again = Foreign { created: hour(-1), updated: hour(-1), summary: "Other".to_owned(), ..linked };
        assert_eq!(types(&import(&mut world, command(&again, &known))), ["edited", "imported"]);
        assert_eq!(world.cus("CUS-1").links.len(), 1);
    }

    #[test]
    fn a_customers_ticket_is_linked_and_what_becomes_of_it_counts_on_its_escalation() {
        let mut world = World::new();
        imported(&mut world, &foreign_bug());
        let handed = past(-90, Happened::HandedTo(Handler::Support));
        let linked = Foreign { cus: Some(key("DEV-7")), past: vec![handed], ..foreign_issue() };
        let mut known = imported(&mut world, &linked);
        assert_eq!(types(&known), ["reported", "assessed", "joined", "linked", "imported"]);
        assert_eq!(world.csd("HELP-3").handled_by, Some(Handler::Engineering));
        let mut history = linked.past.clone();
        for (at, what, fact, is_decided) in
            [(-9, Happened::Resolved(None), "settled-elsewhere", true), (-8, Happened::Reopened, "answered", false)]
        {
            history.push(past(at, what));
            let events = import(&mut world, command(&Foreign { past: history.clone(), ..linked.clone() }, &known));
            assert_eq!(events[0].stream, key("CUS-1"));
            assert_eq!(types(&events)[0], fact);
            assert_eq!(world.cus("CUS-1").link(&key("HELP-3")).unwrap().is_decided(), is_decided, "{fact}");
            known.extend(events);
        }
        assert_eq!(world.csd_stage("HELP-3"), CsdStage::Escalated);
    }

    #[test]
    fn imported_again_only_what_is_new_is_recorded() {
        let mut world = World::new();
        let first = Foreign { past: vec![said(-80, "Looking")], ..foreign_issue() };
        let known = imported(&mut world, &first);
        assert_eq!(import(&mut world, command(&first, &known)), []);
        let by_another = Past { actor: "Eve".to_owned(), ..said(-80, "Looking") };
        for new in [said(-79, "Looking"), said(-80, "Found it"), by_another] {
            let again = Foreign { past: vec![said(-80, "Looking"), new.clone()], ..foreign_issue() };
            let events = import(&mut world.clone(), command(&again, &known));
            assert_eq!(types(&events), ["commented", "imported"], "{new:?}");
            assert_eq!((events[0].at, &events[0].actor), (new.at, &new.actor));
        }
        let rest = BTreeMap::from([("Team".to_owned(), "Rates".to_owned())]);
        assert_eq!(types(&import(&mut world, command(&Foreign { rest, ..first }, &known))), ["imported"]);
    }

    #[test]
    fn imported_again_each_text_that_differs_is_corrected() {
        let text = || "Another".to_owned();
        let changes = [
            Foreign { summary: text(), ..foreign_issue() },
            Foreign { customer: text(), ..foreign_issue() },
            Foreign { contact: Some(text()), ..foreign_issue() },
            Foreign { description: Some(text()), ..foreign_issue() },
            Foreign { summary: text(), ..foreign_bug() },
            Foreign { description: Some(text()), ..foreign_bug() },
            Foreign { priority: Priority::Critical, ..foreign_bug() },
        ];
        for changed in changes {
            let mut world = World::new();
            let first = if changed.kind == Kind::Csd { foreign_issue() } else { foreign_bug() };
            let mut known = imported(&mut world, &first);
            assert_eq!(import(&mut world, command(&first, &known)), []);
            let events = import(&mut world, command(&changed, &known));
            assert_eq!(types(&events), ["edited", "imported"], "{changed:?}");
            assert_eq!(events[0].at, changed.updated);
            known.extend(events);
            assert_eq!(import(&mut world, command(&changed, &known)), [], "{changed:?}");
        }
    }

    #[test]
    fn what_was_worked_on_here_keeps_its_stage_and_texts_and_gets_only_what_was_said_elsewhere() {
        let mut world = World::new();
        let known = imported(&mut world, &foreign_issue());
        let rest = BTreeMap::from([("Team".to_owned(), "Rates".to_owned())]);
        let changed = Foreign { summary: "Another".to_owned(), rest, ..foreign_issue() };
        let touched = |ticket: Foreign| Import { is_touched: true, ..command(&ticket, &known) };
        let moved = Foreign { past: vec![past(-9, Happened::HandedTo(Handler::Support))], ..changed.clone() };
        assert_eq!(import(&mut world, touched(moved)), []);
        let events = import(&mut world, touched(Foreign { past: vec![said(-8, "Still wrong")], ..changed }));
        assert_eq!(types(&events), ["commented", "imported"]);
        assert_eq!(
            (world.csd_stage("HELP-3"), world.csd("HELP-3").summary.as_str()),
            (CsdStage::Reported, "Rates are wrong")
        );
    }

    #[test]
    fn a_duplicate_names_its_original_where_that_was_imported() {
        let mut world = escalated(Priority::Low);
        let duplicate = |of: &str| Happened::Closed { resolution: Resolution::Duplicate, of: Some(key(of)) };
        imported(&mut world, &Foreign { past: vec![past(-9, duplicate("CUS-1"))], ..foreign_bug() });
        imported(
            &mut world,
            &Foreign { key: key("DEV-8"), past: vec![past(-9, duplicate("DEV-99"))], ..foreign_bug() },
        );
        let original = |cus: &str| world.cus(cus).closing.clone().unwrap().of;
        assert_eq!((original("DEV-7"), original("DEV-8")), (Some(key("CUS-1")), None));
    }
}
