//! Changing what is known of a customer (R39).

use crate::app::actor::Actor;
use crate::app::error::DeskError;
use crate::app::transaction::Transaction;
use crate::workflow::customers::{Customer, SetCustomer, decide_customer};

impl Transaction<'_, '_> {
    /// Changes a customer's record, and returns it as it is then. Another name is the name on the customer's tickets too.
    ///
    /// # Errors
    /// Fails if the workflow refuses, or the database fails.
    pub fn set_customer(&mut self, command: &SetCustomer, actor: &Actor) -> Result<Customer, DeskError> {
        let context = self.context(actor)?;
        let known = self.writer.known_customers(command)?;
        let (changes, rename) = decide_customer(command, &known, &context)?;
        self.writer.set_customers(&changes, &context)?;
        if let Some(rename) = rename {
            self.execute(rename, actor)?;
        }
        let name = command.merge_into.as_ref().or(command.rename.as_ref()).unwrap_or(&command.name);
        Ok(self.writer.customer(name)?.unwrap_or_default())
    }
}
