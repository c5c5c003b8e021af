//! Drafts: what a person answered or typed and nobody saved yet, kept in a private file and offered again.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use etcetera::BaseStrategy;
use etcetera::base_strategy::Xdg;
use sha2::{Digest, Sha256};

use super::wizard::{Answered, size};
use crate::cli::error::UsageError;
use crate::cli::{hint, stderr};
use crate::private;
use crate::workflow::key::Key;

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

    /// Keeps what was answered, and says how to bring it back. Less never takes the place of more that was not wanted:
    /// `has_started_over`. Why the step failed is said besides, so what goes wrong here is no error of its own.
    pub(in crate::cli) fn keep(&self, answers: &[Answered], has_started_over: bool) {
        let is_less = || self.answers().is_ok_and(|kept| size(answers) < size(&kept));
        if has_started_over && is_less() {
            return self.report(Ok(()));
        }
        let text = serde_json::to_string_pretty(answers).map_err(Into::into);
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
                Err(UsageError::new(format!("there is no draft of `cus {}`", self.command)).into())
            }
            Err(error) => Err(error).with_context(|| format!("cannot read {}", self.path.display())),
        }
    }

    /// The answers that were kept.
    pub(in crate::cli) fn answers(&self) -> anyhow::Result<Vec<Answered>> {
        serde_json::from_str(&self.text()?).with_context(|| format!("{} is no draft", self.path.display()))
    }

    /// Forgets what was kept: it is saved now.
    pub(in crate::cli) fn forget(&self) {
        // If nothing was kept there is nothing to forget.
        let _ = std::fs::remove_file(&self.path);
    }

    fn write(&self, text: &str) -> anyhow::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        private::make_folder(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let mut file = tempfile::NamedTempFile::new_in(folder).context("a temporary file")?;
        file.write_all(text.as_bytes()).context("a temporary file")?;
        file.persist(&self.path).with_context(|| format!("cannot write {}", self.path.display()))?;
        Ok(())
    }

    fn report(&self, kept: anyhow::Result<()>) {
        match kept {
            Ok(()) => {
                stderr::line(&format!("Draft kept: {}", self.path.display()));
                let key = self.key.as_ref().map(|key| format!(" {key}")).unwrap_or_default();
                let recover = hint::command(&format!("{}{key} --recover", self.command));
                stderr::line(&format!("hint: {recover}"));
            }
            Err(error) => stderr::line(&format!("the draft cannot be kept: {error:#}")),
        }
    }
}

/// The folder of texts that are in an editor, of whatever database.
pub(super) fn folder_of_texts() -> anyhow::Result<PathBuf> {
    Ok(folder()?.join("editing"))
}

/// Removes the drafts of a database that have that text, the texts in an editor too, and returns where they were.
pub(in crate::cli) fn forget_with(text: &str, database: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let as_json = serde_json::to_string(text)?;
    let as_json = as_json.get(1..as_json.len() - 1).unwrap_or(text);
    let mut removed = Vec::new();
    let folders = [folder_of(database)?, folder_of_texts()?];
    let files = folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten();
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
    let database = std::path::absolute(database).context("the working directory is not known")?;
    let digest = Sha256::digest(database.as_os_str().as_encoded_bytes());
    let name: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    Ok(folder()?.join(name))
}

fn folder() -> anyhow::Result<PathBuf> {
    let xdg = Xdg::new().context("the home directory is not known")?;
    Ok(xdg.state_dir().unwrap_or_else(|| xdg.data_dir()).join("cus"))
}

#[cfg(test)]
mod tests {
    use super::*;

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
