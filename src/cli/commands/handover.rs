//! `cus handover`: a shift's summary for each role.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use clap::Args;

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, UsageError};
use crate::cli::hint;
use crate::cli::input::{TimeArg, word};
use crate::cli::output::one_line;
use crate::cli::views::event::sentence;
use crate::cli::views::handover::{Done, Duty, HandoverView, Shift};
use crate::cli::views::owed::describe;
use crate::store::{OwedQuery, OwedRow, Recorded};
use crate::workflow::key::Key;
use crate::workflow::obligations::duty::DutyKind;
use crate::workflow::vocabulary::{Role, vocabulary};

vocabulary! {
    /// The form of the summary.
    pub(in crate::cli) Form {
        /// For a terminal.
        Text = "text",
        /// Markdown, to paste.
        Md = "md",
    }
}

/// Summarise a shift for each role
#[derive(Debug, Args)]
pub(in crate::cli) struct HandoverArgs {
    /// When the shift began [default: -8h]; the next one is taken to be as long
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<TimeArg>,
    /// text, or md to paste
    #[arg(long, value_name = "FORM", value_parser = word::<Form>())]
    form: Option<Form>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &HandoverArgs) -> anyhow::Result<u8> {
    let now = ctx.now();
    let since = match arguments.since {
        Some(since) => since.before(now).ok_or_else(|| UsageError::new("there is no such time as --since says"))?,
        None => now - TimeDelta::hours(8),
    };
    if since >= now {
        return Err(UsageError::with_fix("the shift begins after now", "--since 8h").into());
    }
    let until = now + (now - since);
    let store = ctx.store_to_read()?;
    let (rows, _) = store.owed(&OwedQuery::default(), until)?;
    let mut shifts: BTreeMap<Option<Role>, Shift> = BTreeMap::new();
    let mut waiting: BTreeSet<String> = BTreeSet::new();
    for row in rows {
        let duty = duty(&row);
        if matches!(row.kind, DutyKind::TellCustomer | DutyKind::Confirm) {
            waiting.insert(duty.customer.clone());
        }
        let shift = shifts.entry(Some(row.by)).or_default();
        if row.begins >= since && row.begins <= now {
            shift.new.push(duty.clone());
        }
        if row.due < now {
            shift.overdue.push(duty);
        } else if row.due <= until {
            shift.due.push(duty);
        }
    }
    for recorded in store.events_since(since)? {
        let key = store.current_key(&recorded.event.stream)?;
        shifts.entry(recorded.event.role).or_default().done.push(done(key, &recorded));
    }
    shifts.retain(|_, shift| !shift.is_empty());
    let roles = ctx.roles()?;
    if !roles.is_empty() {
        shifts.retain(|role, _| role.is_some_and(|role| roles.contains(&role)));
    }
    let is_markdown = arguments.form == Some(Form::Md);
    ctx.print(&HandoverView { since, now, until, shifts, waiting, is_markdown })?;
    Ok(DONE)
}

fn duty(row: &OwedRow) -> Duty {
    Duty {
        ticket: row.key.clone(),
        customer: row.customer.clone(),
        what: describe(row.kind, row.csd.as_ref()),
        due: row.due,
        fix: hint::fix(&row.remedy).text().to_owned(),
    }
}

fn done(ticket: Key, recorded: &Recorded) -> Done {
    Done { ticket, what: one_line(&sentence(&recorded.event)), at: recorded.event.at }
}
