//! Closing: a CUS ticket as fixed (R24) or for another reason (R26), and a CSD ticket that Engineering did not get or that
//! repeats another (R7).

use super::decision::{DecisionContext, refuse_if};
use super::notify;
use crate::workflow::command::{Close, CloseAs, Resolve, ResolveDuplicate};
use crate::workflow::event::{
    Closed, ClosedTexts, HoldSet, HoldSetTexts, Joined, JoinedTexts, Left, LeftTexts, Linked, LinkedTexts, Resolved,
    ResolvedTexts, Unlinked, UnlinkedTexts,
};
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::rule::Rule;
use crate::workflow::step::Step;
use crate::workflow::tickets::cus::Cus;
use crate::workflow::vocabulary::{Audience, Kind, Resolution, Role, Via};

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Close) -> Result<(), Refusal> {
    let cus = cx.cus(&command.cus, Step::Close)?;
    end(cx, &cus, Resolution::Fixed, None, command.note.clone());
    Ok(())
}

pub(super) fn close_as(cx: &mut DecisionContext<'_>, command: &CloseAs) -> Result<(), Refusal> {
    if command.resolution == Resolution::Fixed {
        return decide(cx, &Close { cus: command.cus.clone(), note: Some(command.note.clone()) });
    }
    let step = Step::close_as(command.resolution);
    let cus = cx.cus(&command.cus, step)?;
    match command.resolution {
        Resolution::Duplicate => {
            let original = original(cx, &cus, command.of.as_ref(), step)?;
            move_to(cx, &cus, &original);
            end(cx, &cus, command.resolution, Some(original.key), Some(command.note.clone()));
        }
        Resolution::Withdrawn if cus.assessment.is_none() => {
            for link in &cus.links {
                cx.record(&cus.key, Left { csd: link.csd.clone(), texts: LeftTexts {} });
                let texts = UnlinkedTexts { note: Some(command.note.clone()) };
                cx.record(&link.csd, Unlinked { cus: cus.key.clone(), texts });
            }
            end(cx, &cus, command.resolution, None, Some(command.note.clone()));
        }
        Resolution::Withdrawn
        | Resolution::NotABug
        | Resolution::CannotReproduce
        | Resolution::WontFix
        | Resolution::Fixed => end(cx, &cus, command.resolution, None, Some(command.note.clone())),
    }
    Ok(())
}

pub(super) fn resolve(cx: &mut DecisionContext<'_>, command: &Resolve) -> Result<(), Refusal> {
    let csd = cx.csd(&command.csd, Step::Resolve)?;
    let is_told = command.message.is_some() || command.via.is_some_and(Via::is_by_hand);
    let untold = (!is_told).then(|| Failure::CustomerUntold { csd: csd.key.clone() });
    refuse_if(Step::Resolve, &csd.key, untold.into_iter().collect())?;
    let words = command.message.as_ref().unwrap_or(&command.note);
    notify::tell_the_resolution(cx, &csd.id, words, command.via)?;
    cx.record(
        &csd.id,
        Resolved { answer: None, duplicate_of: None, texts: ResolvedTexts { note: Some(command.note.clone()) } },
    );
    Ok(())
}

pub(super) fn resolve_duplicate(cx: &mut DecisionContext<'_>, command: &ResolveDuplicate) -> Result<(), Refusal> {
    let step = Step::ResolveDuplicate;
    let csd = cx.csd(&command.csd, step)?;
    let failure = match cx.tickets.csd(&command.of) {
        None => Some(Failure::WrongKind { step, key: command.of.clone(), needed: Kind::Csd }),
        Some(original) if original.id == csd.id => Some(Failure::NotItself { key: csd.key.clone() }),
        Some(original) if original.is_resolved() => {
            Some(Failure::OriginalClosed { key: original.key.clone(), is_fixed: false })
        }
        Some(original) if original.customer != csd.customer => {
            Some(Failure::OtherCustomer { original: original.key.clone() })
        }
        Some(_) => None,
    };
    refuse_if(step, &csd.key, failure.into_iter().collect())?;
    let duplicate_of = cx.tickets.csd(&command.of).map(|original| original.id.clone());
    let texts = ResolvedTexts { note: Some(command.note.clone()) };
    cx.record(&csd.id, Resolved { answer: None, duplicate_of, texts });
    Ok(())
}

