//! Loading cases: tickets are folded from their events.

use rusqlite::{Connection, OptionalExtension, params};

use super::events::{self, Recorded};
use super::{Store, StoreError};
use crate::core::Time;
use crate::core::case::{Case, FreeKeys, Ticket};
use crate::core::key::Key;

/// How many numbers are passed over before it is worth while to remember that.
const PASSED_OVER: u64 = 16;

/// The tickets that a command is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Tickets that must exist.
    pub keys: Vec<Key>,
    /// Keys that may be in use: a new key is checked against them.
    pub perhaps: Vec<Key>,
    /// All tickets that were decided for this version.
    pub fix_version: Option<String>,
}

impl Scope {
    /// The tickets of these keys.
    pub fn of(keys: impl IntoIterator<Item = Key>) -> Self {
        Self { keys: keys.into_iter().collect(), ..Self::default() }
    }
}

impl Store {
    /// The case of these tickets, as it stands.
    ///
    /// # Errors
    /// Where a ticket does not exist, or the database fails.
    pub fn case(&self, scope: &Scope) -> Result<Case, StoreError> {
        load(&self.connection, scope)
    }

    /// The case of a ticket as it was at a time; tickets that did not exist then are not in it.
    ///
    /// # Errors
    /// Where the ticket does not exist, or the database fails.
    pub fn case_as_of(&self, key: &Key, at: Time) -> Result<Case, StoreError> {
        let id = resolve(&self.connection, key)?.ok_or_else(|| StoreError::NoSuchTicket(key.clone()))?;
        let mut case = Case::default();
        let take = |case: &mut Case, id: &Key| -> Result<(), StoreError> {
            if case.ticket(id).is_none() {
                let recorded = events_of(&self.connection, id.as_str())?;
                recorded.iter().filter(|one| one.event.at <= at).for_each(|one| case.apply(&one.event));
            }
            Ok(())
        };
        take(&mut case, &id)?;
        if let Some(cus) = case.csd(&id).and_then(|csd| csd.cus.clone()) {
            take(&mut case, &cus)?;
        }
        let links = case.cus_for(&id).map(|cus| cus.links.clone()).unwrap_or_default();
        links.iter().try_for_each(|link| take(&mut case, &link.csd))?;
        Ok(case)
    }

    /// The key that a ticket goes by now, by the key under which it was first recorded.
    ///
    /// # Errors
    /// Where the ticket does not exist, or the database fails.
    pub fn current_key(&self, id: &Key) -> Result<Key, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT key FROM ticket WHERE id = ?1")?;
        let key = statement.query_row([id.as_str()], |row| row.get::<_, String>("key")).optional()?;
        key.ok_or_else(|| StoreError::NoSuchTicket(id.clone()))?.parse().map_err(events::damaged)
    }

    /// The events of a ticket, in their order.
    ///
    /// # Errors
    /// Where the ticket does not exist, or the database fails.
    pub fn events_of(&self, key: &Key) -> Result<Vec<Recorded>, StoreError> {
        let id = resolve(&self.connection, key)?.ok_or_else(|| StoreError::NoSuchTicket(key.clone()))?;
        events_of(&self.connection, id.as_str())
    }
}

/// The case of these tickets, for a transaction that writes: it remembers numbers that it had to pass over.
pub(super) fn load_to_write(connection: &Connection, scope: &Scope) -> Result<Case, StoreError> {
    let from = first_number(connection, "csd")?;
    let case = load(connection, scope)?;
    if case.free.csd > from + PASSED_OVER {
        remember(connection, case.free)?;
    }
    Ok(case)
}

/// Remembers the numbers that have to be passed over.
pub(super) fn remember_numbers(connection: &Connection) -> Result<(), StoreError> {
    remember(connection, free_keys(connection)?)
}

fn remember(connection: &Connection, free: FreeKeys) -> Result<(), StoreError> {
    connection.prepare_cached("UPDATE counter SET taken = ?1 WHERE kind = 'csd'")?.execute([free.csd])?;
    Ok(())
}

