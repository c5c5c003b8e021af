//! The outcome of a command as it is printed: the changes, the duties that come next, the notices.

use anyhow::Result;
use serde_json::{Value, json};

use super::event::sentence;
use super::owed::owed_lines;
use super::ticket_json::{NoticeView, ticket_view};
use crate::app::Outcome;
use crate::cli::deliveries::attempt_words;
use crate::cli::hint;
use crate::cli::output::{Colour, Json, Keys, Page, Rows, View, visible, visible_in_line};
use crate::workflow::Time;
use crate::workflow::assessment::contradictions;
use crate::workflow::event::Fact;
use crate::workflow::key::Key;
use crate::workflow::obligations::owed::{owed, owed_about};
use crate::workflow::step::Step;
use crate::workflow::tickets::cus::{Cus, Hold, Notice};
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::{Audience, Via};

/// Something worth knowing that nobody asked for, and what one could do about it.
#[derive(Debug, serde::Serialize)]
pub(in crate::cli) struct Advice {
    /// The ticket that it points to.
    pub(in crate::cli) key: Option<Key>,
    pub(in crate::cli) because: String,
    pub(in crate::cli) fix: String,
}

/// The outcome of a command as the result of a line: its ticket and its notices.
pub(in crate::cli) fn outcome_json(outcome: &Outcome) -> Value {
    let mut object = json!({ "key": outcome.key() });
    if let Some(object) = object.as_object_mut() {
        if outcome.keys.len() > 1 {
            object.insert("keys".to_owned(), json!(outcome.keys));
        }
        let notices = notices_json(outcome);
        if !notices.is_empty() {
            object.insert("notices".to_owned(), json!(notices));
        }
    }
    object
}

/// The notices that a command gave, as JSON.
fn notices_json(outcome: &Outcome) -> Vec<Value> {
    let error = |cus: &Key, notice: u32| {
        outcome.deliveries.iter().find(|attempt| attempt.cus == *cus && attempt.notice == notice)?.error()
    };
    let view =
        |(cus, notice): (&Key, &Notice)| json!(NoticeView::new(&outcome.after, notice, error(cus, notice.number)));
    outcome.notices().into_iter().map(view).collect()
}

/// The outcome of a command as it is shown to who ran it.
pub(in crate::cli) struct OutcomeView {
    pub(in crate::cli) outcome: Outcome,
    pub(in crate::cli) advice: Vec<Advice>,
    pub(in crate::cli) dry_run: bool,
    /// The time of the command.
    pub(in crate::cli) at: Time,
}

impl View for OutcomeView {
    /// Messages to be pasted stand on standard output alone; what changed then stands on standard error.
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        let given: Vec<&Notice> = self.outcome.notices().into_iter().map(|(_, notice)| notice).collect();
        let mut lines = Vec::new();
        if self.dry_run {
            lines.push("dry run: nothing is written".to_owned());
        }
        self.changes(page.colour, &mut lines);
        self.duties(page.colour, &mut lines);
        lines.extend(contradicted(&self.outcome));
        lines.extend(dropped_date(&self.outcome));
        lines.extend(ended_holds(&self.outcome));
        lines.extend(holds_not_restored(&self.outcome));
        for advice in &self.advice {
            lines.push(visible(&advice.because).into_owned());
            lines.push(format!("  {}", page.colour.key(&advice.fix)));
        }
        self.deliveries(&given, &mut lines);
        if given.is_empty() {
            return lines.iter().try_for_each(|line| page.line(line));
        }
        self.messages(&given, page)?;
        lines.into_iter().for_each(|line| page.beside(line));
        Ok(())
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        let mut tickets = Vec::new();
        for ticket in self.outcome.tickets() {
            tickets.push(serde_json::to_value(ticket_view(&self.outcome.after, ticket, self.now()))?);
        }
        let notices = notices_json(&self.outcome);
        let has_notices = self.outcome.events.iter().any(|event| matches!(event.fact, Fact::Notified(_)));
        for ticket in tickets.iter_mut().filter_map(Value::as_object_mut) {
            if has_notices {
                ticket.insert("notices".to_owned(), json!(notices));
            }
            if !self.advice.is_empty() {
                ticket.insert("look_alikes".to_owned(), json!(self.advice));
            }
            if self.dry_run {
                ticket.insert("dry_run".to_owned(), json!(true));
            }
        }
        let gone = self.outcome.keys.iter().filter(|key| self.outcome.after.ticket(key).is_none());
        tickets.extend(gone.map(|key| json!({ "key": key, "undone": true, "dry_run": self.dry_run })));
        match tickets.as_slice() {
            [ticket] => json.document(ticket),
            _ => json.document(&json!({ "schema": 1, "items": tickets })),
        }
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        rows.header(&["key", "stage", "revision"])?;
        self.outcome.tickets().into_iter().try_for_each(|ticket| {
            rows.row([ticket.key().as_str(), ticket.stage().as_str(), &ticket.revision().to_string()])
        })
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        self.outcome.keys.iter().try_for_each(|key| keys.key(key.as_str()))
    }
}