fn end(cx: &mut DecisionContext<'_>, cus: &Cus, resolution: Resolution, of: Option<Key>, note: Option<String>) {
    let corrects = corrects(cx, cus, resolution, of.as_ref());
    cx.record(&cus.key, Closed { resolution, of, corrects, texts: ClosedTexts { note } });
}

/// Who was told of it as a bug, and is owed the correction (R26): not the role that closes it, and nobody who was told of
/// the original of a duplicate.
fn corrects(cx: &DecisionContext<'_>, cus: &Cus, resolution: Resolution, of: Option<&Key>) -> Vec<Audience> {
    if resolution == Resolution::Fixed {
        return Vec::new();
    }
    let original = of.and_then(|of| cx.tickets.cus(of));
    let was_told = |cus: &Cus, to: Audience| match to {
        Audience::Product => cus.was_alerted,
        Audience::Marketing => cus.marketing_was_told,
        Audience::Support | Audience::Customer => false,
    };
    let told = [Audience::Product, Audience::Marketing].into_iter().filter(|to| was_told(cus, *to));
    told.filter(|to| *to != Audience::Product || cx.role != Some(Role::Product))
        .filter(|to| !original.is_some_and(|original| was_told(original, *to)))
        .collect()
}

/// Finds the original of a duplicate: another, open ticket (R26).
fn original(cx: &DecisionContext<'_>, cus: &Cus, of: Option<&Key>, step: Step) -> Result<Cus, Refusal> {
    let failure = match of {
        None => Failure::Missing { rule: Rule::R26, field: Field::Of },
        Some(of) => match cx.tickets.cus_for(of) {
            Some(original) if original.key == cus.key => Failure::NotItself { key: cus.key.clone() },
            Some(original) if original.is_closed() => {
                Failure::OriginalClosed { key: original.key.clone(), is_fixed: !original.is_answered() }
            }
            Some(original) => return Ok(original.clone()),
            None => Failure::NotLinked { csd: of.clone() },
        },
    };
    refuse_if(step, &cus.key, vec![failure])?;
    Ok(cus.clone())
}

/// Moves the unanswered CSD tickets and the holds to the original, which then owes them what it owes joiners (R11). What
/// the original holds already stays as it is.
fn move_to(cx: &mut DecisionContext<'_>, cus: &Cus, original: &Cus) {
    let raised = Some(cus.priority).filter(|priority| *priority < original.priority);
    let undecided = cus.links.iter().filter(|link| !link.is_decided());
    for (n, link) in undecided.enumerate() {
        cx.record(&cus.key, Left { csd: link.csd.clone(), texts: LeftTexts {} });
        let joined =
            Joined { csd: link.csd.clone(), priority: raised.filter(|_| n == 0), texts: JoinedTexts::default() };
        cx.record(&original.key, joined);
        cx.record(&link.csd, Linked { cus: original.key.clone(), texts: LinkedTexts {} });
    }
    for hold in cus.holds.iter().filter(|hold| original.hold_of(hold.version.as_deref()).is_none()) {
        let texts = HoldSetTexts { note: hold.note.clone() };
        cx.record(&original.key, HoldSet { version: hold.version.clone(), texts });
    }
}

