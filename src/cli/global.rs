//! The flags that every command has, and what the environment says in their place.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Command};

use super::error::UsageError;
use super::input::{TimeArg, word};
use crate::workflow::vocabulary::{Role, Word, vocabulary};

/// The variables of the environment that hold text; the others are paths, which may have any bytes.
const TEXTS: [&str; 4] = ["CUS_FORMAT", "CUS_NOW", "CUS_ROLE", "CUS_USER"];

vocabulary! {
    /// How results are printed.
    pub(super) Format {
        /// For a person.
        Table = "table",
        /// One JSON document.
        Json = "json",
        /// One JSON object a line.
        Jsonl = "jsonl",
        /// Comma-separated values with a header.
        Csv = "csv",
        /// One key a line.
        Keys = "keys",
    }

    /// When colour is used.
    pub(super) ColorChoice {
        /// Where a terminal shows it and nothing forbids it.
        Auto = "auto",
        /// Even into a pipe.
        Always = "always",
        /// Nowhere.
        Never = "never",
    }
}

// The flags that every command has. (A doc comment here would stand in the place of the command's own help.)
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub(super) struct Global {
    /// Database file [env: CUS_DB] [default: $XDG_DATA_HOME/cus/cus.db]
    #[arg(long, value_name = "PATH", global = true)]
    pub(super) db: Option<PathBuf>,
    /// Who acts [env: CUS_USER]
    #[arg(long = "as", value_name = "NAME", global = true)]
    pub(super) actor: Option<String>,
    /// In which role (can be repeated) [env: CUS_ROLE]
    #[arg(long, value_name = "ROLE", global = true, value_parser = word::<Role>(), value_delimiter = ',')]
    pub(super) role: Vec<Role>,
    /// How to print results [env: CUS_FORMAT]
    #[arg(long, value_name = "FORMAT", global = true, value_parser = word::<Format>())]
    pub(super) format: Option<Format>,
    /// Short for --format json
    #[arg(long, global = true, conflicts_with = "format")]
    pub(super) json: bool,
    /// Never prompt
    #[arg(long, global = true)]
    pub(super) no_input: bool,
    /// Write nothing but errors to standard error
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
    /// When to use colour
    #[arg(long, value_name = "WHEN", global = true, value_parser = word::<ColorChoice>())]
    pub(super) color: Option<ColorChoice>,
    /// Fix the clock [env: CUS_NOW]
    #[arg(long, value_name = "TIME", global = true, hide = true, allow_hyphen_values = true)]
    pub(super) now: Option<TimeArg>,
}

impl Global {
    /// Adds them to a command.
    pub(super) fn augment(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// The format that the flags or the environment ask for. An unknown word in the environment is an error later.
pub(super) fn format_of(global: &Global) -> Format {
    if global.json {
        return Format::Json;
    }
    global.format.or_else(|| env("CUS_FORMAT").and_then(|word| Format::from_word(&word))).unwrap_or(Format::Table)
}

/// The login name: what the login left in the environment, else what the system knows of its users, which takes several
/// files to find out.
pub(super) fn login_name() -> Option<String> {
    env("LOGNAME").or_else(|| whoami::username().ok())
}

/// A variable of the environment, where it is set and not empty. One that is no text is replaced where it does no harm:
/// those that decide something are [checked](check_environment) first.
pub(super) fn env(name: &str) -> Option<String> {
    path_env(name).map(|value| value.to_string_lossy().into_owned())
}

/// A path of the environment, whatever its bytes, where it is set and not empty.
pub(super) fn path_env(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Refuses a variable that is set and cannot be used: it must not count as not set.
pub(super) fn check_environment() -> Result<(), UsageError> {
    let is_text = |name: &str| std::env::var_os(name).is_none_or(|value| value.to_str().is_some());
    match TEXTS.iter().find(|name| !is_text(name)) {
        Some(name) => Err(UsageError::new(format!("{name} is set to bytes that are no UTF-8 text"))),
        None => Ok(()),
    }
}
