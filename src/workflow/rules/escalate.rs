//! Step 3: escalation to Engineering: a new CUS ticket (R8), a join (R11), or a returned one completed (R12).

use super::decision::{DecisionContext, refuse_if};
use super::{attach, hold};
use crate::workflow::command::{Complete, Escalate, HoldRequest, Join, NewFile};
use crate::workflow::event::{
    Commented, CommentedTexts, Completed, CompletedTexts, Escalated, EscalatedTexts, HoldSet, HoldSetTexts, Joined,
    JoinedTexts, Linked, LinkedTexts,
};
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::step::Step;
use crate::workflow::vocabulary::{ChecklistItem, Priority};

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Escalate) -> Result<(), Refusal> {
    let csd = newcomers(cx, &command.csd, Step::Escalate)?;
    if let Some(first) = csd.first() {
        refuse_if(Step::Escalate, first, without_version(command.hold.as_ref()))?;
    }
    let summary = command.summary.clone().or_else(|| Some(cx.tickets.csd(csd.first()?)?.summary.clone()));
    let key = Key::numbered(Key::CUS, cx.tickets.free.cus);
    cx.record(
        &key,
        Escalated {
            csd: csd.clone(),
            priority: command.priority,
            texts: EscalatedTexts { summary: summary.unwrap_or_default(), steps: command.steps.clone() },
        },
    );
    for csd in &csd {
        cx.record(csd, Linked { cus: key.clone(), texts: LinkedTexts {} });
    }
    furnish(cx, &key, &command.attach, command.hold.as_ref(), command.note.as_ref());
    Ok(())
}

pub(super) fn join(cx: &mut DecisionContext<'_>, command: &Join) -> Result<(), Refusal> {
    let csd = newcomers(cx, &command.csd, Step::Join)?;
    let cus = cx.cus(&command.into, Step::BeJoined)?;
    refuse_if(Step::BeJoined, &cus.key, without_version(command.hold.as_ref()))?;
    let raised = command.priority.filter(|priority| *priority < cus.priority);
    for (n, csd) in csd.iter().enumerate() {
        let steps = command.steps.clone().filter(|_| n == 0);
        cx.record(
            &cus.key,
            Joined { csd: csd.clone(), priority: raised.filter(|_| n == 0), texts: JoinedTexts { steps } },
        );
        cx.record(csd, Linked { cus: cus.key.clone(), texts: LinkedTexts {} });
    }
    furnish(cx, &cus.key, &command.attach, command.hold.as_ref(), command.note.as_ref());
    Ok(())
}

pub(super) fn complete(cx: &mut DecisionContext<'_>, command: &Complete) -> Result<(), Refusal> {
    let cus = cx.cus(&command.cus, Step::Complete)?;
    let supplied = |item: ChecklistItem| match item {
        ChecklistItem::Steps => command.steps.is_some(),
        ChecklistItem::Priority => command.priority.is_some(),
        ChecklistItem::Attachments => !command.attach.is_empty(),
        ChecklistItem::Version | ChecklistItem::Description | ChecklistItem::Other => false,
    };
    let mut failures = without_version(command.hold.as_ref());
    if command.note.is_none() {
        let first = cus.links.first().map_or_else(|| cus.key.clone(), |link| cx.tickets.current_key(&link.csd));
        failures.extend(
            cus.wanting
                .iter()
                .filter(|item| !supplied(**item))
                .map(|item| Failure::StillWanting { key: first.clone(), item: *item }),
        );
        failures.extend(lowering(cus.priority, command.priority));
    }
    refuse_if(Step::Complete, &cus.key, failures)?;
    attach::all(cx, &cus.key, &command.attach);
    cx.record(
        &cus.key,
        Completed {
            priority: command.priority,
            texts: CompletedTexts {
                summary: command.summary.clone(),
                steps: command.steps.clone(),
                note: command.note.clone(),
            },
        },
    );
    furnish(cx, &cus.key, &[], command.hold.as_ref(), None);
    Ok(())
}

/// Returns the failure of lowering a priority without a note (R29).
pub(super) fn lowering(from: Priority, to: Option<Priority>) -> Option<Failure> {
    to.filter(|to| *to > from).map(|to| Failure::LoweringNoteMissing { from, to })
}

