//! Every state that two CSD tickets on one CUS ticket can reach, and the invariants of each.

use std::collections::{BTreeSet, HashMap, VecDeque};

use super::given::{
    assess, backlog, close, close_as, complete, confirm, duplicate_of, eng_assess, escalate, escalated, hold, join,
    lift, next_release, patch, promised, reopen, report, resolve, send_back, set_priority, ship, tell, tell_about,
    to_postmortem, two_escalated, unlink,
};
use super::invariants::{Ghost, in_words, look_at_state, look_at_step};
use super::kit::{World, key};
use super::vanishing::look_at_what_vanished;
use crate::workflow::command::{Assess, Command, Complete, LiftHold};
use crate::workflow::key::Key;
use crate::workflow::notices::draft::NoticeSettings;
use crate::workflow::rules::decide;
use crate::workflow::tickets::cus::{Cus, Hold};
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::{AnswerKind, Audience, ChecklistItem, Handler, Impact, Priority, Resolution, Word};

/// A state: the tickets, and what the walk itself remembers of the way there.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) tickets: Tickets,
    pub(crate) ghost: Ghost,
}

/// The identity of a state. Times, revisions, rounds, texts and past notices are left out, and of the revision
/// that somebody was told only whether it is in force, older or none, and who knows the newer one. Which of the two
/// customers is which makes no difference either.
fn shape(state: &State) -> Vec<u8> {
    let one = shape_with(state, ["CSD-1", "CSD-2"]);
    one.min(shape_with(state, ["CSD-2", "CSD-1"]))
}

fn shape_with(state: &State, customers: [&str; 2]) -> Vec<u8> {
    let mut shape = state.ghost.shape(customers);
    for cus in state.tickets.all.iter().filter_map(|ticket| state.tickets.cus(ticket.id())) {
        shape_of_cus(cus, &mut shape);
    }
    for csd in customers.iter().filter_map(|csd| state.tickets.csd(&key(csd))) {
        shape.extend([u8::MAX, csd.stage as u8, csd.answer.map_or(9, |answer| answer as u8)]);
        let Some(cus) = state.tickets.cus_for(&csd.id) else { continue };
        let link = cus.link(&csd.id).expect("a linked ticket has its link");
        let known = [link.support_told, link.customer_told].map(|told| told.map_or(0, |told| told.facts));
        shape.push(cus.key.as_str().as_bytes()[4]);
        shape.extend(known.map(|facts| if facts == cus.facts && facts > 0 { 2 } else { u8::from(facts > 0) }));
        shape.push(known[0].cmp(&known[1]) as u8);
        shape.push(link.answer.as_ref().map_or(9, |answer| answer.kind as u8));
        let is_given_up = link.given_up.is_some_and(|given_up| given_up.facts == cus.facts);
        shape.extend([is_given_up, link.promised.is_some(), cus.complaints.contains(&csd.id)].map(u8::from));
    }
    shape
}

fn shape_of_cus(cus: &Cus, shape: &mut Vec<u8>) {
    shape.extend([cus.stage as u8, cus.priority as u8, u8::from(cus.wanting.is_empty())]);
    shape.push(cus.assessment.as_ref().map_or(9, |assessment| assessment.impact as u8));
    let flags = [cus.alert_owed, cus.alerted, cus.marketing_owed, cus.marketing_told, cus.reopened];
    shape.extend(flags.map(u8::from));
    shape.extend([cus.was_alerted, cus.marketing_was_told, cus.postmortem.root_cause.is_some()].map(u8::from));
    shape.push(cus.owes_postmortem().into());
    shape.push(u8::try_from(cus.corrections.len()).unwrap_or(u8::MAX));
    let mut holds: Vec<u8> = cus.holds.iter().map(shape_of_hold).collect();
    holds.sort_unstable();
    shape.extend([u8::MAX, u8::try_from(holds.len()).unwrap_or(u8::MAX)]);
    shape.extend(holds);
    shape.push(match cus.closing.as_ref().map(|closing| closing.resolution) {
        None => 0,
        Some(Resolution::NotABug | Resolution::CannotReproduce | Resolution::WontFix) => 1,
        Some(other) => 2 + other as u8,
    });
    if let Some(release) = &cus.release {
        let version = release.fix_version.as_ref().map_or(0, |version| version.as_bytes()[0]);
        let dated = u8::from(release.target_date.is_some());
        shape.extend([release.decision as u8, version, dated, u8::from(release.shipped.is_some())]);
    }
}

fn shape_of_hold(hold: &Hold) -> u8 {
    let version = hold.version.as_ref().and_then(|version| version.as_bytes().last()).copied().unwrap_or_default();
    2 * (version % 100) + u8::from(hold.is_explained)
}

/// The states in the order in which they were found, as the steps between them, and what happened on those.
pub(crate) struct Walk {
    steps: Vec<Vec<u32>>,
    is_goal: Vec<bool>,
    happened: BTreeSet<&'static str>,
}

