//! The words that times hold, from `names.toml`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

/// The words, each in lower case and without a dot at its end.
pub(super) static NAMES: LazyLock<Names> = LazyLock::new(|| toml::from_str::<File>(TEXT).unwrap_or_default().into());

const TEXT: &str = include_str!("names.toml");

#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) months: HashMap<String, u32>,
    /// Whether the marker means the afternoon.
    pub(super) halves: HashMap<String, bool>,
    pub(super) month_follows: HashSet<String>,
    pub(super) days: HashSet<String>,
    pub(super) fillers: HashSet<String>,
    /// Hours east of UTC.
    pub(super) zones: HashMap<String, i32>,
}

#[derive(Debug, Default, Deserialize)]
struct File {
    months: BTreeMap<String, Vec<String>>,
    clock: Clock,
    words: Words,
    zones: HashMap<String, i32>,
}

#[derive(Debug, Default, Deserialize)]
struct Clock {
    am: Vec<String>,
    pm: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Words {
    month: Vec<String>,
    days: HashSet<String>,
    fillers: HashSet<String>,
}

impl From<File> for Names {
    fn from(file: File) -> Self {
        let mut months = HashMap::new();
        for language in file.months.values() {
            for (number, names) in (1..).zip(language) {
                months.extend(names.split(' ').map(|name| (name.to_owned(), number)));
            }
        }
        let marker = |pm: bool| move |name: String| (name, pm);
        let halves =
            file.clock.am.into_iter().map(marker(false)).chain(file.clock.pm.into_iter().map(marker(true))).collect();
        Self {
            months,
            halves,
            month_follows: file.words.month.into_iter().collect(),
            days: file.words.days,
            fillers: file.words.fillers,
            zones: file.zones,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_twelve_months_and_no_name_means_two() {
        let file: File = toml::from_str(TEXT).unwrap();
        let mut known: HashMap<&str, (u32, &str)> = HashMap::new();
        for (language, months) in &file.months {
            assert_eq!(months.len(), 12, "{language}");
            for (number, names) in (1..).zip(months) {
                for name in names.split(' ') {
                    let (other, first) = *known.entry(name).or_insert((number, language));
                    assert_eq!(other, number, "`{name}` of {language} is another month in {first}");
                }
            }
        }
    }
}
