//! Notifying people one by one at a terminal: each notice that is owed is shown, can be edited, and goes out on a yes.

use super::question::Prompter;
use crate::app::{Actor, Desk, DeskError, Outcome, Request};
use crate::cli::config::Config;
use crate::cli::ctx::Ctx;
use crate::cli::deliveries::attempt_words;
use crate::cli::error::{DONE, Interrupted, SOME_FAILED};
use crate::cli::hint;
use crate::cli::output::{visible, visible_in_line};
use crate::cli::views::outcome::mailed_to;
use crate::cli::views::owed::owed_lines;
use crate::workflow::command::{Notify, Wording};
use crate::workflow::event::{Fact, Notified};
use crate::workflow::key::Key;
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::obligations::owed::owed;
use crate::workflow::scope::Scope;
use crate::workflow::tickets::Tickets;
use crate::workflow::vocabulary::{Audience, Via};

/// The notices to offer.
pub(in crate::cli) struct Notices<'a> {
    /// The tickets; a customer's key narrows what customers are told to that customer.
    pub(in crate::cli) tickets: &'a [Key],
    pub(in crate::cli) csd: Option<&'a Key>,
    pub(in crate::cli) via: Option<Via>,
    pub(in crate::cli) dry_run: bool,
}

/// A notice as it would go out.
struct Draft {
    cus: Key,
    revision: u64,
    notice: Notified,
}

/// The matter of a notice: one that was left for later is not offered again.
type Matter = (Key, Audience, Option<Key>, Vec<DutyKind>);

const SEND: &str = "send it";
const SENT: &str = "I've sent it";
const EDIT: &str = "edit it first";
const LATER: &str = "not now";
const STOP: &str = "stop here";

/// Offers everything that is owed, and returns `None` where nothing is.
pub(in crate::cli) fn run(ctx: &mut Ctx, wanted: &Notices<'_>) -> anyhow::Result<Option<u8>> {
    let actor = ctx.actor()?;
    let mut prompter = ctx.prompter();
    let mut settled: Vec<Matter> = Vec::new();
    let mut some_failed = false;
    'tickets: for ticket in wanted.tickets {
        while let Some((tickets, draft)) = next(ctx, &actor, wanted, ticket, &settled)? {
            match ask(ctx, prompter.as_mut(), &tickets, &draft)? {
                Wish::Send(words) => {
                    let done = send(ctx, &actor, wanted, &draft, words)?;
                    some_failed |= done.has_failed_deliveries();
                    let lines = notice_lines(ctx, &done, wanted.dry_run)?;
                    lines.iter().for_each(|line| prompter.show(line));
                    settled.push(draft.matter());
                }
                Wish::Later => settled.push(draft.matter()),
                Wish::Stop => break 'tickets,
            }
        }
        if !settled.is_empty() {
            still_owed(ctx, prompter.as_mut(), ticket)?;
        }
    }
    Ok((!settled.is_empty()).then_some(if some_failed { SOME_FAILED } else { DONE }))
}

enum Wish {
    /// In the template's words, or in these.
    Send(Option<String>),
    Later,
    Stop,
}

impl Draft {
    fn matter(&self) -> Matter {
        (self.cus.clone(), self.notice.to, self.notice.csd.clone(), self.notice.settles.clone())
    }
}

/// The first notice that is owed and was not left for later, as the case stands now.
fn next(
    ctx: &Ctx,
    actor: &Actor,
    wanted: &Notices<'_>,
    ticket: &Key,
    settled: &[Matter],
) -> anyhow::Result<Option<(Tickets, Draft)>> {
    let desk = Desk::at(ctx.store_to_read()?).with_delivery(Config::read()?.checked_delivery_settings()?);
    for to in [Audience::Product, Audience::Marketing, Audience::Support, Audience::Customer] {
        let (tickets, events) = match desk.preview(command(ticket, to, wanted), actor) {
            Ok(previewed) => previewed,
            // A notice that is refused is not owed, or not by this role.
            Err(DeskError::Refused(_)) => continue,
            Err(error) => return Err(error.into()),
        };
        let Some(cus) = tickets.cus_for(ticket) else { return Ok(None) };
        let revision = cus.revision;
        for event in events {
            let Fact::Notified(notice) = event.fact else { continue };
            let draft = Draft { cus: event.stream, revision, notice };
            if !settled.contains(&draft.matter()) {
                return Ok(Some((tickets, draft)));
            }
        }
    }
    Ok(None)
}