/// Walks breadth first from that world by these commands; `may` bounds the walk.
fn walk(begin: World, alphabet: &[Command], may: impl Fn(&Tickets, &Command) -> bool) -> Walk {
    let mut context = begin.context;
    context.notice_settings = one_word_templates();
    context.notice_settings.customer.template = "{{ csd.key }} {{ fix_version }}".into();
    let begin = State { tickets: begin.tickets, ghost: Ghost::default() };
    let mut known: HashMap<Vec<u8>, u32> = HashMap::from([(shape(&begin), 0)]);
    let mut queue = VecDeque::from([begin]);
    let mut walk = Walk { steps: Vec::new(), is_goal: Vec::new(), happened: BTreeSet::new() };
    while let Some(state) = queue.pop_front() {
        look_at_state(&state, &context);
        walk.is_goal.push(state.tickets.cus(&key("CUS-1")).is_some_and(Cus::is_finished));
        let mut steps = Vec::new();
        for command in alphabet.iter().filter(|command| may(&state.tickets, command)) {
            let Ok(events) = decide(&state.tickets, command, &context) else { continue };
            let mut after = state.clone();
            for event in &events {
                walk.happened.insert(event.fact.type_name());
                look_at_step(&after, event);
                after.ghost.see(&after.tickets, event);
                after.tickets.apply(event);
            }
            look_at_what_vanished(&state.tickets, &after.tickets, &events);
            after.tickets.all.iter_mut().for_each(forget);
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

/// Lets go of what no step asks about: past notices, and the due times of duties that are no more.
fn forget(ticket: &mut Ticket) {
    let demanded = ticket.demands();
    match ticket {
        Ticket::Csd(csd) => csd.due.retain(|due| demanded.contains(&due.duty)),
        Ticket::Cus(cus) => {
            cus.due.retain(|due| demanded.contains(&due.duty));
            cus.notices.clear();
        }
    }
}

fn one_word_templates() -> NoticeSettings {
    let mut notice_settings = NoticeSettings::default();
    for to in Audience::ALL {
        notice_settings.of_mut(*to).template = to.as_str().into();
    }
    notice_settings
}

impl Walk {
    /// The walk has met that many states and all that its promises are about.
    fn went_far(&self, states: usize) {
        assert!(self.steps.len() >= states, "only {} states", self.steps.len());
        for fact in ["eng-assessed", "release-decided", "notified", "moved-to-postmortem", "closed", "reopened"] {
            assert!(self.happened.contains(fact), "{fact} never happened");
        }
    }

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

/// The commands that lead a CUS ticket from its escalation to its end, and back.
fn life() -> Vec<Command> {
    vec![
        eng_assess(Impact::Some).into(),
        patch("8.2").into(),
        next_release("9.0").into(),
        to_postmortem().into(),
        ship().into(),
        close().into(),
        close_as(Resolution::NotABug).into(),
        reopen("CUS-1").into(),
    ]
}

/// The commands that lead a CSD ticket along with it.
fn customers(csd: &str) -> Vec<Command> {
    let mut commands = vec![
        in_words(tell_about(csd, Audience::Support)),
        in_words(tell_about(csd, Audience::Customer)),
        reopen(csd).into(),
    ];
    commands.extend(AnswerKind::ALL.iter().map(|answer| confirm(csd, *answer).into()));
    commands
}

/// The commands that lead along a CSD ticket whose customer hears and confirms, and nothing else.
fn who_only_confirms(csd: &str) -> Vec<Command> {
    let told = [Audience::Support, Audience::Customer].map(|to| in_words(tell_about(csd, to)));
    told.into_iter().chain([confirm(csd, AnswerKind::Resolved).into()]).collect()
}

/// The commands that link and unlink a CSD ticket.
fn coming_and_going(csd: &str) -> Vec<Command> {
    vec![assess(csd).into(), escalate(&[csd], Priority::Medium).into(), join(csd).into(), unlink(csd).into()]
}

/// The commands that change its urgency, and the notices that follow.
fn urgency() -> Vec<Command> {
    vec![
        set_priority(Priority::High).into(),
        set_priority(Priority::Medium).into(),
        eng_assess(Impact::Large).into(),
        in_words(tell(Audience::Product)),
        in_words(tell(Audience::Marketing)),
    ]
}

/// What holds two versions, or all, and lifts them.
fn holds() -> Vec<Command> {
    let lift_one = LiftHold { version: Some("8.1".to_owned()), ..lift() };
    vec![hold(None).into(), hold(Some("8.1")).into(), hold(Some("8.2")).into(), lift_one.into(), lift().into()]
}

fn returning() -> Vec<Command> {
    let completed = Complete { note: Some("So".to_owned()), ..complete() };
    vec![send_back(&[ChecklistItem::Steps]).into(), completed.into()]
}

/// Only the life of `CUS-1` is walked: no second CUS ticket is begun, and what became a duplicate's is left there.
fn of_one_cus_ticket(tickets: &Tickets, command: &Command) -> bool {
    let begun = tickets.cus(&key("CUS-1")).is_some();
    let is_gone =
        |csd: &Key| tickets.csd(csd).is_some_and(|csd| csd.cus.as_ref().is_some_and(|cus| *cus != key("CUS-1")));
    match command {
        Command::Assess(_) | Command::Resolve(_) | Command::Escalate(_) => !begun,
        Command::Confirm(command) => begun && !is_gone(&command.csd),
        Command::Unlink(command) => begun && !is_gone(&command.csd),
        Command::Reopen(command) => !is_gone(&command.key),
        _ => begun,
    }
}

fn is_unreachable(command: &Command) -> bool {
    matches!(command, Command::Confirm(confirm) if confirm.answer == AnswerKind::Unreachable)
}

fn two_reported() -> World {
    World::new().given(report("Alder")).given(report("Birch"))
}

/// Without customers who cannot be reached: another walk with two has them.
#[test]
fn two_customers_come_and_go() {
    let both = ["CSD-1", "CSD-2"].into_iter();
    let alphabet =
        [life(), returning(), vec![close_as(Resolution::Withdrawn).into(), in_words(tell(Audience::Product))]];
    let alphabet = alphabet.into_iter().chain(both.flat_map(|csd| [customers(csd), coming_and_going(csd)]));
    let alphabet: Vec<Command> = alphabet.flatten().filter(|command| !is_unreachable(command)).collect();
    let walk = walk(two_reported(), &alphabet, of_one_cus_ticket);
    walk.went_far(9_000);
    walk.always_leads_on_to_the_end();
}

/// The second customer only hears and confirms, which the walk of coming and going has more of: the flags of R14 and R17
/// double every state.
#[test]
fn two_customers_of_what_becomes_more_and_less_urgent() {
    let left_out = [close_as(Resolution::NotABug).into(), next_release("9.0").into()];
    let mut alphabet = [life(), urgency(), customers("CSD-1"), who_only_confirms("CSD-2")].concat();
    alphabet.retain(|command| !left_out.contains(command) && !is_unreachable(command));
    let walk = walk(two_escalated(Priority::Medium), &alphabet, of_one_cus_ticket);
    walk.went_far(7_000);
    walk.always_leads_on_to_the_end();
}

/// Two customers, one of whom only confirms, with returning and what is reviewed or withdrawn.
#[test]
#[ignore = "it takes minutes; .ci/run walks it"]
fn two_customers_and_everything_that_can_be_done() {
    let mut alphabet = [life(), returning(), customers("CSD-1"), who_only_confirms("CSD-2")].concat();
    alphabet.extend([backlog().into(), close_as(Resolution::Withdrawn).into()]);
    let walk = walk(two_escalated(Priority::Medium), &alphabet, of_one_cus_ticket);
    walk.went_far(10_000);
    walk.always_leads_on_to_the_end();
}

#[test]
fn one_customer_and_everything_that_can_be_done() {
    let mut alphabet = [life(), urgency(), customers("CSD-1"), coming_and_going("CSD-1")].concat();
    alphabet.extend([promised(30, next_release("9.0")).into(), backlog().into()]);
    alphabet.retain(|command| *command != next_release("9.0").into());
    alphabet.extend([Resolution::CannotReproduce, Resolution::Withdrawn].map(|how| close_as(how).into()));
    alphabet.extend([Assess { handled_by: Handler::Support, ..assess("CSD-1") }.into(), resolve("CSD-1").into()]);
    let walk = walk(World::new().given(report("Alder")), &alphabet, of_one_cus_ticket);
    walk.went_far(20_000);
    walk.always_leads_on_to_the_end();
}

#[test]
fn one_customer_of_a_ticket_that_holds_upgrades() {
    let mut alphabet = [life(), customers("CSD-1"), holds()].concat();
    alphabet.extend(Audience::ALL.iter().map(|to| tell(*to).into()));
    let walk = walk(escalated(Priority::Medium), &alphabet, of_one_cus_ticket);
    walk.went_far(2_500);
    walk.always_leads_on_to_the_end();
}

#[test]
fn two_customers_of_a_duplicate() {
    let alphabet = [life(), customers("CSD-1"), customers("CSD-2"), vec![duplicate_of("CUS-2").into()]].concat();
    let world = two_escalated(Priority::Medium).given(report("Cedar")).given(assess("CSD-3"));
    let walk = walk(world.given(escalate(&["CSD-3"], Priority::Medium)), &alphabet, of_one_cus_ticket);
    walk.went_far(7_000);
    walk.always_leads_on_to_the_end();
}