#[cfg(test)]
mod tests {
    use crate::workflow::command::{Assess, CloseAs, Hold, Postmortem, Resolve, ResolveDuplicate};
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::refusal::Failure;
    use crate::workflow::rule::Rule;
    use crate::workflow::tests::given::{
        assess, assessed, backlog, close, close_as, confirm, confirmed, decided, duplicate_of, eng_assess, escalate,
        escalated, hold, patch, postmortem, reopen, report, reported, resolve, send_back, set_priority, shipped,
        tell_about, to_postmortem, two_escalated,
    };
    use crate::workflow::tests::kit::{World, joined, key, rules, types};
    use crate::workflow::tickets::Ticket;
    use crate::workflow::tickets::cus::Cus;
    use crate::workflow::tickets::stage::{CsdStage, CusStage};
    use crate::workflow::vocabulary::{
        AnswerKind, Audience, ChecklistItem, Handler, Impact, Priority, Resolution, Role, Via,
    };

    /// The resolutions of R26, except for the two that move CSD tickets.
    const ANSWERS: [Resolution; 3] = [Resolution::NotABug, Resolution::CannotReproduce, Resolution::WontFix];

    /// `CUS-1` of two customers, and `CUS-2` of `CSD-3`.
    fn with_original(priority: Priority, original: Priority) -> World {
        let world = two_escalated(priority).given(report("Cedar")).given(assess("CSD-3"));
        world.given(escalate(&["CSD-3"], original))
    }

    #[test]
    fn product_closes_when_each_customer_is_decided() {
        let world = confirmed(Priority::Low).acting_as(&[Role::Product]).given(close());
        assert_eq!(world.cus_stage(), CusStage::Closed);
        assert_eq!(world.cus("CUS-1").closing.as_ref().unwrap().resolution, Resolution::Fixed);
        assert!(world.cus("CUS-1").is_finished());
        assert!(world.kinds("CUS-1").is_empty());
        let others = [Role::Support, Role::Engineering, Role::Marketing, Role::ClientServices];
        assert_eq!(rules(&confirmed(Priority::Low).acting_as(&others).refused(close())), [Rule::R28]);
    }

    #[test]
    fn it_closes_from_postmortem_alone() {
        let world = decided(Priority::Low, patch("8.2")).told(Audience::Support).told(Audience::Customer);
        let world = world.given(confirm("CSD-1", AnswerKind::Resolved));
        assert!(matches!(world.refused(close())[..], [Failure::WrongStage { .. }]));
    }

    #[test]
    fn nothing_is_closed_as_fixed_without_a_customer() {
        let mut world = confirmed(Priority::Low);
        let Some(Ticket::Cus(cus)) = world.tickets.ticket_mut(&key("CUS-1")) else { panic!() };
        cus.links.clear();
        assert_eq!(rules(&world.refused(close())), [Rule::R24]);
    }

    #[test]
    fn fixed_is_no_way_around_the_customers() {
        let fixed = close_as(Resolution::Fixed);
        assert!(matches!(escalated(Priority::Low).refused(fixed.clone())[..], [Failure::WrongStage { .. }]));
        let world = shipped(Priority::Low);
        assert_eq!(world.refused(fixed.clone()), [Failure::CustomerUndecided { csd: key("CSD-1") }]);
        assert_eq!(rules(&confirmed(Priority::Low).acting_as(&[Role::Engineering]).refused(fixed)), [Rule::R28]);
    }

    #[test]
    fn a_ticket_can_be_closed_without_a_fix_from_every_open_stage() {
        let worlds = || {
            [
                escalated(Priority::Low),
                escalated(Priority::Low).given(send_back(&[ChecklistItem::Steps])),
                escalated(Priority::Low).eng_assessed(),
                decided(Priority::Low, patch("8.2")),
                postmortem(Priority::Low, patch("8.2")),
            ]
        };
        for resolution in ANSWERS {
            for world in worlds() {
                let world = world.given(close_as(resolution));
                assert_eq!(world.cus_stage(), CusStage::Closed);
                assert_eq!(world.cus("CUS-1").closing.as_ref().unwrap().resolution, resolution);
                assert!(matches!(world.refused(close_as(resolution))[..], [Failure::WrongStage { .. }]));
            }
        }
    }

