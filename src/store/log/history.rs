//! Reading the record: all of it, the newest of it, or ticket by ticket.

use std::collections::BTreeSet;

use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::log::events::{self, Recorded};
use crate::store::log::load::{self, began};
use crate::workflow::Time;
use crate::workflow::event::{Event, Fact};
use crate::workflow::key::Key;
use crate::workflow::reports::stats::Attributes;
use crate::workflow::tickets::history::undone;
use crate::workflow::vocabulary::{Priority, Word};

/// The events of a ticket without those that were undone, and those that undid them.
fn without_undone(mut history: Vec<Recorded>) -> Vec<Recorded> {
    let undone = undone(history.iter().map(|recorded| &recorded.event));
    history.retain(|recorded| is_left(&undone, recorded.command, &recorded.event));
    history
}

/// Whether an event counts, where these commands were undone.
fn is_left(undone: &BTreeSet<i64>, command: i64, event: &Event) -> bool {
    !undone.contains(&command) && !matches!(event.fact, Fact::Undone(_))
}

/// Whether an event begins a ticket.
fn begins(event: &Event) -> bool {
    matches!(event.fact, Fact::Reported(_) | Fact::Escalated(_))
}

impl Store {
    /// Every event in the order of everything, handed on one by one.
    ///
    /// # Errors
    /// Where the database fails, or `each` does.
    pub fn log<E: From<StoreError>>(&self, mut each: impl FnMut(Recorded) -> Result<(), E>) -> Result<(), E> {
        let failed = |error: rusqlite::Error| E::from(error.into());
        let sql = concat!("SELECT ", events::columns!(), " FROM event WHERE stream <> '' ORDER BY id");
        let mut statement = self.connection.prepare(sql).map_err(failed)?;
        let mut rows = statement.query([]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            each(events::decode(&self.connection, row)?)?;
        }
        Ok(())
    }

    /// The CSD tickets that were ever linked to a CUS ticket, by the keys under which they were first recorded.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn ever_linked_to(&self, cus: &Key) -> Result<Vec<Key>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT value AS csd FROM event, json_each(event.data, '$.csd') \
             WHERE event.stream = ?1 AND event.type IN ('escalated', 'joined') ORDER BY event.id",
        )?;
        let keys = statement.query_map([cus.as_str()], |row| row.get::<_, String>("csd"))?;
        keys.map(|key| key?.parse().map_err(crate::store::error::damaged)).collect()
    }

    /// The histories of every CUS ticket to which these CSD tickets were ever linked, in the order of the record.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn escalations_of(&self, csd: &[Key]) -> Result<Vec<Event>, StoreError> {
        let mut escalations: BTreeSet<String> = BTreeSet::new();
        let mut statement = self.connection.prepare_cached(
            "SELECT DISTINCT data ->> '$.cus' AS cus FROM event WHERE stream = ?1 AND type = 'linked'",
        )?;
        for key in csd {
            let found = statement.query_map([key.as_str()], |row| row.get("cus"))?;
            escalations.extend(found.collect::<Result<Vec<String>, _>>()?);
        }
        let mut recorded = Vec::new();
        for cus in &escalations {
            recorded.extend(without_undone(load::events_of(&self.connection, cus)?));
        }
        recorded.sort_by_key(|recorded| recorded.id);
        Ok(recorded.into_iter().map(|recorded| recorded.event).collect())
    }

    /// The time of the newest events: the latest of a few, since what another tracker tells comes in with its own times.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn last_event_at(&self) -> Result<Option<Time>, StoreError> {
        let sql = "SELECT max(at) AS at FROM (SELECT at FROM event ORDER BY id DESC LIMIT 20)";
        let mut statement = self.connection.prepare_cached(sql)?;
        let at: Option<i64> = statement.query_row([], |row| row.get("at"))?;
        at.map(events::time_of).transpose()
    }

    /// The events since a time, oldest first: the newest are read until an older one comes.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn events_since(&self, since: Time) -> Result<Vec<Recorded>, StoreError> {
        // All are looked through: an event that was recorded with an earlier time says nothing of those before it.
        let sql = concat!(
            "SELECT ",
            events::columns!(),
            " FROM event WHERE at >= ?1 AND stream <> '' AND origin = 'cus' ORDER BY id"
        );
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([since.timestamp_millis()])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(events::decode(&self.connection, row)?);
        }
        Ok(found)
    }

    /// The history of each ticket, one after another, with what its figures are grouped by. Each event comes with the
    /// number of its command.
    ///
    /// # Errors
    /// Where the database fails, or `each` does.
    pub fn histories<E: From<StoreError>>(
        &self,
        mut each: impl FnMut(&[(i64, Event)], Attributes) -> Result<(), E>,
    ) -> Result<(), E> {
        let failed = |error: rusqlite::Error| E::from(error.into());
        let sql = concat!("SELECT ", events::columns!(), " FROM event WHERE stream <> '' ORDER BY stream, seq");
        let mut statement = self.connection.prepare(sql).map_err(failed)?;
        let mut rows = statement.query([]).map_err(failed)?;
        let mut history: Vec<(i64, Event)> = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let Recorded { command, event, .. } = events::decode(&self.connection, row)?;
            if history.first().is_some_and(|(_, first)| first.stream != event.stream) {
                self.hand_on(&mut history, &mut each)?;
            }
            history.push((command, event));
        }
        self.hand_on(&mut history, &mut each)
    }

    /// Hands on a ticket's history without what was undone, if anything is left, and empties it.
    fn hand_on<E: From<StoreError>>(
        &self,
        history: &mut Vec<(i64, Event)>,
        each: &mut impl FnMut(&[(i64, Event)], Attributes) -> Result<(), E>,
    ) -> Result<(), E> {
        let undone = undone(history.iter().map(|(_, event)| event));
        history.retain(|(command, event)| is_left(&undone, *command, event));
        if let Some((_, first)) = history.first().filter(|(_, first)| begins(first)) {
            let attributes = self.attributes(&first.stream)?;
            each(history, attributes)?;
        }
        history.clear();
        Ok(())
    }

    fn attributes(&self, ticket: &Key) -> Result<Attributes, StoreError> {
        let mut statement = self.connection.prepare_cached(concat!(
            "SELECT coalesce(cus.priority, ticket.priority) AS priority, ",
            "coalesce(cus.fix_version, ticket.fix_version) AS version FROM ticket ",
            "LEFT JOIN link ON link.csd = ticket.began LEFT JOIN ticket AS cus ON cus.began = link.cus ",
            "WHERE ticket.began = ",
            began!()
        ))?;
        let (priority, version) = statement.query_row([ticket.as_str()], |row| {
            Ok((row.get::<_, Option<String>>("priority")?, row.get::<_, Option<String>>("version")?))
        })?;
        let mut statement = self.connection.prepare_cached(concat!(
            "SELECT customer FROM ticket WHERE customer IS NOT NULL AND began IN (SELECT ",
            began!(),
            " UNION ALL SELECT csd FROM link WHERE cus = ",
            began!(),
            ") ORDER BY began"
        ))?;
        let customers = statement.query_map([ticket.as_str()], |row| row.get("customer"))?;
        Ok(Attributes {
            customers: customers.collect::<Result<_, _>>()?,
            priority: priority.and_then(|priority| Priority::from_word(&priority)),
            version,
        })
    }
}
