//! Holding the current state against the record: the rows that are stored against those that the events make.

use rusqlite::types::FromSql;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::store::error::{StoreError, damaged, forged};
use crate::store::fulltext::index;
use crate::store::log::customers;
use crate::store::log::load::{self, Loaded};
use crate::store::log::policy;
use crate::store::projection::counts;
use crate::store::projection::origins;
use crate::store::projection::rows::{DutyRow, TicketRow, TicketRows};
use crate::store::statements::Statements;
use crate::workflow::key::Key;
use crate::workflow::tickets::FreeKeys;

/// Folds each ticket anew and compares, and returns how many there are. A ticket's rows depend on those linked to it, so
/// each is loaded with its links.
pub(in crate::store) fn compare(connection: &Connection) -> Result<u64, StoreError> {
    by_ticket(connection)?;
    let mut statement = connection.prepare("SELECT DISTINCT stream FROM event WHERE stream <> '' ORDER BY stream")?;
    let mut rows = statement.query([])?;
    let mut count: u64 = 0;
    let mut free = FreeKeys::default();
    while let Some(row) = rows.next()? {
        let id: Key = row.get::<_, String>("stream")?.parse().map_err(damaged)?;
        let differs = || damaged(format!("the current state of `{id}` is not what its events say"));
        let mut loaded = Loaded::before(free);
        load::load_with_links(connection, &mut loaded, &id)?;
        free = loaded.tickets.free;
        if loaded.tickets.gone(&id).is_some() {
            // One row more than tickets is found below.
            continue;
        }
        let ticket = loaded.tickets.ticket(&id).ok_or_else(differs)?;
        if !TicketRows::of(&loaded, ticket)?.is_stored(connection)? {
            let seen = revision_of(connection, loaded.began(&id)?)?;
            return Err(if seen.is_some_and(|seen| seen > ticket.revision()) {
                forged(format!("events of `{id}` are missing: its row has seen more than there are"))
            } else {
                differs()
            });
        }
        count += 1;
    }
    let count_of = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, u64>(0));
    if count_of("SELECT count(*) FROM ticket")? != count {
        return Err(forged("there is a ticket without events"));
    }
    for (table, column) in [
        ("duty", "ticket"),
        ("outbox", "ticket"),
        ("hold", "ticket"),
        ("decided", "ticket"),
        ("alias", "ticket"),
        ("origin", "ticket"),
        ("origin_link", "ticket"),
        ("link", "csd"),
        ("link", "cus"),
    ] {
        if count_of(&format!("SELECT count(*) FROM {table} WHERE {column} NOT IN (SELECT began FROM ticket)"))? != 0 {
            return Err(damaged(format!("there is a row of `{table}` without a ticket")));
        }
    }
    if !counts::are_right(connection)? {
        return Err(damaged("the counts of the stages are not what the tickets are"));
    }
    if !index::index_is_right(connection)? {
        return Err(damaged("the index of words is not what the texts are"));
    }
    if !index::settings_are_ours(connection)? {
        return Err(damaged("the settings of the index of words were changed"));
    }
    if !policy::is_as_recorded(connection)? {
        return Err(damaged("the policy is not what its changes say"));
    }
    if !customers::are_as_recorded(connection)? {
        return Err(damaged("customers' records are not what their changes say"));
    }
    if !numbers_are_right(connection, free)? {
        return Err(damaged("the next free keys are not what the events say"));
    }
    Ok(count)
}

/// Whether the numbers that `cus` gives next are these, and those that count as taken are in use.
fn numbers_are_right(connection: &Connection, next: FreeKeys) -> Result<bool, StoreError> {
    let mut statement = connection.prepare("SELECT kind, next, taken FROM counter ORDER BY kind")?;
    let rows = statement
        .query_map([], |row| {
            Ok((row.get::<_, String>("kind")?, row.get::<_, u64>("next")?, row.get::<_, u64>("taken")?))
        })?
        .collect::<Result<Vec<_>, _>>()?;
    let free = load::free_from(&mut Statements::of(connection), next)?;
    match &rows[..] {
        [(csd, next_csd, taken), (cus, next_cus, 0)] => {
            let are_named = (csd.as_str(), cus.as_str()) == ("csd", "cus");
            Ok(are_named && (*next_csd, *next_cus) == (next.csd, next.cus) && *taken <= free.csd)
        }
        _ => Ok(false),
    }
}

