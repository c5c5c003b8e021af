//! The words of every text, and their index.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

use rusqlite::{Connection, params};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess};

use crate::store::StoreError;
use crate::store::log::events::damaged;

/// The texts that are searched, by the key under which an event stores each, with what a word in it counts.
const FIELDS: [(&str, u32); 15] = [
    ("summary", 8),
    ("customer", 6),
    ("description", 4),
    ("steps", 4),
    ("cause", 5),
    ("resolution", 3),
    ("workaround", 3),
    ("caused_by", 5),
    ("note", 2),
    ("text", 2),
    ("message", 1),
    ("root_cause", 4),
    ("lessons", 2),
    ("contact", 3),
    ("name", 2),
];
const INSERT: &str = "INSERT INTO word (rowid, text) VALUES (?1, ?2)";
/// How many bytes of a word the index keeps.
const LONGEST: usize = 32 * 1024;
/// How many bytes of texts wait to be indexed at most.
const MANY: usize = 512 * 1024;
/// How many segments of the index wait to be merged at most: each that is merged takes a page or two of memory.
const SEGMENTS: usize = 64;
/// Leaves the segments as they are written, however many. The settings are part of the transaction.
const MERGE_LATER: &str = "INSERT INTO word (word, rank) VALUES ('automerge', 0), ('crisismerge', 1000);";
/// Merges what there is much of, as far as it goes.
const MERGE: &str = "INSERT INTO word (word, rank) VALUES ('merge', 1000000);";
/// Puts SQLite's own settings back.
const MERGE_AT_ONCE: &str = "INSERT INTO word (word, rank) VALUES ('automerge', 4), ('crisismerge', 16);";
/// A text that has a word: its event and the place of its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::store) struct Place {
    pub(in crate::store) event: i64,
    field: usize,
}

/// The words of a text: runs of letters and digits, in small letters.
pub fn words_of(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let word = word.to_lowercase();
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// Texts that stand in the record and not in the index yet.
///
/// An event's insertion can be refused by its triggers, and SQLite then asks the index to be able to go back: it would
/// write a segment of its own for each event. So the texts wait for the end of the transaction, or until they are many.
#[derive(Debug, Clone, Default)]
pub(in crate::store) struct Unindexed {
    texts: Vec<(i64, String)>,
    bytes: usize,
    /// How many segments were written before the end of the transaction.
    segments: usize,
}

impl Unindexed {
    /// Takes the texts of an event.
    pub(in crate::store) fn take(&mut self, event: i64, texts: &str) -> Result<(), StoreError> {
        each_text(event, texts, |place, text| {
            self.bytes += text.len();
            self.texts.push((place, text.into_owned()));
            Ok(())
        })
    }

    /// Whether they are so many that they should not wait.
    pub(in crate::store) fn are_many(&self) -> bool {
        self.bytes > MANY
    }

    /// Indexes them before the end of the transaction. So many segments come of that that merging them a few at a time, as
    /// SQLite does, would write each word again and again: they are merged together.
    pub(in crate::store) fn index_early(&mut self, connection: &Connection) -> Result<(), StoreError> {
        if self.segments == 0 {
            connection.execute_batch(MERGE_LATER)?;
        }
        self.index(connection)?;
        self.segments += 1;
        if self.segments.is_multiple_of(SEGMENTS) {
            connection.execute_batch(MERGE)?;
        }
        Ok(())
    }

    /// Merges, at the end of the transaction, what was indexed before.
    pub(in crate::store) fn merge(&self, connection: &Connection) -> Result<(), StoreError> {
        if self.segments > 0 {
            connection.execute_batch(MERGE)?;
            connection.execute_batch(MERGE_AT_ONCE)?;
        }
        Ok(())
    }

    /// Indexes them.
    pub(in crate::store) fn index(&mut self, connection: &Connection) -> Result<(), StoreError> {
        if self.texts.is_empty() {
            return Ok(());
        }
        let mut insert = connection.prepare_cached(INSERT)?;
        for (place, text) in self.texts.drain(..) {
            insert.execute(params![place, text])?;
        }
        self.bytes = 0;
        Ok(())
    }
}

/// Indexes the texts of an event.
pub(in crate::store) fn index(connection: &Connection, event: i64, texts: &str) -> Result<(), StoreError> {
    let mut insert = connection.prepare_cached(INSERT)?;
    each_text(event, texts, |place, text| {
        insert.execute(params![place, text])?;
        Ok(())
    })
}

/// Hands on what is indexed of an event's texts, each with its place.
fn each_text(
    event: i64,
    texts: &str,
    mut each: impl FnMut(i64, Cow<'_, str>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let texts = Texts::read(texts)?;
    for (field, text) in texts.0.iter().enumerate() {
        if let Some(text) = text {
            each(event * 16 + i64::try_from(field).map_err(damaged)?, normal(text))?;
        }
    }
    Ok(())
}

/// The texts of an event that are searched, in the order of [`FIELDS`].
#[derive(Debug, Default)]
pub(in crate::store) struct Texts<'a>([Option<Cow<'a, str>>; FIELDS.len()]);

impl<'a> Texts<'a> {
    /// Reads them as an event stores them.
    pub(in crate::store) fn read(texts: &'a str) -> Result<Self, StoreError> {
        serde_json::from_str(texts).map_err(damaged)
    }

    /// The text of a place; empty where there is none.
    pub(in crate::store) fn get(&self, place: Place) -> &str {
        self.0.get(place.field).and_then(Option::as_deref).unwrap_or_default()
    }

    /// Those that there are.
    pub(in crate::store) fn all(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flatten().map(AsRef::as_ref)
    }
}

