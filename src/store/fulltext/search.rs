//! Finding the tickets that have words.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use rusqlite::params;

use crate::store::database::Store;
use crate::store::error::{StoreError, damaged};
use crate::store::fulltext::fields::TextId;
use crate::store::fulltext::words::{beginning, indexed, is_found_within, normal, written};
use crate::store::log::load::began;
use crate::store::log::redactions::{SHOWN, shown_texts};
use crate::store::queries::list::{ListRow, More};
use crate::store::row_reader::RowReader;
use crate::workflow::key::Key;

/// Among how many of the newest texts that have a word those are found that are shown, at least and for each ticket that
/// is shown: a very common word does not make a search slow.
const NEWEST: [usize; 2] = [200, 4];
/// How many more texts are ranked than tickets are shown, where there is one word: the best by their field. Of several
/// words all are, since the tickets that have each of them are to be found.
const SPARE: usize = 20;
/// How many characters of a text stand before and behind the word that was found.
const AROUND: usize = 48;

/// A ticket in which something was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The ticket.
    pub row: ListRow,
    /// The ticket whose text has the words, where that is a customer's ticket linked to it: by the key under which it was
    /// first recorded.
    pub found_in: Key,
    /// The field in which they stand; the first of several.
    pub field: &'static str,
    /// In how many texts.
    pub count: usize,
    /// The words of the text around the one that was found.
    pub snippet: String,
}

/// Such a text with its ticket.
#[derive(Debug)]
pub(in crate::store) struct FoundText {
    pub(in crate::store) id: TextId,
    /// Whether it has the word itself, and not only one that begins so.
    is_exact: bool,
    /// The ticket whose text it is.
    pub(in crate::store) ticket: Key,
    /// The id of that ticket's first event.
    began: i64,
    /// The CUS ticket to which that one is linked.
    pub(in crate::store) cus: Option<Key>,
}

/// What was found in one ticket.
#[derive(Debug, Default)]
struct Found<'a> {
    /// Which of the words, in their order.
    words: Vec<usize>,
    /// How many of them it has itself, and not only words that begin so.
    exact: usize,
    exact_word: Option<usize>,
    texts: Vec<&'a FoundText>,
}

impl<'a> Found<'a> {
    fn take(&mut self, word: usize, found: &'a FoundText) {
        if self.words.last() != Some(&word) {
            self.words.push(word);
        }
        if found.is_exact && self.exact_word != Some(word) {
            self.exact += 1;
            self.exact_word = Some(word);
        }
        if self.texts.iter().all(|other| other.id != found.id) {
            self.texts.push(found);
        }
    }

    /// By how many of the words it has itself, then by field, then by count, then by age.
    fn rank(&self) -> (usize, u32, usize, i64) {
        let newest = self.texts.iter().map(|found| found.id.event).max().unwrap_or_default();
        (self.exact, self.best().map_or(0, |found| found.id.weight()), self.texts.len().min(10), newest)
    }

    fn best(&self) -> Option<&'a FoundText> {
        self.texts.iter().copied().max_by_key(|found| (found.is_exact, found.id.weight(), found.id))
    }
}

