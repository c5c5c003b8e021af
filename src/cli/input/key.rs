//! Keys as arguments: `-` reads them from standard input.

use std::str::FromStr;

use serde::Deserialize;

use crate::core::key::{Key, NotAKey};

/// A key, or `-` for the keys on standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum KeyArg {
    Key(Key),
    Stdin,
}

impl FromStr for KeyArg {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        if text == "-" { Ok(Self::Stdin) } else { text.parse().map(Self::Key) }
    }
}

/// In JSON a key is a key; only the command line has a standard input to point to.
impl<'de> Deserialize<'de> for KeyArg {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Key::deserialize(deserializer).map(Self::Key)
    }
}
