//! Delivering what is queued: claim, deliver, mark. A crash between delivering and marking repeats a message under the
//! same message id, and never loses one.

use chrono::TimeDelta;

use crate::app::actor::{Actor, clock};
use crate::app::attempt::{Attempt, DeliveryResult};
use crate::app::delivery_settings::SettingsError;
use crate::app::desk::Desk;
use crate::app::error::DeskError;
use crate::channels::{self, Letter, NotDelivered};
use crate::store::Waiting;
use crate::workflow::command::Deliver;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::scope::Scope;
use crate::workflow::tickets::Ticket;
use crate::workflow::vocabulary::{Via, Word};

/// The longest time between two attempts, in minutes.
const LONGEST: i64 = 24 * 60;

/// The reason why a notice did not go out.
#[derive(Debug, thiserror::Error)]
enum NotSent {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    NotDelivered(#[from] NotDelivered),
}

impl Desk {
    /// Delivers what was queued at this desk and not tried yet.
    ///
    /// # Errors
    /// Fails if the database fails. What then was not tried stays queued.
    pub fn deliver(&mut self, actor: &Actor) -> Result<Vec<Attempt>, DeskError> {
        let mut attempts = Vec::new();
        // What is delivered can make something happen that is announced.
        while !self.notes.queued.is_empty() {
            let waiting = std::mem::take(&mut self.notes.queued);
            attempts.extend(self.retry(&waiting, actor)?);
        }
        Ok(attempts)
    }

    /// Tries each of these notices once, but for those that are held.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub fn retry(&mut self, waiting: &[Waiting], actor: &Actor) -> Result<Vec<Attempt>, DeskError> {
        if waiting.is_empty() {
            return Ok(Vec::new());
        }
        let claimant = channels::this_process();
        let mut attempts = Vec::new();
        for waiting in waiting.iter().filter(|waiting| !waiting.is_held) {
            let mut attempt = Attempt {
                cus: waiting.cus.clone(),
                notice: waiting.notice,
                to: None,
                csd: None,
                result: DeliveryResult::Elsewhere,
                events: Vec::new(),
            };
            if self.store.claim(&waiting.cus, waiting.notice, &claimant, clock(), channels::is_gone)? {
                deliver_one(self, waiting, &mut attempt, actor)?;
            }
            attempts.push(attempt);
        }
        Ok(attempts)
    }
}

/// Delivers one notice that this process has claimed.
fn deliver_one(desk: &mut Desk, waiting: &Waiting, attempt: &mut Attempt, actor: &Actor) -> Result<(), DeskError> {
    let tickets = desk.store.tickets(&Scope::of([waiting.cus.clone()]))?;
    let Some(ticket) = tickets.ticket(&waiting.cus) else { return Ok(()) };
    let sent = if let Some(notice) = ticket.notice(waiting.notice).filter(|notice| notice.is_queued()) {
        attempt.to = Some(notice.to.to_string());
        attempt.csd = notice.csd.as_ref().map(|csd| tickets.current_key(csd));
        send(desk, notice.to.as_str(), notice.via, desk.delivery.letter(&tickets, ticket, notice))
    } else if let Ticket::Cus(cus) = ticket
        && let Some(announced) = cus.announcement(waiting.notice).filter(|announced| announced.is_queued())
    {
        attempt.to = Some(announced.audience.clone());
        let letter = desk.delivery.announcement(&tickets, cus, announced);
        send(desk, &announced.audience, announced.via, letter)
    } else {
        return Ok(());
    };
    match sent {
        Ok(receipt) => {
            let command = Deliver { cus: waiting.cus.clone(), notice: waiting.notice, receipt: receipt.clone() };
            match desk.transaction(|transaction| transaction.execute(command, actor)) {
                Ok(marked) => {
                    attempt.events = marked.events;
                    attempt.result = DeliveryResult::Delivered(receipt);
                }
                // Somebody else delivered it at the same time: the audience is told, which is what was wanted.
                Err(DeskError::Refused(refusal)) if is_done(&refusal) => {}
                Err(error) => return Err(error),
            }
        }
        Err(error) => {
            let error = error.to_string();
            desk.store.not_delivered(waiting, actor.now() + pause(waiting.attempts), &error)?;
            attempt.result = DeliveryResult::Failed(error);
        }
    }
    Ok(())
}

fn send(desk: &Desk, to: &str, via: Via, letter: Result<Letter, SettingsError>) -> Result<String, NotSent> {
    let (channel, timeout) = desk.delivery.channel(to, via)?;
    Ok(channel.deliver(&letter?, timeout)?)
}

/// A minute after the first attempt, and each time twice as long.
fn pause(attempts: u32) -> TimeDelta {
    TimeDelta::minutes(1_i64.checked_shl(attempts.min(20)).unwrap_or(LONGEST).min(LONGEST))
}

fn is_done(refusal: &Refusal) -> bool {
    refusal.failures.iter().all(|failure| matches!(failure, Failure::NotQueued { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pauses_grow_up_to_a_day() {
        assert_eq!([0, 1, 2, 5].map(|attempts| pause(attempts).num_minutes()), [1, 2, 4, 32]);
        assert_eq!(pause(11).num_hours(), 24);
        assert_eq!(pause(u32::MAX).num_hours(), 24);
    }
}
