//! Customers, a line for each.

use anyhow::Result;
use serde_json::{Value, json};

use crate::cli::output::{Cell, Column, Json, Keys, Page, Rows, Table, Tone, View, visible_in_line};
use crate::store::CustomerRow;
use crate::workflow::tickets::AffectedVersions;

/// Customers: all, or those who run an affected version.
pub(in crate::cli) struct CustomersView {
    pub(in crate::cli) customers: Vec<CustomerRow>,
    /// The affected versions, where it is about those.
    pub(in crate::cli) versions: Option<AffectedVersions>,
}

impl View for CustomersView {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        if let Some(affected) = &self.versions {
            page.line(match (affected.all, affected.versions.is_empty()) {
                (true, _) => "Every version is affected.".to_owned(),
                (false, true) => "No affected version is known: no ticket names one, and none is held.".to_owned(),
                (false, false) => format!("Affected: {}", visible_in_line(&affected.versions.join(", "))),
            })?;
        }
        if self.customers.is_empty() {
            return page.line("No customers.");
        }
        let mut table = Table::new(&[
            Column::rest("CUSTOMER"),
            Column::words("TIER").optional(2),
            Column::words("RUNS"),
            Column::numbers("OPEN").optional(1),
            Column::numbers("TICKETS").optional(1),
            Column::spare("CONTACTS"),
        ]);
        for row in &self.customers {
            let record = row.record.as_ref();
            let tier = record.and_then(|record| record.tier.as_deref()).unwrap_or_default();
            let contacts = record.map(|record| record.contacts.join(", ")).unwrap_or_default();
            table.row(vec![
                Cell::new(Tone::Strong, visible_in_line(&row.name)),
                visible_in_line(tier).into(),
                visible_in_line(row.product_version.as_deref().unwrap_or_default()).into(),
                row.open.to_string().into(),
                row.tickets.to_string().into(),
                visible_in_line(&contacts).into(),
            ]);
        }
        page.table(&mut table)
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        let keys: Vec<(&str, Value)> = self
            .versions
            .iter()
            .flat_map(|affected| [("versions", json!(affected.versions)), ("every_version", json!(affected.all))])
            .collect();
        json.list_under(&keys, |items| self.customers.iter().try_for_each(|row| items.add(&row_json(row))))
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        rows.header(&["customer", "tier", "zone", "product_version", "open", "tickets", "contacts"])?;
        self.customers.iter().try_for_each(|row| {
            let record = row.record.clone().unwrap_or_default();
            rows.row([
                row.name.as_str(),
                record.tier.as_deref().unwrap_or_default(),
                record.zone.as_deref().unwrap_or_default(),
                row.product_version.as_deref().unwrap_or_default(),
                &row.open.to_string(),
                &row.tickets.to_string(),
                &record.contacts.join(", "),
            ])
        })
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        self.customers.iter().try_for_each(|row| keys.key(&row.name))
    }
}

fn row_json(row: &CustomerRow) -> Value {
    let record = row.record.as_ref();
    json!({
        "customer": row.name,
        "number": record.map(|record| record.number),
        "tier": record.and_then(|record| record.tier.as_ref()),
        "zone": record.and_then(|record| record.zone.as_ref()),
        "contacts": record.map(|record| record.contacts.as_slice()).unwrap_or_default(),
        "product_version": row.product_version,
        "open": row.open,
        "tickets": row.tickets,
    })
}
