//! The run of an import: what the file is, what all of it holds, what is doubtful, and then its issues, kind by kind.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Seek};
use std::ops::ControlFlow;
use std::path::Path;

use anyhow::Context as _;
use chrono::Utc;
use serde_json::json;

use super::args::ImportArgs;
use super::file::{Counted, open};
use super::take_in::{Taking, take_in};
use crate::app::Actor;
use crate::cli::ctx::Ctx;
use crate::cli::doubts::{Doubtful, worded};
use crate::cli::error::{DONE, NoSuch, SOME_FAILED, UsageError};
use crate::cli::hint;
use crate::cli::output::{counted, visible};
use crate::cli::progress::Progress;
use crate::cli::stderr;
use crate::cli::views::answer::AnswerView;
use crate::cli::views::import::ImportView;
use crate::cli::views::import_plan::ImportPlanView;
use crate::cli::views::import_report::Report;
use crate::cli::views::outbox::held_words;
use crate::store::{Store, TakenBack};
use crate::trackers::found::{Row, Unreadable};
use crate::trackers::map_file::{MapFile, written};
use crate::trackers::{self, Doubt, Kind, Look, LookError, Source};
use crate::workflow::command::Undo;
use crate::workflow::key::Key;
use crate::workflow::vocabulary::Kind as TicketKind;

/// How many tickets of a new source are compared with those that are here.
const COMPARED: u64 = 50;

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &ImportArgs) -> anyhow::Result<u8> {
    if let Some(number) = arguments.undo {
        return undo(ctx, number, arguments);
    }
    let mut file = open(ctx, &arguments.file, arguments.encoding)?;
    let name = arguments.file.display().to_string();
    let unreadable = |error: Unreadable| UsageError::new(format!("{name}:{}: {}", error.line, error.reason));
    let format = trackers::format_of(&mut file).map_err(unreadable)?;
    let map_file = map_file(arguments)?;
    let mapping = arguments.mapping(&map_file).map_err(|error| UsageError::new(error.to_string()))?;
    if format.kind == Kind::Own {
        ctx.create_if(arguments.create, arguments.dry_run)?;
        return take_back(ctx, &mut file, arguments);
    }
    let mut look =
        Look::at(&mut file, format, &mapping, &arguments.csd, &arguments.cus).map_err(|error| match error {
            LookError::Unreadable(error) => unreadable(error),
            LookError::Mapping(error) => UsageError::new(error.to_string()),
        })?;
    if look.survey.rows == 0 && !look.plan.has_fields() {
        return Err(UsageError::new(format!("{name}: no column of it is known, and it has no rows")).into());
    }
    let given = arguments.source.as_deref().or(map_file.source.as_deref());
    let prefix = arguments.prefix.as_deref().or(map_file.prefix.as_deref());
    let source = Source::new(given, prefix, format.profile, &name, look.census.is_one_series())
        .map_err(|error| UsageError::new(error.to_string()))?;
    let mut doubts = Vec::new();
    if ctx.path().exists() {
        let store = ctx.store_to_read()?;
        know_projects(&mut look, &store, &source)?;
        if given.is_none() {
            doubts.extend(other_source(&look, &mut file, &store, &source)?);
        }
    }
    doubts.extend(look.doubts());
    let plan = ImportPlanView { look: &look, source: &source };
    if let Some(path) = &arguments.write_map {
        std::fs::write(path, written(&look, &source.name))
            .with_context(|| format!("cannot write {}", path.display()))?;
        ctx.print(&plan)?;
        for doubt in &doubts {
            stderr::line(&visible(&worded(doubt)));
        }
        return Ok(DONE);
    }
    if arguments.dry_run && !doubts.is_empty() && !arguments.accept_guesses {
        ctx.print(&plan)?;
    }
    if !doubts.is_empty() && !arguments.accept_guesses {
        return Err(Doubtful { file: name, doubts }.into());
    }
    ctx.create_if(arguments.create, arguments.dry_run)?;
    let actor = Actor { at: Some(ctx.now()), ..ctx.actor()? };
    // A time that was set by hand can be long ago.
    let until = ctx.now().max(Utc::now());
    let mut report = Report::default();
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let is_shown = ctx.out.is_for_a_person();
    let mut desk = ctx.desk()?.for_bulk()?.rehearsing(arguments.dry_run);
    desk.transaction(|transaction| -> anyhow::Result<()> {
        report.number = transaction.next_event();
        // An import is one command (R35).
        transaction.together(|transaction| -> anyhow::Result<()> {
            let taking = Taking { look: &look, source: &source, actor: &actor, until };
            // Customers' tickets are linked to Engineering's, which must be there first.
            for wanted in [TicketKind::Cus, TicketKind::Csd] {
                if wanted == TicketKind::Cus && !look.census.has(wanted) {
                    continue;
                }
                let progress = Progress::new(length, is_shown);
                let bytes = Cell::new(0);
                file.rewind()?;
                let counted = Counted { inner: &file, bytes: &bytes };
                let mut at = |rows| progress.at(bytes.get(), rows, "rows");
                take_in(transaction, counted, taking, wanted, &mut report, &mut at)?.map_err(unreadable)?;
                progress.end();
            }
            Ok(())
        })
    })?;
    if let Some(path) = &arguments.skipped {
        write_skipped(path, &report)?;
    }
    let view = ImportView { report: &report, look: &look, source: &source, name: &name, dry_run: arguments.dry_run };
    ctx.print(&view)?;
    Ok(if report.has_skipped() { SOME_FAILED } else { DONE })
}

