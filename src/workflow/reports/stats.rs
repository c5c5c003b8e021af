//! Statistics of the process, all from the events: tickets in and out, checklists accepted the first time, how long
//! things took, and which role had the ball.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, TimeDelta};

use crate::workflow::event::{Event, Fact};
use crate::workflow::obligations::duty::{Duty, DutyKind};
use crate::workflow::tickets::cus::Cus;
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{ChecklistItem, Priority, Role, vocabulary};

vocabulary! {
    /// A grouping of statistics.
    pub By {
        /// The week in which something happened, by its Monday, UTC.
        Week = "week",
        /// The month in which something happened, UTC.
        Month = "month",
        /// The customer; what happened to a CUS ticket counts for each of its customers.
        Customer = "customer",
        /// The priority of the CUS ticket.
        Priority = "priority",
        /// The fix version.
        Version = "version",
        /// The role that acted, or that owed the duty measured.
        Role = "role",
    }
}

/// The attributes by which a ticket's figures are grouped, as they are now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attributes {
    /// Its customers.
    pub customers: Vec<String>,
    /// Its priority, or that of its CUS ticket.
    pub priority: Option<Priority>,
    /// Its fix version, or that of its CUS ticket.
    pub version: Option<String>,
}

/// The time span of the statistics, and their grouping.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// The beginning; nothing before it counts.
    pub since: Option<Time>,
    /// The end; open duties count up to it.
    pub now: Time,
    /// The grouping; `None` is one group for all.
    pub by: Option<By>,
}

/// The figures of one group.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    /// Customers' issues reported.
    pub arrived: u64,
    /// CUS tickets that went to Engineering for the first time.
    pub escalated: u64,
    /// Returns to Support.
    pub returned: u64,
    /// Tickets reopened, of either kind.
    pub reopened: u64,
    /// CUS tickets closed.
    pub closed: u64,
    /// Customers' tickets resolved.
    pub resolved: u64,
    /// Decisions that put off a version or a date.
    pub slipped: u64,
    /// CUS tickets whose first checklist Engineering accepted or returned.
    pub checklists: u64,
    /// Those that it accepted.
    pub accepted: u64,
    /// The number of first checklists returned for each item.
    pub wanting: BTreeMap<ChecklistItem, u64>,
    /// The durations of settled duties, by kind.
    pub times: BTreeMap<DutyKind, Vec<Taken>>,
    /// The time for which each role owed something on a ticket, over all tickets.
    pub held: BTreeMap<Role, TimeDelta>,
}

/// The duration of a settled duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Taken {
    /// The time from when it was owed to when it was settled.
    pub time: TimeDelta,
    /// Whether it was in time; `None` where no due time was fixed, as in imported history.
    pub in_time: Option<bool>,
}

/// Figures by group.
pub type Figures = BTreeMap<String, Tally>;

/// A summary of several durations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// The number of durations.
    pub count: usize,
    /// The median.
    pub median: TimeDelta,
    /// The ninth decile.
    pub ninth_decile: TimeDelta,
    /// The share that was in time, of those with a due time.
    pub in_time: Option<f64>,
}

/// A ticket's history as it is measured.
struct Measure<'a> {
    figures: &'a mut Figures,
    attributes: &'a Attributes,
    window: Window,
    open: BTreeMap<(DutyKind, Option<String>, u32), Open>,
    last: Option<Time>,
}

/// An open duty.
struct Open {
    begins: Time,
    due: Option<Time>,
    by: Role,
}

/// Adds the figures of one ticket, from all its events in order, each with the number of its command.
///
/// Duties are compared between commands: the last event of a command carries the due times that it fixes.
pub fn measure(figures: &mut Figures, history: &[(i64, Event)], attributes: &Attributes, window: Window) {
    let mut tickets = Tickets::default();
    let mut measure = Measure { figures, attributes, window, open: BTreeMap::new(), last: None };
    for command in history.chunk_by(|one, next| one.0 == next.0) {
        for (_, event) in command {
            let before = tickets.ticket(&event.stream).cloned();
            measure.hold(event.at);
            tickets.apply(event);
            if let Some(after) = tickets.ticket(&event.stream) {
                measure.count(before.as_ref(), after, event);
            }
        }
        if let Some((after, (_, last))) = command.last().and_then(|last| Some((tickets.ticket(&last.1.stream)?, last)))
        {
            measure.settle(after, last.at, |kind| command.iter().any(|(_, event)| kind.is_settled_by(&event.fact)));
        }
    }
    measure.hold(window.now);
}

