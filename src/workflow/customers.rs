//! Customers' records (R39): what is known of a customer beside their tickets. A record is kept under a number, and every
//! name that it ever had goes on finding it.

use std::collections::BTreeMap;

use crate::workflow::command::Rename;
use crate::workflow::context::Context;
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::names::{customer_form, distinct, is_same_name, tidy};
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::rule::Rule;
use crate::workflow::step::Step;

/// A customer's record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Customer {
    /// The number under which it is kept.
    pub number: u64,
    /// The name that the customer goes by.
    pub name: String,
    /// How much the customer matters, in the team's own words.
    pub tier: Option<String>,
    /// The customer's time zone.
    pub zone: Option<String>,
    /// Where the customer is reached.
    pub contacts: Vec<String>,
    /// The product version that the customer runs.
    pub product_version: Option<String>,
    /// What was noted, oldest first.
    pub notes: Vec<String>,
}

/// A change of a record, as it is recorded. What is `None` or empty stays as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerSet {
    /// The record's number.
    pub number: u64,
    /// The new name.
    pub name: Option<String>,
    /// The new tier.
    pub tier: Option<String>,
    /// The new time zone.
    pub zone: Option<String>,
    /// The new contacts, in place of those before.
    pub contacts: Vec<String>,
    /// The new product version.
    pub product_version: Option<String>,
    /// A note.
    pub note: Option<String>,
    /// The record in which this one is merged and ends.
    pub merged_into: Option<u64>,
}

/// A request to change what is known of a customer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SetCustomer {
    /// The customer, by any name.
    pub name: String,
    /// The tier.
    pub tier: Option<String>,
    /// The time zone.
    pub zone: Option<String>,
    /// The contacts.
    pub contacts: Vec<String>,
    /// The product version that the customer runs.
    pub product_version: Option<String>,
    /// The new name.
    pub rename: Option<String>,
    /// The customer who this one is too.
    pub merge_into: Option<String>,
    /// A note; required to rename or merge.
    pub note: Option<String>,
}

/// The customers that a change is decided on.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The customer whom it is about: the record, if there is one.
    pub record: Option<Customer>,
    /// The customer's tickets.
    pub tickets: Vec<Key>,
    /// How the customer is spelt on them, if there are any.
    pub spelling: Option<String>,
    /// The customer who has the new name, or with whom it is merged: the record, if there is one.
    pub other: Option<Customer>,
    /// How that customer is spelt on tickets, if any ticket has the name.
    pub other_spelling: Option<String>,
    /// The number of the next new record.
    pub next: u64,
}

/// All records, with the names that find them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Customers {
    /// The records by their numbers.
    pub records: BTreeMap<u64, Customer>,
    /// The numbers by the names in the form in which they are compared.
    pub names: BTreeMap<String, u64>,
}

impl Customers {
    /// Applies a change. No rule is checked: what was recorded has happened.
    pub fn apply(&mut self, change: &CustomerSet) {
        let record = self.records.entry(change.number).or_default();
        record.number = change.number;
        if let Some(name) = &change.name {
            record.name.clone_from(name);
            self.names.insert(customer_form(name), change.number);
        }
        let replace = |old: &mut Option<String>, new: &Option<String>| {
            if new.is_some() {
                old.clone_from(new);
            }
        };
        replace(&mut record.tier, &change.tier);
        replace(&mut record.zone, &change.zone);
        replace(&mut record.product_version, &change.product_version);
        if !change.contacts.is_empty() {
            record.contacts.clone_from(&change.contacts);
        }
        record.notes.extend(change.note.clone());
        if let Some(into) = change.merged_into {
            self.merge(change.number, into);
        }
    }

    /// Ends a record in another. What both know is what the other knew.
    fn merge(&mut self, number: u64, into: u64) {
        let Some(ended) = self.records.remove(&number) else { return };
        self.names.values_mut().filter(|found| **found == number).for_each(|found| *found = into);
        if let Some(record) = self.records.get_mut(&into) {
            record.tier = record.tier.take().or(ended.tier);
            record.zone = record.zone.take().or(ended.zone);
            record.product_version = record.product_version.take().or(ended.product_version);
            record.contacts = distinct(record.contacts.drain(..).chain(ended.contacts));
            record.notes.extend(ended.notes);
        }
    }

    /// Returns the record that a name finds.
    pub fn find(&self, name: &str) -> Option<&Customer> {
        self.records.get(self.names.get(&customer_form(name))?)
    }
}

