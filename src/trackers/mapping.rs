//! What somebody says about a file: which column holds which field, what its words mean, how its dates are meant.

use std::collections::HashMap;

use super::dates::{Order, Zone};
use super::field::{Field, Otherwise, Use};
use super::profile::fold;
use super::words::{Standing, plain};
use crate::workflow::tickets::stage::stage_words;
use crate::workflow::vocabulary::{Priority, Word};

/// What was said about a file; what was not is known by its profile, or found in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mapping {
    /// The columns that were named.
    pub(super) columns: Vec<Named>,
    /// What statuses come to, by their plain names.
    pub(super) statuses: HashMap<String, Standing>,
    /// What priorities come to, by their plain names.
    pub(super) priorities: HashMap<String, Priority>,
    /// Names of people, by what stands in their place.
    pub(super) people: HashMap<String, String>,
    /// The order of day and month in all columns.
    pub(super) order: Option<Order>,
    /// The order of day and month in some columns.
    pub(super) orders: HashMap<String, Order>,
    /// The zone of times that name none.
    pub(super) zone: Option<Zone>,
    /// Whether what is doubtful is taken as it is most likely meant.
    pub accept_guesses: bool,
}

/// A column that was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) column: String,
    pub(super) is: Use,
    /// Whether a file without it is not the one that was meant.
    pub(super) is_needed: bool,
}

/// A mapping that cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongMapping {
    /// It is not of the form `column=field`.
    #[error("`{0}` is not a mapping: write `column=field`, such as `Ticket ID=key`")]
    Form(String),
    /// There is no such field.
    #[error("there is no field `{name}`; did you mean `{nearest}`? The fields are: {}", fields())]
    NoSuchField {
        /// What was written.
        name: String,
        /// The field whose name is most like it.
        nearest: Field,
    },
    /// The file has no such column.
    #[error("there is no column `{name}`{}", meant(nearest))]
    NoSuchColumn {
        /// What was written.
        name: String,
        /// The column whose name is most like it.
        nearest: String,
    },
    /// Two columns cannot both hold it.
    #[error("`{field}` is mapped to both `{first}` and `{second}`")]
    Twice {
        /// The field.
        field: Field,
        /// One column.
        first: String,
        /// The other.
        second: String,
    },
    /// Rows without keys would be other tickets at each import.
    #[error("no column holds the keys: map the column that does, such as `{0}=key`")]
    NoKey(String),
    /// It is not of the form `word=meaning`.
    #[error("`{0}` is not of the form `{1}`")]
    NoPair(String, &'static str),
    /// There is no such stage.
    #[error("there is no stage `{name}`; the stages are: {}", stage_words().join(", "))]
    NoSuchStage {
        /// What was written.
        name: String,
    },
    /// A mapping in a file is none.
    #[error("{0}")]
    File(String),
    /// There is no such priority.
    #[error("there is no priority `{0}`; the priorities are: critical, high, medium, low")]
    NoSuchPriority(String),
}

impl Mapping {
    /// Reads pairs `column=field`. A column without a field, `column=`, is left out of the import.
    ///
    /// # Errors
    /// Where one is no pair, or names no field, or a field twice.
    pub fn parse<S: AsRef<str>>(pairs: impl IntoIterator<Item = S>) -> Result<Self, WrongMapping> {
        let mut mapping = Self::default();
        for pair in pairs {
            let pair = pair.as_ref();
            // A column's name may hold the sign itself; a field's does not.
            let (column, name) = pair.rsplit_once('=').ok_or_else(|| WrongMapping::Form(pair.to_owned()))?;
            let (column, name) = (column.trim(), name.trim());
            if column.is_empty() {
                return Err(WrongMapping::Form(pair.to_owned()));
            }
            mapping.name(column, use_of(name)?, true)?;
        }
        Ok(mapping)
    }

    /// Notes what a column holds.
    pub(super) fn name(&mut self, column: &str, is: Use, is_needed: bool) -> Result<(), WrongMapping> {
        let same = |other: &&Named| other.is == is && fold(&other.column) != fold(column);
        if let Use::As(field) = is
            && !field.is_list()
            && let Some(first) = self.columns.iter().find(same)
        {
            return Err(WrongMapping::Twice { field, first: first.column.clone(), second: column.to_owned() });
        }
        self.columns.push(Named { column: column.to_owned(), is, is_needed });
        Ok(())
    }

    /// Notes what a column holds wherever nothing else was said of it or of the field.
    pub(super) fn usually(&mut self, column: &str, is: Use) -> Result<(), WrongMapping> {
        let is_said = |named: &Named| {
            fold(&named.column) == fold(column) || (matches!(is, Use::As(field) if !field.is_list()) && named.is == is)
        };
        if self.columns.iter().any(|named| named.is_needed && is_said(named)) {
            Ok(())
        } else {
            self.name(column, is, false)
        }
    }

