//! What a search found.

use anyhow::Result;
use serde_json::json;

use crate::cli::output::{
    Cell, Column, Json, Keys, Page, Rows, Table, Tone, View, cut, one_line, visible, visible_in_line,
};
use crate::store::{Hit, More};
use crate::workflow::key::Key;
use crate::workflow::vocabulary::Word;

/// A ticket that was found.
pub(in crate::cli) struct Found {
    pub(in crate::cli) hit: Hit,
    /// The ticket whose text has the words, by the key that it goes by.
    pub(in crate::cli) found_in: Key,
}

/// The tickets that were found, the best first.
pub(in crate::cli) struct FoundView {
    pub(in crate::cli) found: Vec<Found>,
    pub(in crate::cli) more: More,
}

impl View for FoundView {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        if self.found.is_empty() {
            return page.line("No matches.");
        }
        let mut table = Table::new(&[
            Column::words("KEY"),
            Column::words("PRIORITY").optional(2),
            Column::words("STAGE").optional(1),
            Column::rest("SUMMARY"),
            Column::spare("CUSTOMER"),
        ]);
        for found in &self.found {
            let row = &found.hit.row;
            let priority = row.priority.map(|one| Cell::new(Tone::of_priority(one), one.as_str()));
            table.row([
                Cell::new(Tone::of_key(&row.stage), row.key.as_str()),
                priority.unwrap_or_default(),
                Cell::new(Tone::of_stage(&row.stage), row.stage.as_str()),
                one_line(&row.summary).into(),
                visible_in_line(&row.customer).into(),
            ]);
            if let Some(place) = found.place() {
                table.note(Tone::Dim, place);
            }
        }
        page.table(&mut table)?;
        cut(self.more).map_or(Ok(()), |line| page.line(line))
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        json.list_under(&[("more", json!(self.more.count))], |items| {
            self.found.iter().try_for_each(|Found { hit, found_in }| {
                let row = &hit.row;
                items.add(&json!({
                    "key": row.key,
                    "kind": row.kind,
                    "stage": row.stage,
                    "priority": row.priority,
                    "summary": row.summary,
                    "customer": row.customer,
                    "found_in": found_in,
                    "field": hit.field,
                    "count": hit.count,
                    "snippet": hit.snippet,
                }))
            })
        })
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        rows.header(&["key", "stage", "summary", "found_in", "field", "snippet"])?;
        self.found.iter().try_for_each(|Found { hit, found_in }| {
            let row = &hit.row;
            rows.row([row.key.as_str(), &row.stage, &row.summary, found_in.as_str(), hit.field, &hit.snippet])
        })
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        self.found.iter().try_for_each(|found| keys.key(found.hit.row.key.as_str()))
    }
}

impl Found {
    /// Where the words stand, unless the row shows them.
    fn place(&self) -> Option<String> {
        let hit = &self.hit;
        let is_own = hit.found_in == hit.row.id;
        if is_own && matches!(hit.field, "summary" | "key") {
            return None;
        }
        let field = hit.field.replace('_', " ");
        let origin = if is_own { field } else { format!("{field} of {}", self.found_in) };
        Some(format!("{origin}: {}", visible(&hit.snippet)))
    }
}