/// Decides on a change of what is known of a customer: the changes of records, and the tickets whose customer gets
/// another name.
///
/// # Errors
/// Refuses with everything that is wrong, the role first.
pub fn decide_customer(
    command: &SetCustomer,
    known: &Known,
    context: &Context,
) -> Result<(Vec<CustomerSet>, Option<Rename>), Refusal> {
    let roles = Step::Customer.row().roles;
    if !context.roles.is_empty() && !context.roles.iter().any(|role| roles.contains(role)) {
        let failure = Failure::WrongRole { needed: roles.to_vec(), has: context.roles.clone() };
        return Err(Refusal::bare(vec![failure]));
    }
    let name = tidy(&command.name);
    let new_name = command.rename.as_deref().or(command.merge_into.as_deref()).map(tidy);
    let failures = wrong(command, known, &name, new_name.as_deref());
    if !failures.is_empty() {
        return Err(Refusal::bare(failures));
    }
    let number = known.record.as_ref().map_or(known.next, |record| record.number);
    let mut change = CustomerSet {
        number,
        name: known.record.is_none().then(|| known.spelling.clone().unwrap_or(name)),
        tier: command.tier.clone(),
        zone: command.zone.clone(),
        contacts: distinct(&command.contacts),
        product_version: command.product_version.as_deref().map(tidy),
        note: command.note.clone(),
        merged_into: None,
    };
    let Some(new_name) = new_name else { return Ok((vec![change], None)) };
    let mut changes = Vec::new();
    if command.rename.is_some() {
        // The old name finds the record from when it began under it.
        if change.name.is_some() {
            changes.push(CustomerSet { number, name: change.name.take(), ..CustomerSet::default() });
        }
        change.name = Some(new_name.clone());
    } else {
        let into = known.other.as_ref().map(|other| other.number);
        let into = into.unwrap_or(if known.record.is_none() { number + 1 } else { known.next });
        if known.other.is_none() {
            let name = known.other_spelling.clone().or_else(|| Some(new_name.clone()));
            changes.push(CustomerSet { number: into, name, ..CustomerSet::default() });
        }
        change.merged_into = Some(into);
    }
    changes.push(change);
    let merged = known.other.as_ref().map(|other| other.name.clone()).or(known.other_spelling.clone());
    let customer = merged.filter(|_| command.rename.is_none());
    let rename = Rename {
        keys: known.tickets.clone(),
        customer: customer.unwrap_or(new_name),
        note: command.note.clone().unwrap_or_default(),
    };
    Ok((changes, (!rename.keys.is_empty()).then_some(rename)))
}

/// Everything that is wrong with a change.
fn wrong(command: &SetCustomer, known: &Known, name: &str, new_name: Option<&str>) -> Vec<Failure> {
    let mut failures = Vec::new();
    if name.is_empty() {
        failures.push(Failure::Missing { rule: Rule::R39, field: Field::Name });
    }
    let Some(new_name) = new_name else { return failures };
    let field = if command.rename.is_some() { Field::Rename } else { Field::MergeInto };
    let is_known = known.other.is_some() || known.other_spelling.is_some();
    let finds_itself = match (&known.record, &known.other) {
        (Some(record), Some(other)) => {
            record.number == other.number && (command.rename.is_none() || is_same_name(&record.name, new_name))
        }
        _ => is_same_name(name, new_name),
    };
    if command.rename.is_some() && command.merge_into.is_some() {
        let fields = vec![Field::Rename, Field::MergeInto];
        failures.push(Failure::OneOf { rule: Rule::R39, fields, given: 2 });
    } else if new_name.is_empty() {
        failures.push(Failure::Missing { rule: Rule::R39, field });
    } else if known.record.is_none() && known.tickets.is_empty() {
        failures.push(Failure::NoSuchCustomer { name: name.to_owned() });
    } else if finds_itself {
        failures.push(Failure::SameCustomer { name: name.to_owned() });
    } else if command.rename.is_some() && is_known && !is_own_old_name(known) {
        failures.push(Failure::CustomerExists { name: new_name.to_owned() });
    } else if command.merge_into.is_some() && !is_known {
        failures.push(Failure::NoSuchCustomer { name: new_name.to_owned() });
    }
    if command.note.is_none() {
        failures.push(Failure::Missing { rule: Rule::R39, field: Field::Note });
    }
    failures
}

