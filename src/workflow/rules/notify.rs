//! Notices (R14, R17, R18, R20–R23, R31): what is owed is told and settled.

use super::decision::{DecisionContext, subject_id, wrong_kind};
use crate::workflow::command::{Notify, Wording};
use crate::workflow::event::{CustomerTold, CustomerToldTexts, Notified, NotifiedTexts, Resolved, ResolvedTexts};
use crate::workflow::key::Key;
use crate::workflow::notices::address::Addressed;
use crate::workflow::notices::draft::{self, Matter};
use crate::workflow::obligations::duty::{Duty, DutyKind};
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::requirements::support_not_told;
use crate::workflow::rule::Rule;
use crate::workflow::step::Step;
use crate::workflow::tickets::Ticket;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::cus::{Cus, Notice};
use crate::workflow::vocabulary::{Audience, Kind, Role, Via};

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Notify) -> Result<(), Refusal> {
    promises_the_future(cx, command)?;
    match command.to {
        Some(to) => tell(cx, command, to),
        None => tell_all_owed(cx, command),
    }
}

/// Refuses a next message that is promised for a time that is over (R33).
pub(super) fn promises_the_future(cx: &DecisionContext<'_>, command: &Notify) -> Result<(), Refusal> {
    if command.next_by.is_none_or(|next_by| next_by > cx.at) {
        return Ok(());
    }
    let key = subject_id(cx, &command.cus, Step::Interim);
    Err(Refusal::of(Step::Interim, &key, vec![Failure::NextByPast]))
}

/// Notifies one audience.
fn tell(cx: &mut DecisionContext<'_>, command: &Notify, to: Audience) -> Result<(), Refusal> {
    let step = Step::notify(to);
    let cus = cx.cus(&command.cus, step)?;
    let narrowed = narrowed_to(cx, command, &cus, step)?;
    let owed: Vec<Duty> = owed_to(&cus, to)
        .into_iter()
        .filter(|duty| narrowed.is_none() || duty.csd.is_none() || duty.csd == narrowed)
        .collect();
    let mut mine: Vec<Duty> = owed.iter().filter(|duty| may_settle(cx, duty.kind)).cloned().collect();
    if let Some(kind) = command.settling {
        mine.retain(|duty| duty.kind == kind);
    }
    if mine.is_empty() && !owed.is_empty() {
        let needed = owed.iter().flat_map(|duty| settlers(duty.kind)).copied().collect();
        let failure = Failure::WrongRole { needed, has: cx.context.roles.clone() };
        return Err(Refusal::of(step, &cus.key, vec![failure]));
    }
    if !mine.is_empty() {
        let unsent = unsent(cx, command, &cus, to, mine);
        if unsent.is_empty() {
            let failure = Failure::AlreadyQueued { cus: cus.key.clone(), to };
            return Err(Refusal::of(step, &cus.key, vec![failure]));
        }
        return settle(cx, command, &cus, to, &unsent);
    }
    if command.message.is_none() {
        return Err(Refusal::of(step, &cus.key, nothing_owed(cx, &cus, to, narrowed.as_ref())));
    }
    match to {
        Audience::Customer | Audience::Support if cus.links.is_empty() => {
            let failure = Failure::NoCustomers { rule: Rule::R21, cus: cus.key.clone() };
            Err(Refusal::of(step, &cus.key, vec![failure]))
        }
        Audience::Customer | Audience::Support => {
            let links = cus.links.iter().filter(|link| narrowed.as_ref().is_none_or(|csd| link.csd == *csd));
            for link in links {
                give(cx, command, &cus.key, to, Some(&link.csd), Vec::new())?;
            }
            Ok(())
        }
        Audience::Product | Audience::Marketing => give(cx, command, &cus.key, to, None, Vec::new()),
    }
}

/// Tells the customer of a ticket that was handled without Engineering how it was resolved (R7).
pub(super) fn tell_the_resolution(
    cx: &mut DecisionContext<'_>,
    csd: &Key,
    words: &str,
    via: Option<Via>,
) -> Result<(), Refusal> {
    let message = Some(words.to_owned());
    let notify = Notify { message, wording: Wording::Alone, via, ..Notify::of(csd.clone(), Some(Audience::Customer)) };
    give(cx, &notify, csd, Audience::Customer, Some(csd), Vec::new())
}

