//! `cus import`: other trackers' tickets with their history (R32), or an export of `cus` itself.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde_json::json;

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, SOME_FAILED, UsageError};
use crate::cli::global::Format;
use crate::cli::output::{Grid, counted, visible};
use crate::cli::progress::Progress;
use crate::cli::write;
use crate::cli::written::tell_beside;
use crate::store::{Origin, Scope, Writer};
use crate::trackers::found::{Issue, Row, Unreadable};
use crate::trackers::mapping::Mapping;
use crate::trackers::{self, Census, Kind};
use crate::workflow::Context;
use crate::workflow::command::Import;
use crate::workflow::foreign::Foreign;
use crate::workflow::key::Key;
use crate::workflow::refusal::{Refusal, quoted};
use crate::workflow::rules::decide;
use crate::workflow::tickets::Ticket;
use crate::workflow::vocabulary::Kind as TicketKind;

#[derive(Debug, Args)]
pub(in crate::cli) struct ImportArgs {
    /// The file: an export of cus, Jira's JSON or CSV, or any CSV with one ticket a row; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Which column of a CSV file holds which field, such as "Ticket ID=key" (can be repeated)
    #[arg(long, value_name = "COLUMN=FIELD")]
    map: Vec<String>,
    /// A project whose issues are customers' tickets (can be repeated)
    #[arg(long, value_name = "PROJECT", value_delimiter = ',')]
    csd: Vec<String>,
    /// A project whose issues are Engineering's, to be CUS tickets (can be repeated)
    #[arg(long, value_name = "PROJECT", value_delimiter = ',')]
    cus: Vec<String>,
    /// Show what would be taken in, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Create the database if there is none
    #[arg(long)]
    create: bool,
}

/// What a file is, and what is known of all its issues.
pub(in crate::cli) struct Source<'a> {
    pub(in crate::cli) kind: Kind,
    pub(in crate::cli) mapping: &'a Mapping,
    pub(in crate::cli) census: &'a Census,
}

/// What an import comes to.
#[derive(Debug, Default)]
pub(in crate::cli) struct Report {
    rows: usize,
    new: BTreeMap<TicketKind, usize>,
    changed: usize,
    unchanged: usize,
    events: usize,
    linked: usize,
    /// Rows that were never issues.
    passed_over: usize,
    /// What each status became.
    states: BTreeMap<(String, String, String), usize>,
    /// The issues that were read.
    seen: HashSet<Key>,
    /// Lines that cannot be taken, and why.
    skipped: Vec<(u64, String)>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &ImportArgs) -> anyhow::Result<u8> {
    let mut file = open(ctx, &arguments.file)?;
    let name = arguments.file.display().to_string();
    let unreadable = |error: Unreadable| UsageError::new(format!("{name}:{}: {}", error.line, error.reason));
    let kind = trackers::kind_of(&mut file).map_err(unreadable)?;
    let mapping = Mapping::parse(&arguments.map).map_err(|error| UsageError::new(error.to_string()))?;
    if kind != Kind::Csv && !arguments.map.is_empty() {
        let message = format!("--map names the columns of a plain CSV, and {name} is read as {kind}");
        return Err(UsageError::with_fix(message, format!("cus import {}", quoted(&name))).into());
    }
    write::create_if(ctx, arguments.create, arguments.dry_run)?;
    if kind == Kind::Own {
        return take_back(ctx, &mut file, arguments);
    }
    let census = Census::new(&arguments.csd, &arguments.cus);
    let census = count(&mut file, kind, &mapping, census).map_err(unreadable)?;
    let context = ctx.context()?;
    let mut report = Report::default();
    let mut store = ctx.store()?.for_bulk()?;
    let mut writer = store.writer()?;
    let context = Context { policy: writer.policy()?, now_is_explicit: false, ..context };
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    // Customers' tickets are linked to Engineering's, which must be there first.
    for wanted in [TicketKind::Cus, TicketKind::Csd] {
        let progress = Progress::new(length, ctx.out.format == Format::Table);
        file.rewind()?;
        let counted = Counted { inner: &file, progress: &progress, bytes: 0 };
        let source = Source { kind, mapping: &mapping, census: &census };
        take_in(&mut writer, counted, &source, wanted, &context, &mut report)?.map_err(unreadable)?;
        progress.end();
    }
    if arguments.dry_run {
        writer.rollback()?;
    } else {
        writer.commit()?;
    }
    report.skipped.sort();
    report.skipped.dedup();
    tell(ctx, &report, &census, kind, &name, arguments.dry_run)?;
    Ok(if report.skipped.is_empty() { DONE } else { SOME_FAILED })
}

/// A file that tells how far it was read.
struct Counted<'a> {
    inner: &'a File,
    progress: &'a Progress,
    bytes: u64,
}

impl Read for Counted<'_> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(to)?;
        self.bytes += read as u64;
        self.progress.at(self.bytes, 0, "read");
        Ok(read)
    }
}