/// How many events of the ticket of this number the current state has seen; `None` where it does not know the ticket.
fn revision_of(connection: &Connection, began: i64) -> Result<Option<u64>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT revision FROM ticket WHERE began = ?1")?;
    Ok(statement.query_row([began], |row| row.get(0)).optional()?)
}

impl TicketRows {
    /// Whether the stored rows are these, once [`by_ticket`] was asked for.
    pub(in crate::store) fn is_stored(&self, connection: &Connection) -> Result<bool, StoreError> {
        let began = self.ticket.began;
        let mut tickets = connection.prepare_cached("SELECT * FROM ticket WHERE began = ?1")?;
        let mut found = tickets.query([began])?;
        let same = match found.next()? {
            Some(row) => self.ticket.matches(row)?,
            None => false,
        };
        let mut duties = connection.prepare_cached(
            "SELECT kind, csd, round, role, rank, begins, due, opens, shown, assignee, queued FROM temp.owed WHERE ticket = ?1 ORDER BY kind, csd, round",
        )?;
        let mut rows = duties.query([began])?;
        for duty in &self.duties {
            match rows.next()? {
                Some(row) if duty.matches(row)? => {}
                _ => return Ok(false),
            }
        }
        let no_more_duties = rows.next()?.is_none();
        fn all<T: FromSql>(connection: &Connection, sql: &str, began: i64) -> Result<Vec<T>, StoreError> {
            let mut statement = connection.prepare_cached(sql)?;
            Ok(statement.query_map([began], |row| row.get(0))?.collect::<Result<_, _>>()?)
        }
        fn sorted<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
            let mut all: Vec<T> = all.collect();
            all.sort_unstable();
            all
        }
        let mut holds = connection.prepare_cached("SELECT form, version FROM hold WHERE ticket = ?1 ORDER BY form")?;
        let holds = holds.query_map([began], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<Vec<_>, _>>()?;
        let decided: Vec<String> = all(connection, "SELECT form FROM decided WHERE ticket = ?1 ORDER BY form", began)?;
        let queued: Vec<u32> = all(connection, "SELECT notice FROM outbox WHERE ticket = ?1 ORDER BY notice", began)?;
        let links: Vec<i64> = all(connection, "SELECT csd FROM link WHERE cus = ?1 ORDER BY csd", began)?;
        let named: Vec<String> = all(connection, "SELECT key FROM temp.named WHERE ticket = ?1 ORDER BY key", began)?;
        Ok(same
            && no_more_duties
            && holds == sorted(self.holds.iter().cloned())
            && decided == sorted(self.decided.iter().cloned())
            && self.origin.are_stored(connection, began)?
            && queued == self.queued
            && links == sorted(self.links.iter().copied())
            && named == sorted(self.aliases.iter().map(|key| key.as_str().to_owned())))
    }
}

/// Puts what the current state holds in another order where [`TicketRows::is_stored`] finds it by its ticket.
pub(in crate::store) fn by_ticket(connection: &Connection) -> Result<(), StoreError> {
    origins::by_ticket(connection)?;
    Ok(connection.execute_batch(
        "DROP TABLE IF EXISTS temp.owed; CREATE TEMP TABLE owed AS SELECT * FROM duty; \
         CREATE INDEX temp.owed_by_ticket ON owed (ticket, kind, csd, round); \
         DROP TABLE IF EXISTS temp.named; CREATE TEMP TABLE named AS SELECT * FROM alias; \
         CREATE INDEX temp.named_by_ticket ON named (ticket, key);",
    )?)
}

impl TicketRow {
    fn matches(&self, row: &Row<'_>) -> Result<bool, StoreError> {
        for (name, value) in self.columns() {
            if row.get_ref(name)? != value {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl DutyRow {
    fn matches(&self, row: &Row<'_>) -> Result<bool, StoreError> {
        Ok(row.get::<_, String>("kind")? == self.kind
            && row.get::<_, i64>("csd")? == self.csd
            && row.get::<_, u32>("round")? == self.round
            && row.get::<_, String>("role")? == self.role
            && row.get::<_, i64>("rank")? == self.rank
            && row.get::<_, i64>("begins")? == self.begins
            && row.get::<_, i64>("due")? == self.due
            && row.get::<_, i64>("opens")? == self.opens
            && row.get::<_, i64>("shown")? == self.shown
            && row.get::<_, Option<String>>("assignee")? == self.assignee
            && row.get::<_, i64>("queued")? == i64::from(self.queued))
    }
}
