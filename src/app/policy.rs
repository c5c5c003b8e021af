//! Changing the policy (R29).

use crate::app::actor::Actor;
use crate::app::error::DeskError;
use crate::app::transaction::Transaction;
use crate::workflow::obligations::policy::Policy;

impl Transaction<'_, '_> {
    /// Changes the policy for what will be owed from now on, and returns every setting that `key` stands for.
    ///
    /// # Errors
    /// Fails if there is no such setting, it cannot have that value, or the database fails.
    pub fn set_policy(&mut self, key: &str, value: &str, actor: &Actor) -> Result<Vec<(String, String)>, DeskError> {
        let mut policy = Policy::clone(&*self.writer.policy()?);
        let settings = policy.set(key, value)?;
        self.writer.set_policy(&settings, &self.context(actor)?)?;
        Ok(settings)
    }
}
