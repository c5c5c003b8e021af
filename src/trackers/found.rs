//! What a tracker's file holds, in a form of no tracker.

use chrono::NaiveDate;

use crate::workflow::Time;

/// One issue, as its tracker tells it. Empty texts are none, save where the type has no room for that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Issue {
    /// Its key, without blanks around it; never empty.
    pub key: String,
    /// The tracker's own number of it, by which sub-tasks may name their parent.
    pub id: Option<String>,
    /// The project's key: what the file tells, else the key's prefix; empty where it has none.
    pub project: String,
    /// Such as `Bug`.
    pub issue_type: Option<String>,
    /// One line, as written; empty where the file tells none.
    pub summary: String,
    /// What is wrong, as written.
    pub description: Option<String>,
    /// Where it happens, as written.
    pub environment: Option<String>,
    /// Who reported it.
    pub reporter: Option<String>,
    /// Who works on it.
    pub assignee: Option<String>,
    /// The priority's name.
    pub priority: Option<String>,
    /// The status's name; empty where the file tells none.
    pub status: String,
    /// What kind of status that is: `new`, `indeterminate` or `done`, or a name for it.
    pub status_category: Option<String>,
    /// The resolution's name; `None` while it is unresolved.
    pub resolution: Option<String>,
    /// When it was made.
    pub created: Option<Time>,
    /// When it last changed.
    pub updated: Option<Time>,
    /// When it was resolved.
    pub resolved: Option<Time>,
    /// Whether there is such a time, also where times are left out.
    pub is_resolved: bool,
    /// When somebody first answered.
    pub first_response: Option<Time>,
    /// The day that it is due.
    pub due_date: Option<NaiveDate>,
    /// The versions that it is in.
    pub affects_versions: Vec<String>,
    /// The versions that bring the fix.
    pub fix_versions: Vec<String>,
    /// Those of them that are out, as far as the file tells.
    pub released_versions: Vec<String>,
    /// Its labels.
    pub labels: Vec<String>,
    /// The parts of the product that it is in.
    pub components: Vec<String>,
    /// What was said, in the order of the file.
    pub comments: Vec<Comment>,
    /// Files, without their content.
    pub attachments: Vec<Attached>,
    /// Other issues, each seen from this one.
    pub links: Vec<Link>,
    /// The issue that it is a part of: its key, or its [`id`](Self::id) where the file tells nothing else.
    pub parent: Option<String>,
    /// What became of it, the oldest first.
    pub changes: Vec<Change>,
    /// How it arrived, in the tracker's words.
    pub channel: Option<String>,
    /// Where the customer is reached.
    pub contact: Option<String>,
    /// Whose issue it is.
    pub customer: Option<String>,
    /// The product and its version, where the file tells no versions apart.
    pub product_version: Option<String>,
    /// The columns that have no place here, with what they hold, in the order of the file.
    pub others: Vec<(String, String)>,
    /// What the file holds only a part of.
    pub partial: Vec<Partial>,
    /// Where it stands in the file.
    pub place: Place,
}

/// Where something stands in a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// How many rows of the file begin up to it, itself included: 1 for the first one.
    pub row: u64,
}

/// Something that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// When.
    pub at: Option<Time>,
    /// By whom.
    pub author: Option<String>,
    /// What, as written.
    pub text: String,
}

/// A file that the tracker keeps with an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// The file's name.
    pub name: String,
    /// Bytes.
    pub size: Option<u64>,
    /// When it was attached.
    pub at: Option<Time>,
    /// Who attached it.
    pub author: Option<String>,
    /// Where the tracker serves it.
    pub url: Option<String>,
}

/// Another issue, and what it is to this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The name of the link's type, such as `Duplicate`.
    pub type_name: String,
    /// From which end this issue sees it.
    pub direction: Direction,
    /// The other issue's key, without blanks around it.
    pub key: String,
}

/// An end of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// It leads from this issue: this one duplicates, blocks or causes the other.
    Outward,
    /// It leads to this issue: this one is duplicated, blocked or caused by the other.
    Inward,
}

/// One field that somebody changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Time,
    /// Who.
    pub author: Option<String>,
    /// The field's name.
    pub field: String,
    /// What it held.
    pub from: Option<String>,
    /// What it holds since.
    pub to: Option<String>,
}

/// Something of which a file holds a part only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partial {
    /// What, such as `comments`.
    pub what: &'static str,
    /// How many the file holds.
    pub held: u64,
    /// How many there are.
    pub total: u64,
}

/// What a row of a file comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// An issue.
    Issue(Box<Issue>),
    /// A broken issue; the rows after it are read all the same.
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

/// Why a row cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reason {
    /// What is the same for all rows with a reason of this kind.
    pub kind: String,
    /// What is wrong with this one.
    pub told: String,
}

impl Reason {
    /// A reason that is worded for one row.
    pub fn new(kind: impl Into<String>, told: impl Into<String>) -> Self {
        Self { kind: kind.into(), told: told.into() }
    }

    /// A reason that is the same wherever it stands.
    pub fn same(told: impl Into<String>) -> Self {
        let told = told.into();
        Self { kind: told.clone(), told }
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.told)
    }
}

/// Why nothing more can be read from a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct Unreadable {
    /// Up to where it was read, from 1.
    pub line: u64,
    /// What is wrong there.
    pub reason: String,
}

impl Issue {
    /// The prefix of a key, which names its project.
    pub(super) fn project_of(key: &str) -> String {
        key.rsplit_once('-').map_or_else(String::new, |(project, _)| project.to_owned())
    }
}

/// The text, where it is not blank.
pub(super) fn some(text: impl Into<String>) -> Option<String> {
    Some(text.into()).filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_is_the_prefix_of_its_keys() {
        assert_eq!(Issue::project_of("DESK-7"), "DESK");
        assert_eq!(Issue::project_of("4711"), "");
    }

    #[test]
    fn blank_text_is_none_and_other_text_stays_as_it_is() {
        assert_eq!(some(" \r\n"), None);
        assert_eq!(some(" a "), Some(" a ".to_owned()));
    }
}