impl OutcomeView {
    /// The time by which due times are said: a delivery can be later than the command itself.
    fn now(&self) -> Time {
        self.outcome.after.last_event().map_or(self.at, |last| last.max(self.at))
    }

    /// A line for each event.
    fn changes(&self, colour: Colour, lines: &mut Vec<String>) {
        for event in &self.outcome.events {
            let key = self.outcome.after.current_key(&event.stream);
            let stage = match event.before {
                Some(before) if before == event.after => String::new(),
                _ => format!(" [{}]", event.after.as_str()),
            };
            let what = sentence(event);
            let what = what.lines().next().unwrap_or_default();
            lines.push(format!("{} {}{}", colour.key(key.as_str()), visible(what), colour.dim(&stage)));
        }
    }

    /// The duties that come next, ticket by ticket.
    fn duties(&self, colour: Colour, lines: &mut Vec<String>) {
        for ticket in self.outcome.tickets() {
            let owed = match ticket {
                Ticket::Csd(csd) => owed_about(&self.outcome.after, &csd.key),
                Ticket::Cus(_) => owed(&self.outcome.after, ticket),
            };
            let owed = owed_lines(&owed, self.now(), colour);
            if owed.is_empty() {
                let ship = ships_next(ticket).map(|version| {
                    let ship = hint::step(Step::Ship, ticket.key(), None);
                    format!("; once {} is out: {}", visible_in_line(version), colour.command(&ship))
                });
                lines.push(format!("nothing is owed on {} now{}", ticket.key(), ship.unwrap_or_default()));
            } else {
                lines.push(format!("owed on {} next:", ticket.key()));
                lines.extend(owed);
            }
        }
    }

    /// The addresses to which mail goes, and what came of delivering.
    fn deliveries(&self, given: &[&Notice], lines: &mut Vec<String>) {
        let after = &self.outcome.after;
        for notice in given {
            if let Some(csd) = &notice.csd
                && let Some(address) = mailed_to(after, notice.to, Some(csd), notice.via)
            {
                lines.push(format!("the mail about {} goes to {address}", after.current_key(csd)));
            }
        }
        for attempt in &self.outcome.deliveries {
            let words = attempt_words(attempt);
            lines.push(if attempt.has_failed() { format!("error: {words}") } else { words });
        }
        if self.outcome.has_failed_deliveries() {
            lines.push(format!("hint: {}", hint::command("outbox retry")));
        }
    }

    /// The texts of the notices.
    fn messages(&self, given: &[&Notice], page: &mut Page<'_>) -> Result<()> {
        let after = &self.outcome.after;
        for (n, notice) in given.iter().enumerate() {
            if given.len() > 1 {
                let about = notice.csd.as_ref().map(|csd| format!(" ({})", after.current_key(csd))).unwrap_or_default();
                page.line(format!("{}--- to {}{about} ---", if n == 0 { "" } else { "\n" }, notice.to))?;
            }
            if notice.via == Via::Print || !notice.via.is_at_once() || self.dry_run {
                page.text(&visible(&notice.message))?;
                if !notice.message.ends_with('\n') {
                    page.line("")?;
                }
            } else {
                page.line(format!("recorded as given by {}", notice.via))?;
            }
        }
        Ok(())
    }
}

