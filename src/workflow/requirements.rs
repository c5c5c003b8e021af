//! The requirements of a step, before anything is given: prompts, `next KEY`, the list of missing inputs and the gates
//! all ask here.

use crate::workflow::context::Context;
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::rule::Rule;
use crate::workflow::step::Step;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::cus::Cus;
use crate::workflow::tickets::stage::{CsdStage, Stage};
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::{AnswerKind, Handler, Kind, Role};

/// The requirements of a step on a ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct Requirements {
    /// The reasons why it is not legal from this stage or not this role's.
    pub illegal: Vec<Failure>,
    /// The failures to put right first.
    pub unmet: Vec<Failure>,
    /// The inputs that must be given, each with the rule that demands it.
    pub inputs: Vec<(Field, Rule)>,
    /// The role in which the actor takes it; `None` where none is known.
    pub role: Option<Role>,
}

/// Returns what the step still needs on the ticket with this key: stage and role, then what is undone, then the inputs.
pub fn requirements(tickets: &Tickets, key: &Key, step: Step, context: &Context) -> Requirements {
    let mut needs = Requirements {
        illegal: Vec::new(),
        unmet: Vec::new(),
        inputs: step.inputs().to_vec(),
        role: context.roles.first().copied(),
    };
    let Some(ticket) = subject(tickets, key, step) else {
        needs.illegal.push(match (tickets.ticket(key), step.kind()) {
            (Some(Ticket::Csd(csd)), Some(Kind::Cus)) => Failure::NotLinked { csd: csd.key.clone() },
            (_, needed) => Failure::WrongKind { step, key: key.clone(), needed: needed.unwrap_or(Kind::Csd) },
        });
        return needs;
    };
    let legal = legal_stages(step, ticket);
    if !legal.contains(&ticket.stage()) {
        if let (Step::ConfirmResolved | Step::ConfirmNotResolved | Step::ConfirmUnreachable, Ticket::Csd(csd)) =
            (step, ticket)
            && csd.cus.is_none()
        {
            needs.illegal.push(Failure::NotLinked { csd: csd.key.clone() });
        } else {
            let legal = legal.into_iter().filter(|stage| stage.kind() == ticket.kind()).collect();
            let (by, since) = ticket.brought_there();
            needs.illegal.push(Failure::WrongStage {
                step,
                key: ticket.key().clone(),
                stage: ticket.stage(),
                by: by.to_owned(),
                since,
                legal,
            });
        }
    }
    let allowed = roles(step, ticket);
    if !allowed.is_empty() && !context.roles.is_empty() {
        needs.role = context.roles.iter().copied().find(|role| allowed.contains(role));
        if needs.role.is_none() {
            needs.illegal.push(Failure::WrongRole { needed: allowed.to_vec(), has: context.roles.clone() });
        }
    }
    if needs.illegal.is_empty() {
        needs.unmet = unmet(tickets, ticket, step, context);
    }
    needs
}

impl Requirements {
    /// Refuses if the step is illegal or something must be done first.
    pub(crate) fn refuse(&self, step: Step, key: &Key) -> Result<(), Refusal> {
        let failures: Vec<Failure> = self.illegal.iter().chain(&self.unmet).cloned().collect();
        if failures.is_empty() { Ok(()) } else { Err(Refusal::of(step, key, failures)) }
    }
}

/// Finds the ticket that a step is taken on: a CSD key serves for its CUS ticket where only that makes sense.
pub(crate) fn subject<'a>(tickets: &'a Tickets, key: &Key, step: Step) -> Option<&'a Ticket> {
    let ticket = tickets.ticket(key)?;
    match step.kind() {
        None => Some(ticket),
        Some(kind) if kind == ticket.kind() => Some(ticket),
        Some(Kind::Cus) => tickets.ticket(&tickets.cus_for(key)?.key),
        Some(Kind::Csd) => None,
    }
}