/// Returns the ids of the CSD tickets to escalate, each once, or everything that is in the way.
fn newcomers(cx: &mut DecisionContext<'_>, keys: &[Key], step: Step) -> Result<Vec<Key>, Refusal> {
    let mut ids: Vec<Key> = Vec::new();
    let mut refusal: Option<Refusal> = None;
    for key in keys {
        match cx.csd(key, step) {
            Ok(csd) if ids.contains(&csd.id) => {}
            Ok(csd) => ids.push(csd.id),
            Err(refused) => match &mut refusal {
                Some(first) => first.failures.extend(refused.failures),
                None => refusal = Some(refused),
            },
        }
    }
    refusal.map_or(Ok(ids), Err)
}

/// What a wish to hold a version without a name lacks (R10).
fn without_version(hold: Option<&HoldRequest>) -> Vec<Failure> {
    hold.and_then(|hold| hold::unnamed(hold.version.as_deref(), Field::HoldVersion)).into_iter().collect()
}

/// Records what can come with any escalation: files, a hold (R10), a note.
fn furnish(
    cx: &mut DecisionContext<'_>,
    key: &Key,
    files: &[NewFile],
    hold: Option<&HoldRequest>,
    note: Option<&String>,
) {
    attach::all(cx, key, files);
    if let Some(hold) = hold {
        cx.record(key, HoldSet { version: hold.version.clone(), texts: HoldSetTexts::default() });
    }
    if let Some(note) = note {
        cx.record(key, Commented { texts: CommentedTexts { text: note.clone() } });
    }
}

#[cfg(test)]
mod tests {
    use crate::workflow::command::{Complete, Edit, Escalate, HoldRequest, Join};
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::refusal::Failure;
    use crate::workflow::rule::Rule;
    use crate::workflow::tests::given::{
        assess, assessed, attach, closed, complete, edit, escalate, escalated, file, join, next_release, postmortem,
        report, reported, send_back, two_escalated,
    };
    use crate::workflow::tests::kit::{World, joined, key, rules, types};
    use crate::workflow::tickets::stage::{CsdStage, CusStage};
    use crate::workflow::vocabulary::{Audience, ChecklistItem, Priority, Role};

    /// Adds `CSD-2` of Birch, assessed for Engineering, to a world.
    fn and_another(world: World) -> World {
        world.given(report("Birch")).given(assess("CSD-2"))
    }

    fn returned(missing: &[ChecklistItem]) -> World {
        escalated(Priority::High).given(send_back(missing))
    }

    #[test]
    fn an_escalation_links_its_customers_tickets_and_takes_the_first_ones_summary() {
        let mut world = and_another(assessed());
        let events = world.when(escalate(&["CSD-2", "CSD-1", "CSD-2"], Priority::High));
        assert_eq!(types(&events), ["escalated", "linked", "linked"]);
        let links: Vec<&str> = world.cus("CUS-1").links.iter().map(|link| link.csd.as_str()).collect();
        assert_eq!(links, ["CSD-2", "CSD-1"]);
        assert_eq!(world.cus("CUS-1").summary, "Rates are wrong");
        assert_eq!((world.cus("CUS-1").priority, world.cus_stage()), (Priority::High, CusStage::Escalated));
        assert_eq!(world.csd_stage("CSD-1"), CsdStage::Escalated);
        assert_eq!(world.csd("CSD-1").cus, Some(key("CUS-1")));
        assert_eq!(world.kinds("CSD-1"), [DutyKind::NextWord]);
    }

    #[test]
    fn files_a_hold_and_a_remark_can_come_with_it() {
        let mut world = assessed();
        let events = world.when(Escalate {
            attach: vec![file("video.mp4")],
            hold: Some(HoldRequest { version: Some("8.1".to_owned()) }),
            note: Some("Urgent".to_owned()),
            summary: Some("Rounding".to_owned()),
            ..escalate(&["CSD-1"], Priority::High)
        });
        assert_eq!(types(&events), ["escalated", "linked", "attached", "hold-set", "commented"]);
        let cus = world.cus("CUS-1");
        assert_eq!(cus.summary, "Rounding");
        assert_eq!(cus.holds[0].version.as_deref(), Some("8.1"));
        assert_eq!(cus.attachments[0].name, "video.mp4");
    }

    #[test]
    fn only_what_engineering_is_to_get_can_be_escalated_and_all_that_cannot_is_said_at_once() {
        let world = assessed().given(report("Birch"));
        let failures = world.refused(escalate(&["CSD-1", "CSD-2", "CSD-3"], Priority::High));
        assert!(matches!(&failures[..], [
            Failure::WrongStage { key: reported, .. },
            Failure::WrongKind { key: unknown, .. },
        ] if *reported == key("CSD-2") && *unknown == key("CSD-3")));
        let world = escalated(Priority::Low);
        assert_eq!(rules(&world.refused(escalate(&["CSD-1"], Priority::High))), [Rule::R8]);
    }

