//! What happened: events, and changes of the policy and of customers' records.

use std::collections::VecDeque;

use anyhow::Result;
use serde_json::json;

use super::event::{event_json, log_lines};
use crate::cli::output::{Json, Keys, Page, Rows, View, local, rfc3339, visible, visible_in_line};
use crate::store::{CustomerChange, PolicyChange, Recorded, Store};
use crate::workflow::Time;
use crate::workflow::customers::CustomerSet;
use crate::workflow::key::Key;
use crate::workflow::vocabulary::Word;

/// A log, read while it is printed, so that a long one needs no memory.
pub(in crate::cli) struct LogView<'a> {
    pub(in crate::cli) store: &'a Store,
    /// The ticket; without it, everything.
    pub(in crate::cli) key: Option<Key>,
    /// Only what happened since then.
    pub(in crate::cli) since: Option<Time>,
    /// Only the last of them.
    pub(in crate::cli) limit: Option<usize>,
}

/// One thing that happened.
enum Entry {
    /// To a ticket, by the key that it goes by.
    Event(Box<Recorded>, Key),
    /// To the policy, which belongs to no ticket.
    Policy(PolicyChange),
    /// To a customer's record, which belongs to none either.
    Customer(Box<CustomerChange>),
}

impl Entry {
    fn id(&self) -> i64 {
        match self {
            Self::Event(recorded, _) => recorded.id,
            Self::Policy(change) => change.id,
            Self::Customer(change) => change.id,
        }
    }
}

impl View for LogView<'_> {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        let is_of_several = self.key.is_none();
        let mut is_empty = true;
        self.each(|entry| {
            is_empty = false;
            match entry {
                Entry::Event(recorded, key) => {
                    let lines = log_lines(&recorded, is_of_several.then_some(&key), page.width);
                    page.line(lines)
                }
                Entry::Policy(change) => {
                    let role = change.role.map_or("unknown role", Word::as_str);
                    let (actor, value) = (visible_in_line(&change.actor), visible(&change.value));
                    page.line(format!("{}  policy: {} is now {value} — {actor} ({role})", local(change.at), change.key))
                }
                Entry::Customer(change) => {
                    let role = change.role.map_or("unknown role", Word::as_str);
                    let words = customer_words(&change.change);
                    let (actor, said) = (visible_in_line(&change.actor), visible_in_line(&words));
                    page.line(format!("{}  customer {said} — {actor} ({role})", local(change.at)))
                }
            }
        })?;
        if is_empty { page.line("No events.") } else { Ok(()) }
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        json.list(|items| {
            self.each(|entry| match entry {
                Entry::Event(recorded, key) => items.add(&event_json(&recorded, &key)?),
                Entry::Policy(change) => items.add(&json!({
                    "id": change.id,
                    "seq": change.seq,
                    "ticket": null,
                    "type": "policy-set",
                    "at": rfc3339(change.at),
                    "actor": change.actor,
                    "role": change.role,
                    "data": { "key": change.key, "value": change.value },
                })),
                Entry::Customer(change) => items.add(&json!({
                    "id": change.id,
                    "seq": change.seq,
                    "ticket": null,
                    "type": "customer-set",
                    "at": rfc3339(change.at),
                    "actor": change.actor,
                    "role": change.role,
                    "data": customer_json(&change.change),
                })),
            })
        })
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        rows.header(&["id", "seq", "ticket", "type", "at", "actor", "role"])?;
        self.each(|entry| {
            let (id, seq, at, actor, role) = match &entry {
                Entry::Event(recorded, _) => {
                    let event = &recorded.event;
                    (recorded.id, recorded.seq, event.at, &event.actor, event.role)
                }
                Entry::Policy(change) => (change.id, change.seq, change.at, &change.actor, change.role),
                Entry::Customer(change) => (change.id, change.seq, change.at, &change.actor, change.role),
            };
            let (ticket, what) = match &entry {
                Entry::Event(recorded, key) => (key.as_str(), recorded.event.fact.type_name()),
                Entry::Policy(_) => ("", "policy-set"),
                Entry::Customer(_) => ("", "customer-set"),
            };
            let role = role.map(Word::as_str).unwrap_or_default();
            rows.row([&id.to_string(), &seq.to_string(), ticket, what, &rfc3339(at), actor, role])
        })
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        self.each(|entry| match entry {
            Entry::Event(_, key) => keys.key(key.as_str()),
            Entry::Policy(_) | Entry::Customer(_) => Ok(()),
        })
    }
}

impl LogView<'_> {
    /// Hands on what happened in its order, as far as it was asked for.
    fn each(&self, mut each: impl FnMut(Entry) -> Result<()>) -> Result<()> {
        let Some(limit) = self.limit else { return self.all(each) };
        let mut last = VecDeque::new();
        self.all(|entry| {
            last.push_back(entry);
            if last.len() > limit {
                last.pop_front();
            }
            Ok(())
        })?;
        last.into_iter().try_for_each(&mut each)
    }

    fn all(&self, mut each: impl FnMut(Entry) -> Result<()>) -> Result<()> {
        let is_in_time = |at: Time| self.since.is_none_or(|since| at >= since);
        if let Some(key) = &self.key {
            let current = self.store.current_key(&self.store.id_of(key)?)?;
            let events = self.store.events_of(key)?.into_iter().filter(|recorded| is_in_time(recorded.event.at));
            return events.map(|recorded| Entry::Event(Box::new(recorded), current.clone())).try_for_each(each);
        }
        let policy = self.store.policy_changes()?.into_iter().filter(|change| is_in_time(change.at));
        let customers = self.store.customer_changes()?.into_iter().filter(|change| is_in_time(change.at));
        let customers = customers.map(|change| Entry::Customer(Box::new(change)));
        let mut changes: Vec<Entry> = policy.map(Entry::Policy).chain(customers).collect();
        changes.sort_by_key(Entry::id);
        let mut changes = changes.into_iter().peekable();
        self.store.log(|recorded| -> Result<()> {
            while let Some(change) = changes.next_if(|change| change.id() < recorded.id) {
                each(change)?;
            }
            if !is_in_time(recorded.event.at) {
                return Ok(());
            }
            let current = self.store.current_key(&recorded.event.stream)?;
            each(Entry::Event(Box::new(recorded), current))
        })?;
        changes.try_for_each(each)
    }
}

/// A change of a customer's record, with what it changed alone.
fn customer_json(change: &CustomerSet) -> serde_json::Value {
    let all = json!({
        "customer": change.number,
        "name": change.name,
        "tier": change.tier,
        "zone": change.zone,
        "contacts": Some(&change.contacts).filter(|contacts| !contacts.is_empty()),
        "product_version": change.product_version,
        "note": change.note,
        "merged_into": change.merged_into,
    });
    let object = all.as_object().cloned().unwrap_or_default();
    object.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

/// A change of a customer's record, in words.
fn customer_words(change: &CustomerSet) -> String {
    let contacts = Some(change.contacts.join(", ")).filter(|contacts| !contacts.is_empty());
    let changed = [
        ("name", change.name.clone()),
        ("tier", change.tier.clone()),
        ("zone", change.zone.clone()),
        ("contacts", contacts),
        ("product version", change.product_version.clone()),
    ];
    let changed = changed.into_iter().filter_map(|(name, value)| Some(format!("{name} is now {}", value?)));
    let merged = change.merged_into.map(|into| format!("is merged into {into}"));
    let said = changed.chain(merged).chain(change.note.clone()).collect::<Vec<_>>().join("; ");
    format!("{}: {said}", change.number)
}
