//! Changing the policy (R29).

use crate::app::actor::Actor;
use crate::app::error::DeskError;
use crate::app::transaction::Transaction;
use crate::workflow::command::EndNextWords;
use crate::workflow::event::Fact;
use crate::workflow::key::Key;
use crate::workflow::obligations::policy::Policy;

/// How many tickets are decided on at once.
const AT_ONCE: usize = 200;

/// A change of the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyChange {
    /// Every setting that was changed, with its value.
    pub settings: Vec<(String, String)>,
    /// The customers' tickets on which the next word is no longer owed, because it was turned off (R33).
    pub ended: Vec<Key>,
}

impl Transaction<'_, '_> {
    /// Changes the policy for what will be owed from now on, and returns every setting that `key` stands for. Turning off
    /// the next word ends the open ones.
    ///
    /// # Errors
    /// Fails if there is no such setting, it cannot have that value, or the database fails.
    pub fn set_policy(&mut self, key: &str, value: &str, actor: &Actor) -> Result<PolicyChange, DeskError> {
        let mut policy = Policy::clone(&*self.writer.policy()?);
        let settings = policy.set(key, value)?;
        self.writer.set_policy(&settings, &self.context(actor)?)?;
        let is_off = settings.iter().any(|(_, value)| value == "off");
        let ended = if is_off { self.end_next_words(actor)? } else { Vec::new() };
        Ok(PolicyChange { settings, ended })
    }

    fn end_next_words(&mut self, actor: &Actor) -> Result<Vec<Key>, DeskError> {
        let mut ended = Vec::new();
        for some in self.writer.owing_next_words()?.chunks(AT_ONCE) {
            let outcome = self.execute(EndNextWords { csd: some.to_vec() }, actor)?;
            let events = outcome.events.iter().filter(|event| matches!(event.fact, Fact::NextWord(_)));
            ended.extend(events.map(|event| outcome.after.current_key(&event.stream)));
        }
        Ok(ended)
    }
}
