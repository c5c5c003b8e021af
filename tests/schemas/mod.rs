//! Databases as earlier versions left them.

use std::path::Path;

use rusqlite::Connection;

/// The version of the schema that this program writes.
pub(crate) const THIS: i64 = 5;
/// The schema of each earlier version, with the current state as that version wrote it.
const EARLIER: [[&str; 2]; 4] = [
    [include_str!("1.sql"), include_str!("1.rows.sql")],
    [include_str!("2.sql"), include_str!("2.rows.sql")],
    [include_str!("3.sql"), include_str!("3.rows.sql")],
    [include_str!("4.sql"), include_str!("4.rows.sql")],
];
const EVENTS: &str = include_str!("events.sql");

/// The earlier versions.
pub(crate) fn earlier() -> std::ops::Range<i64> {
    1..THIS
}

/// Writes a database of an earlier version.
pub(crate) fn write(path: &Path, version: i64) {
    let [schema, rows] = EARLIER[usize::try_from(version - 1).unwrap()];
    let old = Connection::open(path).unwrap();
    old.pragma_update(None, "journal_mode", "wal").unwrap();
    let marks = format!("PRAGMA application_id = 0x63757331; PRAGMA user_version = {version};");
    let all = format!("PRAGMA foreign_keys = OFF; BEGIN; {marks} {schema}\n{EVENTS}\n{rows} COMMIT;");
    old.execute_batch(&all).unwrap();
}

/// The version of a database's schema.
pub(crate) fn version(path: &Path) -> i64 {
    let database = Connection::open(path).unwrap();
    database.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}
