//! Open CUS tickets that look like a new report.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::params;

use super::search::{Place, words_of};
use super::{Store, StoreError};
use crate::core::csd::Csd;
use crate::core::key::Key;

/// How many of the new ticket's words are looked up for others like it.
const WORDS_TO_COMPARE: usize = 12;
/// In how many of the newest texts with a word others are looked for.
const PLACES: usize = 200;
/// What a word counts at least in a text that describes the issue; notices and remarks repeat what stands elsewhere.
const OWN_WORDS: u32 = 4;
/// The shortest word that makes two tickets look alike.
const TELLING: usize = 4;

/// An open CUS ticket that looks like a new report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookAlike {
    /// The CUS ticket.
    pub cus: Key,
    /// The words that both have.
    pub words: Vec<String>,
    /// Whether one of its customers runs the same product version.
    pub same_version: bool,
    /// Whether the report names the ticket that caused it.
    pub same_cause: bool,
}

impl Store {
    /// Open CUS tickets that look like this report: the same causing ticket, or words of it, the more so with the same
    /// product version. The best first.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn look_alikes(&self, report: &Csd) -> Result<Vec<LookAlike>, StoreError> {
        if !self.has_open_cus()? {
            return Ok(Vec::new());
        }
        let text = format!("{} {}", report.summary, report.description.as_deref().unwrap_or_default());
        let telling = |word: &String| word.chars().count() >= TELLING;
        let mut words: Vec<String> = words_of(&report.summary).into_iter().filter(telling).collect();
        words.truncate(WORDS_TO_COMPARE);
        let mut shared: BTreeMap<Key, BTreeSet<usize>> = BTreeMap::new();
        let mut known: BTreeMap<i64, Option<Key>> = BTreeMap::new();
        for (n, word) in words.iter().enumerate() {
            let places = self.newest(&format!("\"{word}\""))?;
            for place in places.into_iter().filter(|place| place.weight() >= OWN_WORDS).take(PLACES) {
                let cus = match known.get(&place.event) {
                    Some(cus) => cus.clone(),
                    None => known.entry(place.event).or_insert(self.open_cus_of(place)?).clone(),
                };
                if let Some(cus) = cus {
                    shared.entry(cus).or_default().insert(n);
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
                let common = common.iter().filter_map(|n| words.get(*n).cloned()).collect();
                alike.push((score, LookAlike { cus, words: common, same_version, same_cause }));
            }
        }
        alike.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        Ok(alike.into_iter().take(3).map(|(_, alike)| alike).collect())
    }

    /// How many customers have an open ticket about this product version.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn customers_on_version(&self, version: &str) -> Result<u64, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT count(DISTINCT customer) AS customers FROM ticket WHERE product_version = ?1 AND open = 1",
        )?;
        Ok(statement.query_row([version], |row| row.get("customers"))?)
    }

    /// Whether there is any CUS ticket that can be joined.
    fn has_open_cus(&self) -> Result<bool, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT 1 FROM ticket WHERE kind = 'cus' AND stage IN ('escalated', 'returned', 'eng-assessed', \
             'release-assessed', 'postmortem')",
        )?;
        Ok(statement.exists([])?)
    }

    /// The CUS ticket that a text belongs to, itself or by its customer's ticket, where that is open.
    fn open_cus_of(&self, place: Place) -> Result<Option<Key>, StoreError> {
        let Some(stream) = self.stream_of(place.event)? else { return Ok(None) };
        let cus = if stream.is_cus() { Some(stream) } else { self.cus_of(&stream)? };
        let Some(cus) = cus else { return Ok(None) };
        let mut statement =
            self.connection.prepare_cached("SELECT 1 FROM ticket WHERE id = ?1 AND stage <> 'closed'")?;
        Ok(if statement.exists([cus.as_str()])? { Some(cus) } else { None })
    }

    /// The open CUS tickets whose causing ticket a text names.
    fn caused_by(&self, text: &str) -> Result<BTreeSet<Key>, StoreError> {
        let mut causes = BTreeSet::new();
        let mentioned = text.split(|c: char| c.is_whitespace() || ",;()".contains(c));
        for key in mentioned.filter_map(|word| word.trim_end_matches(['.', ':', '!', '?']).parse::<Key>().ok()) {
            let mut places: Option<BTreeSet<Place>> = None;
            for word in words_of(key.as_str()) {
                let these: BTreeSet<Place> = self
                    .newest(&format!("\"{word}\""))?
                    .into_iter()
                    .filter(|place| place.field() == "caused_by")
                    .collect();
                places = Some(places.map_or(these.clone(), |places| places.intersection(&these).copied().collect()));
            }
            for place in places.unwrap_or_default() {
                causes.extend(self.open_cus_of(place)?);
            }
        }
        Ok(causes)
    }

    fn has_version(&self, cus: &Key, version: &str) -> Result<bool, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT 1 FROM link JOIN ticket ON ticket.id = link.csd WHERE link.cus = ?1 AND ticket.product_version = ?2",
        )?;
        Ok(statement.exists(params![cus.as_str(), version])?)
    }
}
