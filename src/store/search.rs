//! Words: indexing every text, and finding the tickets that have them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

use rusqlite::{Connection, params};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess};

use super::cells::Cells;
use super::events::damaged;
use super::{Store, StoreError};
use crate::core::key::Key;

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
/// How many of the newest texts that have a word are looked at, where it is the only one and where it is one of several:
/// a very common word does not make a search slow.
const NEWEST: [usize; 2] = [100, 200];
const INSERT: &str = "INSERT INTO word (rowid, text) VALUES (?1, ?2)";
/// How many bytes of a word the index keeps.
const LONGEST: usize = 32 * 1024;
/// How many bytes of texts wait to be indexed at most.
const MANY: usize = 512 * 1024;
/// How many characters of a text stand before and behind the word that was found.
const AROUND: usize = 48;

/// A ticket in which something was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The ticket, by the key under which it was first recorded.
    pub ticket: Key,
    /// The ticket whose text has the words, where that is a customer's ticket linked to it.
    pub found_in: Key,
    /// The field in which they stand; the first of several.
    pub field: &'static str,
    /// In how many texts.
    pub count: usize,
    /// The words of the text around the one that was found.
    pub snippet: String,
}

/// A text that has a word: its event and the place of its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) event: i64,
    field: usize,
}

/// Such a text with its ticket.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) place: Place,
    /// The ticket whose text it is.
    pub(super) ticket: Key,
    /// The CUS ticket to which that one is linked.
    pub(super) cus: Option<Key>,
}

/// What was found in one ticket.
#[derive(Debug, Default)]
struct Found {
    words: BTreeSet<usize>,
    places: BTreeMap<Place, Key>,
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
pub(super) struct Unindexed {
    texts: Vec<(i64, String)>,
    bytes: usize,
}

impl Unindexed {
    /// Takes the texts of an event.
    pub(super) fn take(&mut self, event: i64, texts: &str) -> Result<(), StoreError> {
        each_text(event, texts, |place, text| {
            self.bytes += text.len();
            self.texts.push((place, text));
            Ok(())
        })
    }

    /// Whether they are so many that they should not wait.
    pub(super) fn are_many(&self) -> bool {
        self.bytes > MANY
    }

    /// Indexes them.
    pub(super) fn index(&mut self, connection: &Connection) -> Result<(), StoreError> {
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
pub(super) fn index(connection: &Connection, event: i64, texts: &str) -> Result<(), StoreError> {
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
    mut each: impl FnMut(i64, String) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let texts: Texts<'_> = serde_json::from_str(texts).map_err(damaged)?;
    for (field, text) in texts.0.iter().enumerate() {
        if let Some(text) = text {
            each(event * 16 + i64::try_from(field).map_err(damaged)?, normal(text))?;
        }
    }
    Ok(())
}

/// The texts of an event that are searched, in the order of [`FIELDS`].
#[derive(Debug, Default)]
struct Texts<'a>([Option<Cow<'a, str>>; FIELDS.len()]);

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
pub(super) fn forget(connection: &Connection, event: i64, texts: &str) -> Result<(), StoreError> {
    let mut delete = connection.prepare_cached("INSERT INTO word (word, rowid, text) VALUES ('delete', ?1, ?2)")?;
    each_text(event, texts, |place, text| {
        delete.execute(params![place, text])?;
        Ok(())
    })
}

impl Store {
    /// The tickets that have all of these words, or words that begin so where no text has one itself; ranked by field,
    /// count and age. A word in a customer's ticket is found in its CUS ticket too.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn search(&self, words: &[String], limit: usize) -> Result<(Vec<Hit>, usize), StoreError> {
        let mut all: BTreeMap<Key, Found> = BTreeMap::new();
        let mut windows = Vec::new();
        let most = NEWEST[usize::from(words.len() > 1)];
        for (n, word) in words.iter().enumerate() {
            let places = self.places_of(word, most)?;
            windows.push(places.len() >= most);
            for Placed { place, ticket, cus } in places {
                if let Some(cus) = cus {
                    all.entry(cus).or_default().take(n, place, &ticket);
                }
                all.entry(ticket.clone()).or_default().take(n, place, &ticket);
            }
        }
        let mut found = Vec::new();
        for (ticket, mut hits) in all {
            for (n, word) in words.iter().enumerate() {
                if !hits.words.contains(&n) && windows.get(n) == Some(&true) && self.has_word(&ticket, word)? {
                    hits.words.insert(n);
                }
            }
            if hits.words.len() == words.len() {
                found.push((ticket, hits));
            }
        }
        found.sort_by_key(|(_, hits)| std::cmp::Reverse(hits.rank()));
        let more = found.len().saturating_sub(limit);
        found.truncate(limit);
        let hits = found.into_iter().map(|(ticket, hits)| self.hit(ticket, &hits, words));
        Ok((hits.collect::<Result<_, _>>()?, more))
    }

