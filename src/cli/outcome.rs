//! The outcome of a command as it is printed: the changes, the duties that come next, the notices.

use serde_json::{Value, json};

use super::ctx::Ctx;
use super::deliveries::attempt_words;
use super::error_view;
use super::global::Format;
use super::hint;
use super::output::{visible, visible_in_line};
use super::stderr;
use super::views::event::sentence;
use super::views::owed::owed_lines;
use super::views::ticket_json::{NoticeView, ticket_view};
use crate::app::Outcome;
use crate::workflow::Time;
use crate::workflow::event::Fact;
use crate::workflow::key::Key;
use crate::workflow::obligations::owed::{owed, owed_about};
use crate::workflow::step::Step;
use crate::workflow::tickets::cus::{Cus, Hold, Notice};
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::{Audience, Via};

/// Something worth knowing that nobody asked for, and what one could do about it.
#[derive(Debug, serde::Serialize)]
pub(super) struct Advice {
    /// The ticket that it points to.
    pub(super) key: Option<Key>,
    pub(super) because: String,
    pub(super) fix: String,
}

/// The result of one line of a batch, or of one key of several.
pub(super) fn result_line(line: usize, result: anyhow::Result<Value>) -> Value {
    match result {
        Ok(mut done) => {
            done["line"] = json!(line);
            done["ok"] = json!(true);
            done
        }
        Err(error) => json!({ "line": line, "ok": false, "error": error_view::as_json(&error) }),
    }
}

