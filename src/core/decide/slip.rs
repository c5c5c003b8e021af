//! A version slips: everything that was decided for it is decided anew, in one command (R20).

use super::{Story, notify, release};
use crate::core::case::Ticket;
use crate::core::command::{Notify, Release, Slip};
use crate::core::cus::Cus;
use crate::core::key::Key;
use crate::core::refusal::{Failure, Refusal};
use crate::core::words::{Decision, Via};

pub(super) fn decide(story: &mut Story<'_>, command: &Slip) -> Result<(), Refusal> {
    let slipping = slipping(story, &command.from);
    if slipping.is_empty() {
        return Err(Refusal::bare(vec![Failure::NothingToSlip { version: command.from.clone() }]));
    }
    for (cus, decision) in &slipping {
        let revision = Release {
            cus: cus.clone(),
            decision: *decision,
            fix_version: Some(command.to.clone()),
            target_date: command.target_date,
            resolution: None,
            note: Some(command.note.clone()),
        };
        release::decide(story, &revision)?;
    }
    for (cus, _) in slipping.into_iter().filter(|_| command.notify) {
        let tell = Notify { cus, to: None, csd: None, message: None, via: Via::Print };
        match notify::tell_all_owed(story, &tell) {
            Err(refusal) if refusal.failures.iter().all(|failure| matches!(failure, Failure::NothingOwed { .. })) => {}
            other => other?,
        }
    }
    Ok(())
}

/// The tickets that await the shipping of that version, with what was decided for each.
fn slipping(story: &Story<'_>, version: &str) -> Vec<(Key, Decision)> {
    let awaits = |cus: &Cus| {
        let release = cus.release.as_ref().filter(|_| !cus.is_closed())?;
        let is_it = release.fix_version.as_deref() == Some(version) && release.shipped.is_none();
        is_it.then(|| (cus.key.clone(), release.decision))
    };
    let tickets = story.case.tickets.iter();
    tickets
        .filter_map(|ticket| match ticket {
            Ticket::Cus(cus) => awaits(cus),
            Ticket::Csd(_) => None,
        })
        .collect()
}