/// Returns what must be done before the step.
fn unmet(tickets: &Tickets, ticket: &Ticket, step: Step, context: &Context) -> Vec<Failure> {
    match (step, ticket) {
        (Step::Postmortem, Ticket::Cus(cus)) => before_postmortem(tickets, cus),
        (Step::Close, Ticket::Cus(cus)) => before_closing(tickets, cus),
        (Step::Ship, Ticket::Cus(cus)) => before_shipping(cus),
        (Step::WritePostmortem | Step::AddAction, Ticket::Cus(cus)) if cus.is_postmortem_over(context.now) => {
            vec![Failure::PostmortemOver { cus: cus.key.clone() }]
        }
        (step, Ticket::Cus(cus)) if step.resolution().is_some() && cus.is_shipped() => {
            vec![Failure::FixShipped { cus: cus.key.clone() }]
        }
        (Step::LiftHold, Ticket::Cus(cus)) if cus.holds.is_empty() => vec![Failure::NoHold { cus: cus.key.clone() }],
        (Step::Reopen, Ticket::Cus(cus)) if cus.links.is_empty() => vec![no_customers(Rule::R25, cus)],
        (Step::Unlink, Ticket::Csd(csd)) => match csd.cus.as_ref().and_then(|cus| tickets.cus(cus)) {
            Some(cus) if cus.links.len() == 1 => {
                vec![Failure::LastLink { csd: csd.key.clone(), cus: cus.key.clone() }]
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// R19: the resolution information in force has been given to Support, and R14 and R17 are done.
fn before_postmortem(tickets: &Tickets, cus: &Cus) -> Vec<Failure> {
    let mut failures = alerts_owed(cus);
    for link in cus.links.iter().filter(|link| cus.owes_support(link)) {
        failures.push(support_not_told(tickets, cus, &link.csd));
    }
    failures
}

/// R24: the fix has shipped, there is at least one linked CSD ticket, each is answered, everybody was told what they are
/// owed, and the root cause is written where that matters.
fn before_closing(tickets: &Tickets, cus: &Cus) -> Vec<Failure> {
    if cus.links.is_empty() {
        return vec![no_customers(Rule::R24, cus)];
    }
    let mut failures = Vec::new();
    if !cus.is_shipped() {
        let has_version = cus.release.as_ref().is_some_and(|release| release.fix_version.is_some());
        failures.push(Failure::NotShipped { cus: cus.key.clone(), has_version });
    }
    failures.extend(alerts_owed(cus));
    for link in &cus.links {
        if cus.owes_support(link) {
            failures.push(support_not_told(tickets, cus, &link.csd));
        } else if cus.owes_customer(link) {
            failures.push(customer_not_told(tickets, cus, &link.csd));
        } else if !link.is_decided() {
            failures.push(Failure::CustomerUndecided { csd: tickets.current_key(&link.csd) });
        }
    }
    if cus.lacks_root_cause() {
        failures.push(Failure::RootCauseMissing { cus: cus.key.clone() });
    }
    failures
}

/// What R14 and R17 demand and has not been done.
fn alerts_owed(cus: &Cus) -> Vec<Failure> {
    let mut failures = Vec::new();
    if cus.owes_alert() {
        let queued = cus.is_queued(DutyKind::AlertProduct, None);
        failures.push(Failure::ProductNotAlerted { cus: cus.key.clone(), queued });
    }
    if cus.owes_marketing() {
        let queued = cus.is_queued(DutyKind::TellMarketing, None);
        failures.push(Failure::MarketingNotTold { cus: cus.key.clone(), queued });
    }
    failures
}

/// That the original reporter of a linked ticket does not know what is in force.
pub(in crate::workflow) fn support_not_told(tickets: &Tickets, cus: &Cus, csd: &Key) -> Failure {
    let queued = cus.is_queued(DutyKind::TellSupport, Some(csd));
    Failure::SupportNotTold { cus: cus.key.clone(), csd: tickets.current_key(csd), queued }
}

/// Returns the failure that the customer of a linked ticket does not know the facts in force.
fn customer_not_told(tickets: &Tickets, cus: &Cus, csd: &Key) -> Failure {
    let queued = cus.is_queued(DutyKind::TellCustomer, Some(csd));
    Failure::CustomerNotTold { cus: cus.key.clone(), csd: tickets.current_key(csd), queued }
}

fn no_customers(rule: Rule, cus: &Cus) -> Failure {
    Failure::NoCustomers { rule, cus: cus.key.clone() }
}

/// R30: what has no version cannot ship, and nothing ships twice.
fn before_shipping(cus: &Cus) -> Vec<Failure> {
    match &cus.release {
        Some(release) if release.fix_version.is_none() => vec![Failure::NoFixVersion { cus: cus.key.clone() }],
        Some(release) if release.shipped.is_some() => vec![Failure::AlreadyShipped { cus: cus.key.clone() }],
        Some(_) | None => Vec::new(),
    }
}

/// The stages from which a step is legal, for a ticket that stands as this one does.
fn legal_stages(step: Step, ticket: &Ticket) -> Vec<Stage> {
    let row = step.row();
    match ticket {
        Ticket::Csd(csd) => {
            let stages = row.csd.iter().copied().filter(|stage| may_answer(step, *stage, csd));
            stages.map(Stage::Csd).collect()
        }
        Ticket::Cus(_) => row.cus.iter().copied().map(Stage::Cus).collect(),
    }
}

/// Returns the roles that may take a step on this ticket; empty is anyone (R28).
pub fn roles(step: Step, ticket: &Ticket) -> &'static [Role] {
    match ticket {
        _ if step == Step::CloseWithdrawn && is_unassessed(ticket) => &[Role::Support],
        Ticket::Csd(csd) if step == Step::Resolve => match csd.handled_by {
            Some(Handler::ClientServices) => &[Role::ClientServices, Role::Support],
            Some(Handler::Product) => &[Role::Product, Role::Support],
            Some(Handler::Support | Handler::Engineering) | None => step.row().roles,
        },
        Ticket::Csd(_) | Ticket::Cus(_) => step.row().roles,
    }
}

/// Whether Engineering has never assessed it, so that withdrawing it is Support's (R26).
pub(crate) fn is_unassessed(ticket: &Ticket) -> bool {
    matches!(ticket, Ticket::Cus(Cus { assessment: None, .. }))
}

/// Whether a CSD ticket in that stage may take the step, as far as answers go: of one that is resolved, only a customer who
/// has not said so can confirm it (R23).
fn may_answer(step: Step, stage: CsdStage, csd: &Csd) -> bool {
    step != Step::ConfirmResolved || stage == CsdStage::Escalated || csd.answer != Some(AnswerKind::Resolved)
}

#[cfg(test)]
mod tests {
    use super::requirements;
    use crate::workflow::field::Field;
    use crate::workflow::refusal::Failure;
    use crate::workflow::rule::Rule;
    use crate::workflow::step::Step;
    use crate::workflow::tests::given::{
        backlog, close, decided, escalated, lift, patch, postmortem, send_back, tell, to_postmortem, two_escalated,
    };
    use crate::workflow::tests::kit::{World, key, rules};
    use crate::workflow::vocabulary::{Audience, ChecklistItem, Kind, Priority, Role, Word};

    /// R28, step by step; empty is anyone. The ticket has been assessed by Engineering.
    fn whose(step: Step) -> &'static [Role] {
        match step {
            Step::Assess | Step::Escalate | Step::Join | Step::BeJoined | Step::Complete => &[Role::Support],
            Step::ConfirmResolved
            | Step::ConfirmNotResolved
            | Step::ConfirmUnreachable
            | Step::Resolve
            | Step::ResolveDuplicate
            | Step::Unlink => &[Role::Support],
            Step::NotifyCustomer => &[Role::Support],
            Step::NotifyProduct => &[Role::Support, Role::Engineering, Role::Product],
            Step::NotifySupport | Step::NotifyMarketing => &[Role::Engineering, Role::Product],
            Step::EngAssess | Step::Return => &[Role::Engineering],
            Step::Release | Step::Postmortem | Step::WritePostmortem | Step::Ship | Step::LiftHold => {
                &[Role::Engineering, Role::Product]
            }
            Step::CloseNotABug
            | Step::CloseDuplicate
            | Step::CloseCannotReproduce
            | Step::CloseWontFix
            | Step::CloseWithdrawn => &[Role::Engineering, Role::Product],
            Step::Close => &[Role::Product],
            Step::Reopen => &[Role::Support, Role::Engineering, Role::Product],
            Step::Interim
            | Step::Hold
            | Step::Comment
            | Step::Attach
            | Step::Edit
            | Step::Assign
            | Step::AddAction
            | Step::EndAction => &[],
            Step::Report
            | Step::Deliver
            | Step::CameBack
            | Step::DropAnnouncement
            | Step::Import
            | Step::Redact
            | Step::Undo
            | Step::Customer
            | Step::Policy => {
                panic!("{step:?} is taken on no ticket")
            }
        }
    }

    #[test]
    fn each_step_is_for_its_roles_and_an_unknown_role_is_let_through() {
        for kind in [Kind::Csd, Kind::Cus] {
            let ticket = key(if kind == Kind::Csd { "CSD-1" } else { "CUS-1" });
            for step in Step::on(kind) {
                for role in Role::ALL {
                    let world = decided(Priority::Low, patch("8.2")).acting_as(&[*role]);
                    let needs = requirements(&world.tickets, &ticket, step, &world.context);
                    let is_refused = needs.illegal.iter().any(|failure| matches!(failure, Failure::WrongRole { .. }));
                    let may = whose(step).is_empty() || whose(step).contains(role);
                    assert_eq!(is_refused, !may, "{step:?} by {role}");
                }
                let world = decided(Priority::Low, patch("8.2"));
                let needs = requirements(&world.tickets, &ticket, step, &world.context);
                assert!(rules(&needs.illegal).is_empty() || needs.role.is_none());
                assert!(!needs.illegal.iter().any(|failure| matches!(failure, Failure::WrongRole { .. })));
            }
        }
    }

    #[test]
    fn withdrawing_before_an_assessment_is_supports_alone() {
        let step = Step::CloseWithdrawn;
        for role in Role::ALL {
            let world = escalated(Priority::Low).acting_as(&[*role]);
            let needs = requirements(&world.tickets, &key("CUS-1"), step, &world.context);
            assert_eq!(needs.illegal.is_empty(), *role == Role::Support, "{role}");
        }
    }

    #[test]
    fn of_several_roles_the_one_that_may_is_recorded() {
        let mut world = decided(Priority::Low, patch("8.2")).acting_as(&[Role::Support, Role::Product]);
        let mut words = tell(Audience::Support);
        words.message = Some("8.2".to_owned());
        assert_eq!(world.when(words)[0].role, Some(Role::Product));
    }

    #[test]
    fn stage_and_role_are_said_together_and_before_everything_else() {
        let world = escalated(Priority::Low).acting_as(&[Role::Support]);
        let failures = world.refused(to_postmortem());
        assert!(matches!(failures[..], [Failure::WrongStage { .. }, Failure::WrongRole { .. }]));
        let world = decided(Priority::Low, patch("8.2")).acting_as(&[Role::Support]);
        assert_eq!(rules(&world.refused(to_postmortem())), [Rule::R28]);
    }

    #[test]
    fn a_customers_key_serves_for_its_cus_ticket() {
        let world = decided(Priority::Low, patch("8.2"));
        let mut by_customer = to_postmortem();
        by_customer.cus = key("CSD-1");
        assert_eq!(world.refused(by_customer.clone()), world.refused(to_postmortem()));
        assert_eq!(world.told(Audience::Support).given(by_customer).cus_stage().as_str(), "postmortem");
    }

    #[test]
    fn what_must_be_done_first_is_told_before_anything_is_given() {
        let unmet = |world: &World, ticket: &str, step| {
            rules(&requirements(&world.tickets, &key(ticket), step, &world.context).unmet)
        };
        let decided = decided(Priority::High, patch("8.2"));
        assert_eq!(unmet(&decided, "CUS-1", Step::Postmortem), [Rule::R14, Rule::R18]);
        assert!(unmet(&decided, "CSD-1", Step::ConfirmResolved).is_empty());
        assert_eq!(unmet(&decided, "CUS-1", Step::LiftHold), [Rule::R10]);
        assert_eq!(unmet(&decided, "CSD-1", Step::Unlink), [Rule::R11]);
        let in_backlog = postmortem(Priority::Low, backlog());
        let postmortem = postmortem(Priority::Low, patch("8.2"));
        assert_eq!(unmet(&postmortem, "CUS-1", Step::Close), [Rule::R24, Rule::R24]);
        assert_eq!(rules(&postmortem.refused(close())), [Rule::R24, Rule::R24]);
        assert_eq!(rules(&postmortem.refused(lift())), [Rule::R10]);
        assert_eq!(unmet(&in_backlog, "CUS-1", Step::Ship), [Rule::R30]);
        assert!(unmet(&two_escalated(Priority::Low), "CSD-1", Step::Unlink).is_empty());
    }

    #[test]
    fn every_input_that_a_rule_demands_is_listed_with_it() {
        let fields = |step: Step| step.inputs().iter().copied().map(|(field, _)| field).collect::<Vec<_>>();
        assert_eq!(Step::Escalate.inputs(), [(Field::Priority, Rule::R8), (Field::Steps, Rule::R8)]);
        assert_eq!(Step::Assess.inputs(), [(Field::Trigger, Rule::R4), (Field::HandledBy, Rule::R3)]);
        let assessment =
            [Field::Cause, Field::Started, Field::CausedBy, Field::Severity, Field::Workaround, Field::Impact];
        assert_eq!(fields(Step::EngAssess), assessment);
        assert_eq!(fields(Step::Return), [Field::Missing, Field::Note]);
        assert_eq!(fields(Step::CloseDuplicate), [Field::Of, Field::Note]);
        assert_eq!(Step::CloseWontFix.inputs(), [(Field::Note, Rule::R26)]);
        assert_eq!(Step::LiftHold.inputs(), [(Field::Note, Rule::R10)]);
        assert_eq!(Step::Unlink.inputs(), [(Field::Note, Rule::R11)]);
        assert_eq!(Step::Reopen.inputs(), [(Field::Note, Rule::R25)]);
        assert_eq!(fields(Step::Close), []);
    }

    #[test]
    fn a_returned_ticket_is_completed_by_support() {
        let world = escalated(Priority::Low).given(send_back(&[ChecklistItem::Steps])).acting_as(&[Role::Engineering]);
        let needs = requirements(&world.tickets, &key("CUS-1"), Step::Complete, &world.context);
        assert_eq!(rules(&needs.illegal), [Rule::R28]);
    }
}