impl Measure<'_> {
    /// Returns the groups in which something counts.
    fn groups(&self, at: Time, role: Option<Role>) -> Vec<String> {
        let none = || "none".to_owned();
        match self.window.by {
            None => vec![String::new()],
            Some(By::Week) => {
                let day = at.date_naive();
                let monday = day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into()));
                vec![monday.unwrap_or(day).to_string()]
            }
            Some(By::Month) => vec![at.format("%Y-%m").to_string()],
            Some(By::Customer) => {
                self.attributes.customers.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect()
            }
            Some(By::Priority) => vec![self.attributes.priority.map_or_else(none, |priority| priority.to_string())],
            Some(By::Version) => vec![self.attributes.version.clone().unwrap_or_else(none)],
            Some(By::Role) => vec![role.map_or_else(|| "unknown".to_owned(), |role| role.to_string())],
        }
    }

    /// Counts something in each of its groups, unless it happened before the window.
    fn add(&mut self, at: Time, role: Option<Role>, add: impl Fn(&mut Tally)) {
        if self.window.since.is_some_and(|since| at < since) {
            return;
        }
        for group in self.groups(at, role) {
            add(self.figures.entry(group).or_default());
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "no other fact is counted")]
    fn count(&mut self, before: Option<&Ticket>, after: &Ticket, event: &Event) {
        let (at, role) = (event.at, event.role);
        match &event.fact {
            Fact::Reported(_) => self.add(at, role, |tally| tally.arrived += 1),
            Fact::Escalated(_) => self.add(at, role, |tally| tally.escalated += 1),
            Fact::Returned(fact) => {
                let is_first = is_first_checklist(before);
                self.add(at, role, |tally| {
                    tally.returned += 1;
                    if is_first {
                        tally.checklists += 1;
                        for item in fact.missing.iter().collect::<BTreeSet<_>>() {
                            *tally.wanting.entry(*item).or_default() += 1;
                        }
                    }
                });
            }
            Fact::EngAssessed(_) if is_first_checklist(before) => self.add(at, role, |tally| {
                tally.checklists += 1;
                tally.accepted += 1;
            }),
            Fact::Reopened(_) => self.add(at, role, |tally| tally.reopened += 1),
            Fact::Closed(_) => self.add(at, role, |tally| tally.closed += 1),
            Fact::Resolved(_) => self.add(at, role, |tally| tally.resolved += 1),
            Fact::ReleaseDecided(_) if slips(before, after) => self.add(at, role, |tally| tally.slipped += 1),
            _ => {}
        }
    }

    /// Starts the clock of duties that a command made owed, and stops that of those it settled.
    fn settle(&mut self, ticket: &Ticket, at: Time, has_settled: impl Fn(DutyKind) -> bool) {
        let demands = ticket.demands();
        let key = |duty: &Duty| (duty.kind, duty.csd.as_ref().map(|csd| csd.as_str().to_owned()), duty.round);
        let demanded: BTreeSet<_> = demands.iter().map(key).collect();
        let gone: Vec<_> = self.open.keys().filter(|open| !demanded.contains(open)).cloned().collect();
        for gone in gone {
            let kind = gone.0;
            let Some(open) = self.open.remove(&gone) else { continue };
            if has_settled(kind) {
                let time = (at - open.begins).max(TimeDelta::zero());
                let taken = Taken { time, in_time: open.due.map(|due| at <= due) };
                self.add(at, Some(open.by), |tally| tally.times.entry(kind).or_default().push(taken));
            }
        }
        for duty in demands {
            let fixed = ticket.due().iter().find(|due| due.duty == duty);
            let by = match ticket {
                Ticket::Csd(csd) => csd.owner(duty.kind),
                Ticket::Cus(_) => Cus::owner(duty.kind),
            };
            let begins = fixed.map_or(at, |fixed| fixed.begins);
            let open = self.open.entry(key(&duty)).or_insert(Open { begins, due: None, by });
            open.by = by;
            open.due = fixed.map(|fixed| fixed.due);
        }
    }

    /// Adds the time up to then to each role that owes something.
    fn hold(&mut self, until: Time) {
        if let Some(last) = self.last {
            let from = self.window.since.map_or(last, |since| last.max(since));
            let roles: BTreeSet<Role> =
                self.open.values().filter(|open| open.begins < until).map(|open| open.by).collect();
            for role in roles.into_iter().filter(|_| from < until) {
                let begins = self.open.values().filter(|open| open.by == role).map(|open| open.begins).min();
                let time = until - begins.map_or(from, |begins| begins.max(from));
                self.add(until, Some(role), |tally| *tally.held.entry(role).or_insert_with(TimeDelta::zero) += time);
            }
        }
        self.last = Some(until);
    }
}