/// The outcome of a command as the result of a line: its ticket and its notices.
pub(super) fn outcome_json(outcome: &Outcome) -> Value {
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

/// Prints the outcome of a command.
pub(super) fn print(ctx: &mut Ctx, outcome: &Outcome, advice: &[Advice], dry_run: bool) -> anyhow::Result<()> {
    let after = &outcome.after;
    // A delivery meanwhile can be later than the command itself.
    let now = after.last_event().map_or(ctx.now(), |last| last.max(ctx.now()));
    match ctx.out.format {
        Format::Table => print_for_a_person(ctx, outcome, advice, dry_run, now),
        Format::Keys => outcome.keys.iter().try_for_each(|key| ctx.out.line(key.as_str())),
        Format::Csv => {
            let mut rows = vec![["key", "stage", "revision"].map(str::to_owned).to_vec()];
            for ticket in outcome.tickets() {
                rows.push(vec![
                    ticket.key().to_string(),
                    ticket.stage().as_str().to_owned(),
                    ticket.revision().to_string(),
                ]);
            }
            ctx.out.csv(&rows)
        }
        Format::Json | Format::Jsonl => {
            let mut tickets = Vec::new();
            for ticket in outcome.tickets() {
                tickets.push(serde_json::to_value(ticket_view(after, ticket, now))?);
            }
            let notices = notices_json(outcome);
            let has_notices = outcome.events.iter().any(|event| matches!(event.fact, Fact::Notified(_)));
            for ticket in tickets.iter_mut().filter_map(Value::as_object_mut) {
                if has_notices {
                    ticket.insert("notices".to_owned(), json!(notices));
                }
                if !advice.is_empty() {
                    ticket.insert("look_alikes".to_owned(), json!(advice));
                }
                if dry_run {
                    ticket.insert("dry_run".to_owned(), json!(true));
                }
            }
            match tickets.as_slice() {
                [ticket] => ctx.out.json(ticket),
                _ => ctx.out.json(&json!({ "schema": 1, "items": tickets })),
            }
        }
    }
}

/// Messages to be pasted stand on standard output alone; what changed then stands on standard error.
fn print_for_a_person(
    ctx: &mut Ctx,
    outcome: &Outcome,
    advice: &[Advice],
    dry_run: bool,
    now: Time,
) -> anyhow::Result<()> {
    let after = &outcome.after;
    let colour = ctx.out.colour;
    let mut lines = Vec::new();
    if dry_run {
        lines.push("dry run: nothing is written".to_owned());
    }
    for event in &outcome.events {
        let key = after.current_key(&event.stream);
        let stage = match event.before {
            Some(before) if before == event.after => String::new(),
            _ => format!(" [{}]", event.after.as_str()),
        };
        let what = sentence(event);
        let what = what.lines().next().unwrap_or_default();
        lines.push(format!("{} {}{}", colour.key(key.as_str()), visible(what), colour.dim(&stage)));
    }
    for ticket in outcome.tickets() {
        let owed = match ticket {
            Ticket::Csd(csd) => owed_about(after, &csd.key),
            Ticket::Cus(_) => owed(after, ticket),
        };
        let owed = owed_lines(&owed, now, colour);
        if owed.is_empty() {
            lines.push(format!("nothing is owed on {} now", ticket.key()));
        } else {
            lines.push(format!("owed on {} next:", ticket.key()));
            lines.extend(owed);
        }
    }
    lines.extend(ended_holds(outcome));
    lines.extend(holds_not_restored(outcome));
    for advice in advice {
        lines.push(visible(&advice.because).into_owned());
        lines.push(format!("  {}", colour.key(&advice.fix)));
    }
    let given: Vec<&Notice> = outcome.notices().into_iter().map(|(_, notice)| notice).collect();
    for notice in &given {
        if let Some(csd) = &notice.csd
            && let Some(address) = mailed_to(after, notice.to, Some(csd), notice.via)
        {
            lines.push(format!("the mail about {} goes to {address}", after.current_key(csd)));
        }
    }
    for attempt in &outcome.deliveries {
        let words = attempt_words(attempt);
        lines.push(if attempt.has_failed() { format!("error: {words}") } else { words });
    }
    if outcome.has_failed_deliveries() {
        lines.push(format!("hint: {}", hint::command("outbox retry")));
    }
    if given.is_empty() {
        return lines.iter().try_for_each(|line| ctx.out.line(line));
    }
    for (n, notice) in given.iter().enumerate() {
        if given.len() > 1 {
            let about = notice.csd.as_ref().map(|csd| format!(" ({})", after.current_key(csd))).unwrap_or_default();
            ctx.out.line(&format!("{}--- to {}{about} ---", if n == 0 { "" } else { "\n" }, notice.to))?;
        }
        if notice.via == Via::Print || !notice.via.is_at_once() || dry_run {
            ctx.out.text(&visible(&notice.message))?;
            if !notice.message.ends_with('\n') {
                ctx.out.line("")?;
            }
        } else {
            ctx.out.line(&format!("recorded as given by {}", notice.via))?;
        }
    }
    ctx.out.flush()?;
    for line in lines {
        stderr::line(&line);
    }
    Ok(())
}

/// The address to which a customer's mail goes: of a contact in free words, it is the first.
pub(super) fn mailed_to<'a>(tickets: &'a Tickets, to: Audience, csd: Option<&Key>, via: Via) -> Option<&'a str> {
    let csd = csd.filter(|_| to == Audience::Customer && via.is_mail());
    tickets.csd(csd?)?.address()
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

/// The outcome of a notice that was shown already. A message to be pasted goes to standard output where that is no
/// terminal.
pub(super) fn notice_lines(ctx: &mut Ctx, outcome: &Outcome, dry_run: bool) -> anyhow::Result<Vec<String>> {
    let mut lines = Vec::new();
    for (cus, notice) in outcome.notices() {
        if notice.via == Via::Print && !ctx.out.is_terminal() {
            ctx.out.text(&visible(&notice.message))?;
        }
        if dry_run {
            lines.push("dry run: nothing is written".to_owned());
        } else if notice.via.is_at_once() {
            lines.push(format!("{cus} notice {} is recorded", notice.number));
        }
    }
    lines.extend(outcome.deliveries.iter().map(attempt_words));
    if outcome.has_failed_deliveries() {
        lines.push(format!("hint: {}", hint::command("outbox retry")));
    }
    Ok(lines)
}
