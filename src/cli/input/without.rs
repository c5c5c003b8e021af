//! A JSON object as if some of its keys were not there.

use std::borrow::Cow;

use serde::de::value::CowStrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, IntoDeserializer, MapAccess, Visitor};

/// What is read of an object without these keys.
pub(in crate::cli) struct Without<D> {
    pub(in crate::cli) keys: &'static [&'static str],
    pub(in crate::cli) of: D,
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Without<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.of.deserialize_map(WithoutVisitor { keys: self.keys, of: visitor })
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct WithoutVisitor<V> {
    keys: &'static [&'static str],
    of: V,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for WithoutVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.of.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.of.visit_map(WithoutMap { keys: self.keys, of: map })
    }
}

struct WithoutMap<A> {
    keys: &'static [&'static str],
    of: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for WithoutMap<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        while let Some(key) = self.of.next_key::<Cow<'de, str>>()? {
            if !self.keys.contains(&key.as_ref()) {
                let key: CowStrDeserializer<'de, A::Error> = key.into_deserializer();
                return seed.deserialize(key).map(Some);
            }
            self.of.next_value::<IgnoredAny>()?;
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.of.next_value_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::Without;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Read {
        a: Option<u8>,
    }

    fn read(text: &str) -> Result<Read, String> {
        let mut json = serde_json::Deserializer::from_str(text);
        Read::deserialize(Without { keys: &["do", "as"], of: &mut json }).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_left_out_is_not_seen_and_everything_else_is() {
        assert_eq!(read(r#"{"do":{"x":[1]},"a":1,"as":null}"#), Ok(Read { a: Some(1) }));
        assert!(read(r#"{"do":1,"b":2}"#).unwrap_err().contains("unknown field `b`"));
        assert!(read("[1]").unwrap_err().contains("invalid type: sequence"));
    }
}
