//! Changing customers' records (R39).

use crate::store::error::StoreError;
use crate::store::log::chain::Link;
use crate::store::log::customers::{TYPE, encode, fill, find, next_number};
use crate::store::log::events::{self, Origin};
use crate::store::log::load::{customer_spelling, tickets_of};
use crate::store::log::texts::seal;
use crate::store::write::writer::Writer;
use crate::workflow::Context;
use crate::workflow::customers::{Customer, CustomerSet, Known, SetCustomer};
use crate::workflow::event::EDITION;
use crate::workflow::step::Step;
use crate::workflow::upcast::newest;
use crate::workflow::vocabulary::Word;

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
            let (id, seq) = (self.pending.last_id + 1, self.last_seq_of_database()? + 1);
            let (data, mut texts) = encode(change)?;
            let sealed = seal(&mut texts, &mut self.nonces)?;
            let link = Link {
                id,
                stream: "",
                seq,
                type_name: TYPE,
                version: newest(TYPE),
                step: Step::Customer.as_str(),
                edition: EDITION.into(),
                at: context.now.timestamp_millis(),
                actor: &context.actor,
                role: context.roles.first().map(|role| role.as_str()),
                origin: Origin::Cus.as_str(),
                command,
                once: None,
                stage_before: None,
                stage_after: None,
                due: None,
                data: &data,
                hash: sealed.as_ref().map(|sealed| sealed.hash.as_slice()),
            };
            let chain = events::insert(&mut self.statements, &link, sealed.as_ref(), &self.pending.chain)?;
            (self.pending.last_id, self.pending.chain) = (id, chain);
        }
        fill(&self.transaction)
    }
}