/// Whether the new name is one that the customer had before, so that nobody else has it.
fn is_own_old_name(known: &Known) -> bool {
    let (Some(record), Some(other)) = (&known.record, &known.other) else { return false };
    record.number == other.number
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::tests::kit::{World, key, rules};
    use crate::workflow::vocabulary::Role;

    fn set(name: &str) -> SetCustomer {
        SetCustomer { name: name.to_owned(), ..SetCustomer::default() }
    }

    /// What is known of a customer with one ticket and without a record, and of the other name.
    fn known(other: Option<&str>) -> Known {
        Known { tickets: vec![key("CSD-1")], other_spelling: other.map(str::to_owned), next: 1, ..Known::default() }
    }

    fn decide(command: &SetCustomer, known: &Known) -> Result<(Vec<CustomerSet>, Option<Rename>), Refusal> {
        decide_customer(command, known, &World::new().context)
    }

    fn applied(changes: &[CustomerSet]) -> Customers {
        let mut customers = Customers::default();
        changes.iter().for_each(|change| customers.apply(change));
        customers
    }

    #[test]
    fn a_record_holds_what_is_known_of_a_customer() {
        let command = SetCustomer {
            tier: Some("gold".to_owned()),
            contacts: vec!["ada@example.com".to_owned(), "ADA@example.com".to_owned()],
            product_version: Some(" 5.1 ".to_owned()),
            ..set(" Acme  Couriers ")
        };
        let (changes, rename) = decide(&command, &Known { next: 4, ..Known::default() }).unwrap();
        assert_eq!(rename, None);
        let customers = applied(&changes);
        let record = customers.find("acme couriers").unwrap();
        assert_eq!((record.number, record.name.as_str(), record.contacts.len()), (4, "Acme Couriers", 1));
        assert_eq!((record.tier.as_deref(), record.product_version.as_deref()), (Some("gold"), Some("5.1")));
    }

    #[test]
    fn a_renamed_customer_is_found_by_both_names_and_its_tickets_get_the_new_one() {
        let command = SetCustomer { rename: Some("Acme Ltd".to_owned()), note: Some("n".to_owned()), ..set("Acme") };
        let (changes, rename) = decide(&command, &known(None)).unwrap();
        let rename = rename.unwrap();
        assert_eq!((rename.keys, rename.customer.as_str()), (vec![key("CSD-1")], "Acme Ltd"));
        let customers = applied(&changes);
        assert_eq!(customers.find("ACME").unwrap().name, "Acme Ltd");
        assert_eq!(customers.find("acme ltd"), customers.find("acme"));
    }

    #[test]
    fn merged_customers_are_one_and_what_both_know_is_the_others() {
        let other =
            Customer { number: 7, name: "Alder".to_owned(), tier: Some("gold".to_owned()), ..Customer::default() };
        let command = SetCustomer {
            merge_into: Some("alder".to_owned()),
            note: Some("n".to_owned()),
            tier: Some("tin".to_owned()),
            ..set("Alder UK")
        };
        let known = Known { other: Some(other), next: 8, ..known(None) };
        let (changes, rename) = decide(&command, &known).unwrap();
        assert_eq!(rename.unwrap().customer, "Alder");
        let mut customers = applied(&[CustomerSet {
            number: 7,
            name: Some("Alder".to_owned()),
            tier: Some("gold".to_owned()),
            ..CustomerSet::default()
        }]);
        changes.iter().for_each(|change| customers.apply(change));
        let record = customers.find("Alder UK").unwrap();
        assert_eq!((record.number, record.tier.as_deref(), customers.records.len()), (7, Some("gold"), 1));
    }

    #[test]
    fn renaming_and_merging_need_a_note_and_customers_that_fit() {
        let rename = |to: &str| SetCustomer { rename: Some(to.to_owned()), ..set("Acme") };
        let merge = |into: &str| SetCustomer { merge_into: Some(into.to_owned()), ..set("Acme") };
        let refused = |command: &SetCustomer, known: &Known| decide(command, known).unwrap_err().failures;
        let note = Failure::Missing { rule: Rule::R39, field: Field::Note };
        assert_eq!(refused(&rename("Acme Ltd"), &known(None)), std::slice::from_ref(&note));
        let exists = Failure::CustomerExists { name: "Alder".to_owned() };
        assert_eq!(refused(&rename("Alder"), &known(Some("Alder"))), [exists, note.clone()]);
        let unknown = Failure::NoSuchCustomer { name: "Alder".to_owned() };
        assert_eq!(refused(&merge("Alder"), &known(None)), [unknown, note.clone()]);
        let same = Failure::SameCustomer { name: "Acme".to_owned() };
        assert_eq!(refused(&merge("ACME"), &known(Some("Acme"))), [same, note]);
        assert_eq!(rules(&refused(&rename("New"), &Known::default()))[0], Rule::R39);
    }

    #[test]
    fn records_are_supports_and_products() {
        let may = |role: Role| {
            let world = World::new().acting_as(&[role]);
            decide_customer(&set("Acme"), &known(None), &world.context).is_ok()
        };
        assert!(may(Role::Support) && may(Role::Product) && !may(Role::Engineering) && !may(Role::Marketing));
    }
}
