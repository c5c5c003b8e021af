//! Keys as arguments: `-` reads them from standard input.

use std::io::BufRead;
use std::str::FromStr;

use anyhow::Context as _;
use serde::Deserialize;

use crate::cli::error::UsageError;
use crate::workflow::key::{Key, NotAKey};

/// A key, or `-` for the keys on standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum KeyArg {
    Key(Key),
    /// A number alone, which a person may type where one ticket fits.
    Number(u64),
    Stdin,
}

impl FromStr for KeyArg {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        match text.parse() {
            Ok(number) => Ok(Self::Number(number)),
            Err(_) if text == "-" => Ok(Self::Stdin),
            Err(_) => ticket_key(text).map(Self::Key),
        }
    }
}

/// In JSON a key is a key; only the command line has a standard input to point to.
impl<'de> Deserialize<'de> for KeyArg {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        ticket_key(&text).map(Self::Key).map_err(serde::de::Error::custom)
    }
}

/// The key that a text names, of a ticket here or, such as `INC0010001` or `#12`, in the tracker from which it was imported.
pub(in crate::cli) fn ticket_key(text: &str) -> Result<Key, NotAKey> {
    text.parse().or_else(|error| Key::elsewhere(text).ok_or(error))
}

/// The keys, with those on standard input in the place of `-`.
pub(in crate::cli) fn read_keys(keys: &[KeyArg], stdin_is_taken: &mut bool) -> anyhow::Result<Vec<KeyArg>> {
    let mut all = Vec::new();
    for key in keys {
        match key {
            KeyArg::Key(_) | KeyArg::Number(_) => all.push(key.clone()),
            KeyArg::Stdin => {
                if std::mem::replace(stdin_is_taken, true) {
                    return Err(UsageError::new("standard input can be asked for only once").into());
                }
                for line in std::io::stdin().lock().lines() {
                    let line = line.context("standard input")?;
                    if !line.trim().is_empty() {
                        all.push(KeyArg::Key(ticket_key(&line).map_err(|error| UsageError::new(format!("{error}")))?));
                    }
                }
            }
        }
    }
    Ok(all)
}

/// The first ticket that was named; commands are completed for one ticket each.
pub(in crate::cli) fn first(tickets: &[KeyArg]) -> Option<Key> {
    tickets.iter().find_map(|ticket| match ticket {
        KeyArg::Key(key) => Some(key.clone()),
        KeyArg::Number(_) | KeyArg::Stdin => None,
    })
}

/// All tickets that were named.
pub(in crate::cli) fn keys_of(tickets: &[KeyArg]) -> Vec<Key> {
    tickets
        .iter()
        .filter_map(|ticket| match ticket {
            KeyArg::Key(key) => Some(key.clone()),
            KeyArg::Number(_) | KeyArg::Stdin => None,
        })
        .collect()
}
