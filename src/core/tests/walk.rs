//! Every state that the core can reach with two customers' tickets on one CUS ticket, and what holds in each.

use std::collections::{HashMap, VecDeque};

use super::given::{
    assess, backlog, close, close_as, complete, confirm, duplicate_of, eng_assess, escalate, hold, join, lift,
    next_release, patch, promised, release, reopen, report, resolve, say, send_back, set_priority, ship, tell,
    tell_about, to_postmortem, unlink,
};
use super::invariants::{Ghost, in_words, look_at_state, look_at_step};
use super::kit::{World, key};
use crate::core::case::{Case, Ticket};
use crate::core::command::{Assess, Command, Complete};
use crate::core::cus::{Cus, Link};
use crate::core::decide::decide;
use crate::core::notice::Templates;
use crate::core::words::{AnswerKind, Audience, ChecklistItem, Decision, Handler, Impact, Priority, Resolution, Word};

/// A state: the tickets, and what the walk itself remembers of the way there.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) case: Case,
    pub(crate) ghost: Ghost,
}

/// What makes two states the same. Times, revisions, rounds, texts and past notices are left out, and of the revision
/// that somebody was told only whether it is in force, older or none, and who knows the newer one.
fn shape(state: &State) -> Vec<u8> {
    let mut shape = state.ghost.shape();
    for ticket in &state.case.tickets {
        shape.push(u8::MAX);
        match ticket {
            Ticket::Csd(csd) => {
                shape.push(csd.stage as u8);
                shape.push(csd.cus.as_ref().map_or(0, |cus| cus.as_str().as_bytes()[4]));
                shape.push(csd.answer.map_or(9, |answer| answer as u8));
            }
            Ticket::Cus(cus) => shape_of_cus(cus, &mut shape),
        }
    }
    shape
}

fn shape_of_cus(cus: &Cus, shape: &mut Vec<u8>) {
    shape.extend([cus.stage as u8, cus.priority as u8, u8::from(cus.wanting.is_empty())]);
    shape.push(cus.assessment.as_ref().map_or(9, |assessment| assessment.impact as u8));
    if let Some(release) = &cus.release {
        let version = release.fix_version.as_ref().map_or(0, |version| version.as_bytes()[0]);
        let dated = u8::from(release.target_date.is_some());
        shape.extend([release.decision as u8, version, dated, u8::from(release.shipped.is_some())]);
    }
    let flags = [cus.alert_owed, cus.alerted, cus.marketing_told, cus.word_given, cus.hold_explained];
    shape.extend(flags.map(u8::from));
    shape.push(cus.hold.as_ref().map_or(0, |hold| 1 + u8::from(hold.version.is_some())));
    shape.push(match cus.closing.as_ref().map(|closing| closing.resolution) {
        None => 0,
        Some(Resolution::NotABug | Resolution::CannotReproduce | Resolution::WontFix) => 1,
        Some(other) => 2 + other as u8,
    });
    let mut links: Vec<&Link> = cus.links.iter().collect();
    links.sort_by(|a, b| a.csd.cmp(&b.csd));
    for link in links {
        let known = [link.support_told, link.customer_told].map(|told| told.map_or(0, |told| told.facts));
        shape.extend(known.map(|facts| if facts == cus.facts && facts > 0 { 2 } else { u8::from(facts > 0) }));
        shape.push(known[0].cmp(&known[1]) as u8);
        shape.push(link.csd.as_str().as_bytes()[4]);
        shape.push(link.answer.as_ref().map_or(9, |answer| answer.kind as u8));
    }
}

/// The states in the order in which they were found, as the steps between them.
pub(crate) struct Walk {
    steps: Vec<Vec<u32>>,
    is_goal: Vec<bool>,
}

/// Walks breadth first from that world by these commands; `may` bounds the walk.
fn walk(begin: World, alphabet: &[Command], may: impl Fn(&Case, &Command) -> bool) -> Walk {
    let mut meta = begin.meta;
    meta.templates = Templates { customer: "{{ csd.key }} {{ fix_version }}".into(), ..one_word_templates() };
    let begin = State { case: begin.case, ghost: Ghost::default() };
    let mut known: HashMap<Vec<u8>, u32> = HashMap::from([(shape(&begin), 0)]);
    let mut queue = VecDeque::from([begin]);
    let mut walk = Walk { steps: Vec::new(), is_goal: Vec::new() };
    while let Some(state) = queue.pop_front() {
        look_at_state(&state, &meta);
        walk.is_goal.push(state.case.cus(&key("CUS-1")).is_some_and(Cus::is_finished));
        let mut steps = Vec::new();
        for command in alphabet.iter().filter(|command| may(&state.case, command)) {
            let Ok(events) = decide(&state.case, command, &meta) else { continue };
            let mut after = state.clone();
            for event in &events {
                look_at_step(&after, event);
                after.ghost.see(&after.case, event);
                after.case.apply(event);
            }
            for ticket in &mut after.case.tickets {
                if let Ticket::Cus(cus) = ticket {
                    cus.notices.clear();
                }
            }
            let next = u32::try_from(known.len()).unwrap();
            let place = *known.entry(shape(&after)).or_insert(next);
            if place == next {
                queue.push_back(after);
            }
            steps.push(place);
        }
        walk.steps.push(steps);
    }
    walk
}

