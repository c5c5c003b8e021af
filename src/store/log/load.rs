//! Loading cases: tickets are folded from their events.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};

use crate::store::database::Store;
use crate::store::error::{StoreError, damaged};
use crate::store::log::customers;
use crate::store::log::events::{self, Recorded};
use crate::store::statements::Statements;
use crate::workflow::Time;
use crate::workflow::event::{Event, Fact};
use crate::workflow::key::Key;
use crate::workflow::names::{customer_form, version_form};
use crate::workflow::scope::Scope;
use crate::workflow::tickets::history::{Entry, last_command};
use crate::workflow::tickets::{FreeKeys, Past, Ticket, Tickets};

/// How many numbers are passed over before it is worth while to remember that.
const PASSED_OVER: u64 = 16;

/// The number of the ticket that was first recorded under the key `?1`: the id of its first event.
macro_rules! began {
    () => {
        "(SELECT id FROM event WHERE stream = ?1 AND seq = 1)"
    };
}
pub(in crate::store) use began;

/// Tickets as they were loaded, each with its number: the id of its first event.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    pub(in crate::store) tickets: Tickets,
    began: BTreeMap<Key, i64>,
}

/// The numbers that `cus` gives next.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Numbers {
    /// As they stand in the database.
    pub(in crate::store) stored: FreeKeys,
    /// As they are to stand there: past the last that was given.
    pub(in crate::store) next: FreeKeys,
    /// The first that are in no use: the desk may have taken the next ones.
    pub(in crate::store) free: FreeKeys,
}

impl Loaded {
    /// The tickets.
    pub fn tickets(&self) -> &Tickets {
        &self.tickets
    }

    /// No ticket yet; those that are loaded take the numbers from these on.
    pub(in crate::store) fn before(free: FreeKeys) -> Self {
        Self { tickets: Tickets { free, ..Tickets::default() }, began: BTreeMap::new() }
    }

    /// Notes the number of a ticket that begins.
    pub(in crate::store) fn begin(&mut self, id: &Key, began: i64) {
        self.began.insert(id.clone(), began);
    }

    /// The number of a ticket.
    pub(in crate::store) fn began(&self, id: &Key) -> Result<i64, StoreError> {
        self.began.get(id).copied().ok_or_else(|| damaged(format!("`{id}` does not begin")))
    }
}

impl Store {
    /// The tickets of these tickets, as it stands.
    ///
    /// # Errors
    /// Where a ticket does not exist, or the database fails.
    pub fn tickets(&self, scope: &Scope) -> Result<Tickets, StoreError> {
        let mut loaded = Loaded::default();
        load(&self.connection, &mut loaded, scope)?;
        Ok(loaded.tickets)
    }

    /// The tickets of a ticket as it was at a time, and the key under which the ticket was first recorded, by which it is
    /// found there whatever it went by then. Tickets that did not exist then are not in it.
    ///
    /// # Errors
    /// Where the ticket does not exist, or the database fails.
    pub fn case_as_of(&self, key: &Key, at: Time) -> Result<(Tickets, Key), StoreError> {
        let id = resolve(&self.connection, key)?.ok_or_else(|| StoreError::NoSuchTicket(key.clone()))?;
        let mut tickets = Tickets::default();
        let take = |tickets: &mut Tickets, id: &Key| -> Result<(), StoreError> {
            if tickets.ticket(id).is_none() {
                let history = entries_of(&self.connection, id)?.into_iter();
                tickets.fold(&history.filter(|entry| entry.event.at <= at).collect::<Vec<_>>());
            }
            Ok(())
        };
        take(&mut tickets, &id)?;
        if let Some(cus) = tickets.csd(&id).and_then(|csd| csd.cus.clone()) {
            take(&mut tickets, &cus)?;
        }
        let links = tickets.cus_for(&id).map(|cus| cus.links.clone()).unwrap_or_default();
        links.iter().try_for_each(|link| take(&mut tickets, &link.csd))?;
        Ok((tickets, id))
    }

    /// The key under which the ticket was first recorded that goes, or went, by this one.
    ///
    /// # Errors
    /// Where the ticket does not exist, or the database fails.
    pub fn id_of(&self, key: &Key) -> Result<Key, StoreError> {
        resolve(&self.connection, key)?.ok_or_else(|| StoreError::NoSuchTicket(key.clone()))
    }