    #[test]
    fn the_answer_is_owed_to_support_and_then_to_the_customers_and_resolves_their_tickets() {
        for resolution in ANSWERS {
            let world = two_escalated(Priority::High).at(5).given(close_as(resolution));
            assert_eq!(world.kinds("CUS-1"), [DutyKind::TellSupport, DutyKind::TellSupport]);
            assert_eq!(world.due_about("CSD-2", DutyKind::TellSupport), Some(5 + 4));
            let world = world.at(6).told(Audience::Support);
            assert_eq!(world.due_about("CSD-2", DutyKind::TellCustomer), Some(6 + 4));
            assert!(!world.cus("CUS-1").is_finished());
            let world = world.told(Audience::Customer);
            assert_eq!((world.csd_stage("CSD-1"), world.csd_stage("CSD-2")), (CsdStage::Resolved, CsdStage::Resolved));
            assert!(world.cus("CUS-1").is_finished() && world.kinds("CUS-1").is_empty());
        }
    }

    #[test]
    fn an_unreachable_customer_ends_the_duty_of_the_answer() {
        let world = escalated(Priority::High).given(close_as(Resolution::WontFix));
        let world = world.given(confirm("CSD-1", AnswerKind::Unreachable));
        assert_eq!(world.csd_stage("CSD-1"), CsdStage::Resolved);
        assert!(world.cus("CUS-1").is_finished() && world.kinds("CUS-1").is_empty());
    }

    #[test]
    fn who_answered_before_is_owed_the_answer_only_if_a_version_was_promised() {
        let world = two_escalated(Priority::Low).eng_assessed();
        let answered = world.given(confirm("CSD-1", AnswerKind::Resolved)).given(close_as(Resolution::WontFix));
        assert_eq!(answered.due_about("CSD-1", DutyKind::TellSupport), None);
        assert!(answered.due_about("CSD-2", DutyKind::TellSupport).is_some());
        let world = two_escalated(Priority::Low).eng_assessed().given(patch("8.2")).in_postmortem();
        let world = world.given(tell_about("CSD-1", Audience::Customer));
        let promised = world.given(confirm("CSD-1", AnswerKind::Resolved)).given(close_as(Resolution::WontFix));
        assert!(promised.due_about("CSD-1", DutyKind::TellSupport).is_some());
    }

    #[test]
    fn given_a_fix_that_has_not_shipped_then_it_is_not_closed_as_fixed() {
        let world = postmortem(Priority::Low, patch("8.2")).given(confirm("CSD-1", AnswerKind::Resolved));
        assert!(!world.owes("CUS-1", DutyKind::Close));
        assert_eq!(world.refused(close()), [Failure::NotShipped { cus: key("CUS-1"), has_version: true }]);
        let backlog = postmortem(Priority::Low, backlog()).given(confirm("CSD-1", AnswerKind::Resolved));
        assert_eq!(backlog.refused(close()), [Failure::NotShipped { cus: key("CUS-1"), has_version: false }]);
    }

    #[test]
    fn given_a_shipped_fix_then_it_is_not_closed_for_another_reason() {
        for resolution in ANSWERS {
            assert_eq!(
                shipped(Priority::Low).refused(close_as(resolution)),
                [Failure::FixShipped { cus: key("CUS-1") }]
            );
        }
    }

    #[test]
    fn given_an_outage_found_in_postmortem_then_closing_waits_for_what_must_be_told() {
        let world =
            confirmed(Priority::Medium).given(eng_assess(Impact::Large)).given(set_priority(Priority::Critical));
        let failures = world.refused(close());
        assert_eq!(rules(&failures), [Rule::R14, Rule::R17]);
        assert!(!world.owes("CUS-1", DutyKind::Close));
    }

    #[test]
    fn given_a_critical_ticket_then_closing_waits_for_its_root_cause() {
        let unwritten = Postmortem { root_cause: None, ..to_postmortem() };
        let world = decided(Priority::Critical, patch("8.2")).told(Audience::Product).told(Audience::Support);
        let world = world.given(unwritten).shipped().given(confirm("CSD-1", AnswerKind::Resolved));
        assert_eq!(world.refused(close()), [Failure::RootCauseMissing { cus: key("CUS-1") }]);
    }

