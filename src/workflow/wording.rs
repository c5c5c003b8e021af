//! The wording of failures, in one voice: a lowercase fragment without a full stop, names in backticks.

use std::fmt;

use chrono::SecondsFormat;

use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::tickets::cus::DAYS_TO_COMPLETE;
use crate::workflow::time::Time;
use crate::workflow::vocabulary::{Kind, Word};

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((step, key)) = &self.about {
            write!(f, "`{key}` cannot {}: ", step.phrase())?;
        }
        for (n, failure) in self.failures.iter().enumerate() {
            let separator = if n == 0 { "" } else { "; " };
            write!(f, "{separator}{failure} ({})", failure.rule())?;
        }
        Ok(())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongKind { key, needed: Kind::Csd, .. } => write!(f, "`{key}` is not a customer's ticket"),
            Self::WrongKind { key, needed: Kind::Cus, .. } => write!(f, "`{key}` is not a CUS ticket"),
            Self::WrongStage { stage, legal, .. } if legal.is_empty() => {
                write!(f, "there is nothing to answer yet at stage `{}`", stage.as_str())
            }
            Self::WrongStage { stage, legal, by, since, .. } => {
                let legal = any_of(legal.iter().map(|stage| stage.as_str()));
                write!(
                    f,
                    "its stage is `{}` (by {by}, {} UTC), not {legal}",
                    stage.as_str(),
                    since.format("%Y-%m-%d %H:%M")
                )
            }
            Self::NotLinked { csd } => write!(f, "`{csd}` is not linked to a CUS ticket"),
            Self::WrongRole { needed, has } => write!(
                f,
                "this step is for {}, and your role is {}",
                any_of(needed.iter().map(|role| role.as_str())),
                any_of(has.iter().map(|role| role.as_str()))
            ),
            Self::NotUndoable { step } => write!(f, "its last command, `{step}`, cannot be undone"),
            Self::UndoneByOther { by, role: Some(role) } => {
                write!(f, "its last command is {by}'s, to be undone by them or by {role}")
            }
            Self::UndoneByOther { by, role: None } => write!(f, "its last command is {by}'s, to be undone by them"),
            Self::UndoTooLate { until } => write!(f, "it could be undone until {}", rfc3339(*until)),
            Self::ChangedSince { key, step, by, at } => {
                write!(f, "`{key}` was changed since (`{step}` by {by}, {})", rfc3339(*at))
            }
            Self::ToldSince { to } => {
                write!(f, "{to} was told because of it; the way back is a correction that is told")
            }
            Self::UndoneOverdue { key, kind } => {
                write!(f, "`{kind}` on `{key}`, which is owed because of it, is overdue")
            }
            Self::Missing { field: Field::Missing, .. } => write!(f, "what was not good enough is missing"),
            Self::Missing { field: Field::Of, .. } => write!(f, "the ticket that it repeats is missing"),
            Self::Missing { field, .. } => write!(f, "{} is missing", field.name().replace('_', " ")),
            Self::NothingGiven { .. } => write!(f, "nothing was given to change"),
            Self::TriggerNoteMissing { withdrawn } => {
                write!(f, "withdrawing {} needs a note", any_of(withdrawn.iter().map(|trigger| trigger.as_str())))
            }
            Self::LoweringNoteMissing { from, to } => {
                write!(f, "lowering the priority from `{from}` to `{to}` needs a note")
            }
            Self::EarlyNoteMissing => {
                write!(f, "the fix has not shipped, so `resolved` needs a note that says what solved it")
            }
            Self::StillWanting { item, .. } => {
                write!(f, "Engineering asked for better {item}; supply it, or say in a note why not")
            }
            Self::ClockBeforeLastEvent { now, last } => {
                write!(f, "the time {} is before the ticket's last event at {}", rfc3339(*now), rfc3339(*last))
            }
            Self::NoAnnouncement { cus, notice } => {
                write!(f, "notice {notice} of `{cus}` is no announcement: it is owed, or was told")
            }
            Self::DatedInTheFuture { at } => {
                write!(f, "it is dated {}, which is still to come", rfc3339(*at))
            }
            Self::KeyIsOurs { key } => {
                write!(f, "`{key}` cannot be a customer's ticket: the prefix `{}` is given by cus alone", Key::CUS)
            }
            Self::KeyTaken { key } => {
                write!(f, "`{key}` is used already, and a key is never used twice")
            }
            Self::TriggerNeedsEngineering { handler } => {
                write!(f, "with a trigger set Engineering must handle it, not `{handler}`")
            }
            Self::TriggerContradiction => write!(f, "`none` contradicts the other triggers"),
            Self::VersionRefused => write!(f, "a `backlog` decision has no fix version"),
            Self::TargetDateRefused => write!(f, "a `backlog` decision has no target date"),
            Self::NoSuchTime { .. } => write!(f, "there is no such time"),
            Self::TargetDatePast { date, today } => write!(f, "{date} is over: today is {today}"),
            Self::UnchangedDecision { is_undated: true } => {
                write!(f, "this decision is in force already; with a note it is its review")
            }
            Self::UnchangedDecision { .. } => write!(f, "this decision is in force already"),
            Self::UnchangedAssessment { .. } => write!(f, "this assessment changes nothing"),
            Self::StartsLater => write!(f, "it cannot have started in the future"),
            Self::MoreThanOne { customers } => {
                write!(f, "the impact cannot be `one`: {customers} customers are linked or counted")
            }
            Self::FewerThanLinked { count, linked } => {
                write!(f, "{count} customers affected are fewer than the {linked} that are linked")
            }
            Self::NoFixVersion { .. } => write!(f, "no fix version is decided"),
            Self::AlreadyShipped { .. } => {
                write!(f, "the fix has been recorded as shipped already")
            }
            Self::NothingToShip { version } => {
                write!(f, "no ticket awaits the shipping of `{version}`")
            }
            Self::NothingToSlip { version } => {
                write!(f, "nothing that has not shipped was decided for `{version}`")
            }
            Self::NoHold { .. } => write!(f, "it holds no upgrades"),
            Self::NotHeld { version, held, .. } => {
                let held = all_of(held.iter().map(String::as_str));
                write!(f, "it does not hold upgrades of `{version}`, only of {held}")
            }
            Self::HoldsAll { version, .. } => write!(
                f,
                "it holds upgrades of every version, so `{version}` cannot be lifted alone; \
                 lift all of its holds, then hold again the versions that are to wait"
            ),
            Self::LastLink { csd, cus } => {
                write!(f, "`{csd}` is the last customer's ticket of `{cus}`: withdraw that instead")
            }
            Self::NoSuchCustomer { name } => write!(f, "there is no customer `{name}`"),
            Self::SameCustomer { name } => write!(f, "`{name}` is that customer already"),
            Self::CustomerExists { name } => {
                write!(f, "there is a customer `{name}` already: two that are one are merged")
            }
            Self::CustomerTold { csd, customer } => {
                write!(f, "`{csd}` was told to `{customer}`: its customer changes only by being renamed or merged")
            }
            Self::NotItself { .. } => write!(f, "a ticket cannot be the duplicate of itself"),
            Self::OriginalClosed { key, is_fixed: false } => write!(f, "the original `{key}` is closed"),
            Self::OriginalClosed { key, is_fixed: true } => write!(
                f,
                "the original `{key}` is closed as fixed: decide on the version that fixed it and record that it shipped"
            ),
            Self::OtherCustomer { original } => write!(f, "`{original}` is another customer's ticket"),
            Self::FixShipped { .. } => write!(f, "its fix has shipped, so its customers are asked to confirm it"),
            Self::NotShipped { has_version: true, .. } => write!(f, "the fix has not shipped"),
            Self::NotShipped { has_version: false, .. } => {
                write!(f, "nothing has shipped: a bug that is not fixed stays on the Open Bug List")
            }
            Self::RootCauseMissing { .. } => write!(f, "its root cause is not written"),
            Self::NotOfThisKind { field, kind: Kind::Csd } => {
                write!(f, "a customer's ticket has no {}", field.name().replace('_', " "))
            }
            Self::NotOfThisKind { field, kind: Kind::Cus } => {
                write!(f, "a CUS ticket has no {} of its own", field.name().replace('_', " "))
            }
            Self::NothingChanges { .. } => write!(f, "everything given is so already"),
            Self::PostmortemOver { .. } => {
                write!(f, "a postmortem can be completed for {DAYS_TO_COMPLETE} days after closing")
            }
            Self::NoSuchAction { number, .. } => write!(f, "it has no action {number}"),
            Self::ActionDatePast { date, today } => {
                write!(f, "{date} is over: today is {today}")
            }
            Self::NoCustomers { .. } => write!(f, "no customer's ticket is linked to it"),
            Self::OneOf { fields, given, .. } => {
                let names = any_of(fields.iter().map(|field| field.name()));
                write!(f, "exactly one of {names} is needed, and {given} were given")
            }
            Self::Template { audience, message } => {
                write!(f, "the {audience} template cannot be rendered: {message}")
            }
            Self::SupportNotTold { csd, queued, .. } => {
                write!(f, "Support has not been given the resolution information for `{csd}`{}", if_queued(*queued))
            }
            Self::ProductNotAlerted { queued, .. } => {
                write!(f, "Product has not been alerted of this high-priority bug{}", if_queued(*queued))
            }
            Self::MarketingNotTold { queued, .. } => {
                write!(f, "Marketing has not been told of this large impact{}", if_queued(*queued))
            }
            Self::CustomerNotTold { csd, queued, .. } => {
                write!(f, "the customer of `{csd}` has not been told what is in force{}", if_queued(*queued))
            }
            Self::AlreadyQueued { to, .. } => write!(f, "the notice to {to} is queued already and not delivered yet"),
            Self::CustomerUntold { csd } => {
                write!(f, "the customer of `{csd}` must be told: give the words for them, or say how they were told")
            }
            Self::AllAnswered { cus } => {
                write!(f, "each customer of `{cus}` has answered: name the ticket of the one to write to")
            }
            Self::NextByPast => f.write_str("the next message can be promised for a later time only"),
            Self::NotQueued { notice, .. } => write!(f, "its notice {notice} does not wait for delivery"),
            Self::NotDelivered { notice, .. } => {
                write!(f, "its notice {notice} was not delivered, or came back already")
            }
            Self::NoAddress { csd } => {
                write!(f, "the contact of `{csd}` holds no mail address; what is told by hand can be recorded too")
            }
            Self::WrittenByMachine { csd: None, sign } => {
                write!(f, "a machine wrote this mail ({}): it reports nothing", sign.escape_debug())
            }
            Self::KnownConversation { csd } => {
                write!(f, "this mail belongs to `{csd}`, and is not a new report")
            }
            Self::WrittenByMachine { csd: Some(csd), sign } => {
                write!(f, "a machine wrote this mail about `{csd}` ({sign}): it is not the customer's answer")
            }
            Self::UnclearAddress { csd, part } => {
                let part = part.escape_debug();
                write!(f, "the contact of `{csd}` is not clearly one mail address (`{part}`); ")?;
                write!(f, "put the right one in angle brackets")
            }
            Self::CustomerUndecided { csd } => {
                write!(f, "the customer of `{csd}` has neither confirmed nor been found unreachable")
            }
            Self::NothingOwed { to: Some(to), .. } => {
                write!(f, "nothing is owed to {to} now; an interim message needs its words")
            }
            Self::NothingOwed { to: None, .. } => write!(f, "your role owes no notice on it now"),
        }
    }
}

fn if_queued(queued: bool) -> &'static str {
    if queued { ": the notice is queued and not delivered yet" } else { "" }
}

/// Joins words in backticks, the last after "or".
pub(in crate::workflow) fn any_of<'a>(words: impl Iterator<Item = &'a str>) -> String {
    listed(words, "or")
}

/// The words in backticks, the last behind "and".
fn all_of<'a>(words: impl Iterator<Item = &'a str>) -> String {
    listed(words, "and")
}

fn listed<'a>(words: impl Iterator<Item = &'a str>, before_last: &str) -> String {
    let mut words: Vec<String> = words.map(|word| format!("`{word}`")).collect();
    match words.pop() {
        None => String::new(),
        Some(last) if words.is_empty() => last,
        Some(last) => format!("{} {before_last} {last}", words.join(", ")),
    }
}

fn rfc3339(time: Time) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
