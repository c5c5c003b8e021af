//! Writing: each issue is one command, decided and recorded.

use std::io::{BufReader, Read};
use std::ops::ControlFlow;

use super::report::{Recorded, Report};
use crate::app::{Actor, DeskError, Transaction};
use crate::store::Origin;
use crate::trackers::found::{Issue, Row, Unreadable};
use crate::trackers::mapping::Mapping;
use crate::trackers::{self, Census, Kind};
use crate::workflow::command::Import;
use crate::workflow::foreign::Foreign;
use crate::workflow::tickets::Ticket;
use crate::workflow::vocabulary::Kind as TicketKind;

/// The format of a file, and the census of all its issues.
pub(in crate::cli) struct Source<'a> {
    pub(in crate::cli) kind: Kind,
    pub(in crate::cli) mapping: &'a Mapping,
    pub(in crate::cli) census: &'a Census,
}

/// Takes in the issues of one kind. A file that cannot be read further is apart from a store that fails.
pub(in crate::cli) fn take_in(
    transaction: &mut Transaction<'_, '_>,
    file: impl Read,
    source: &Source<'_>,
    wanted: TicketKind,
    actor: &Actor,
    report: &mut Report,
) -> anyhow::Result<Result<(), Unreadable>> {
    let mut taken = Ok(());
    let read = trackers::read(source.kind, BufReader::new(file), source.mapping, |row| {
        taken = take(transaction, source, wanted, row, actor, report);
        if taken.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    taken.map(|()| read)
}

/// Takes in one row, if its issue is of the wanted kind. What cannot be taken is noted; only the store's failures end it.
fn take(
    transaction: &mut Transaction<'_, '_>,
    source: &Source<'_>,
    wanted: TicketKind,
    row: Row,
    actor: &Actor,
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
    match translated(transaction, source, &issue, actor)? {
        Ok(command) => match record(transaction, command, actor) {
            Ok(recorded) => {
                report.count(&issue, recorded);
                Ok(())
            }
            Err(DeskError::Refused(refusal)) => {
                report.skipped.push((line, refusal.to_string()));
                Ok(())
            }
            Err(error) => Err(error.into()),
        },
        Err(reason) => {
            report.skipped.push((line, reason));
            Ok(())
        }
    }
}

/// The command that takes an issue in, with what is recorded of it already; or why there is none.
fn translated(
    transaction: &Transaction<'_, '_>,
    source: &Source<'_>,
    issue: &Issue,
    actor: &Actor,
) -> anyhow::Result<Result<Import, String>> {
    let known = match trackers::key_of(&issue.key) {
        Some(key) => transaction.events_of(&key)?,
        None => Vec::new(),
    };
    // A table need not have times; what was taken in without one keeps the time that it got then.
    let began = known.first().map(|recorded| recorded.event.at);
    let fallback = began.or((source.kind == Kind::Csv).then(|| actor.now()));
    let ticket: Foreign = match trackers::translate(issue, source.census, source.kind.tracker(), fallback) {
        Ok(ticket) => ticket,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let is_touched = known.iter().any(|recorded| recorded.origin == Origin::Cus);
    let known = known.into_iter().map(|recorded| recorded.event).collect();
    Ok(Ok(Import { ticket, known, is_touched }))
}

fn record(transaction: &mut Transaction<'_, '_>, command: Import, actor: &Actor) -> Result<Recorded, DeskError> {
    let (key, kind, is_new) = (command.ticket.key.clone(), command.ticket.kind, command.known.is_empty());
    let outcome = transaction.execute(command, actor)?;
    let ticket = outcome.after.ticket(&key);
    Ok(Recorded {
        kind,
        stage: ticket.map(|ticket| ticket.stage().as_str().to_owned()).unwrap_or_default(),
        is_new,
        is_linked: matches!(ticket, Some(Ticket::Csd(csd)) if csd.cus.is_some()),
        events: outcome.events.len(),
    })
}