/// Sends what the actor's roles owe on the CUS tickets on which something was recorded, where they owe anything.
pub(super) fn tell_what_follows(cx: &mut DecisionContext<'_>) -> Result<(), Refusal> {
    let (step, role) = (cx.step, cx.role);
    let mut touched: Vec<Key> = Vec::new();
    for event in &cx.events {
        if cx.tickets.cus(&event.stream).is_some() && !touched.contains(&event.stream) {
            touched.push(event.stream.clone());
        }
    }
    for cus in touched {
        tell_if_owed(cx, cus)?;
    }
    (cx.step, cx.role) = (step, role);
    Ok(())
}

/// Sends what the actor's roles owe on a CUS ticket, where they owe anything that is not queued already.
pub(super) fn tell_if_owed(cx: &mut DecisionContext<'_>, cus: Key) -> Result<(), Refusal> {
    let is_none = |failure: &Failure| matches!(failure, Failure::NothingOwed { .. } | Failure::AlreadyQueued { .. });
    match tell_all_owed(cx, &Notify::of(cus, None)) {
        Err(refusal) if refusal.failures.iter().all(is_none) => Ok(()),
        told => told,
    }
}

/// Notifies everybody whom the actor's role owes something, in an order in which one notice can make the next owed.
fn tell_all_owed(cx: &mut DecisionContext<'_>, command: &Notify) -> Result<(), Refusal> {
    let (mut told, mut queued) = (false, None);
    let mut key = command.cus.clone();
    for to in [Audience::Product, Audience::Marketing, Audience::Support, Audience::Customer] {
        let Some(cus) = cx.tickets.cus_for(&command.cus).cloned() else {
            return Err(wrong_kind(Step::notify(to), &command.cus, Kind::Cus));
        };
        key = cus.key.clone();
        let mine: Vec<Duty> = owed_to(&cus, to).into_iter().filter(|duty| may_settle(cx, duty.kind)).collect();
        let unsent = unsent(cx, command, &cus, to, mine.clone());
        if !unsent.is_empty() {
            cx.require(&command.cus, Step::notify(to))?;
            settle(cx, command, &cus, to, &unsent)?;
            told = true;
        } else if !mine.is_empty() {
            queued = Some(to);
        }
    }
    if told {
        return Ok(());
    }
    let failure = match queued {
        Some(to) => Failure::AlreadyQueued { cus: key.clone(), to },
        None => Failure::NothingOwed { cus: key.clone(), to: None },
    };
    Err(Refusal::of(Step::NotifySupport, &key, vec![failure]))
}

/// Returns the duties for which no notice waits for delivery already. One that counts as told at once need not wait.
fn unsent(cx: &DecisionContext<'_>, command: &Notify, cus: &Cus, to: Audience, duties: Vec<Duty>) -> Vec<Duty> {
    let at_once = via(cx, command, to).is_at_once();
    duties.into_iter().filter(|duty| at_once || !cus.is_queued(duty.kind, duty.csd.as_ref())).collect()
}

/// Returns the channel that was asked for, or the audience's own.
fn via(cx: &DecisionContext<'_>, command: &Notify, to: Audience) -> Via {
    command.via.unwrap_or(cx.context.notice_settings.of(to).via)
}

/// Records the notices that settle these duties: one for each CSD ticket, and one for each duty about the whole, since a
/// notice settles only what it tells (R29).
fn settle(
    cx: &mut DecisionContext<'_>,
    command: &Notify,
    cus: &Cus,
    to: Audience,
    duties: &[Duty],
) -> Result<(), Refusal> {
    let whole: Vec<DutyKind> = duties.iter().filter(|duty| duty.csd.is_none()).map(|duty| duty.kind).collect();
    for kind in whole {
        give(cx, command, &cus.key, to, None, vec![kind])?;
    }
    for duty in duties {
        if let Some(csd) = &duty.csd {
            give(cx, command, &cus.key, to, Some(csd), vec![duty.kind])?;
        }
    }
    Ok(())
}

