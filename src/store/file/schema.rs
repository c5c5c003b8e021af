//! The schema that a database has to have: what other programs changed, added or took away of it.

use rusqlite::{Connection, OptionalExtension, params};

use crate::store::error::{StoreError, damaged, forged};
use crate::store::file::tokens::tokens_of;

/// The whole schema, as a new database gets it.
pub(in crate::store) const SCHEMA: &str = include_str!("../../../schema.sql");
/// The tables that are the record: they are never made anew.
const RECORD: [&str; 2] = ["event", "chunk"];
/// A table of SQLite's own that no program can take away.
const SEQUENCE: &str = "sqlite_sequence";

/// A table, index, view or trigger.
#[derive(Debug, Clone)]
struct Object {
    kind: String,
    name: String,
    table: String,
    /// The statement that makes it; none for what SQLite makes by itself for a table.
    sql: Option<String>,
}

impl Object {
    /// Whether both are made in the same way, but for blanks and comments.
    fn is_same(&self, other: &Self) -> bool {
        let tokens = |object: &Self| object.sql.as_deref().map(|sql| tokens_of(sql).join("\0"));
        (&self.kind, &self.name, &self.table) == (&other.kind, &other.name, &other.table)
            && tokens(self) == tokens(other)
    }

    fn is_record(&self) -> bool {
        self.kind == "table" && RECORD.contains(&&*self.name)
    }

    fn is_virtual(&self) -> bool {
        self.sql.as_deref().is_some_and(|sql| tokens_of(sql).get(1).is_some_and(|word| *word == "VIRTUAL"))
    }
}

/// Holds every table, index, view and trigger, and the stage changes that they allow, against what a new database gets.
///
/// # Errors
/// Where some are missing, were changed, or do not belong there: with the names of all.
pub(in crate::store) fn verify(connection: &Connection) -> Result<(), StoreError> {
    let ours = new_database()?;
    let (expected, found) = (objects(&ours)?, objects(connection)?);
    let mut wrong = Vec::new();
    for object in &expected {
        let same_name = || found.iter().filter(|other| other.name == object.name);
        if same_name().count() != 1 || !same_name().all(|other| other.is_same(object)) {
            wrong.push(format!("the {} `{}` is missing or was changed", object.kind, object.name));
        }
    }
    for object in found.iter().filter(|object| expected.iter().all(|other| other.name != object.name)) {
        if object.name != SEQUENCE || has_rows(connection, SEQUENCE)? {
            wrong.push(format!("the {} `{}` does not belong there", object.kind, object.name));
        }
    }
    if is_ours(connection, "stage_change")? && stage_changes(connection)? != stage_changes(&ours)? {
        wrong.push("the stage changes that are allowed were changed".to_owned());
    }
    if wrong.is_empty() { Ok(()) } else { Err(damaged(wrong.join("; "))) }
}

/// Holds the tables of the record against what a new database gets: nothing can be made anew from others.
///
/// # Errors
/// Where one is missing or was changed.
pub(in crate::store) fn verify_record(connection: &Connection) -> Result<(), StoreError> {
    for table in RECORD {
        if !is_ours(connection, table)? {
            return Err(forged(format!("the table `{table}` is missing or was changed")));
        }
    }
    Ok(())
}

/// Whether a table is there as a new database has it.
pub(in crate::store) fn is_ours(connection: &Connection, table: &str) -> Result<bool, StoreError> {
    let ours = objects(&new_database()?)?;
    let found = objects(connection)?;
    Ok(ours.iter().any(|object| object.name == table && found.iter().any(|other| other.is_same(object))))
}

