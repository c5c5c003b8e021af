//! Looking: who the customers are, and which version each runs.

use std::collections::BTreeMap;

use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::workflow::customers::Customer;
use crate::workflow::names::customer_form;

/// A customer, with a record or with tickets alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerRow {
    /// The name.
    pub name: String,
    /// The record, if there is one.
    pub record: Option<Customer>,
    /// The product version that the customer runs: that of the record, else the newest that a ticket names.
    pub product_version: Option<String>,
    /// How many tickets there are.
    pub tickets: u64,
    /// How many of them are not resolved.
    pub open: u64,
}

impl Store {
    /// Every customer, in the order of the alphabet.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn customer_rows(&self) -> Result<Vec<CustomerRow>, StoreError> {
        let mut all: BTreeMap<String, CustomerRow> = BTreeMap::new();
        let mut statement = self.connection.prepare(
            "SELECT customer, customer_form, min(began), count(*) AS tickets, sum(open) AS open FROM ticket \
             WHERE customer_form IS NOT NULL GROUP BY customer_form",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let row_of = CustomerRow {
                name: row.get("customer")?,
                tickets: row.get("tickets")?,
                open: row.get("open")?,
                ..CustomerRow::default()
            };
            all.insert(row.get("customer_form")?, row_of);
        }
        let mut statement = self.connection.prepare(
            "SELECT customer_form, product_version, max(began) FROM ticket \
             WHERE customer_form IS NOT NULL AND product_version IS NOT NULL GROUP BY customer_form",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if let Some(customer) = all.get_mut(&row.get::<_, String>("customer_form")?) {
                customer.product_version = row.get("product_version")?;
            }
        }
        for record in self.customer_records()? {
            let customer = all.entry(customer_form(&record.name)).or_default();
            customer.name.clone_from(&record.name);
            customer.product_version = record.product_version.clone().or(customer.product_version.take());
            customer.record = Some(record);
        }
        Ok(all.into_values().collect())
    }

    /// The name by which a customer goes now, by any name.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn customer_now(&self, name: &str) -> Result<String, StoreError> {
        Ok(self.customer(name)?.map_or_else(|| name.to_owned(), |record| record.name))
    }
}
