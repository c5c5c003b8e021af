//! Writing: each issue is one command, decided and recorded.

use std::io::{BufReader, Read};
use std::ops::ControlFlow;

use chrono::NaiveTime;

use crate::app::{Actor, DeskError, Transaction};
use crate::cli::views::import_report::{Report, Taken};
use crate::store::{Origin, Recorded};
use crate::trackers::found::{Issue, Reason, Row, Unreadable};
use crate::trackers::{self, Format, Look, Provenance, Source};
use crate::workflow::Time;
use crate::workflow::command::Import;
use crate::workflow::event::Fact;
use crate::workflow::key::Key;
use crate::workflow::tickets::Ticket;
use crate::workflow::vocabulary::Kind;

/// What is taken in: a file that was looked at, of a source.
#[derive(Clone, Copy)]
pub(in crate::cli) struct Taking<'a> {
    pub(in crate::cli) look: &'a Look,
    pub(in crate::cli) source: &'a Source,
    pub(in crate::cli) actor: &'a Actor,
    /// The time by which all of it has happened.
    pub(in crate::cli) until: Time,
}

/// Takes in the issues of one kind. A file that cannot be read further is apart from a store that fails.
pub(in crate::cli) fn take_in(
    transaction: &mut Transaction<'_, '_>,
    file: impl Read,
    taking: Taking<'_>,
    wanted: Kind,
    report: &mut Report,
    progress: &mut dyn FnMut(usize),
) -> anyhow::Result<Result<(), Unreadable>> {
    let Look { format, plan, .. } = taking.look;
    let mut taken = Ok(());
    let mut rows = 0;
    let read = trackers::read(*format, BufReader::new(file), plan, true, |row| {
        taken = take(transaction, taking, wanted, row, report);
        rows += 1;
        progress(rows);
        if taken.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    taken.map(|()| read)
}

/// Takes in one row, if its issue is of the wanted kind. What cannot be taken is noted; only the store's failures end it.
fn take(
    transaction: &mut Transaction<'_, '_>,
    taking: Taking<'_>,
    wanted: Kind,
    row: Row,
    report: &mut Report,
) -> anyhow::Result<()> {
    let issue = match row {
        Row::Issue(issue) => issue,
        Row::Skipped { place, reason } => {
            report.skip(place, reason);
            return Ok(());
        }
        Row::NoIssue { place, .. } => {
            report.pass_over(place);
            return Ok(());
        }
    };
    if taking.look.census.kind_of(&issue.project) != wanted {
        return Ok(());
    }
    report.rows += 1;
    if !report.seen.insert(issue.key.to_uppercase()) {
        let told = format!("`{}` stands there again: the first is taken", issue.key);
        report.skip(issue.place, Reason::new("its key stands there again: the first is taken", told));
        return Ok(());
    }
    let command = match translated(transaction, taking, &issue)? {
        Ok(command) => command,
        Err(reason) => {
            report.skip(issue.place, reason);
            return Ok(());
        }
    };
    match record(transaction, command, taking.actor) {
        Ok(recorded) => report.count(&issue, recorded),
        Err(DeskError::Refused(refusal)) => {
            let told = refusal.to_string();
            let kind = told.replace(&format!("`{}`", taking.key(&issue)), "its key");
            report.skip(issue.place, Reason::new(kind, told));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

impl Taking<'_> {
    /// The key that a new issue gets here.
    fn key(&self, issue: &Issue) -> String {
        self.source.key(&issue.key).map_or_else(|| issue.key.clone(), |key| key.to_string())
    }

    fn format(&self) -> Format {
        self.look.format
    }
}

/// The command that takes an issue in, with what is recorded of it already; or why there is none.
fn translated(
    transaction: &Transaction<'_, '_>,
    taking: Taking<'_>,
    issue: &Issue,
) -> anyhow::Result<Result<Import, Reason>> {
    let source = &taking.source.name;
    let known = match transaction.imported(source, &issue.key)? {
        Some(id) => transaction.events_of(&id)?,
        None => Vec::new(),
    };
    let Some(key) = key_of(&known).or_else(|| taking.source.key(&issue.key)) else {
        let told = format!("its key `{}` has no number at its end", issue.key);
        return Ok(Err(Reason::new("its key has no number at its end", told)));
    };
    let began = known.first().map(|recorded| recorded.event.at);
    if let (Some(began), Some(created)) = (began, issue.created)
        && !is_same_moment(began, created)
    {
        return Ok(Err(another(issue, source, began, created)));
    }
    let cus = escalation_of(transaction, taking, issue)?;
    let joins = joins(transaction, taking, issue)?;
    let fallback = began.or_else(|| taking.look.plan.accepts_guesses.then(|| taking.actor.now()));
    let tracker = &taking.format().profile.name;
    let provenance = Provenance { source: taking.source, tracker, key, cus, fallback };
    let ticket = match trackers::translate(issue, &taking.look.census, provenance) {
        Ok(ticket) => ticket,
        Err(reason) => return Ok(Err(reason)),
    };
    let is_touched = known.iter().any(|recorded| recorded.origin == Origin::Cus);
    let known = known.into_iter().map(|recorded| recorded.event).collect();
    Ok(Ok(Import { ticket: Box::new(ticket), known, joins, is_touched, until: taking.until }))
}

/// The key that a ticket got here when it was imported.
fn key_of(known: &[Recorded]) -> Option<Key> {
    known.iter().rev().find_map(|recorded| {
        let Fact::Imported(fact) = &recorded.event.fact else { return None };
        Some(fact.key.clone())
    })
}

/// Whether two files can mean the same moment: one may leave out seconds, the zone, or the time of day.
fn is_same_moment(one: Time, other: Time) -> bool {
    const MINUTE: i64 = 60_000;
    let apart = (one - other).num_milliseconds().abs();
    let to_zone = (apart + MINUTE) % (15 * MINUTE);
    let is_day = |time: Time| time.time() == NaiveTime::MIN;
    (apart <= 14 * 60 * MINUTE + MINUTE && to_zone <= 2 * MINUTE)
        || (apart < 24 * 60 * MINUTE && (is_day(one) || is_day(other)))
}

fn another(issue: &Issue, source: &str, began: Time, created: Time) -> Reason {
    let told = format!(
        "`{}` of the source `{source}` is another ticket: that one was made at {}, this one at {}",
        issue.key,
        began.format("%Y-%m-%d %H:%M"),
        created.format("%Y-%m-%d %H:%M")
    );
    Reason::new(format!("another ticket of the source `{source}` has its key: was it made by another tracker?"), told)
}

/// The CUS ticket to which a customer's issue is linked: in the file, else in what was imported of its source before.
fn escalation_of(
    transaction: &Transaction<'_, '_>,
    taking: Taking<'_>,
    issue: &Issue,
) -> Result<Option<Key>, DeskError> {
    let census = &taking.look.census;
    if census.kind_of(&issue.project) == Kind::Cus {
        return Ok(None);
    }
    let source = &taking.source.name;
    if let Some(there) = census.escalation_of(&issue.key) {
        return transaction.imported(source, there);
    }
    for link in issue.links.iter().filter(|link| !census.has_issue(&link.key)) {
        if let Some(cus) = transaction.imported(source, &link.key)?.filter(Key::is_cus) {
            return Ok(Some(cus));
        }
    }
    Ok(transaction.linked_there(source, &issue.key)?.into_iter().find(Key::is_cus))
}

/// The customers' tickets that were imported before an escalation to which they are linked there, and that nobody has
/// worked on here since.
fn joins(transaction: &Transaction<'_, '_>, taking: Taking<'_>, issue: &Issue) -> Result<Vec<Key>, DeskError> {
    let census = &taking.look.census;
    if census.kind_of(&issue.project) == Kind::Csd {
        return Ok(Vec::new());
    }
    let source = &taking.source.name;
    let mut perhaps = transaction.linked_there(source, &issue.key)?;
    for link in issue.links.iter().filter(|link| !census.has_issue(&link.key)) {
        perhaps.extend(transaction.imported(source, &link.key)?);
    }
    let mut joins = Vec::new();
    for csd in perhaps.into_iter().filter(|key| !key.is_cus()) {
        let known = transaction.events_of(&csd)?;
        if !joins.contains(&csd) && known.iter().all(|recorded| recorded.origin == Origin::Import) {
            joins.push(csd);
        }
    }
    Ok(joins)
}

fn record(transaction: &mut Transaction<'_, '_>, command: Import, actor: &Actor) -> Result<Taken, DeskError> {
    let (key, kind, is_new) = (command.ticket.key.clone(), command.ticket.kind, command.known.is_empty());
    let joined = command.joins.len();
    let outcome = transaction.execute(command, actor)?;
    let ticket = outcome.after.ticket(&key);
    let is_linked = matches!(ticket, Some(Ticket::Csd(csd)) if csd.cus.is_some());
    let was_linked = matches!(outcome.before.ticket(&key), Some(Ticket::Csd(csd)) if csd.cus.is_some());
    Ok(Taken {
        key: ticket.map(|ticket| ticket.key().clone()),
        kind,
        stage: ticket.map(|ticket| ticket.stage().as_str().to_owned()).unwrap_or_default(),
        is_new,
        linked: usize::from(is_linked && !was_linked) + if outcome.events.is_empty() { 0 } else { joined },
        events: outcome.events.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_zones_that_a_file_leaves_out_make_no_other_moment() {
        let time = |text: &str| text.parse::<Time>().unwrap();
        let first = time("2024-01-02T09:00:31Z");
        for same in ["2024-01-02T09:00:00Z", "2024-01-02T14:00:00Z", "2024-01-02T03:30:00Z", "2024-01-02T09:00:31.123Z"]
        {
            assert!(is_same_moment(first, time(same)), "{same}");
        }
        assert!(is_same_moment(time("2024-01-02T09:07:31Z"), time("2024-01-02T00:00:00Z")), "one tells the day alone");
        for other in ["2024-01-02T09:07:00Z", "2024-01-03T09:00:31Z", "2023-05-05T00:00:00Z"] {
            assert!(!is_same_moment(first, time(other)), "{other}");
        }
    }
}
