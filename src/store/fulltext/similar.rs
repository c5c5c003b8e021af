//! Open CUS tickets that look like a new report.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::params;

use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::fulltext::fields::TextId;
use crate::store::fulltext::search::FoundText;
use crate::store::fulltext::words::{is_found_within, words_of, written};
use crate::store::log::load::began;
use crate::workflow::key::Key;
use crate::workflow::names::version_form;
use crate::workflow::tickets::csd::Csd;

/// How many of the new ticket's words are looked up for others like it.
const WORDS_TO_COMPARE: usize = 12;
/// In how many of the newest texts with a word others are looked for.
const TEXTS: usize = 60;
/// What a word counts at least in a text that describes the issue; notices and remarks repeat what stands elsewhere.
const OWN_WORDS: u32 = 4;
/// The shortest word that makes two tickets look alike.
const TELLING: usize = 4;

/// An open CUS ticket that looks like a new report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Similar {
    /// The CUS ticket.
    pub cus: Key,
    /// The words that both have.
    pub words: Vec<String>,
    /// Whether one of its customers runs the same product version.
    pub same_version: bool,
    /// Whether the report names the ticket that caused it.
    pub same_cause: bool,
}

impl FoundText {
    /// The CUS ticket that the text belongs to, itself or by its customer's ticket.
    fn escalation(self) -> Option<Key> {
        if self.ticket.is_cus() { Some(self.ticket) } else { self.cus }
    }
}

impl Store {
    /// Open CUS tickets that look like this report: the same causing ticket, or words of it, the more so with the same
    /// product version. The best first.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn look_alikes(&self, report: &Csd) -> Result<Vec<Similar>, StoreError> {
        if !self.has_open_cus()? {
            return Ok(Vec::new());
        }
        let text = format!("{} {}", report.summary, report.description.as_deref().unwrap_or_default());
        let telling =
            |word: &String| word.chars().count() >= TELLING || (is_found_within(word) && word.len() > TELLING);
        let mut words: Vec<String> = words_of(&report.summary).into_iter().filter(telling).collect();
        words.truncate(WORDS_TO_COMPARE);
        let mut shared: BTreeMap<Key, BTreeSet<usize>> = BTreeMap::new();
        let mut known: BTreeMap<Key, bool> = BTreeMap::new();
        for (id, common) in self.with_several(&words)? {
            for found in self.with_tickets([id])? {
                let Some(cus) = found.escalation() else { continue };
                let is_open = match known.get(&cus) {
                    Some(is_open) => *is_open,
                    None => *known.entry(cus.clone()).or_insert(self.is_open(&cus)?),
                };
                if is_open {
                    shared.entry(cus).or_default().extend(&common);
                }
            }
        }
        let causes = self.caused_by(&text)?;
        for cus in &causes {
            shared.entry(cus.clone()).or_default();
        }
        let mut alike = Vec::new();
        for (cus, common) in shared {
            let same_version = match &report.product_version {
                Some(version) => self.has_version(&cus, version)?,
                None => false,
            };
            let same_cause = causes.contains(&cus);
            let score = 4 * common.len() + words.len() * (usize::from(same_version) + 4 * usize::from(same_cause));
            if same_cause || (common.len() >= 2 && score >= 2 * words.len()) {
                let common = common.iter().filter_map(|n| Some(written(words.get(*n)?))).collect();
                alike.push((score, Similar { cus, words: common, same_version, same_cause }));
            }
        }
        alike.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        Ok(alike.into_iter().take(3).map(|(_, alike)| alike).collect())
    }

    /// The events whose texts have at least two of these words, each by one of these texts, and which words those are. Only
    /// of these it is worth while to find the tickets: a word alone makes nothing alike.
    fn with_several(&self, words: &[String]) -> Result<Vec<(TextId, BTreeSet<usize>)>, StoreError> {
        let mut events: BTreeMap<i64, (TextId, BTreeSet<usize>)> = BTreeMap::new();
        for (n, word) in words.iter().enumerate() {
            let ids = self.newest(&format!("\"{word}\""), TEXTS)?;
            for id in ids.into_iter().filter(|id| id.weight() >= OWN_WORDS) {
                events.entry(id.event).or_insert_with(|| (id, BTreeSet::new())).1.insert(n);
            }
        }
        Ok(events.into_values().filter(|(_, common)| common.len() >= 2).collect())
    }

    /// How many customers have an open ticket about this product version.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn customers_on_version(&self, version: &str) -> Result<u64, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT count(DISTINCT customer_form) AS customers FROM ticket WHERE product_form = ?1 AND open = 1",
        )?;
        Ok(statement.query_row([version_form(version)], |row| row.get("customers"))?)
    }

    /// Whether there is any CUS ticket that can be joined.
    fn has_open_cus(&self) -> Result<bool, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT 1 FROM stage_count WHERE kind = 'cus' AND stage <> 'closed' AND tickets > 0")?;
        Ok(statement.exists([])?)
    }

    fn is_open(&self, cus: &Key) -> Result<bool, StoreError> {
        let is_open = concat!("SELECT 1 FROM ticket WHERE stage <> 'closed' AND began = ", began!());
        let mut statement = self.connection.prepare_cached(is_open)?;
        Ok(statement.exists([cus.as_str()])?)
    }

    /// The open CUS tickets whose causing ticket a text names.
    fn caused_by(&self, text: &str) -> Result<BTreeSet<Key>, StoreError> {
        let mut causes = BTreeSet::new();
        let mentioned = text.split(|c: char| c.is_whitespace() || ",;()".contains(c));
        for key in mentioned.filter_map(|word| word.trim_end_matches(['.', ':', '!', '?']).parse::<Key>().ok()) {
            let mut ids: Option<BTreeMap<TextId, Key>> = None;
            for word in words_of(key.as_str()) {
                let newest = self.newest(&format!("\"{word}\""), TEXTS)?;
                let these: BTreeMap<TextId, Key> = self
                    .with_tickets(newest.into_iter().filter(|id| id.named("caused_by").is_some()))?
                    .into_iter()
                    .filter_map(|found| Some((found.id, found.escalation()?)))
                    .collect();
                ids = Some(match ids {
                    None => these,
                    Some(ids) => ids.into_iter().filter(|(id, _)| these.contains_key(id)).collect(),
                });
            }
            for cus in ids.unwrap_or_default().into_values() {
                if self.is_open(&cus)? {
                    causes.insert(cus);
                }
            }
        }
        Ok(causes)
    }

    fn has_version(&self, cus: &Key, version: &str) -> Result<bool, StoreError> {
        let mut statement = self.connection.prepare_cached(concat!(
            "SELECT 1 FROM link JOIN ticket ON began = csd WHERE product_form = ?2 AND cus = ",
            began!()
        ))?;
        Ok(statement.exists(params![cus.as_str(), version_form(version)])?)
    }
}
