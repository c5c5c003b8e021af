//! Promises: each fix version that a customer was told, and its outcome (R20, R22, R30).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::workflow::event::{Event, Fact, Telling};
use crate::workflow::key::Key;
use crate::workflow::names::is_same_version_or_none;
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{Audience, Decision, Resolution, vocabulary};

vocabulary! {
    /// The outcome of a promise.
    pub Outcome {
        /// Open: the fix has not shipped.
        Open = "open",
        /// The version shipped, by the target date where there was one.
        Kept = "kept",
        /// The version shipped after its target date.
        Late = "late",
        /// Another version or another date was decided.
        Slipped = "slipped",
        /// The ticket was closed without the fix.
        Dropped = "dropped",
    }
}

/// A fix version that a customer was told.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Promise {
    /// The CUS ticket.
    pub cus: Key,
    /// The CSD ticket, by the key under which it was first recorded.
    pub csd: Key,
    /// The version.
    pub version: String,
    /// The target date.
    pub target_date: Option<NaiveDate>,
    /// The end of that day in the team's time zone.
    #[serde(skip)]
    pub target_ends: Option<Time>,
    /// Whether the customer was told that it is tentative (R22).
    pub tentative: bool,
    /// The time at which the customer was told.
    pub told: Time,
    /// The outcome.
    pub outcome: Outcome,
    /// The time of the outcome; `None` while it is open.
    pub since: Option<Time>,
    /// The version that was decided instead.
    pub slipped_to: Option<String>,
}

/// The decision at one point of a ticket's history.
struct Decided {
    decision: Decision,
    version: Option<String>,
    target_date: Option<NaiveDate>,
    target_ends: Option<Time>,
    has_shipped: bool,
}

/// Follows every promise through the history of the tickets of both kinds that it can meet, in the order of the record:
/// what a customer was promised stays with the CSD ticket, whatever CUS ticket it is linked to later (R11).
#[expect(clippy::wildcard_enum_match_arm, reason = "no other fact touches a promise")]
pub fn promises(history: &[Event]) -> Vec<Promise> {
    let mut promises: Vec<Promise> = Vec::new();
    let mut decided: BTreeMap<&Key, Decided> = BTreeMap::new();
    let mut linked: BTreeMap<&Key, &Key> = BTreeMap::new();
    for event in history.iter().filter(|event| event.stream.is_cus()) {
        let cus = &event.stream;
        match &event.fact {
            Fact::Escalated(fact) => linked.extend(fact.csd.iter().map(|csd| (csd, cus))),
            Fact::Joined(fact) => {
                linked.insert(&fact.csd, cus);
                let joined = promises.iter_mut().filter(|promise| promise.is_open() && promise.csd == fact.csd);
                if let Some(decided) = decided.get(cus) {
                    joined.for_each(|promise| promise.meet(decided, event.at));
                }
            }
            Fact::Left(fact) => {
                linked.remove(&fact.csd);
            }
            Fact::ReleaseDecided(fact) => {
                let old = decided.remove(cus);
                let new = Decided {
                    decision: fact.decision,
                    version: fact.fix_version.clone(),
                    target_date: fact.target_date,
                    target_ends: fact.promised_until(),
                    has_shipped: old.is_some_and(|old| {
                        old.has_shipped
                            && is_same_version_or_none(old.version.as_deref(), fact.fix_version.as_deref())
                            && old.target_date == fact.target_date
                    }),
                };
                open(&mut promises, &linked, cus).for_each(|promise| promise.meet(&new, event.at));
                decided.insert(cus, new);
            }
            fact @ (Fact::Notified(_) | Fact::Delivered(_)) => {
                let made = decided.get(cus).zip(fact.told()).and_then(|(decided, told)| made(event, told, decided));
                if let Some(promise) = made
                    && !open(&mut promises, &linked, cus).any(|old| old.csd == promise.csd)
                {
                    promises.push(promise);
                }
            }
            // What came back was not told.
            Fact::NoticeCameBack(fact) => {
                let told = history.iter().find(|other| other.stream == *cus && tells(other, fact.notice));
                let is_void = |promise: &Promise| told.is_some_and(|told| promise.was_made_by(told));
                promises.retain(|promise| !(promise.is_open() && is_void(promise)));
            }
            Fact::Shipped(_) => {
                open(&mut promises, &linked, cus).for_each(|promise| promise.ship(event.at));
                if let Some(decided) = decided.get_mut(cus) {
                    decided.has_shipped = true;
                }
            }
            // The decision ends, and the promise stands until the next one.
            Fact::Reopened(_) => {
                decided.remove(cus);
            }
            Fact::Closed(fact) if fact.resolution != Resolution::Fixed => {
                open(&mut promises, &linked, cus).for_each(|promise| promise.end(Outcome::Dropped, event.at));
            }
            _ => {}
        }
    }
    promises
}

