//! How many tickets stand in each stage: kept as they move, since counting a million of them takes long.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use crate::store::error::StoreError;
use crate::store::projection::rows::TicketRow;

/// What a transaction changes in the counts.
#[derive(Debug, Clone, Default)]
pub(in crate::store) struct StageCounts(BTreeMap<(&'static str, &'static str), i64>);

impl StageCounts {
    /// Notes that a ticket begins, or moves from one stage to another.
    pub(in crate::store) fn moved(&mut self, from: Option<&TicketRow>, to: &TicketRow) {
        if let Some(from) = from {
            *self.0.entry(from.kind_and_stage()).or_default() -= 1;
        }
        *self.0.entry(to.kind_and_stage()).or_default() += 1;
    }

    /// Notes that a ticket is no more.
    pub(in crate::store) fn left(&mut self, from: &TicketRow) {
        *self.0.entry(from.kind_and_stage()).or_default() -= 1;
    }

    pub(in crate::store) fn write(&self, connection: &Connection) -> Result<(), StoreError> {
        for ((kind, stage), change) in self.0.iter().filter(|(_, change)| **change != 0) {
            connection
                .prepare_cached(
                    "INSERT INTO stage_count (kind, stage, tickets) VALUES (?1, ?2, ?3) \
                     ON CONFLICT DO UPDATE SET tickets = tickets + ?3",
                )?
                .execute(params![kind, stage, change])?;
        }
        Ok(())
    }
}

/// Whether the counts are what the tickets are.
pub(in crate::store) fn are_right(connection: &Connection) -> Result<bool, StoreError> {
    let differs: bool = connection.query_row(
        "SELECT EXISTS (SELECT kind, stage, count(*) FROM ticket GROUP BY kind, stage \
         EXCEPT SELECT kind, stage, tickets FROM stage_count) \
         OR (SELECT coalesce(sum(tickets), 0) FROM stage_count) <> (SELECT count(*) FROM ticket)",
        [],
        |row| row.get(0),
    )?;
    Ok(!differs)
}

/// Counts anew.
pub(in crate::store) fn fill(connection: &Connection) -> Result<(), StoreError> {
    Ok(connection.execute_batch(
        "DELETE FROM stage_count; \
         INSERT INTO stage_count (kind, stage, tickets) SELECT kind, stage, count(*) FROM ticket GROUP BY kind, stage;",
    )?)
}
