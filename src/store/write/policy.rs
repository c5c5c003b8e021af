//! Changing the policy.

use std::cell::OnceCell;
use std::sync::Arc;

use crate::store::error::{StoreError, damaged};
use crate::store::log::chain::Link;
use crate::store::log::events::{self, Origin};
use crate::store::log::policy::{Data, TYPE, load, put};
use crate::store::write::writer::Writer;
use crate::workflow::Context;
use crate::workflow::event::EDITION;
use crate::workflow::obligations::policy::Policy;
use crate::workflow::step::Step;
use crate::workflow::upcast::newest;
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

    /// Records that settings of the policy have other values now.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn set_policy(&mut self, settings: &[(String, String)], context: &Context) -> Result<(), StoreError> {
        let command = self.pending.last_id + 1;
        self.policy = OnceCell::new();
        for (key, value) in settings {
            let (id, seq) = (self.pending.last_id + 1, self.last_seq_of_database()? + 1);
            let data = Data { key: key.clone(), value: value.clone() };
            let data = serde_json::to_string(&data).map_err(damaged)?;
            let (at, role) = (context.now.timestamp_millis(), context.roles.first().map(|role| role.as_str()));
            let link = Link {
                id,
                stream: "",
                seq,
                type_name: TYPE,
                version: newest(TYPE),
                step: Step::Policy.as_str(),
                edition: EDITION.into(),
                at,
                actor: &context.actor,
                role,
                origin: Origin::Cus.as_str(),
                command,
                once: None,
                stage_before: None,
                stage_after: None,
                due: None,
                data: &data,
                hash: None,
            };
            let chain = events::insert(&mut self.statements, &link, None, &self.pending.chain)?;
            put(&self.transaction, key, value)?;
            (self.pending.last_id, self.pending.chain) = (id, chain);
        }
        Ok(())
    }

    pub(in crate::store) fn last_seq_of_database(&self) -> Result<i64, StoreError> {
        let mut statement = self.transaction.prepare_cached("SELECT max(seq) FROM event WHERE stream = ''")?;
        Ok(statement.query_row([], |row| row.get::<_, Option<i64>>(0))?.unwrap_or_default())
    }
}
