//! The run of an import: what the file is, what all of it holds, and then its issues, kind by kind.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde_json::json;

use super::report::{Report, print};
use super::take_in::{Source, take_in};
use crate::app::Actor;
use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, SOME_FAILED, UsageError};
use crate::cli::hint::quoted;
use crate::cli::progress::Progress;
use crate::cli::views::answer::AnswerView;
use crate::trackers::found::{Row, Unreadable};
use crate::trackers::mapping::Mapping;
use crate::trackers::{self, Census, Kind};
use crate::workflow::vocabulary::Kind as TicketKind;

/// Import tickets from another tracker, or an export
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
    ctx.create_if(arguments.create, arguments.dry_run)?;
    if kind == Kind::Own {
        return take_back(ctx, &mut file, arguments);
    }
    let census = Census::new(&arguments.csd, &arguments.cus);
    let census = count(&mut file, kind, &mapping, census).map_err(unreadable)?;
    let actor = Actor { at: Some(ctx.now()), ..ctx.actor()? };
    let mut report = Report::default();
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let is_for_a_person = ctx.out.is_for_a_person();
    let mut desk = ctx.desk()?.for_bulk()?.rehearsing(arguments.dry_run);
    desk.transaction(|transaction| -> anyhow::Result<()> {
        // Customers' tickets are linked to Engineering's, which must be there first.
        for wanted in [TicketKind::Cus, TicketKind::Csd] {
            let progress = Progress::new(length, is_for_a_person);
            file.rewind()?;
            let counted = Counted { inner: &file, progress: &progress, bytes: 0 };
            let source = Source { kind, mapping: &mapping, census: &census };
            take_in(transaction, counted, &source, wanted, &actor, &mut report)?.map_err(unreadable)?;
            progress.end();
        }
        Ok(())
    })?;
    report.skipped.sort();
    report.skipped.dedup();
    print(ctx, &report, &census, kind, &name, arguments.dry_run)?;
    Ok(if report.skipped.is_empty() { DONE } else { SOME_FAILED })
}

/// A file that reports how far it was read.
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

fn take_back(ctx: &mut Ctx, file: &mut File, arguments: &ImportArgs) -> anyhow::Result<u8> {
    file.rewind()?;
    let mut desk = ctx.desk()?.for_bulk()?.rehearsing(arguments.dry_run);
    let taken = desk.take_back(BufReader::new(file));
    let verified = taken.with_context(|| arguments.file.display().to_string())?;
    let what = if arguments.dry_run { "would take back" } else { "took back" };
    let object = json!({
        "events": verified.events,
        "tickets": verified.tickets,
        "head": verified.head,
        "dry_run": arguments.dry_run,
    });
    let line = format!("{what} and verified {} events of {} tickets", verified.events, verified.tickets);
    ctx.print(&AnswerView::new([line], object))?;
    Ok(DONE)
}
