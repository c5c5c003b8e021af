//! Long texts: the text itself, `-` for standard input, or `@FILE`.

use std::convert::Infallible;
use std::fs::File;
use std::io::{Error, ErrorKind, Read};
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::Context as _;
use serde::Deserialize;

use crate::cli::error::UsageError;

/// The limit on a text's length: more than anybody writes or reads.
const LONGEST: u64 = 16 << 20;

/// A text as it was given on the command line or in a JSON line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Text {
    Itself(String),
    Stdin,
    File(PathBuf),
}

impl FromStr for Text {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text.strip_prefix('@') {
            Some(rest) if rest.starts_with('@') => Self::Itself(rest.to_owned()),
            Some(file) => Self::File(file.into()),
            None if text == "-" => Self::Stdin,
            None => Self::Itself(text.to_owned()),
        })
    }
}

/// In JSON a text is itself.
impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::Itself)
    }
}

impl Text {
    /// The text, once [`Text::fetch`] has been called; `None` where it is blank.
    pub(in crate::cli) fn get(&self) -> Option<String> {
        match self {
            Self::Itself(text) if !text.trim().is_empty() => Some(text.clone()),
            Self::Itself(_) | Self::Stdin | Self::File(_) => None,
        }
    }

    /// Reads the text from where it stands, so that it is itself afterwards. Standard input serves once.
    pub(in crate::cli) fn fetch(&mut self, stdin_is_taken: &mut bool) -> anyhow::Result<()> {
        let text = match self {
            Self::Itself(_) => return Ok(()),
            Self::Stdin => {
                if std::mem::replace(stdin_is_taken, true) {
                    return Err(UsageError::new("standard input can be asked for only once").into());
                }
                limited(std::io::stdin()).context("standard input")?
            }
            Self::File(path) => {
                File::open(&*path).and_then(limited).with_context(|| format!("cannot read {}", path.display()))?
            }
        };
        let text = text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
        *self = Self::Itself(text.to_owned());
        Ok(())
    }
}

/// Reads a text, which has an end.
fn limited(source: impl Read) -> std::io::Result<String> {
    let mut text = String::new();
    if source.take(LONGEST + 1).read_to_string(&mut text)? as u64 > LONGEST {
        let told = format!("it is longer than {} MiB: attach it as a file", LONGEST >> 20);
        return Err(Error::new(ErrorKind::FileTooLarge, told));
    }
    Ok(text)
}
