//! Drafts: what a person typed and nobody wrote yet, kept in a private file, and brought back by `--recover`.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};
use etcetera::BaseStrategy;
use etcetera::base_strategy::Xdg;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::cli::error::UsageError;
use crate::cli::{hint, stderr};
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::vocabulary::AnswerKind;

/// An input as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::cli) struct Typed {
    /// The long flag, or nothing for an argument without one.
    flag: Option<String>,
    /// Its values; none for a flag without one.
    values: Vec<String>,
}

/// The place of a draft: one file for each command and ticket of a database.
#[derive(Debug)]
pub(in crate::cli) struct Draft {
    path: PathBuf,
    command: &'static str,
    key: Option<Key>,
}

impl Draft {
    /// The draft of a command on a ticket.
    pub(in crate::cli) fn of(database: &Path, command: &'static str, key: Option<&Key>) -> anyhow::Result<Self> {
        let name = key.map_or_else(|| command.to_owned(), |key| format!("{command}-{key}"));
        let path = folder_of(database)?.join(name).with_extension("typed");
        Ok(Self { path, command, key: key.cloned() })
    }

    /// Keeps what was typed, and says how to bring it back. Why the step failed is said besides, so what goes wrong here is
    /// no error of its own.
    pub(in crate::cli) fn keep(&self, typed: &[Typed]) {
        let text = serde_json::to_string_pretty(typed).map_err(Into::into);
        self.report(text.and_then(|text| self.write(&text)));
    }

    /// Keeps a text as it was typed, and says how to bring it back.
    pub(in crate::cli) fn keep_text(&self, text: &str) {
        self.report(self.write(text));
    }

    /// The text that was kept.
    pub(in crate::cli) fn text(&self) -> anyhow::Result<String> {
        match std::fs::read_to_string(&self.path) {
            Ok(text) => Ok(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(UsageError::new(format!("nothing is kept for `cus {}`", self.command)).into())
            }
            Err(error) => Err(error).with_context(|| format!("cannot read {}", self.path.display())),
        }
    }

    /// Forgets what was kept: it is written now.
    pub(in crate::cli) fn forget(&self) {
        // If nothing was kept there is nothing to forget.
        let _ = std::fs::remove_file(&self.path);
    }

    /// Reads a command line with what was typed before beside it. What the command line says itself goes first.
    pub(in crate::cli) fn beside(&self, matches: &ArgMatches, command: Command) -> anyhow::Result<ArgMatches> {
        let typed: Vec<Typed> = serde_json::from_str(&self.text()?)
            .with_context(|| format!("{} is not what was kept there", self.path.display()))?;
        let words = words(&command, matches, typed);
        command
            .no_binary_name(true)
            .try_get_matches_from(words)
            .with_context(|| format!("what was typed does not fit any more; it is kept in {}", self.path.display()))
    }

    fn write(&self, text: &str) -> anyhow::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let mut file = tempfile::NamedTempFile::new_in(folder).context("a temporary file")?;
        file.write_all(text.as_bytes()).context("a temporary file")?;
        file.persist(&self.path).with_context(|| format!("cannot write {}", self.path.display()))?;
        Ok(())
    }

    fn report(&self, kept: anyhow::Result<()>) {
        match kept {
            Ok(()) => {
                stderr::line(&format!("what was typed is kept in {}", self.path.display()));
                let key = self.key.as_ref().map(|key| format!(" {key}")).unwrap_or_default();
                let recover = hint::command(&format!("{}{key} --recover", self.command));
                stderr::line(&format!("hint: {recover}"));
            }
            Err(error) => stderr::line(&format!("what was typed cannot be kept: {error:#}")),
        }
    }
}

/// The words of a command line, as clap understood them, with what was typed before.
fn words(command: &Command, matches: &ArgMatches, typed: Vec<Typed>) -> Vec<OsString> {
    let is_given = |arg: &Arg| matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine);
    let given: Vec<&Arg> = command.get_arguments().filter(|arg| is_given(arg)).collect();
    let values = |arg: &Arg| matches.get_raw(arg.get_id().as_str()).into_iter().flatten().map(OsString::from).collect();
    let (mut flags, mut positionals) = (Vec::new(), Vec::new());
    for arg in &given {
        let values: Vec<OsString> = values(arg);
        match arg.get_long() {
            Some(long) if arg.get_action().takes_values() => {
                flags.extend(values.iter().map(|value| attached(&format!("--{long}"), value)));
            }
            Some(long) => flags.push(format!("--{long}").into()),
            None => positionals.extend(values),
        }
    }
    for Typed { flag, values } in typed {
        let Some(flag) = flag else {
            positionals.extend(values.into_iter().map(OsString::from));
            continue;
        };
        if given.iter().any(|arg| arg.get_long().is_some_and(|long| flag == format!("--{long}"))) {
            continue;
        }
        if values.is_empty() {
            flags.push(flag.clone().into());
        }
        flags.extend(values.iter().map(|value| attached(&flag, itself(value).as_ref())));
    }
    flags.push("--".into());
    flags.extend(positionals);
    flags
}

