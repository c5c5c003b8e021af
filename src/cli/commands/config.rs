//! `cus config`: the configuration in force, and changing it.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::cli::config::Config;
use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, UsageError};
use crate::cli::hint;
use crate::cli::output::{Cell, Column, Json, Keys, Page, Rows, Table, Tone, View, visible_in_line};
use crate::cli::settings;

/// Show the configuration in force, or change it
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(in crate::cli) struct ConfigArgs {
    #[command(subcommand)]
    command: Option<ConfigCommand>,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Set a key, such as user.role; the rest stays as it is
    Set {
        /// The key, such as user.name or notify.customer.via
        #[arg(value_name = "SETTING")]
        key: String,
        /// Its value; several roles with commas between them
        #[arg(value_name = "VALUE", allow_hyphen_values = true)]
        value: String,
    },
    /// Edit the file in your editor; it is checked before it is kept
    Edit,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &ConfigArgs) -> anyhow::Result<u8> {
    match &arguments.command {
        None => {}
        Some(ConfigCommand::Set { key, value }) => settings::set(key, value)?,
        Some(ConfigCommand::Edit) => edit(ctx)?,
    }
    let view = in_force(ctx)?;
    ctx.print(&view)?;
    Ok(DONE)
}

fn edit(ctx: &Ctx) -> anyhow::Result<()> {
    if !ctx.is_interactive() {
        return Err(
            UsageError::with_fix("there is no terminal for an editor", hint::command("config set KEY VALUE")).into()
        );
    }
    let path = Config::place()?;
    let mut prompter = ctx.prompter();
    let mut text = settings::read(&path)?;
    loop {
        text = prompter.edit(&text)?;
        let Err(error) = settings::keep(&path, &text) else { return Ok(()) };
        prompter.show(&format!("{error:#}"));
        if !prompter.yes_no("Edit it again?", true).unwrap_or(false) {
            return Err(error);
        }
    }
}

/// Every value with where it comes from.
fn in_force(ctx: &Ctx) -> anyhow::Result<ConfigView> {
    let path = Config::place()?;
    let file = path.display().to_string();
    let who = ctx.who()?;
    let mut settings = vec![
        Setting::new("database", json!(ctx.path()), ctx.database().why),
        Setting::new("user.name", json!(who.name), &who.name_from.to_string()),
    ];
    let from = who.roles_from.map_or_else(|| "not set".to_owned(), |source| source.to_string());
    settings.push(Setting::new("user.role", json!(who.roles), &from));
    let table: toml::Table = toml::from_str(&settings::read(&path)?)
        .map_err(|error| UsageError::new(format!("{file}: {}", error.to_string().trim())))?;
    let mut of_file = Vec::new();
    flatten("", &serde_json::to_value(table)?, &mut of_file);
    of_file.retain(|(key, _)| !key.starts_with("user."));
    settings.extend(of_file.into_iter().map(|(key, value)| Setting::new(&key, value, "configuration")));
    Ok(ConfigView { file, exists: path.exists(), settings })
}

fn flatten(key: &str, value: &Value, all: &mut Vec<(String, Value)>) {
    match value.as_object() {
        Some(object) => {
            for (name, value) in object {
                let key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
                flatten(&key, value, all);
            }
        }
        None => all.push((key.to_owned(), value.clone())),
    }
}

/// A value in force.
struct Setting {
    key: String,
    value: Value,
    from: String,
}

impl Setting {
    fn new(key: &str, value: Value, from: &str) -> Self {
        Self { key: key.to_owned(), value, from: from.to_owned() }
    }

    fn words(&self) -> String {
        match &self.value {
            Value::String(text) => text.clone(),
            Value::Array(values) => {
                let words = values.iter().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
                words.collect::<Vec<_>>().join(", ")
            }
            other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) => other.to_string(),
        }
    }
}

/// The configuration in force.
struct ConfigView {
    file: String,
    exists: bool,
    settings: Vec<Setting>,
}

impl View for ConfigView {
    fn text(&self, page: &mut Page<'_>) -> anyhow::Result<()> {
        let missing = if self.exists { "" } else { " (not there yet)" };
        page.line(format!("{}{missing}", self.file))?;
        page.line("")?;
        let mut table = Table::new(&[Column::words("KEY"), Column::rest("VALUE"), Column::words("FROM")]);
        for setting in &self.settings {
            let value = visible_in_line(&setting.words()).into_owned();
            table.row([Cell::from(setting.key.as_str()), value.into(), Cell::new(Tone::Dim, setting.from.as_str())]);
        }
        page.table(&mut table)
    }

    fn json(&self, json: &mut Json<'_>) -> anyhow::Result<()> {
        let item = |setting: &Setting| json!({ "key": setting.key, "value": setting.value, "source": setting.from });
        let items: Vec<Value> = self.settings.iter().map(item).collect();
        json.document(&json!({ "schema": 1, "file": self.file, "exists": self.exists, "items": items }))
    }

    fn rows(&self, rows: &mut Rows<'_>) -> anyhow::Result<()> {
        rows.header(&["key", "value", "source"])?;
        self.settings.iter().try_for_each(|one| rows.row([one.key.as_str(), &one.words(), &one.from]))
    }

    fn keys(&self, keys: &mut Keys<'_>) -> anyhow::Result<()> {
        self.settings.iter().try_for_each(|setting| keys.key(&setting.key))
    }
}
