//! What one look at the whole of a file tells of its columns.

use std::collections::HashMap;

use super::cells;
use super::dates::{self, Evidence};
use super::field::{Field, Use};
use super::mapping::Mapping;
use super::profile::{Profile, fold};
use super::record::{Cell, Columns, Record};

/// How many values of a column are shown.
const SAMPLES: usize = 3;
/// How much of each.
const SAMPLE: usize = 60;

/// The columns of a file, and what stands in them.
#[derive(Debug)]
pub struct Survey {
    profile: &'static Profile,
    mapping: Mapping,
    /// The columns, by their numbers.
    pub columns: Vec<Seen>,
    /// How many rows have cells.
    pub rows: u64,
    /// The names of people, by the ids of their accounts.
    pub(super) people: HashMap<String, String>,
}

/// A column, and what stands in it.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Its name.
    pub name: String,
    /// In how many rows it holds something.
    pub filled: u64,
    /// The beginnings of its first values.
    pub samples: Vec<String>,
    /// The field that it usually holds, and how sure that is: the lower, the surer.
    pub(super) usual: Option<(Field, usize)>,
    /// What somebody said that it holds.
    pub(super) named: Option<Use>,
    /// Its times, where it may hold some.
    pub times: Times,
    /// How many of its cells have the form of a comment in Jira's CSV.
    pub(super) comments: u64,
    /// How many have that of an attachment.
    pub(super) attachments: u64,
    /// How many are keys.
    pub(super) keys: u64,
}

/// What a column tells of its times.
#[derive(Debug, Clone, Default)]
pub struct Times {
    /// How many there are.
    pub count: u64,
    /// How many name no zone.
    pub zoneless: u64,
    /// How many cells are none.
    pub(super) others: u64,
    /// The order of day and month.
    pub(super) evidence: Evidence,
}

impl Survey {
    /// A survey of a file of this profile, about which this was said.
    pub fn new(profile: &'static Profile, mapping: &Mapping) -> Self {
        Self { profile, mapping: mapping.clone(), columns: Vec::new(), rows: 0, people: HashMap::new() }
    }

    /// Takes note of a column before any row has something in it.
    pub fn meet(&mut self, columns: &Columns) {
        for name in columns.names().iter().skip(self.columns.len()) {
            let named = self.mapping.columns.iter().rev().find(|named| fold(&named.column) == fold(name));
            let usual = self.profile.field(name);
            self.columns.push(Seen {
                name: name.clone(),
                usual,
                named: named.map(|named| named.is),
                ..Seen::default()
            });
        }
    }

    /// Looks at a row.
    pub fn look_at(&mut self, columns: &Columns, record: &Record<'_>) {
        self.meet(columns);
        self.rows += 1;
        for cell in &record.cells {
            if let Some(seen) = self.columns.get_mut(cell.column) {
                seen.look_at(record.place.row, cell);
            }
        }
        if !self.profile.people.is_empty() {
            self.meet_people(record);
        }
    }

    /// Notes whose accounts the row's ids are.
    fn meet_people(&mut self, record: &Record<'_>) {
        for id in &record.cells {
            let column = self.columns.get(id.column).map(|seen| fold(&seen.name)).unwrap_or_default();
            let Some(name) = self.profile.people.get(&column) else { continue };
            let is_name =
                |cell: &&Cell<'_>| self.columns.get(cell.column).is_some_and(|seen| fold(&seen.name) == *name);
            let (mut ids, mut names) =
                (record.cells.iter().filter(|cell| cell.column == id.column), record.cells.iter().filter(is_name));
            let place = ids.position(|cell| std::ptr::eq(cell, id));
            if let Some(name) = place.and_then(|place| names.nth(place)) {
                self.people.entry(id.text.trim().to_owned()).or_insert_with(|| name.text.trim().to_owned());
            }
        }
    }
}

impl Seen {
    fn look_at(&mut self, row: u64, cell: &Cell<'_>) {
        self.filled += 1;
        if self.samples.len() < SAMPLES {
            let sample: String = cell.text.trim().chars().take(SAMPLE).collect();
            if !self.samples.contains(&sample) {
                self.samples.push(sample);
            }
        }
        if self.may_hold_times() {
            self.times.look_at(row, &cell.text);
            return;
        }
        let so_far = self.filled - 1;
        if self.comments == so_far && cells::is_comment(&cell.text) {
            self.comments += 1;
            if let Some(time) = cells::time_of(&cell.text) {
                self.times.look_at(row, time);
            }
        }
        self.attachments += u64::from(self.attachments == so_far && cells::is_attachment(&cell.text));
        self.keys += u64::from(self.keys == so_far && cells::is_key(&cell.text));
    }

    /// Whether somebody said, or its name says, that times stand in it.
    fn may_hold_times(&self) -> bool {
        match self.named {
            Some(Use::As(field)) => field.is_time(),
            Some(Use::Otherwise(_)) => false,
            None => self.usual.is_some_and(|(field, _)| field.is_time()),
        }
    }

    /// Whether all of its first values are times.
    pub fn looks_like_times(&self) -> bool {
        let is_time = |text: &String| dates::read(text).is_ok();
        !self.samples.is_empty() && self.samples.iter().all(is_time)
    }

    /// Whether each row has a key of its own form in it.
    pub fn looks_like_keys(&self, rows: u64) -> bool {
        self.filled == rows && self.keys == rows && rows > 0
    }
}

impl Times {
    fn look_at(&mut self, row: u64, text: &str) {
        if dates::is_blank(text) {
            return;
        }
        match dates::read(text) {
            Ok(written) => {
                self.count += 1;
                self.zoneless += u64::from(!written.has_zone());
                self.evidence.add(row, text.trim(), &written);
            }
            Err(_) => self.others += 1,
        }
    }
}
