//! A shift's summary for each role, to read or to paste.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde_json::{Value, json};

use crate::cli::output::{Json, Keys, Page, Rows, View, local, markdown, rfc3339, visible_in_line, when_due};
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::vocabulary::{Role, Word};

/// How many lines each part of a role's summary has for a person.
const SHOWN: usize = 10;

/// A shift that ends now, and until when the next one goes.
pub(in crate::cli) struct HandoverView {
    pub(in crate::cli) since: Time,
    pub(in crate::cli) now: Time,
    pub(in crate::cli) until: Time,
    pub(in crate::cli) shifts: BTreeMap<Option<Role>, Shift>,
    /// The customers who wait for a word.
    pub(in crate::cli) waiting: BTreeSet<String>,
    /// Whether it is to be pasted as Markdown.
    pub(in crate::cli) is_markdown: bool,
}

/// What one role hands over.
#[derive(Default)]
pub(in crate::cli) struct Shift {
    pub(in crate::cli) new: Vec<Duty>,
    /// What was done, oldest first.
    pub(in crate::cli) done: Vec<Done>,
    pub(in crate::cli) overdue: Vec<Duty>,
    pub(in crate::cli) due: Vec<Duty>,
}

/// One thing owed.
#[derive(Clone)]
pub(in crate::cli) struct Duty {
    pub(in crate::cli) ticket: Key,
    pub(in crate::cli) customer: String,
    pub(in crate::cli) what: String,
    pub(in crate::cli) due: Time,
    pub(in crate::cli) fix: String,
}

/// One thing done.
pub(in crate::cli) struct Done {
    pub(in crate::cli) ticket: Key,
    pub(in crate::cli) what: String,
    pub(in crate::cli) at: Time,
}

impl Shift {
    pub(in crate::cli) fn is_empty(&self) -> bool {
        self.new.is_empty() && self.done.is_empty() && self.overdue.is_empty() && self.due.is_empty()
    }
}

impl View for HandoverView {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        self.title(page, &format!("Handover, {} to {}", local(self.since), local(self.now)))?;
        if self.shifts.is_empty() {
            page.line("\nNothing was done, and nothing is owed.")?;
        }
        for (role, shift) in &self.shifts {
            page.line("")?;
            self.title(page, role.map_or("role unknown", Word::as_str))?;
            self.part(page, "Overdue now", shift.overdue.iter().map(|duty| self.duty(duty)))?;
            self.part(page, "Due in the next shift", shift.due.iter().map(|duty| self.duty(duty)))?;
            self.part(page, "New", shift.new.iter().map(|duty| self.duty(duty)))?;
            let done = shift.done.iter().rev();
            self.part(page, "Done, newest first", done.map(|done| self.done(done)))?;
        }
        if !self.waiting.is_empty() {
            page.line("")?;
            self.title(page, "Customers waiting")?;
            let names: Vec<String> = self.waiting.iter().map(|name| self.words(name)).collect();
            page.line("")?;
            self.point(page, &names.join(", "))?;
        }
        Ok(())
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        let items: Vec<Value> = self.shifts.iter().map(|(role, shift)| object(*role, shift)).collect();
        json.document(&json!({
            "schema": 1,
            "since": rfc3339(self.since),
            "now": rfc3339(self.now),
            "until": rfc3339(self.until),
            "items": items,
            "customers_waiting": self.waiting,
        }))
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        rows.header(&["role", "part", "ticket", "customer", "what", "at"])?;
        for (role, shift) in &self.shifts {
            let role = role.map(Word::as_str).unwrap_or_default();
            for (part, duties) in [("new", &shift.new), ("overdue", &shift.overdue), ("due", &shift.due)] {
                for duty in duties {
                    let due = rfc3339(duty.due);
                    rows.row([role, part, duty.ticket.as_str(), &duty.customer, &duty.what, &due])?;
                }
            }
            for done in &shift.done {
                rows.row([role, "done", done.ticket.as_str(), "", &done.what, &rfc3339(done.at)])?;
            }
        }
        Ok(())
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        let owed = self.shifts.values().flat_map(|shift| shift.overdue.iter().chain(&shift.due));
        let all: BTreeSet<&Key> = owed.map(|duty| &duty.ticket).collect();
        all.iter().try_for_each(|key| keys.key(key.as_str()))
    }
}

impl HandoverView {
    fn title(&self, page: &mut Page<'_>, title: &str) -> Result<()> {
        let title = if self.is_markdown { format!("## {title}") } else { page.colour.bold(title) };
        page.line(title)
    }

    /// A part of a role's summary; nothing where it has no points.
    fn part(&self, page: &mut Page<'_>, title: &str, points: impl ExactSizeIterator<Item = String>) -> Result<()> {
        let count = points.len();
        if count == 0 {
            return Ok(());
        }
        page.line(format!("\n{title} ({count})\n"))?;
        for point in points.take(SHOWN) {
            self.point(page, &point)?;
        }
        if count > SHOWN { self.point(page, &format!("… and {} more", count - SHOWN)) } else { Ok(()) }
    }

    fn point(&self, page: &mut Page<'_>, text: &str) -> Result<()> {
        if self.is_markdown { page.line(format!("- {text}")) } else { page.hanging(&format!("  {text}"), "    ") }
    }

    fn duty(&self, duty: &Duty) -> String {
        let (customer, what) = (self.words(&duty.customer), self.words(&duty.what));
        format!("{} {customer}: {what} — {}", duty.ticket, when_due(duty.due, self.now))
    }

    fn done(&self, done: &Done) -> String {
        format!("{} {}", done.ticket, self.words(&done.what))
    }

    fn words(&self, text: &str) -> String {
        if self.is_markdown { markdown(text) } else { visible_in_line(text).into_owned() }
    }
}

fn object(role: Option<Role>, shift: &Shift) -> Value {
    let owed = |duties: &[Duty]| -> Vec<Value> {
        let object = |duty: &Duty| {
            json!({
                "ticket": duty.ticket, "customer": duty.customer, "what": duty.what,
                "due": rfc3339(duty.due), "fix": duty.fix,
            })
        };
        duties.iter().map(object).collect()
    };
    let done = |done: &Done| json!({ "ticket": done.ticket, "what": done.what, "at": rfc3339(done.at) });
    json!({
        "role": role,
        "new": owed(&shift.new),
        "done": shift.done.iter().map(done).collect::<Vec<_>>(),
        "overdue": owed(&shift.overdue),
        "due": owed(&shift.due),
    })
}
