//! Keys of tickets.

use std::fmt;
use std::str::FromStr;

use smol_str::{SmolStr, StrExt, format_smolstr};

/// A ticket's key, such as `CSD-4821` or `CUS-7`: `[A-Z][A-Z0-9_]*-[0-9]+`, upper case whatever was typed (R2).
///
/// A key is never used twice. The desk's own key can replace one that `cus` gave or that was mistyped; the
/// replaced one stays an alias.
///
/// Keys are cloned all the time, and most are short enough to be stored inline.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(SmolStr);

/// A text that is not a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a key: a key is a prefix, a hyphen and a number, such as CSD-4821")]
pub struct NotAKey(String);

impl Key {
    /// The prefix of CSD keys that `cus` gives.
    pub const CSD: &'static str = "CSD";
    /// The prefix of CUS keys, which `cus` alone gives (R2).
    pub const CUS: &'static str = "CUS";

    /// Returns the key with this prefix and number.
    pub(crate) fn numbered(prefix: &str, number: u64) -> Self {
        Self(format_smolstr!("{prefix}-{number}"))
    }

    /// Returns the text as the key of another tracker, such as `INC0010001`, `#12` or `owner/repo#12`: it finds an imported
    /// ticket, and none is ever recorded under it.
    pub fn elsewhere(text: &str) -> Option<Self> {
        let text = text.trim();
        let begins = text.starts_with(|c: char| c.is_alphabetic() || c == '#');
        let is_one = begins && text.ends_with(|c: char| c.is_ascii_digit());
        let is_plain = text.len() <= 200 && text.chars().all(|c| c.is_alphanumeric() || "-_./#:".contains(c));
        (is_one && is_plain && text.parse::<Self>().is_err()).then(|| Self(text.to_uppercase().into()))
    }

    /// Whether it is a key as no ticket here has one.
    pub(crate) fn is_elsewhere(&self) -> bool {
        self.0.parse::<Self>().is_err()
    }

    /// Whether it is the key of a CUS ticket.
    pub fn is_cus(&self) -> bool {
        self.0.strip_prefix(Self::CUS).is_some_and(|rest| rest.starts_with('-'))
    }

    /// Returns its number, unless that is too large.
    pub(crate) fn number(&self) -> Option<u64> {
        self.0.split_once('-').and_then(|(_, number)| number.parse().ok())
    }

    /// Returns the key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Key {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let key = text.trim().to_ascii_uppercase_smolstr();
        let well_formed = key.split_once('-').is_some_and(|(prefix, number)| {
            prefix.starts_with(|c: char| c.is_ascii_uppercase())
                && prefix.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
                && !number.is_empty()
                && number.bytes().all(|b| b.is_ascii_digit())
        });
        if well_formed { Ok(Self(key)) } else { Err(NotAKey(text.to_owned())) }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl serde::Serialize for Key {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Key {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_whatever_their_case_and_refused_when_malformed() {
        assert_eq!("csd-12".parse::<Key>().unwrap().as_str(), "CSD-12");
        assert_eq!(" A_1-007 ".parse::<Key>().unwrap().as_str(), "A_1-007");
        for bad in ["", "CSD", "CSD-", "-1", "1A-2", "CSD-1x", "CSD-1-2", "CS D-1", "É-1", "CSD-１"] {
            assert!(bad.parse::<Key>().is_err(), "{bad}");
        }
        assert!("cus-1".parse::<Key>().unwrap().is_cus());
        assert!(!"CUSTOM-1".parse::<Key>().unwrap().is_cus());
    }
}