impl Tally {
    /// Summarises the durations of a kind of duty; `None` where there are none.
    pub fn summary(&self, kind: DutyKind) -> Option<Summary> {
        summary(self.times.get(&kind)?)
    }
}

/// Computes nearest-rank percentiles and the share in time.
pub fn summary(times: &[Taken]) -> Option<Summary> {
    let mut sorted: Vec<TimeDelta> = times.iter().map(|taken| taken.time).collect();
    sorted.sort_unstable();
    let at = |tenths: usize| sorted.get((sorted.len() * tenths).div_ceil(10).saturating_sub(1)).copied();
    let known: Vec<bool> = times.iter().filter_map(|taken| taken.in_time).collect();
    let kept = known.iter().filter(|in_time| **in_time).count();
    #[expect(clippy::cast_precision_loss, reason = "a share of a count of events is exact enough")]
    let in_time = (!known.is_empty()).then(|| kept as f64 / known.len() as f64);
    Some(Summary { count: sorted.len(), median: at(5)?, ninth_decile: at(9)?, in_time })
}

/// Whether Engineering has neither accepted nor returned this ticket's checklist yet.
fn is_first_checklist(before: Option<&Ticket>) -> bool {
    matches!(before, Some(Ticket::Cus(cus)) if cus.returns == 0 && cus.assessments == 0)
}

