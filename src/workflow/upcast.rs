//! Bringing a stored payload of any age to the newest version of its type.
//!
//! An event is stored once and read for ever. Where the structured part of a type changes in a way that an older one
//! cannot be read as, the change gets a row in `CHANGES`: the type, the version that it comes from, and how such a payload
//! becomes one of the next. Nothing else knows that there were older versions.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// From which version of which type, and how a payload of it becomes one of the next version.
type Change = (&'static str, i64, fn(&mut Map<String, Value>));

/// Every change of a payload, those of one type in their order.
const CHANGES: &[Change] = &[];

/// Why a payload cannot be brought to the newest version.
#[derive(Debug, thiserror::Error)]
pub enum UpcastError {
    /// The version is newer than this program.
    #[error("an event of the type `{type_name}` in version {version} was made by a newer cus")]
    Newer {
        /// The type.
        type_name: String,
        /// The version of the payload.
        version: i64,
    },
    /// The payload is no JSON object.
    #[error("{0}")]
    Data(#[from] serde_json::Error),
}

/// The version in which payloads of this type are written.
pub fn newest(type_name: &str) -> i64 {
    newest_of(CHANGES, type_name)
}

/// The payload as one of the newest version.
///
/// # Errors
/// Where the version is newer than the newest that is known, or an older payload is no JSON object.
pub fn upcast<'a>(type_name: &str, version: i64, data: &'a str) -> Result<Cow<'a, str>, UpcastError> {
    upcast_by(CHANGES, type_name, version, data)
}

fn newest_of(changes: &[Change], type_name: &str) -> i64 {
    1 + changes.iter().filter(|(of, ..)| *of == type_name).map(|(_, from, _)| *from).max().unwrap_or_default()
}

fn upcast_by<'a>(
    changes: &[Change],
    type_name: &str,
    version: i64,
    data: &'a str,
) -> Result<Cow<'a, str>, UpcastError> {
    let newest = newest_of(changes, type_name);
    if version == newest {
        return Ok(Cow::Borrowed(data));
    }
    if !(1..newest).contains(&version) {
        return Err(UpcastError::Newer { type_name: type_name.to_owned(), version });
    }
    let mut payload: Map<String, Value> = serde_json::from_str(data)?;
    for (_, _, change) in changes.iter().filter(|(of, from, _)| *of == type_name && *from >= version) {
        change(&mut payload);
    }
    Ok(Cow::Owned(Value::Object(payload).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two changes of one type, as they would stand in [`CHANGES`]: `version` was split off from `product`, and later
    /// became a list.
    const CHANGED: &[Change] = &[
        ("hold-set", 1, |payload| {
            let version =
                payload.remove("product").and_then(|product| Some(product.as_str()?.split_once(' ')?.1.into()));
            payload.insert("version".to_owned(), version.unwrap_or(Value::Null));
        }),
        ("hold-set", 2, |payload| {
            let version = payload.remove("version").unwrap_or_default();
            payload.insert("versions".to_owned(), Value::Array(vec![version]));
        }),
    ];

    #[test]
    fn each_version_becomes_the_newest() {
        let third = r#"{"versions":["8.1"]}"#;
        for (version, data) in [(1, r#"{"product":"Cargo 8.1"}"#), (2, r#"{"version":"8.1"}"#), (3, third)] {
            assert_eq!(upcast_by(CHANGED, "hold-set", version, data).unwrap(), third, "version {version}");
        }
        assert_eq!(newest_of(CHANGED, "hold-set"), 3);
        assert_eq!((newest_of(CHANGED, "shipped"), newest("hold-set")), (1, 1));
        assert!(upcast_by(CHANGED, "hold-set", 1, "[]").is_err());
    }

    #[test]
    fn a_version_that_is_unknown_is_a_newer_programs() {
        for version in [2, 99] {
            let error = upcast("shipped", version, r#"{"fix_version":"9.0"}"#).unwrap_err().to_string();
            assert!(error.ends_with(&format!("in version {version} was made by a newer cus")), "{error}");
        }
    }
}