/// A flag and its value as one word.
fn attached(flag: &str, value: &std::ffi::OsStr) -> OsString {
    let mut word = OsString::from(format!("{flag}="));
    word.push(value);
    word
}

/// Removes the drafts of a database that have that text, and returns where they were.
pub(in crate::cli) fn forget_with(text: &str, database: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let folder = folder_of(database)?;
    let as_json = serde_json::to_string(text)?;
    let as_json = as_json.get(1..as_json.len() - 1).unwrap_or(text);
    let mut removed = Vec::new();
    let Ok(files) = std::fs::read_dir(folder) else { return Ok(removed) };
    for file in files.filter_map(Result::ok) {
        let path = file.path();
        let has_text = std::fs::read_to_string(&path).is_ok_and(|kept| kept.contains(text) || kept.contains(as_json));
        if has_text {
            std::fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
            removed.push(path);
        }
    }
    Ok(removed)
}

/// The folder of a database's drafts: the same key is another ticket in another database.
fn folder_of(database: &Path) -> anyhow::Result<PathBuf> {
    let xdg = Xdg::new().context("the home directory is not known")?;
    let database = std::path::absolute(database).context("the working directory is not known")?;
    let digest = Sha256::digest(database.as_os_str().as_encoded_bytes());
    let name: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    Ok(xdg.state_dir().unwrap_or_else(|| xdg.data_dir()).join("cus").join(name))
}

/// A value that is neither taken for a file nor for standard input.
fn itself(value: &str) -> String {
    if value.starts_with('@') { format!("@{value}") } else { value.to_owned() }
}

/// The answers of a form, as the flags that say the same.
#[expect(clippy::wildcard_enum_match_arm, reason = "every other field is a flag with one value")]
pub(in crate::cli) fn typed(said: &[(Field, String)], files: &[PathBuf]) -> Vec<Typed> {
    let mut all = Vec::new();
    for (field, value) in said {
        let (flag, values) = match field {
            Field::Attach | Field::File | Field::HoldVersion => continue,
            Field::Resolved if value == &AnswerKind::Resolved.to_string() => (Some(field.long()), Vec::new()),
            Field::Resolved => continue,
            Field::Text => (None, vec![value.clone()]),
            Field::Trigger | Field::Missing => (Some(field.long()), value.split(", ").map(str::to_owned).collect()),
            other => (Some(other.long()), vec![value.clone()]),
        };
        all.push(Typed { flag, values });
    }
    if !files.is_empty() {
        let values = files.iter().map(|file| file.display().to_string()).collect();
        all.push(Typed { flag: Some(Field::Attach.long()), values });
    }
    all
}

#[cfg(test)]
mod tests {
    use clap::ArgAction;

    use super::*;

    fn command() -> Command {
        let flag = |name: &'static str| Arg::new(name).long(name);
        Command::new("escalate")
            .args([flag("priority"), flag("steps"), flag("attach")])
            .args([flag("trigger").action(ArgAction::Append), flag("resolved").action(ArgAction::SetTrue)])
            .args([Arg::new("csd"), Arg::new("text")])
    }

    fn draft(folder: &Path) -> Draft {
        Draft { path: folder.join("x"), command: "escalate", key: None }
    }

    #[test]
    fn what_was_typed_stands_beside_what_is_given() {
        let said = [
            (Field::Priority, "high".to_owned()),
            (Field::Steps, "@home\ntwice".to_owned()),
            (Field::Trigger, "after-upgrade, financial".to_owned()),
            (Field::Resolved, "resolved".to_owned()),
        ];
        let folder = tempfile::tempdir().unwrap();
        let draft = draft(folder.path());
        draft.keep(&typed(&said, &["a b.png".into()]));
        let given = command().get_matches_from(["escalate", "--priority=low", "--", "CSD-1", "--recover"]);
        let all = draft.beside(&given, command()).unwrap();
        let values = |name: &str| all.get_many::<String>(name).unwrap().map(String::as_str).collect::<Vec<_>>();
        assert_eq!(values("priority"), ["low"]);
        assert_eq!(values("steps"), ["@@home\ntwice"]);
        assert_eq!(values("trigger"), ["after-upgrade", "financial"]);
        assert_eq!(values("attach"), ["a b.png"]);
        assert_eq!((values("csd"), values("text")), (vec!["CSD-1"], vec!["--recover"]));
        assert!(all.get_flag("resolved"));
        draft.forget();
        assert!(draft.beside(&given, command()).is_err());
    }

    #[test]
    fn a_draft_is_of_a_command_and_its_ticket() {
        let name = |key: Option<&Key>| {
            let draft = Draft::of(Path::new("x"), "escalate", key).unwrap();
            draft.path.file_name().unwrap().to_owned()
        };
        assert_eq!(name(Some(&"csd-7".parse().unwrap())), "escalate-CSD-7.typed");
        assert_eq!(name(None), "escalate.typed");
        assert_ne!(folder_of(Path::new("x")).unwrap(), folder_of(Path::new("y")).unwrap());
    }
}