    #[test]
    fn given_alerts_that_were_told_then_a_closing_without_a_fix_owes_their_correction() {
        let alerted = || escalated(Priority::High).eng_assessed().told(Audience::Product);
        let world = alerted().at(5).acting_as(&[Role::Engineering]).given(close_as(Resolution::NotABug));
        assert_eq!(world.due("CUS-1", DutyKind::CorrectProduct), Some(5 + 4));
        let told = world.told(Audience::Product);
        assert!(told.last_message().starts_with("Correction: CUS-1"), "{}", told.last_message());
        assert!(!told.owes("CUS-1", DutyKind::CorrectProduct));
        let by_product = alerted().acting_as(&[Role::Product]).given(close_as(Resolution::NotABug));
        assert!(!by_product.owes("CUS-1", DutyKind::CorrectProduct));
        let untold = escalated(Priority::High).eng_assessed().given(close_as(Resolution::NotABug));
        assert!(!untold.owes("CUS-1", DutyKind::CorrectProduct));
    }

    #[test]
    fn a_csd_ticket_that_repeats_another_of_its_customer_is_closed_as_its_duplicate() {
        let repeat = |of: &str| ResolveDuplicate { csd: key("CSD-2"), of: key(of), note: "Sent twice".to_owned() };
        let world = reported().given(report("Alder")).given(report("Birch"));
        assert_eq!(world.refused(repeat("CSD-2")), [Failure::NotItself { key: key("CSD-2") }]);
        assert_eq!(world.refused(repeat("CSD-3")), [Failure::OtherCustomer { original: key("CSD-3") }]);
        let world = world.given(repeat("CSD-1"));
        assert_eq!(world.csd_stage("CSD-2"), CsdStage::Resolved);
        assert_eq!(world.csd("CSD-2").duplicate_of, Some(key("CSD-1")));
        assert!(world.kinds("CSD-2").is_empty());
        assert_eq!(world.given(reopen("CSD-2")).csd_stage("CSD-2"), CsdStage::Handled);
    }

    #[test]
    fn closing_without_a_fix_ends_every_other_duty() {
        let world = escalated(Priority::Critical).eng_assessed();
        assert_eq!(world.kinds("CUS-1"), [DutyKind::AlertProduct, DutyKind::Release]);
        assert_eq!(world.given(close_as(Resolution::NotABug)).kinds("CUS-1"), [DutyKind::TellSupport]);
    }

    #[test]
    fn closing_without_a_fix_is_engineerings_or_products() {
        for resolution in ANSWERS {
            assert_eq!(
                rules(&escalated(Priority::Low).acting_as(&[Role::Support]).refused(close_as(resolution))),
                [Rule::R28]
            );
            for role in [Role::Engineering, Role::Product] {
                let world = escalated(Priority::Low).acting_as(&[role]).given(close_as(resolution));
                assert_eq!(world.cus_stage(), CusStage::Closed);
            }
        }
    }

    #[test]
    fn withdrawing_before_an_assessment_is_supports_and_puts_the_customers_tickets_back() {
        let withdrawn = || close_as(Resolution::Withdrawn);
        let failures = escalated(Priority::Low).acting_as(&[Role::Engineering, Role::Product]).refused(withdrawn());
        assert_eq!(rules(&failures), [Rule::R28]);
        let world = two_escalated(Priority::Low).acting_as(&[Role::Support]).at(7).given(withdrawn());
        for csd in ["CSD-1", "CSD-2"] {
            assert_eq!(world.csd_stage(csd), CsdStage::Assessed);
            assert_eq!(world.csd(csd).cus, None);
            assert_eq!(world.due(csd, DutyKind::Escalate), Some(7 + 24));
        }
        assert!(world.cus("CUS-1").is_finished() && world.kinds("CUS-1").is_empty());
        assert_eq!(world.given(escalate(&["CSD-1"], Priority::Low)).cus("CUS-2").stage, CusStage::Escalated);
    }

