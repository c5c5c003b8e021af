//! What a person typed and nobody wrote down: kept in a private file, and brought back by `--recover`.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use etcetera::BaseStrategy;
use etcetera::base_strategy::Xdg;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::UsageError;
use super::hint;
use super::outcome::tell_beside;
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::vocabulary::AnswerKind;

/// The flag that brings it back.
pub(super) const FLAG: &str = "--recover";

/// An input as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Typed {
    /// The long flag, or nothing for an argument without one.
    flag: Option<String>,
    /// Its values; none for a flag without one.
    values: Vec<String>,
}

/// Where it is kept: one file for each command and ticket of a database.
pub(super) struct Place {
    path: PathBuf,
    command: String,
    key: Option<Key>,
}

impl Place {
    /// The place of the command line that is being run, where it is one that asks.
    pub(super) fn of(arguments: &[OsString], commands: &[&str], database: &Path) -> anyhow::Result<Option<Self>> {
        let words: Vec<&str> = arguments.iter().skip(1).filter_map(|word| word.to_str()).collect();
        let Some(at) = words.iter().position(|word| commands.contains(word)) else { return Ok(None) };
        let (command, rest) = (words.get(at).copied().unwrap_or_default(), words.get(at + 1..).unwrap_or_default());
        let key: Option<Key> = rest.iter().find_map(|word| word.parse().ok());
        let folder = folder_of(database)?;
        let name = key.as_ref().map_or_else(|| command.to_owned(), |key| format!("{command}-{key}"));
        Ok(Some(Self { path: folder.join(name).with_extension("typed"), command: command.to_owned(), key }))
    }

    /// Keeps what was typed, and tells how to bring it back. Why the step failed is told besides, so what goes wrong
    /// here is no error of its own.
    pub(super) fn keep(&self, typed: &[Typed]) {
        self.told(serde_json::to_string_pretty(typed).map_err(Into::into).and_then(|text| self.write(&text)));
    }

    /// Keeps a text as it was typed, and tells how to bring it back.
    pub(super) fn keep_text(&self, text: &str) {
        self.told(self.write(text));
    }

    fn told(&self, kept: anyhow::Result<()>) {
        match kept {
            Ok(()) => {
                tell_beside(&format!("what was typed is kept in {}", self.path.display()));
                let key = self.key.as_ref().map(|key| format!(" {key}")).unwrap_or_default();
                tell_beside(&format!("hint: {}", hint::command(&format!("{}{key} {FLAG}", self.command))));
            }
            Err(error) => tell_beside(&format!("what was typed cannot be kept: {error:#}")),
        }
    }

    fn write(&self, text: &str) -> anyhow::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let mut file = tempfile::NamedTempFile::new_in(folder).context("a temporary file")?;
        file.write_all(text.as_bytes()).context("a temporary file")?;
        file.persist(&self.path).with_context(|| format!("cannot write {}", self.path.display()))?;
        Ok(())
    }

    /// The text that was kept.
    pub(super) fn text(&self) -> anyhow::Result<String> {
        match std::fs::read_to_string(&self.path) {
            Ok(text) => Ok(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(UsageError::new(format!("nothing is kept for `cus {}`", self.command)).into())
            }
            Err(error) => Err(error).with_context(|| format!("cannot read {}", self.path.display())),
        }
    }

    /// Forgets what was kept: it is written now.
    pub(super) fn forget(&self) {
        // Where nothing was kept there is nothing to forget.
        let _ = std::fs::remove_file(&self.path);
    }

    /// The command line with what was typed in the place of `--recover`. What the command line says itself goes first.
    pub(super) fn restored(&self, arguments: &[OsString]) -> anyhow::Result<Vec<OsString>> {
        let kept: Vec<Typed> = serde_json::from_str(&self.text()?)
            .with_context(|| format!("{} is not what was kept there", self.path.display()))?;
        let mut restored: Vec<OsString> = arguments.to_vec();
        for Typed { flag, values } in kept {
            let Some(flag) = flag else {
                restored.extend(values.into_iter().map(OsString::from));
                continue;
            };
            let is_given = arguments
                .iter()
                .filter_map(|word| word.to_str())
                .any(|word| word == flag || word.strip_prefix(&flag).is_some_and(|rest| rest.starts_with('=')));
            if is_given {
                continue;
            }
            if values.is_empty() {
                restored.push(flag.clone().into());
            }
            restored.extend(values.into_iter().map(|value| format!("{flag}={}", itself(&value)).into()));
        }
        Ok(restored)
    }
}

/// Removes what is kept of a database and has that text, and returns where it was.
pub(super) fn forget_with(text: &str, database: &Path) -> anyhow::Result<Vec<PathBuf>> {
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

/// Where what was typed for a database is kept: the same key is another ticket in another one.
fn folder_of(database: &Path) -> anyhow::Result<PathBuf> {
    let xdg = Xdg::new().context("the home directory cannot be told")?;
    let database = std::path::absolute(database).context("the working directory cannot be told")?;
    let digest = Sha256::digest(database.as_os_str().as_encoded_bytes());
    let name: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    Ok(xdg.state_dir().unwrap_or_else(|| xdg.data_dir()).join("cus").join(name))
}

/// A value that is neither taken for a file nor for standard input.
fn itself(value: &str) -> String {
    if value.starts_with('@') { format!("@{value}") } else { value.to_owned() }
}

/// What was said in a form, as the flags that say the same.
#[expect(clippy::wildcard_enum_match_arm, reason = "every other field is a flag with one value")]
pub(super) fn typed(said: &[(Field, String)], files: &[PathBuf]) -> Vec<Typed> {
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
    use super::*;

    #[test]
    fn what_was_typed_is_what_the_flags_would_say() {
        let said = [
            (Field::Priority, "high".to_owned()),
            (Field::Steps, "@home\ntwice".to_owned()),
            (Field::Trigger, "after-upgrade, financial".to_owned()),
            (Field::Resolved, "resolved".to_owned()),
        ];
        let folder = tempfile::tempdir().unwrap();
        let place = Place { path: folder.path().join("x"), command: "escalate".to_owned(), key: None };
        place.keep(&typed(&said, &["a b.png".into()]));
        let given: Vec<OsString> = ["cus", "escalate", "CSD-1", "--priority", "low"].map(OsString::from).to_vec();
        let restored: Vec<String> =
            place.restored(&given).unwrap().into_iter().skip(5).map(|word| word.into_string().unwrap()).collect();
        let expected = [
            "--steps=@@home\ntwice",
            "--trigger=after-upgrade",
            "--trigger=financial",
            "--resolved",
            "--attach=a b.png",
        ];
        assert_eq!(restored, expected);
        place.forget();
        assert!(place.restored(&given).is_err());
    }

    #[test]
    fn a_place_is_of_a_command_and_its_ticket() {
        let place = |words: &[&str]| {
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            let place = Place::of(&words, &["escalate", "report"], Path::new("x")).unwrap();
            place.map(|place| place.path.file_name().unwrap().to_owned())
        };
        assert_eq!(place(&["cus", "--db", "x", "escalate", "csd-7", "--recover"]), Some("escalate-CSD-7.typed".into()));
        assert_eq!(place(&["cus", "report"]), Some("report.typed".into()));
        assert_eq!(place(&["cus", "list"]), None);
        assert_ne!(folder_of(Path::new("x")).unwrap(), folder_of(Path::new("y")).unwrap());
    }
}