    /// The key that a ticket goes by now, by the key under which it was first recorded.
    ///
    /// # Errors
    /// Where the ticket does not exist, or the database fails.
    pub fn current_key(&self, id: &Key) -> Result<Key, StoreError> {
        let mut statement =
            self.connection.prepare_cached(concat!("SELECT key FROM ticket WHERE began = ", began!()))?;
        let key = statement.query_row([id.as_str()], |row| row.get::<_, String>("key")).optional()?;
        match key {
            Some(key) => key.parse().map_err(damaged),
            // Its beginning was undone.
            None => self.id_of(id),
        }
    }

    /// A ticket whose beginning was undone, as it was before that, and the event that undid it; `None` for any other key.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn undone(&self, key: &Key) -> Result<Option<(Tickets, Event)>, StoreError> {
        let Some(id) = resolve(&self.connection, key)? else { return Ok(None) };
        let history = entries_of(&self.connection, &id)?;
        let (mut now, mut before) = (Tickets::default(), Tickets::default());
        now.fold(&history);
        let undoing = history.iter().rposition(|entry| matches!(entry.event.fact, Fact::Undone(_)));
        let Some((earlier, undoing)) = undoing.and_then(|at| history.split_at_checked(at)) else { return Ok(None) };
        if now.gone(&id).is_none() {
            return Ok(None);
        }
        before.fold(earlier);
        Ok(undoing.first().map(|entry| (before, entry.event.clone())))
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

/// Takes in what is missing of a scope.
pub(in crate::store) fn load(connection: &Connection, loaded: &mut Loaded, scope: &Scope) -> Result<(), StoreError> {
    for key in &scope.keys {
        if !load_by(connection, loaded, key)? {
            return Err(StoreError::NoSuchTicket(key.clone()));
        }
    }
    for key in &scope.perhaps {
        load_by(connection, loaded, key)?;
    }
    if let Some((key, command)) = &scope.undoes {
        load_past(connection, loaded, key, *command)?;
    }
    if let Some(version) = &scope.fix_version {
        let mut statement =
            connection.prepare_cached("SELECT id FROM ticket WHERE fix_form = ?1 AND open = 1 ORDER BY began")?;
        let ids = statement
            .query_map([version_form(version)], |row| row.get::<_, String>("id"))?
            .collect::<Result<Vec<_>, _>>()?;
        for id in ids {
            load_with_links(connection, loaded, &id.parse().map_err(damaged)?)?;
        }
    }
    for name in &scope.customers {
        if let Some(now) = customers::renamed(connection, &customer_form(name))? {
            loaded.tickets.spellings.rename_customer(name, &now);
        }
        if loaded.tickets.spellings.customer(name).is_none()
            && let Some(spelling) = spelling(connection, CUSTOMER, &customer_form(name))?
        {
            loaded.tickets.spellings.know_customer(&spelling);
        }
    }
    for version in &scope.versions {
        if loaded.tickets.spellings.version(version).is_none()
            && let Some(spelling) = spelling(connection, VERSION, &version_form(version))?
        {
            loaded.tickets.spellings.know_version(&spelling);
        }
    }
    Ok(())
}

/// How a customer is spelt that is recorded already, by the form in which it is compared.
const CUSTOMER: &str = "SELECT customer FROM ticket WHERE customer_form = ?1 ORDER BY began LIMIT 1";
/// How a version is spelt that is recorded already.
const VERSION: &str = "SELECT coalesce( \
    (SELECT fix_version FROM ticket WHERE fix_form = ?1 ORDER BY began LIMIT 1), \
    (SELECT product_version FROM ticket WHERE product_form = ?1 ORDER BY began LIMIT 1), \
    (SELECT version FROM hold WHERE form = ?1 ORDER BY ticket LIMIT 1))";

/// How a customer is spelt on tickets, if any ticket has the name.
pub(in crate::store) fn customer_spelling(connection: &Connection, name: &str) -> Result<Option<String>, StoreError> {
    spelling(connection, CUSTOMER, &customer_form(name))
}

/// The tickets of a customer, oldest first.
pub(in crate::store) fn tickets_of(connection: &Connection, customer: &str) -> Result<Vec<Key>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT id FROM ticket WHERE customer_form = ?1 ORDER BY began")?;
    let mut rows = statement.query([customer_form(customer)])?;
    let mut keys = Vec::new();
    while let Some(row) = rows.next()? {
        keys.push(row.get_ref("id")?.as_str().map_err(damaged)?.parse().map_err(damaged)?);
    }
    Ok(keys)
}

