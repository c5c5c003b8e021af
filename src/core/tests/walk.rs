//! Every state that the core can reach with two customers' tickets on one CUS ticket.

use std::collections::{HashMap, HashSet, VecDeque};

use super::given::{
    backlog, close, close_as, complete, confirm, edit, eng_assess, escalate, hold, join, lift, next_release, patch,
    reopen, say, send_back, set_priority, ship, to_postmortem, two_escalated, unlink,
};
use super::kit::World;
use crate::core::case::{Case, Ticket};
use crate::core::command::{Command, Complete, Edit, Notify, Release};
use crate::core::cus::{Cus, Link, Told};
use crate::core::decide::decide;
use crate::core::duty::{DutyKind, Owed};
use crate::core::event::{Event, Fact};
use crate::core::key::Key;
use crate::core::notice::tentative_sentence;
use crate::core::owed::owed;
use crate::core::stage::{CusStage, Stage};
use crate::core::words::{AnswerKind, Audience, ChecklistItem, Impact, Priority, Resolution, Role, Word};

/// Everything that anybody can try, with two versions, two priorities and two impacts. People tell in their own words
/// here, which is settled and kept in order in the same way as a template's.
fn alphabet() -> Vec<Command> {
    let mut commands: Vec<Command> = vec![
        send_back(&[ChecklistItem::Steps]).into(),
        Complete { steps: Some("better".to_owned()), ..complete() }.into(),
        eng_assess(Impact::Some).into(),
        eng_assess(Impact::Large).into(),
        patch("1").into(),
        next_release("2").into(),
        backlog().into(),
        say(Audience::Product, "told").into(),
        say(Audience::Marketing, "told").into(),
        to_postmortem().into(),
        ship().into(),
        close().into(),
        close_as(Resolution::NotABug).into(),
        close_as(Resolution::Withdrawn).into(),
        reopen("CUS-1").into(),
        set_priority(Priority::High).into(),
        Edit { note: Some("calm".to_owned()), ..set_priority(Priority::Medium) }.into(),
    ];
    for csd in ["CSD-1", "CSD-2"] {
        commands.extend([
            tell_about(csd, Audience::Support),
            tell_about(csd, Audience::Customer),
            Command::from(confirm(csd, AnswerKind::Resolved)),
            confirm(csd, AnswerKind::NotResolved).into(),
            confirm(csd, AnswerKind::Unreachable).into(),
            unlink(csd).into(),
            join(csd).into(),
        ]);
    }
    commands
}

fn tell_about(csd: &str, to: Audience) -> Command {
    Notify { csd: Some(super::kit::key(csd)), ..say(to, "told") }.into()
}

/// What tells one state from another: times, sequences, texts and what was told long ago are left out.
type Essence = (String, Vec<String>);

fn essence(case: &Case) -> Essence {
    let mut customers = Vec::new();
    let mut escalation = String::new();
    for ticket in &case.tickets {
        match ticket {
            Ticket::Csd(csd) => {
                let link =
                    csd.cus.as_ref().and_then(|cus| case.cus(cus)).and_then(|cus| Some((cus, cus.link(&csd.id)?)));
                let told = link.map(|(cus, link)| told(cus, link));
                customers.push(format!("{} {:?} {told:?}", csd.stage, csd.answer));
            }
            Ticket::Cus(cus) => escalation = escalation_essence(cus),
        }
    }
    // The two customers stand for each other.
    customers.sort();
    (escalation, customers)
}

/// What cannot matter any more before it is set anew is left out: an assessment's impact before the next assessment,
/// what Marketing knows before the next decision, the word to Product before everybody is decided.
fn escalation_essence(cus: &Cus) -> String {
    let is_under_way = matches!(cus.stage, CusStage::EngAssessed | CusStage::ReleaseAssessed | CusStage::Postmortem);
    let release = cus.release.as_ref().filter(|_| is_under_way);
    let release = release.map(|release| (release.decision, release.shipped.is_some()));
    let impact = cus.assessment.as_ref().map(|assessment| assessment.impact).filter(|_| is_under_way);
    let flags = [
        cus.assessment.is_some(),
        cus.alert_owed,
        cus.alerted,
        cus.marketing_told && release.is_some(),
        cus.word_given && cus.is_decided(),
        cus.wanting.is_empty(),
    ];
    let closing = cus.closing.as_ref().map(|closing| closing.resolution);
    format!("{} {} {impact:?} {release:?} {flags:?} {closing:?}", cus.stage, cus.priority)
}

