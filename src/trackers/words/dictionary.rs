//! The words that are known, from `words.toml`.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::workflow::vocabulary::{Channel, Priority, Resolution, Word};

const TEXT: &str = include_str!("words.toml");

static KNOWN: LazyLock<Dictionary> = LazyLock::new(|| toml::from_str::<File>(TEXT).unwrap_or_default().into());

#[derive(Debug, Default, Deserialize)]
struct File {
    status: Table,
    beginnings: Table,
    priority: Table,
    resolution: Table,
    channel: Table,
    people: Table,
}

/// The words for each meaning.
type Table = BTreeMap<String, Vec<String>>;

#[derive(Debug, Default)]
struct Dictionary {
    status: HashMap<String, String>,
    beginnings: Vec<(String, String)>,
    priority: HashMap<String, String>,
    resolution: HashMap<String, String>,
    channel: HashMap<String, String>,
    people: HashMap<String, String>,
}

impl From<File> for Dictionary {
    fn from(file: File) -> Self {
        Self {
            status: by_word(file.status).collect(),
            beginnings: by_word(file.beginnings).collect(),
            priority: by_word(file.priority).collect(),
            resolution: by_word(file.resolution).collect(),
            channel: by_word(file.channel).collect(),
            people: by_word(file.people).collect(),
        }
    }
}

fn by_word(table: Table) -> impl Iterator<Item = (String, String)> {
    table.into_iter().flat_map(|(meaning, words)| words.into_iter().map(move |word| (word, meaning.clone())))
}

/// The stage that a status names, by its word; `None` for an unknown one.
pub(super) fn stage(name: &str) -> Option<&'static str> {
    let name = plain(name);
    let begins = || KNOWN.beginnings.iter().find(|(beginning, _)| name.starts_with(beginning)).map(|(_, stage)| stage);
    KNOWN.status.get(&name).or_else(begins).map(String::as_str)
}

/// How urgent a priority's name says that it is; `None` for an unknown name.
pub fn priority(name: &str) -> Option<Priority> {
    let known = |name: &str| KNOWN.priority.get(name).and_then(|word| Priority::from_word(word));
    let name = plain(name);
    if name.is_empty() || !name.contains(char::is_alphanumeric) {
        return Some(Priority::Medium);
    }
    known(&name).or_else(|| {
        // `1 - Critical`, `P2 (High)`, `Priority: low`: the one part that is known.
        let parts = name.split(|c: char| !(c.is_alphabetic() || c == ' ' || c == '\'')).map(str::trim);
        let words = parts.filter(|part| !part.is_empty()).filter_map(known);
        let mut found: Vec<Priority> = words.collect();
        found.dedup();
        found.pop().filter(|_| found.is_empty())
    })
}

/// What a resolution says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Nothing: it stands for one that is not there.
    None,
    /// That it ended like this.
    Known(Resolution),
    /// Something of which nobody knows what it means.
    Unknown,
}

/// What a resolution's name says.
pub fn ending(name: &str) -> Ending {
    let name = plain(name);
    if !name.contains(char::is_alphanumeric) {
        return Ending::None;
    }
    match KNOWN.resolution.get(&name).map(String::as_str) {
        Some("none") => Ending::None,
        Some(word) => Resolution::from_word(word).map_or(Ending::Unknown, Ending::Known),
        None => Ending::Unknown,
    }
}

/// How an issue arrived; whatever is neither a telephone nor e-mail, such as a chat, is the portal.
pub fn channel(name: Option<&str>) -> Channel {
    let word = KNOWN.channel.get(&name.map(plain).unwrap_or_default());
    word.and_then(|word| Channel::from_word(word)).unwrap_or(Channel::Portal)
}

/// Whether a name says that there is nobody.
pub fn is_nobody(name: &str) -> bool {
    !name.contains(char::is_alphanumeric) || KNOWN.people.contains_key(&plain(name))
}

/// The name in lower case, with single blanks and straight apostrophes.
pub fn plain(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase().replace('’', "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_means_two_things_and_each_meaning_is_one_of_the_process() {
        let file: File = toml::from_str(TEXT).unwrap();
        for table in [&file.status, &file.priority, &file.resolution, &file.channel] {
            let mut known: HashMap<&str, &str> = HashMap::new();
            for (meaning, words) in table {
                for word in words {
                    assert_eq!(plain(word), *word);
                    let other = *known.entry(word).or_insert(meaning);
                    assert_eq!(other, meaning, "`{word}`");
                }
            }
        }
        assert!(file.priority.keys().all(|word| Priority::from_word(word).is_some()));
        assert!(file.resolution.keys().all(|word| word == "none" || Resolution::from_word(word).is_some()));
        assert!(file.channel.keys().all(|word| Channel::from_word(word).is_some()));
    }

    #[test]
    fn priorities_are_read_by_their_names() {
        let cases = [
            (Priority::Critical, ["Blocker", "Highest", "1 - Critical", "Immediate", "Very High"]),
            (Priority::High, ["Major", "2 - High", " HIGH ", "Hoch", "P2 (High)"]),
            (Priority::Medium, ["Minor", "Medium", "None", "", "3 - Moderate"]),
            (Priority::Low, ["Trivial", "Low", "Lowest", "faible", "Priority: low"]),
        ];
        for (expected, names) in cases {
            for name in names {
                assert_eq!(priority(name), Some(expected), "{name}");
            }
        }
        for unknown in ["P1", "1", "Severity 1", "Purple", "High/Low"] {
            assert_eq!(priority(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn channels_are_read_by_their_names() {
        for name in ["Email", "e-mail", "MAIL"] {
            assert_eq!(channel(Some(name)), Channel::Email, "{name}");
        }
        for name in ["Phone", "call"] {
            assert_eq!(channel(Some(name)), Channel::Phone, "{name}");
        }
        for name in [None, Some("Chat"), Some("Social media"), Some("")] {
            assert_eq!(channel(name), Channel::Portal, "{name:?}");
        }
    }

    #[test]
    fn resolutions_are_read_by_their_names() {
        let cases: [(Resolution, &[&str]); 6] = [
            (Resolution::Fixed, &["Fixed", "Done", "Complete", "Listo"]),
            (Resolution::Duplicate, &["Duplicate"]),
            (Resolution::NotABug, &["Invalid", "Not Our Bug", "Not  a bug"]),
            (Resolution::CannotReproduce, &["Cannot Reproduce", "Needs more info"]),
            (Resolution::WontFix, &["Won't Fix", "Won’t Do", "Hold"]),
            (Resolution::Withdrawn, &["Withdrawn", "Cancelled"]),
        ];
        for (expected, names) in cases {
            for name in names {
                assert_eq!(ending(name), Ending::Known(expected), "{name}");
            }
        }
        assert_eq!(ending("Purple"), Ending::Unknown);
    }

    #[test]
    fn what_stands_for_no_resolution_is_none() {
        for name in ["", "---", "-", "N/A", "Pending", "Unresolved", "None", "—", "Sin resolver", "未解決"] {
            assert_eq!(ending(name), Ending::None, "{name}");
        }
    }
}
