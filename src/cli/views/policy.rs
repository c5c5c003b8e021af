//! How long things may take, and what was changed of it.

use anyhow::Result;
use serde_json::{Value, json};

use crate::app::PolicyChange;
use crate::cli::output::{Column, Json, Keys, Page, Rows, Table, View, visible};
use crate::workflow::key::Key;
use crate::workflow::obligations::clock::Clock;
use crate::workflow::vocabulary::Word;

/// The settings in force, each by its key.
pub(in crate::cli) struct PolicyView {
    pub(in crate::cli) settings: Vec<(String, String)>,
    /// The settings of a new database.
    pub(in crate::cli) default: Vec<(String, String)>,
    /// Whether one setting was asked for, or one kind.
    pub(in crate::cli) is_one: bool,
}

impl View for PolicyView {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        if self.is_one {
            return self.settings.iter().try_for_each(|(key, value)| page.line(format!("{key} = {}", visible(value))));
        }
        page.table(&mut self.table())?;
        page.line("")?;
        let hours = self.settings.iter().filter(|(key, _)| key == "hours" || key.starts_with("business."));
        hours.into_iter().try_for_each(|(key, value)| page.line(format!("{key} = {}", visible(value))))
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        json.list(|items| {
            self.settings.iter().try_for_each(|setting| {
                let (key, value) = setting;
                items.add(&json!({ "key": key, "value": value, "default": self.is_default(setting) }))
            })
        })
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        rows.header(&["key", "value", "default"])?;
        self.settings.iter().try_for_each(|setting| {
            let (key, value) = setting;
            rows.row([key, value, &self.is_default(setting).to_string()])
        })
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        self.settings.iter().try_for_each(|(key, _)| keys.key(key))
    }
}

impl PolicyView {
    fn is_default(&self, setting: &(String, String)) -> bool {
        self.default.contains(setting)
    }

    /// The table of PROCESS with the figures in force.
    fn table(&self) -> Table {
        let value = |key: &str| self.settings.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone());
        let mut table = Table::new(&[
            Column::words("WHAT IS OWED"),
            Column::numbers("CRITICAL"),
            Column::numbers("HIGH"),
            Column::numbers("MEDIUM"),
            Column::numbers("LOW"),
        ]);
        let mut row = |name: String, spans: [String; 4]| {
            let [critical, high, medium, low] = spans;
            table.row([name, critical, high, medium, low].map(Into::into));
        };
        for clock in Clock::ALL {
            let of = |column: &str| value(&format!("{clock}.{column}")).unwrap_or_default();
            let same = |span: String| [span.clone(), span.clone(), span.clone(), span];
            if *clock == Clock::Escalate {
                for column in ["trigger", "no-trigger"] {
                    row(format!("{clock}.{column}"), same(of(column)));
                }
            } else if let Some(span) = value(clock.as_str()) {
                row(clock.to_string(), same(span));
            } else {
                row(clock.to_string(), ["critical", "high", "medium", "low"].map(of));
            }
        }
        table
    }
}

/// What was changed, for what will be owed from then on.
pub(in crate::cli) struct ChangedView {
    pub(in crate::cli) change: PolicyChange,
    pub(in crate::cli) dry_run: bool,
}

impl View for ChangedView {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        if self.dry_run {
            page.line("Dry run: nothing is saved.")?;
        }
        for (key, value) in &self.change.settings {
            page.line(format!("{key} = {}, for what is owed from now on", visible(value)))?;
        }
        match &self.change.ended[..] {
            [] => Ok(()),
            ended => {
                let names: Vec<&str> = ended.iter().map(Key::as_str).collect();
                page.line(format!("No next word is owed any more on {} (R33)", names.join(", ")))
            }
        }
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        let settings = self.change.settings.iter();
        let items: Vec<Value> = settings.map(|(key, value)| json!({ "key": key, "value": value })).collect();
        json.document(&json!({ "schema": 1, "items": items, "ended": self.change.ended, "dry_run": self.dry_run }))
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        rows.header(&["key", "value"])?;
        self.change.settings.iter().try_for_each(|(key, value)| rows.row([key, value]))
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        self.change.settings.iter().try_for_each(|(key, _)| keys.key(key))
    }
}