fn told(cus: &Cus, link: &Link) -> String {
    let known = |told: Option<Told>| match told {
        None => "nothing",
        Some(told) if told.facts == cus.facts => "all",
        Some(_) => "old",
    };
    let is_ahead = link.support_told.map(|told| told.facts) > link.customer_told.map(|told| told.facts);
    let answer = link.answer.as_ref().map(|answer| answer.kind);
    format!("{} {} {is_ahead} {answer:?}", known(link.support_told), known(link.customer_told))
}

struct Walk {
    states: Vec<World>,
    next: Vec<Vec<usize>>,
}

/// What follows from a command, where it is accepted. Notices are forgotten at once: only what they settled matters.
fn after(world: &World, command: &Command) -> Option<(Vec<Event>, World)> {
    let events = decide(&world.case, command, &world.meta).ok()?;
    let mut after = world.clone();
    for event in &events {
        after.case.apply(event);
    }
    for ticket in &mut after.case.tickets {
        if let Ticket::Cus(cus) = ticket {
            cus.notices.clear();
        }
    }
    Some((events, after))
}

/// Breadth first, looking at each step on its way.
fn walk(mut look: impl FnMut(&World, &Command, &[Event], &World)) -> Walk {
    let begin = two_escalated(Priority::Medium);
    let mut known: HashMap<Essence, usize> = HashMap::from([(essence(&begin.case), 0)]);
    let mut walk = Walk { states: vec![begin], next: vec![Vec::new()] };
    let mut queue = VecDeque::from([0]);
    let commands = alphabet();
    while let Some(n) = queue.pop_front() {
        for command in &commands {
            let Some((events, after)) = after(&walk.states[n], command) else { continue };
            look(&walk.states[n], command, &events, &after);
            let fresh = walk.states.len();
            let place = *known.entry(essence(&after.case)).or_insert(fresh);
            if place == fresh {
                walk.states.push(after);
                walk.next.push(Vec::new());
                queue.push_back(fresh);
            }
            walk.next[n].push(place);
        }
    }
    walk
}

fn the_cus(world: &World) -> &Cus {
    world.cus("CUS-1")
}

/// The commands of which one settles a duty, with every input given.
fn settling(owed: &Owed) -> Vec<Command> {
    let csd = owed.duty.csd.as_ref().map_or("", Key::as_str);
    match owed.duty.kind {
        DutyKind::Assess | DutyKind::Resolve | DutyKind::LiftHold | DutyKind::Ship => Vec::new(),
        DutyKind::Escalate => {
            vec![escalate(&["CSD-1"], Priority::Low).into(), escalate(&["CSD-2"], Priority::Low).into()]
        }
        DutyKind::EngAssess => vec![eng_assess(Impact::Some).into()],
        DutyKind::Complete => vec![Complete { note: Some("so".to_owned()), ..complete() }.into()],
        DutyKind::AlertProduct | DutyKind::WordToProduct => vec![say(Audience::Product, "told").into()],
        DutyKind::Release => vec![patch("1").into()],
        DutyKind::TellMarketing => vec![say(Audience::Marketing, "told").into()],
        DutyKind::TellSupport => vec![tell_about(csd, Audience::Support)],
        DutyKind::TellCustomer => vec![tell_about(csd, Audience::Customer)],
        DutyKind::Postmortem => vec![to_postmortem().into()],
        DutyKind::Confirm => vec![confirm(csd, AnswerKind::Resolved).into()],
        DutyKind::Review => vec![Release { note: Some("still".to_owned()), ..backlog() }.into()],
        DutyKind::Close => vec![close().into()],
    }
}

