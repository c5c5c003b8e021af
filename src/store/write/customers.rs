//! Changing customers' records (R39).

use crate::store::error::StoreError;
use crate::store::log::customers::{TYPE, encode, fill, find, next_number};
use crate::store::log::load::{customer_spelling, tickets_of};
use crate::store::log::texts::seal;
use crate::store::write::of_database::OfDatabase;
use crate::store::write::writer::Writer;
use crate::workflow::Context;
use crate::workflow::customers::{Customer, CustomerSet, Known, SetCustomer};
use crate::workflow::step::Step;

impl Writer<'_> {
    /// What a change of a customer's record is decided on.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn known_customers(&mut self, command: &SetCustomer) -> Result<Known, StoreError> {
        self.catch_up()?;
        let connection = &*self.transaction;
        let record = find(connection, &command.name)?;
        let name = record.as_ref().map_or(command.name.as_str(), |record| record.name.as_str());
        let mut known = Known {
            tickets: tickets_of(connection, name)?,
            spelling: customer_spelling(connection, name)?,
            next: next_number(connection)?,
            ..Known::default()
        };
        if let Some(other) = command.rename.as_deref().or(command.merge_into.as_deref()) {
            known.other = find(connection, other)?;
            known.other_spelling = customer_spelling(connection, other)?;
        }
        known.record = record;
        Ok(known)
    }

    /// The record of the customer who has, or had, this name.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn customer(&self, name: &str) -> Result<Option<Customer>, StoreError> {
        find(&self.transaction, name)
    }

    /// Records changes of customers' records.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn set_customers(&mut self, changes: &[CustomerSet], context: &Context) -> Result<(), StoreError> {
        let command = self.pending.last_id + 1;
        for change in changes {
            let (data, mut texts) = encode(change)?;
            let sealed = seal(&mut texts, &mut self.nonces)?;
            let sealed = sealed.as_ref();
            let event = OfDatabase { type_name: TYPE, step: Step::Customer, data: &data, sealed, command };
            self.append_of_database(&event, context)?;
        }
        fill(&self.transaction)
    }
}
