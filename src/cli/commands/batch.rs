//! `cus batch`: many commands from JSON lines, each as its own flags would say it.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, IntoInnerError, IsTerminal, Read, Seek, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::{Actor, Desk, Transaction};
use crate::cli::catalogue::Line;
use crate::cli::commands::redact;
use crate::cli::ctx::Ctx;
use crate::cli::deliveries::{attempt_json, attempt_words};
use crate::cli::error::{self, DONE, Interrupted, SOME_FAILED, UsageError};
use crate::cli::error_view;
use crate::cli::hint;
use crate::cli::input::{Fields, TimeArg, one_or_many};
use crate::cli::output::{Looks, counted, visible};
use crate::cli::progress::Progress;
use crate::cli::stderr;
use crate::cli::views::results::LineView;
use crate::workflow::Time;
use crate::workflow::vocabulary::Role;

/// The limit on a line's length.
const LONGEST: u64 = 64 << 20;

/// The number of lines that `--keep-going` makes durable at once.
const GROUP: usize = 256;
/// The number of bytes of results that wait in memory.
const SPOOL: usize = 64 * 1024;

/// Run many commands from JSON lines
#[derive(Debug, Args)]
#[command(
    after_help = r#"A line is a JSON object: `do` names the command, its keys are the flags of that command with `_` for `-`, and
`as`, `role` and `now` can stand beside them:

  {"do": "assess", "csd": "CSD-1", "handled_by": "engineering", "trigger": "financial", "role": "support"}"#
)]
pub(in crate::cli) struct BatchArgs {
    /// The file of JSON lines; `-`, or none, is standard input
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Keep every good line, where otherwise one bad line undoes all
    #[arg(long)]
    keep_going: bool,
    /// Check every line against what the lines before it would leave, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Create the database if there is none
    #[arg(long)]
    create: bool,
}

/// The fields that a line can have beside the command's own.
const HEAD: [&str; 4] = ["do", "as", "role", "now"];

/// Their values.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Head {
    #[serde(rename = "do")]
    command: Option<String>,
    #[serde(rename = "as")]
    actor: Option<String>,
    #[serde(deserialize_with = "one_or_many")]
    role: Vec<Role>,
    now: Option<TimeArg>,
}

/// The progress of a batch.
struct Tally {
    bytes: u64,
    /// Whether it still writes, and nobody has broken it off.
    goes_on: Arc<AtomicBool>,
    progress: Progress,
    lines: usize,
    done: usize,
    failed: usize,
    blank: usize,
}

impl Tally {
    fn new(progress: Progress) -> Self {
        let goes_on = Arc::new(AtomicBool::new(true));
        Self { bytes: 0, goes_on, progress, lines: 0, done: 0, failed: 0, blank: 0 }
    }
}

/// The actor of the lines that name none, the time from which relative times are reckoned, and the commands.
#[derive(Debug)]
pub(in crate::cli) struct Base {
    pub(in crate::cli) actor: Actor,
    pub(in crate::cli) now: Time,
    pub(in crate::cli) commands: Vec<Line>,
}

impl Base {
    fn command(&self, name: Option<&str>) -> Result<Line, UsageError> {
        let found = self.commands.iter().find(|command| Some(command.name) == name);
        found.copied().ok_or_else(|| {
            let message =
                name.map_or("`do` is missing".to_owned(), |name| format!("`{name}` is no command that writes"));
            let names: Vec<&str> = self.commands.iter().map(|command| command.name).collect();
            UsageError::with_fix(message, format!("one of {}", names.join(", ")))
        })
    }
}

