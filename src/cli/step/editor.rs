//! A text in the person's own editor.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use tempfile::NamedTempFile;

use super::drafts;
use super::question::EditorFailed;
use crate::cli::global::env;
use crate::private;

/// Lets a text be edited, and returns it as it was saved. Where the editor fails, what it left is kept and named.
pub(super) fn edit(text: &str) -> Result<String, EditorFailed> {
    let line = env("VISUAL").or_else(|| env("EDITOR")).unwrap_or_else(|| "vi".to_owned());
    let words = shlex::split(&line).unwrap_or_default();
    let Some((program, arguments)) = words.split_first() else {
        return Err(EditorFailed(format!("the editor `{line}` is no command")));
    };
    let file = file_with(text).map_err(|error| EditorFailed(format!("a temporary file: {error:#}")))?;
    edited(program, arguments, file.path()).map_err(|problem| {
        let kept = match file.keep() {
            Ok((_, path)) => format!("; the text is kept in {}", path.display()),
            Err(_) => String::new(),
        };
        EditorFailed(format!("the editor `{line}` {problem}; nothing was taken{kept}"))
    })
}

/// Writes the text where what is typed is kept: there nobody else reads it, and a redaction finds what is left.
fn file_with(text: &str) -> anyhow::Result<NamedTempFile> {
    let folder = drafts::folder_of_texts()?;
    private::make_folder(&folder)?;
    let mut file = tempfile::Builder::new().suffix(".txt").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    Ok(file)
}

fn edited(program: &str, arguments: &[String], path: &Path) -> Result<String, String> {
    let status = Command::new(program).args(arguments).arg(path).status();
    let status = status.map_err(|error| format!("cannot be started: {error}"))?;
    if !status.success() {
        return Err(format!("failed ({status})"));
    }
    let saved = std::fs::read(path).map_err(|error| format!("left no file: {error}"))?;
    String::from_utf8(saved).map_err(|_| "saved another encoding than UTF-8".to_owned())
}
