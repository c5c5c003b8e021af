//! Writing: each issue is one command, decided and recorded.

use std::io::{BufReader, Read};
use std::ops::ControlFlow;

use super::report::{Recorded, Report};
use crate::store::{Origin, Scope, Writer};
use crate::trackers::found::{Issue, Row, Unreadable};
use crate::trackers::mapping::Mapping;
use crate::trackers::{self, Census, Kind};
use crate::workflow::Context;
use crate::workflow::command::Import;
use crate::workflow::foreign::Foreign;
use crate::workflow::refusal::Refusal;
use crate::workflow::rules::decide;
use crate::workflow::tickets::Ticket;
use crate::workflow::vocabulary::Kind as TicketKind;

/// What a file is, and what is known of all its issues.
pub(in crate::cli) struct Source<'a> {
    pub(in crate::cli) kind: Kind,
    pub(in crate::cli) mapping: &'a Mapping,
    pub(in crate::cli) census: &'a Census,
}

/// Takes in the issues of one kind. A file that cannot be read further is told apart from a store that fails.
pub(in crate::cli) fn take_in(
    writer: &mut Writer<'_>,
    file: impl Read,
    source: &Source<'_>,
    wanted: TicketKind,
    context: &Context,
    report: &mut Report,
) -> anyhow::Result<Result<(), Unreadable>> {
    let mut taken = Ok(());
    let read = trackers::read(source.kind, BufReader::new(file), source.mapping, |row| {
        taken = take(writer, source, wanted, row, context, report);
        if taken.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    taken.map(|()| read)
}

/// Takes in one row, if its issue is of the wanted kind. What cannot be taken is noted; only the store's failures end it.
fn take(
    writer: &mut Writer<'_>,
    source: &Source<'_>,
    wanted: TicketKind,
    row: Row,
    context: &Context,
    report: &mut Report,
) -> anyhow::Result<()> {
    let issue = match row {
        Row::Issue(issue) => issue,
        Row::Skipped { place, reason } => {
            report.skipped.push((place.line, reason));
            return Ok(());
        }
        Row::NoIssue { .. } => {
            report.passed_over += usize::from(wanted == TicketKind::Csd);
            return Ok(());
        }
    };
    if source.census.kind_of(&issue.project) != wanted {
        return Ok(());
    }
    report.rows += 1;
    let line = issue.place.line;
    if trackers::key_of(&issue.key).is_some_and(|key| !report.seen.insert(key)) {
        report.skipped.push((line, format!("`{}` stands there again: the first is taken", issue.key)));
        return Ok(());
    }
    match translated(writer, source, &issue, context)? {
        Ok(command) => match record(writer, command, context) {
            Ok(recorded) => {
                report.count(&issue, recorded);
                Ok(())
            }
            Err(error) => match error.downcast_ref::<Refusal>() {
                Some(refusal) => {
                    report.skipped.push((line, refusal.to_string()));
                    Ok(())
                }
                None => Err(error),
            },
        },
        Err(reason) => {
            report.skipped.push((line, reason));
            Ok(())
        }
    }
}

/// The command that takes an issue in, with what is recorded of it already; or why there is none.
fn translated(
    writer: &Writer<'_>,
    source: &Source<'_>,
    issue: &Issue,
    context: &Context,
) -> anyhow::Result<Result<Import, String>> {
    let known = match trackers::key_of(&issue.key) {
        Some(key) => writer.events_of(&key)?,
        None => Vec::new(),
    };
    // A table need not have times; what was taken in without one keeps the time that it got then.
    let began = known.first().map(|recorded| recorded.event.at);
    let fallback = began.or((source.kind == Kind::Csv).then_some(context.now));
    let ticket: Foreign = match trackers::translate(issue, source.census, source.kind.tracker(), fallback) {
        Ok(ticket) => ticket,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let is_touched = known.iter().any(|recorded| recorded.origin == Origin::Cus);
    let known = known.into_iter().map(|recorded| recorded.event).collect();
    Ok(Ok(Import { ticket, known, is_touched }))
}

fn record(writer: &mut Writer<'_>, command: Import, context: &Context) -> anyhow::Result<Recorded> {
    let mut perhaps = vec![command.ticket.key.clone()];
    perhaps.extend(command.ticket.cus.clone());
    let (key, kind, is_new) = (command.ticket.key.clone(), command.ticket.kind, command.known.is_empty());
    let command = command.into();
    let applied = writer
        .import(&Scope { perhaps, begins: true, ..Scope::default() }, |tickets| -> anyhow::Result<_> {
            Ok(decide(tickets, &command, context)?)
        })?;
    let ticket = applied.after.ticket(&key);
    Ok(Recorded {
        kind,
        stage: ticket.map(|ticket| ticket.stage().as_str().to_owned()).unwrap_or_default(),
        is_new,
        is_linked: matches!(ticket, Some(Ticket::Csd(csd)) if csd.cus.is_some()),
        events: applied.events.len(),
    })
}
