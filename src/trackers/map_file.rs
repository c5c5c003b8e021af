//! The mapping of a file as TOML, to be edited and used for the next one.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use serde::Deserialize;
use toml::Value;

use super::dates::{Finding, Order};
use super::look::Look;
use super::mapping::{Mapping, WrongMapping, use_of};
use super::profile::fold;
use super::words::{Verdict, plain};
use crate::workflow::vocabulary::Word;

/// A mapping as it stands in a file. What a file leaves out is found in the tracker's file again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MapFile {
    /// What the tracker is called.
    pub source: Option<String>,
    /// The prefix of the keys here.
    pub prefix: Option<String>,
    zone: Option<String>,
    columns: BTreeMap<String, String>,
    dates: BTreeMap<String, String>,
    status: BTreeMap<String, String>,
    priority: BTreeMap<String, String>,
    people: BTreeMap<String, String>,
}

impl MapFile {
    /// Reads a mapping.
    ///
    /// # Errors
    /// Where it is no TOML, or has other settings than those of a mapping.
    pub fn parse(text: &str) -> Result<Self, WrongMapping> {
        toml::from_str(text).map_err(|error| WrongMapping::File(error.to_string().trim_end().to_owned()))
    }

    /// Adds to a mapping what it does not say itself.
    ///
    /// # Errors
    /// Where something in it names no field, stage, priority, order or zone.
    pub fn complete(&self, mapping: &mut Mapping) -> Result<(), WrongMapping> {
        for (column, field) in &self.columns {
            mapping.usually(column, use_of(field)?)?;
        }
        for (column, order) in &self.dates {
            let order = Order::from_word(order)
                .ok_or_else(|| WrongMapping::File(format!("`{order}` is no order of dates: dmy, mdy or ymd")))?;
            mapping.orders.entry(fold(column)).or_insert(order);
        }
        if let (None, Some(zone)) = (&mapping.zone, &self.zone) {
            mapping.zone(zone.parse().map_err(|error| WrongMapping::File(format!("{error}")))?);
        }
        for (word, stage) in
            self.status.iter().filter(|(word, _)| !mapping.statuses.contains_key(&plain(word))).collect::<Vec<_>>()
        {
            mapping.status(&format!("{word}={stage}"))?;
        }
        for (word, priority) in
            self.priority.iter().filter(|(word, _)| !mapping.priorities.contains_key(&plain(word))).collect::<Vec<_>>()
        {
            mapping.priority(&format!("{word}={priority}"))?;
        }
        for (id, name) in &self.people {
            mapping.people.entry(id.clone()).or_insert_with(|| name.clone());
        }
        Ok(())
    }
}

/// Writes the mapping by which a file is read, with what stands in it as comments. What is doubtful is a comment too, so
/// that it must be said.
pub fn written(look: &Look, source: &str) -> String {
    let Look { survey, plan, census, .. } = look;
    let mut text = format!("# How the file is read: as {}. Change what is wrong.\n", look.format.profile.title);
    line(&mut text, true, "source", source, "");
    line(&mut text, true, "zone", &plan.zone.to_string(), "of times that name none");

    text.push_str("\n# The field that each column holds; \"kept\" beside the ticket, or \"left-out\".\n[columns]\n");
    let mut named = HashSet::new();
    for (seen, column) in survey.columns.iter().zip(&plan.columns).filter(|(seen, _)| named.insert(fold(&seen.name))) {
        entry(&mut text, true, &column.name, column.is.as_str(), &seen.samples.join(", "));
    }
    text.push_str(
        "\n# The order of day, month and year where numbers alone stand: \"dmy\", \"mdy\" or \"ymd\".\n[dates]\n",
    );
    let mut dated = HashSet::new();
    for column in plan.columns.iter().filter(|column| column.has_times() && dated.insert(fold(&column.name))) {
        let (is_sure, why) = match &column.finding {
            Finding::NotNeeded => continue,
            Finding::Found(_, (row, cell)) => (true, format!("{cell} in row {row}")),
            Finding::Dotted => (true, "with dots".to_owned()),
            Finding::Open(cells) => (
                false,
                format!("not clear: {}", cells.iter().map(|(_, cell)| cell.as_str()).collect::<Vec<_>>().join(", ")),
            ),
            Finding::Mixed(_) => (false, "in different orders".to_owned()),
        };
        entry(&mut text, is_sure || column.is_order_said, &column.name, column.order.as_str(), &why);
    }
    text.push_str("\n# The stage that each status comes to.\n[status]\n");
    for (word, status) in census.statuses.iter().filter(|(word, _)| !word.is_empty()) {
        let (is_sure, why) = match status.verdict {
            Verdict::Known(_) => (true, ""),
            Verdict::Assumed(_) => (true, "not known: open, as nothing says otherwise"),
            Verdict::Doubtful(_) => (false, "not known"),
        };
        entry(&mut text, is_sure, word, status.verdict.standing().as_str(), why);
    }
    text.push_str("\n# How urgent each priority is: \"critical\", \"high\", \"medium\" or \"low\".\n[priority]\n");
    for (word, priority) in &census.priorities {
        let (is_sure, meaning) = priority.meaning.map_or((false, "medium"), |meaning| (true, meaning.as_str()));
        entry(&mut text, is_sure, word, meaning, if is_sure { "" } else { "not known" });
    }
    text.push_str("\n# The names of people, by what stands in their place.\n[people]\n");
    for (id, name) in plan.meanings.people() {
        entry(&mut text, true, id, name, "");
    }
    text
}