    #[test]
    fn withdrawing_after_an_assessment_is_an_answer_like_the_others() {
        let world = escalated(Priority::Low).eng_assessed();
        let failures = world.clone().acting_as(&[Role::Support]).refused(close_as(Resolution::Withdrawn));
        assert_eq!(rules(&failures), [Rule::R28]);
        let world = world.acting_as(&[Role::Product]).given(close_as(Resolution::Withdrawn));
        assert_eq!(world.csd_stage("CSD-1"), CsdStage::Escalated);
        assert_eq!(world.kinds("CUS-1"), [DutyKind::TellSupport]);
    }

    #[test]
    fn a_duplicate_moves_the_undecided_tickets_to_the_original_which_owes_them_as_joiners() {
        let world = with_original(Priority::Low, Priority::Low).eng_assessed().given(patch("8.2")).in_postmortem();
        let mut world = world.given(confirm("CSD-1", AnswerKind::Resolved)).at(9);
        let events = world.when(duplicate_of("CUS-2"));
        assert_eq!(types(&events), ["left", "joined", "linked", "closed"]);
        let links = |cus: &Cus| cus.links.iter().map(|link| link.csd.to_string()).collect::<Vec<_>>();
        assert_eq!(links(world.cus("CUS-1")), ["CSD-1"]);
        assert_eq!(links(world.cus("CUS-2")), ["CSD-3", "CSD-2"]);
        assert_eq!(world.csd("CSD-2").cus, Some(key("CUS-2")));
        assert_eq!(world.csd_stage("CSD-2"), CsdStage::Escalated);
        assert!(world.kinds("CUS-1").is_empty() && world.cus("CUS-1").is_finished());
        assert_eq!(world.cus("CUS-1").closing.as_ref().unwrap().of, Some(key("CUS-2")));
    }

    #[test]
    fn a_duplicate_raises_the_originals_priority_like_any_joiner() {
        let raised = with_original(Priority::Critical, Priority::Low).given(duplicate_of("CUS-2"));
        assert_eq!(raised.cus("CUS-2").priority, Priority::Critical);
        assert_eq!(raised.due("CUS-2", DutyKind::EngAssess), Some(4));
        let kept = with_original(Priority::Low, Priority::High).given(duplicate_of("CUS-2"));
        assert_eq!(kept.cus("CUS-2").priority, Priority::High);
        let raises = |priority| {
            let events = with_original(priority, Priority::Low).when(duplicate_of("CUS-2"));
            joined(&events).iter().map(|fact| fact.priority).collect::<Vec<_>>()
        };
        assert_eq!(raises(Priority::High), [Some(Priority::High), None]);
        assert_eq!(raises(Priority::Low), [None, None]);
    }

    #[test]
    fn the_original_can_be_named_by_one_of_its_customers_tickets() {
        let world = with_original(Priority::Low, Priority::Low).given(duplicate_of("CSD-3"));
        assert_eq!(world.cus("CUS-1").closing.as_ref().unwrap().of, Some(key("CUS-2")));
    }

    #[test]
    fn the_original_must_be_named_and_another_open_ticket() {
        let world = with_original(Priority::Low, Priority::Low);
        assert_eq!(rules(&world.refused(close_as(Resolution::Duplicate))), [Rule::R26]);
        assert_eq!(world.refused(duplicate_of("CUS-1")), [Failure::NotItself { key: key("CUS-1") }]);
        assert_eq!(world.refused(duplicate_of("CSD-2")), [Failure::NotItself { key: key("CUS-1") }]);
        let closed = world.given(CloseAs { cus: key("CUS-2"), ..close_as(Resolution::NotABug) });
        assert_eq!(
            closed.refused(duplicate_of("CUS-2")),
            [Failure::OriginalClosed { key: key("CUS-2"), is_fixed: false }]
        );
        let unlinked = escalated(Priority::Low).given(report("Birch"));
        assert_eq!(unlinked.refused(duplicate_of("CSD-2")), [Failure::NotLinked { csd: key("CSD-2") }]);
    }

