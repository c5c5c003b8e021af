//! Results of many: of the lines of a batch, or of the keys that a command was given.

use anyhow::Result;
use serde_json::{Value, json};

use crate::cli::error_view;
use crate::cli::output::{Json, Keys, Page, Rows, View};

/// The result of a line of a batch, which is JSON for a person too.
pub(in crate::cli) struct LineView(LineResult);

/// The result of one of several keys: to a person what the command shows of it, to a program a line as in a batch.
pub(in crate::cli) struct KeyView<V> {
    line: LineResult,
    shown: Option<V>,
    /// Whether an empty line stands before it, but before the first.
    is_apart: bool,
}

/// The result of a line or key, with its number in what was given.
struct LineResult {
    number: usize,
    result: Result<Value>,
}

impl LineView {
    pub(in crate::cli) fn new(number: usize, result: Result<Value>) -> Self {
        Self(LineResult { number, result })
    }
}

impl<V: View> KeyView<V> {
    /// The result of the key with that number; `as_json` says it to a program.
    pub(in crate::cli) fn new(number: usize, result: Result<V>, as_json: impl Fn(&V) -> Result<Value>) -> Self {
        match result {
            Ok(view) => {
                Self { line: LineResult { number, result: as_json(&view) }, shown: Some(view), is_apart: false }
            }
            Err(error) => Self { line: LineResult { number, result: Err(error) }, shown: None, is_apart: false },
        }
    }

    /// Sets it apart from the one before by an empty line.
    pub(in crate::cli) fn apart(self) -> Self {
        Self { is_apart: true, ..self }
    }
}

impl LineResult {
    fn as_json(&self) -> Value {
        match &self.result {
            Ok(done) => {
                let mut done = done.clone();
                done["line"] = json!(self.number);
                done["ok"] = json!(true);
                done
            }
            Err(error) => json!({ "line": self.number, "ok": false, "error": error_view::as_json(error) }),
        }
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        match &self.result {
            Ok(done) => keys.key(done["key"].as_str().unwrap_or_default()),
            Err(error) => {
                keys.beside(error_view::json_line(error));
                Ok(())
            }
        }
    }
}

impl View for LineView {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        page.line(self.0.as_json().to_string())
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        json.line(&self.0.as_json())
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        rows.json_line(&self.0.as_json())
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        self.0.keys(keys)
    }
}

impl<V: View> View for KeyView<V> {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        match (&self.shown, &self.line.result) {
            (Some(view), _) => {
                if self.is_apart && self.line.number > 1 {
                    page.line("")?;
                }
                view.text(page)
            }
            (None, Ok(_)) => Ok(()),
            (None, Err(error)) => {
                error_view::lines(error).into_iter().for_each(|line| page.beside(line));
                Ok(())
            }
        }
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        json.line(&self.line.as_json())
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        rows.json_line(&self.line.as_json())
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        match &self.shown {
            Some(view) => view.keys(keys),
            None => self.line.keys(keys),
        }
    }
}
