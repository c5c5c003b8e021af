//! What is owed, a line for each duty; and the legal next steps of one ticket.

use anyhow::Result;
use serde::Serialize;
use serde_json::json;

use super::outcome::Advice;
use super::owed::{in_brief, owed_lines};
use super::ticket_json::{OwedView, ticket_view};
use crate::cli::hint;
use crate::cli::output::{
    Cell, Column, Json, Keys, Page, Rows, Table, Tone, View, cut, due_briefly, due_tone, one_line, rfc3339,
    visible_in_line,
};
use crate::store::{More, OwedRow};
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::obligations::owed::{owed, owed_about};
use crate::workflow::step::Step;
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::{Role, Word};

/// What is owed now, overdue first.
pub(in crate::cli) struct DutiesView {
    pub(in crate::cli) duties: Vec<OwedRow>,
    pub(in crate::cli) more: More,
    /// Whether only what is late was asked for.
    pub(in crate::cli) overdue_only: bool,
    pub(in crate::cli) now: Time,
}

/// A duty with its ticket, as programs read it.
#[derive(Serialize)]
struct DutyJson<'a> {
    ticket: &'a Key,
    summary: &'a str,
    customer: &'a str,
    #[serde(flatten)]
    owed: OwedView,
}

impl View for DutiesView {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        if self.duties.is_empty() {
            return page.line(if self.overdue_only { "Nothing is overdue." } else { "Nothing is owed now." });
        }
        let is_of_several = self.duties.iter().any(|duty| Some(duty.by) != self.duties.first().map(|first| first.by));
        let mut columns = vec![
            Column::numbers("DUE").optional(1),
            Column::words("KEY"),
            Column::words("PRIORITY").optional(3),
            Column::words("WHAT"),
        ];
        if is_of_several {
            columns.push(Column::words("BY").optional(2));
        }
        columns.extend([Column::rest("SUMMARY"), Column::spare("CUSTOMER")]);
        let mut table = Table::new(&columns);
        for duty in &self.duties {
            let mut cells = vec![
                Cell::new(due_tone(duty.due, self.now), due_briefly(duty.due, self.now)),
                Cell::new(Tone::Strong, duty.key.as_str()),
                duty.priority.map(|one| Cell::new(Tone::of_priority(one), one.as_str())).unwrap_or_default(),
                in_brief(duty.kind).into(),
            ];
            if is_of_several {
                cells.push(duty.by.as_str().into());
            }
            cells.extend([one_line(&duty.summary).into(), visible_in_line(&duty.customer).into()]);
            table.row(cells);
            if let Some(command) = command_unless_plain(duty) {
                table.note(Tone::Command, command);
            }
        }
        page.table(&mut table)?;
        cut(self.more).map_or(Ok(()), |line| page.line(line))
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        json.list(|items| {
            self.duties.iter().try_for_each(|duty| {
                items.add(&DutyJson {
                    ticket: &duty.key,
                    summary: &duty.summary,
                    customer: &duty.customer,
                    owed: OwedView::of_row(duty.clone(), self.now),
                })
            })
        })
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        rows.header(&["ticket", "what", "csd", "by", "due", "fix"])?;
        self.duties.iter().try_for_each(|duty| {
            rows.row([
                duty.key.as_str(),
                duty.kind.as_str(),
                duty.csd.as_ref().map(Key::as_str).unwrap_or_default(),
                duty.by.as_str(),
                &rfc3339(duty.due),
                hint::fix(&duty.remedy).text(),
            ])
        })
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        let mut all: Vec<&Key> = self.duties.iter().map(|duty| &duty.key).collect();
        all.dedup();
        all.iter().try_for_each(|key| keys.key(key.as_str()))
    }
}

/// The command that settles a duty, where it is more than the step and the key of the row.
fn command_unless_plain(duty: &OwedRow) -> Option<String> {
    let fix = hint::fix(&duty.remedy);
    let words = fix.text().strip_prefix(&hint::command("")).unwrap_or(fix.text());
    let is_plain = words.split_once(' ').is_some_and(|(_, key)| key == duty.key.as_str());
    (!is_plain).then(|| fix.text().to_owned())
}

/// A legal next step of a ticket.
pub(in crate::cli) struct NextStep {
    pub(in crate::cli) step: Step,
    pub(in crate::cli) by: &'static [Role],
    /// What must be done first.
    pub(in crate::cli) first: Vec<String>,
    pub(in crate::cli) inputs: Vec<&'static str>,
    pub(in crate::cli) command: String,
}

/// The legal next steps of a ticket.
pub(in crate::cli) struct StepsView<'a> {
    pub(in crate::cli) tickets: &'a Tickets,
    pub(in crate::cli) ticket: &'a Ticket,
    pub(in crate::cli) steps: Vec<NextStep>,
    /// What it looks like.
    pub(in crate::cli) similar: Vec<Advice>,
    pub(in crate::cli) now: Time,
}

impl View for StepsView<'_> {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        let colour = page.colour;
        let (all, escalation) = match self.ticket {
            Ticket::Csd(csd) => (owed_about(self.tickets, &csd.key), self.tickets.cus_for(&csd.key)),
            Ticket::Cus(_) => (owed(self.tickets, self.ticket), None),
        };
        let key = colour.key(self.ticket.key().as_str());
        let also = escalation.map(|cus| format!(", and {} is {}", colour.key(cus.key.as_str()), cus.stage));
        page.line(format!("{key} is {}{}.", self.ticket.stage().as_str(), also.unwrap_or_default()))?;
        let lines = owed_lines(&all, self.now, colour);
        if !lines.is_empty() {
            page.heading("Owed now")?;
            lines.iter().try_for_each(|line| page.line(line))?;
        }
        for advice in &self.similar {
            page.line("")?;
            page.line(visible_in_line(&advice.because))?;
            page.line(format!("  {}", colour.command(&advice.fix)))?;
        }
        page.heading("You can")?;
        for step in &self.steps {
            page.line(format!("  {} — {}", step.step.phrase(), words(step.by)))?;
            step.first.iter().try_for_each(|first| page.line(format!("    first: {first}")))?;
            page.line(format!("    {}", colour.command(&step.command)))?;
        }
        Ok(())
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        let item = |step: &NextStep| {
            json!({
                "step": step.step.phrase(),
                "by": step.by,
                "missing": step.first,
                "inputs": step.inputs,
                "fix": step.command,
                "ready": hint::is_ready(step.step),
            })
        };
        json.document(&json!({
            "schema": 1,
            "key": self.ticket.key(),
            "stage": self.ticket.stage(),
            "items": self.steps.iter().map(item).collect::<Vec<_>>(),
            "ticket": ticket_view(self.tickets, self.ticket, self.now),
        }))
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        rows.header(&["step", "by", "first", "command"])?;
        self.steps
            .iter()
            .try_for_each(|step| rows.row([step.step.phrase(), &words(step.by), &step.first.join("; "), &step.command]))
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        keys.key(self.ticket.key().as_str())
    }
}

fn words(roles: &[Role]) -> String {
    if roles.is_empty() {
        return "anyone".to_owned();
    }
    roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ")
}
