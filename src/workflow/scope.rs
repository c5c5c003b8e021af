//! Which tickets a command is decided on: what must be loaded first.

use crate::workflow::command::{Command, HoldRequest, Import, Ship, ShipTarget};
use crate::workflow::foreign::Happened;
use crate::workflow::key::Key;
use crate::workflow::notices::tentative::candidates;

/// The tickets that a command is decided on. With each CUS ticket come its customers' tickets, and the reverse.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Tickets that must exist.
    pub keys: Vec<Key>,
    /// Keys that may be in use: a new key is checked against them.
    pub perhaps: Vec<Key>,
    /// All tickets that were decided for this version.
    pub fix_version: Option<String>,
    /// Customers that it names: whether they are known, and how they are spelt then.
    pub customers: Vec<String>,
    /// Versions that it names.
    pub versions: Vec<String>,
    /// Whether a new ticket can come of it, so that the next free keys are needed.
    pub begins: bool,
    /// The ticket of which a command is to be undone, and the command, where it is not the last.
    pub undoes: Option<(Key, Option<i64>)>,
}

impl Scope {
    /// The tickets of these keys.
    pub fn of(keys: impl IntoIterator<Item = Key>) -> Self {
        Self { keys: keys.into_iter().collect(), ..Self::default() }
    }
}

impl Command {
    /// Returns the tickets that it is decided on.
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other command is decided on its subjects alone")]
    pub fn scope(&self) -> Scope {
        let mut scope = Scope::of(self.subjects().iter().cloned());
        match self {
            Self::AndTell(and_tell) => return and_tell.command.scope(),
            Self::Report(command) => {
                scope.perhaps.extend(command.csd.clone());
                scope.begins = true;
            }
            Self::Escalate(_) => scope.begins = true,
            Self::Join(command) => scope.keys.extend(command.csd.clone()),
            Self::CloseAs(command) => scope.keys.extend(command.of.clone()),
            Self::ResolveDuplicate(command) => scope.keys.push(command.of.clone()),
            Self::Notify(command) => scope.keys.extend(command.csd.clone()),
            Self::Edit(command) => scope.perhaps.extend(command.csd.clone()),
            Self::Import(command) => {
                scope.perhaps.push(command.ticket.key.clone());
                scope.perhaps.extend(command.ticket.cus.clone());
                scope.perhaps.extend(command.joins.iter().cloned());
                scope.perhaps.extend(command.ticket.original().cloned());
                scope.begins = true;
            }
            Self::Ship(Ship { target: ShipTarget::Version(version), .. }) => scope.fix_version = Some(version.clone()),
            Self::Undo(command) => scope.undoes = Some((command.key.clone(), command.command)),
            Self::Slip(command) => scope.fix_version = Some(command.from.clone()),
            _ => {}
        }
        self.add_names(&mut scope);
        scope
    }

    /// Adds the names that it brings.
    #[expect(clippy::wildcard_enum_match_arm, reason = "no other command brings a name")]
    fn add_names(&self, scope: &mut Scope) {
        let Scope { customers, versions, .. } = scope;
        let held = |hold: &Option<HoldRequest>| hold.as_ref().and_then(|hold| hold.version.clone());
        match self {
            Self::Report(command) => {
                customers.push(command.customer.clone());
                versions.extend(command.product_version.clone());
            }
            Self::Edit(command) => {
                customers.extend(command.customer.clone());
                versions.extend(command.product_version.clone());
            }
            Self::Escalate(command) => versions.extend(held(&command.hold)),
            Self::Join(command) => versions.extend(held(&command.hold)),
            Self::Complete(command) => versions.extend(held(&command.hold)),
            Self::Hold(command) => versions.extend(command.version.clone()),
            Self::LiftHold(command) => versions.extend(command.version.clone()),
            Self::Release(command) => versions.extend(command.fix_version.clone()),
            Self::Slip(command) => versions.push(command.to.clone()),
            Self::Resolve(command) => versions.extend(command.message.as_deref().into_iter().flat_map(candidates)),
            Self::Notify(command) => versions.extend(command.message.as_deref().into_iter().flat_map(candidates)),
            Self::Import(Import { ticket, .. }) => {
                customers.push(ticket.customer.clone());
                versions.extend(ticket.product_version.clone());
                versions.extend(ticket.past.iter().filter_map(|past| match &past.what {
                    Happened::Fixed(version) => Some(version.clone()),
                    _ => None,
                }));
            }
            _ => {}
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
        let customers = vec!["Alder".to_owned()];
        assert_eq!(scope(report("Alder")), Scope { begins: true, customers, ..Scope::default() });
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
        assert_eq!(command.scope(), Scope::of([key("CUS-1"), key("CSD-2")]));
        assert_eq!(command.subjects(), [key("CUS-1")]);
    }

    #[test]
    fn shipping_a_version_reads_all_that_was_decided_for_it() {
        let ship = Ship { target: ShipTarget::Version("5.2".to_owned()), fixed_by: Vec::new(), note: None };
        assert_eq!(scope(ship), Scope { fix_version: Some("5.2".to_owned()), ..Scope::default() });
    }
}
