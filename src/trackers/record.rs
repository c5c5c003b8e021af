//! The rows of any file: named cells in the file's order, before anybody knows what they mean.

use std::borrow::Cow;
use std::collections::HashMap;

use super::found::{Attached, Change, Comment, Link, Partial, Place, Reason};

/// The names of a file's columns, in the order in which they are met. Columns of one name are one.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    names: Vec<String>,
    by_name: HashMap<String, usize>,
}

impl Columns {
    /// The number of the column with this name, which is new if it was never met.
    pub fn number(&mut self, name: &str) -> usize {
        if let Some(number) = self.by_name.get(name) {
            return *number;
        }
        let number = self.names.len();
        self.names.push(name.to_owned());
        self.by_name.insert(name.to_owned(), number);
        number
    }

    /// The column's name.
    pub fn name(&self, number: usize) -> &str {
        self.names.get(number).map_or("", String::as_str)
    }

    /// Every name.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

/// What one row holds.
#[derive(Debug, Clone, Default)]
pub struct Record<'a> {
    /// Where it stands.
    pub place: Place,
    /// Its cells.
    pub cells: Vec<Cell<'a>>,
    /// What its file tells in a form of its own.
    pub parts: Parts,
    /// Whether it has the form of Jira's REST interface.
    pub is_jiras: bool,
}

/// A cell that is not blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell<'a> {
    /// The number of its column.
    pub column: usize,
    /// What it holds, as written.
    pub text: Cow<'a, str>,
}

/// What a file tells of an issue that is more than the text of a cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    /// What was said.
    pub comments: Vec<Comment>,
    /// Files.
    pub attachments: Vec<Attached>,
    /// Other issues.
    pub links: Vec<Link>,
    /// What became of it.
    pub changes: Vec<Change>,
    /// What the file holds only a part of.
    pub partial: Vec<Partial>,
}

/// What a reader hands over for each row.
#[derive(Debug, Clone)]
pub enum Raw<'a> {
    /// A row with its cells.
    Record(Record<'a>),
    /// A broken row; those after it are read all the same.
    Skipped {
        /// Where it stands.
        place: Place,
        /// Why.
        reason: Reason,
    },
    /// Something that was never an issue, such as a footer.
    NoIssue {
        /// Where it stands.
        place: Place,
        /// What it is.
        what: &'static str,
    },
}
