//! What an import came to: how many tickets, at which stages, and what was skipped.

use anyhow::Result;
use serde_json::json;

use super::import_plan::ImportPlanView;
use super::import_report::Report;
use crate::cli::hint;
use crate::cli::output::{Cell, Column, Json, Keys, Page, Rows, Table, View, counted, one_line, visible};
use crate::cli::stderr;
use crate::trackers::{Look, Source};
use crate::workflow::vocabulary::Kind;

/// What an import came to.
pub(in crate::cli) struct ImportView<'a> {
    pub(in crate::cli) report: &'a Report,
    pub(in crate::cli) look: &'a Look,
    pub(in crate::cli) source: &'a Source,
    /// The file.
    pub(in crate::cli) name: &'a str,
    pub(in crate::cli) dry_run: bool,
}

impl View for ImportView<'_> {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        if self.dry_run {
            page.line("dry run: nothing is written")?;
            page.line("")?;
            self.plan().text(page)?;
            page.line("")?;
        }
        for (project, kind, count) in self.look.census.projects() {
            let what = match kind {
                Kind::Csd => "customers' tickets",
                Kind::Cus => "CUS tickets",
            };
            let project = if project.is_empty() { "the file" } else { project };
            page.line(format!("{}: {}, {what}", visible(project), counted(count, "issue")))?;
        }
        self.states(page)?;
        self.whole(page)?;
        self.figures(page)?;
        self.remarks();
        Ok(())
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        let report = self.report;
        let new = |kind| report.new.get(&kind).copied().unwrap_or_default();
        let states = report.states.iter().map(
            |((kind, status, stage), count)| json!({ "kind": kind, "status": status, "stage": stage, "count": count }),
        );
        let skipped = report.skipped().map(|(place, reason)| {
            json!({ "file": self.name, "line": place.line, "row": place.row, "kind": reason.kind, "reason": reason.told })
        });
        let projects = self.look.census.projects().into_iter();
        let projects =
            projects.map(|(project, kind, count)| json!({ "project": project, "kind": kind, "issues": count }));
        let mapping = self.dry_run.then(|| self.plan().object());
        json.document(&json!({
            "file": self.name,
            "format": self.look.format.kind,
            "source": self.source.name,
            "dry_run": self.dry_run,
            "import": self.number(),
            "mapping": mapping,
            "rows": report.rows,
            "new": { "csd": new(Kind::Csd), "cus": new(Kind::Cus) },
            "changed": report.changed,
            "unchanged": report.unchanged,
            "linked": report.linked,
            "events": report.events,
            "passed_over": report.passed_over(),
            "projects": projects.collect::<Vec<_>>(),
            "states": states.collect::<Vec<_>>(),
            "partial": report.partial(),
            "skipped": skipped.collect::<Vec<_>>(),
        }))
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        rows.header(&["line", "row", "reason"])?;
        self.report
            .skipped()
            .try_for_each(|(place, reason)| rows.row([&place.line.to_string(), &place.row.to_string(), &reason.told]))
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        self.report.keys.iter().try_for_each(|key| keys.key(key.as_str()))
    }
}

fn number(count: u64, what: &str) -> String {
    counted(usize::try_from(count).unwrap_or(usize::MAX), what)
}

impl ImportView<'_> {
    /// The number by which it can be taken back.
    fn number(&self) -> Option<i64> {
        (self.report.events > 0 && !self.dry_run).then_some(self.report.number)
    }

    fn plan(&self) -> ImportPlanView<'_> {
        ImportPlanView { look: self.look, source: self.source }
    }

    fn states(&self, page: &mut Page<'_>) -> Result<()> {
        let columns = [
            Column::words("KIND"),
            Column::rest("STATUS THERE"),
            Column::words("STAGE HERE"),
            Column::numbers("TICKETS"),
        ];
        let mut table = Table::new(&columns);
        for ((kind, status, stage), count) in &self.report.states {
            table.row([kind.to_string(), one_line(status), stage.clone(), count.to_string()].map(Cell::from));
        }
        if table.is_empty() {
            return Ok(());
        }
        page.line("")?;
        page.table(&mut table)?;
        page.line("")
    }

    fn figures(&self, page: &mut Page<'_>) -> Result<()> {
        let report = self.report;
        let each: Vec<String> = report.new.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        let each = if each.is_empty() { String::new() } else { format!(" ({})", each.join(", ")) };
        page.line(format!(
            "{} new{each}, {} changed, {} unchanged, {} linked, {} skipped; {} events, source {}",
            report.taken(),
            report.changed,
            report.unchanged,
            report.linked,
            report.skipped().count(),
            report.events,
            visible(&self.source.name)
        ))?;
        match self.number() {
            Some(number) => page.line(format!("undo: {}", hint::command(&format!("import --undo {number}")))),
            None => Ok(()),
        }
    }

    /// What is worth knowing of the file as a whole.
    fn whole(&self, page: &mut Page<'_>) -> Result<()> {
        let Look { plan, survey, .. } = self.look;
        if plan.zoneless > 0 {
            let (times, name) = (number(plan.zoneless, "time"), if plan.zoneless == 1 { "names" } else { "name" });
            page.line(format!("{times} {name} no zone: read as {} (--zone)", plan.zone))?;
        }
        if survey.rows == 0 {
            page.line("The file has no tickets.")?;
        } else if self.report.taken() + self.report.changed == 0 && self.report.skipped().next().is_none() {
            page.line("Everything in the file is here already.")?;
        }
        Ok(())
    }

    /// Tells beside the page what is not in, one line for each kind of reason.
    fn remarks(&self) {
        for skipped in self.report.reasons() {
            let line = match skipped.first.as_slice() {
                [only] if skipped.count == 1 => format!("{}:{}: {}", self.name, only.line, skipped.told),
                first => {
                    let lines: Vec<String> = first.iter().map(|place| place.line.to_string()).collect();
                    let more = if skipped.count > first.len() { ", …" } else { "" };
                    format!(
                        "{}: {} rows: {} (lines {}{more})",
                        self.name,
                        skipped.count,
                        skipped.told,
                        lines.join(", ")
                    )
                }
            };
            stderr::line(&visible(&line));
        }
        for partial in self.report.partial() {
            stderr::line(&visible(&format!("{}: {partial}", self.name)));
        }
    }
}