/// The file, which is read more than once: what is none is copied to one that nobody else sees.
fn open(ctx: &mut Ctx, path: &Path) -> anyhow::Result<File> {
    let mut source: Box<dyn Read> = if path == Path::new("-") {
        ctx.stdin_is_taken = true;
        Box::new(std::io::stdin())
    } else {
        let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        if file.metadata().is_ok_and(|metadata| metadata.is_file()) {
            return Ok(file);
        }
        Box::new(file)
    };
    let mut spool = tempfile::tempfile().context("a temporary file")?;
    std::io::copy(&mut source, &mut spool).with_context(|| format!("cannot read {}", path.display()))?;
    spool.rewind()?;
    Ok(spool)
}

/// Looks at every issue of a file.
pub(in crate::cli) fn count(
    mut file: impl Read + Seek,
    kind: Kind,
    mapping: &Mapping,
    mut census: Census,
) -> Result<Census, Unreadable> {
    file.rewind().map_err(|error| Unreadable { line: 1, reason: error.to_string() })?;
    trackers::read(kind, BufReader::new(file), mapping, |row| {
        if let Row::Issue(issue) = row {
            census.look_at(&issue);
        }
        ControlFlow::Continue(())
    })?;
    Ok(census)
}

/// Takes in the issues of one kind. A file that cannot be read further is told apart from a store that fails.
pub(in crate::cli) fn take_in(
    writer: &mut Writer<'_>,
    file: impl Read,
    source: &Source<'_>,
    wanted: TicketKind,
    context: &Context,
    report: &mut Report,
) -> anyhow::Result<Result<(), Unreadable>> {
    let mut taken = Ok(());
    let read = trackers::read(source.kind, BufReader::new(file), source.mapping, |row| {
        taken = take(writer, source, wanted, row, context, report);
        if taken.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    taken.map(|()| read)
}

/// Takes in one row, if its issue is of the wanted kind. What cannot be taken is noted; only the store's failures end it.
fn take(
    writer: &mut Writer<'_>,
    source: &Source<'_>,
    wanted: TicketKind,
    row: Row,
    context: &Context,
    report: &mut Report,
) -> anyhow::Result<()> {
    let issue = match row {
        Row::Issue(issue) => issue,
        Row::Skipped { place, reason } => {
            report.skipped.push((place.line, reason));
            return Ok(());
        }
        Row::NoIssue { .. } => {
            report.passed_over += usize::from(wanted == TicketKind::Csd);
            return Ok(());
        }
    };
    if source.census.kind_of(&issue.project) != wanted {
        return Ok(());
    }
    report.rows += 1;
    let line = issue.place.line;
    if trackers::key_of(&issue.key).is_some_and(|key| !report.seen.insert(key)) {
        report.skipped.push((line, format!("`{}` stands there again: the first is taken", issue.key)));
        return Ok(());
    }
    match translated(writer, source, &issue, context)? {
        Ok(command) => match record(writer, command, context) {
            Ok(recorded) => {
                report.count(&issue, recorded);
                Ok(())
            }
            Err(error) => match error.downcast_ref::<Refusal>() {
                Some(refusal) => {
                    report.skipped.push((line, refusal.to_string()));
                    Ok(())
                }
                None => Err(error),
            },
        },
        Err(reason) => {
            report.skipped.push((line, reason));
            Ok(())
        }
    }
}

/// The command that takes an issue in, with what is recorded of it already; or why there is none.
fn translated(
    writer: &Writer<'_>,
    source: &Source<'_>,
    issue: &Issue,
    context: &Context,
) -> anyhow::Result<Result<Import, String>> {
    let known = match trackers::key_of(&issue.key) {
        Some(key) => writer.events_of(&key)?,
        None => Vec::new(),
    };
    // A table need not have times; what was taken in without one keeps the time that it got then.
    let began = known.first().map(|recorded| recorded.event.at);
    let fallback = began.or((source.kind == Kind::Csv).then_some(context.now));
    let ticket: Foreign = match trackers::translate(issue, source.census, source.kind.tracker(), fallback) {
        Ok(ticket) => ticket,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let is_touched = known.iter().any(|recorded| recorded.origin == Origin::Cus);
    let known = known.into_iter().map(|recorded| recorded.event).collect();
    Ok(Ok(Import { ticket, known, is_touched }))
}

/// What became of one issue.
struct Recorded {
    kind: TicketKind,
    stage: String,
    is_new: bool,
    is_linked: bool,
    events: usize,
}

fn record(writer: &mut Writer<'_>, command: Import, context: &Context) -> anyhow::Result<Recorded> {
    let mut perhaps = vec![command.ticket.key.clone()];
    perhaps.extend(command.ticket.cus.clone());
    let (key, kind, is_new) = (command.ticket.key.clone(), command.ticket.kind, command.known.is_empty());
    let command = command.into();
    let applied = writer
        .import(&Scope { perhaps, begins: true, ..Scope::default() }, |tickets| -> anyhow::Result<_> {
            Ok(decide(tickets, &command, context)?)
        })?;
    let ticket = applied.after.ticket(&key);
    Ok(Recorded {
        kind,
        stage: ticket.map(|ticket| ticket.stage().as_str().to_owned()).unwrap_or_default(),
        is_new,
        is_linked: matches!(ticket, Some(Ticket::Csd(csd)) if csd.cus.is_some()),
        events: applied.events.len(),
    })
}

impl Report {
    fn count(&mut self, issue: &Issue, recorded: Recorded) {
        if recorded.events == 0 {
            self.unchanged += 1;
            return;
        }
        self.events += recorded.events;
        if recorded.is_new {
            *self.new.entry(recorded.kind).or_default() += 1;
        } else {
            self.changed += 1;
        }
        self.linked += usize::from(recorded.is_linked && recorded.is_new);
        let resolution = issue.resolution.as_deref().unwrap_or_default();
        let resolution = resolution.lines().next().unwrap_or_default();
        let status = match (issue.status.trim(), resolution) {
            ("", _) => "(none)".to_owned(),
            (status, "") => status.to_owned(),
            (status, resolution) if resolution.len() < 30 && recorded.kind == TicketKind::Cus => {
                format!("{status} ({resolution})")
            }
            (status, _) => status.to_owned(),
        };
        *self.states.entry((recorded.kind.to_string(), status, recorded.stage)).or_default() += 1;
    }

    fn taken(&self) -> usize {
        self.new.values().sum()
    }
}

fn take_back(ctx: &mut Ctx, file: &mut File, arguments: &ImportArgs) -> anyhow::Result<u8> {
    file.rewind()?;
    let mut store = ctx.store()?.for_bulk()?;
    let taken = store.take_back(BufReader::new(file), arguments.dry_run);
    let verified = taken.with_context(|| arguments.file.display().to_string())?;
    let what = if arguments.dry_run { "would take back" } else { "took back" };
    match ctx.out.format {
        Format::Json | Format::Jsonl => ctx.out.json(&json!({
            "events": verified.events,
            "tickets": verified.tickets,
            "head": verified.head,
            "dry_run": arguments.dry_run,
        }))?,
        Format::Table | Format::Csv | Format::Keys => {
            ctx.out.line(&format!("{what} and verified {} events of {} tickets", verified.events, verified.tickets))?;
        }
    }
    Ok(DONE)
}

fn tell(ctx: &mut Ctx, report: &Report, census: &Census, kind: Kind, name: &str, dry_run: bool) -> anyhow::Result<()> {
    if ctx.out.format != Format::Table {
        let new = |kind| report.new.get(&kind).copied().unwrap_or_default();
        let states = report.states.iter().map(
            |((kind, status, stage), count)| json!({ "kind": kind, "status": status, "stage": stage, "count": count }),
        );
        let skipped =
            report.skipped.iter().map(|(line, reason)| json!({ "file": name, "line": line, "reason": reason }));
        let projects = census.projects().into_iter();
        let projects =
            projects.map(|(project, kind, count)| json!({ "project": project, "kind": kind, "issues": count }));
        return ctx.out.json(&json!({
            "file": name,
            "format": kind,
            "dry_run": dry_run,
            "rows": report.rows,
            "new": { "csd": new(TicketKind::Csd), "cus": new(TicketKind::Cus) },
            "changed": report.changed,
            "unchanged": report.unchanged,
            "linked": report.linked,
            "events": report.events,
            "passed_over": report.passed_over,
            "projects": projects.collect::<Vec<_>>(),
            "states": states.collect::<Vec<_>>(),
            "skipped": skipped.collect::<Vec<_>>(),
        }));
    }
    if dry_run {
        ctx.out.line("dry run: nothing is written")?;
    }
    for (project, kind, count) in census.projects() {
        let what = match kind {
            TicketKind::Csd => "customers' tickets",
            TicketKind::Cus => "CUS tickets",
        };
        let project = if project.is_empty() { "the file" } else { project };
        ctx.out.line(&format!("{}: {}, {what}", visible(project), counted(count, "issue")))?;
    }
    let mut grid =
        Grid::new(ctx.out.width, &["KIND", "STATUS THERE", "STAGE HERE", "TICKETS"], ctx.out.colour).numbers([3]);
    for ((kind, status, stage), count) in &report.states {
        grid.row([kind.clone(), visible(status).into_owned(), stage.clone(), count.to_string()]);
    }
    if !grid.is_empty() {
        let table = grid.render();
        ctx.out.line(&format!("\n{table}\n"))?;
    }
    let each: Vec<String> = report.new.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let each = if each.is_empty() { String::new() } else { format!(" ({})", each.join(", ")) };
    ctx.out.line(&format!(
        "{} new{each}, {} changed, {} unchanged, {} skipped; {} events",
        report.taken(),
        report.changed,
        report.unchanged,
        report.skipped.len(),
        report.events
    ))?;
    if report.taken() + report.changed == 0 && report.skipped.is_empty() {
        ctx.out.line("everything in the file is here already")?;
    }
    ctx.out.flush()?;
    for (line, reason) in &report.skipped {
        tell_beside(&visible(&format!("{name}:{line}: {reason}")));
    }
    Ok(())
}
