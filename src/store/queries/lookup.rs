//! Looking up by what a ticket has: a customer, a version, a hold.

use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::queries::list::key;
use crate::workflow::key::Key;
use crate::workflow::names::{customer_form, is_same_version, version_form};
use crate::workflow::vocabulary::{Kind, Word};

/// An upgrade hold that stands (R10).
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The CUS ticket.
    pub cus: Key,
    /// The product version; `None` holds all.
    pub version: Option<String>,
}

impl Held {
    /// Whether it stands against an upgrade to that version, as R1 compares versions.
    pub fn is_against(&self, version: &str) -> bool {
        self.version.as_deref().is_none_or(|held| is_same_version(held, version))
    }
}

impl Store {
    /// Every upgrade hold that stands, those of the most urgent tickets first.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn holds(&self) -> Result<Vec<Held>, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT ticket.key, hold.version FROM hold JOIN ticket ON ticket.began = hold.ticket \
             ORDER BY rank, began, form",
        )?;
        let mut rows = statement.query([])?;
        let mut holds = Vec::new();
        while let Some(row) = rows.next()? {
            holds.push(Held { cus: key(row, "key")?, version: row.get("version")? });
        }
        Ok(holds)
    }

    /// The CUS tickets for which this version was ever decided, in the order in which they were escalated.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn decided_for(&self, version: &str) -> Result<Vec<Key>, StoreError> {
        self.keys(
            "SELECT id AS key FROM decided JOIN ticket ON began = decided.ticket WHERE form = ?1 ORDER BY began",
            &version_form(version),
        )
    }

    /// The tickets of a customer, the newest first.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn tickets_of(&self, customer: &str) -> Result<Vec<Key>, StoreError> {
        let form = customer_form(customer);
        self.keys("SELECT id AS key FROM ticket WHERE customer_form = ?1 ORDER BY began DESC", &form)
    }

    /// The tickets whose keys end with this number, whatever their prefix.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn numbered(&self, number: u64) -> Result<Vec<Key>, StoreError> {
        self.keys("SELECT id AS key FROM ticket WHERE id GLOB ?1 ORDER BY began", &format!("*-{number}"))
    }

    /// The CUS tickets whose postmortems have actions, oldest first.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn tickets_with_actions(&self) -> Result<Vec<Key>, StoreError> {
        self.keys("SELECT id AS key FROM ticket WHERE actions > 0 AND kind = ?1 ORDER BY began", Kind::Cus.as_str())
    }

    /// Every customer, in the order of the alphabet.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn customers(&self) -> Result<Vec<String>, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT customer, min(began) FROM ticket WHERE customer_form IS NOT NULL GROUP BY customer_form \
                 ORDER BY customer_form",
        )?;
        let customers = statement.query_map([], |row| row.get("customer"))?;
        Ok(customers.collect::<Result<_, _>>()?)
    }

    /// Every version that brings a fix, that a customer runs or that is held, in the order of the alphabet.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn versions(&self) -> Result<Vec<String>, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT version, min(began) FROM (\
             SELECT fix_version AS version, fix_form AS form, began FROM ticket WHERE fix_form IS NOT NULL UNION ALL \
             SELECT product_version, product_form, began FROM ticket WHERE product_form IS NOT NULL UNION ALL \
             SELECT version, form, ticket FROM hold WHERE form <> '') GROUP BY form ORDER BY form",
        )?;
        let versions = statement.query_map([], |row| row.get("version"))?;
        Ok(versions.collect::<Result<_, _>>()?)
    }

    fn keys(&self, sql: &str, about: &str) -> Result<Vec<Key>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([about])?;
        let mut keys = Vec::new();
        while let Some(row) = rows.next()? {
            keys.push(key(row, "key")?);
        }
        Ok(keys)
    }
}
