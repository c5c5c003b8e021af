//! Appending to the database's own stream: the policy and customers' records, which are no ticket's.

use crate::store::error::StoreError;
use crate::store::log::chain::Link;
use crate::store::log::events::{self, Origin};
use crate::store::log::texts::Sealed;
use crate::store::write::writer::Writer;
use crate::workflow::Context;
use crate::workflow::event::EDITION;
use crate::workflow::step::Step;
use crate::workflow::upcast::newest;
use crate::workflow::vocabulary::Word;

/// An event of the database's own stream.
pub(in crate::store::write) struct OfDatabase<'a> {
    pub(in crate::store::write) type_name: &'a str,
    pub(in crate::store::write) step: Step,
    /// The structured part.
    pub(in crate::store::write) data: &'a str,
    pub(in crate::store::write) sealed: Option<&'a Sealed>,
    /// The id of the first event of its command.
    pub(in crate::store::write) command: i64,
}

impl Writer<'_> {
    /// Appends an event to the database's own stream.
    ///
    /// # Errors
    /// Where the database fails.
    pub(in crate::store::write) fn append_of_database(
        &mut self,
        event: &OfDatabase<'_>,
        context: &Context,
    ) -> Result<(), StoreError> {
        let (id, seq) = (self.pending.last_id + 1, self.last_seq_of_database()? + 1);
        let link = Link {
            id,
            stream: "",
            seq,
            type_name: event.type_name,
            version: newest(event.type_name),
            step: event.step.as_str(),
            edition: EDITION.into(),
            at: context.now.timestamp_millis(),
            actor: &context.actor,
            role: context.roles.first().map(|role| role.as_str()),
            origin: Origin::Cus.as_str(),
            command: event.command,
            once: None,
            stage_before: None,
            stage_after: None,
            due: None,
            data: event.data,
            hash: event.sealed.map(|sealed| sealed.hash.as_slice()),
        };
        let chain = events::insert(&mut self.statements, &link, event.sealed, &self.pending.chain)?;
        (self.pending.last_id, self.pending.chain) = (id, chain);
        Ok(())
    }

    pub(in crate::store) fn last_seq_of_database(&self) -> Result<i64, StoreError> {
        let mut statement = self.transaction.prepare_cached("SELECT max(seq) FROM event WHERE stream = ''")?;
        Ok(statement.query_row([], |row| row.get::<_, Option<i64>>(0))?.unwrap_or_default())
    }
}
