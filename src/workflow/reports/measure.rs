//! Measuring one ticket's history: what came and went, how long each duty took, what is late, and which role had the
//! ball.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::stats::{Attributes, By, Grouped, Span, Taken, Tally, week};
use crate::workflow::event::{Event, Fact};
use crate::workflow::obligations::duty::{Duty, DutyKind};
use crate::workflow::tickets::cus::Cus;
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::time::Time;
use crate::workflow::vocabulary::Role;

/// Adds the figures of one ticket to each report, from all its events in order, each with the number of its command.
///
/// Duties are compared between commands: the last event of a command carries the due times that it fixes.
pub fn measure(reports: &mut [Grouped], history: &[(i64, Event)], attributes: &Attributes, span: Span) {
    let history = match span.until {
        Some(until) => history.get(..history.partition_point(|(_, event)| event.at <= until)).unwrap_or(history),
        None => history,
    };
    let mut tickets = Tickets::default();
    let mut measure = Measure { reports, attributes, span, open: Vec::new(), last: None };
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
    measure.hold(span.end());
    measure.late(span.end());
}

/// A ticket's history as it is measured.
struct Measure<'a> {
    reports: &'a mut [Grouped],
    attributes: &'a Attributes,
    span: Span,
    open: Vec<Open>,
    last: Option<Time>,
}

/// An open duty.
struct Open {
    duty: Duty,
    begins: Time,
    due: Option<Time>,
    by: Role,
}

/// Returns the groups in which something counts.
fn groups(by: Option<By>, attributes: &Attributes, at: Time, role: Option<Role>) -> Vec<String> {
    let none = || "none".to_owned();
    match by {
        None => vec![String::new()],
        Some(By::Week) => vec![week(at).to_string()],
        Some(By::Month) => vec![at.format("%Y-%m").to_string()],
        Some(By::Customer) => attributes.customers.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect(),
        Some(By::Priority) => vec![attributes.priority.map_or_else(none, |priority| priority.to_string())],
        Some(By::Version) => vec![attributes.version.clone().unwrap_or_else(none)],
        Some(By::Role) => vec![role.map_or_else(|| "unknown".to_owned(), |role| role.to_string())],
    }
}

