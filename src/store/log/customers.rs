//! Customers' records (R39), and their changes on the database's own stream.

use std::borrow::Cow;

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::store::database::Store;
use crate::store::error::{StoreError, damaged};
use crate::store::log::events;
use crate::store::log::texts::entries;
use crate::workflow::Time;
use crate::workflow::customers::{Customer, CustomerSet, Customers};
use crate::workflow::names::customer_form;
use crate::workflow::payload::{DecodeError, NamedText};
use crate::workflow::upcast::upcast;
use crate::workflow::vocabulary::{Role, Word};

/// The type of the event that changes a record.
pub(in crate::store) const TYPE: &str = "customer-set";

/// That a customer's record was changed (R39).
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerChange {
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
    /// What was changed.
    pub change: CustomerSet,
}

/// The structured part of a change as it is stored.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    customer: u64,
    zone: Option<String>,
    product_version: Option<String>,
    merged_into: Option<u64>,
}

impl Store {
    /// The record of the customer who has, or had, this name.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn customer(&self, name: &str) -> Result<Option<Customer>, StoreError> {
        find(&self.connection, name)
    }

    /// Every change of a record, oldest first.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn customer_changes(&self) -> Result<Vec<CustomerChange>, StoreError> {
        changes(&self.connection)
    }

    /// Every record, in the order of their numbers.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn customer_records(&self) -> Result<Vec<Customer>, StoreError> {
        stored(&self.connection)
    }
}

/// The structured part and the texts of a change.
pub(in crate::store) fn encode(change: &CustomerSet) -> Result<(String, Vec<NamedText<'_>>), StoreError> {
    let data = Data {
        customer: change.number,
        zone: change.zone.clone(),
        product_version: change.product_version.clone(),
        merged_into: change.merged_into,
    };
    let mut texts: Vec<NamedText<'_>> = Vec::new();
    for (name, text) in [("goes_by", &change.name), ("tier", &change.tier), ("remark", &change.note)] {
        texts.extend(text.as_deref().map(|text| (Cow::Borrowed(name), text)));
    }
    for (n, contact) in change.contacts.iter().enumerate() {
        texts.push((Cow::Owned(format!("contacts.{n:04}")), contact));
    }
    Ok((serde_json::to_string(&data).map_err(damaged)?, texts))
}

fn decode(row: &Row<'_>) -> Result<CustomerSet, StoreError> {
    let data = row.get_ref("data")?.as_str().map_err(damaged)?;
    let data = upcast(TYPE, row.get("version")?, data).map_err(DecodeError::from)?;
    let data: Data = serde_json::from_str(&data).map_err(damaged)?;
    let mut change = CustomerSet {
        number: data.customer,
        zone: data.zone,
        product_version: data.product_version,
        merged_into: data.merged_into,
        ..CustomerSet::default()
    };
    let texts: Option<String> = row.get("texts")?;
    for (name, text) in entries(texts.as_deref().unwrap_or("{}"))? {
        let text = text.into_owned();
        match &*name {
            "goes_by" => change.name = Some(text),
            "tier" => change.tier = Some(text),
            "remark" => change.note = Some(text),
            _ => change.contacts.push(text),
        }
    }
    Ok(change)
}

/// The records that the recorded changes make.
fn folded(connection: &Connection) -> Result<Customers, StoreError> {
    let mut customers = Customers::default();
    changes(connection)?.iter().for_each(|change| customers.apply(&change.change));
    Ok(customers)
}

fn changes(connection: &Connection) -> Result<Vec<CustomerChange>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT id, seq, at, actor, role, version, data, texts FROM event WHERE stream = '' AND type = ?1 ORDER BY seq",
    )?;
    let mut rows = statement.query([TYPE])?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next()? {
        let role = row.get::<_, Option<String>>("role")?;
        changes.push(CustomerChange {
            id: row.get("id")?,
            seq: row.get("seq")?,
            at: events::time_of(row.get("at")?)?,
            actor: row.get("actor")?,
            role: role.and_then(|role| Role::from_word(&role)),
            change: decode(row)?,
        });
    }
    Ok(changes)
}

/// Whether the stored records are what the recorded changes say.
pub(in crate::store) fn are_as_recorded(connection: &Connection) -> Result<bool, StoreError> {
    let expected = folded(connection)?;
    let mut statement = connection.prepare("SELECT form, number FROM customer_name ORDER BY form")?;
    let rows = statement.query_map([], |row| Ok((row.get("form")?, row.get("number")?)))?;
    let names = rows.collect::<Result<Vec<(String, u64)>, _>>()?;
    Ok(stored(connection)? == expected.records.into_values().collect::<Vec<_>>()
        && names == expected.names.into_iter().collect::<Vec<_>>())
}

/// Writes the records that the recorded changes make.
pub(in crate::store) fn fill(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch("DELETE FROM customer_name; DELETE FROM customer;")?;
    let Customers { records, names } = folded(connection)?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO customer (number, name, tier, zone, contacts, product_version, notes) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for record in records.values() {
        insert.execute(params![
            record.number,
            record.name,
            record.tier,
            record.zone,
            serde_json::to_string(&record.contacts).map_err(damaged)?,
            record.product_version,
            serde_json::to_string(&record.notes).map_err(damaged)?,
        ])?;
    }
    let mut insert = connection.prepare_cached("INSERT INTO customer_name (form, number) VALUES (?1, ?2)")?;
    names.iter().try_for_each(|(form, number)| insert.execute(params![form, number]).map(|_| ()))?;
    Ok(())
}

/// The record that a name finds.
pub(in crate::store) fn find(connection: &Connection, name: &str) -> Result<Option<Customer>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT customer.* FROM customer_name JOIN customer USING (number) WHERE customer_name.form = ?1",
    )?;
    let mut rows = statement.query([customer_form(name)])?;
    rows.next()?.map(record).transpose()
}

/// The name by which the customer of this name goes now, where that is another.
pub(in crate::store) fn renamed(connection: &Connection, form: &str) -> Result<Option<String>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT name FROM customer_name JOIN customer USING (number) WHERE customer_name.form = ?1")?;
    let name = statement.query_row([form], |row| row.get::<_, String>("name")).optional()?;
    Ok(name.filter(|name| customer_form(name) != form))
}

/// The number of the next new record: none is used twice.
pub(in crate::store) fn next_number(connection: &Connection) -> Result<u64, StoreError> {
    let sql = "SELECT coalesce(max(data ->> '$.customer'), 0) + 1 FROM event WHERE stream = '' AND type = ?1";
    Ok(connection.query_row(sql, [TYPE], |row| row.get(0))?)
}

fn stored(connection: &Connection) -> Result<Vec<Customer>, StoreError> {
    let mut statement = connection.prepare("SELECT * FROM customer ORDER BY number")?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(record(row)?);
    }
    Ok(all)
}

fn record(row: &Row<'_>) -> Result<Customer, StoreError> {
    let list = |name: &str| -> Result<Vec<String>, StoreError> {
        serde_json::from_str(row.get_ref(name)?.as_str().map_err(damaged)?).map_err(damaged)
    };
    Ok(Customer {
        number: row.get("number")?,
        name: row.get("name")?,
        tier: row.get("tier")?,
        zone: row.get("zone")?,
        contacts: list("contacts")?,
        product_version: row.get("product_version")?,
        notes: list("notes")?,
    })
}
