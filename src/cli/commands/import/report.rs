//! The result of an import, and how it is printed.

use std::collections::{BTreeMap, HashSet};

use serde_json::json;

use crate::cli::ctx::Ctx;
use crate::cli::output::{Cell, Column, Table, counted, one_line, visible};
use crate::cli::stderr;
use crate::trackers::found::Issue;
use crate::trackers::{Census, Kind};
use crate::workflow::key::Key;
use crate::workflow::vocabulary::Kind as TicketKind;

/// The result of an import.
#[derive(Debug, Default)]
pub(in crate::cli) struct Report {
    pub(super) rows: usize,
    pub(super) new: BTreeMap<TicketKind, usize>,
    pub(super) changed: usize,
    pub(super) unchanged: usize,
    pub(super) events: usize,
    pub(super) linked: usize,
    /// Rows that were never issues.
    pub(super) passed_over: usize,
    /// The stage that each status became.
    pub(super) states: BTreeMap<(String, String, String), usize>,
    /// The issues that were read.
    pub(super) seen: HashSet<Key>,
    /// Lines that cannot be taken, and why.
    pub(super) skipped: Vec<(u64, String)>,
}

/// The result of one issue.
pub(super) struct Recorded {
    pub(super) kind: TicketKind,
    pub(super) stage: String,
    pub(super) is_new: bool,
    pub(super) is_linked: bool,
    pub(super) events: usize,
}

impl Report {
    pub(super) fn count(&mut self, issue: &Issue, recorded: Recorded) {
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

pub(super) fn print(
    ctx: &mut Ctx,
    report: &Report,
    census: &Census,
    kind: Kind,
    name: &str,
    dry_run: bool,
) -> anyhow::Result<()> {
    if !ctx.out.is_for_a_person() {
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
    let columns =
        [Column::words("KIND"), Column::rest("STATUS THERE"), Column::words("STAGE HERE"), Column::numbers("TICKETS")];
    let mut table = Table::new(&columns);
    for ((kind, status, stage), count) in &report.states {
        table.row([kind.clone(), one_line(status), stage.clone(), count.to_string()].map(Cell::from));
    }
    if !table.is_empty() {
        let table = table.render(usize::from(ctx.out.width), ctx.out.colour);
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
        stderr::line(&visible(&format!("{name}:{line}: {reason}")));
    }
    Ok(())
}
