//! The cells of one issue of a JSON file, as they are gathered.

use serde_json::{Map, Value};

use super::dates::{self, Order, Zone};
use super::found::{Comment, Reason, some};
use super::profile::CommentList;
use super::record::{Cell, Columns, Parts};
use crate::workflow::Time;

/// The cells of one issue, as they are gathered.
pub(super) struct Cells<'a> {
    pub(super) columns: &'a mut Columns,
    pub(super) cells: Vec<Cell<'static>>,
    pub(super) parts: Parts,
    pub(super) comments: Option<&'a CommentList>,
}

impl Cells<'_> {
    /// Adds a cell, if it is not blank.
    pub(super) fn add(&mut self, name: &str, text: impl Into<String>) {
        if let Some(text) = some(text) {
            let column = self.columns.number(name);
            self.cells.push(Cell { column, text: text.into() });
        }
    }

    /// Adds what stands in an object, each by its path.
    pub(super) fn object(&mut self, members: &Map<String, Value>, path: &str) -> Result<(), Reason> {
        for (name, value) in members {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            self.value(value, &path)?;
        }
        Ok(())
    }

    fn value(&mut self, value: &Value, path: &str) -> Result<(), Reason> {
        match value {
            Value::Null => {}
            Value::Bool(value) => self.add(path, value.to_string()),
            Value::Number(value) => self.add(path, value.to_string()),
            Value::String(text) => self.add(path, text.as_str()),
            Value::Object(members) => self.object(members, path)?,
            Value::Array(items) => {
                for item in items {
                    match (item, self.comments.filter(|list| list.list == path)) {
                        (Value::Object(members), Some(list)) => {
                            let rest = self.comment(members, list)?;
                            self.object(&rest, path)?;
                        }
                        _ => self.value(item, path)?,
                    }
                }
            }
        }
        Ok(())
    }

    /// Takes a comment, and returns what else stands in it.
    fn comment(&mut self, members: &Map<String, Value>, list: &CommentList) -> Result<Map<String, Value>, Reason> {
        let mut rest = members.clone();
        let found = |path: &String| at(members, path).filter(|text| !text.trim().is_empty());
        let Some(text) = list.text.iter().find_map(found) else { return Ok(rest) };
        let when = list.at.iter().find_map(found).map(|text| moment(&text)).transpose()?;
        self.parts.comments.push(Comment { at: when, author: list.author.iter().find_map(found), text });
        for path in list.text.iter().chain(&list.at).chain(&list.author) {
            remove(&mut rest, path);
        }
        Ok(rest)
    }
}

/// The text at a path such as `user.name`.
fn at(members: &Map<String, Value>, path: &str) -> Option<String> {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    match (members.get(name)?, rest) {
        (Value::Object(members), Some(rest)) => at(members, rest),
        (Value::String(text), None) => Some(text.clone()),
        (Value::Number(number), None) => Some(number.to_string()),
        _ => None,
    }
}

fn remove(members: &mut Map<String, Value>, path: &str) {
    match path.split_once('.') {
        None => {
            members.remove(path);
        }
        Some((name, rest)) => {
            if let Some(Value::Object(inner)) = members.get_mut(name) {
                remove(inner, rest);
            }
        }
    }
}

/// A time that says itself in which zone it is, as programs write it.
pub(super) fn moment(text: &str) -> Result<Time, Reason> {
    let read = dates::read(text).ok().and_then(|written| written.time(Order::YearFirst, &Zone::default()));
    read.ok_or_else(|| Reason::new("a time in it is none", format!("`{text}` is not a time")))
}

/// The beginning of a value, to be shown.
pub(super) fn short(value: &Value) -> String {
    let text = value.to_string();
    let cut: String = text.chars().take(40).collect();
    if cut.len() < text.len() { format!("{cut}…") } else { cut }
}