/// The open promises to the customers of the CSD tickets that are linked to a CUS ticket.
fn open<'a>(
    promises: &'a mut [Promise],
    linked: &'a BTreeMap<&Key, &Key>,
    cus: &'a Key,
) -> impl Iterator<Item = &'a mut Promise> {
    promises
        .iter_mut()
        .filter(move |promise| promise.is_open() && linked.get(&promise.csd).is_some_and(|to| **to == *cus))
}

/// Whether this event tells that notice.
#[expect(clippy::wildcard_enum_match_arm, reason = "no other fact tells a notice")]
fn tells(event: &Event, notice: u32) -> bool {
    match &event.fact {
        Fact::Notified(fact) => fact.notice == notice && fact.via.is_at_once(),
        Fact::Delivered(fact) => fact.notice == notice,
        _ => false,
    }
}

impl Promise {
    fn was_made_by(&self, event: &Event) -> bool {
        self.told == event.at && event.fact.told().is_some_and(|told| told.csd == Some(&self.csd))
    }

    fn is_open(&self) -> bool {
        self.outcome == Outcome::Open
    }

    /// Holds it against a decision: another version or date is a slip.
    fn meet(&mut self, decided: &Decided, at: Time) {
        let is_same = is_same_version_or_none(Some(&self.version), decided.version.as_deref());
        if !is_same || self.target_date != decided.target_date {
            self.end(Outcome::Slipped, at);
            self.slipped_to.clone_from(&decided.version);
        }
    }

    fn ship(&mut self, at: Time) {
        let is_late = self.target_ends.is_some_and(|ends| at >= ends);
        self.end(if is_late { Outcome::Late } else { Outcome::Kept }, at);
    }

    fn end(&mut self, outcome: Outcome, at: Time) {
        self.outcome = outcome;
        self.since = Some(at);
    }
}

