//! `cus batch`: many commands from JSON lines, each as its own flags would say it.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, IntoInnerError, IsTerminal, Read, Seek, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use clap::Args;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::{
    assess, attach, close, comment, confirm, edit, eng_assess, escalate, hold, notify, plan, policy, postmortem,
    redact, release, reopen, report, return_to_support, ship, unlink,
};
use crate::app::{Actor, Desk, Transaction};
use crate::cli::ctx::Ctx;
use crate::cli::deliveries::{attempt_json, attempt_words};
use crate::cli::error::{self, DONE, Interrupted, SOME_FAILED, UsageError};
use crate::cli::error_view;
use crate::cli::global::Format;
use crate::cli::hint;
use crate::cli::input::{TimeArg, Without, one_or_many};
use crate::cli::outcome::{outcome_json, result_line, tell_beside};
use crate::cli::output::{counted, visible};
use crate::cli::progress::Progress;
use crate::cli::write::{self as step, Writing};
use crate::workflow::Time;
use crate::workflow::vocabulary::Role;

/// How many lines `--keep-going` makes durable at once.
const GROUP: usize = 256;
/// How many bytes of results wait in memory.
const SPOOL: usize = 64 * 1024;

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

/// What a line can say beside the command's own arguments.
const HEAD: [&str; 4] = ["do", "as", "role", "now"];

/// What it says so.
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

/// What it says of the command's own arguments.
struct Arguments<A>(A);

impl<'de, A: Deserialize<'de>> Deserialize<'de> for Arguments<A> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        A::deserialize(Without { keys: &HEAD, of: deserializer }).map(Self)
    }
}

/// How far a batch has come.
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

/// Who gives the commands where a line does not say so, and the time from which its times are reckoned.
#[derive(Debug)]
pub(in crate::cli) struct Base {
    pub(in crate::cli) actor: Actor,
    pub(in crate::cli) now: Time,
}

/// Why nothing of a batch is kept.
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
    step::create_if(ctx, arguments.create, arguments.dry_run)?;
    let base = Base { actor: ctx.actor()?, now: ctx.now() };
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
    tell(ctx, &tally, arguments);
    let is_gone = redact::scrub(&mut desk)?;
    let undelivered = deliver(ctx, &mut desk, &base.actor)?;
    Ok(if tally.failed > 0 || undelivered > 0 || !is_gone { SOME_FAILED } else { DONE })
}

/// Delivers what was queued, and returns how many of it failed. Each is told on standard error: the results of the lines
/// are out already.
fn deliver(ctx: &Ctx, desk: &mut Desk, actor: &Actor) -> anyhow::Result<usize> {
    let attempts = desk.deliver(actor)?;
    for attempt in &attempts {
        let words = attempt_words(attempt);
        tell_beside(&match ctx.out.format {
            Format::Table if attempt.has_failed() => format!("error: {words}"),
            Format::Table => words,
            Format::Json | Format::Jsonl | Format::Csv | Format::Keys => {
                json!({ "delivery": attempt_json(attempt) }).to_string()
            }
        });
    }
    let failed = attempts.iter().filter(|attempt| attempt.has_failed()).count();
    if failed > 0 && ctx.out.format == Format::Table {
        tell_beside(&format!("hint: {}", hint::command("outbox retry")));
    }
    Ok(failed)
}

/// One transaction. Results wait, in memory or a private file, until what they say is durable; where a line failed, only
/// the failed ones are told.
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
            print_result(if is_good { &mut good } else { &mut bad }, ctx.out.format, number, result)?;
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
                    print_result(&mut results, ctx.out.format, number, result)?;
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
    if input.read_until(b'\n', &mut line).context("the batch")? == 0 {
        return Ok(false);
    }
    tally.lines += 1;
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

macro_rules! writing_commands {
    ($($name:literal => $arguments:ty,)+) => {
        /// Every command that a line can name.
        const COMMANDS: &[&str] = &[$($name,)+ POLICY_SET, REDACT];

        fn dispatch(
            transaction: &mut Transaction<'_, '_>,
            command: &str,
            line: &[u8],
            actor: &Actor,
        ) -> anyhow::Result<Value> {
            match command {
                $($name => write::<$arguments>(transaction, line, actor),)+
                POLICY_SET => set_policy(transaction, line, actor),
                REDACT => redact(transaction, line, actor),
                other => Err(UsageError::with_fix(
                    format!("`{other}` is no command that writes"),
                    format!("one of {}", COMMANDS.join(", ")),
                )
                .into()),
            }
        }
    };
}

/// The one command that writes and is about no ticket.
const POLICY_SET: &str = "policy set";
/// The one command that takes something away.
const REDACT: &str = "redact";

