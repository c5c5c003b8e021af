//! The schema that a database has to have: what other programs may have changed of it.

use std::collections::BTreeMap;

use crate::store::error::{StoreError, damaged};
use rusqlite::Connection;

/// The whole schema, as a new database gets it.
pub(in crate::store) const SCHEMA: &str = include_str!("../../../schema.sql");

/// A table, index or trigger: of which kind, and the statement that makes it, in one line and without comments.
type Objects = BTreeMap<String, (String, String)>;

/// Holds every table, index and trigger, and the stage changes that they allow, against what a new database gets. An index
/// or a view more does no harm; a trigger more can change what is written.
///
/// # Errors
/// Where one is missing, was changed, or is a trigger that does not belong there.
pub(in crate::store) fn verify(connection: &Connection) -> Result<(), StoreError> {
    let fresh = fresh()?;
    let (expected, found) = (objects(&fresh)?, objects(connection)?);
    for (name, object) in &expected {
        if found.get(name) != Some(object) {
            return Err(damaged(format!("the {} `{name}` is missing or was changed", object.0)));
        }
    }
    if stage_changes(connection)? != stage_changes(&fresh)? {
        return Err(damaged("the stage changes that are allowed were changed"));
    }
    match found.iter().find(|(name, (kind, _))| kind == "trigger" && !expected.contains_key(*name)) {
        Some((name, _)) => Err(damaged(format!("the trigger `{name}` does not belong there"))),
        None => Ok(()),
    }
}

/// Makes anew the indices, triggers and stage changes that are missing or were changed, and takes away triggers that do not
/// belong there.
pub(in crate::store) fn restore(connection: &Connection) -> Result<(), StoreError> {
    let fresh = fresh()?;
    let (expected, found) = (objects(&fresh)?, objects(connection)?);
    let may_go = |kind: &str| matches!(kind, "index" | "trigger");
    for (name, (kind, _)) in &found {
        let is_right = found.get(name) == expected.get(name);
        if !is_right && may_go(kind) && (kind == "trigger" || expected.contains_key(name)) {
            connection.execute_batch(&format!("DROP {kind} \"{}\"", name.replace('"', "\"\"")))?;
        }
    }
    for (name, object @ (kind, sql)) in &expected {
        if found.get(name) != Some(object) && may_go(kind) {
            connection.execute_batch(sql)?;
        }
    }
    let changes = stage_changes(&fresh)?;
    if stage_changes(connection)? != changes {
        connection.execute_batch("DELETE FROM stage_change")?;
        let mut insert = connection.prepare("INSERT INTO stage_change (kind, before, after) VALUES (?1, ?2, ?3)")?;
        changes.iter().try_for_each(|change| insert.execute(change.each_ref()).map(drop))?;
    }
    Ok(())
}

/// A new database, in memory.
fn fresh() -> Result<Connection, StoreError> {
    let fresh = Connection::open_in_memory()?;
    fresh.execute_batch(SCHEMA)?;
    Ok(fresh)
}

/// The stage changes that the record allows: the kind of the ticket, and the stages before and after.
fn stage_changes(connection: &Connection) -> Result<Vec<[String; 3]>, StoreError> {
    let mut statement =
        connection.prepare("SELECT kind, before, after FROM stage_change ORDER BY kind, before, after")?;
    let rows = statement.query_map([], |row| Ok([row.get("kind")?, row.get("before")?, row.get("after")?]))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What SQLite makes by itself for a table has no statement; the tables of the index of words are its own matter.
fn objects(connection: &Connection) -> Result<Objects, StoreError> {
    let mut statement = connection
        .prepare("SELECT name, type, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT GLOB 'word_*'")?;
    let objects = statement
        .query_map([], |row| Ok((row.get("name")?, (row.get("type")?, in_one_line(&row.get::<_, String>("sql")?)))))?;
    Ok(objects.collect::<Result<_, _>>()?)
}

fn in_one_line(sql: &str) -> String {
    let lines = sql.lines().map(|line| line.split_once("--").map_or(line, |(before, _)| before));
    let words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
    words.join(" ").replace(" )", ")").replace(" ,", ",")
}