/// Whether a decision postpones the one before: another version, a later date, or none any more.
fn slips(before: Option<&Ticket>, after: &Ticket) -> bool {
    let (Some(Ticket::Cus(Cus { release: Some(old), .. })), Ticket::Cus(Cus { release: Some(new), .. })) =
        (before, after)
    else {
        return false;
    };
    let is_later = matches!((old.target_date, new.target_date), (Some(old), Some(new)) if new > old);
    old.shipped.is_none() && old.fix_version.is_some() && (old.fix_version != new.fix_version || is_later)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::command::Command;
    use crate::workflow::tests::given::{
        assess, backlog, close, complete, confirm, eng_assess, escalate, next_release, patch, promised, reopen, report,
        send_back, ship, tell, to_postmortem,
    };
    use crate::workflow::tests::kit::{World, hour};
    use crate::workflow::vocabulary::{AnswerKind, Audience, Impact};

    /// The histories of all tickets after these commands, each at its hour.
    fn histories(commands: Vec<(i64, Command)>) -> BTreeMap<String, Vec<(i64, Event)>> {
        let mut world = World::new();
        let mut all: BTreeMap<String, Vec<(i64, Event)>> = BTreeMap::new();
        for (number, (at, command)) in (0..).zip(commands) {
            world = world.at(at);
            for event in world.when(command) {
                all.entry(event.stream.to_string()).or_default().push((number, event));
            }
        }
        all
    }

    fn figures(commands: Vec<(i64, Command)>, window: Window) -> Figures {
        let mut figures = Figures::new();
        for history in histories(commands).values() {
            measure(&mut figures, history, &Attributes::default(), window);
        }
        figures
    }

    fn until(hours: i64) -> Window {
        Window { since: None, now: hour(hours), by: None }
    }

    fn decision() -> Vec<(i64, Command)> {
        let mut completed = complete();
        completed.steps = Some("Better".to_owned());
        vec![
            (0, report("Alder").into()),
            (2, assess("CSD-1").into()),
            (5, escalate(&["CSD-1"], Priority::High).into()),
            (6, send_back(&[ChecklistItem::Steps]).into()),
            (8, completed.into()),
            (40, eng_assess(Impact::One).into()),
            (41, tell(Audience::Product).into()),
            (42, promised(9, next_release("8.2")).into()),
            (43, tell(Audience::Support).into()),
            (44, tell(Audience::Customer).into()),
            (45, to_postmortem().into()),
            (50, promised(20, next_release("8.3")).into()),
        ]
    }

    #[test]
    fn given_a_story_then_what_came_and_went_is_counted() {
        let all = figures(decision(), until(60));
        let tally = &all[""];
        assert_eq!((tally.arrived, tally.escalated, tally.returned, tally.closed), (1, 1, 1, 0));
        assert_eq!(tally.slipped, 1);
        assert_eq!((tally.checklists, tally.accepted), (1, 0));
        assert_eq!(tally.wanting, BTreeMap::from([(ChecklistItem::Steps, 1)]));
    }

    #[test]
    fn given_a_story_then_each_time_runs_from_when_it_was_owed_to_when_it_was_done() {
        let all = figures(decision(), until(60));
        let took =
            |kind| all[""].times[&kind].iter().map(|taken| (taken.time.num_hours(), taken.in_time)).collect::<Vec<_>>();
        assert_eq!(took(DutyKind::Assess), [(2, Some(true))]);
        assert_eq!(took(DutyKind::Escalate), [(3, Some(true))]);
        assert_eq!(took(DutyKind::Complete), [(2, Some(true))]);
        assert_eq!(took(DutyKind::EngAssess), [(32, Some(false))]);
        assert_eq!(took(DutyKind::Release), [(2, Some(true))]);
        assert_eq!(took(DutyKind::TellSupport), [(1, Some(true))]);
        assert_eq!(took(DutyKind::TellCustomer), [(1, Some(true))]);
        // The return ended Engineering's assessment without settling it.
        assert_eq!(all[""].times[&DutyKind::EngAssess].len(), 1);
    }

    #[test]
    fn given_a_story_then_each_role_held_the_ticket_while_it_owed_something() {
        let commands = vec![
            (0, report("Alder").into()),
            (2, assess("CSD-1").into()),
            (5, escalate(&["CSD-1"], Priority::Low).into()),
        ];
        let held = &figures(commands, until(15))[""].held;
        assert_eq!(held[&Role::Support], TimeDelta::hours(5));
        assert_eq!(held[&Role::Engineering], TimeDelta::hours(10));
    }

    #[test]
    fn given_a_story_that_ends_then_both_ends_are_counted_and_a_checklist_that_was_taken() {
        let mut commands = decided_by(vec![patch("8.2").into()]);
        for command in [
            tell(Audience::Support).into(),
            tell(Audience::Customer).into(),
            to_postmortem().into(),
            ship().into(),
            tell(Audience::Support).into(),
            tell(Audience::Customer).into(),
            confirm("CSD-1", AnswerKind::Resolved).into(),
            close().into(),
        ] {
            commands.push((2, command));
        }
        let all = figures(commands, until(3));
        let tally = &all[""];
        assert_eq!((tally.closed, tally.resolved, tally.reopened, tally.returned), (1, 1, 0, 0));
        assert_eq!((tally.checklists, tally.accepted), (1, 1));
    }

    /// These decisions on a ticket that Engineering has assessed.
    fn decided_by(decisions: Vec<Command>) -> Vec<(i64, Command)> {
        let before = [
            report("Alder").into(),
            assess("CSD-1").into(),
            escalate(&["CSD-1"], Priority::Low).into(),
            eng_assess(Impact::One).into(),
        ];
        before.into_iter().chain(decisions).map(|command| (0, command)).collect()
    }

    #[test]
    fn a_decision_puts_off_what_had_a_version_and_has_not_shipped_by_another_version_or_a_later_date() {
        let slipped = |decisions: Vec<Command>| figures(decided_by(decisions), until(1))[""].slipped;
        assert_eq!(slipped(vec![patch("8.2").into(), patch("8.3").into()]), 1);
        assert_eq!(slipped(vec![promised(9, patch("8.2")).into(), promised(20, patch("8.2")).into()]), 1);
        assert_eq!(slipped(vec![patch("8.2").into(), backlog().into()]), 1);
        assert_eq!(slipped(vec![promised(20, patch("8.2")).into(), promised(9, patch("8.2")).into()]), 0);
        assert_eq!(slipped(vec![patch("8.2").into(), next_release("8.2").into()]), 0);
        assert_eq!(slipped(vec![backlog().into(), patch("8.2").into()]), 0);
        assert_eq!(slipped(vec![patch("8.2").into(), ship().into(), patch("8.3").into()]), 0);
    }

    #[test]
    fn given_a_target_date_then_shipping_is_held_from_that_date_on_and_not_before() {
        let mut commands = decided_by(vec![promised(9, patch("8.2")).into()]);
        commands.push((0, tell(Audience::Support).into()));
        commands.push((0, tell(Audience::Customer).into()));
        commands.push((0, to_postmortem().into()));
        let held = |now| figures(commands.clone(), Window { since: Some(hour(1)), ..until(now) });
        assert!(held(10 * 24).is_empty());
        assert_eq!(held(10 * 24 + 2)[""].held, BTreeMap::from([(Role::Engineering, TimeDelta::hours(2))]));
    }

    #[test]
    fn given_a_window_then_what_was_before_does_not_count() {
        let window = Window { since: Some(hour(5)), ..until(15) };
        let commands = vec![
            (0, report("Alder").into()),
            (2, assess("CSD-1").into()),
            (5, escalate(&["CSD-1"], Priority::Low).into()),
        ];
        let all = figures(commands, window);
        assert_eq!((all[""].arrived, all[""].escalated), (0, 1));
        assert!(!all[""].held.contains_key(&Role::Support));
    }

    #[test]
    fn given_history_without_due_times_then_how_long_it_took_is_known_and_not_whether_in_time() {
        let mut histories = histories(decision());
        for (_, event) in histories.values_mut().flatten() {
            event.due.clear();
        }
        let mut all = Figures::new();
        for history in histories.values() {
            measure(&mut all, history, &Attributes::default(), until(60));
        }
        let taken = all[""].times[&DutyKind::EngAssess][0];
        assert_eq!((taken.time.num_hours(), taken.in_time), (32, None));
        assert_eq!(all[""].summary(DutyKind::EngAssess).unwrap().in_time, None);
    }

    #[test]
    fn given_groups_then_each_thing_counts_in_its_own() {
        let by = |by| figures(decision(), Window { by: Some(by), ..until(60) });
        assert_eq!(by(By::Month).keys().collect::<Vec<_>>(), ["2026-03"]);
        assert_eq!(by(By::Priority).keys().collect::<Vec<_>>(), ["none"]);
        let roles = by(By::Role);
        assert_eq!(roles["engineering"].times[&DutyKind::EngAssess].len(), 1);
        assert!(!roles["support"].times.contains_key(&DutyKind::EngAssess));
        assert_eq!(roles["unknown"].arrived, 1);
    }

    #[test]
    fn given_a_customers_group_then_an_escalation_counts_for_each_of_its_customers() {
        let window = Window { by: Some(By::Customer), ..until(60) };
        let customers = vec!["Alder".to_owned(), "Birch".to_owned(), "Alder".to_owned()];
        let mut all = Figures::new();
        let attributes = Attributes { customers, ..Attributes::default() };
        measure(&mut all, &histories(decision())["CUS-1"], &attributes, window);
        assert_eq!(all.keys().collect::<Vec<_>>(), ["Alder", "Birch"]);
        assert_eq!((all["Alder"].escalated, all["Birch"].escalated), (1, 1));
    }

    #[test]
    fn percentiles_are_those_of_the_nearest_rank() {
        let times = |hours: &[i64]| -> Vec<Taken> {
            hours.iter().map(|hours| Taken { time: TimeDelta::hours(*hours), in_time: Some(*hours < 5) }).collect()
        };
        assert_eq!(summary(&[]), None);
        let one = summary(&times(&[7])).unwrap();
        assert_eq!((one.median.num_hours(), one.ninth_decile.num_hours(), one.in_time), (7, 7, Some(0.0)));
        let ten = summary(&times(&[10, 9, 8, 7, 6, 5, 4, 3, 2, 1])).unwrap();
        assert_eq!((ten.median.num_hours(), ten.ninth_decile.num_hours(), ten.in_time), (5, 9, Some(0.4)));
    }

    #[test]
    fn given_a_ticket_reopened_then_it_is_counted_and_its_checklist_is_not_a_first_one() {
        let mut decision = decision();
        decision.push((55, reopen("CUS-1").into()));
        decision.push((56, eng_assess(Impact::One).into()));
        decision.push((57, patch("8.4").into()));
        let all = figures(decision, until(60));
        assert_eq!((all[""].reopened, all[""].checklists), (1, 1));
        assert_eq!(all[""].slipped, 1, "a decision after reopening puts nothing off");
    }
}
