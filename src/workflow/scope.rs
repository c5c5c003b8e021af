//! Which tickets a command is decided on: what must be loaded first.

use crate::workflow::command::{Command, ShipTarget};
use crate::workflow::key::Key;

/// The tickets that a command is decided on. With each CUS ticket come its customers' tickets, and the reverse.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Tickets that must exist.
    pub keys: Vec<Key>,
    /// Keys that may be in use: a new key is checked against them.
    pub perhaps: Vec<Key>,
    /// All tickets that were decided for this version.
    pub fix_version: Option<String>,
    /// Whether a new ticket can come of it, so that the next free keys are needed.
    pub begins: bool,
}

impl Scope {
    /// The tickets of these keys.
    pub fn of(keys: impl IntoIterator<Item = Key>) -> Self {
        Self { keys: keys.into_iter().collect(), ..Self::default() }
    }
}

impl Command {
    /// The tickets that it is decided on.
    pub fn scope(&self) -> Scope {
        let mut scope = Scope::of(self.subjects().iter().cloned());
        match self {
            Self::Report(command) => {
                scope.perhaps.extend(command.csd.clone());
                scope.begins = true;
            }
            Self::Escalate(_) => scope.begins = true,
            Self::Join(command) => scope.keys.push(command.into.clone()),
            Self::CloseAs(command) => scope.keys.extend(command.of.clone()),
            Self::Notify(command) => scope.keys.extend(command.csd.clone()),
            Self::Edit(command) => scope.perhaps.extend(command.csd.clone()),
            Self::Import(command) => {
                scope.perhaps.push(command.ticket.key.clone());
                scope.perhaps.extend(command.ticket.cus.clone());
                scope.begins = true;
            }
            Self::Ship(command) => scope.fix_version = command.target.version().map(str::to_owned),
            Self::Slip(command) => scope.fix_version = Some(command.from.clone()),
            Self::Assess(_)
            | Self::Complete(_)
            | Self::EngAssess(_)
            | Self::Release(_)
            | Self::Deliver(_)
            | Self::Postmortem(_)
            | Self::Close(_)
            | Self::Resolve(_)
            | Self::Confirm(_)
            | Self::Return(_)
            | Self::Reopen(_)
            | Self::Hold(_)
            | Self::LiftHold(_)
            | Self::Comment(_)
            | Self::Attach(_)
            | Self::Unlink(_) => {}
        }
        scope
    }

    /// The tickets that it is taken on, by the keys that it names; none where it begins one or goes by a version.
    pub fn subjects(&self) -> &[Key] {
        use std::slice::from_ref;
        match self {
            Self::Report(_) | Self::Slip(_) | Self::Import(_) => &[],
            Self::Escalate(command) => &command.csd,
            Self::Join(command) => &command.csd,
            Self::Ship(command) => match &command.target {
                ShipTarget::Ticket(key) => from_ref(key),
                ShipTarget::Version(_) => &[],
            },
            Self::Assess(command) => from_ref(&command.csd),
            Self::Resolve(command) => from_ref(&command.csd),
            Self::Confirm(command) => from_ref(&command.csd),
            Self::Unlink(command) => from_ref(&command.csd),
            Self::Complete(command) => from_ref(&command.cus),
            Self::EngAssess(command) => from_ref(&command.cus),
            Self::Release(command) => from_ref(&command.cus),
            Self::Notify(command) => from_ref(&command.cus),
            Self::Deliver(command) => from_ref(&command.cus),
            Self::Postmortem(command) => from_ref(&command.cus),
            Self::Close(command) => from_ref(&command.cus),
            Self::CloseAs(command) => from_ref(&command.cus),
            Self::Return(command) => from_ref(&command.cus),
            Self::Hold(command) => from_ref(&command.cus),
            Self::LiftHold(command) => from_ref(&command.cus),
            Self::Reopen(command) => from_ref(&command.key),
            Self::Comment(command) => from_ref(&command.key),
            Self::Attach(command) => from_ref(&command.key),
            Self::Edit(command) => from_ref(&command.key),
        }
    }

    /// Whether it is taken on CUS tickets, so that a customer's key stands for its CUS ticket.
    pub fn is_on_cus(&self) -> bool {
        match self {
            Self::Escalate(_)
            | Self::Join(_)
            | Self::Complete(_)
            | Self::EngAssess(_)
            | Self::Release(_)
            | Self::Notify(_)
            | Self::Deliver(_)
            | Self::Postmortem(_)
            | Self::Close(_)
            | Self::CloseAs(_)
            | Self::Ship(_)
            | Self::Slip(_)
            | Self::Return(_)
            | Self::Hold(_)
            | Self::LiftHold(_) => true,
            Self::Report(_)
            | Self::Assess(_)
            | Self::Resolve(_)
            | Self::Confirm(_)
            | Self::Reopen(_)
            | Self::Comment(_)
            | Self::Attach(_)
            | Self::Edit(_)
            | Self::Import(_)
            | Self::Unlink(_) => false,
        }
    }
}

impl ShipTarget {
    fn version(&self) -> Option<&str> {
        match self {
            Self::Version(version) => Some(version),
            Self::Ticket(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Scope;
    use crate::workflow::command::{Command, Join, Ship, ShipTarget};
    use crate::workflow::tests::given::{escalate, report};
    use crate::workflow::tests::kit::key;
    use crate::workflow::vocabulary::Priority;

    fn scope(command: impl Into<Command>) -> Scope {
        command.into().scope()
    }

    #[test]
    fn new_tickets_need_free_keys() {
        assert_eq!(scope(report("Alder")), Scope { begins: true, ..Scope::default() });
        let both = [key("CSD-1"), key("CSD-2")];
        let escalation = scope(escalate(&["CSD-1", "CSD-2"], Priority::High));
        assert_eq!(escalation, Scope { begins: true, ..Scope::of(both) });
    }

    #[test]
    fn a_join_reads_the_ticket_that_is_joined() {
        let join = Join {
            csd: vec![key("CSD-2")],
            into: key("CUS-1"),
            priority: None,
            steps: None,
            attach: Vec::new(),
            hold: None,
            note: None,
        };
        let command = Command::from(join);
        assert_eq!(command.scope(), Scope::of([key("CSD-2"), key("CUS-1")]));
        assert_eq!(command.subjects(), [key("CSD-2")]);
    }

    #[test]
    fn shipping_a_version_reads_all_that_was_decided_for_it() {
        let ship = Ship { target: ShipTarget::Version("5.2".to_owned()), note: None };
        assert_eq!(scope(ship), Scope { fix_version: Some("5.2".to_owned()), ..Scope::default() });
    }
}
