//! Changing the configuration file: checked before it is kept, and everything else in it stays as it is.

use std::io::Write;
use std::path::Path;

use anyhow::Context as _;
use toml_edit::{DocumentMut, Item, Table, TomlError, Value};

use super::config::{Config, misread};
use super::error::UsageError;
use super::input::small_file;

/// Sets a key of the configuration, such as `user.role`.
pub(super) fn set(key: &str, value: &str) -> anyhow::Result<()> {
    let path = Config::place()?;
    let text = read(&path)?;
    let mut document: DocumentMut =
        text.parse().map_err(|error: TomlError| misread(&path, &text, error.span(), error.message()))?;
    let names: Vec<&str> = key.split('.').collect();
    let (Some((last, tables)), true) = (names.split_last(), names.iter().all(|name| !name.is_empty())) else {
        return Err(UsageError::new(format!("`{key}` is no key of the configuration")).into());
    };
    let mut table: &mut Table = document.as_table_mut();
    for name in tables {
        let inner = table.entry(name).or_insert_with(|| {
            let mut table = Table::new();
            table.set_implicit(true);
            Item::Table(table)
        });
        let whole = || UsageError::new(format!("`{key}` is no key of the configuration: `{name}` is a value"));
        table = inner.as_table_mut().ok_or_else(whole)?;
    }
    table.insert(last, Item::Value(value_of(key, value)));
    let text = document.to_string();
    keep(&path, &format!("{}\n", text.trim_end()))
}

/// Keeps a text as the configuration, if it is good.
pub(super) fn keep(path: &Path, text: &str) -> anyhow::Result<()> {
    let config = Config::parse(text, path.to_owned())?;
    config.checked_delivery_settings()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut file = tempfile::NamedTempFile::new_in(folder).context("a temporary file")?;
    file.write_all(text.as_bytes()).context("a temporary file")?;
    // A link stays a link: what it points to is replaced.
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if let Ok(before) = std::fs::metadata(&target) {
        file.as_file().set_permissions(before.permissions()).context("a temporary file")?;
    }
    file.persist(&target).with_context(|| format!("cannot write {}", target.display()))?;
    Ok(())
}

/// The text of the configuration; empty where there is none.
pub(super) fn read(path: &Path) -> anyhow::Result<String> {
    match small_file::read(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// A value as it is written: a list or a truth value where it is one, else a text. Several roles are a list.
fn value_of(key: &str, value: &str) -> Value {
    if key == "user.role" && value.contains(',') {
        return value.split(',').map(str::trim).collect::<toml_edit::Array>().into();
    }
    match value.parse::<Value>() {
        Ok(parsed @ (Value::Array(_) | Value::Boolean(_))) => parsed,
        Ok(_) | Err(_) => value.into(),
    }
}
