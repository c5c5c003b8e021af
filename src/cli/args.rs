//! Reading the command line, with clap.

use std::ffi::OsString;

use anyhow::Context as _;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command, FromArgMatches, Parser};

use super::catalogue::{Catalogue, Line};
use super::commands::GROUPS;
use super::ctx::Ctx;
use super::error::UsageError;
use super::examples::example;
use super::global::Global;
use super::listed::Listed;

/// Carry a customer's issue from Support's report to Product's closing
#[derive(Debug, Parser)]
#[command(
    name = "cus",
    version,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true,
    override_usage = "cus [OPTIONS] <COMMAND>",
    after_help = "Run `cus COMMAND --help` for one command, and `cus next` for what is owed now."
)]
struct Root {
    #[command(flatten)]
    global: Global,
}

/// A command line that was understood.
#[derive(Debug)]
pub(super) struct CommandLine {
    pub(super) global: Global,
    pub(super) command: &'static Listed,
    pub(super) matches: ArgMatches,
}

/// A command line that was not understood.
#[derive(Debug)]
pub(super) enum Misread {
    /// Clap says why, or shows the help that was asked for.
    Clap(clap::Error),
    /// A value was forgotten, so that the flag behind it was taken for it.
    ForgottenValue(Box<(Global, UsageError)>),
}

/// The list of commands, for those that need it.
pub(super) const CATALOGUE: Catalogue = Catalogue { tree, lines, steps };

/// Understands a command line.
///
/// A command's arguments are made only where it is named, which takes a fraction of the time; help is made from the whole
/// tree.
///
/// # Errors
/// Where it cannot be understood, or asks for help.
pub(super) fn read(arguments: &[OsString]) -> Result<CommandLine, Misread> {
    let mut root = deferred();
    let matches = match root.try_get_matches_from_mut(arguments) {
        Ok(matches) => matches,
        // The version is the root's own: the other commands say nothing of it.
        Err(error) if error.kind() == ErrorKind::DisplayVersion => return Err(Misread::Clap(error)),
        Err(error) => return Err(Misread::Clap(tree().try_get_matches_from(arguments).err().unwrap_or(error))),
    };
    let global = Global::from_arg_matches(&matches).map_err(Misread::Clap)?;
    let named = matches.subcommand().and_then(|(name, inner)| Some((listed(name)?, inner.clone())));
    let Some((command, inner)) = named else {
        return Err(Misread::Clap(root.error(ErrorKind::MissingSubcommand, "a command is missing")));
    };
    if let Some(error) = forgotten_value(&root, command, &inner, arguments) {
        return Err(Misread::ForgottenValue(Box::new((global, error))));
    }
    Ok(CommandLine { global, command, matches: inner })
}

/// The whole tree of commands, with the list under its headings as the help of the root.
pub(super) fn tree() -> Command {
    let mut groups = String::new();
    let mut root = root();
    for group in GROUPS {
        if let Some(heading) = group.heading {
            groups.push_str(&format!("{heading}:\n"));
        }
        for listed in group.commands {
            let command = (listed.arguments)(named(listed.name)).hide(group.heading.is_none());
            let command = with_example(command, listed.name);
            if group.heading.is_some() {
                let about = command.get_about().map(ToString::to_string).unwrap_or_default();
                groups.push_str(&format!("  {:<11}  {about}\n", listed.name));
            }
            root = root.subcommand(command);
        }
        groups.push('\n');
    }
    root.help_template(format!(
        "{{about}}\n\n{{usage-heading}} {{usage}}\n\n{}\n\nGlobal options:\n{{options}}{{after-help}}",
        groups.trim_end()
    ))
}

/// The tree of commands, of which each is made where it is named.
fn deferred() -> Command {
    root().subcommands(commands().map(|listed| named(listed.name).defer(listed.arguments)))
}

/// A command with the other names under which people look for it.
fn named(name: &'static str) -> Command {
    let command = Command::new(name);
    match name {
        "list" => command.visible_alias("ls"),
        "report" => command.visible_alias("new").alias("create"),
        "show" => command.visible_alias("view"),
        _ => command,
    }
}

