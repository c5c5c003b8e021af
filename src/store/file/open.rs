//! Opening and creating database files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags};

use crate::private;
use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::file::place::Place;
use crate::store::file::schema::SCHEMA;
use crate::store::file::staged::{Staged, folder_of};

/// "cus2", in the header of each database file.
const APPLICATION_ID: i64 = 0x6375_7332;
/// "cus1": what 0.1.0 wrote there.
const BEFORE_THE_FIRST_RELEASE: i64 = 0x6375_7331;
/// The schema that this program reads and writes.
const SCHEMA_VERSION: i64 = 1;
/// How many statements stay prepared: more than any command has, or each line of a batch would prepare them anew.
const STATEMENTS: usize = 64;
/// How many KiB of pages a command that writes much keeps in memory.
const ROOM: i64 = 4096;
/// How long a command waits for another process before it says that the database is busy.
pub(in crate::store) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long it waits before it looks again.
const STEP: Duration = Duration::from_millis(2);

impl Store {
    /// Creates a database where there is none, private to its owner, and says whether it did.
    ///
    /// The file is made under a name of its own and then linked, so that nobody ever sees half of it and nothing is
    /// overwritten.
    ///
    /// # Errors
    /// Where something else is in the way, or the place cannot be written to.
    pub fn create(path: &Path) -> Result<bool, StoreError> {
        let failed = |error| StoreError::File { path: path.to_owned(), error };
        if fs::symlink_metadata(path).is_ok() {
            return match Self::open_to_read(path) {
                Ok(_) => Ok(false),
                Err(StoreError::Foreign(path) | StoreError::Missing(path)) => Err(StoreError::InTheWay(path)),
                Err(error) => Err(error),
            };
        }
        let folder = folder_of(path);
        private::make_folder(folder).map_err(failed)?;
        let file = Staged::beside(path).map_err(failed)?;
        let mut connection = Connection::open_with_flags(file.path(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        set_pragmas(&mut connection)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.execute_batch(&format!(
            "BEGIN; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION}; {SCHEMA} COMMIT;"
        ))?;
        connection.close().map_err(|(_, error)| error)?;
        match file.put(path) {
            Ok(()) => fs::File::open(folder).and_then(|folder| folder.sync_all()).map(|()| true).map_err(failed),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(failed(error)),
        }
    }

    /// Opens a database for writing.
    ///
    /// # Errors
    /// Where there is none, or it is not one that this program can write to.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let store = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        store.connection.execute_batch("COMMIT")?;
        Ok(store)
    }

    /// Opens a database for reading. All that is read of it is of one moment.
    ///
    /// It is opened read-write where possible, since a read-only connection would leave side files behind. Where nothing
    /// can be written beside it, a copy is read that is gone with the store.
    ///
    /// # Errors
    /// Where there is none, or it is not one that this program can read.
    pub fn open_to_read(path: &Path) -> Result<Self, StoreError> {
        let store = match connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE) {
            Err(StoreError::ReadOnly(_)) => {
                // Beside a process that writes, its side files are there to be read.
                let is_in_use = beside(path, "-shm").exists();
                match is_in_use.then(|| connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)) {
                    None | Some(Err(StoreError::ReadOnly(_))) => copied(path)?,
                    Some(other) => other?,
                }
            }
            other => other?,
        };
        store.connection.pragma_update(None, "query_only", true)?;
        Ok(store)
    }
}

impl Store {
    /// Makes room in memory for a command that writes much: a small one starts faster without.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn for_bulk(self) -> Result<Self, StoreError> {
        self.connection.pragma_update(None, "cache_size", -ROOM)?;
        Ok(self)
    }
}

impl Store {
    /// Whether everybody may make files beside it, such as a log that SQLite would take for its own.
    pub fn is_in_an_open_folder(&self) -> bool {
        #[cfg(unix)]
        {
            let folder = std::fs::metadata(folder_of(&self.path));
            folder.is_ok_and(|folder| std::os::unix::fs::PermissionsExt::mode(&folder.permissions()) & 0o002 != 0)
        }
        #[cfg(not(unix))]
        false
    }
}