impl Store {
    /// The tickets that have all of these words, or words that begin so; ranked by how many they have themselves, then by
    /// field, count and age. A word in a customer's ticket is found in its CUS ticket too.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn search(&self, words: &[String], limit: usize) -> Result<(Vec<Hit>, More), StoreError> {
        let [least, each] = NEWEST;
        let most = limit.saturating_mul(each).max(least);
        let mut texts: Vec<Vec<FoundText>> = Vec::new();
        let mut are_all = true;
        for word in words {
            let mut ids = self.texts_with(word, most)?;
            are_all &= ids.len() < most;
            if words.len() == 1 {
                let ranked = limit.saturating_add(SPARE);
                are_all &= ids.len() <= ranked;
                ids.sort_by_key(|(id, is_exact)| Reverse((*is_exact, id.weight())));
                ids.truncate(ranked);
            }
            let exact: BTreeSet<TextId> = ids.iter().filter(|(_, is_exact)| *is_exact).map(|(id, _)| *id).collect();
            let mut found = self.with_tickets(ids.into_iter().map(|(id, _)| id))?;
            found.iter_mut().for_each(|found| found.is_exact = exact.contains(&found.id));
            texts.push(found);
        }
        let mut all: BTreeMap<&Key, Found<'_>> = BTreeMap::new();
        for (n, texts) in texts.iter().enumerate() {
            for found in texts {
                for ticket in found.cus.iter().chain([&found.ticket]) {
                    all.entry(ticket).or_default().take(n, found);
                }
            }
        }
        let mut found = Vec::new();
        for (ticket, hits) in all {
            let mut has_all = true;
            for (n, (word, texts)) in words.iter().zip(&texts).enumerate() {
                // Where only the newest were looked at, an older text can have the word.
                has_all =
                    has_all && (hits.words.contains(&n) || (texts.len() >= most && self.has_word(ticket, word)?));
            }
            if has_all {
                found.push((hits.rank(), ticket, hits));
            }
        }
        found.sort_by_key(|(rank, ..)| Reverse(*rank));
        let more = More { count: found.len().saturating_sub(limit) as u64, and_more: !are_all };
        let hits = found.iter().take(limit).map(|(_, ticket, hits)| self.hit(ticket, hits, words));
        Ok((hits.collect::<Result<_, _>>()?, more))
    }

    /// The newest texts that have a word itself, and those that have one that begins so; and which is which.
    fn texts_with(&self, word: &str, most: usize) -> Result<Vec<(TextId, bool)>, StoreError> {
        let exact = self.newest(&format!("\"{word}\""), most)?;
        let begins = match beginning(word) {
            Some(begin) => self.newest(&format!("\"{begin}\" *"), most)?,
            None if exact.is_empty() => self.newest(&format!("\"{word}\" *"), most)?,
            None => Vec::new(),
        };
        let mut all: BTreeMap<TextId, bool> = begins.into_iter().map(|id| (id, false)).collect();
        all.extend(exact.into_iter().map(|id| (id, true)));
        Ok(all.into_iter().rev().collect())
    }

    /// The newest texts that match, the newest first.
    pub(in crate::store) fn newest(&self, expression: &str, most: usize) -> Result<Vec<TextId>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT rowid FROM word WHERE word MATCH ?1 ORDER BY rowid DESC LIMIT ?2")?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![expression, most])?;
        let mut ids = Vec::new();
        while let Some(row) = rows.next()? {
            ids.push(TextId::numbered(row.get(0)?)?);
        }
        Ok(ids)
    }

    /// These texts, each with its ticket. Most are of a ticket's first event, and a ticket's row is read faster than an
    /// event.
    pub(in crate::store) fn with_tickets(
        &self,
        ids: impl IntoIterator<Item = TextId>,
    ) -> Result<Vec<FoundText>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT located.id, located.began, cus.id, own.began IS NULL FROM (SELECT id, began FROM ticket WHERE began = ?1 UNION ALL \
             SELECT stream, (SELECT id FROM event AS first WHERE first.stream = event.stream AND seq = 1) FROM event \
             WHERE id = ?1 LIMIT 1) AS located LEFT JOIN link ON csd = located.began LEFT JOIN ticket AS cus \
             ON cus.began = link.cus LEFT JOIN ticket AS own ON own.began = located.began",
        )?;
        let mut all = Vec::new();
        for id in ids {
            let mut rows = statement.query([id.event])?;
            let row = rows.next()?.ok_or_else(|| damaged(format!("there is no event {}", id.event)))?;
            // The beginning of its ticket was undone.
            if row.get(3)? {
                continue;
            }
            let mut cells = RowReader::of(row);
            all.push(FoundText {
                id,
                is_exact: true,
                ticket: cells.text()?.parse().map_err(damaged)?,
                began: cells.take()?,
                cus: cells.text_or_null()?.map(str::parse).transpose().map_err(damaged)?,
            });
        }
        Ok(all)
    }

    /// Whether a text of the ticket, or of a customer's ticket linked to it, has the word or one that begins so, however old
    /// it is.
    fn has_word(&self, ticket: &Key, word: &str) -> Result<bool, StoreError> {
        let sql = format!(
            "SELECT {SHOWN} FROM event WHERE hash IS NOT NULL AND (stream = ?1 OR stream IN (SELECT ticket.id FROM link \
             JOIN ticket ON ticket.began = csd WHERE cus = {}))",
            began!()
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let begin = beginning(word);
        let mut rows = statement.query([ticket.as_str()])?;
        while let Some(row) = rows.next()? {
            let (event, texts) = shown_texts(&self.connection, row)?;
            let searched = texts.into_iter().filter(|(name, _)| TextId::of(event, name).is_some());
            for (_, text) in searched {
                let text = normal(text).to_ascii_lowercase();
                let begins = |other: &&[u8]| begin.as_ref().is_some_and(|begin| other.starts_with(begin.as_bytes()));
                if indexed(&text).iter().any(|other| *other == word.as_bytes() || begins(other)) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn hit(&self, ticket: &Key, found: &Found<'_>, words: &[String]) -> Result<Hit, StoreError> {
        let best = found.best().ok_or_else(|| damaged("a hit without a text"))?;
        let row = if best.ticket == *ticket { self.row_at(best.began)? } else { self.ticket_row(ticket)? };
        let row = row.ok_or_else(|| damaged(format!("`{ticket}` has no row")))?;
        let mut statement = self.connection.prepare_cached(&format!("SELECT {SHOWN} FROM event WHERE id = ?1"))?;
        let mut rows = statement.query([best.id.event])?;
        let (mut field, mut part) = ("", String::new());
        if let Some(event) = rows.next()? {
            for (name, text) in shown_texts(&self.connection, event)?.1 {
                if let Some(name) = best.id.named(&name) {
                    (field, part) = (name, snippet(&text, words));
                }
            }
        }
        Ok(Hit { row, found_in: best.ticket.clone(), field, count: found.texts.len(), snippet: part })
    }
}

/// The part of a text around the first of the words, on one line.
fn snippet(text: &str, words: &[String]) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (within, words): (Vec<&String>, Vec<&String>) = words.iter().partition(|word| is_found_within(word));
    let is_hit = |word: &str| words.iter().any(|wanted| begins_so(word, wanted));
    let mut start = 0;
    let mut found = within.iter().filter_map(|word| line.find(&written(word))).min().unwrap_or(0);
    for word in line.split(|c: char| !c.is_alphanumeric()) {
        if !word.is_empty() && is_hit(word) {
            found = if within.is_empty() { start } else { found.min(start) };
            break;
        }
        start += word.len();
        start += line.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    let (before, behind) = line.split_at(found);
    let from = before.char_indices().rev().nth(AROUND - 1).map_or(0, |(at, _)| at);
    let to = behind.char_indices().nth(2 * AROUND).map_or(behind.len(), |(at, _)| at);
    let cut = |is_cut: bool| if is_cut { "…" } else { "" };
    format!("{}{}{}{}", cut(from > 0), &before[from..], &behind[..to], cut(to < behind.len()))
}

/// Whether a word begins so, in small letters.
fn begins_so(word: &str, small: &str) -> bool {
    match word.get(..small.len()) {
        Some(begin) if begin.is_ascii() => begin.eq_ignore_ascii_case(small),
        _ => word.to_lowercase().starts_with(small),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_stands_around_the_word() {
        let text = format!("{} the rates are zero {}", "é".repeat(200), "x ".repeat(200));
        let snippet = snippet(&text, &["rates".to_owned()]);
        assert!(snippet.starts_with('…') && snippet.ends_with('…'), "{snippet}");
        assert!(snippet.contains("the rates are zero"), "{snippet}");
        assert!(snippet.chars().count() <= 3 * AROUND + 2);
        assert_eq!(super::snippet("short\ntext", &["text".to_owned()]), "short text");
        let cut = super::snippet(&"x ".repeat(30), &["none".to_owned()]);
        assert_eq!(cut, "x ".repeat(30).trim_end());
        let upper = super::snippet(&format!("{} ÄRGERLICH, Text", "é".repeat(60)), &["ärger".to_owned()]);
        assert_eq!(upper, format!("…{} ÄRGERLICH, Text", "é".repeat(AROUND - 1)));
        assert_eq!(super::snippet("", &["text".to_owned()]), "");
        let within = super::snippet(&format!("{}登録画面 v5.1.10", "é ".repeat(60)), &["画面".to_owned()]);
        assert!(within.ends_with("登録画面 v5.1.10") && within.starts_with('…'), "{within}");
    }
}
