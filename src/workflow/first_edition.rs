//! Bringing what `cus` 0.1.0 recorded, by the first edition of the rules, to the present forms.

use serde_json::{Map, Value};

use crate::workflow::event::Fact;
use crate::workflow::obligations::duty::{DueTime, DutyKind};
use crate::workflow::step::Step;
use crate::workflow::tickets::Ticket;
use crate::workflow::vocabulary::Word;

/// Brings the structured part of a fact to its present form. A redaction named the hash of what remained of the texts; it
/// now names the texts that it removed, which are none: what it left is what is kept. An imported ticket was known by its
/// key alone; its tracker is taken for its source.
pub(crate) fn modernize(type_name: &str, data: &mut Map<String, Value>) {
    if let Some(Value::Array(settles)) = data.get_mut("settles") {
        settles.retain(is_known);
    }
    match type_name {
        "redacted" => {
            data.remove("remains");
            data.insert("removed".to_owned(), Value::Object(Map::new()));
        }
        "imported" => {
            for (name, like) in [("source", "tracker"), ("there", "key")] {
                let value = data.get(like).cloned().unwrap_or_default();
                data.insert(name.to_owned(), value);
            }
            data.insert("links".to_owned(), Value::Array(Vec::new()));
        }
        _ => {}
    }
}

/// Brings the due times of an event to the present count of rounds, where `ticket` is as that event leaves it. Those of
/// duties that the rules no longer know are left out.
///
/// # Errors
/// Fails if one is not what a due time should be.
pub(crate) fn due_times(mut due: Vec<Value>, ticket: &Ticket) -> serde_json::Result<Vec<DueTime>> {
    due.retain(|due| due.get("kind").is_some_and(is_known));
    let mut due: Vec<DueTime> = serde_json::from_value(Value::Array(due))?;
    let demanded = ticket.demands();
    for DueTime { duty, .. } in &mut due {
        let now = demanded.iter().find(|now| (now.kind, &now.csd) == (duty.kind, &duty.csd));
        duty.round = now.map_or(duty.round, |now| now.round);
    }
    Ok(due)
}

/// Returns the step of a command, which 0.1.0 did not record, from the facts that followed from it.
pub(crate) fn step_of(facts: &[&Fact]) -> Step {
    let imported = facts.iter().find(|fact| matches!(fact, Fact::Imported(_)));
    let closed = facts.iter().find(|fact| matches!(fact, Fact::Closed(_)));
    let step = imported.into_iter().chain(closed).chain(facts).find_map(|fact| main_step(fact));
    step.or_else(|| facts.iter().find_map(|fact| side_step(fact))).unwrap_or(Step::Edit)
}

fn is_known(kind: &Value) -> bool {
    kind.as_str().is_some_and(|word| DutyKind::from_word(word).is_some())
}

/// The step of which a fact is the main one.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others accompany these, or were not known to 0.1.0")]
fn main_step(fact: &Fact) -> Option<Step> {
    Some(match fact {
        Fact::Reported(_) => Step::Report,
        Fact::Assessed(_) => Step::Assess,
        Fact::Escalated(_) => Step::Escalate,
        Fact::Joined(_) => Step::Join,
        Fact::Completed(_) => Step::Complete,
        Fact::Unlinked(_) => Step::Unlink,
        Fact::Returned(_) => Step::Return,
        Fact::EngAssessed(_) => Step::EngAssess,
        Fact::ReleaseDecided(_) => Step::Release,
        Fact::Shipped(_) => Step::Ship,
        Fact::Notified(notice) => Step::notify(notice.to),
        Fact::Delivered(_) => Step::Deliver,
        Fact::MovedToPostmortem(_) => Step::Postmortem,
        Fact::Answered(answered) => Step::confirm(answered.answer),
        Fact::Closed(closed) => Step::close_as(closed.resolution),
        Fact::Resolved(_) => Step::Resolve,
        Fact::Reopened(_) => Step::Reopen,
        Fact::HoldSet(_) => Step::Hold,
        Fact::HoldLifted(_) => Step::LiftHold,
        Fact::Edited(_) => Step::Edit,
        Fact::Imported(_) => Step::Import,
        Fact::Redacted(_) => Step::Redact,
        _ => return None,
    })
}