#[test]
fn every_state_keeps_what_the_process_promises() {
    let mut told_tentatively = 0;
    let mut entered_postmortem = 0;
    let mut closed_as_fixed = 0;
    let walk = walk(|before, command, events, after| {
        for event in events {
            assert!(Stage::is_legal_change(event.before, event.after), "{command:?}");
        }
        let (old, new) = (the_cus(before), the_cus(after));
        if old.stage != CusStage::Postmortem && new.stage == CusStage::Postmortem {
            entered_postmortem += 1;
            assert!(!old.owes_alert() && !old.owes_marketing(), "R14 and R17 are done");
            assert!(!new.links.is_empty());
            for link in &new.links {
                assert!(new.support_knows(link), "each reporter was told the decision in force (R19)");
            }
        }
        let is_fixed = new.closing.as_ref().is_some_and(|closing| closing.resolution == Resolution::Fixed);
        if is_fixed && old.stage != CusStage::Closed {
            closed_as_fixed += 1;
            assert!(!new.links.is_empty() && new.links.iter().all(Link::is_decided), "R24");
        }
        for event in events {
            if let Fact::Notified(fact) = &event.fact
                && fact.to == Audience::Customer
                && let Some(sentence) = tentative_sentence(old)
            {
                told_tentatively += 1;
                assert!(fact.texts.message.contains(&sentence) && sentence.contains("TENTATIVE"), "R22");
            }
        }
    });
    // The walk is worth something only where it really meets what it watches for.
    assert!(told_tentatively > 0 && entered_postmortem > 0 && closed_as_fixed > 0);
    assert!(walk.states.len() > 1_000, "{} states", walk.states.len());
    for world in &walk.states {
        everything_owed_can_be_settled(world);
        let cus = the_cus(world);
        let is_over = cus.is_finished() && cus.links.iter().all(|link| world.csd(link.csd.as_str()).is_resolved());
        assert_eq!(cus.is_finished(), is_over, "a finished ticket's customers are all resolved");
        if is_over {
            assert!(world.owed("CUS-1").is_empty(), "a finished ticket owes nothing");
        }
    }
    every_state_leads_to_closing(&walk);
}

fn everything_owed_can_be_settled(world: &World) {
    for ticket in &world.case.tickets {
        let fixed: Vec<_> = ticket.due().iter().map(|due| due.duty.clone()).collect();
        for owed in owed(&world.case, ticket) {
            assert!(Role::ALL.contains(&owed.by));
            assert!(fixed.contains(&owed.duty), "{:?} has a due time that an event fixed", owed.duty);
            let is_settled = settling(&owed).iter().any(|command| {
                after(world, command).is_some_and(|(_, after)| {
                    let ticket = after.case.ticket(ticket.id()).unwrap();
                    !crate::core::owed::owed(&after.case, ticket).iter().any(|left| left.duty == owed.duty)
                })
            });
            assert!(is_settled, "{:?} cannot be settled in {:?}", owed.duty, essence(&world.case));
        }
    }
}

/// From every state that is not closed, legal steps lead on to closing. A CUS ticket that was withdrawn is closed.
fn every_state_leads_to_closing(walk: &Walk) {
    let mut back: Vec<Vec<usize>> = vec![Vec::new(); walk.states.len()];
    for (from, next) in walk.next.iter().enumerate() {
        for to in next {
            back[*to].push(from);
        }
    }
    let closed = (0..walk.states.len()).filter(|n| the_cus(&walk.states[*n]).is_closed());
    let mut queue: VecDeque<usize> = closed.collect();
    let mut leads: HashSet<usize> = queue.iter().copied().collect();
    while let Some(n) = queue.pop_front() {
        for from in &back[n] {
            if leads.insert(*from) {
                queue.push_back(*from);
            }
        }
    }
    for (n, world) in walk.states.iter().enumerate() {
        assert!(leads.contains(&n), "no way to closing from {:?}", essence(&world.case));
    }
}

#[test]
fn holds_have_a_walk_of_their_own() {
    let mut world = two_escalated(Priority::High).given(hold(Some("5.1"))).eng_assessed().given(patch("1"));
    assert_eq!(world.due("CUS-1", DutyKind::LiftHold), None);
    world.when(ship());
    assert_eq!(world.due("CUS-1", DutyKind::LiftHold), Some(24));
    let explained = world.clone().given(hold(None));
    assert_eq!(explained.due("CUS-1", DutyKind::LiftHold), None);
    assert!(explained.cus("CUS-1").hold.is_some());
    world.when(lift());
    assert_eq!(world.due("CUS-1", DutyKind::LiftHold), None);
    assert!(world.cus("CUS-1").hold.is_none());
    world.refused(edit("CUS-1"));
}