fn command(ticket: &Key, to: Audience, wanted: &Notices<'_>) -> Notify {
    Notify { csd: wanted.csd.cloned(), via: wanted.via, ..Notify::of(ticket.clone(), Some(to)) }
}

/// Shows the notice and asks what to do with it, until it goes out, waits or all stops.
fn ask(ctx: &Ctx, prompter: &mut dyn Prompter, tickets: &Tickets, draft: &Draft) -> anyhow::Result<Wish> {
    let colour = ctx.out.colour;
    let mut words: Option<String> = None;
    loop {
        let message = words.as_deref().unwrap_or(&draft.notice.texts.message);
        prompter.show(&format!("\n{}", colour.bold(&heading(tickets, draft))));
        if let Some(subject) = &draft.notice.texts.subject {
            prompter.show(&visible_in_line(&format!("Subject: {subject}")));
        }
        prompter.show(&format!("\n{}", indented(message)));
        // What is only printed is sent by the person, who says that it was.
        let is_by_hand = draft.notice.via == Via::Print;
        let (question, send) =
            if is_by_hand { ("Send this yourself; then:", SENT) } else { ("Send this notice?", SEND) };
        let items = [send, EDIT, LATER, STOP];
        let chosen = prompter.choose(question, &items).map_err(|_| Interrupted)?;
        match items.get(chosen).copied() {
            Some(SEND | SENT) => return Ok(Wish::Send(words)),
            Some(EDIT) => match prompter.edit(message) {
                Ok(edited) if !edited.trim().is_empty() && edited.trim() != message.trim() => words = Some(edited),
                Ok(_) => {}
                Err(failed) => prompter.show(&format!("  {failed}")),
            },
            Some(LATER) => return Ok(Wish::Later),
            _ => return Ok(Wish::Stop),
        }
    }
}

fn heading(tickets: &Tickets, draft: &Draft) -> String {
    let notice = &draft.notice;
    let about = notice.csd.as_ref().map(|csd| {
        let customer = tickets.csd(csd).map(|csd| csd.customer.as_str()).unwrap_or_default();
        format!(" about {} ({})", tickets.current_key(csd), visible_in_line(customer))
    });
    let address = mailed_to(tickets, notice.to, notice.csd.as_ref(), notice.via);
    let address = address.map(|address| format!(" to {address}")).unwrap_or_default();
    format!("{}: to {}{} by {}{address}", draft.cus, notice.to, about.unwrap_or_default(), notice.via)
}

fn indented(message: &str) -> String {
    visible(message).lines().map(|line| format!("  {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// Records one notice, in a transaction of its own, if the ticket has not changed since it was shown.
fn send(
    ctx: &Ctx,
    actor: &Actor,
    wanted: &Notices<'_>,
    draft: &Draft,
    words: Option<String>,
) -> anyhow::Result<Outcome> {
    let notice = &draft.notice;
    let command = Notify {
        csd: notice.csd.clone(),
        message: words,
        wording: Wording::Edited,
        via: Some(notice.via),
        settling: notice.settles.first().copied(),
        ..Notify::of(draft.cus.clone(), Some(notice.to))
    };
    let request = Request::from(command).at_revision(draft.cus.clone(), draft.revision);
    Ok(ctx.desk_to_notify()?.rehearsing(wanted.dry_run).execute(request, actor)?)
}

fn still_owed(ctx: &Ctx, prompter: &mut dyn Prompter, ticket: &Key) -> anyhow::Result<()> {
    let tickets = ctx.store_to_read()?.tickets(&Scope::of([ticket.clone()]))?;
    let Some(escalation) = tickets.cus_for(ticket).and_then(|cus| tickets.ticket(&cus.key)) else { return Ok(()) };
    let lines = owed_lines(&owed(&tickets, escalation), ctx.now(), ctx.out.colour);
    if lines.is_empty() {
        prompter.show(&format!("\nnothing is owed on {} now", escalation.key()));
    } else {
        prompter.show(&format!("\nowed on {} next:", escalation.key()));
        lines.iter().for_each(|line| prompter.show(line));
    }
    Ok(())
}

/// The outcome of a notice that was shown already. A message to be pasted goes to standard output where that is no
/// terminal.
fn notice_lines(ctx: &mut Ctx, outcome: &Outcome, dry_run: bool) -> anyhow::Result<Vec<String>> {
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