    #[test]
    fn a_joiner_keeps_the_tickets_stage_wherever_it_is_open() {
        let stages = [
            escalated(Priority::Low),
            escalated(Priority::Low).given(send_back(&[ChecklistItem::Steps])),
            escalated(Priority::Low).eng_assessed(),
            escalated(Priority::Low).eng_assessed().given(next_release("9.0")),
            postmortem(Priority::Low, next_release("9.0")),
        ];
        for world in stages {
            let stage = world.cus_stage();
            let world = and_another(world).given(join("CSD-2"));
            assert_eq!(world.cus_stage(), stage);
            assert_eq!(world.csd_stage("CSD-2"), CsdStage::Escalated);
            assert_eq!(world.cus("CUS-1").links.len(), 2);
        }
    }

    #[test]
    fn nothing_joins_a_closed_ticket() {
        let failures = and_another(closed(Priority::Low)).refused(join("CSD-2"));
        assert!(matches!(&failures[..], [Failure::WrongStage { key: cus, .. }] if *cus == key("CUS-1")));
    }

    #[test]
    fn a_newcomer_raises_the_tickets_priority_and_never_lowers_it() {
        let world = and_another(escalated(Priority::Medium));
        let with = |priority| Join { priority: Some(priority), ..join("CSD-2") };
        assert_eq!(world.given(with(Priority::Low)).cus("CUS-1").priority, Priority::Medium);
        let world = and_another(escalated(Priority::Medium)).at(2).given(with(Priority::Critical));
        assert_eq!(world.cus("CUS-1").priority, Priority::Critical);
        assert_eq!(world.due("CUS-1", DutyKind::EngAssess), Some(2 + 4));
    }

    #[test]
    fn of_several_newcomers_the_first_brings_the_steps_and_a_higher_priority() {
        let world = and_another(escalated(Priority::Medium)).given(report("Cedar")).given(assess("CSD-3"));
        let brought = |priority| {
            let steps = Some("Rate two parcels".to_owned());
            let csd = vec![key("CSD-2"), key("CSD-3")];
            let events = world.clone().when(Join { csd, priority: Some(priority), steps, ..join("CSD-2") });
            joined(&events).iter().map(|fact| (fact.priority, fact.texts.steps.is_some())).collect::<Vec<_>>()
        };
        assert_eq!(brought(Priority::High), [(Some(Priority::High), true), (None, false)]);
        assert_eq!(brought(Priority::Medium), [(None, true), (None, false)]);
    }

    #[test]
    fn a_newcomer_that_raises_an_assessed_bug_to_high_priority_makes_the_alert_owed() {
        let world = and_another(escalated(Priority::Low).eng_assessed());
        assert!(!world.owes("CUS-1", DutyKind::AlertProduct));
        let world = world.at(5).given(Join { priority: Some(Priority::High), ..join("CSD-2") });
        assert_eq!(world.due("CUS-1", DutyKind::AlertProduct), Some(5 + 4));
    }

    #[test]
    fn a_joiners_reporter_and_then_its_customer_are_owed_what_is_in_force_from_the_join_on() {
        let world = and_another(postmortem(Priority::High, next_release("9.0")));
        assert_eq!(world.kinds("CUS-1"), [DutyKind::Ship]);
        let world = world.at(30).given(join("CSD-2"));
        assert_eq!(world.due_about("CSD-2", DutyKind::TellSupport), Some(30 + 4));
        assert_eq!(world.kinds("CUS-1"), [DutyKind::TellSupport, DutyKind::Ship]);
        let world = world.at(32).told(Audience::Support);
        assert_eq!(world.due_about("CSD-2", DutyKind::TellCustomer), Some(32 + 4));
        assert_eq!(world.kinds("CUS-1"), [DutyKind::TellCustomer, DutyKind::Ship]);
        assert_eq!(world.cus_stage(), CusStage::Postmortem);
    }