fn entry(text: &mut String, is_sure: bool, key: &str, value: &str, about: &str) {
    line(text, is_sure, &Value::from(key).to_string(), value, about);
}

/// Writes a setting on one line, or as a comment. `Value` may write a text of several lines as it is.
fn line(text: &mut String, is_sure: bool, key: &str, value: &str, about: &str) {
    let about: String = about.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let about = if about.trim().is_empty() { String::new() } else { format!("  # {}", about.trim()) };
    let comment = if is_sure { "" } else { "# " };
    _ = writeln!(text, "{comment}{key} = {}{about}", Value::from(value));
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::trackers::format_of;

    fn look(text: &str, mapping: &Mapping) -> Look {
        let format = format_of(text.as_bytes()).unwrap();
        Look::at(&mut Cursor::new(text), format, mapping, &[], &[]).unwrap()
    }

    const TABLE: &str = "No \"1\",Subject,Opened,State,Priority,Age\n\
                         1,a,25/04/2024,Closed,high,3\n2,b,03/04/2024,Odd,P9,4\n";

    #[test]
    fn a_mapping_that_is_written_is_read_again_as_it_was() {
        let said = Mapping::parse(["No \"1\"=key"]).unwrap();
        let text = written(&look(TABLE, &said), "desk");
        let file = MapFile::parse(&text).unwrap();
        assert_eq!(file.source.as_deref(), Some("desk"));
        assert_eq!(file.columns["No \"1\""], "key");
        assert_eq!((file.columns["Age"].as_str(), file.dates["Opened"].as_str()), ("kept", "dmy"));
        assert_eq!((file.status["Closed"].as_str(), file.status["Odd"].as_str()), ("resolved", "reported"));
        assert!(!file.priority.contains_key("P9") && text.contains("# \"P9\" = \"medium\"  # not known"), "{text}");
        let mut mapping = Mapping::default();
        file.complete(&mut mapping).unwrap();
        assert_eq!(MapFile::parse(&written(&look(TABLE, &mapping), "desk")).unwrap(), file);
    }

    #[test]
    fn what_was_said_goes_before_the_file_and_columns_of_another_one_are_passed_over() {
        let file =
            MapFile::parse("[columns]\n\"No \\\"1\\\"\" = \"key\"\nSubject = \"summary\"\nGone = \"due\"\n").unwrap();
        let mut mapping = Mapping::parse(["Age=key", "Subject="]).unwrap();
        file.complete(&mut mapping).unwrap();
        let uses: Vec<&str> = look(TABLE, &mapping).plan.columns.iter().map(|column| column.is.as_str()).collect();
        assert_eq!((uses[0], uses[1], uses[5]), ("kept", "left-out", "key"));
    }

    #[test]
    fn a_file_that_is_no_mapping_is_refused() {
        for text in ["x", "colums = 1", "[columns]\nA = \"nothing\"", "[status]\nA = \"over\"", "zone = \"Nowhere\""] {
            let read = MapFile::parse(text).and_then(|file| file.complete(&mut Mapping::default()));
            assert!(read.is_err(), "{text}");
        }
    }
}