/// The reason why nothing of a batch is kept.
enum Undone {
    /// Lines failed, and their results say why.
    SomeFailed,
    By(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Undone {
    fn from(error: E) -> Self {
        Self::By(error.into())
    }
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &BatchArgs) -> anyhow::Result<u8> {
    let (input, length) = input(ctx, arguments)?;
    ctx.create_if(arguments.create, arguments.dry_run)?;
    let base = Base { actor: ctx.actor()?, now: ctx.now(), commands: (ctx.catalogue.lines)() };
    let mut tally = Tally::new(Progress::new(length, true));
    // A batch that is broken off ends before its next line, so that the database is left as one file; what was not
    // committed is not written. Broken off again, or once it has written, it ends at once.
    let goes_on = tally.goes_on.clone();
    let _ = ctrlc::set_handler(move || {
        if !goes_on.swap(false, Ordering::SeqCst) {
            std::process::exit(i32::from(error::INTERRUPTED));
        }
    });
    let mut desk = ctx.desk_to_notify()?.for_bulk()?.rehearsing(arguments.dry_run);
    if arguments.keep_going && !arguments.dry_run {
        keep_going(ctx, &mut desk, input, &base, &mut tally)?;
    } else {
        all_or_nothing(ctx, &mut desk, input, &base, &mut tally)?;
    }
    tally.goes_on.store(false, Ordering::SeqCst);
    tally.progress.end();
    error_view::even_if_unread(ctx.out.flush())?;
    sum_up(ctx, &tally, arguments);
    let is_gone = redact::scrub(&mut desk)?;
    let undelivered = deliver(ctx, &mut desk, &base.actor)?;
    Ok(if tally.failed > 0 || undelivered > 0 || !is_gone { SOME_FAILED } else { DONE })
}

/// Delivers what was queued, and returns how many of it failed. Each is reported on standard error: the results of the
/// lines are out already.
fn deliver(ctx: &Ctx, desk: &mut Desk, actor: &Actor) -> anyhow::Result<usize> {
    let attempts = desk.deliver(actor)?;
    let failed = attempts.iter().filter(|attempt| attempt.has_failed()).count();
    let is_for_a_person = ctx.out.is_for_a_person();
    for attempt in &attempts {
        let words = attempt_words(attempt);
        stderr::line(&match (is_for_a_person, attempt.has_failed()) {
            (true, true) => format!("error: {words}"),
            (true, false) => words,
            (false, _) => json!({ "delivery": attempt_json(attempt) }).to_string(),
        });
    }
    if failed > 0 && is_for_a_person {
        stderr::line(&format!("hint: {}", hint::command("outbox retry")));
    }
    Ok(failed)
}

/// One transaction. Results wait, in memory or a private file, until what they say is durable; where a line failed, only
/// the failed ones are printed.
fn all_or_nothing(
    ctx: &mut Ctx,
    desk: &mut Desk,
    input: Box<dyn BufRead>,
    base: &Base,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let spool = || BufWriter::new(tempfile::spooled_tempfile(SPOOL));
    let (mut good, mut bad) = (spool(), spool());
    let done = desk.transaction(|transaction| {
        each_line(input, tally, |number, line| {
            let result = perform(transaction, line, base);
            let is_good = result.is_ok();
            print_result(if is_good { &mut good } else { &mut bad }, ctx.out.looks(), number, result)?;
            Ok(is_good)
        })?;
        if tally.failed > 0 { Err(Undone::SomeFailed) } else { Ok(()) }
    });
    let results = match done {
        Ok(()) => good,
        Err(Undone::SomeFailed) => bad,
        Err(Undone::By(error)) => return Err(error),
    };
    let mut results = results.into_inner().map_err(IntoInnerError::into_error)?;
    results.rewind()?;
    error_view::even_if_unread(std::io::copy(&mut results, &mut ctx.out).map(drop).map_err(Into::into))
}

/// Transactions of a group of lines each; the results of a group are printed once it is durable.
fn keep_going(
    ctx: &mut Ctx,
    desk: &mut Desk,
    mut input: Box<dyn BufRead>,
    base: &Base,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let mut at_end = false;
    while !at_end {
        let mut results = Vec::new();
        desk.transaction(|transaction| -> anyhow::Result<()> {
            let mut group = GROUP;
            while group > 0 && !at_end {
                at_end = !one_line(&mut input, tally, &mut |number, line| {
                    let result = perform(transaction, line, base);
                    let is_good = result.is_ok();
                    print_result(&mut results, ctx.out.looks(), number, result)?;
                    Ok(is_good)
                })?;
                group -= 1;
            }
            Ok(())
        })?;
        let printed = ctx.out.write_all(&results).map_err(Into::into);
        error_view::even_if_unread(printed.and_then(|()| ctx.out.flush()))?;
    }
    Ok(())
}

fn each_line(
    mut input: Box<dyn BufRead>,
    tally: &mut Tally,
    mut each: impl FnMut(usize, &[u8]) -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    while one_line(&mut input, tally, &mut each)? {}
    Ok(())
}

/// Hands on the next line that is not blank, if there is one.
fn one_line(
    input: &mut Box<dyn BufRead>,
    tally: &mut Tally,
    each: &mut impl FnMut(usize, &[u8]) -> anyhow::Result<bool>,
) -> anyhow::Result<bool> {
    if !tally.goes_on.load(Ordering::SeqCst) {
        return Err(Interrupted.into());
    }
    let mut line = Vec::new();
    if Read::by_ref(input).take(LONGEST + 1).read_until(b'\n', &mut line).context("the batch")? == 0 {
        return Ok(false);
    }
    tally.lines += 1;
    if line.len() as u64 > LONGEST {
        let told = format!("line {} of the batch is longer than {} MiB", tally.lines, LONGEST >> 20);
        return Err(UsageError::new(told).into());
    }
    tally.bytes += line.len() as u64;
    tally.progress.at(tally.bytes, tally.lines, "lines");
    if line.trim_ascii().is_empty() {
        tally.blank += 1;
    } else if each(tally.lines, line.trim_ascii())? {
        tally.done += 1;
    } else {
        tally.failed += 1;
    }
    Ok(true)
}

/// Runs one line within the transaction.
pub(in crate::cli) fn perform(
    transaction: &mut Transaction<'_, '_>,
    line: &[u8],
    base: &Base,
) -> anyhow::Result<Value> {
    let mut fields = Fields::of(line)?;
    let head: Head = fields.take(&HEAD).read()?;
    let command = base.command(head.command.as_deref())?;
    let mut actor = base.actor.clone();
    if let Some(now) = head.now {
        let now = now.resolve(base.now).ok_or_else(|| UsageError::new("there is no such time as `now` says"))?;
        actor.at = Some(now);
    }
    if let Some(name) = head.actor {
        if name.trim().is_empty() {
            return Err(UsageError::new("the name of the actor is blank").into());
        }
        actor.name = name;
    }
    if !head.role.is_empty() {
        actor.roles = head.role;
    }
    (command.perform)(transaction, fields, &actor)
}

/// Renders the result of a line.
fn print_result(to: &mut dyn Write, looks: Looks, number: usize, result: anyhow::Result<Value>) -> anyhow::Result<()> {
    let beside = looks.render(&LineView::new(number, result), to)?;
    beside.iter().for_each(|line| stderr::line(line));
    Ok(())
}

/// Opens the lines, and returns how many bytes they are. Input that is no file is read to its end first: a slow producer
/// must not hold the write lock.
fn input(ctx: &mut Ctx, arguments: &BatchArgs) -> anyhow::Result<(Box<dyn BufRead>, u64)> {
    let path = arguments.file.as_deref().filter(|path| *path != std::path::Path::new("-"));
    let mut source: Box<dyn Read> = match path {
        Some(path) => {
            let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
            if let Ok(metadata) = file.metadata()
                && metadata.is_file()
            {
                return Ok((Box::new(BufReader::new(file)), metadata.len()));
            }
            Box::new(file)
        }
        None => {
            ctx.stdin_is_taken = true;
            Box::new(std::io::stdin())
        }
    };
    let mut spool = tempfile::tempfile().context("a temporary file")?;
    let length = std::io::copy(&mut source, &mut spool).context("the batch")?;
    spool.rewind()?;
    Ok((Box::new(BufReader::new(spool)), length))
}

/// Sums the batch up for a person at a terminal.
fn sum_up(ctx: &Ctx, tally: &Tally, arguments: &BatchArgs) {
    if !ctx.out.is_for_a_person() && !std::io::stderr().is_terminal() {
        return;
    }
    let outcome = if arguments.dry_run {
        "dry run: nothing was written"
    } else if tally.failed > 0 && !arguments.keep_going {
        "nothing was written"
    } else {
        "written"
    };
    let line = format!(
        "{}: {} good, {} failed, {} blank; {outcome}",
        counted(tally.lines, "line"),
        tally.done,
        tally.failed,
        tally.blank
    );
    stderr::line(&visible(&line));
}