impl<'de> Deserialize<'de> for Texts<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Texts<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the texts of an event")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Texts<'de>, A::Error> {
                let mut texts = Texts::default();
                while let Some(name) = map.next_key::<Cow<'de, str>>()? {
                    match FIELDS.iter().position(|(field, _)| *field == name).and_then(|at| texts.0.get_mut(at)) {
                        Some(text) => *text = map.next_value::<Option<BorrowedText<'de>>>()?.map(|text| text.0),
                        None => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(texts)
            }
        }

        deserializer.deserialize_map(Visitor)
    }
}

/// A text that is only copied where JSON writes it otherwise than it is.
#[derive(Debug, serde::Deserialize)]
struct BorrowedText<'a>(#[serde(borrow)] Cow<'a, str>);

/// Takes the texts of an event out of the index.
pub(in crate::store) fn forget(connection: &Connection, event: i64, texts: &str) -> Result<(), StoreError> {
    let mut delete = connection.prepare_cached("INSERT INTO word (word, rowid, text) VALUES ('delete', ?1, ?2)")?;
    each_text(event, texts, |place, text| {
        delete.execute(params![place, text])?;
        Ok(())
    })
}

impl Place {
    /// The place that the index has as a number.
    pub(in crate::store) fn of(number: i64) -> Result<Self, StoreError> {
        Ok(Self { event: number / 16, field: usize::try_from(number % 16).map_err(damaged)? })
    }

    /// The key under which an event stores the text.
    pub(in crate::store) fn field(self) -> &'static str {
        FIELDS.get(self.field).map_or("", |(field, _)| *field)
    }

    /// What a word there counts.
    pub(in crate::store) fn weight(self) -> u32 {
        FIELDS.get(self.field).map_or(0, |(_, weight)| *weight)
    }
}

/// The text as it is indexed, so that the index splits it where [`words_of`] does: it does so by itself where there are
/// no letters but those of ASCII.
fn normal(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    Cow::Owned(words.join(" ").to_lowercase())
}

/// The words that the index has of a [`normal`] text in small letters.
fn indexed(text: &str) -> BTreeSet<&[u8]> {
    let words = text.split(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word.as_bytes().get(..LONGEST).unwrap_or(word.as_bytes())).collect()
}

/// What a word in a text adds to the sum of an index: two indices with the same sum have the same words.
fn weight_of(place: i64, word: &[u8]) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    place.hash(&mut hasher);
    word.hash(&mut hasher);
    hasher.finish()
}

/// Whether the index has just the words of the texts in the record. Both are summed up word by word, since neither can
/// be read in the order of the other.
pub(in crate::store) fn index_is_right(connection: &Connection) -> Result<bool, StoreError> {
    connection.execute_batch(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.indexed USING fts5vocab ('main', 'word', 'instance')",
    )?;
    let mut expected: u64 = 0;
    let mut statement = connection.prepare("SELECT id, texts FROM event WHERE texts IS NOT NULL")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each_text(row.get("id")?, row.get_ref("texts")?.as_str().map_err(damaged)?, |place, text| {
            for word in indexed(&text.to_ascii_lowercase()) {
                expected = expected.wrapping_add(weight_of(place, word));
            }
            Ok(())
        })?;
    }
    let mut found: u64 = 0;
    let mut statement = connection.prepare("SELECT term, doc FROM temp.indexed")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let word = row.get_ref("term")?.as_bytes().map_err(damaged)?;
        found = found.wrapping_add(weight_of(row.get("doc")?, word));
    }
    Ok(found == expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_words() {
        assert_eq!(
            words_of("Rates are \"zero\" AND (NOT* fine): rates^2"),
            ["rates", "are", "zero", "and", "not", "fine", "2"]
        );
        assert_eq!(words_of("  ''--;\u{202e}\0 "), Vec::<String>::new());
        assert_eq!(words_of("Größe ÄRGER 見積"), ["größe", "ärger", "見積"]);
    }

    #[test]
    fn a_text_is_indexed_as_its_words() {
        let index = Connection::open_in_memory().unwrap();
        index.execute_batch(include_str!("../../../schema.sql")).unwrap();
        index.execute_batch("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab ('main', 'word', 'row')").unwrap();
        for text in ["CSD-12: Rätes, rates!\n0.5 \u{130}x", "  (CSD-12): Rates,\n0.5!\0End ", "--"] {
            index.execute("INSERT INTO word (rowid, text) VALUES (1, ?1)", [normal(text)]).unwrap();
            let mut statement = index.prepare("SELECT term FROM temp.vocabulary ORDER BY term").unwrap();
            let found = statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<Vec<String>, _>>().unwrap();
            let mut expected = words_of(text);
            expected.sort_unstable();
            assert_eq!(found, expected, "{text:?}");
            let lower = normal(text).to_ascii_lowercase();
            let indexed: Vec<&[u8]> = indexed(&lower).into_iter().collect();
            assert_eq!(indexed, found.iter().map(String::as_bytes).collect::<Vec<_>>(), "{text:?}");
            index.execute("INSERT INTO word (word) VALUES ('delete-all')", []).unwrap();
        }
    }

    #[test]
    fn the_texts_of_an_event_stand_in_the_places_of_their_fields() {
        let texts = r#"{"customer":"Ac\u006de","summary":"Rates","description":null,"rest":{"x":"y"},"note":"n"}"#;
        let mut places = Vec::new();
        let taken = each_text(3, texts, |place, text| {
            places.push((place, text.into_owned()));
            Ok(())
        });
        taken.unwrap();
        assert_eq!(places, [(48, "Rates".to_owned()), (49, "Acme".to_owned()), (56, "n".to_owned())]);
        assert!(each_text(3, "[]", |_, _| Ok(())).is_err() && each_text(3, r#"{"note":1}"#, |_, _| Ok(())).is_err());
    }
}
