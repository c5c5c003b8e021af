//! The outbox: notices that wait for their delivery, and what came of trying.

use anyhow::Result;

use crate::app::Attempt;
use crate::cli::deliveries::{Queued, attempt_json, attempt_words, waiting_json};
use crate::cli::hint;
use crate::cli::output::{Json, Keys, Page, Rows, View, ago, counted, due_words, rfc3339, visible};
use crate::store::Waiting;
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::tickets::Tickets;
use crate::workflow::vocabulary::Word;

/// The notices that wait, each with its tickets.
pub(in crate::cli) struct OutboxView {
    pub(in crate::cli) waiting: Vec<(Waiting, Tickets)>,
    pub(in crate::cli) now: Time,
}

impl View for OutboxView {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        if self.waiting.is_empty() {
            return page.line("The outbox is empty.");
        }
        for (waiting, tickets) in &self.waiting {
            let Some(queued) = Queued::of(waiting, tickets) else { continue };
            page.hanging(&visible(&self.sentence(waiting, &queued)), "    ")?;
            if let Some(error) = &waiting.error {
                let error = page.colour.late(&visible(error));
                page.hanging(&format!("    {error}"), "    ")?;
            }
        }
        let held = self.waiting.iter().filter(|(waiting, _)| waiting.is_held).count();
        if held > 0 {
            page.line(format!("\n{}", held_words(held)))?;
        }
        let words = if held == self.waiting.len() { "outbox release" } else { "outbox retry" };
        let command = page.colour.command(&hint::command(words));
        page.line(format!("\n{command}"))
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        json.list(|items| {
            self.waiting.iter().try_for_each(|(waiting, tickets)| {
                items.add(&waiting_json(waiting, Queued::of(waiting, tickets).as_ref()))
            })
        })
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        rows.header(&["cus", "notice", "to", "csd", "via", "attempts", "next", "error"])?;
        self.waiting.iter().try_for_each(|(waiting, tickets)| {
            let queued = Queued::of(waiting, tickets);
            let queued = queued.as_ref();
            rows.row([
                waiting.cus.as_str(),
                &waiting.notice.to_string(),
                queued.map(|queued| queued.to).unwrap_or_default(),
                queued.and_then(|queued| queued.csd.as_ref()).map(Key::as_str).unwrap_or_default(),
                queued.map(|queued| queued.via.as_str()).unwrap_or_default(),
                &waiting.attempts.to_string(),
                &waiting.next.map(rfc3339).unwrap_or_default(),
                waiting.error.as_deref().unwrap_or_default(),
            ])
        })
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        let mut all: Vec<&Key> = self.waiting.iter().map(|(waiting, _)| &waiting.cus).collect();
        all.dedup();
        all.iter().try_for_each(|key| keys.key(key.as_str()))
    }
}

impl OutboxView {
    /// A waiting notice in a sentence.
    fn sentence(&self, waiting: &Waiting, queued: &Queued<'_>) -> String {
        let about = queued.csd.as_ref().map(|csd| format!(" ({csd})")).unwrap_or_default();
        let kind = if queued.announces.is_empty() { "notice" } else { "announcement" };
        let again = match waiting.next {
            _ if waiting.is_held => "once it is released".to_owned(),
            Some(next) if next > self.now => due_words(next, self.now),
            Some(_) | None => "now".to_owned(),
        };
        format!(
            "{} {kind} {} to {}{about} by {}, queued {}, tried {}, due again {again}",
            waiting.cus,
            waiting.notice,
            queued.to,
            queued.via,
            ago(queued.at, self.now),
            counted(waiting.attempts as usize, "time")
        )
    }
}

/// What is said of notices that are held.
pub(in crate::cli) fn held_words(count: usize) -> String {
    let notices = counted(count, "notice");
    format!("{notices} came in with a copy of the database, may have gone out elsewhere, and are held until released")
}

/// What came of trying to deliver.
pub(in crate::cli) struct AttemptsView {
    pub(in crate::cli) attempts: Vec<Attempt>,
    /// Whether only those were tried whose waiting time is over.
    pub(in crate::cli) due_only: bool,
}

impl View for AttemptsView {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        if self.attempts.is_empty() {
            let nothing = if self.due_only { "No delivery is due to be tried again." } else { "The outbox is empty." };
            return page.line(nothing);
        }
        self.attempts.iter().try_for_each(|attempt| page.line(attempt_words(attempt)))
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        json.list(|items| self.attempts.iter().try_for_each(|attempt| items.add(&attempt_json(attempt))))
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        rows.header(&["cus", "notice", "ok", "error"])?;
        self.attempts.iter().try_for_each(|attempt| {
            let ok = !attempt.has_failed();
            let error = attempt.error().unwrap_or_default();
            rows.row([attempt.cus.as_str(), &attempt.notice.to_string(), &ok.to_string(), error])
        })
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        let mut all: Vec<&Key> = self.attempts.iter().map(|attempt| &attempt.cus).collect();
        all.dedup();
        all.iter().try_for_each(|key| keys.key(key.as_str()))
    }
}
