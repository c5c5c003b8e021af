//! Looking up by what a ticket has: a customer, a version, a hold.

use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::queries::list::key;
use crate::workflow::key::Key;

/// A ticket that holds upgrades.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The CUS ticket.
    pub cus: Key,
    /// The product version; `None` holds all.
    pub version: Option<String>,
}

impl Store {
    /// The tickets that hold upgrades; with a version, those that hold that one.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn holds(&self, version: Option<&str>) -> Result<Vec<Held>, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT key, held FROM ticket WHERE held IS NOT NULL AND (?1 IS NULL OR held IN ('', ?1)) ORDER BY rank, began",
        )?;
        let mut rows = statement.query([version])?;
        let mut holds = Vec::new();
        while let Some(row) = rows.next()? {
            let version = row.get::<_, String>("held")?;
            holds.push(Held { cus: key(row, "key")?, version: Some(version).filter(|version| !version.is_empty()) });
        }
        Ok(holds)
    }

    /// The CUS tickets for which this version was ever decided, in the order in which they were escalated.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn decided_for(&self, version: &str) -> Result<Vec<Key>, StoreError> {
        self.keys(
            "SELECT DISTINCT event.stream AS key FROM event JOIN event AS first ON first.stream = event.stream \
             AND first.seq = 1 WHERE event.type = 'release-decided' AND event.data ->> '$.fix_version' = ?1 \
             ORDER BY first.id",
            version,
        )
    }

    /// The tickets of a customer, whatever the tickets of the letters, the newest first.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn tickets_of(&self, customer: &str) -> Result<Vec<Key>, StoreError> {
        self.keys("SELECT id AS key FROM ticket WHERE customer = ?1 COLLATE NOCASE ORDER BY began DESC", customer)
    }

    /// Every customer, in the order of the alphabet.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn customers(&self) -> Result<Vec<String>, StoreError> {
        let mut statement = self
            .connection
            .prepare("SELECT DISTINCT customer FROM ticket WHERE customer IS NOT NULL ORDER BY customer")?;
        let customers = statement.query_map([], |row| row.get("customer"))?;
        Ok(customers.collect::<Result<_, _>>()?)
    }

    /// Every version that brings a fix or that a customer runs, in the order of the alphabet.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn versions(&self) -> Result<Vec<String>, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT fix_version AS version FROM ticket WHERE fix_version IS NOT NULL \
             UNION SELECT product_version FROM ticket WHERE product_version IS NOT NULL ORDER BY 1",
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
