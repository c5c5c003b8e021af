//! What waits to be written of the current state.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::store::error::StoreError;
use crate::store::projection::rows::TicketRows;
use crate::store::statements::Statements;

/// How many bytes of rows wait to be written at most.
const MANY: usize = 4 * 1024 * 1024;

/// Tickets whose rows have changed: by their numbers, what is stored of each and what is to be stored.
///
/// A batch changes tickets all over the file. Written together and in their order, they share pages, and what changes
/// several times is written once.
#[derive(Debug, Clone, Default)]
pub(in crate::store) struct ProjectionBuffer {
    changes: BTreeMap<i64, Box<Change>>,
    bytes: usize,
}

#[derive(Debug, Clone)]
struct Change {
    old: Option<TicketRows>,
    /// What is to be stored; `None` where the ticket is no more.
    new: Option<TicketRows>,
}

impl ProjectionBuffer {
    /// Takes in what is to be stored of a ticket, where `old` was before.
    pub(in crate::store) fn take(&mut self, old: Option<TicketRows>, new: TicketRows) {
        self.bytes += new.bytes();
        match self.changes.entry(new.began()) {
            Entry::Occupied(mut waiting) => waiting.get_mut().new = Some(new),
            Entry::Vacant(place) => {
                self.bytes += size_of::<Change>() + old.as_ref().map_or(0, TicketRows::bytes);
                place.insert(Box::new(Change { old, new: Some(new) }));
            }
        }
    }

    /// Takes in that nothing is to be stored of a ticket any more, where that was before.
    pub(in crate::store) fn remove(&mut self, old: TicketRows) {
        match self.changes.entry(old.began()) {
            Entry::Occupied(mut waiting) => waiting.get_mut().new = None,
            Entry::Vacant(place) => {
                self.bytes += size_of::<Change>() + old.bytes();
                place.insert(Box::new(Change { old: Some(old), new: None }));
            }
        }
    }

    /// Whether they are so many that they should not wait.
    pub(in crate::store) fn are_many(&self) -> bool {
        self.bytes >= MANY
    }

    /// Writes them.
    pub(in crate::store) fn write(&mut self, statements: &mut Statements<'_>) -> Result<(), StoreError> {
        let Self { changes, .. } = std::mem::take(self);
        let emptied: Vec<(TicketRows, &TicketRows)> = changes
            .values()
            .filter_map(|change| change.old.as_ref().filter(|_| change.new.is_none()))
            .map(|old| (old.emptied(), old))
            .collect();
        let kept = changes.values().filter_map(|change| Some((change.new.as_ref()?, change.old.as_ref())));
        let all = || kept.clone().chain(emptied.iter().map(|(new, old)| (new, Some(*old))));
        all().try_for_each(|(new, old)| new.write(statements, old))?;
        all().try_for_each(|(new, old)| new.write_links(statements, old))?;
        emptied.iter().try_for_each(|(_, old)| old.delete(statements))
    }
}
