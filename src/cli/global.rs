//! The flags that every command has, and what the environment says in their place.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::input::{TimeArg, word};
use crate::workflow::vocabulary::{Role, Word, vocabulary};

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

/// The flags that every command has.
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
    /// When to use colour
    #[arg(long, value_name = "WHEN", global = true, value_parser = word::<ColorChoice>())]
    pub(super) color: Option<ColorChoice>,
    /// Fix the clock [env: CUS_NOW]
    #[arg(long, value_name = "TIME", global = true, hide = true, allow_hyphen_values = true)]
    pub(super) now: Option<TimeArg>,
}

/// The format that the flags or the environment ask for. An unknown word in the environment is told later.
pub(super) fn format_of(global: &Global) -> Format {
    if global.json {
        return Format::Json;
    }
    global.format.or_else(|| env("CUS_FORMAT").and_then(|word| Format::from_word(&word))).unwrap_or(Format::Table)
}

/// The database that a command line names, before all of it is understood.
pub(super) fn db_of(arguments: &[OsString]) -> Option<PathBuf> {
    let mut words = arguments.iter().skip(1);
    while let Some(word) = words.next() {
        if word == "--db" {
            return words.next().map(PathBuf::from);
        }
        if let Some(path) = word.to_str().and_then(|word| word.strip_prefix("--db=")) {
            return Some(path.into());
        }
    }
    None
}

/// The login name: what the login left in the environment, else what the system knows of its users, which takes several
/// files to find out.
pub(super) fn login_name() -> Option<String> {
    env("LOGNAME").or_else(|| whoami::username().ok())
}

/// A variable of the environment, where it is set and not empty.
pub(super) fn env(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