/// Takes away everything but the tables of the record, whoever made it, and makes anew what a new database has.
///
/// # Errors
/// Where something cannot be taken away, or the database fails.
pub(in crate::store) fn make_anew(connection: &Connection) -> Result<(), StoreError> {
    // What is taken away can refer to what was taken away before.
    connection.execute_batch("PRAGMA defer_foreign_keys = ON")?;
    for kind in ["trigger", "view", "index", "table"] {
        drop_all(connection, kind)?;
    }
    if objects(connection)?.iter().any(|object| object.name == SEQUENCE) {
        connection.execute_batch("DELETE FROM sqlite_sequence")?;
    }
    let ours = new_database()?;
    for object in objects(&ours)? {
        if let Some(sql) = &object.sql
            && !exists(connection, &object.name)?
        {
            connection.execute_batch(sql)?;
        }
    }
    let mut insert = connection.prepare("INSERT INTO stage_change (kind, before, after) VALUES (?1, ?2, ?3)")?;
    stage_changes(&ours)?.iter().try_for_each(|change| insert.execute(change.each_ref()).map(drop))?;
    let mut insert = connection.prepare("INSERT INTO counter (kind, next) VALUES (?1, ?2)")?;
    counters(&ours)?.iter().try_for_each(|(kind, next)| insert.execute(params![kind, next]).map(drop))?;
    Ok(())
}

/// Takes away all objects of a kind but the tables of the record: what was made last first, and before that the virtual
/// tables, with which their own tables go.
fn drop_all(connection: &Connection, kind: &str) -> Result<(), StoreError> {
    let mut all = objects(connection)?;
    all.retain(|object| object.kind == kind && object.sql.is_some());
    all.retain(|object| !object.is_record() && object.name != SEQUENCE);
    all.reverse();
    all.sort_by_key(|object| !object.is_virtual());
    for object in all {
        if exists(connection, &object.name)? {
            let drop = format!("DROP {kind} \"{}\"", object.name.replace('"', "\"\""));
            match connection.execute_batch(&drop) {
                // What makes it work is missing or was changed. Of itself it has nothing in the file but its name.
                Err(_) if object.is_virtual() => forget(connection, &object.name)?,
                dropped => dropped?,
            }
        }
    }
    Ok(())
}

/// Takes the name of a virtual table out of the schema.
fn forget(connection: &Connection, table: &str) -> Result<(), StoreError> {
    connection.pragma_update(None, "writable_schema", true)?;
    connection.execute("DELETE FROM sqlite_schema WHERE type = 'table' AND name = ?1", [table])?;
    Ok(connection.pragma_update(None, "writable_schema", "RESET")?)
}

/// A new database, in memory.
fn new_database() -> Result<Connection, StoreError> {
    let database = Connection::open_in_memory()?;
    database.execute_batch(SCHEMA)?;
    Ok(database)
}

/// Every object of a database, in the order in which they were made.
fn objects(connection: &Connection) -> Result<Vec<Object>, StoreError> {
    let mut statement = connection.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid")?;
    let objects = statement.query_map([], |row| {
        Ok(Object { kind: row.get("type")?, name: row.get("name")?, table: row.get("tbl_name")?, sql: row.get("sql")? })
    })?;
    Ok(objects.collect::<Result<_, _>>()?)
}

fn exists(connection: &Connection, name: &str) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM sqlite_schema WHERE name = ?1")?;
    Ok(statement.exists([name])?)
}

fn has_rows(connection: &Connection, table: &str) -> Result<bool, StoreError> {
    Ok(connection.query_row(&format!("SELECT 1 FROM {table} LIMIT 1"), [], |_| Ok(())).optional()?.is_some())
}

/// The stage changes that the record allows: the kind of the ticket, and the stages before and after.
fn stage_changes(connection: &Connection) -> Result<Vec<[String; 3]>, StoreError> {
    let mut statement =
        connection.prepare("SELECT kind, before, after FROM stage_change ORDER BY kind, before, after")?;
    let rows = statement.query_map([], |row| Ok([row.get("kind")?, row.get("before")?, row.get("after")?]))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The numbers that a new database gives first.
fn counters(connection: &Connection) -> Result<Vec<(String, i64)>, StoreError> {
    let mut statement = connection.prepare("SELECT kind, next FROM counter")?;
    let rows = statement.query_map([], |row| Ok((row.get("kind")?, row.get("next")?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