/// The step of a fact that stands alone, and otherwise accompanies another.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others never stand alone")]
fn side_step(fact: &Fact) -> Option<Step> {
    match fact {
        Fact::Attached(_) => Some(Step::Attach),
        Fact::Commented(_) => Some(Step::Comment),
        Fact::ChangedElsewhere(_) | Fact::SettledElsewhere(_) => Some(Step::Import),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{due_times, modernize, step_of};
    use crate::workflow::event::{Event, FIRST_EDITION, Fact};
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::step::Step;
    use crate::workflow::tests::given::{
        assess, attach, comment, confirm, escalate, hold, patch, postmortem, report, reported, ship, tell,
    };
    use crate::workflow::tests::kit::{World, hour, key};
    use crate::workflow::tickets::Tickets;
    use crate::workflow::vocabulary::{AnswerKind, Audience, Priority};

    fn modern(type_name: &str, data: Value) -> Value {
        let Value::Object(mut data) = data else { panic!("{data}") };
        modernize(type_name, &mut data);
        Value::Object(data)
    }

    #[test]
    fn what_was_recorded_otherwise_is_brought_to_the_present_form() {
        let redacted = modern("redacted", json!({ "event": 3, "remains": "00" }));
        assert_eq!(redacted, json!({ "event": 3, "removed": {} }));
        let settles = json!({ "settles": ["tell-support", "word-to-nobody"] });
        assert_eq!(modern("notified", settles), json!({ "settles": ["tell-support"] }));
        let imported = modern("imported", json!({ "tracker": "jira", "key": "OLD-1" }));
        let whence = json!({ "tracker": "jira", "key": "OLD-1", "source": "jira", "there": "OLD-1", "links": [] });
        assert_eq!(imported, whence);
        let other = json!({ "version": "8.1" });
        assert_eq!(modern("hold-set", other.clone()), other);
    }

    #[test]
    fn a_due_time_gets_the_round_that_its_duty_has_now() {
        let world = reported().given(assess("CSD-1"));
        let ticket = world.tickets.ticket(&key("CSD-1")).unwrap();
        let due = |round: u32, kind: &str| json!({ "kind": kind, "round": round, "begins": 0, "due": 3_600_000 });
        let found = due_times(vec![due(1, "escalate"), due(0, "word-to-nobody")], ticket).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].duty.kind, found[0].duty.round), (DutyKind::Escalate, 0));
        assert!(due_times(vec![json!({ "kind": "escalate" })], ticket).is_err());
    }

    #[test]
    fn the_step_of_a_command_is_known_by_its_facts() {
        let step = |events: &[Event]| step_of(&events.iter().map(|event| &event.fact).collect::<Vec<&Fact>>());
        let mut world = World::new();
        for (recorded, expected) in [
            (world.when(report("Alder")), Step::Report),
            (world.when(assess("CSD-1")), Step::Assess),
            (world.when(attach("CSD-1", "a.png")), Step::Attach),
            (world.when(comment("CSD-1")), Step::Comment),
            (world.when(escalate(&["CSD-1"], Priority::Low)), Step::Escalate),
            (world.when(hold(None)), Step::Hold),
        ] {
            assert_eq!(step(&recorded), expected);
        }
        let mut world = postmortem(Priority::Low, patch("8.2"));
        assert_eq!(step(&world.when(ship())), Step::Ship);
        assert_eq!(step(&world.when(tell(Audience::Support))), Step::NotifySupport);
        let _ = world.when(tell(Audience::Customer));
        assert_eq!(step(&world.when(confirm("CSD-1", AnswerKind::Resolved))), Step::ConfirmResolved);
    }

    #[test]
    fn what_only_the_present_rules_demand_arises_with_the_first_event_of_theirs() {
        let mut world = World::new();
        let mut events = world.when(report("Alder"));
        events.iter_mut().for_each(|event| (event.edition, event.due) = (FIRST_EDITION, Vec::new()));
        let mut tickets = Tickets::default();
        events.iter().for_each(|event| tickets.apply(event));
        world.tickets = tickets;
        assert_eq!(world.owed("CSD-1"), []);
        let world = world.at(5).given(comment("CSD-1"));
        assert_eq!(world.due("CSD-1", DutyKind::Assess), Some(5 + 4));
        assert!(world.owed("CSD-1").iter().all(|owed| owed.begins == hour(5)));
    }
}
