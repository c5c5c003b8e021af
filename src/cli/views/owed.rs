//! What is owed, in words.

use crate::cli::hint;
use crate::cli::output::{Colour, due_tone, due_words, length, when_due};
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::obligations::duty::{DutyKind, Owed};
use crate::workflow::reports::stalled::Stuck;
use crate::workflow::vocabulary::Word;

/// What is owed, a line for each duty with the command that settles it.
pub(in crate::cli) fn owed_lines(owed: &[Owed], now: Time, colour: Colour) -> Vec<String> {
    let shown = owed.iter().filter(|owed| owed.is_shown(now));
    shown
        .map(|owed| {
            let due = colour.paint(due_tone(owed.due, now), &when_due(owed.due, now));
            let role = owed.by.as_str();
            let what = describe(owed.duty.kind, owed.duty.csd.as_ref());
            format!("  {what} — {role}, {due}\n    {}", colour.command(hint::fix(&owed.remedy).text()))
        })
        .collect()
}

/// What is owed, in words, with its rule.
pub(in crate::cli) fn describe(kind: DutyKind, csd: Option<&Key>) -> String {
    use DutyKind as D;
    let what = match kind {
        D::Assess => "assess who handles it",
        D::Escalate => "escalate to Engineering",
        D::Resolve => "resolve it",
        D::EngAssess => "assess cause, severity and impact",
        D::Complete => "complete the returned checklist",
        D::AlertProduct => "alert Product",
        D::Release => "decide about the release",
        D::TellMarketing => "notify Marketing",
        D::TellSupport => "give Support the resolution information",
        D::TellCustomer => "update the customer",
        D::NextWord => "say something to the customer",
        D::Postmortem => "move to Postmortem",
        D::Ship => "ship it, or revise the decision",
        D::Confirm => "get the customer's confirmation",
        D::Review => "review the backlog decision",
        D::AnswerComplaint => "answer the complaint",
        D::CorrectProduct => "correct the alert to Product",
        D::CorrectMarketing => "correct what Marketing was told",
        D::WritePostmortem => "write the postmortem",
        D::Action => "do what the postmortem asks for",
        D::Close => "close it",
        D::LiftHold => "lift the upgrade hold, or say why not",
    };
    match csd {
        Some(csd) => format!("{what} ({csd}, {})", kind.rule()),
        None => format!("{what} ({})", kind.rule()),
    }
}

/// What is to be done, in as few words as can be.
pub(in crate::cli) fn in_brief(kind: DutyKind) -> &'static str {
    use DutyKind as D;
    match kind {
        D::Assess | D::EngAssess => "assess",
        D::Escalate => "escalate",
        D::Resolve => "resolve",
        D::Complete => "complete",
        D::AlertProduct => "alert Product",
        D::Release => "decide release",
        D::TellMarketing => "notify Marketing",
        D::TellSupport => "notify Support",
        D::TellCustomer => "update customer",
        D::NextWord => "next word",
        D::Postmortem => "postmortem",
        D::Ship => "ship or revise",
        D::Confirm => "ask customer",
        D::Review => "review backlog",
        D::AnswerComplaint => "answer complaint",
        D::CorrectProduct => "correct Product",
        D::CorrectMarketing => "correct Marketing",
        D::WritePostmortem => "write postmortem",
        D::Action => "action",
        D::Close => "close",
        D::LiftHold => "lift hold",
    }
}

/// Why a ticket does not move, in words.
pub(in crate::cli) fn stuck_words(stuck: Stuck, now: Time) -> String {
    match stuck {
        Stuck::Bounced { times } => format!("went back and forth {times} times"),
        Stuck::WaitingOn { role, since } => format!("waits for {role} alone, {}", due_words(since, now)),
        Stuck::TooLong { since } => format!("in this stage for {}", length(now - since)),
    }
}
