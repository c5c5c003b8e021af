//! How many tickets stand in each stage: kept as they move, since counting a million of them takes long.

use std::collections::BTreeMap;

use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use crate::store::error::damaged;
use crate::store::projection::rows::TicketRow;
use crate::store::queries::list::conditions;
use crate::store::{ListQuery, Store, StoreError};
use crate::workflow::Time;
use crate::workflow::vocabulary::{Kind, Word};

/// What a transaction changes in the counts.
#[derive(Debug, Clone, Default)]
pub(in crate::store) struct StageCounts(BTreeMap<(&'static str, &'static str), i64>);

/// How many tickets stand in a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageCount {
    /// Which of the two kinds.
    pub kind: Kind,
    /// The stage.
    pub stage: String,
    /// How many.
    pub tickets: u64,
}

impl StageCounts {
    /// Notes that a ticket begins, or moves from one stage to another.
    pub(in crate::store) fn moved(&mut self, from: Option<&TicketRow>, to: &TicketRow) {
        if let Some(from) = from {
            *self.0.entry(from.place()).or_default() -= 1;
        }
        *self.0.entry(to.place()).or_default() += 1;
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

impl Store {
    /// How many tickets stand in each stage, as far as any do.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn stage_counts(&self) -> Result<Vec<StageCount>, StoreError> {
        self.counted("SELECT kind, stage, tickets FROM stage_count WHERE tickets <> 0 ORDER BY kind, stage", &[])
    }

    /// How many of the tickets that the query asks for stand in each stage.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn count(&self, query: &ListQuery, now: Time) -> Result<Vec<StageCount>, StoreError> {
        let conditions = conditions(query, now);
        let clause = conditions.clause();
        let sql = format!(
            "SELECT kind, stage, count(*) AS tickets FROM ticket{clause} GROUP BY kind, stage ORDER BY kind, stage"
        );
        self.counted(&sql, &conditions.values)
    }

    fn counted(&self, sql: &str, values: &[Value]) -> Result<Vec<StageCount>, StoreError> {
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut counts = Vec::new();
        while let Some(row) = rows.next()? {
            let kind = row.get_ref("kind")?.as_str().map_err(damaged)?;
            counts.push(StageCount {
                kind: Kind::from_word(kind).ok_or_else(|| damaged(format!("kind `{kind}`")))?,
                stage: row.get("stage")?,
                tickets: row.get("tickets")?,
            });
        }
        Ok(counts)
    }

    /// Whether the counts are what the tickets are.
    pub(in crate::store) fn counts_are_right(&self) -> Result<bool, StoreError> {
        let differs: bool = self.connection.query_row(
            "SELECT EXISTS (SELECT kind, stage, count(*) FROM ticket GROUP BY kind, stage \
             EXCEPT SELECT kind, stage, tickets FROM stage_count) \
             OR (SELECT coalesce(sum(tickets), 0) FROM stage_count) <> (SELECT count(*) FROM ticket)",
            [],
            |row| row.get(0),
        )?;
        Ok(!differs)
    }
}

/// Counts anew.
pub(in crate::store) fn rebuild(connection: &Connection) -> Result<(), StoreError> {
    Ok(connection.execute_batch(
        "DELETE FROM stage_count; \
         INSERT INTO stage_count (kind, stage, tickets) SELECT kind, stage, count(*) FROM ticket GROUP BY kind, stage;",
    )?)
}
