//! An entry of the list of commands: its name, its arguments, its run.

use anyhow::Context as _;
use clap::{ArgMatches, Args, Command, FromArgMatches};

use super::catalogue::Line;
use super::ctx::Ctx;
use super::global::Global;
use super::input::Fields;
use super::step::arguments::{StepArguments, StepOptions};
use super::step::record::record_line;
use super::step::run::StepCommand;
use crate::app::{Actor, Transaction};
use crate::workflow::step::Step;

/// A command as it stands in the list.
#[derive(Debug)]
pub(super) struct Listed {
    /// The name.
    pub(super) name: &'static str,
    /// Adds its arguments and the global flags.
    pub(super) arguments: fn(Command) -> Command,
    /// Runs it and returns its exit code.
    pub(super) run: fn(&mut Ctx, &Self, &ArgMatches) -> anyhow::Result<u8>,
    /// Its form as a line of a batch.
    pub(super) line: Option<Line>,
    /// The steps that it takes on the tickets that it names.
    pub(super) steps: &'static [Step],
    /// The commands that it groups, each named with its own name in front.
    pub(super) parts: &'static [Self],
}

/// The commands under one heading of `cus --help`; those without a heading are not listed there.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) heading: Option<&'static str>,
    pub(super) commands: &'static [Listed],
}

impl Listed {
    /// A command that takes a step on existing tickets.
    pub(super) const fn step<A: StepCommand>(name: &'static str) -> Self {
        Self {
            name,
            arguments: |command| Global::augment(OnTickets::<A>::augment_args(command)),
            run: |ctx, listed, matches| {
                let OnTickets { arguments, dry_run, revision, recover } = OnTickets::<A>::from_arg_matches(matches)?;
                let options = StepOptions { command: listed.name, dry_run, revision, create: false, recover };
                arguments.run(ctx, &options)
            },
            line: Some(Line { name, perform: perform_step::<A> }),
            steps: A::STEPS,
            parts: &[],
        }
    }

    /// A command that takes a step on no ticket, and can begin a database.
    pub(super) const fn beginning<A: StepCommand>(name: &'static str) -> Self {
        Self {
            name,
            arguments: |command| Global::augment(OnNothing::<A>::augment_args(command)),
            run: |ctx, listed, matches| {
                let OnNothing { arguments, dry_run, create, recover } = OnNothing::<A>::from_arg_matches(matches)?;
                let options = StepOptions { command: listed.name, dry_run, revision: None, create, recover };
                arguments.run(ctx, &options)
            },
            line: Some(Line { name, perform: perform_step::<A> }),
            steps: A::STEPS,
            parts: &[],
        }
    }

    /// A command that groups others; `arguments` adds those, by [`grouped`].
    pub(super) const fn group(name: &'static str, arguments: fn(Command) -> Command, parts: &'static [Self]) -> Self {
        Self { name, arguments, run: run_part, line: None, steps: &[], parts }
    }

    /// Its own name, behind that of its group.
    fn last_word(&self) -> &'static str {
        self.name.rsplit(' ').next().unwrap_or(self.name)
    }

    /// The same command, with a form as a line of a batch.
    pub(super) const fn with_line(self, line: Line) -> Self {
        Self { line: Some(line), ..self }
    }
}

/// Lists a command whose module has a `run`: its arguments by reference, beside the context.
macro_rules! plain {
    ($name:literal, $module:ident::$arguments:ident) => {
        Listed {
            name: $name,
            arguments: |command| {
                crate::cli::global::Global::augment(<$module::$arguments as clap::Args>::augment_args(command))
            },
            run: |ctx, _, matches| {
                $module::run(ctx, &<$module::$arguments as clap::FromArgMatches>::from_arg_matches(matches)?)
            },
            line: None,
            steps: &[],
            parts: &[],
        }
    };
}
pub(super) use plain;

// The flags of a command that takes a step on existing tickets. (A doc comment here would stand in the place of the
// command's own help.)
#[derive(Debug, Clone, Args)]
struct OnTickets<A: Args> {
    #[command(flatten)]
    arguments: A,
    /// Check everything, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Refuse if the ticket is not at this revision any more
    #[arg(long, value_name = "N")]
    revision: Option<u64>,
    /// Continue with the draft that was kept when this step was refused or cancelled
    #[arg(long)]
    recover: bool,
}

// The flags of a command that takes a step on no ticket.
#[derive(Debug, Clone, Args)]
struct OnNothing<A: Args> {
    #[command(flatten)]
    arguments: A,
    /// Check everything, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Create the database if there is none
    #[arg(long)]
    create: bool,
    /// Continue with the draft that was kept when this step was refused or cancelled
    #[arg(long)]
    recover: bool,
}

/// Adds commands to the one that groups them, and the global flags.
pub(super) fn grouped(command: Command, parts: &'static [Listed]) -> Command {
    let parts = parts.iter().map(|part| (part.arguments)(Command::new(part.last_word())));
    Global::augment(command.subcommand_required(true).arg_required_else_help(true).subcommands(parts))
}

fn run_part(ctx: &mut Ctx, listed: &Listed, matches: &ArgMatches) -> anyhow::Result<u8> {
    let named = matches.subcommand();
    let named =
        named.and_then(|(name, inner)| Some((listed.parts.iter().find(|part| part.last_word() == name)?, inner)));
    let (part, inner) = named.with_context(|| format!("a subcommand of `{}` is missing", listed.name))?;
    (part.run)(ctx, part, inner)
}

fn perform_step<A: StepCommand>(
    transaction: &mut Transaction<'_, '_>,
    fields: Fields<'_>,
    actor: &Actor,
) -> anyhow::Result<serde_json::Value> {
    let mut arguments: A = fields.read()?;
    record_line(transaction, &mut arguments as &mut dyn StepArguments, actor)
}
