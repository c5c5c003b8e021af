//! A line of a batch: a JSON object whose fields are read once, and then by whom they are for.

use std::borrow::Cow;
use std::cell::RefCell;

use serde::de::value::MapDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::cli::error::UsageError;

/// The fields of a JSON object, in their order.
#[derive(Debug, Default)]
pub(in crate::cli) struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Fields<'a> {
    /// Reads a line.
    pub(in crate::cli) fn of(line: &'a [u8]) -> Result<Self, UsageError> {
        // It is one line, whose number stands beside the message.
        let wrong = |error: serde_json::Error| error.to_string().replace("at line 1 column", "at column");
        serde_json::from_slice(line).map_err(|error| UsageError::new(wrong(error)))
    }

    /// Takes the fields of these names out.
    pub(in crate::cli) fn take(&mut self, names: &[&str]) -> Self {
        let (taken, left) =
            std::mem::take(&mut self.0).into_iter().partition(|(name, _)| names.contains(&name.as_ref()));
        self.0 = left;
        Self(taken)
    }

    /// Reads all that is left. What is wrong is said with the field in which it is.
    pub(in crate::cli) fn read<T: DeserializeOwned>(self) -> Result<T, UsageError> {
        let last = RefCell::new(Cow::Borrowed(""));
        let fields = self.0.into_iter().inspect(|(name, _)| {
            last.replace(name.clone());
        });
        T::deserialize(MapDeserializer::new(fields)).map_err(|error: serde_json::Error| {
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            let name = last.take();
            UsageError::new(if message.contains(&format!("`{name}`")) {
                message.to_owned()
            } else {
                format!("`{name}`: {message}")
            })
        })
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Fields(fields))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::Fields;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Read {
        a: Option<u8>,
        b: bool,
    }

    fn read(line: &str) -> Result<Read, String> {
        let mut fields = Fields::of(line.as_bytes()).map_err(|error| error.to_string())?;
        let _ = fields.take(&["do", "as"]);
        fields.read().map_err(|error| error.to_string())
    }

    #[test]
    fn what_was_taken_out_is_not_read_and_everything_else_is() {
        assert_eq!(read(r#"{"do":{"x":[1]},"a":1,"as":null,"b":true}"#), Ok(Read { a: Some(1), b: true }));
        assert!(read(r#"{"do":1,"c":2}"#).unwrap_err().starts_with("unknown field `c`"));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_field_or_its_column() {
        assert_eq!(read(r#"{"a":"x"}"#).unwrap_err(), "`a`: invalid type: string \"x\", expected u8");
        assert!(read("[1]").unwrap_err().starts_with("invalid type: sequence, expected a JSON object"));
        assert!(read(r#"{"a":1"#).unwrap_err().ends_with("at column 6"));
    }
}