/// The case of these tickets: with each CUS ticket come its customers' tickets, and the reverse.
pub(super) fn load(connection: &Connection, scope: &Scope) -> Result<Case, StoreError> {
    let mut case = Case { tickets: Vec::new(), free: free_keys(connection)? };
    for key in &scope.keys {
        let id = resolve(connection, key)?.ok_or_else(|| StoreError::NoSuchTicket(key.clone()))?;
        load_with_links(connection, &mut case, &id)?;
    }
    for key in &scope.perhaps {
        if let Some(id) = resolve(connection, key)? {
            load_with_links(connection, &mut case, &id)?;
        }
    }
    if let Some(version) = &scope.fix_version {
        let mut statement =
            connection.prepare_cached("SELECT id FROM ticket WHERE fix_version = ?1 AND open = 1 ORDER BY began")?;
        let ids = statement.query_map([version], |row| row.get::<_, String>("id"))?.collect::<Result<Vec<_>, _>>()?;
        for id in ids {
            load_with_links(connection, &mut case, &id.parse().map_err(events::damaged)?)?;
        }
    }
    Ok(case)
}

/// The key under which the ticket was first recorded that goes, or went, by this one.
pub(super) fn resolve(connection: &Connection, key: &Key) -> Result<Option<Key>, StoreError> {
    let mut by_id = connection.prepare_cached("SELECT 1 FROM ticket WHERE id = ?1")?;
    if by_id.exists([key.as_str()])? {
        return Ok(Some(key.clone()));
    }
    let mut by_alias = connection.prepare_cached("SELECT ticket FROM alias WHERE key = ?1")?;
    let id = by_alias.query_row([key.as_str()], |row| row.get::<_, String>("ticket")).optional()?;
    id.map(|id| id.parse().map_err(events::damaged)).transpose()
}

pub(super) fn load_with_links(connection: &Connection, case: &mut Case, id: &Key) -> Result<(), StoreError> {
    load_ticket(connection, case, id)?;
    let escalation = match case.ticket(id) {
        Some(Ticket::Csd(csd)) => csd.cus.clone(),
        Some(Ticket::Cus(_)) | None => None,
    };
    if let Some(escalation) = &escalation {
        load_ticket(connection, case, escalation)?;
    }
    let links = match case.ticket(escalation.as_ref().unwrap_or(id)) {
        Some(Ticket::Cus(cus)) => cus.links.iter().map(|link| link.csd.clone()).collect(),
        Some(Ticket::Csd(_)) | None => Vec::new(),
    };
    for csd in links {
        load_ticket(connection, case, &csd)?;
    }
    Ok(())
}

fn load_ticket(connection: &Connection, case: &mut Case, id: &Key) -> Result<(), StoreError> {
    if case.ticket(id).is_some() {
        return Ok(());
    }
    let free = case.free;
    for recorded in events_of(connection, id.as_str())? {
        case.apply(&recorded.event);
    }
    case.free = free;
    Ok(())
}

pub(super) fn events_of(connection: &Connection, id: &str) -> Result<Vec<Recorded>, StoreError> {
    let sql = format!("SELECT {} FROM event WHERE stream = ?1 ORDER BY seq", events::COLUMNS);
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![id])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(events::decode(row)?);
    }
    Ok(all)
}

/// The first number that may be free: no number before it ever will be.
fn first_number(connection: &Connection, kind: &str) -> Result<u64, StoreError> {
    let mut statement = connection.prepare_cached("SELECT max(next, taken) AS first FROM counter WHERE kind = ?1")?;
    Ok(statement.query_row([kind], |row| row.get("first"))?)
}

/// The numbers that `cus` gives next, past those that the desk took meanwhile (R2).
fn free_keys(connection: &Connection) -> Result<FreeKeys, StoreError> {
    let mut free = FreeKeys { csd: first_number(connection, "csd")?, cus: first_number(connection, "cus")? };
    while resolve(connection, &Key::numbered(Key::CSD, free.csd))?.is_some() {
        free.csd += 1;
    }
    Ok(free)
}