/// Drafts one notice and records it on a ticket, as told at once or queued for delivery.
pub(super) fn give(
    cx: &mut DecisionContext<'_>,
    command: &Notify,
    key: &Key,
    to: Audience,
    csd: Option<&Key>,
    settles: Vec<DutyKind>,
) -> Result<(), Refusal> {
    let step = command.to.filter(|_| command.wording != Wording::Alone).map_or(Step::Interim, Step::notify);
    let Some(ticket) = cx.tickets.ticket(key) else {
        return Err(wrong_kind(step, key, Kind::Cus));
    };
    let about = csd.and_then(|csd| cx.tickets.csd(csd));
    let via = via(cx, command, to);
    if let Some(csd) = about.filter(|_| to == Audience::Customer && via.is_mail()) {
        has_address(csd).map_err(|failure| Refusal::of(step, key, vec![failure]))?;
    }
    let is_edited = command.wording == Wording::Edited;
    let matter =
        Matter { ticket, to, csd: about, settles: &settles, via, words: command.message.as_deref(), is_edited };
    let drafted = draft::draft(&cx.context.notice_settings, &cx.tickets, &matter)
        .map_err(|failure| Refusal::of(step, key, vec![failure]))?;
    let number = ticket.last_notice().saturating_add(1);
    let facts = match ticket {
        Ticket::Cus(cus) => cus.facts,
        Ticket::Csd(_) => 0,
    };
    let fact = Notified {
        notice: number,
        to,
        csd: csd.cloned(),
        via,
        facts,
        settles,
        message_id: format!("{}.{number}", key.as_str().to_ascii_lowercase()),
        next_by: command.next_by.filter(|_| to == Audience::Customer),
        texts: NotifiedTexts { message: drafted.message, subject: drafted.subject },
    };
    cx.record(key, fact);
    let told = cx.tickets.ticket(key).and_then(|ticket| ticket.notice(number)).filter(|_| via.is_at_once());
    if let Some(notice) = told.cloned() {
        tell_customer(cx, key, &notice);
    }
    Ok(())
}

/// Checks that a mail to the customer has one place to go.
fn has_address(csd: &Csd) -> Result<(), Failure> {
    match csd.addressed() {
        Addressed::To(_) => Ok(()),
        Addressed::Nowhere => Err(Failure::NoAddress { csd: csd.key.clone() }),
        Addressed::Unclear(part) => Err(Failure::UnclearAddress { csd: csd.key.clone(), part: part.to_owned() }),
    }
}

/// Records on the CSD ticket that the customer was told by a notice of the CUS ticket (R21), which resolves it for an
/// answer of R26.
pub(super) fn tell_customer(cx: &mut DecisionContext<'_>, key: &Key, notice: &Notice) {
    let Some(cus) = cx.tickets.cus(key) else { return };
    let Some(csd) = notice.csd.as_ref().filter(|_| notice.to == Audience::Customer) else { return };
    let is_update = notice.settles.contains(&DutyKind::TellCustomer);
    let answers = is_update && cus.is_answered();
    let (notice, next_by) = (notice.number, notice.next_by);
    cx.record(csd, CustomerTold { cus: key.clone(), notice, is_update, next_by, texts: CustomerToldTexts {} });
    if answers {
        cx.record(csd, Resolved { answer: None, duplicate_of: None, texts: ResolvedTexts::default() });
    }
}

/// Returns the CSD ticket to which the notice is narrowed, named beside its CUS ticket or instead of it.
pub(super) fn narrowed_to(
    cx: &DecisionContext<'_>,
    command: &Notify,
    cus: &Cus,
    step: Step,
) -> Result<Option<Key>, Refusal> {
    let named = command.csd.as_ref().or(Some(&command.cus).filter(|key| cx.tickets.csd(key).is_some()));
    let Some(key) = named else { return Ok(None) };
    match cx.tickets.csd(key) {
        Some(csd) if cus.link(&csd.id).is_some() => Ok(Some(csd.id.clone())),
        _ => Err(Refusal::of(step, &cus.key, vec![Failure::NotLinked { csd: key.clone() }])),
    }
}

fn owed_to(cus: &Cus, to: Audience) -> Vec<Duty> {
    cus.demands().into_iter().filter(|duty| duty.kind.audience() == Some(to)).collect()
}

