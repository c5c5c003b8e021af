//! `cus work`: what the actor owes, one duty after another.

use clap::Args;

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, Interrupted, UsageError};
use crate::cli::error_view;
use crate::cli::global::Format;
use crate::cli::hint;
use crate::cli::output::{due_briefly, visible_in_line};
use crate::cli::step::question::{Kind, Question};
use crate::cli::views::owed::in_brief;
use crate::store::{OwedQuery, OwedRow};
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::obligations::duty::DutyKind;

/// Go through what you owe, the most urgent first
#[derive(Debug, Args)]
pub(in crate::cli) struct WorkArgs {
    /// What every role owes
    #[arg(long)]
    all: bool,
    /// Only what is assigned to the actor
    #[arg(long)]
    mine: bool,
}

const DO: &str = "yes";
const SKIP: &str = "skip";

/// A duty that was offered.
type Offered = (Key, DutyKind, Option<Key>, Time);

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &WorkArgs) -> anyhow::Result<u8> {
    if !ctx.is_interactive() {
        return Err(UsageError::with_fix("working through what is owed needs a terminal", hint::command("next")).into());
    }
    let mut offered: Vec<Offered> = Vec::new();
    loop {
        ctx.refresh_clock();
        let Some(duty) = first(ctx, arguments, &offered)? else {
            ctx.out.line(if offered.is_empty() { "Nothing is owed now." } else { "That was all." })?;
            return Ok(DONE);
        };
        offered.push((duty.ticket.clone(), duty.kind, duty.csd.clone(), duty.due));
        let mut prompter = ctx.prompter();
        prompter.show(&format!("\n{}", line(ctx, &duty)));
        // What takes effect at once is nobody's habit.
        let (text, default) = if duty.kind == DutyKind::Ship {
            ("Has it shipped?", 1)
        } else if duty.kind == DutyKind::Close {
            ("Close it now?", 1)
        } else {
            ("Do it now?", 0)
        };
        let kind = Kind::Key { words: &[DO, SKIP, "quit"], default };
        let question = Question { id: "", text, hint: "", kind, initial: None };
        let answer = prompter.ask(&question).map_err(|_| Interrupted)?;
        match answer.words().first().map(String::as_str) {
            Some(DO) => take(ctx, &duty)?,
            Some(SKIP) => {}
            _ => return Ok(DONE),
        }
    }
}

/// The most urgent duty that was not offered yet.
fn first(ctx: &Ctx, arguments: &WorkArgs, offered: &[Offered]) -> anyhow::Result<Option<OwedRow>> {
    let assignee = if arguments.mine { Some(ctx.actor()?.name) } else { None };
    let roles = if arguments.all { Vec::new() } else { ctx.roles()? };
    let query = OwedQuery { roles, assignee, ..OwedQuery::default() };
    let (duties, _) = ctx.store_to_read()?.owed(&query, ctx.now())?;
    let is_offered = |duty: &OwedRow| {
        let is_it =
            |(key, kind, csd, due): &Offered| (key, *kind, csd, *due) == (&duty.ticket, duty.kind, &duty.csd, duty.due);
        offered.iter().any(is_it)
    };
    Ok(duties.into_iter().find(|duty| !is_offered(duty)))
}

fn line(ctx: &Ctx, duty: &OwedRow) -> String {
    let due = due_briefly(duty.due, ctx.now());
    let what = format!("{} ({due}): {} — {}", in_brief(duty.kind), duty.summary, duty.customer);
    format!("{}  {}", ctx.out.colour.key(duty.key.as_str()), visible_in_line(&what))
}

/// The command that settles a duty; a notice is shown before it goes out.
pub(super) fn command(duty: &OwedRow) -> String {
    let is_notice = duty.kind.tells_facts();
    if is_notice { hint::command(&format!("notify {}", duty.key)) } else { hint::fix(&duty.remedy).text().to_owned() }
}

/// Runs the command that settles a duty. What goes wrong is said, and does not end the work.
pub(super) fn take(ctx: &mut Ctx, duty: &OwedRow) -> anyhow::Result<()> {
    let words = shlex::split(&command(duty)).unwrap_or_default();
    if let Err(error) = (ctx.run)(ctx, &words) {
        ctx.out.flush()?;
        error_view::report(&error, Format::Table);
    }
    ctx.out.flush()
}
