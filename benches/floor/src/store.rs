//! The database: opened as a durable one must be, with a schema as large as a desk's.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::Result;

/// What the operations need.
const CORE: &str = "
CREATE TABLE ticket(id INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, stage TEXT NOT NULL, severity INTEGER NOT NULL,
  title TEXT NOT NULL, customer TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, rev INTEGER NOT NULL);
CREATE INDEX ticket_stage ON ticket(stage, updated);
CREATE TABLE event(id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL REFERENCES ticket(id), seq INTEGER NOT NULL,
  kind TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL);
CREATE UNIQUE INDEX event_ticket ON event(ticket_id, seq);
CREATE TABLE link(ticket_id INTEGER NOT NULL REFERENCES ticket(id), kind TEXT NOT NULL, target TEXT NOT NULL,
  event_id INTEGER NOT NULL, PRIMARY KEY(ticket_id, kind, target)) WITHOUT ROWID;
CREATE VIRTUAL TABLE fts USING fts5(text, content='', tokenize='unicode61');
";
const OTHERS: [&str; 9] = ["customer", "contact", "product", "sla", "team", "member", "tag", "attachment", "meta"];
const GUARDED: [&str; 4] = ["customer", "contact", "product", "team"];

/// Creates an empty database in place of what is there.
pub(crate) fn create(path: &Path) -> Result<()> {
    for side in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(side);
        let _ = fs::remove_file(name);
    }
    let db = open(path, OpenFlags::SQLITE_OPEN_CREATE)?;
    db.execute_batch("PRAGMA journal_mode=WAL")?;
    db.execute_batch(&format!("BEGIN;{}COMMIT;", schema()?))?;
    close(db)
}

/// Opens the database, works on it and closes it, which leaves one file.
pub(crate) fn with(path: &Path, work: impl FnOnce(&Connection) -> Result<()>) -> Result<()> {
    let db = open(path, OpenFlags::empty())?;
    work(&db)?;
    close(db)
}

fn open(path: &Path, create: OpenFlags) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | create;
    let db = Connection::open_with_flags(path, flags)?;
    db.execute_batch("PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA busy_timeout=5000;")?;
    Ok(db)
}

fn close(db: Connection) -> Result<()> {
    Ok(db.close().map_err(|(_, error)| error)?)
}

/// Thirteen tables, some thirty indexes and four triggers: reading the schema is a part of each command.
fn schema() -> Result<String> {
    let mut schema = CORE.to_owned();
    for table in OTHERS {
        writeln!(
            schema,
            "CREATE TABLE {table}(id INTEGER PRIMARY KEY, name TEXT NOT NULL,
               kind TEXT NOT NULL DEFAULT 'x' CHECK(length(kind)<20), parent INTEGER REFERENCES ticket(id),
               created INTEGER NOT NULL, updated INTEGER NOT NULL, note TEXT);
             CREATE INDEX {table}_name ON {table}(name);
             CREATE INDEX {table}_parent ON {table}(parent, created);"
        )?;
    }
    for table in GUARDED {
        writeln!(
            schema,
            "CREATE INDEX {table}_kind ON {table}(kind, updated) WHERE note IS NOT NULL;
             CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
               BEGIN SELECT RAISE(ABORT,'append only'); END;"
        )?;
    }
    schema.push_str("CREATE INDEX event_kind ON event(kind) WHERE kind='never';\n");
    Ok(schema)
}