/// The roles that may settle a duty to tell (R28): messages to customers are Support's.
fn settlers(kind: DutyKind) -> &'static [Role] {
    if kind == DutyKind::TellCustomer { &[Role::Support] } else { &[Role::Engineering, Role::Product] }
}

fn may_settle(cx: &DecisionContext<'_>, kind: DutyKind) -> bool {
    let roles = &cx.context.roles;
    roles.is_empty() || roles.iter().any(|role| settlers(kind).contains(role))
}

/// Returns why there is nothing to tell: for customers, mostly that Support has not been told first (R21).
fn nothing_owed(cx: &DecisionContext<'_>, cus: &Cus, to: Audience, narrowed: Option<&Key>) -> Vec<Failure> {
    let untold: Vec<Failure> = cus
        .links
        .iter()
        .filter(|link| to == Audience::Customer && narrowed.is_none_or(|csd| link.csd == *csd))
        .filter(|link| cus.owes_support(link) && !link.is_decided())
        .map(|link| support_not_told(&cx.tickets, cus, &link.csd))
        .collect();
    if untold.is_empty() { vec![Failure::NothingOwed { cus: cus.key.clone(), to: Some(to) }] } else { untold }
}

#[cfg(test)]
mod tests {
    use crate::workflow::command::{Command, Edit, Notify};
    use crate::workflow::event::Fact;
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::refusal::Failure;
    use crate::workflow::rule::Rule;
    use crate::workflow::step::Step;
    use crate::workflow::tests::given::{
        assess, close_as, decided, edit, eng_assess, escalated, patch, report, say, send_back, tell, tell_about,
        two_escalated,
    };
    use crate::workflow::tests::kit::{World, key, messages, rules, types};
    use crate::workflow::tickets::stage::CsdStage;
    use crate::workflow::vocabulary::{Audience, ChecklistItem, Impact, Priority, Resolution, Role, Via, Word};

    /// Two customers of a critical bug with a large impact; a decision was made, and nobody knows anything.
    fn untold() -> World {
        two_escalated(Priority::Critical).given(eng_assess(Impact::Large)).given(patch("8.2"))
    }

    fn everybody() -> Notify {
        Notify { to: None, ..tell(Audience::Support) }
    }

    #[test]
    fn given_a_step_that_makes_notices_owed_when_it_tells_then_those_of_the_actors_roles_go_out() {
        let assessed = || two_escalated(Priority::Critical).given(eng_assess(Impact::Large));
        let mut world = assessed().acting_as(&[Role::Engineering]);
        let events = world.when(Command::from(patch("8.2")).and_tell());
        assert_eq!(messages(&events).len(), 4, "Product, Marketing and two reporters");
        assert!(events.iter().all(|event| event.step != Step::NotifyCustomer));
        assert_eq!(messages(&assessed().when(Command::from(patch("8.2")).and_tell())).len(), 6, "and two customers");
        let mut world = assessed().acting_as(&[Role::Engineering]).told(Audience::Product);
        let events = world.when(Command::from(eng_assess(Impact::Some)).and_tell());
        assert_eq!(types(&events), ["eng-assessed"], "where nothing is owed, nothing is sent");
    }

