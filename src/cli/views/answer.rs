//! The answer of a command that shows no ticket: some lines for a person, one document for a program.

use anyhow::Result;
use serde_json::Value;

use crate::cli::output::{Json, Keys, Page, Rows, View};
use crate::workflow::key::Key;

/// An answer. As rows or keys it is the key of the ticket that it is about, else its lines as they are.
pub(in crate::cli) struct AnswerView {
    pub(in crate::cli) lines: Vec<String>,
    /// What stands on standard error, for a person alone.
    pub(in crate::cli) beside: Vec<String>,
    pub(in crate::cli) json: Value,
    pub(in crate::cli) key: Option<Key>,
}

impl AnswerView {
    /// An answer about no ticket, with nothing beside it.
    pub(in crate::cli) fn new(lines: impl IntoIterator<Item = String>, json: Value) -> Self {
        Self { lines: lines.into_iter().collect(), beside: Vec::new(), json, key: None }
    }
}

impl View for AnswerView {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        self.beside.iter().for_each(|line| page.beside(line));
        self.lines.iter().try_for_each(|line| page.line(line))
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        json.document(&self.json)
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        self.plain().try_for_each(|line| rows.text(&format!("{line}\n")))
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        self.plain().try_for_each(|line| keys.key(line))
    }
}

impl AnswerView {
    fn plain(&self) -> impl Iterator<Item = &str> {
        let key = self.key.as_ref().map(Key::as_str);
        let lines = self.lines.iter().filter(move |_| key.is_none()).map(String::as_str);
        key.into_iter().chain(lines)
    }
}