    #[test]
    fn a_duplicate_takes_its_holds_to_the_original_beside_those_that_are_there() {
        let world = || with_original(Priority::Low, Priority::Low).given(hold(Some("8.1"))).given(hold(None));
        let held = world().given(duplicate_of("CUS-2"));
        assert!(held.cus("CUS-1").holds.is_empty());
        assert_eq!(held.cus("CUS-2").holds[0].note.as_deref(), Some("Too risky"));
        let versions = |own: Option<&str>| {
            let own = Hold { cus: key("CUS-2"), ..hold(own) };
            let world = world().given(own).given(duplicate_of("CUS-2"));
            world.cus("CUS-2").holds.iter().map(|hold| hold.version.clone()).collect::<Vec<_>>()
        };
        let text = |version: &str| Some(version.to_owned());
        assert_eq!(versions(Some("8.0")), [text("8.0"), text("8.1"), None]);
        assert_eq!(versions(Some("v8.1.0")), [text("8.1"), None]);
        assert_eq!(versions(None), [None, text("8.1")]);
    }

    #[test]
    fn a_handled_ticket_is_closed_by_support_or_its_handler_with_its_resolution() {
        for handler in [Handler::Support, Handler::ClientServices, Handler::Product] {
            let world = reported().given(Assess { handled_by: handler, ..assess("CSD-1") });
            let world = world.acting_as(&[Role::Support]).given(resolve("CSD-1"));
            assert_eq!(world.csd_stage("CSD-1"), CsdStage::Resolved);
            assert_eq!(world.csd("CSD-1").resolution.as_deref(), Some("Set the option"));
            assert!(world.kinds("CSD-1").is_empty());
        }
        let handled = |by| reported().given(Assess { handled_by: by, ..assess("CSD-1") });
        let closed = handled(Handler::Product).acting_as(&[Role::Product]).given(resolve("CSD-1"));
        assert_eq!(closed.csd_stage("CSD-1"), CsdStage::Resolved);
        for (handler, role) in [(Handler::ClientServices, Role::Product), (Handler::Support, Role::Product)] {
            assert_eq!(rules(&handled(handler).acting_as(&[role]).refused(resolve("CSD-1"))), [Rule::R28]);
        }
    }

    #[test]
    fn given_a_handled_ticket_when_it_is_closed_then_the_customer_is_told_with_it_or_was_told() {
        let handled = || reported().given(Assess { handled_by: Handler::Support, ..assess("CSD-1") });
        let world = handled();
        let silent = Resolve { message: None, ..resolve("CSD-1") };
        assert_eq!(world.refused(silent.clone()), [Failure::CustomerUntold { csd: key("CSD-1") }]);
        let printed = Resolve { via: Some(Via::Print), ..silent.clone() };
        assert_eq!(rules(&world.refused(printed)), [Rule::R7]);
        let by_phone = Resolve { via: Some(Via::Phone), ..silent };
        assert_eq!(types(&world.clone().when(by_phone)), ["notified", "resolved"]);
        let closed = world.given(resolve("CSD-1"));
        assert_eq!(closed.csd("CSD-1").notices[0].message, "Please set the option");
        assert_eq!(closed.csd("CSD-1").last_word(), Some(closed.context.now));
        let mailed = Resolve { via: Some(Via::Smtp), ..resolve("CSD-1") };
        assert_eq!(handled().refused(mailed), [Failure::NoAddress { csd: key("CSD-1") }]);
    }

    #[test]
    fn what_engineering_is_to_get_or_has_is_not_resolved_by_support() {
        let escalated = assessed().given(escalate(&["CSD-1"], Priority::Low));
        for world in [reported(), assessed(), escalated] {
            assert!(matches!(world.refused(resolve("CSD-1"))[..], [Failure::WrongStage { .. }]));
        }
    }
}
