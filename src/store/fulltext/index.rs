//! The index of words: filling it, emptying it, and holding it against the record.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};

use rusqlite::{Connection, params};

use crate::store::error::{StoreError, damaged};
use crate::store::fulltext::fields::TextId;
use crate::store::fulltext::words::{indexed, normal};
use crate::store::log::redactions::{SHOWN, shown_texts};
use crate::store::log::texts::NamedTexts;

const INSERT: &str = "INSERT INTO word (rowid, text) VALUES (?1, ?2)";
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

/// Texts that stand in the record and not in the index yet.
///
/// They are indexed in the order of their numbers: where one is not above the one before, SQLite writes a segment of its
/// own. An event's insertion can be refused by its triggers, and SQLite then asks the index to be able to go back: it would
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
    pub(in crate::store) fn take<'a>(&mut self, event: i64, texts: impl IntoIterator<Item = (Cow<'a, str>, &'a str)>) {
        for (name, text) in texts {
            if let Some(id) = TextId::of(event, &name) {
                let text = normal(text.into()).into_owned();
                self.bytes += text.len();
                self.texts.push((id.number(), text));
            }
        }
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
        self.texts.sort_by_key(|(id, _)| *id);
        for (id, text) in self.texts.drain(..) {
            insert.execute(params![id, text])?;
        }
        self.bytes = 0;
        Ok(())
    }
}

/// Indexes the texts of an event.
pub(in crate::store) fn index(connection: &Connection, event: i64, texts: NamedTexts<'_>) -> Result<(), StoreError> {
    for_each(connection, INSERT, event, texts)
}

/// Takes the texts of an event, which stand in it, out of the index.
pub(in crate::store) fn forget(connection: &Connection, event: i64, texts: NamedTexts<'_>) -> Result<(), StoreError> {
    for_each(connection, "INSERT INTO word (word, rowid, text) VALUES ('delete', ?1, ?2)", event, texts)
}

fn for_each(connection: &Connection, sql: &str, event: i64, texts: NamedTexts<'_>) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let numbered = texts.into_iter().filter_map(|(name, text)| Some((TextId::of(event, &name)?.number(), text)));
    let mut numbered: Vec<(i64, Cow<'_, str>)> = numbered.collect();
    numbered.sort_unstable_by_key(|(id, _)| *id);
    for (id, text) in numbered {
        statement.execute(params![id, normal(text)])?;
    }
    Ok(())
}

/// Indexes every text of the record.
pub(in crate::store) fn index_all(connection: &Connection) -> Result<(), StoreError> {
    let mut statement = connection.prepare(&format!("SELECT {SHOWN} FROM event WHERE hash IS NOT NULL ORDER BY id"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (event, texts) = shown_texts(connection, row)?;
        index(connection, event, texts)?;
    }
    Ok(())
}

/// Whether the index has just the words of the texts in the record. Both are summed up word by word, since neither can
/// be read in the order of the other.
pub(in crate::store) fn index_is_right(connection: &Connection) -> Result<bool, StoreError> {
    connection.execute_batch(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.indexed USING fts5vocab ('main', 'word', 'instance')",
    )?;
    let mut expected: u64 = 0;
    let mut statement = connection.prepare(&format!("SELECT {SHOWN} FROM event WHERE hash IS NOT NULL"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (event, texts) = shown_texts(connection, row)?;
        for (name, text) in texts {
            let Some(id) = TextId::of(event, &name) else { continue };
            for word in indexed(&normal(text).to_ascii_lowercase()) {
                expected = expected.wrapping_add(weight_of(id.number(), word));
            }
        }
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

/// Whether the index has the settings that it is made with, or those that merging leaves.
pub(in crate::store) fn settings_are_ours(connection: &Connection) -> Result<bool, StoreError> {
    let sql =
        "SELECT 1 FROM word_config WHERE (k, v) NOT IN (VALUES ('version', 4), ('automerge', 4), ('crisismerge', 16))";
    Ok(!connection.prepare(sql)?.exists([])?)
}

/// What a word in a text adds to the sum of an index: two indices with the same sum have the same words.
fn weight_of(id: i64, word: &[u8]) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    id.hash(&mut hasher);
    word.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fulltext::words::words_of;

    fn database() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(include_str!("../../../schema.sql")).unwrap();
        connection
    }

    #[test]
    fn a_text_is_indexed_as_its_words() {
        let index = database();
        index.execute_batch("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab ('main', 'word', 'row')").unwrap();
        for text in
            ["CSD-12: Rätes, rates!\n0.5 \u{130}x", "  (CSD-12): Rates,\n0.5!\0End ", "--", "v5.1.10", "登録画面 x"]
        {
            index.execute("INSERT INTO word (rowid, text) VALUES (1, ?1)", [normal(text.into())]).unwrap();
            let mut statement = index.prepare("SELECT term FROM temp.vocabulary ORDER BY term").unwrap();
            let found = statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<Vec<String>, _>>().unwrap();
            assert!(words_of(text).iter().all(|word| found.contains(word)), "{text:?}: {found:?}");
            let lower = normal(text.into()).to_ascii_lowercase();
            let indexed: Vec<&[u8]> = indexed(&lower).into_iter().collect();
            assert_eq!(indexed, found.iter().map(String::as_bytes).collect::<Vec<_>>(), "{text:?}");
            index.execute("INSERT INTO word (word) VALUES ('delete-all')", []).unwrap();
        }
    }

    /// `contact` sorts before `summary` by name, and stands behind it by number.
    const UNORDERED: [(&str, &str); 3] = [("contact", "ada"), ("customer", "Acme"), ("summary", "Rates")];

    fn segments(connection: &Connection) -> u32 {
        connection.query_row("SELECT count(DISTINCT segid) FROM word_idx", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn texts_that_waited_are_indexed_as_one_segment() {
        let database = database();
        let mut unindexed = Unindexed::default();
        for event in 1..4 {
            unindexed.take(event, UNORDERED.map(|(name, text)| (name.into(), text)));
        }
        database.execute_batch("BEGIN").unwrap();
        unindexed.index(&database).unwrap();
        database.execute_batch("COMMIT").unwrap();
        assert_eq!(segments(&database), 1);
    }

    #[test]
    fn the_texts_of_an_event_are_indexed_and_forgotten_as_one_segment_each() {
        let database = database();
        let texts = || UNORDERED.map(|(name, text)| (name.into(), text.into())).to_vec();
        database.execute_batch("BEGIN").unwrap();
        index(&database, 1, texts()).unwrap();
        index(&database, 2, texts()).unwrap();
        database.execute_batch("COMMIT").unwrap();
        assert_eq!(segments(&database), 1);
        database.execute_batch("BEGIN").unwrap();
        forget(&database, 1, texts()).unwrap();
        database.execute_batch("COMMIT").unwrap();
        assert_eq!(segments(&database), 2);
    }

    #[test]
    fn the_texts_of_an_event_get_the_numbers_of_their_names() {
        let texts = [("customer", "Acme"), ("rest.note", "y"), ("summary", "Rates"), ("note", "n")];
        let mut unindexed = Unindexed::default();
        unindexed.take(3, texts.map(|(name, text)| (name.into(), text)));
        let expected = [(49, "Acme"), (48, "Rates"), (56, "n")].map(|(id, text)| (id, text.to_owned()));
        assert_eq!(unindexed.texts, expected);
    }
}
