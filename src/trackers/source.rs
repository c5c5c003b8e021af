//! Where tickets come from, and how their keys there become keys here.

use super::profile::Profile;
use crate::workflow::key::Key;

/// A source of tickets: a ticket is known by its source and the key that it has there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name, such as `zendesk`.
    pub name: String,
    /// The prefix of keys that are numbers alone there.
    series: String,
    /// The prefix that somebody gave.
    prefix: Option<String>,
    /// Whether all keys of the file have one prefix there, for which the given one can stand.
    is_one_series: bool,
}

/// A prefix that keys cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoPrefix {
    /// It is not of the form of one.
    #[error("`{0}` is no prefix: a prefix is a letter, and letters, digits and underscores, such as ZD")]
    Form(String),
    /// Its numbers are given by `cus`.
    #[error("the numbers of `{0}` are given by cus itself: choose another prefix for those of other trackers")]
    Ours(String),
}

impl Source {
    /// The source of a file: what somebody called it, else what its tracker is called, else the file's own name.
    ///
    /// # Errors
    /// Where the prefix cannot be one.
    pub fn new(
        name: Option<&str>,
        prefix: Option<&str>,
        profile: &Profile,
        file: &str,
        is_one_series: bool,
    ) -> Result<Self, NoPrefix> {
        let name = match name.map(str::trim).filter(|name| !name.is_empty()) {
            Some(name) => name.to_lowercase(),
            None if profile.name == Profile::plain().name => by_file(file).unwrap_or_else(|| profile.name.clone()),
            None => profile.name.clone(),
        };
        let prefix = prefix.map(prefix_of).transpose()?;
        let is_usual = name == profile.name;
        let series = profile.prefix.clone().filter(|_| is_usual).unwrap_or_else(|| series_of(&name));
        Ok(Self { name, series, prefix, is_one_series })
    }

    /// The key here of the ticket that has this one there; `None` where it has no number.
    ///
    /// A key of the usual form stays. Numbers alone get a prefix of their source's own. In all others, such as
    /// `INC0010001`, `owner/repo#12` and `SR-2024-0001`, the digits at the end are the number.
    pub fn key(&self, there: &str) -> Option<Key> {
        let there = there.trim();
        let start = there.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let (before, number) = there.split_at(start);
        if number.is_empty() {
            return None;
        }
        let own = folded(before.strip_suffix('-').unwrap_or(before));
        let prefix = match (&self.prefix, own.is_empty()) {
            (Some(prefix), true) => prefix.clone(),
            (None, true) => self.series.clone(),
            (Some(prefix), false) if self.is_one_series => prefix.clone(),
            (Some(prefix), false) => format!("{prefix}_{own}"),
            (None, false) => own,
        };
        format!("{prefix}-{number}").parse().ok()
    }
}

fn prefix_of(text: &str) -> Result<String, NoPrefix> {
    let prefix = text.trim().trim_end_matches('-').to_ascii_uppercase();
    if format!("{prefix}-1").parse::<Key>().is_err() {
        return Err(NoPrefix::Form(text.to_owned()));
    }
    if [Key::CSD, Key::CUS].contains(&prefix.as_str()) {
        return Err(NoPrefix::Ours(prefix));
    }
    Ok(prefix)
}

/// A prefix of the letters and digits of a name, which begins with a letter and is none of ours.
fn series_of(name: &str) -> String {
    let folded = folded(name);
    let begins = folded.starts_with(|c: char| c.is_ascii_uppercase());
    match folded.as_str() {
        "" => "EXT".to_owned(),
        Key::CSD | Key::CUS => format!("{folded}_EXT"),
        _ if begins => folded,
        _ => format!("X{folded}"),
    }
}

/// The letters and digits of a text, with an underscore for whatever stands between them.
fn folded(text: &str) -> String {
    let upper = text.to_ascii_uppercase();
    let parts: Vec<&str> = upper.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    parts.join("_")
}

/// A name by that of a file, without dates and numbers, so that the next export of the same is of the same source.
fn by_file(file: &str) -> Option<String> {
    let name = std::path::Path::new(file).file_stem()?.to_str()?.to_lowercase();
    let parts = name.split(|c: char| !c.is_alphabetic()).filter(|part| !part.is_empty());
    let name = parts.collect::<Vec<_>>().join("-");
    Some(name).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: Option<&str>, prefix: Option<&str>, file: &str) -> Source {
        Source::new(name, prefix, Profile::plain(), file, false).unwrap()
    }

    fn key(source: &Source, there: &str) -> String {
        source.key(there).map_or_else(|| "none".to_owned(), |key| key.to_string())
    }

    #[test]
    fn a_source_is_what_somebody_calls_it_or_its_file() {
        for (name, file, expected) in [
            (Some(" Zendesk "), "z.csv", "zendesk"),
            (None, "/tmp/z.csv", "z"),
            (None, "tickets-2024-05-01 (2).csv", "tickets"),
            (None, "-", "csv"),
            (None, "2024.csv", "csv"),
        ] {
            assert_eq!(source(name, None, file).name, expected, "{file}");
        }
        let jira = Source::new(None, None, Profile::jira_json(), "a.json", false).unwrap();
        assert_eq!(jira.name, "jira");
    }

    #[test]
    fn a_key_stays_as_far_as_it_is_one_and_numbers_get_a_prefix_of_their_own() {
        let plain = source(None, None, "desk-2.csv");
        for (there, here) in [
            ("SUP-1", "SUP-1"),
            (" hama-895 ", "HAMA-895"),
            ("4711", "DESK-4711"),
            ("#12", "DESK-12"),
            ("INC0010001", "INC-0010001"),
            ("owner/repo#12", "OWNER_REPO-12"),
            ("SR-2024-0001", "SR_2024-0001"),
            ("P0-T5052", "P0_T-5052"),
            ("no key", "none"),
            ("7a", "none"),
            ("123-4", "none"),
        ] {
            assert_eq!(key(&plain, there), here, "{there}");
        }
    }

    #[test]
    fn a_given_prefix_stands_for_the_one_there_or_before_several() {
        let zendesk = source(Some("zendesk"), Some("zd"), "z.csv");
        assert_eq!((key(&zendesk, "1"), key(&zendesk, "SUP-1")), ("ZD-1".to_owned(), "ZD_SUP-1".to_owned()));
        let one = Source { is_one_series: true, ..zendesk };
        assert_eq!((key(&one, "SUP-1"), key(&one, "INC0001")), ("ZD-1".to_owned(), "ZD-0001".to_owned()));
    }

    #[test]
    fn numbers_of_ours_are_never_given_to_others() {
        let wrong = |prefix| Source::new(None, Some(prefix), Profile::plain(), "x.csv", false).unwrap_err().to_string();
        assert!(wrong("CSD").contains("given by cus itself") && wrong("cus").contains("given by cus itself"));
        assert!(wrong("1X").contains("is no prefix") && wrong("").contains("is no prefix"));
        assert_eq!(key(&source(Some("cus"), None, ""), "7"), "CUS_EXT-7");
        assert_eq!(key(&source(Some("123"), None, ""), "7"), "X123-7");
    }
}
