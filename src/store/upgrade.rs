//! Bringing a database of an earlier version to the schema of this one.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};

use super::open::SCHEMA_VERSION;
use super::{Store, StoreError, backup, rebuild};

/// What makes of a database of one version one of the next.
type Step = fn(&Connection) -> Result<(), StoreError>;

/// The steps from each version to the next, the first version first.
const STEPS: [Step; 1] = [two];

/// Lists and duties are read in their order, a duty knows the command that settles it, and the tickets of each stage are
/// counted.
fn two(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(
        "DROP INDEX ticket_by_stage;
         DROP INDEX ticket_by_urgency;
         CREATE INDEX ticket_by_stage    ON ticket (stage, open DESC, rank, coalesce(due, 9223372036854775807));
         CREATE INDEX ticket_by_urgency  ON ticket (open DESC, rank, coalesce(due, 9223372036854775807));
         DROP TABLE duty;
         CREATE TABLE duty (
             ticket INTEGER NOT NULL REFERENCES ticket (began),
             kind   TEXT    NOT NULL,
             csd    TEXT    NOT NULL DEFAULT '',
             role   TEXT    NOT NULL,
             rank   INTEGER NOT NULL,
             begins INTEGER NOT NULL,
             due    INTEGER NOT NULL,
             fix    TEXT    NOT NULL,
             PRIMARY KEY (ticket, kind, csd)
         ) STRICT, WITHOUT ROWID;
         CREATE INDEX duty_by_urgency ON duty (role, rank, due, begins);
         CREATE TABLE stage_count (
             kind    TEXT    NOT NULL,
             stage   TEXT    NOT NULL,
             tickets INTEGER NOT NULL,
             PRIMARY KEY (kind, stage)
         ) STRICT, WITHOUT ROWID;",
    )?;
    rebuild::rebuild(connection)?;
    Ok(())
}

/// Brings a database to this version in one transaction, and keeps a copy of what it was beside it.
///
/// The version is read again under the write lock: of several processes that find an old file one does the work.
pub(super) fn upgrade(store: &mut Store) -> Result<(), StoreError> {
    let path = store.path.clone();
    let transaction = store.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found >= SCHEMA_VERSION {
        return Ok(transaction.rollback()?);
    }
    let steps = usize::try_from(found - 1).ok().and_then(|done| STEPS.get(done..));
    let Some(steps) = steps else { return Err(StoreError::Foreign(path)) };
    // The lock is this connection's; another one of this process reads what was there before it.
    backup::keep(&path, &kept_name(&path, found))?;
    steps.iter().try_for_each(|step| step(&transaction))?;
    transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    Ok(transaction.commit()?)
}

/// Where the copy of a database of that version is kept.
fn kept_name(path: &Path, version: i64) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".schema-{version}"));
    path.with_file_name(name)
}
