//! What can stand at the end of a command line.

use clap::{Arg, ArgAction, Command};

use crate::cli::config::Config;
use crate::cli::ctx::Ctx;
use crate::cli::legal::legal_tickets;
use crate::store::{NamedFilter, Store, StoreError};
use crate::workflow::rule::Rule;
use crate::workflow::vocabulary::{Kind, Word};

/// Something that fits, and what it is.
pub(super) type Candidate = (String, String);

/// What is offered.
#[derive(Debug, Default)]
pub(super) struct Offered {
    pub(super) values: Vec<Candidate>,
    /// Whether the shell is to offer its files.
    pub(super) wants_files: bool,
}

impl From<Vec<Candidate>> for Offered {
    fn from(values: Vec<Candidate>) -> Self {
        Self { values, wants_files: false }
    }
}

/// Everything that can stand there, whatever has been typed of it.
pub(super) fn candidates(ctx: &Ctx, before: &[String], typed: &str) -> Offered {
    let mut root = (ctx.catalogue.tree)();
    root.build();
    let mut command = &root;
    let mut path = Vec::new();
    let mut places = 0;
    let mut database = None;
    let mut words = before.iter();
    while let Some(word) = words.next() {
        if let Some(flag) = flag(command, word) {
            if takes_value(flag) && !word.contains('=') {
                let value = words.next();
                if flag.get_long() == Some("db") {
                    database = value;
                }
                if value.is_none() {
                    return values(ctx, None, command, &path, flag, database);
                }
            }
        } else if let Some(inner) = command.find_subcommand(word) {
            command = inner;
            path.push(inner.get_name());
        } else {
            places += 1;
        }
    }
    if let Some((name, _)) = typed.split_once('=') {
        let Some(flag) = flag(command, name) else { return Offered::default() };
        let mut offered = values(ctx, None, command, &path, flag, database);
        offered.values.iter_mut().for_each(|(value, _)| *value = format!("{name}={value}"));
        return offered;
    }
    if typed.starts_with('-') {
        return flags(command).into();
    }
    if command.has_subcommands() {
        let visible = command.get_subcommands().filter(|inner| !inner.is_hide_set());
        return visible.map(|inner| (inner.get_name().to_owned(), about(inner.get_about()))).collect::<Vec<_>>().into();
    }
    let positional = command.get_positionals().nth(places).or_else(|| command.get_positionals().last());
    positional.map(|argument| values(ctx, Some(typed), command, &path, argument, database)).unwrap_or_default()
}

/// The flag that a word names.
fn flag<'a>(command: &'a Command, word: &str) -> Option<&'a Arg> {
    let Some(name) = word.strip_prefix("--").and_then(|word| word.split('=').next()) else {
        let short = word.strip_prefix('-')?.chars().next()?;
        return command.get_arguments().find(|argument| argument.get_short() == Some(short));
    };
    command.get_arguments().find(|argument| argument.get_long() == Some(name))
}

fn takes_value(flag: &Arg) -> bool {
    matches!(flag.get_action(), ArgAction::Set | ArgAction::Append)
}

fn flags(command: &Command) -> Vec<Candidate> {
    let visible = command.get_arguments().filter(|argument| !argument.is_hide_set());
    visible.filter_map(|argument| Some((format!("--{}", argument.get_long()?), about(argument.get_help())))).collect()
}

fn about(text: Option<&clap::builder::StyledStr>) -> String {
    text.map(ToString::to_string).unwrap_or_default()
}

/// The values of an argument: its words, or what the database has.
fn values(
    ctx: &Ctx,
    typed: Option<&str>,
    command: &Command,
    path: &[&str],
    argument: &Arg,
    database: Option<&String>,
) -> Offered {
    let words = argument.get_possible_values();
    if !words.is_empty() {
        return words
            .iter()
            .map(|word| (word.get_name().to_owned(), about(word.get_help())))
            .collect::<Vec<_>>()
            .into();
    }
    let path_of_database = database.map_or_else(|| ctx.path().to_owned(), std::path::PathBuf::from);
    let names = argument.get_value_names().unwrap_or_default();
    let name = names.first().map(|name| name.as_str()).unwrap_or_default();
    match name {
        "FILE" | "PATH" => return Offered { wants_files: true, ..Offered::default() },
        "FILTER" => return filters().into(),
        "RULE" => {
            let rules = Rule::ALL.iter().map(|rule| (rule.to_string(), rule.title().to_owned()));
            return rules.collect::<Vec<_>>().into();
        }
        _ => {}
    }
    let Ok(store) = Store::open_to_read(&path_of_database) else { return Offered::default() };
    let offered = match name {
        "KEY" | "CSD" | "CUS" if !argument.is_positional() => keys(&store, ctx, None, kind_of(argument)),
        "KEY" | "CSD" | "CUS" if command.get_name() != "policy" => keys(&store, ctx, path.first().copied(), None),
        "NAME" if typed.is_some() || argument.get_long() == Some("customer") => store.customers().map(plain),
        "V" | "VERSION" => store.versions().map(plain),
        _ => return Offered::default(),
    };
    offered.unwrap_or_default().into()
}

fn plain(names: Vec<String>) -> Vec<Candidate> {
    names.into_iter().map(|name| (name, String::new())).collect()
}

fn kind_of(flag: &Arg) -> Option<Kind> {
    match flag.get_long() {
        Some("into" | "of") => Some(Kind::Cus),
        Some("csd") => Some(Kind::Csd),
        _ => None,
    }
}

fn filters() -> Vec<Candidate> {
    let named = NamedFilter::ALL.iter().map(|filter| (filter.as_str().to_owned(), String::new()));
    let own = Config::read().map(|config| config.filters).unwrap_or_default();
    named.chain(own).collect()
}

/// The keys of tickets for which the command is legal as they stand, the most urgent first.
fn keys(store: &Store, ctx: &Ctx, command: Option<&str>, kind: Option<Kind>) -> Result<Vec<Candidate>, StoreError> {
    let steps = command.map(ctx.catalogue.steps).unwrap_or_default();
    let legal = legal_tickets(store, ctx, steps, kind)?.into_iter();
    Ok(legal.map(|row| (row.key.to_string(), format!("{} — {}", row.stage, row.summary))).collect())
}