writing_commands! {
    "report" => report::ReportArgs,
    "assess" => assess::AssessArgs,
    "escalate" => escalate::EscalateArgs,
    "eng-assess" => eng_assess::EngAssessArgs,
    "release" => release::ReleaseArgs,
    "notify" => notify::NotifyArgs,
    "postmortem" => postmortem::PostmortemArgs,
    "close" => close::CloseArgs,
    "ship" => ship::ShipArgs,
    "confirm" => confirm::ConfirmArgs,
    "return" => return_to_support::ReturnArgs,
    "reopen" => reopen::ReopenArgs,
    "hold" => hold::HoldArgs,
    "comment" => comment::CommentArgs,
    "attach" => attach::AttachArgs,
    "edit" => edit::EditArgs,
    "unlink" => unlink::UnlinkArgs,
    "plan" => plan::PlanArgs,
}

/// Runs one line within the transaction.
pub(in crate::cli) fn perform(
    transaction: &mut Transaction<'_, '_>,
    line: &[u8],
    base: &Base,
) -> anyhow::Result<Value> {
    if !line.starts_with(b"{") {
        // What is no object is told as such, with its column.
        understood::<Map<String, Value>>(line)?;
    }
    let head: Head = understood(line)?;
    let Some(command) = head.command else {
        return Err(UsageError::with_fix("`do` is missing", format!("one of {}", COMMANDS.join(", "))).into());
    };
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
    dispatch(transaction, &command, line, &actor)
}

fn write<A: Writing + DeserializeOwned>(
    transaction: &mut Transaction<'_, '_>,
    line: &[u8],
    actor: &Actor,
) -> anyhow::Result<Value> {
    let mut arguments: A = arguments(line)?;
    write_all(transaction, &mut arguments, actor)
}

/// One line is all or nothing, on however many tickets.
fn write_all(
    transaction: &mut Transaction<'_, '_>,
    arguments: &mut dyn Writing,
    actor: &Actor,
) -> anyhow::Result<Value> {
    step::fetch_texts(arguments, &mut true)?;
    let files = step::look_at_files(arguments)?;
    let units = step::units(arguments)?;
    if units.len() == 1 {
        return Ok(outcome_json(&step::record(transaction, arguments, actor, &files, None)?));
    }
    let results = transaction.together(|transaction| {
        let each = units.into_iter().map(|unit| {
            step::narrow(arguments, unit);
            Ok(outcome_json(&step::record(transaction, arguments, actor, &files, None)?))
        });
        each.collect::<anyhow::Result<Vec<_>>>()
    })?;
    let keys: Vec<&Value> = results.iter().map(|result| &result["key"]).collect();
    let notices: Vec<&Value> = results.iter().filter_map(|result| result["notices"].as_array()).flatten().collect();
    let mut all = json!({ "key": keys.first(), "keys": keys });
    if !notices.is_empty() {
        all["notices"] = json!(notices);
    }
    Ok(all)
}

fn redact(transaction: &mut Transaction<'_, '_>, line: &[u8], actor: &Actor) -> anyhow::Result<Value> {
    let redact = arguments::<redact::RedactArgs>(line)?.request()?;
    let removed = transaction.together(|transaction| transaction.redact(&redact, actor))?;
    Ok(redact::json(&redact.key, &removed))
}

fn set_policy(transaction: &mut Transaction<'_, '_>, line: &[u8], actor: &Actor) -> anyhow::Result<Value> {
    let arguments: policy::SetArgs = arguments(line)?;
    let settings = policy::set(transaction, &arguments, actor)?;
    Ok(json!({ "key": null, "settings": settings.into_iter().collect::<std::collections::BTreeMap<_, _>>() }))
}

/// The arguments of a line's command: all that is not in its [`Head`].
fn arguments<A: DeserializeOwned>(line: &[u8]) -> Result<A, UsageError> {
    understood(line).map(|Arguments(arguments)| arguments)
}

fn understood<T: DeserializeOwned>(line: &[u8]) -> Result<T, UsageError> {
    // It is one line, whose number stands beside the message.
    serde_json::from_slice(line)
        .map_err(|error| UsageError::new(error.to_string().replace("at line 1 column", "at column")))
}

fn print_result(
    to: &mut dyn Write,
    format: Format,
    number: usize,
    result: anyhow::Result<Value>,
) -> anyhow::Result<()> {
    match (format, result) {
        (Format::Keys, Ok(done)) => writeln!(to, "{}", done["key"].as_str().unwrap_or_default())?,
        (Format::Keys, Err(error)) => {
            error_view::report(&error, Format::Keys);
        }
        (_, result) => {
            serde_json::to_writer(&mut *to, &result_line(number, result))?;
            writeln!(to)?;
        }
    }
    Ok(())
}

/// Where the lines come from, and how many bytes they are. What is no file is read to its end first: a slow producer must not hold the write lock.
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

/// A person at a terminal is told how it went.
fn tell(ctx: &Ctx, tally: &Tally, arguments: &BatchArgs) {
    let mut stderr = std::io::stderr();
    if ctx.out.format != Format::Table && !stderr.is_terminal() {
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
    // Progress is a courtesy; the exit code tells the outcome too.
    let _ = writeln!(stderr, "{}", visible(&line));
}
