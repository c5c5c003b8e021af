//! Changing the policy.

use std::cell::OnceCell;
use std::sync::Arc;

use crate::store::error::{StoreError, damaged};
use crate::store::log::policy::{Data, TYPE, load, put};
use crate::store::write::of_database::OfDatabase;
use crate::store::write::writer::Writer;
use crate::workflow::Context;
use crate::workflow::key::Key;
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::obligations::policy::Policy;
use crate::workflow::step::Step;
use crate::workflow::vocabulary::Word;

impl Writer<'_> {
    /// The policy in force.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn policy(&self) -> Result<Arc<Policy>, StoreError> {
        if let Some(policy) = self.policy.get() {
            return Ok(policy.clone());
        }
        let policy = Arc::new(load(&self.transaction)?);
        Ok(self.policy.get_or_init(|| policy).clone())
    }

    /// The customers' tickets on which the next word is owed (R33).
    ///
    /// # Errors
    /// Where the database fails.
    pub fn owing_next_words(&mut self) -> Result<Vec<Key>, StoreError> {
        self.write_rows()?;
        let sql =
            "SELECT ticket.id FROM duty JOIN ticket ON ticket.began = duty.ticket WHERE duty.kind = ?1 ORDER BY 1";
        let mut statement = self.transaction.prepare(sql)?;
        let rows = statement.query_map([DutyKind::NextWord.as_str()], |row| row.get::<_, String>(0))?;
        rows.map(|id| id?.parse().map_err(damaged)).collect()
    }

    /// Records that settings of the policy have other values now.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn set_policy(&mut self, settings: &[(String, String)], context: &Context) -> Result<(), StoreError> {
        let command = self.pending.last_id + 1;
        self.policy = OnceCell::new();
        for (key, value) in settings {
            let data = Data { key: key.clone(), value: value.clone() };
            let data = serde_json::to_string(&data).map_err(damaged)?;
            let event = OfDatabase { type_name: TYPE, step: Step::Policy, data: &data, sealed: None, command };
            self.append_of_database(&event, context)?;
            put(&self.transaction, key, value)?;
        }
        Ok(())
    }
}