/// Returns the promise that a notice makes, if it tells a customer a version that has not shipped.
fn made(event: &Event, told: Telling<'_>, decided: &Decided) -> Option<Promise> {
    let tells = told.to == Audience::Customer && told.settles.contains(&DutyKind::TellCustomer);
    let version = decided.version.clone().filter(|_| tells && !decided.has_shipped)?;
    Some(Promise {
        cus: event.stream.clone(),
        csd: told.csd.cloned()?,
        version,
        target_date: decided.target_date,
        target_ends: decided.target_ends,
        tentative: decided.decision == Decision::NextRelease,
        told: event.at,
        outcome: Outcome::Open,
        since: None,
        slipped_to: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::command::{Command, Deliver, EngAssess, Notify, Release};
    use crate::workflow::event::{Joined, JoinedTexts};
    use crate::workflow::tests::given::{
        backlog, close_as, confirm, eng_assess, escalate, escalated, next_release, patch, promised, reopen, say, ship,
        tell, two_escalated, unlink,
    };
    use crate::workflow::tests::kit::{World, hour};
    use crate::workflow::vocabulary::{AnswerKind, Impact, Priority, Via};

    /// Returns the promises made by these commands, given a day apart on an assessed ticket.
    fn made_by(commands: Vec<Command>) -> Vec<Promise> {
        made_in(escalated(Priority::Medium), commands)
    }

    fn made_in(mut world: World, commands: Vec<Command>) -> Vec<Promise> {
        let assessed = world.when(eng_assess(Impact::Some));
        let mut history: Vec<Event> =
            world.cus("CUS-1").links.iter().map(|link| joined(&assessed[0], &link.csd)).collect();
        for (day, command) in (1..).zip(commands) {
            world = world.at(24 * day);
            history.extend(world.when(command));
        }
        history.retain(|event| event.stream.is_cus());
        promises(&history)
    }

    /// The event by which a CSD ticket came to the CUS ticket, before that one.
    fn joined(before: &Event, csd: &Key) -> Event {
        let fact = Joined { csd: csd.clone(), priority: None, texts: JoinedTexts::default() }.into();
        Event { fact, ..before.clone() }
    }

    fn told() -> [Command; 2] {
        [tell(Audience::Support).into(), tell(Audience::Customer).into()]
    }

    fn decision(parts: Vec<Vec<Command>>) -> Vec<Promise> {
        made_by(parts.into_iter().flatten().collect())
    }

    fn outcomes(promises: &[Promise]) -> Vec<(&str, Outcome)> {
        promises.iter().map(|promise| (promise.version.as_str(), promise.outcome)).collect()
    }

    #[test]
    fn given_a_decision_that_nobody_was_told_then_nothing_is_promised() {
        assert_eq!(decision(vec![vec![patch("8.2").into()]]), []);
    }

    #[test]
    fn given_a_customer_who_was_told_a_version_then_it_is_promised() {
        let promises = decision(vec![vec![next_release("8.2").into()], told().into()]);
        assert_eq!(outcomes(&promises), [("8.2", Outcome::Open)]);
        assert!(promises[0].tentative);
        assert_eq!(promises[0].told, hour(72));
    }

    #[test]
    fn given_a_backlog_decision_or_an_interim_message_then_no_version_is_promised() {
        assert_eq!(decision(vec![vec![backlog().into()], told().into()]), []);
        assert_eq!(decision(vec![vec![patch("8.2").into(), say(Audience::Customer, "Soon").into()]]), []);
    }

    #[test]
    fn given_a_promise_when_it_ships_then_it_is_kept_or_late_by_its_date() {
        let shipped_by = |release| outcomes(&decision(vec![vec![release], told().into(), vec![ship().into()]]))[0].1;
        assert_eq!(shipped_by(patch("8.2").into()), Outcome::Kept);
        assert_eq!(shipped_by(promised(4, patch("8.2")).into()), Outcome::Kept);
        assert_eq!(shipped_by(promised(3, patch("8.2")).into()), Outcome::Late);
    }

    #[test]
    fn given_a_promise_when_the_version_or_the_date_changes_then_it_slipped_and_the_new_one_is_another() {
        let promises = decision(vec![
            vec![next_release("8.2").into()],
            told().into(),
            vec![promised(30, next_release("8.3")).into()],
            told().into(),
            vec![promised(60, next_release("8.3")).into()],
        ]);
        assert_eq!(outcomes(&promises), [("8.2", Outcome::Slipped), ("8.3", Outcome::Slipped)]);
        assert_eq!(promises[0].slipped_to.as_deref(), Some("8.3"));
        assert_eq!(promises[0].since, Some(hour(96)));
    }

    #[test]
    fn given_a_promise_when_the_ticket_is_closed_without_a_fix_then_it_is_dropped() {
        let end = vec![close_as(Resolution::WontFix).into()];
        let promises = decision(vec![vec![patch("8.2").into()], told().into(), end]);
        assert_eq!(outcomes(&promises), [("8.2", Outcome::Dropped)]);
    }

    #[test]
    fn given_a_promise_when_the_ticket_is_reopened_then_it_stands_until_the_next_decision() {
        let reopened = || vec![reopen("CUS-1").into(), eng_assess(Impact::One).into()];
        let promises = decision(vec![vec![patch("8.2").into()], told().into(), reopened()]);
        assert_eq!(outcomes(&promises), [("8.2", Outcome::Open)]);
        let again = vec![patch("8.4").into()];
        let promises = decision(vec![vec![patch("8.2").into()], told().into(), reopened(), again]);
        assert_eq!(outcomes(&promises), [("8.2", Outcome::Slipped)]);
    }

    #[test]
    fn given_a_customer_who_leaves_then_its_promise_goes_along_and_slips_where_another_version_is_decided() {
        let [support, customers] = told();
        let commands = || vec![patch("8.2").into(), support.clone(), customers.clone(), unlink("CSD-2").into()];
        let promises = made_in(two_escalated(Priority::Medium), commands());
        assert_eq!(outcomes(&promises), [("8.2", Outcome::Open), ("8.2", Outcome::Open)]);
        let elsewhere = |version: &str| {
            let escalate = escalate(&["CSD-2"], Priority::Medium).into();
            let cus = crate::workflow::tests::kit::key("CUS-2");
            let assess = EngAssess { cus: cus.clone(), ..eng_assess(Impact::One) }.into();
            let decide = Release { cus, ..patch(version) }.into();
            let commands = commands().into_iter().chain([escalate, assess, decide]).collect();
            outcomes(&made_in(two_escalated(Priority::Medium), commands)).last().map(|last| last.1)
        };
        assert_eq!((elsewhere("8.2"), elsewhere("8.4")), (Some(Outcome::Open), Some(Outcome::Slipped)));
    }

    #[test]
    fn given_a_promise_when_the_same_version_and_date_are_told_again_then_it_stands_and_is_no_other() {
        let promises =
            decision(vec![vec![patch("8.2").into()], told().into(), vec![next_release("8.2").into()], told().into()]);
        assert_eq!(outcomes(&promises), [("8.2", Outcome::Open)]);
    }

    #[test]
    fn given_a_decision_in_other_words_then_it_promises_until_it_has_shipped() {
        let reworded = || Release { resolution: Some("We round now".to_owned()), ..patch("8.2") }.into();
        let promises = decision(vec![vec![patch("8.2").into(), reworded()], told().into()]);
        assert_eq!(outcomes(&promises), [("8.2", Outcome::Open)]);
        let promises = decision(vec![vec![patch("8.2").into(), ship().into(), reworded()], told().into()]);
        assert_eq!(promises, []);
    }

    #[test]
    fn given_a_fix_that_has_shipped_when_another_version_or_date_is_decided_then_that_is_promised() {
        for again in [patch("8.3"), promised(30, patch("8.2"))] {
            let promises =
                decision(vec![vec![patch("8.2").into(), ship().into(), again.clone().into()], told().into()]);
            assert_eq!(outcomes(&promises), [(again.fix_version.as_deref().unwrap(), Outcome::Open)]);
        }
    }

    #[test]
    fn given_a_notice_that_is_queued_then_it_promises_from_its_delivery_on() {
        let queued = Notify { via: Some(Via::Webhook), ..tell(Audience::Customer) };
        let mut commands = vec![patch("8.2").into(), tell(Audience::Support).into(), queued.into()];
        assert_eq!(made_by(commands.clone()), []);
        commands.push(Deliver { cus: "CUS-1".parse().unwrap(), notice: 2, receipt: "200".to_owned() }.into());
        let promises = made_by(commands);
        assert_eq!(outcomes(&promises), [("8.2", Outcome::Open)]);
        assert_eq!(promises[0].told, hour(96));
    }

    #[test]
    fn given_a_promise_when_its_customer_confirms_before_it_ships_then_it_is_open_until_it_ships() {
        let confirmed = || confirm("CSD-1", AnswerKind::Resolved).into();
        let promises = decision(vec![vec![patch("8.2").into()], told().into(), vec![confirmed()]]);
        assert_eq!(outcomes(&promises), [("8.2", Outcome::Open)]);
        let shipped = vec![confirmed(), ship().into()];
        assert_eq!(
            outcomes(&decision(vec![vec![patch("8.2").into()], told().into(), shipped])),
            [("8.2", Outcome::Kept)]
        );
    }

    #[test]
    fn given_a_fix_that_has_shipped_when_the_customer_hears_of_it_then_that_is_no_new_promise() {
        let promises = decision(vec![vec![patch("8.2").into()], told().into(), vec![ship().into()], told().into()]);
        assert_eq!(outcomes(&promises), [("8.2", Outcome::Kept)]);
    }
}