/// Takes an import back, on every ticket that it touched (R35).
fn undo(ctx: &mut Ctx, number: i64, arguments: &ImportArgs) -> anyhow::Result<u8> {
    let mut desk = ctx.desk()?.rehearsing(arguments.dry_run);
    let Some(key) = desk.store().taken_in_by(number)? else {
        let hint = hint::command("log");
        return Err(NoSuch { what: "import", name: number.to_string(), hint }.into());
    };
    let note = arguments.note.clone().unwrap_or_else(|| format!("import {number} is taken back"));
    let outcome = desk.execute(Undo { key, command: Some(number), note }, &ctx.actor()?)?;
    let tickets: BTreeSet<&Key> = outcome.events.iter().map(|event| &event.stream).collect();
    let json = json!({ "import": number, "undone": tickets.len(), "dry_run": arguments.dry_run });
    let dry_run = arguments.dry_run.then(|| "dry run: nothing is written".to_owned());
    let undone = format!("import {number} undone: {}", counted(tickets.len(), "ticket"));
    ctx.print(&AnswerView::new(dry_run.into_iter().chain([undone]), json))?;
    Ok(DONE)
}

/// The mapping that somebody wrote down, if any.
fn map_file(arguments: &ImportArgs) -> anyhow::Result<MapFile> {
    let Some(path) = &arguments.map_file else { return Ok(MapFile::default()) };
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(MapFile::parse(&text).map_err(|error| UsageError::new(format!("{}: {error}", path.display())))?)
}

/// Notes the kinds of the projects of which the record has tickets.
fn know_projects(look: &mut Look, store: &Store, source: &Source) -> anyhow::Result<()> {
    let projects: Vec<String> = look.census.projects().into_iter().map(|(project, ..)| project.to_owned()).collect();
    for project in projects.iter().filter(|project| !project.is_empty()) {
        if let Some(kind) = store.kind_of_project(&source.name, project)? {
            look.census.know(project, kind);
        }
    }
    Ok(())
}

/// Whether the first tickets of a new source are here from another one: an export can have another name each time.
fn other_source(look: &Look, file: &mut File, store: &Store, source: &Source) -> anyhow::Result<Option<Doubt>> {
    let mut found: Vec<String> = Vec::new();
    let mut is_known = false;
    let mut failed = None;
    file.rewind()?;
    let read = trackers::read(look.format, BufReader::new(&mut *file), &look.plan, true, |row| {
        let row = match row {
            Row::Issue(issue) => {
                let asked = store.imported(&source.name, &issue.key).and_then(|known| match (known, issue.created) {
                    (None, Some(created)) => store.other_source(&source.name, &issue.key, created, &issue.summary),
                    (known, _) => {
                        is_known |= known.is_some();
                        Ok(None)
                    }
                });
                match asked {
                    Ok(other) => found.extend(other),
                    Err(error) => failed = Some(error),
                }
                issue.place.row
            }
            Row::Skipped { place, .. } | Row::NoIssue { place, .. } => place.row,
        };
        if is_known || failed.is_some() || row >= COMPARED { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    if let Some(error) = failed {
        return Err(error.into());
    }
    // What cannot be read is told when it is taken in.
    if is_known || read.is_err() {
        return Ok(None);
    }
    let issues = found.len() as u64;
    Ok(found.pop().map(|other| Doubt::Source { source: source.name.clone(), other, issues }))
}

/// Writes every row that is skipped, with its reason.
fn write_skipped(path: &Path, report: &Report) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_path(path).with_context(|| format!("cannot write {}", path.display()))?;
    writer.write_record(["line", "row", "reason"])?;
    for (place, reason) in report.skipped() {
        writer.write_record([&place.line.to_string(), &place.row.to_string(), &reason.told])?;
    }
    Ok(writer.flush()?)
}

fn take_back(ctx: &mut Ctx, file: &mut File, arguments: &ImportArgs) -> anyhow::Result<u8> {
    file.rewind()?;
    let mut desk = ctx.desk()?.for_bulk()?.rehearsing(arguments.dry_run);
    let taken = desk.take_back(BufReader::new(file));
    let TakenBack { verified, first_head, held } = taken.with_context(|| arguments.file.display().to_string())?;
    let what = if arguments.dry_run { "would take back" } else { "took back" };
    let object = json!({
        "events": verified.events,
        "tickets": verified.tickets,
        "head": verified.head,
        "first_head": first_head,
        "held": held,
        "dry_run": arguments.dry_run,
    });
    let mut lines = vec![format!("{what} and verified {} events of {} tickets", verified.events, verified.tickets)];
    lines.extend(first_head.map(|head| format!("brought up from cus 0.1.0, where the head of the chain was {head}")));
    lines.extend((held > 0).then(|| held_words(held)));
    ctx.print(&AnswerView::new(lines, object))?;
    Ok(DONE)
}