fn spelling(connection: &Connection, sql: &str, form: &str) -> Result<Option<String>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row([form], |row| row.get::<_, Option<String>>(0)).optional()?.flatten())
}

/// Takes in the ticket that goes, or went, by a key, and says whether there is one. Most go by the key under which they
/// were first recorded.
fn load_by(connection: &Connection, loaded: &mut Loaded, key: &Key) -> Result<bool, StoreError> {
    if load_with_links(connection, loaded, key)? {
        return Ok(true);
    }
    match resolve(connection, key)? {
        Some(id) => load_with_links(connection, loaded, &id),
        None => Ok(false),
    }
}

/// The key under which the ticket was first recorded that goes, or went, by this one.
pub(in crate::store) fn resolve(connection: &Connection, key: &Key) -> Result<Option<Key>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT stream AS id FROM event WHERE stream = ?1 AND seq = 1 UNION ALL \
         SELECT id FROM alias JOIN ticket ON began = ticket WHERE alias.key = ?1 LIMIT 1",
    )?;
    let id = statement.query_row([key.as_str()], |row| row.get::<_, String>("id")).optional()?;
    if id.is_none() && key.is_elsewhere() {
        return imported_as(connection, key);
    }
    id.map(|id| id.parse().map_err(damaged)).transpose()
}

/// The ticket that has this key in another tracker, where only one has it.
fn imported_as(connection: &Connection, key: &Key) -> Result<Option<Key>, StoreError> {
    let (source, number) = key.as_str().rsplit_once('#').unwrap_or(("", ""));
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT id FROM origin JOIN ticket ON began = ticket WHERE origin.key = ?1 \
         OR (origin.key IN (?2, '#' || ?2) AND ?2 <> '' AND (?3 = '' OR upper(source) = ?3)) ORDER BY began",
    )?;
    let ids = statement.query_map([key.as_str(), number, source], |row| row.get::<_, String>("id"))?;
    let ids = ids.collect::<Result<Vec<_>, _>>()?;
    match ids.as_slice() {
        [] => Ok(None),
        [id] => Ok(Some(id.parse().map_err(damaged)?)),
        _ => Err(StoreError::Several { key: key.clone(), ids }),
    }
}

/// The same tickets as their events make them now.
pub(in crate::store) fn anew(connection: &Connection, loaded: &Loaded) -> Result<Loaded, StoreError> {
    let Tickets { free, spellings, .. } = &loaded.tickets;
    let tickets = Tickets { free: *free, spellings: spellings.clone(), ..Tickets::default() };
    let mut anew = Loaded { tickets, began: BTreeMap::new() };
    loaded.tickets.all.iter().try_for_each(|ticket| load_ticket(connection, &mut anew, ticket.id()))?;
    Ok(anew)
}

/// Takes in a ticket, with its CUS ticket and that one's customers' tickets, and says whether there is such a ticket.
pub(in crate::store) fn load_with_links(
    connection: &Connection,
    loaded: &mut Loaded,
    id: &Key,
) -> Result<bool, StoreError> {
    load_ticket(connection, loaded, id)?;
    let escalation = match loaded.tickets.ticket(id) {
        Some(Ticket::Csd(csd)) => csd.cus.clone(),
        Some(Ticket::Cus(_)) | None => None,
    };
    if let Some(escalation) = &escalation {
        load_ticket(connection, loaded, escalation)?;
    }
    let links = match loaded.tickets.ticket(escalation.as_ref().unwrap_or(id)) {
        Some(Ticket::Cus(cus)) => cus.links.iter().map(|link| link.csd.clone()).collect(),
        Some(Ticket::Csd(_)) | None => Vec::new(),
    };
    for csd in links {
        load_ticket(connection, loaded, &csd)?;
    }
    Ok(loaded.tickets.ticket(id).is_some())
}

fn load_ticket(connection: &Connection, loaded: &mut Loaded, id: &Key) -> Result<(), StoreError> {
    if loaded.tickets.ticket(id).is_some() {
        return Ok(());
    }
    if loaded.tickets.gone(id).is_some() {
        return Ok(());
    }
    let history = history_of(connection, id)?;
    if let Some((number, _)) = history.first() {
        loaded.begin(id, *number);
    }
    let history: Vec<Entry> = history.into_iter().map(|(_, entry)| entry).collect();
    loaded.tickets.fold(&history);
    Ok(())
}

