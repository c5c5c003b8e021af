//! The policy in force, and the record of its changes on the database's own stream.

use std::cell::OnceCell;
use std::sync::Arc;

use rusqlite::{Connection, Row, params};

use crate::store::error::damaged;
use crate::store::log::chain::Link;
use crate::store::log::events::{self, Origin};
use crate::store::{Store, StoreError, Writer};
use crate::workflow::event::EDITION;
use crate::workflow::obligations::policy::Policy;
use crate::workflow::payload::DecodeError;
use crate::workflow::step::Step;
use crate::workflow::upcast::{newest, upcast};
use crate::workflow::vocabulary::{Role, Word};
use crate::workflow::{Context, Time};

/// The type of the event that changes the policy.
const TYPE: &str = "policy-set";

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
    /// The setting.
    pub key: String,
    /// Its new value.
    pub value: String,
}

/// A change as it is stored.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Data {
    key: String,
    value: String,
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
        let mut statement = self
            .connection
            .prepare("SELECT id, seq, at, actor, role, version, data FROM event WHERE stream = '' ORDER BY seq")?;
        let mut rows = statement.query([])?;
        let mut changes = Vec::new();
        while let Some(row) = rows.next()? {
            changes.push(change(row)?);
        }
        Ok(changes)
    }
}

impl Writer<'_> {
    /// The policy in force.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn policy(&self) -> Result<Arc<Policy>, StoreError> {
        if let Some(policy) = self.policy.get() {
            return Ok(policy.clone());
        }
        let policy = Arc::new(load(&self.transaction)?);
        Ok(self.policy.get_or_init(|| policy).clone())
    }

    /// Records that settings of the policy have other values now.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn set_policy(&mut self, settings: &[(String, String)], context: &Context) -> Result<(), StoreError> {
        let command = self.place.last_id + 1;
        self.policy = OnceCell::new();
        for (key, value) in settings {
            let (id, seq) = (self.place.last_id + 1, self.last_seq_of_database()? + 1);
            let data = Data { key: key.clone(), value: value.clone() };
            let data = serde_json::to_string(&data).map_err(damaged)?;
            let (at, role) = (context.now.timestamp_millis(), context.roles.first().map(|role| role.as_str()));
            let link = Link {
                id,
                stream: "",
                seq,
                type_name: TYPE,
                version: newest(TYPE),
                step: Step::Policy.as_str(),
                edition: EDITION.into(),
                at,
                actor: &context.actor,
                role,
                origin: Origin::Cus.as_str(),
                command,
                once: None,
                stage_before: None,
                stage_after: None,
                due: None,
                data: &data,
                hash: None,
            };
            let chain = events::insert(&mut self.statements, &link, None, &self.place.chain)?;
            put(&self.transaction, key, value)?;
            (self.place.last_id, self.place.chain) = (id, chain);
        }
        Ok(())
    }

    fn last_seq_of_database(&self) -> Result<i64, StoreError> {
        let mut statement = self.transaction.prepare_cached("SELECT max(seq) FROM event WHERE stream = ''")?;
        Ok(statement.query_row([], |row| row.get::<_, Option<i64>>(0))?.unwrap_or_default())
    }
}

/// Whether the stored settings are what the recorded changes say.
pub(in crate::store) fn is_as_recorded(store: &Store) -> Result<bool, StoreError> {
    let mut expected = std::collections::BTreeMap::new();
    for change in store.policy_changes()? {
        expected.insert(change.key, change.value);
    }
    Ok(stored(&store.connection)? == expected.into_iter().collect::<Vec<_>>())
}

/// Writes the settings that the recorded changes say.
pub(in crate::store) fn rebuild(connection: &Connection) -> Result<(), StoreError> {
    for change in changes(connection)? {
        put(connection, &change.key, &change.value)?;
    }
    Ok(())
}

fn put(connection: &Connection, key: &str, value: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO policy (key, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2")?
        .execute(params![key, value])?;
    Ok(())
}

fn changes(connection: &Connection) -> Result<Vec<PolicyChange>, StoreError> {
    let mut statement = connection
        .prepare("SELECT id, seq, at, actor, role, version, data FROM event WHERE stream = '' ORDER BY seq")?;
    let mut rows = statement.query([])?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next()? {
        changes.push(change(row)?);
    }
    Ok(changes)
}

fn load(connection: &Connection) -> Result<Policy, StoreError> {
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
        key: data.key,
        value: data.value,
    })
}
