//! What people and scripts type: words of closed sets, times, long texts, keys.

mod date;
mod fields;
mod key;
mod nearest;
pub(super) mod small_file;
mod text;
mod time;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde::Deserialize;

pub(super) use date::DateArg;
pub(super) use fields::Fields;
pub(super) use key::{KeyArg, first, keys_of, read_keys, ticket_key};
pub(super) use nearest::{nearest, slip_of};
pub(super) use text::Text;
pub(super) use time::TimeArg;

use crate::workflow::vocabulary::Word;

/// Reads a word of a closed set from a flag.
pub(super) fn word<T: Word + Send + Sync>() -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(T::ALL.iter().map(|word| word.as_str()))
        .try_map(|text| T::from_word(&text).ok_or_else(|| format!("`{text}` is not one of the words")))
}

/// Reads one value or a list from JSON; null is none.
pub(super) fn one_or_many<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::de::DeserializeOwned,
{
    let values = match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::Null => Vec::new(),
        serde_json::Value::Array(values) => values,
        one @ (serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_)
        | serde_json::Value::Object(_)) => vec![one],
    };
    values.into_iter().map(|value| serde_json::from_value(value).map_err(serde::de::Error::custom)).collect()
}

/// Reads a flag from JSON: true, false, or null.
pub(super) fn flag<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Option::<bool>::deserialize(deserializer)?.unwrap_or_default())
}