    /// The texts that have a word itself, or one that begins so, the newest first.
    fn places_of(&self, word: &str, most: usize) -> Result<Vec<Placed>, StoreError> {
        let exact = self.newest(&format!("\"{word}\""), most)?;
        if exact.is_empty() { self.newest(&format!("\"{word}\" *"), most) } else { Ok(exact) }
    }

    /// The newest texts that match, each with its ticket.
    pub(super) fn newest(&self, expression: &str, most: usize) -> Result<Vec<Placed>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT place, event.stream, link.cus \
             FROM (SELECT rowid AS place FROM word WHERE word MATCH ?1 ORDER BY rowid DESC LIMIT ?2) \
             CROSS JOIN event ON event.id = place / 16 LEFT JOIN link ON link.csd = event.stream ORDER BY place DESC",
        )?;
        let mut rows = statement.query(params![expression, most])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let mut cells = Cells::of(row);
            let place: i64 = cells.take()?;
            all.push(Placed {
                place: Place { event: place / 16, field: usize::try_from(place % 16).map_err(damaged)? },
                ticket: cells.text()?.parse().map_err(damaged)?,
                cus: cells.text_or_null()?.map(str::parse).transpose().map_err(damaged)?,
            });
        }
        Ok(all)
    }

    /// Whether a text of the ticket, or of a customer's ticket linked to it, has the word, however old it is.
    fn has_word(&self, ticket: &Key, word: &str) -> Result<bool, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT texts FROM event WHERE texts IS NOT NULL AND (stream = ?1 OR stream IN (SELECT csd FROM link WHERE \
             cus = ?1))",
        )?;
        let mut rows = statement.query([ticket.as_str()])?;
        while let Some(row) = rows.next()? {
            let texts: Texts<'_> =
                serde_json::from_str(row.get_ref("texts")?.as_str().map_err(damaged)?).map_err(damaged)?;
            if texts.0.iter().flatten().any(|text| words_of(text).iter().any(|other| other == word)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn hit(&self, ticket: Key, found: &Found, words: &[String]) -> Result<Hit, StoreError> {
        let best = found.best();
        let (place, stream) = best.ok_or_else(|| damaged("a hit without a text"))?;
        let mut statement = self.connection.prepare_cached("SELECT texts FROM event WHERE id = ?1")?;
        let texts = statement.query_row([place.event], |row| row.get::<_, Option<String>>("texts"))?;
        let texts: Texts<'_> =
            texts.as_deref().map(serde_json::from_str).transpose().map_err(damaged)?.unwrap_or_default();
        let field = place.field();
        let text = texts.0.get(place.field).and_then(Option::as_deref).unwrap_or_default();
        Ok(Hit { ticket, found_in: stream.clone(), field, count: found.places.len(), snippet: snippet(text, words) })
    }
}

impl Found {
    fn take(&mut self, word: usize, place: Place, stream: &Key) {
        self.words.insert(word);
        self.places.insert(place, stream.clone());
    }

    /// By field, then by count, then by age.
    fn rank(&self) -> (u32, usize, i64) {
        let newest = self.places.keys().map(|place| place.event).max().unwrap_or_default();
        (self.best().map_or(0, |(place, _)| place.weight()), self.places.len().min(10), newest)
    }

    fn best(&self) -> Option<(Place, &Key)> {
        self.places.iter().max_by_key(|(place, _)| (place.weight(), place.event)).map(|(place, key)| (*place, key))
    }
}

impl Place {
    /// The key under which an event stores the text.
    pub(super) fn field(self) -> &'static str {
        FIELDS.get(self.field).map_or("", |(field, _)| *field)
    }

    /// What a word there counts.
    pub(super) fn weight(self) -> u32 {
        FIELDS.get(self.field).map_or(0, |(_, weight)| *weight)
    }
}