    #[test]
    fn each_original_reporter_gets_a_notice_of_their_own() {
        let mut world = untold();
        let events = world.when(Notify { via: Some(Via::Phone), ..tell(Audience::Support) });
        assert_eq!(types(&events), ["notified", "notified"]);
        let notices = &world.cus("CUS-1").notices;
        assert_eq!(notices.iter().map(|notice| notice.number).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(notices[1].csd, Some(key("CSD-2")));
        assert_eq!((notices[0].via, &notices[0].settles[..]), (Via::Phone, &[DutyKind::TellSupport][..]));
        assert!(!world.owes("CUS-1", DutyKind::TellSupport));
    }

    #[test]
    fn a_notice_carries_the_revision_of_the_facts_that_it_tells() {
        let mut world = decided(Priority::Low, patch("8.2")).given(patch("8.3"));
        let events = world.when(tell(Audience::Support));
        let Fact::Notified(fact) = &events[0].fact else { panic!("{events:?}") };
        assert_eq!((fact.facts, world.cus("CUS-1").facts), (2, 2));
        assert!(fact.texts.message.contains("8.3"));
    }

    #[test]
    fn a_notice_to_a_customer_is_recorded_on_the_original_ticket_too() {
        let mut world = decided(Priority::Low, patch("8.2")).told(Audience::Support);
        let events = world.when(tell(Audience::Customer));
        assert_eq!(types(&events), ["notified", "customer-told"]);
        assert_eq!(events[1].stream, key("CSD-1"));
        assert!(world.link("CSD-1").customer_told.is_some());
    }

    #[test]
    fn customers_are_told_only_after_support() {
        let world = untold();
        let untold = |csd: &str| Failure::SupportNotTold { cus: key("CUS-1"), csd: key(csd), queued: false };
        assert_eq!(world.refused(tell(Audience::Customer)), [untold("CSD-1"), untold("CSD-2")]);
        let world = world.given(tell_about("CSD-1", Audience::Support));
        assert_eq!(world.refused(tell_about("CSD-2", Audience::Customer)), [untold("CSD-2")]);
        let world = world.given(tell(Audience::Customer));
        assert!(world.link("CSD-1").customer_told.is_some() && world.link("CSD-2").customer_told.is_none());
    }

    #[test]
    fn a_notice_can_be_narrowed_to_one_customers_ticket_in_two_ways() {
        for narrowed in
            [tell_about("CSD-2", Audience::Support), Notify { cus: key("CSD-2"), ..tell(Audience::Support) }]
        {
            let world = untold().given(narrowed);
            assert!(world.link("CSD-1").support_told.is_none());
            assert!(world.link("CSD-2").support_told.is_some());
        }
        let world = untold().given(report("Cedar"));
        let failures = world.refused(tell_about("CSD-3", Audience::Support));
        assert_eq!(failures, [Failure::NotLinked { csd: key("CSD-3") }]);
    }

    #[test]
    fn where_nothing_is_owed_a_message_needs_its_words() {
        let world = escalated(Priority::Low);
        for to in Audience::ALL {
            let failures = world.refused(tell(*to));
            assert_eq!(failures, [Failure::NothingOwed { cus: key("CUS-1"), to: Some(*to) }]);
        }
    }

    #[test]
    fn interim_messages_may_be_sent_at_any_stage_and_settle_nothing() {
        let worlds = [
            two_escalated(Priority::High),
            two_escalated(Priority::High).given(send_back(&[ChecklistItem::Steps])),
            two_escalated(Priority::High).eng_assessed(),
            untold(),
            two_escalated(Priority::High).given(close_as(Resolution::NotABug)),
        ];
        for mut world in worlds {
            let owed = world.kinds("CUS-1");
            let events = world.when(say(Audience::Customer, "We are looking into it"));
            assert_eq!(types(&events), ["notified", "customer-told", "notified", "customer-told"]);
            assert_eq!(world.kinds("CUS-1"), owed, "{}", world.cus_stage());
            assert_eq!(world.csd_stage("CSD-1"), CsdStage::Escalated);
        }
        let mut world = two_escalated(Priority::High);
        world.when(Notify { csd: Some(key("CSD-2")), ..say(Audience::Customer, "Just for you") });
        let about: Vec<_> = world.cus("CUS-1").notices.iter().map(|notice| notice.csd.clone()).collect();
        assert_eq!(about, [Some(key("CSD-2"))]);
        let world = escalated(Priority::High).given(say(Audience::Marketing, "Something is wrong"));
        assert!(!world.cus("CUS-1").marketing_told);
    }

    #[test]
    fn own_words_settle_what_is_owed_like_the_templates() {
        let world = decided(Priority::Low, patch("8.2")).given(say(Audience::Support, "A patch, 8.2"));
        assert!(!world.owes("CUS-1", DutyKind::TellSupport));
        let message = world.last_message();
        assert!(message.starts_with("A patch, 8.2\n\nResolution information for CSD-1"), "{message}");
    }

    #[test]
    fn marketing_is_told_the_details_and_the_impact_once() {
        let world = untold().told(Audience::Marketing);
        assert!(world.last_message().contains("large") && world.last_message().contains("8.2"));
        assert_eq!(rules(&world.refused(tell(Audience::Marketing))), [Rule::R21]);
    }

    #[test]
    fn the_alert_is_engineerings_or_products() {
        let alert = || escalated(Priority::High).eng_assessed();
        assert_eq!(rules(&alert().acting_as(&[Role::Support]).refused(tell(Audience::Product))), [Rule::R28]);
        for role in [Role::Engineering, Role::Product] {
            assert!(!alert().acting_as(&[role]).given(tell(Audience::Product)).owes("CUS-1", DutyKind::AlertProduct));
        }
    }

    #[test]
    fn one_command_tells_everybody_whom_the_actor_owes_something() {
        let mut world = untold();
        world.when(everybody());
        let order: Vec<Audience> = world.cus("CUS-1").notices.iter().map(|notice| notice.to).collect();
        use Audience::{Customer, Marketing, Product, Support};
        assert_eq!(order, [Product, Marketing, Support, Support, Customer, Customer]);
        assert_eq!(world.kinds("CUS-1"), [DutyKind::Postmortem, DutyKind::Ship]);
    }

    #[test]
    fn everybody_is_only_those_whom_the_actors_role_may_tell() {
        let engineering = untold().acting_as(&[Role::Engineering]).given(everybody());
        let left = [DutyKind::TellCustomer, DutyKind::TellCustomer, DutyKind::Postmortem, DutyKind::Ship];
        assert_eq!(engineering.kinds("CUS-1"), left);
        let support = engineering.acting_as(&[Role::Support]).given(everybody());
        assert_eq!(support.kinds("CUS-1"), [DutyKind::Postmortem, DutyKind::Ship]);
        assert_eq!(support.refused(everybody()), [Failure::NothingOwed { cus: key("CUS-1"), to: None }]);
        assert_eq!(untold().acting_as(&[Role::Support]).refused(everybody()).len(), 1);
    }

    #[test]
    fn messages_to_customers_are_supports_and_other_notices_are_not() {
        let world = escalated(Priority::Low);
        let may = |role: Role, to: Audience| {
            let world = world.clone().acting_as(&[role]);
            crate::workflow::rules::decide(&world.tickets, &say(to, "Words").into(), &world.context).is_ok()
        };
        for role in Role::ALL {
            let is = |roles: &[Role]| roles.contains(role);
            assert_eq!(may(*role, Audience::Customer), is(&[Role::Support]), "{role}");
            assert_eq!(may(*role, Audience::Support), is(&[Role::Engineering, Role::Product]), "{role}");
            assert_eq!(may(*role, Audience::Marketing), is(&[Role::Engineering, Role::Product]), "{role}");
        }
    }

    #[test]
    fn the_answer_of_a_ticket_without_a_fix_resolves_the_customers_ticket() {
        let world = escalated(Priority::Low).given(close_as(Resolution::NotABug));
        assert_eq!(world.refused(tell(Audience::Customer)).len(), 1);
        let mut world = world.told(Audience::Support);
        assert_eq!(types(&world.when(tell(Audience::Customer))), ["notified", "customer-told", "resolved"]);
        assert_eq!(world.csd_stage("CSD-1"), CsdStage::Resolved);
        assert!(world.kinds("CUS-1").is_empty());
    }

    #[test]
    fn a_ticket_that_was_never_escalated_has_nobody_to_tell() {
        let world = World::new().given(report("Alder")).given(assess("CSD-1"));
        let failures = world.refused(Notify { cus: key("CSD-1"), ..tell(Audience::Customer) });
        assert_eq!(failures, [Failure::NotLinked { csd: key("CSD-1") }]);
    }

    #[test]
    fn a_renamed_ticket_is_told_by_its_new_key() {
        let world = decided(Priority::Low, patch("8.2")).given(Edit { csd: Some(key("SD-9")), ..edit("CSD-1") });
        let world = world.given(tell_about("SD-9", Audience::Support)).given(tell_about("CSD-1", Audience::Customer));
        assert!(world.last_message().contains("SD-9") && !world.last_message().contains("CSD-1"));
    }
}
