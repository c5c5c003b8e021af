//! The configuration file.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use etcetera::BaseStrategy;
use etcetera::base_strategy::Xdg;
use serde::Deserialize;

use super::error::UsageError;
use super::global::path_env;
use super::input::small_file;
use crate::app::{DeliverySettings, SmtpSettings};
use crate::workflow::vocabulary::Role;

/// The configuration file. An unknown key is an error that names it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Config {
    pub(super) user: User,
    pub(super) notify: DeliverySettings,
    pub(super) smtp: Option<SmtpSettings>,
    /// Filters of the user's own: the flags of `cus list` for which each name stands.
    pub(super) filters: BTreeMap<String, String>,
    pub(super) limits: Limits,
    /// The file that was read, or would have been.
    #[serde(skip)]
    pub(super) path: PathBuf,
}

/// The sizes that are taken in.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Limits {
    /// Of a file that is attached, in MiB.
    pub(super) attachment: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { attachment: 256 }
    }
}

/// The actor, if neither flags nor the environment name one.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct User {
    pub(super) name: Option<String>,
    #[serde(deserialize_with = "one_or_more_roles")]
    pub(super) role: Vec<Role>,
}

impl Config {
    /// The place of the file.
    pub(super) fn place() -> anyhow::Result<PathBuf> {
        match path_env("CUS_CONFIG") {
            Some(path) => Ok(path.into()),
            None => Ok(base()?.config_dir().join("cus").join("config.toml")),
        }
    }

    /// Reads the file, where there is one. A file that `CUS_CONFIG` names must be there.
    pub(super) fn read() -> anyhow::Result<Self> {
        let named = path_env("CUS_CONFIG");
        let path = Self::place()?;
        match small_file::read(&path) {
            Ok(text) => Ok(Self::parse(&text, path)?),
            Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
                Ok(Self { path, ..Self::default() })
            }
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    /// Reads the text of the file at that path.
    pub(super) fn parse(text: &str, path: PathBuf) -> Result<Self, UsageError> {
        let config: Self = toml::from_str(text).map_err(|error| misread(&path, text, error.span(), error.message()))?;
        Ok(Self { path, ..config })
    }
}

/// The error for a text that is no configuration. The line itself is not shown: it may hold a secret.
pub(super) fn misread(path: &Path, text: &str, span: Option<Range<usize>>, why: &str) -> UsageError {
    let before = span.and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    UsageError::new(format!("{}, line {line}: {}", path.display(), why.trim()))
}

/// The place of the database, if nothing else names one.
pub(super) fn default_database() -> anyhow::Result<PathBuf> {
    Ok(base()?.data_dir().join("cus").join("cus.db"))
}

fn base() -> anyhow::Result<Xdg> {
    Xdg::new().context("the home directory is not known")
}

fn one_or_more_roles<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Role>, D::Error> {
    #[derive(Deserialize)]
    #[serde(
        untagged,
        expecting = "a role or a list of roles: support, client-services, engineering, product, marketing"
    )]
    enum OneOrMore {
        One(Role),
        More(Vec<Role>),
    }
    Ok(match OneOrMore::deserialize(deserializer)? {
        OneOrMore::One(role) => vec![role],
        OneOrMore::More(roles) => roles,
    })
}