    /// Notes what a status comes to, from `word=stage`.
    ///
    /// # Errors
    /// Where it is no pair, or names no stage.
    pub fn status(&mut self, pair: &str) -> Result<(), WrongMapping> {
        let wrong = || WrongMapping::NoPair(pair.to_owned(), "WORD=STAGE");
        let (word, stage) = pair.rsplit_once('=').ok_or_else(wrong)?;
        let stage = stage.trim();
        let standing = Standing::of(stage).ok_or_else(|| WrongMapping::NoSuchStage { name: stage.to_owned() })?;
        self.statuses.insert(plain(word), standing);
        Ok(())
    }

    /// Notes what a priority comes to, from `word=priority`.
    ///
    /// # Errors
    /// Where it is no pair, or names no priority.
    pub fn priority(&mut self, pair: &str) -> Result<(), WrongMapping> {
        let wrong = || WrongMapping::NoPair(pair.to_owned(), "WORD=PRIORITY");
        let (word, name) = pair.rsplit_once('=').ok_or_else(wrong)?;
        let name = name.trim();
        let priority = Priority::from_word(name).ok_or_else(|| WrongMapping::NoSuchPriority(name.to_owned()))?;
        self.priorities.insert(plain(word), priority);
        Ok(())
    }

    /// Notes the order of day and month.
    pub fn dates(&mut self, order: Order) {
        self.order = Some(order);
    }

    /// Notes the zone of times that name none.
    pub fn zone(&mut self, zone: Zone) {
        self.zone = Some(zone);
    }
}

/// What the word for a field, or for what becomes of a column without one, stands for.
pub(super) fn use_of(name: &str) -> Result<Use, WrongMapping> {
    let written = name.to_lowercase().replace([' ', '-'], "_");
    if written.is_empty() || written == "left_out" {
        return Ok(Use::Otherwise(Otherwise::LeftOut));
    }
    if written == Otherwise::Kept.as_str() {
        return Ok(Use::KEPT);
    }
    let field = Field::from_word(&written).ok_or_else(|| {
        let nearest = nearest(&written, Field::ALL.iter().map(|field| (*field, field.as_str())));
        WrongMapping::NoSuchField { name: name.to_owned(), nearest: nearest.unwrap_or(Field::Key) }
    })?;
    Ok(Use::As(field))
}

fn meant(nearest: &str) -> String {
    if nearest.is_empty() { String::new() } else { format!("; did you mean `{nearest}`?") }
}

fn fields() -> String {
    Field::ALL.iter().map(|field| field.as_str()).collect::<Vec<_>>().join(", ")
}

/// The name that is most like what was written.
pub(super) fn nearest<'a, T>(written: &str, known: impl Iterator<Item = (T, &'a str)>) -> Option<T> {
    let written = written.to_lowercase();
    let likeness = |name: &str| strsim::jaro_winkler(&written, &name.to_lowercase());
    known.max_by(|(_, a), (_, b)| likeness(a).total_cmp(&likeness(b))).map(|(thing, _)| thing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told<T: std::fmt::Debug>(result: Result<T, WrongMapping>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn a_pair_names_a_column_and_what_it_holds() {
        let mapping = Mapping::parse(["no=1=key", "Summary = First-Response", "resolution=", "Team=kept"]).unwrap();
        let named: Vec<_> = mapping.columns.iter().map(|named| (named.column.as_str(), named.is.as_str())).collect();
        let expected = [("no=1", "key"), ("Summary", "first_response"), ("resolution", "left-out"), ("Team", "kept")];
        assert_eq!(named, expected);
    }

    #[test]
    fn a_wrong_mapping_is_told_with_what_is_nearest() {
        assert_eq!(told(Mapping::parse(["a"])), WrongMapping::Form("a".to_owned()).to_string());
        assert_eq!(told(Mapping::parse(["=key"])), WrongMapping::Form("=key".to_owned()).to_string());
        let message = told(Mapping::parse(["a=sumary"]));
        assert!(
            message.starts_with("there is no field `sumary`; did you mean `summary`? The fields are: key, "),
            "{message}"
        );
        assert_eq!(told(Mapping::parse(["a=key", "b=key"])), "`key` is mapped to both `a` and `b`");
        assert!(Mapping::parse(["a=label", "b=label"]).is_ok(), "an issue can have several");
    }

    #[test]
    fn a_word_of_a_status_or_a_priority_gets_a_meaning() {
        let mut mapping = Mapping::default();
        mapping.status("In  QA=handled").unwrap();
        mapping.priority("P1=critical").unwrap();
        assert_eq!(mapping.statuses.get("in qa"), Some(&Standing::BEGUN));
        assert_eq!(mapping.priorities.get("p1"), Some(&Priority::Critical));
        assert_eq!(told(mapping.status("Done")), "`Done` is not of the form `WORD=STAGE`");
        assert!(told(mapping.status("Done=over")).starts_with("there is no stage `over`; the stages are: reported, "));
        assert!(told(mapping.priority("P1=top")).starts_with("there is no priority `top`"));
    }
}
