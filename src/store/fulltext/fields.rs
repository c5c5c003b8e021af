//! Which texts are searched, and the number that each gets in the index.

use crate::store::error::{StoreError, damaged};
use crate::workflow::event::Fact;

/// How many numbers each event has.
const SLOTS: usize = 16;

/// The texts that are searched: by slot, the names under which events store them, and what a word in one counts.
///
/// The slots are part of the file. A new name goes to the end, or into the slot of a name that no type of event has
/// beside it; what is moved is found by its old number until the file is rebuilt.
const FIELDS: [(&[&str], u32); 15] = [
    (&["summary"], 8),
    (&["customer"], 6),
    (&["description"], 4),
    (&["steps"], 4),
    (&["cause"], 5),
    (&["resolution"], 3),
    (&["workaround"], 3),
    (&["caused_by", "fixed_by"], 5),
    (&["note"], 2),
    (&["text"], 2),
    (&["message"], 1),
    (&["root_cause"], 4),
    (&["lessons"], 2),
    (&["contact"], 3),
    (&["name"], 2),
];

/// The texts that are not searched.
const UNSEARCHED: &[&str] = &["subject", "receipt", "reason", "from", "to", "rest", "instead", "assignee", "owner"];

/// Holds every type of event against the slots: each text has one or is not searched, and no two of an event share one.
const _: () = {
    assert!(FIELDS.len() <= SLOTS, "an event has no more numbers: let a new name share the slot of another");
    let mut of_type = 0;
    while of_type < Fact::TEXTS.len() {
        let names = Fact::TEXTS[of_type];
        let mut taken = [false; SLOTS];
        let mut at = 0;
        while at < names.len() {
            match slot_of(names[at]) {
                Some(slot) => {
                    assert!(!taken[slot], "two texts of one event share a slot");
                    taken[slot] = true;
                }
                None => assert!(has(UNSEARCHED, names[at]), "a text is in neither FIELDS nor UNSEARCHED"),
            }
            at += 1;
        }
        of_type += 1;
    }
};

/// A text in the index: its event and its slot there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::store) struct TextId {
    pub(in crate::store) event: i64,
    slot: usize,
}

impl TextId {
    /// The text of this name; `None` where that is not searched.
    pub(in crate::store) fn of(event: i64, name: &str) -> Option<Self> {
        slot_of(name).map(|slot| Self { event, slot })
    }

    /// The text of this number.
    pub(in crate::store) fn numbered(number: i64) -> Result<Self, StoreError> {
        let slots = SLOTS as i64;
        Ok(Self { event: number / slots, slot: usize::try_from(number % slots).map_err(damaged)? })
    }

    /// Its number in the index.
    pub(in crate::store) fn number(self) -> i64 {
        self.event * SLOTS as i64 + self.slot as i64
    }

    /// What a word in it counts.
    pub(in crate::store) fn weight(self) -> u32 {
        FIELDS.get(self.slot).map_or(0, |(_, weight)| *weight)
    }

    /// The name of this slot that is the same as this one.
    pub(in crate::store) fn named(self, name: &str) -> Option<&'static str> {
        let (names, _) = FIELDS.get(self.slot)?;
        names.iter().copied().find(|other| *other == name)
    }
}

const fn slot_of(name: &str) -> Option<usize> {
    let mut slot = 0;
    while slot < FIELDS.len() {
        if has(FIELDS[slot].0, name) {
            return Some(slot);
        }
        slot += 1;
    }
    None
}

const fn has(names: &[&str], name: &str) -> bool {
    let mut at = 0;
    while at < names.len() {
        if is_same(names[at].as_bytes(), name.as_bytes()) {
            return true;
        }
        at += 1;
    }
    false
}

/// `==`, as a constant can be computed.
const fn is_same(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_of_every_type_of_event_have_their_slots() {
        let slots = Fact::TYPES.iter().zip(Fact::TEXTS).flat_map(|(type_name, names)| {
            let searched = names.iter().filter_map(|name| Some((*type_name, *name, slot_of(name)?)));
            searched.collect::<Vec<_>>()
        });
        assert_eq!(
            slots.collect::<Vec<_>>(),
            [
                ("reported", "customer", 1),
                ("reported", "summary", 0),
                ("reported", "description", 2),
                ("reported", "contact", 13),
                ("assessed", "note", 8),
                ("unlinked", "note", 8),
                ("resolved", "note", 8),
                ("reopened", "note", 8),
                ("escalated", "summary", 0),
                ("escalated", "steps", 3),
                ("completed", "summary", 0),
                ("completed", "steps", 3),
                ("completed", "note", 8),
                ("joined", "steps", 3),
                ("returned", "note", 8),
                ("eng-assessed", "cause", 4),
                ("eng-assessed", "caused_by", 7),
                ("eng-assessed", "workaround", 6),
                ("eng-assessed", "note", 8),
                ("release-decided", "resolution", 5),
                ("release-decided", "note", 8),
                ("release-decided", "fixed_by", 7),
                ("shipped", "note", 8),
                ("shipped", "fixed_by", 7),
                ("notified", "message", 10),
                ("announced", "message", 10),
                ("moved-to-postmortem", "root_cause", 11),
                ("moved-to-postmortem", "lessons", 12),
                ("moved-to-postmortem", "note", 8),
                ("postmortem-written", "root_cause", 11),
                ("postmortem-written", "lessons", 12),
                ("postmortem-written", "note", 8),
                ("action-added", "text", 9),
                ("action-ended", "note", 8),
                ("answered", "note", 8),
                ("complained", "note", 8),
                ("hold-set", "note", 8),
                ("hold-lifted", "note", 8),
                ("closed", "note", 8),
                ("commented", "text", 9),
                ("attached", "name", 14),
                ("redacted", "note", 8),
                ("undone", "note", 8),
                ("edited", "summary", 0),
                ("edited", "description", 2),
                ("edited", "customer", 1),
                ("edited", "contact", 13),
                ("edited", "steps", 3),
                ("edited", "note", 8),
            ]
        );
    }

    #[test]
    fn a_text_is_found_by_its_number() {
        let id = TextId::of(3, "note").unwrap();
        assert_eq!((id.number(), id.weight(), id.named("note"), id.named("text")), (56, 2, Some("note"), None));
        assert_eq!(TextId::numbered(56).unwrap(), id);
    }

    #[test]
    fn the_entries_of_a_map_are_not_searched_whatever_they_are_called() {
        for name in ["rest.summary", "rest.note", "rest", "instead.summary"] {
            assert_eq!(TextId::of(1, name), None, "{name}");
        }
    }
}
