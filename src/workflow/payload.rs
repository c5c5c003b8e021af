//! How facts are stored: a structured part as JSON, and free texts by their names.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::workflow::upcast::UpcastError;

/// A free text of a fact with its name: that of its field, and for an entry of a map also the entry's, behind a dot.
pub type NamedText<'a> = (Cow<'a, str>, &'a str);

/// Why a stored fact cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The type is unknown.
    #[error("an event of the unknown type `{0}` was made by a newer cus")]
    UnknownType(String),
    /// The structured part has a version that is unknown.
    #[error(transparent)]
    Upcast(#[from] UpcastError),
    /// The structured part is not what the type holds.
    #[error("{0}")]
    Data(#[from] serde_json::Error),
    /// A text is none of the type's.
    #[error("a fact of this type has no text `{0}`")]
    UnknownText(String),
}

impl DecodeError {
    /// Whether a newer program can read it.
    pub fn is_newer(&self) -> bool {
        matches!(self, Self::UnknownType(_) | Self::Upcast(UpcastError::Newer { .. }))
    }
}

/// A field that holds free text.
pub(crate) trait TextField {
    /// Hands on each text of the field `name`. An empty text is none.
    fn each<'a>(&'a self, name: &'static str, take: &mut dyn FnMut(NamedText<'a>));

    /// Puts a text into the field; `entry` is what follows its name behind a dot. Returns whether there is such a place.
    fn put(&mut self, entry: Option<&str>, text: String) -> bool;
}

impl TextField for String {
    fn each<'a>(&'a self, name: &'static str, take: &mut dyn FnMut(NamedText<'a>)) {
        if !self.is_empty() {
            take((name.into(), self));
        }
    }

    fn put(&mut self, entry: Option<&str>, text: String) -> bool {
        *self = text;
        entry.is_none()
    }
}

impl TextField for Option<String> {
    fn each<'a>(&'a self, name: &'static str, take: &mut dyn FnMut(NamedText<'a>)) {
        if let Some(text) = self {
            take((name.into(), text));
        }
    }

    fn put(&mut self, entry: Option<&str>, text: String) -> bool {
        *self = Some(text);
        entry.is_none()
    }
}

impl TextField for BTreeMap<String, String> {
    fn each<'a>(&'a self, name: &'static str, take: &mut dyn FnMut(NamedText<'a>)) {
        for (entry, text) in self {
            take((format!("{name}.{entry}").into(), text));
        }
    }

    fn put(&mut self, entry: Option<&str>, text: String) -> bool {
        entry.is_some_and(|entry| self.insert(entry.to_owned(), text).is_none())
    }
}

/// Declares types of facts, each with its name, its structured part and its free texts, and how they are stored.
macro_rules! facts {
    ($($(#[$doc:meta])* $fact:ident = $name:literal {
        $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
    } texts $texts:ident { $($(#[$text_doc:meta])* $text:ident: $text_type:ty,)* })+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
            #[serde(deny_unknown_fields)]
            pub struct $fact {
                $($(#[$field_doc])* pub $field: $type,)*
                /// Its free texts.
                #[serde(skip)]
                pub texts: $texts,
            }

            #[doc = concat!("The free texts of [`", stringify!($fact), "`].")]
            #[derive(Debug, Clone, Default, PartialEq)]
            pub struct $texts {
                $($(#[$text_doc])* pub $text: $text_type,)*
            }

            impl $texts {
                #[allow(unused_variables, reason = "some facts have no text")]
                fn each<'a>(&'a self, take: &mut dyn FnMut($crate::workflow::payload::NamedText<'a>)) {
                    $($crate::workflow::payload::TextField::each(&self.$text, stringify!($text), take);)*
                }

                #[allow(unused_variables, reason = "some facts have no text")]
                fn put(&mut self, field: &str, entry: Option<&str>, text: String) -> bool {
                    match field {
                        $(stringify!($text) => {
                            $crate::workflow::payload::TextField::put(&mut self.$text, entry, text)
                        })*
                        _ => false,
                    }
                }
            }

            impl From<$fact> for Fact {
                fn from(fact: $fact) -> Self {
                    Self::$fact(fact)
                }
            }
        )+

        /// Something that happened to a ticket.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Fact {
            $($(#[$doc])* $fact($fact),)+
        }

        impl Fact {
            /// The names of all types of facts, as stored and as printed.
            pub const TYPES: &'static [&'static str] = &[$($name,)+];

            /// The names of the text fields of each type, in the order of [`TYPES`](Self::TYPES).
            pub const TEXTS: &'static [&'static [&'static str]] = &[$(&[$(stringify!($text),)*],)+];

            /// Returns the name of this type of fact, as stored and as printed.
            pub fn type_name(&self) -> &'static str {
                match self { $(Self::$fact(_) => $name,)+ }
            }

            /// Returns the structured part as JSON.
            ///
            /// # Errors
            /// Fails only as `serde_json` does.
            pub fn data(&self) -> serde_json::Result<String> {
                match self { $(Self::$fact(fact) => serde_json::to_string(fact),)+ }
            }

            /// Returns the free texts, in the order in which the type declares them.
            pub fn texts(&self) -> Vec<$crate::workflow::payload::NamedText<'_>> {
                let mut texts = Vec::new();
                match self { $(Self::$fact(fact) => fact.texts.each(&mut |text| texts.push(text)),)+ }
                texts
            }

            /// Builds the fact of this type from its parts; the structured part can have any version that was ever
            /// written.
            ///
            /// # Errors
            /// Fails if the type or the version is unknown, or a part does not fit the type.
            pub fn decode<'a>(
                type_name: &str,
                version: i64,
                data: &str,
                texts: impl IntoIterator<Item = (std::borrow::Cow<'a, str>, std::borrow::Cow<'a, str>)>,
            ) -> Result<Self, $crate::workflow::payload::DecodeError> {
                use $crate::workflow::payload::DecodeError;
                match type_name {
                    $($name => {
                        let data = $crate::workflow::upcast::upcast(type_name, version, data)?;
                        let mut fact: $fact = serde_json::from_str(&data)?;
                        for (name, text) in texts {
                            let (field, entry) = match name.split_once('.') {
                                Some((field, entry)) => (field, Some(entry)),
                                None => (&*name, None),
                            };
                            if !fact.texts.put(field, entry, text.into_owned()) {
                                return Err(DecodeError::UnknownText(name.into_owned()));
                            }
                        }
                        Ok(Self::$fact(fact))
                    })+
                    _ => Err(DecodeError::UnknownType(type_name.to_owned())),
                }
            }
        }
    };
}
pub(crate) use facts;
