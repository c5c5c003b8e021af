//! Delivering what is queued: claim, deliver, mark. A crash between delivering and marking repeats a message under the
//! same message id, and never loses one.

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use super::ctx::Ctx;
use super::output::{rfc3339, visible};
use super::post::Post;
use crate::channels;
use crate::store::{Scope, Store, Waiting};
use crate::workflow::Context;
use crate::workflow::command::Deliver;
use crate::workflow::event::Event;
use crate::workflow::key::Key;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::rules::decide;
use crate::workflow::tickets::cus::Notice;
use crate::workflow::vocabulary::Audience;

/// The longest time between two attempts, in minutes.
const LONGEST: i64 = 24 * 60;

/// What came of trying to deliver a notice.
pub(super) struct Attempt {
    pub(super) cus: Key,
    pub(super) notice: u32,
    to: Option<Audience>,
    /// The customer's ticket that it is about, by the key that it goes by.
    csd: Option<Key>,
    pub(super) outcome: Outcome,
    /// What was recorded of it.
    pub(super) events: Vec<Event>,
}

/// How an attempt ended.
pub(super) enum Outcome {
    /// The audience is told; what the channel gave as proof.
    Delivered(String),
    /// It stays queued; why.
    Failed(String),
    /// Another process has it in hand, or did it meanwhile.
    Elsewhere,
}

impl Attempt {
    pub(super) fn has_failed(&self) -> bool {
        matches!(self.outcome, Outcome::Failed(_))
    }

    /// Why it failed, where it did.
    pub(super) fn error(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Failed(error) => Some(error),
            Outcome::Delivered(_) | Outcome::Elsewhere => None,
        }
    }

    /// What came of it, in words.
    pub(super) fn told(&self) -> String {
        let whom = self.to.map(|to| format!(" to {to}")).unwrap_or_default();
        let about = self.csd.as_ref().map(|csd| format!(" ({csd})")).unwrap_or_default();
        let what = match &self.outcome {
            Outcome::Delivered(receipt) => format!("delivered: {receipt}"),
            Outcome::Failed(error) => format!("not delivered, and kept: {error}"),
            Outcome::Elsewhere => "in the hands of another process".to_owned(),
        };
        visible(&format!("{} notice {}{whom}{about}: {what}", self.cus, self.notice)).into_owned()
    }

    pub(super) fn json(&self) -> Value {
        let (ok, receipt) = match &self.outcome {
            Outcome::Delivered(receipt) => (true, Some(receipt)),
            Outcome::Failed(_) | Outcome::Elsewhere => (false, None),
        };
        json!({
            "cus": self.cus,
            "notice": self.notice,
            "to": self.to,
            "csd": self.csd,
            "ok": ok,
            "receipt": receipt,
            "error": self.error(),
        })
    }
}

/// Tries each of these notices once.
pub(super) fn deliver(ctx: &Ctx, store: &mut Store, waiting: &[Waiting]) -> anyhow::Result<Vec<Attempt>> {
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    let post = Post::read()?;
    let context = ctx.context()?;
    let claimant = channels::this_process();
    let mut attempts = Vec::new();
    for waiting in waiting {
        let mut attempt = Attempt {
            cus: waiting.cus.clone(),
            notice: waiting.notice,
            to: None,
            csd: None,
            outcome: Outcome::Elsewhere,
            events: Vec::new(),
        };
        if store.claim(&waiting.cus, waiting.notice, &claimant, Utc::now(), channels::is_gone)? {
            one(ctx, store, &post, &context, waiting, &mut attempt)?;
        }
        attempts.push(attempt);
    }
    Ok(attempts)
}

/// Delivers one notice that this process has claimed.
fn one(
    ctx: &Ctx,
    store: &mut Store,
    post: &Post,
    context: &Context,
    waiting: &Waiting,
    attempt: &mut Attempt,
) -> anyhow::Result<()> {
    let tickets = store.tickets(&Scope::of([waiting.cus.clone()]))?;
    let found = tickets.cus(&waiting.cus).and_then(|cus| Some((cus, cus.notice(waiting.notice)?)));
    let Some((cus, notice)) = found.filter(|(_, notice)| notice.is_queued()) else { return Ok(()) };
    attempt.to = Some(notice.to);
    attempt.csd = notice.csd.as_ref().map(|csd| tickets.current_key(csd));
    match send(post, &tickets, cus, notice) {
        Ok(receipt) => {
            let command = Deliver { cus: waiting.cus.clone(), notice: waiting.notice, receipt: receipt.clone() }.into();
            let mut writer = store.writer()?;
            let now = if context.now_is_explicit { context.now } else { Utc::now() };
            let context = Context { policy: writer.policy()?, now, now_is_explicit: false, ..context.clone() };
            let marked = writer.apply(&Scope::of([waiting.cus.clone()]), None, &[], |tickets| -> anyhow::Result<_> {
                Ok(decide(tickets, &command, &context)?)
            });
            match marked {
                Ok(applied) => {
                    writer.commit()?;
                    attempt.events = applied.events;
                    attempt.outcome = Outcome::Delivered(receipt);
                }
                // Somebody else delivered it at the same time: it is told, which is what was wanted.
                Err(error) if is_done(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Err(error) => {
            let error = format!("{error:#}");
            store.not_delivered(waiting, ctx.now() + pause(waiting.attempts), &error)?;
            attempt.outcome = Outcome::Failed(error);
        }
    }
    Ok(())
}

fn send(
    post: &Post,
    tickets: &crate::workflow::tickets::Tickets,
    cus: &crate::workflow::tickets::cus::Cus,
    notice: &Notice,
) -> anyhow::Result<String> {
    let (channel, timeout) = post.channel(notice.to, notice.via)?;
    let letter = post.letter(tickets, cus, notice)?;
    Ok(channel.deliver(&letter, timeout)?)
}

/// A minute after the first attempt, and each time twice as long.
fn pause(attempts: u32) -> TimeDelta {
    TimeDelta::minutes(1_i64.checked_shl(attempts.min(20)).unwrap_or(LONGEST).min(LONGEST))
}

fn is_done(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<Refusal>()
        .is_some_and(|refusal| refusal.failures.iter().all(|failure| matches!(failure, Failure::NotQueued { .. })))
}

/// A notice that waits, as JSON.
pub(super) fn waiting_json(waiting: &Waiting, notice: Option<&Notice>, csd: Option<&Key>) -> Value {
    json!({
        "cus": waiting.cus,
        "notice": waiting.notice,
        "to": notice.map(|notice| notice.to),
        "csd": csd,
        "via": notice.map(|notice| notice.via),
        "message_id": notice.map(|notice| notice.message_id.as_str()),
        "subject": notice.and_then(|notice| notice.subject.as_deref()),
        "text": notice.map(|notice| notice.message.as_str()),
        "queued": notice.map(|notice| rfc3339(notice.at)),
        "attempts": waiting.attempts,
        "next": waiting.next.map(rfc3339),
        "error": waiting.error,
    })
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