/// The command, and those within it, with an example at the head of its help.
fn with_example(command: Command, name: &str) -> Command {
    let inner: Vec<String> = command.get_subcommands().map(|inner| inner.get_name().to_owned()).collect();
    let command = inner.into_iter().fold(command, |command, inner| {
        let whole = format!("{name} {inner}");
        command.mut_subcommand(inner, |inner| with_example(inner, &whole))
    });
    match example(name) {
        Some(example) => command.help_template(format!(
            "{{about-with-newline}}\nExample:\n  {example}\n\n{{usage-heading}} {{usage}}\n\n{{all-args}}{{after-help}}"
        )),
        None => command,
    }
}

/// The root. Its flags are no global ones to clap, which would give each command a copy of them at every start: each
/// command brings its own.
fn root() -> Command {
    <Root as clap::CommandFactory>::command().mut_args(|arg| arg.global(false))
}

fn commands() -> impl Iterator<Item = &'static Listed> {
    GROUPS.iter().flat_map(|group| group.commands)
}

fn listed(name: &str) -> Option<&'static Listed> {
    commands().find(|listed| listed.name == name)
}

fn lines() -> Vec<Line> {
    commands().flat_map(|listed| std::iter::once(listed).chain(listed.parts)).filter_map(|listed| listed.line).collect()
}

pub(super) fn run(ctx: &mut Ctx, words: &[String]) -> anyhow::Result<u8> {
    let matches = deferred().try_get_matches_from(words)?;
    let (name, inner) = matches.subcommand().context("a command is missing")?;
    let command = listed(name).context("there is no such command")?;
    (command.run)(ctx, command, inner)
}

fn steps(command: &str) -> &'static [crate::workflow::step::Step] {
    listed(command).map(|listed| listed.steps).unwrap_or_default()
}

/// Texts may begin with a hyphen, but a value that is exactly a long flag of the command is a forgotten value, unless `=`
/// joins it to its flag. Clap decides: with no hyphen allowed in front of that value, only the joined one is read.
fn forgotten_value(
    root: &Command,
    command: &Listed,
    matches: &ArgMatches,
    arguments: &[OsString],
) -> Option<UsageError> {
    let built = root.find_subcommand(command.name)?;
    let is_flag = |value: &str| {
        value.strip_prefix("--").is_some_and(|name| built.get_arguments().any(|arg| arg.get_long() == Some(name)))
    };
    let taken = |arg: &Arg| {
        let is_given = matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine);
        let mut values = matches.get_raw(arg.get_id().as_str()).filter(|_| is_given)?;
        Some(values.find_map(|value| value.to_str().filter(|value| is_flag(value)))?.to_owned())
    };
    if let Some(error) = mistyped_flag(built, matches, arguments) {
        return Some(error);
    }
    built.get_arguments().filter(|arg| arg.is_allow_hyphen_values_set()).find_map(|arg| {
        let (flag, value) = (arg.get_long()?, taken(arg)?);
        let strict = (command.arguments)(Command::new(command.name)).mut_args(|other| {
            let is_same = other.get_id() == arg.get_id();
            if is_same { other.allow_hyphen_values(false) } else { other }
        });
        root_with(strict).try_get_matches_from(arguments).err().map(|_| {
            UsageError::new(format!(
                "`--{flag}` has no value: `{value}` is a flag of this command; write `--{flag}={value}` if it is the text"
            ))
        })
    })
}

/// A text that stands alone and looks like a flag is a mistyped one, unless `--` stands before it.
fn mistyped_flag(built: &Command, matches: &ArgMatches, arguments: &[OsString]) -> Option<UsageError> {
    if arguments.iter().any(|argument| argument == "--") {
        return None;
    }
    let is_flag = |value: &&str| {
        let name = value.strip_prefix("--").unwrap_or_default();
        !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '-')
    };
    let texts = built.get_positionals().filter(|arg| arg.is_allow_hyphen_values_set());
    let given = texts.filter_map(|arg| matches.get_raw(arg.get_id().as_str())).flatten();
    let value = given.filter_map(|value| value.to_str()).find(is_flag)?;
    Some(UsageError::new(format!("`{value}` is no flag of this command; write `-- {value}` if it is the text")))
}

/// The root with one command.
fn root_with(command: Command) -> Command {
    root().subcommand(command)
}
