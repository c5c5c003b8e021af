//! The policy in force, and the record of its changes on the database's own stream.

use rusqlite::{Connection, Row, params};

use crate::store::database::Store;
use crate::store::error::{StoreError, damaged};
use crate::store::log::events;
use crate::workflow::Time;
use crate::workflow::event::EDITION;
use crate::workflow::obligations::policy::Policy;
use crate::workflow::payload::DecodeError;
use crate::workflow::upcast::upcast;
use crate::workflow::vocabulary::{Role, Word};

/// The type of the event that changes the policy.
pub(in crate::store) const TYPE: &str = "policy-set";

/// That a setting of the policy was changed (R29).
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyChange {
    /// Its place in the order of everything.
    pub id: i64,
    /// Its place among the database's own events, from 1.
    pub seq: i64,
    /// When it was changed.
    pub at: Time,
    /// Who changed it.
    pub actor: String,
    /// In which role; `None` where no role of the actor was known.
    pub role: Option<Role>,
    /// The edition of the rules at that time.
    pub edition: u32,
    /// The setting.
    pub key: String,
    /// Its new value.
    pub value: String,
}

/// A change as it is stored.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(in crate::store) struct Data {
    pub(in crate::store) key: String,
    pub(in crate::store) value: String,
}

impl Store {
    /// The policy in force.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn policy(&self) -> Result<Policy, StoreError> {
        load(&self.connection)
    }

    /// Every change of the policy, oldest first.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn policy_changes(&self) -> Result<Vec<PolicyChange>, StoreError> {
        changes(&self.connection)
    }
}

/// Whether the stored settings are what the recorded changes say.
pub(in crate::store) fn is_as_recorded(connection: &Connection) -> Result<bool, StoreError> {
    let mut expected = std::collections::BTreeMap::new();
    for change in changes_in_force(connection)? {
        expected.insert(change.key, change.value);
    }
    Ok(stored(connection)? == expected.into_iter().collect::<Vec<_>>())
}

/// Writes the settings that the recorded changes say.
pub(in crate::store) fn fill(connection: &Connection) -> Result<(), StoreError> {
    for change in changes_in_force(connection)? {
        put(connection, &change.key, &change.value)?;
    }
    Ok(())
}

pub(in crate::store) fn put(connection: &Connection, key: &str, value: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO policy (key, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2")?
        .execute(params![key, value])?;
    Ok(())
}

/// The changes but for those of settings that only an earlier edition of the rules had.
fn changes_in_force(connection: &Connection) -> Result<Vec<PolicyChange>, StoreError> {
    let mut changes = changes(connection)?;
    let is_known = |change: &PolicyChange| Policy::default().set(&change.key, &change.value).is_ok();
    changes.retain(|change| change.edition >= EDITION || is_known(change));
    Ok(changes)
}

fn changes(connection: &Connection) -> Result<Vec<PolicyChange>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT id, seq, at, actor, role, edition, version, data FROM event WHERE stream = '' AND type = ?1 \
         ORDER BY seq",
    )?;
    let mut rows = statement.query([TYPE])?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next()? {
        changes.push(change(row)?);
    }
    Ok(changes)
}

pub(in crate::store) fn load(connection: &Connection) -> Result<Policy, StoreError> {
    let mut policy = Policy::default();
    for (key, value) in stored(connection)? {
        policy.set(&key, &value).map_err(damaged)?;
    }
    Ok(policy)
}

fn stored(connection: &Connection) -> Result<Vec<(String, String)>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT key, value FROM policy ORDER BY key")?;
    let rows = statement.query_map([], |row| Ok((row.get("key")?, row.get("value")?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn change(row: &Row<'_>) -> Result<PolicyChange, StoreError> {
    let data = row.get_ref("data")?.as_str().map_err(damaged)?;
    let data = upcast(TYPE, row.get("version")?, data).map_err(DecodeError::from)?;
    let data: Data = serde_json::from_str(&data).map_err(damaged)?;
    let role = row.get::<_, Option<String>>("role")?;
    Ok(PolicyChange {
        id: row.get("id")?,
        seq: row.get("seq")?,
        at: events::time_of(row.get("at")?)?,
        actor: row.get("actor")?,
        role: role.and_then(|role| Role::from_word(&role)),
        edition: row.get("edition")?,
        key: data.key,
        value: data.value,
    })
}