/// The events of a ticket with their commands, each with its id.
fn history_of(connection: &Connection, id: &Key) -> Result<Vec<(i64, Entry)>, StoreError> {
    let mut statement = connection.prepare_cached(OF_STREAM)?;
    let mut rows = statement.query(params![id.as_str()])?;
    let mut history = Vec::new();
    while let Some(row) = rows.next()? {
        let (number, event) = events::event_of(connection, row)?;
        history.push((number, Entry { command: row.get("command")?, event }));
    }
    Ok(history)
}

/// The events of a ticket with their commands.
fn entries_of(connection: &Connection, id: &Key) -> Result<Vec<Entry>, StoreError> {
    Ok(history_of(connection, id)?.into_iter().map(|(_, entry)| entry).collect())
}

/// A command on a ticket that can be undone, the last where none is named, with what followed it, and the tickets that it
/// touched.
fn load_past(connection: &Connection, loaded: &mut Loaded, key: &Key, command: Option<i64>) -> Result<(), StoreError> {
    let id = resolve(connection, key)?.ok_or_else(|| StoreError::NoSuchTicket(key.clone()))?;
    let last = || -> Result<Option<i64>, StoreError> { Ok(last_command(&entries_of(connection, &id)?)) };
    let Some(command) = command.map_or_else(last, |command| Ok(Some(command)))? else { return Ok(()) };
    let mut statement = connection.prepare_cached("SELECT stream, command FROM event WHERE id >= ?1 ORDER BY id")?;
    let mut rows = statement.query([command])?;
    let (mut touched, mut is_of_database) = (Vec::<Key>::new(), false);
    while let Some(row) = rows.next()?.filter(|row| row.get("command").is_ok_and(|other: i64| other == command)) {
        match row.get_ref("stream")?.as_str().map_err(damaged)? {
            "" => is_of_database = true,
            stream => {
                let stream: Key = stream.parse().map_err(damaged)?;
                if !touched.contains(&stream) {
                    touched.push(stream);
                }
            }
        }
    }
    let mut histories = Vec::new();
    for stream in &touched {
        load_with_links(connection, loaded, stream)?;
        histories.push(entries_of(connection, stream)?);
    }
    loaded.tickets.past = Some(Past::of(command, &histories, is_of_database).into());
    Ok(())
}

pub(in crate::store) fn events_of(connection: &Connection, id: &str) -> Result<Vec<Recorded>, StoreError> {
    let mut statement = connection.prepare_cached(OF_STREAM)?;
    let mut rows = statement.query(params![id])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(events::decode(connection, row)?);
    }
    Ok(all)
}

const OF_STREAM: &str = concat!("SELECT ", events::columns!(), " FROM event WHERE stream = ?1 ORDER BY seq");

/// The numbers that `cus` gives next, as they are stored and past those that the desk took meanwhile (R2). That many had
/// to be passed over is remembered.
pub(in crate::store) fn numbers(
    connection: &Connection,
    statements: &mut Statements<'_>,
) -> Result<Numbers, StoreError> {
    let mut statement = connection.prepare_cached("SELECT kind, next, max(next, taken) AS first FROM counter")?;
    let mut rows = statement.query([])?;
    let (mut stored, mut first) = (FreeKeys::default(), 1);
    while let Some(row) = rows.next()? {
        match row.get_ref("kind")?.as_str().map_err(damaged)? {
            "csd" => (stored.csd, first) = (row.get("next")?, row.get("first")?),
            _ => stored.cus = row.get("next")?,
        }
    }
    let free = free_from(statements, FreeKeys { csd: first, ..stored })?;
    if free.csd > first + PASSED_OVER {
        connection.prepare_cached("UPDATE counter SET taken = ?1 WHERE kind = 'csd'")?.execute([free.csd])?;
    }
    Ok(Numbers { stored, next: stored, free })
}

/// The first numbers from these on that are in no use.
pub(in crate::store) fn free_from(statements: &mut Statements<'_>, mut free: FreeKeys) -> Result<FreeKeys, StoreError> {
    let in_use = statements
        .get("SELECT 1 FROM event WHERE stream = ?1 AND seq = 1 UNION ALL SELECT 1 FROM alias WHERE key = ?1")?;
    while in_use.exists([Key::numbered(Key::CSD, free.csd).as_str()])? {
        free.csd += 1;
    }
    Ok(free)
}