fn one_word_templates() -> Templates {
    Templates { support: "S".into(), product: "P".into(), marketing: "M".into(), customer: "C".into() }
}

impl Walk {
    /// From every state, steps lead on to one where the CUS ticket is finished.
    fn always_leads_on_to_the_end(&self) {
        let mut back: Vec<Vec<u32>> = vec![Vec::new(); self.steps.len()];
        for (from, steps) in self.steps.iter().enumerate() {
            for to in steps {
                back[*to as usize].push(u32::try_from(from).unwrap());
            }
        }
        let mut leads = self.is_goal.clone();
        let mut queue: Vec<u32> = (0..).zip(&leads).filter(|(_, is_goal)| **is_goal).map(|(n, _)| n).collect();
        assert!(!queue.is_empty());
        while let Some(n) = queue.pop() {
            for from in &back[n as usize] {
                if !std::mem::replace(&mut leads[*from as usize], true) {
                    queue.push(*from);
                }
            }
        }
        let stuck = leads.iter().filter(|leads| !**leads).count();
        assert_eq!(stuck, 0, "of {} states so many never come to an end", leads.len());
    }
}

/// `CSD-1` and `CSD-2` are reported.
fn two_reported() -> World {
    World::new().given(report("Alder")).given(report("Birch"))
}

/// What can be done with the CUS ticket, but for its holds.
fn common() -> Vec<Command> {
    vec![
        send_back(&[ChecklistItem::Steps]).into(),
        Complete { note: Some("So".to_owned()), ..complete() }.into(),
        patch("8.2").into(),
        release(Decision::NextRelease, Some("9.0")).into(),
        promised(30, next_release("9.0")).into(),
        backlog().into(),
        in_words(tell(Audience::Product)),
        in_words(tell(Audience::Marketing)),
        to_postmortem().into(),
        ship().into(),
        close().into(),
        reopen("CUS-1").into(),
    ]
}

fn about(csd: &str) -> Vec<Command> {
    let mut commands: Vec<Command> = vec![
        assess(csd).into(),
        Assess { handled_by: Handler::Support, ..assess(csd) }.into(),
        resolve(csd).into(),
        escalate(&[csd], Priority::Medium).into(),
        join(csd).into(),
        unlink(csd).into(),
        reopen(csd).into(),
        in_words(tell_about(csd, Audience::Support)),
        in_words(tell_about(csd, Audience::Customer)),
    ];
    commands.extend(AnswerKind::ALL.iter().map(|answer| confirm(csd, *answer).into()));
    commands
}

/// One CUS ticket alone is walked over: a second is not begun, and what became a duplicate is left there. Before it
/// there is one, tickets go to and fro outside Engineering; afterwards they wait for it.
fn one_cus_ticket(case: &Case, command: &Command) -> bool {
    let elsewhere = |csd: &crate::core::key::Key| case.csd(csd).is_some_and(|csd| csd.cus == Some(key("CUS-9")));
    let begun = case.cus(&key("CUS-1")).is_some();
    match command {
        Command::Escalate(_) | Command::Resolve(_) | Command::Assess(_) => !begun,
        Command::Confirm(command) => !elsewhere(&command.csd),
        Command::Unlink(command) => !elsewhere(&command.csd),
        Command::Reopen(command) => !elsewhere(&command.key),
        _ => begun,
    }
}

#[test]
fn two_customers_on_one_ticket() {
    let mut alphabet = common();
    alphabet.extend(about("CSD-1"));
    alphabet.extend(about("CSD-2"));
    alphabet.push(eng_assess(Impact::Some).into());
    alphabet.extend([Resolution::NotABug, Resolution::Withdrawn].map(|how| close_as(how).into()));
    let t = std::time::Instant::now();
    let walk = walk(two_reported(), &alphabet, one_cus_ticket);
    eprintln!("{} states {:?}", walk.steps.len(), t.elapsed());
    walk.always_leads_on_to_the_end();
}