/// The text as it is indexed, so that the index splits it where [`words_of`] does.
fn normal(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    if words.is_ascii() {
        words.make_ascii_lowercase();
        words
    } else {
        words.to_lowercase()
    }
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
pub(super) fn index_is_right(connection: &Connection) -> Result<bool, StoreError> {
    connection.execute_batch(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.indexed USING fts5vocab ('main', 'word', 'instance')",
    )?;
    let mut expected: u64 = 0;
    let mut statement = connection.prepare("SELECT id, texts FROM event WHERE texts IS NOT NULL")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each_text(row.get("id")?, row.get_ref("texts")?.as_str().map_err(damaged)?, |place, text| {
            let words = text.split(' ').map(|word| word.as_bytes().get(..LONGEST).unwrap_or(word.as_bytes()));
            for word in words.filter(|word| !word.is_empty()).collect::<BTreeSet<&[u8]>>() {
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

/// The part of a text around the first of the words, on one line.
fn snippet(text: &str, words: &[String]) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_hit = |word: &str| {
        let word = word.to_lowercase();
        words.iter().any(|wanted| word.starts_with(wanted.as_str()))
    };
    let mut start = 0;
    let mut found = 0;
    for word in line.split(|c: char| !c.is_alphanumeric()) {
        if !word.is_empty() && is_hit(word) {
            found = start;
            break;
        }
        start += word.len();
        start += line.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    let (before, behind) = line.split_at(found);
    let before: Vec<char> = before.chars().rev().take(AROUND).collect();
    let behind: Vec<char> = behind.chars().take(2 * AROUND).collect();
    let is_cut = |part: usize, whole: &str| if part < whole.chars().count() { "…" } else { "" };
    let (left, right) = (is_cut(before.len(), &line[..found]), is_cut(behind.len(), &line[found..]));
    let before: String = before.into_iter().rev().collect();
    let behind: String = behind.into_iter().collect();
    format!("{left}{before}{behind}{right}")
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
        let text = "CSD-12: Rätes, rates!\n0.5";
        assert_eq!(normal(text).split(' ').collect::<Vec<_>>(), ["csd", "12", "rätes", "rates", "0", "5"]);
    }

    #[test]
    fn the_texts_of_an_event_stand_in_the_places_of_their_fields() {
        let texts = r#"{"customer":"Ac\u006de","summary":"Rates","description":null,"rest":{"x":"y"},"note":"n"}"#;
        let mut places = Vec::new();
        let taken = each_text(3, texts, |place, text| {
            places.push((place, text));
            Ok(())
        });
        taken.unwrap();
        assert_eq!(places, [(48, "rates".to_owned()), (49, "acme".to_owned()), (56, "n".to_owned())]);
        assert!(each_text(3, "[]", |_, _| Ok(())).is_err() && each_text(3, r#"{"note":1}"#, |_, _| Ok(())).is_err());
    }

    #[test]
    fn a_snippet_stands_around_the_word() {
        let text = format!("{} the rates are zero {}", "é".repeat(200), "x ".repeat(200));
        let snippet = snippet(&text, &["rates".to_owned()]);
        assert!(snippet.starts_with('…') && snippet.ends_with('…'), "{snippet}");
        assert!(snippet.contains("the rates are zero"), "{snippet}");
        assert!(snippet.chars().count() <= 3 * AROUND + 2);
        assert_eq!(super::snippet("short\ntext", &["text".to_owned()]), "short text");
        assert_eq!(super::snippet("", &["text".to_owned()]), "");
    }
}
