//! Databases as earlier versions left them.

use std::path::Path;

use rusqlite::Connection;

const SCHEMA_1: &str = include_str!("1.sql");
const ROWS_1: &str = include_str!("1.rows.sql");

/// Writes a database of the first version.
pub(crate) fn first_version(path: &Path) {
    let old = Connection::open(path).unwrap();
    old.pragma_update(None, "journal_mode", "wal").unwrap();
    let marks = "PRAGMA application_id = 0x63757331; PRAGMA user_version = 1;";
    old.execute_batch(&format!("PRAGMA foreign_keys = OFF; BEGIN; {marks} {SCHEMA_1}\n{ROWS_1} COMMIT;")).unwrap();
}

/// The version of a database's schema.
pub(crate) fn version(path: &Path) -> i64 {
    let database = Connection::open(path).unwrap();
    database.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}