    #[test]
    fn a_returned_ticket_comes_back_once_everything_named_is_supplied() {
        let all = [ChecklistItem::Steps, ChecklistItem::Priority, ChecklistItem::Attachments];
        let world = returned(&all);
        let missing = |items: &[ChecklistItem]| {
            items.iter().map(|item| Failure::StillWanting { key: key("CSD-1"), item: *item }).collect::<Vec<_>>()
        };
        assert_eq!(world.refused(complete()), missing(&all));
        let steps = Complete { steps: Some("Rate two parcels".to_owned()), ..complete() };
        assert_eq!(world.refused(steps.clone()), missing(&all[1..]));
        assert_eq!(rules(&world.refused(steps.clone())), [Rule::R12, Rule::R12]);
        let world =
            world.given(Complete { priority: Some(Priority::Critical), attach: vec![file("video.mp4")], ..steps });
        assert_eq!(world.cus_stage(), CusStage::Escalated);
        let cus = world.cus("CUS-1");
        assert_eq!((cus.priority, cus.steps.as_str()), (Priority::Critical, "Rate two parcels"));
        assert!(cus.wanting.is_empty());
    }

    #[test]
    fn support_can_say_instead_why_something_cannot_be_supplied() {
        for item in [ChecklistItem::Other, ChecklistItem::Version, ChecklistItem::Description, ChecklistItem::Steps] {
            let world = returned(&[item]);
            assert_eq!(world.refused(complete()).len(), 1, "{item}");
            let world = world.given(Complete { note: Some("The customer left".to_owned()), ..complete() });
            assert_eq!(world.cus_stage(), CusStage::Escalated);
        }
    }

    #[test]
    fn what_was_supplied_before_counts_wherever_it_was_recorded() {
        type Supply = Box<dyn Fn(World) -> World>;
        let supplied: [(ChecklistItem, Supply); 6] = [
            (ChecklistItem::Attachments, Box::new(|world| world.given(attach("CUS-1", "a.png")))),
            (ChecklistItem::Attachments, Box::new(|world| world.given(attach("CSD-1", "a.png")))),
            (
                ChecklistItem::Steps,
                Box::new(|world| world.given(Edit { steps: Some("Better".to_owned()), ..edit("CUS-1") })),
            ),
            (
                ChecklistItem::Priority,
                Box::new(|world| world.given(Edit { priority: Some(Priority::Critical), ..edit("CUS-1") })),
            ),
            (
                ChecklistItem::Version,
                Box::new(|world| world.given(Edit { product_version: Some("8.1".to_owned()), ..edit("CSD-1") })),
            ),
            (
                ChecklistItem::Description,
                Box::new(|world| world.given(Edit { description: Some("On Mondays".to_owned()), ..edit("CSD-1") })),
            ),
        ];
        for (item, supply) in supplied {
            let world = supply(returned(&[item, ChecklistItem::Other]));
            assert_eq!(world.cus("CUS-1").wanting, [ChecklistItem::Other], "{item}");
        }
    }

    #[test]
    fn the_clock_of_engineerings_assessment_starts_afresh_with_each_escalation() {
        let world = returned(&[ChecklistItem::Other]);
        assert!(!world.owes("CUS-1", DutyKind::EngAssess));
        let world = world.at(20).given(Complete { note: Some("So".to_owned()), ..complete() });
        assert_eq!(world.due("CUS-1", DutyKind::EngAssess), Some(20 + 24));
        assert_eq!(world.owed("CUS-1")[0].by, Role::Engineering);
    }

    #[test]
    fn the_priority_that_it_has_can_be_what_is_supplied() {
        let world = returned(&[ChecklistItem::Priority]);
        let world = world.given(Complete { priority: Some(Priority::High), ..complete() });
        assert_eq!(world.cus_stage(), CusStage::Escalated);
    }

    #[test]
    fn lowering_the_priority_of_a_returned_ticket_needs_a_note() {
        let world = returned(&[ChecklistItem::Priority]);
        let lower = Complete { priority: Some(Priority::Low), ..complete() };
        let failures = world.refused(lower.clone());
        assert_eq!(failures, [Failure::LoweringNoteMissing { from: Priority::High, to: Priority::Low }]);
        let world = world.given(Complete { note: Some("It is rare".to_owned()), ..lower });
        assert_eq!(world.cus("CUS-1").priority, Priority::Low);
    }

    #[test]
    fn only_a_returned_ticket_is_completed() {
        let failures = two_escalated(Priority::Low).refused(complete());
        assert!(matches!(failures[..], [Failure::WrongStage { .. }]));
        assert_eq!(rules(&reported().refused(Complete { cus: key("CSD-1"), ..complete() })), [Rule::R11]);
    }
}
