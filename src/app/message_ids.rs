//! Message ids that no other desk gives.

use std::cell::OnceCell;

use crate::app::error::DeskError;
use crate::workflow::event::{Event, Fact};

/// The ending of the message ids of a desk. It is drawn when the first notice is drafted.
#[derive(Debug)]
pub(in crate::app) struct MessageIds {
    domain: String,
    drawn: OnceCell<u64>,
}

impl MessageIds {
    /// Ends message ids with this domain.
    pub(in crate::app) fn of(domain: impl Into<String>) -> Self {
        Self { domain: domain.into(), drawn: OnceCell::new() }
    }

    /// Makes the message ids of these events, which are unique in their database, unique in the world.
    pub(in crate::app) fn complete(&self, events: &mut [Event]) -> Result<(), DeskError> {
        for event in events {
            #[expect(clippy::wildcard_enum_match_arm, reason = "no other fact has one")]
            let message_id = match &mut event.fact {
                Fact::Notified(fact) => &mut fact.message_id,
                Fact::Announced(fact) => &mut fact.message_id,
                _ => continue,
            };
            *message_id = format!("{message_id}.{:016x}@{}", self.drawn()?, self.domain);
        }
        Ok(())
    }

    fn drawn(&self) -> Result<u64, DeskError> {
        if let Some(drawn) = self.drawn.get() {
            return Ok(*drawn);
        }
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(DeskError::Random)?;
        Ok(*self.drawn.get_or_init(|| u64::from_be_bytes(random)))
    }
}