/// Copies a database, with what waits in its log, and opens the copy. SQLite cannot read a database whose side files it
/// can neither open nor make; told that the file never changes, it would mix states if it does.
fn copied(path: &Path) -> Result<Store, StoreError> {
    let failed = |error| StoreError::File { path: path.to_owned(), error };
    let folder = private::folder().map_err(failed)?;
    let copy = folder.path().join("cus.db");
    let files = [(path.to_owned(), copy.clone()), (beside(path, "-wal"), beside(&copy, "-wal"))];
    let states =
        || files.each_ref().map(|(file, _)| fs::metadata(file).ok().map(|file| (file.len(), file.modified().ok())));
    let before = states();
    for (from, to) in files.iter().filter(|(from, _)| from.exists()) {
        let mut from = fs::File::open(from).map_err(failed)?;
        let mut to = private::create(to).map_err(failed)?;
        io::copy(&mut from, &mut to).map_err(failed)?;
    }
    if states() != before {
        return Err(StoreError::Busy);
    }
    let store = connect(&copy, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    Ok(Store { _copy: Some(folder), ..store })
}

/// The side file of a database whose name ends so.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// Opens a file, and leaves the transaction open in which its header was read: each takes a lock, and lets it go.
fn connect(path: &Path, mode: OpenFlags) -> Result<Store, StoreError> {
    let place = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(StoreError::Missing(path.to_owned()));
        }
        Err(error) => {
            return Err(StoreError::File { path: path.to_owned(), error });
        }
        Ok(metadata) if !metadata.is_file() => return Err(StoreError::Foreign(path.to_owned())),
        Ok(metadata) => Place::of(path, &metadata)?,
    };
    let foreign = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => StoreError::Foreign(path.to_owned()),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly) => StoreError::ReadOnly(path.to_owned()),
        _ => error.into(),
    };
    let mut connection = Connection::open_with_flags(path, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(foreign)?;
    // SQLite goes on reading where it may not write, and leaves side files behind that nobody can write to later.
    if mode.contains(OpenFlags::SQLITE_OPEN_READ_WRITE) && connection.is_readonly(MAIN_DB)? {
        return Err(StoreError::ReadOnly(path.to_owned()));
    }
    set_pragmas(&mut connection).map_err(foreign)?;
    place.is_the_same()?;
    connection.execute_batch("BEGIN").map_err(foreign)?;
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).map_err(foreign);
    match pragma("application_id")? {
        APPLICATION_ID => {}
        BEFORE_THE_FIRST_RELEASE => return Err(StoreError::Older(path.to_owned())),
        _ => return Err(StoreError::Foreign(path.to_owned())),
    }
    let found = pragma("user_version")?;
    if found > SCHEMA_VERSION {
        return Err(StoreError::Newer { path: path.to_owned(), found, known: SCHEMA_VERSION });
    }
    Ok(Store { connection, path: path.to_owned(), place, _copy: None })
}

fn set_pragmas(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.busy_handler(Some(wait))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    // Otherwise what compares a parameter with the condition of an index is prepared anew for each value of it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "recursive_triggers", true)
}

/// Waits for another process, in steps that stay short: one that has waited for long must not look less often than one
/// that has just come.
fn wait(times: i32) -> bool {
    let waited = STEP * u32::try_from(times).unwrap_or(u32::MAX);
    if waited >= BUSY_TIMEOUT {
        return false;
    }
    std::thread::sleep(STEP);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_connection_is_durable_and_holds_the_rules() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cus.db");
        assert!(Store::create(&path).unwrap());
        for store in [Store::open(&path).unwrap(), Store::open_to_read(&path).unwrap()] {
            let found = ["synchronous", "foreign_keys", "recursive_triggers", "trusted_schema"]
                .map(|name| store.connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap());
            assert_eq!(found, [2, 1, 1, 0], "2 is FULL, which is SQLite's own default");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_was_replaced_is_not_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cus.db");
        Store::create(&path).unwrap();
        let mut store = Store::open(&path).unwrap();
        store.writer().unwrap().rollback().unwrap();
        let begun = store.writer().unwrap();
        std::fs::rename(&path, folder.path().join("old.db")).unwrap();
        assert!(matches!(begun.commit(), Err(StoreError::Replaced(_))));
        Store::create(&path).unwrap();
        assert!(matches!(store.writer(), Err(StoreError::Replaced(_))));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_with_two_names_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("cus.db"), folder.path().join("other.db"));
        Store::create(&path).unwrap();
        std::os::unix::fs::symlink(&path, &other).unwrap();
        assert!(Store::open(&other).is_ok(), "a symbolic link leads to the one name");
        std::fs::remove_file(&other).unwrap();
        std::fs::hard_link(&path, &other).unwrap();
        for path in [&path, &other] {
            assert!(matches!(Store::open(path), Err(StoreError::TwoPaths(_))));
            assert!(matches!(Store::open_to_read(path), Err(StoreError::TwoPaths(_))));
        }
        std::fs::remove_file(&path).unwrap();
        assert!(Store::open(&other).is_ok());
    }
}
