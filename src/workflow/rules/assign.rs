//! Naming who has a ticket (R37).

use super::decision::{DecisionContext, refuse_if};
use crate::workflow::command::Assign;
use crate::workflow::event::{Assigned, AssignedTexts};
use crate::workflow::names::{is_same_name, tidy};
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::step::Step;

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Assign) -> Result<(), Refusal> {
    cx.require(&command.key, Step::Assign)?;
    let Some(ticket) = cx.tickets.ticket(&command.key) else {
        return Ok(());
    };
    let (id, key) = (ticket.id().clone(), ticket.key().clone());
    let assignee = command.to.as_deref().map(tidy);
    let is_same = match (assignee.as_deref(), ticket.assignee()) {
        (Some(new), Some(old)) => is_same_name(new, old),
        (new, old) => new == old,
    };
    let failure = is_same.then(|| Failure::NothingChanges { key: key.clone() });
    refuse_if(Step::Assign, &key, failure.into_iter().collect())?;
    cx.record(&id, Assigned { texts: AssignedTexts { assignee } });
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::workflow::refusal::Failure;
    use crate::workflow::tests::given::{assign, closed, escalated};
    use crate::workflow::tests::kit::key;
    use crate::workflow::vocabulary::{Priority, Role, Word};

    #[test]
    fn a_customers_ticket_is_its_reporters_and_an_escalation_nobodys() {
        let world = escalated(Priority::Low);
        assert_eq!(world.csd("CSD-1").assignee.as_deref(), Some("Sue Staff"));
        assert_eq!(world.cus("CUS-1").assignee, None);
    }

    #[test]
    fn anyone_names_who_has_a_ticket_at_any_stage() {
        for role in Role::ALL {
            let world = closed(Priority::Low).acting_as(&[*role]);
            let world = world.given(assign("CSD-1", Some(" Ann  Doe "))).given(assign("CUS-1", Some("Eli")));
            assert_eq!(world.csd("CSD-1").assignee.as_deref(), Some("Ann Doe"));
            assert_eq!(world.given(assign("CUS-1", None)).cus("CUS-1").assignee, None);
        }
    }

    #[test]
    fn whom_it_is_assigned_to_already_is_refused() {
        let world = escalated(Priority::Low).given(assign("CUS-1", Some("Eli")));
        assert_eq!(world.refused(assign("CUS-1", Some("ELI"))), [Failure::NothingChanges { key: key("CUS-1") }]);
        let world = world.given(assign("CSD-1", None));
        assert_eq!(world.refused(assign("CSD-1", None)), [Failure::NothingChanges { key: key("CSD-1") }]);
    }
}
