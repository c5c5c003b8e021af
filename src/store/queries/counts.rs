//! How many tickets stand in each stage.

use rusqlite::params_from_iter;
use rusqlite::types::Value;

use crate::store::database::Store;
use crate::store::error::{StoreError, damaged};
use crate::store::queries::list::{ListQuery, conditions};
use crate::workflow::Time;
use crate::workflow::vocabulary::{Kind, Word};

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
}