/// The address to which a customer's mail goes: of a contact in free words, it is the first.
pub(in crate::cli) fn mailed_to<'a>(
    tickets: &'a Tickets,
    to: Audience,
    csd: Option<&Key>,
    via: Via,
) -> Option<&'a str> {
    let csd = csd.filter(|_| to == Audience::Customer && via.is_mail());
    tickets.csd(csd?)?.address()
}

/// What contradicts the assessments of tickets that were joined (R13).
fn contradicted(outcome: &Outcome) -> Vec<String> {
    let joined = changed(outcome, |before, after| after.links.len() > before.links.len());
    let lines = joined.flat_map(|(_, after)| {
        let assess = hint::step(Step::EngAssess, &after.key, None);
        let contradictions = contradictions(&outcome.after, after).into_iter();
        contradictions.map(move |failure| format!("{failure} (R13): {assess}"))
    });
    lines.collect()
}

/// The holds that ended with their ticket (R10), which those who upgrade customers want to hear.
fn ended_holds(outcome: &Outcome) -> Vec<String> {
    let closed = changed(outcome, |before, after| !before.is_closed() && after.is_closed());
    let lines = closed.filter_map(|(_, after)| {
        let versions = versions_of(&after.ended_holds)?;
        let shows = hint::command("can-upgrade");
        Some(format!("{} no longer holds upgrades of {versions}: {shows} shows what does", after.key))
    });
    lines.collect()
}

/// The holds that ended with their ticket and that reopening it does not restore (R10).
fn holds_not_restored(outcome: &Outcome) -> Vec<String> {
    let reopened = changed(outcome, |before, after| before.is_closed() && !after.is_closed());
    let lines = reopened.filter_map(|(before, after)| {
        let versions = versions_of(&before.ended_holds)?;
        let again = hint::step(Step::Hold, &after.key, None);
        Some(format!("its hold on upgrades of {versions} ended when it was closed and is not restored: {again}"))
    });
    lines.collect()
}

/// The CUS tickets that a command changed so, before and after it.
fn changed(outcome: &Outcome, so: impl Fn(&Cus, &Cus) -> bool) -> impl Iterator<Item = (&Cus, &Cus)> {
    outcome.after.all.iter().filter_map(move |ticket| match ticket {
        Ticket::Cus(after) => Some((outcome.before.cus(&after.key)?, after)).filter(|(before, _)| so(before, after)),
        Ticket::Csd(_) => None,
    })
}

/// What holds are of, for a line; `None` where there is none.
fn versions_of(holds: &[Hold]) -> Option<String> {
    let version = |hold: &Hold| hold.version.as_deref().map_or("every version".into(), visible_in_line).into_owned();
    let versions: Vec<String> = holds.iter().map(version).collect();
    (!versions.is_empty()).then(|| versions.join(", "))
}

/// The target date that a new decision does not name again.
fn dropped_date(outcome: &Outcome) -> Option<String> {
    let decided = outcome.events.iter().find(|event| matches!(event.fact, Fact::ReleaseDecided(_)))?;
    let date = |tickets: &Tickets| tickets.cus(&decided.stream)?.release.as_ref()?.target_date;
    let before = date(&outcome.before).filter(|_| date(&outcome.after).is_none())?;
    Some(format!("the target date {before} no longer applies"))
}

/// The version whose shipping the ticket waits for.
fn ships_next(ticket: &Ticket) -> Option<&str> {
    let Ticket::Cus(cus) = ticket else { return None };
    let release = cus.release.as_ref().filter(|_| !cus.is_closed() && !cus.is_shipped())?;
    release.fix_version.as_deref()
}
