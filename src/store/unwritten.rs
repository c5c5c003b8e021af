//! What waits to be written of the current state.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::StoreError;
use super::rows::TicketRows;
use super::statements::Statements;

/// How many tickets wait to be written at most.
const MANY: usize = 4096;

/// Tickets whose rows have changed: by their numbers, what is stored of each and what is to be stored.
///
/// A batch changes tickets all over the file. Written together and in their order, they share pages, and what changes
/// several times is written once.
#[derive(Debug, Clone, Default)]
pub(super) struct Unwritten(BTreeMap<i64, Box<Change>>);

#[derive(Debug, Clone)]
struct Change {
    old: Option<TicketRows>,
    new: TicketRows,
}

impl Unwritten {
    /// Takes in what is to be stored of a ticket, where `old` was before.
    pub(super) fn take(&mut self, old: Option<TicketRows>, new: TicketRows) {
        match self.0.entry(new.began()) {
            Entry::Occupied(mut waiting) => waiting.get_mut().new = new,
            Entry::Vacant(place) => {
                place.insert(Box::new(Change { old, new }));
            }
        }
    }

    /// Whether they are so many that they should not wait.
    pub(super) fn are_many(&self) -> bool {
        self.0.len() >= MANY
    }

    /// Writes them.
    pub(super) fn write(&mut self, statements: &mut Statements<'_>) -> Result<(), StoreError> {
        let all = std::mem::take(&mut self.0);
        for Change { old, new } in all.values().map(Box::as_ref) {
            new.write(statements, old.as_ref())?;
        }
        for Change { old, new } in all.values().map(Box::as_ref) {
            new.write_links(statements, old.as_ref())?;
        }
        Ok(())
    }
}
