//! Every version that is planned, with its days, its promises and what is not done.

use anyhow::Result;
use chrono::NaiveDate;
use serde_json::json;

use super::plan::Planned;
use crate::cli::output::{Cell, Column, Json, Keys, Page, Rows, Table, Tone, View, visible_in_line};
use crate::workflow::reports::promise::{Outcome, Promise};
use crate::workflow::tickets::cus::Cus;

/// A version with what is decided for it.
pub(in crate::cli) struct Version {
    pub(in crate::cli) name: String,
    pub(in crate::cli) planned: Vec<Planned>,
}

impl Version {
    /// The days for which it is planned, each once.
    fn dates(&self) -> Vec<NaiveDate> {
        let mut dates: Vec<NaiveDate> = self.planned.iter().filter_map(target_date).collect();
        dates.sort_unstable();
        dates.dedup();
        dates
    }

    /// What is not done: neither shipped nor closed without a fix.
    fn left(&self) -> Vec<&Planned> {
        let is_done = |planned: &Planned| planned.has_shipped() || planned.cus().is_none_or(Cus::is_closed);
        self.planned.iter().filter(|planned| !is_done(planned)).collect()
    }

    /// The days in words: one, or the first and the last.
    pub(in crate::cli) fn days(&self) -> String {
        match self.dates().as_slice() {
            [] => String::new(),
            [only] => only.to_string(),
            [first, .., last] => format!("{first} to {last}"),
        }
    }

    /// Whether something that is planned for a day before this one has not shipped.
    pub(in crate::cli) fn is_late(&self, today: NaiveDate) -> bool {
        self.left().iter().any(|left| target_date(left).is_some_and(|date| date < today))
    }

    /// How many promises of it slipped.
    pub(in crate::cli) fn slipped(&self) -> usize {
        let all = self.planned.iter().flat_map(|planned| &planned.promises);
        all.filter(|promise| promise.outcome == Outcome::Slipped).count()
    }

    pub(in crate::cli) fn shipped(&self) -> usize {
        self.planned.iter().filter(|planned| planned.has_shipped()).count()
    }

    /// How many promises there are, and how many of them are open.
    pub(in crate::cli) fn promises(&self) -> (usize, usize) {
        let all: Vec<&Promise> = self.planned.iter().flat_map(|planned| &planned.promises).collect();
        (all.len(), all.iter().filter(|promise| promise.outcome == Outcome::Open).count())
    }
}

/// Every version for which something is decided: what has not all shipped first, by its day.
pub(in crate::cli) struct VersionsView {
    versions: Vec<Version>,
    today: NaiveDate,
}

impl VersionsView {
    pub(in crate::cli) fn new(mut versions: Vec<Version>, today: NaiveDate) -> Self {
        let place = |version: &Version| {
            let date = version.dates().first().copied();
            (version.left().is_empty(), date.is_none(), date, version.name.clone())
        };
        versions.sort_by_cached_key(place);
        Self { versions, today }
    }

    /// The days of a version: late where something that is planned for one before today has not shipped.
    fn days(&self, version: &Version) -> Cell {
        let (text, is_late) = (version.days(), version.is_late(self.today));
        if is_late { Cell::new(Tone::Late, format!("{text}, late")) } else { text.into() }
    }
}

impl View for VersionsView {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        if self.versions.is_empty() {
            return page.line("No version is planned.");
        }
        let mut table = Table::new(&[
            Column::words("VERSION"),
            Column::words("TARGET DATE").optional(2),
            Column::numbers("TICKETS").optional(3),
            Column::numbers("SHIPPED").optional(4),
            Column::words("PROMISES").optional(1),
            Column::rest("NOT DONE"),
        ]);
        for version in &self.versions {
            let (promises, open) = version.promises();
            let promises = if open == 0 { promises.to_string() } else { format!("{promises}, {open} open") };
            let left: Vec<&str> = version.left().iter().map(|planned| planned.key.as_str()).collect();
            table.row([
                Cell::new(if left.is_empty() { Tone::Dim } else { Tone::Strong }, visible_in_line(&version.name)),
                self.days(version),
                version.planned.len().to_string().into(),
                version.shipped().to_string().into(),
                promises.into(),
                left.join(", ").into(),
            ]);
        }
        page.table(&mut table)
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        json.list(|items| {
            self.versions.iter().try_for_each(|version| {
                let (promises, open) = version.promises();
                let left = version.left();
                let summary = |planned: &&Planned| planned.cus().map(|cus| cus.summary.clone());
                let stage = |planned: &&Planned| planned.cus().map(|cus| cus.stage);
                let left = left.iter().map(|planned| {
                    json!({
                        "key": planned.key,
                        "stage": stage(planned),
                        "summary": summary(planned),
                        "target_date": target_date(planned),
                    })
                });
                items.add(&json!({
                    "version": version.name,
                    "target_dates": version.dates(),
                    "tickets": version.planned.len(),
                    "shipped": version.shipped(),
                    "promises": promises,
                    "promises_open": open,
                    "not_done": left.collect::<Vec<_>>(),
                }))
            })
        })
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        rows.header(&["version", "target_date", "tickets", "shipped", "promises", "promises_open", "not_done"])?;
        self.versions.iter().try_for_each(|version| {
            let (promises, open) = version.promises();
            let left = version.left();
            rows.row([
                version.name.clone(),
                version.dates().first().map(NaiveDate::to_string).unwrap_or_default(),
                version.planned.len().to_string(),
                version.shipped().to_string(),
                promises.to_string(),
                open.to_string(),
                left.iter().map(|planned| planned.key.as_str()).collect::<Vec<_>>().join(" "),
            ])
        })
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        self.versions.iter().try_for_each(|version| keys.key(&version.name))
    }
}

fn target_date(planned: &Planned) -> Option<NaiveDate> {
    planned.cus()?.release.as_ref()?.target_date
}