impl Measure<'_> {
    /// Counts something in each of its groups, unless it happened before the span.
    fn add(&mut self, at: Time, role: Option<Role>, add: impl Fn(&mut Tally)) {
        if self.span.since.is_some_and(|since| at < since) {
            return;
        }
        for report in &mut *self.reports {
            for group in groups(report.by, self.attributes, at, role) {
                add(report.figures.entry(group).or_default());
            }
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
        let (still, gone): (Vec<Open>, Vec<Open>) =
            std::mem::take(&mut self.open).into_iter().partition(|open| demands.contains(&open.duty));
        self.open = still;
        for open in gone {
            let kind = open.duty.kind;
            if has_settled(kind) {
                let time = (at - open.begins).max(TimeDelta::zero());
                let taken = Taken { time, in_time: open.due.map(|due| at <= due) };
                self.add(at, Some(open.by), |tally| tally.times.entry(kind).or_default().push(taken));
            } else if !demands.iter().any(|duty| duty.takes_the_place_of(&open.duty)) {
                let is_late = u64::from(open.due.is_some_and(|due| due < at));
                self.add(at, Some(open.by), |tally| {
                    let not_done = tally.not_done.entry(kind).or_default();
                    not_done.ended += 1;
                    not_done.ended_late += is_late;
                });
            }
        }
        for duty in demands {
            let fixed = ticket.due().iter().find(|due| due.duty == duty);
            let by = match ticket {
                Ticket::Csd(csd) => csd.owner(duty.kind),
                Ticket::Cus(_) => Cus::owner(duty.kind),
            };
            let due = fixed.map(|fixed| fixed.due);
            match self.open.iter_mut().find(|open| open.duty == duty) {
                Some(open) => (open.by, open.due) = (by, due),
                None => self.open.push(Open { duty, begins: fixed.map_or(at, |fixed| fixed.begins), due, by }),
            }
        }
    }

    /// Counts the duties that are open then and late.
    fn late(&mut self, at: Time) {
        for open in std::mem::take(&mut self.open) {
            if open.due.is_some_and(|due| due < at) {
                self.add(at, Some(open.by), |tally| tally.not_done.entry(open.duty.kind).or_default().late += 1);
            }
        }
    }

    /// Adds the time up to then to each role that owes something.
    fn hold(&mut self, until: Time) {
        if let Some(last) = self.last {
            let from = self.span.since.map_or(last, |since| last.max(since));
            // The next word is owed of every open ticket, and keeps nothing from moving (R33).
            let balls = self.open.iter().filter(|open| open.duty.kind != DutyKind::NextWord);
            let mut begun: BTreeMap<Role, Time> = BTreeMap::new();
            for open in balls.filter(|open| open.begins < until && from < until) {
                let begins = begun.entry(open.by).or_insert(open.begins);
                *begins = open.begins.min(*begins);
            }
            for (role, begins) in begun {
                let time = until - begins.max(from);
                self.add(until, Some(role), |tally| *tally.held.entry(role).or_insert_with(TimeDelta::zero) += time);
            }
        }
        self.last = Some(until);
    }
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
    use std::collections::BTreeMap;

    use super::*;
    use crate::workflow::command::Command;
    use crate::workflow::reports::stats::{Figures, NotDone};
    use crate::workflow::tests::given::{
        assess, backlog, close, complete, confirm, eng_assess, escalate, next_release, patch, promised, reopen, report,
        send_back, ship, tell, to_postmortem,
    };
    use crate::workflow::tests::kit::{World, hour};
    use crate::workflow::vocabulary::{AnswerKind, Audience, ChecklistItem, Impact, Priority};

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

    fn figures(commands: Vec<(i64, Command)>, span: Span) -> Figures {
        grouped(&histories(commands), None, span)
    }

    fn grouped(histories: &BTreeMap<String, Vec<(i64, Event)>>, by: Option<By>, span: Span) -> Figures {
        let mut all = [Grouped::new(by)];
        for history in histories.values() {
            measure(&mut all, history, &Attributes::default(), span);
        }
        let [all] = all;
        all.figures
    }

    fn until(hours: i64) -> Span {
        Span { since: None, until: None, now: hour(hours) }
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
        let held = |now| figures(commands.clone(), Span { since: Some(hour(1)), ..until(now) });
        assert!(held(10 * 24).is_empty());
        assert_eq!(held(10 * 24 + 2)[""].held, BTreeMap::from([(Role::Engineering, TimeDelta::hours(2))]));
    }

    #[test]
    fn given_a_window_then_what_was_before_does_not_count() {
        let span = Span { since: Some(hour(5)), ..until(15) };
        let commands = vec![
            (0, report("Alder").into()),
            (2, assess("CSD-1").into()),
            (5, escalate(&["CSD-1"], Priority::Low).into()),
        ];
        let all = figures(commands, span);
        assert_eq!((all[""].arrived, all[""].escalated), (0, 1));
        assert!(!all[""].held.contains_key(&Role::Support));
    }

    #[test]
    fn given_history_without_due_times_then_how_long_it_took_is_known_and_not_whether_in_time() {
        let mut histories = histories(decision());
        for (_, event) in histories.values_mut().flatten() {
            event.due.clear();
        }
        let all = grouped(&histories, None, until(60));
        let taken = all[""].times[&DutyKind::EngAssess][0];
        assert_eq!((taken.time.num_hours(), taken.in_time), (32, None));
        assert_eq!(all[""].summary(DutyKind::EngAssess).unwrap().in_time, None);
    }

    #[test]
    fn given_groups_then_each_thing_counts_in_its_own() {
        let by = |by| grouped(&histories(decision()), Some(by), until(60));
        assert_eq!(by(By::Month).keys().collect::<Vec<_>>(), ["2026-03"]);
        assert_eq!(by(By::Priority).keys().collect::<Vec<_>>(), ["none"]);
        let roles = by(By::Role);
        assert_eq!(roles["engineering"].times[&DutyKind::EngAssess].len(), 1);
        assert!(!roles["support"].times.contains_key(&DutyKind::EngAssess));
        assert_eq!(roles["unknown"].arrived, 1);
    }

    #[test]
    fn given_a_customers_group_then_an_escalation_counts_for_each_of_its_customers() {
        let customers = vec!["Alder".to_owned(), "Birch".to_owned(), "Alder".to_owned()];
        let mut all = [Grouped::new(Some(By::Customer))];
        let attributes = Attributes { customers, ..Attributes::default() };
        measure(&mut all, &histories(decision())["CUS-1"], &attributes, until(60));
        let [Grouped { figures: all, .. }] = all;
        assert_eq!(all.keys().collect::<Vec<_>>(), ["Alder", "Birch"]);
        assert_eq!((all["Alder"].escalated, all["Birch"].escalated), (1, 1));
    }

    #[test]
    fn percentiles_are_those_of_the_nearest_rank() {
        let summary = |hours: &[i64]| {
            let taken = |hours: &i64| Taken { time: TimeDelta::hours(*hours), in_time: Some(*hours < 5) };
            let times = BTreeMap::from([(DutyKind::Close, hours.iter().map(taken).collect())]);
            let summary = Tally { times, ..Tally::default() }.summary(DutyKind::Close)?;
            Some((summary.median?.num_hours(), summary.ninth_decile?.num_hours(), summary.in_time))
        };
        assert_eq!(summary(&[]), None);
        assert_eq!(summary(&[7]), Some((7, 7, Some(0.0))));
        assert_eq!(summary(&[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]), Some((5, 9, Some(0.4))));
    }

    #[test]
    fn given_a_duty_open_and_late_then_it_counts_as_not_in_time() {
        let commands = vec![(0, report("Alder").into()), (2, assess("CSD-1").into())];
        let all = figures(commands.clone(), until(400));
        let late =
            [DutyKind::Escalate, DutyKind::NextWord].map(|kind| (kind, NotDone { late: 1, ..NotDone::default() }));
        assert_eq!(all[""].not_done, BTreeMap::from(late));
        let summary = all[""].summary(DutyKind::Escalate).unwrap();
        assert_eq!((summary.count, summary.median, summary.in_time), (0, None, Some(0.0)));
        assert_eq!(all[""].in_time(&[DutyKind::Assess]), Some(1.0));
        assert_eq!(figures(commands, until(3))[""].not_done, BTreeMap::new());
    }

    #[test]
    fn given_a_duty_that_something_else_ends_then_it_is_counted_and_late_where_it_was() {
        let returned = |at| {
            let commands = vec![
                (0, report("Alder").into()),
                (0, assess("CSD-1").into()),
                (0, escalate(&["CSD-1"], Priority::High).into()),
                (at, send_back(&[ChecklistItem::Steps]).into()),
            ];
            figures(commands, until(at)).remove("").unwrap_or_default()
        };
        let (soon, late) = (returned(1), returned(200));
        let ended = NotDone { ended: 1, ..NotDone::default() };
        assert_eq!(soon.not_done, BTreeMap::from([(DutyKind::EngAssess, ended)]));
        assert_eq!(soon.in_time(&[DutyKind::EngAssess]), None);
        assert_eq!(late.not_done[&DutyKind::EngAssess], NotDone { ended_late: 1, ..ended });
        assert_eq!(late.in_time(&[DutyKind::EngAssess]), Some(0.0));
    }

    #[test]
    fn given_an_end_then_what_came_after_it_does_not_count() {
        let span = Span { until: Some(hour(8)), ..until(60) };
        let tally = figures(decision(), span).remove("").unwrap_or_default();
        assert_eq!((tally.escalated, tally.returned, tally.checklists), (1, 1, 1));
        assert!(!tally.times.contains_key(&DutyKind::EngAssess));
        assert_eq!(tally.held[&Role::Support], TimeDelta::hours(7));
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
