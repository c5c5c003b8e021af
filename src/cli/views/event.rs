//! Events: as JSON, as a sentence, as a table.

use serde_json::{Map, Value, json};

use crate::cli::output::{hanging, local, rfc3339, visible, visible_in_line};
use crate::cli::views::names::{audience_name, role_name};
use crate::store::Recorded;
use crate::workflow::event::{Event, Fact};
use crate::workflow::key::Key;
use crate::workflow::vocabulary::{AnswerKind, Audience, Channel, Via, Word, WordClock};

/// An event with the keys that do not change. Its texts stand in `data`, beside the structured payload.
pub(in crate::cli) fn event_json(recorded: &Recorded, ticket: &Key) -> serde_json::Result<Value> {
    let event = &recorded.event;
    let mut data: Map<String, Value> = serde_json::from_str(&event.fact.data()?)?;
    for (name, text) in event.fact.texts() {
        match name.split_once('.') {
            Some((field, entry)) => data.entry(field).or_insert_with(|| json!({}))[entry] = text.into(),
            None => {
                data.insert(name.into_owned(), text.into());
            }
        }
    }
    Ok(json!({
        "id": recorded.id,
        "seq": recorded.seq,
        "ticket": ticket,
        "type": event.fact.type_name(),
        "at": rfc3339(event.at),
        "actor": event.actor,
        "role": event.role,
        "origin": recorded.origin,
        "command": recorded.command,
        "step": event.step,
        "edition": event.edition,
        "redacted_by": recorded.redacted_by,
        "data": data,
    }))
}

/// An event for a person, in lines of a width; with its ticket where several are shown.
pub(in crate::cli) fn log_lines(recorded: &Recorded, ticket: Option<&Key>, width: usize) -> String {
    let event = &recorded.event;
    let role = event.role.map_or("unknown role", Word::as_str);
    let ticket = ticket.map(|key| format!("{key:<10} ")).unwrap_or_default();
    let actor = visible_in_line(&event.actor);
    let said = visible(&sentence(event)).trim_end().to_owned();
    let mut lines = said.lines();
    let first = lines.next().unwrap_or_default();
    let mut all = hanging(&format!("{}  {ticket}{first}", local(event.at)), width, "    ");
    for line in lines {
        all.push_str(&format!("\n    {}", hanging(line, width.saturating_sub(4), "    ").replace('\n', "\n    ")));
    }
    let who = format!(" — {actor} ({role})");
    let last = all.lines().last().map_or(0, textwrap::core::display_width);
    let separator = if last + textwrap::core::display_width(&who) > width { "\n   " } else { "" };
    format!("{all}{separator}{who}")
}

/// What happened, in words.
pub(in crate::cli) fn sentence(event: &Event) -> String {
    let with = |text: &str, note: &Option<String>| match note {
        Some(note) => format!("{text}: {note}"),
        None => text.to_owned(),
    };
    match &event.fact {
        Fact::Reported(fact) => {
            let through = match fact.channel {
                Channel::Portal => "through the portal",
                Channel::Phone => "by phone",
                Channel::Email => "by email",
            };
            format!("reported by {} {through}: {}", fact.texts.customer, fact.texts.summary)
        }
        Fact::Assessed(fact) => {
            let triggers: Vec<&str> = fact.triggers.iter().map(|trigger| trigger.as_str()).collect();
            let triggers = if triggers.is_empty() { String::new() } else { format!(" ({})", triggers.join(", ")) };
            let handler = role_name(fact.handled_by.into());
            with(&format!("assessed: {handler} handles it{triggers}"), &fact.texts.note)
        }
        Fact::Linked(fact) => format!("linked to {}", fact.cus),
        Fact::Unlinked(fact) => with(&format!("unlinked from {}", fact.cus), &fact.texts.note),
        Fact::CustomerTold(fact) => format!("told the customer (notice {} of {})", fact.notice, fact.cus),
        Fact::NextWord(fact) => match fact.clock {
            WordClock::Begun => "the customer is owed the next word".to_owned(),
            WordClock::Sooner => "the customer is owed the next word earlier".to_owned(),
            WordClock::Tried => "the customer could not be reached".to_owned(),
            WordClock::Off => "the next word is no longer owed: the policy was changed".to_owned(),
        },
        Fact::Resolved(fact) => match fact.answer {
            Some(AnswerKind::Unreachable) => with("resolved; the customer could not be reached", &fact.texts.note),
            Some(AnswerKind::Resolved | AnswerKind::NotResolved) => {
                with("resolved; the customer confirmed it", &fact.texts.note)
            }
            None => with("resolved", &fact.texts.note),
        },
        Fact::Reopened(fact) => with("reopened", &fact.texts.note),
        Fact::Escalated(fact) => {
            let csd: Vec<&str> = fact.csd.iter().map(Key::as_str).collect();
            format!("escalated with priority {}, for {}", fact.priority, csd.join(", "))
        }
        Fact::Completed(fact) => with("completed and escalated again", &fact.texts.note),
        Fact::Joined(fact) => {
            let raised = fact.priority.map(|priority| format!("; priority raised to {priority}"));
            let steps = fact.texts.steps.as_ref().map(|_| "; steps replaced");
            format!("joined by {}{}{}", fact.csd, raised.unwrap_or_default(), steps.unwrap_or_default())
        }
        Fact::Left(fact) => format!("unlinked from {}", fact.csd),
        Fact::Supplied(fact) => {
            let items: Vec<&str> = fact.items.iter().map(|item| item.as_str()).collect();
            format!("supplied for the checklist: {}", items.join(", "))
        }
        Fact::Returned(fact) => {
            let missing: Vec<&str> = fact.missing.iter().map(|item| item.as_str()).collect();
            format!("returned to Support for {}: {}", missing.join(", "), fact.texts.note)
        }
        Fact::EngAssessed(fact) => {
            let named = match fact.priority {
                Some(priority) => format!(", priority raised to {priority}"),
                None if fact.keeps_priority => ", priority kept".to_owned(),
                None => String::new(),
            };
            let found = format!("severity {}, impact {}{named}: {}", fact.severity, fact.impact, fact.texts.cause);
            let note = fact.texts.note.as_ref().map(|note| format!("\n{note}")).unwrap_or_default();
            format!("assessed by Engineering: {found}{note}")
        }
        Fact::ReleaseDecided(fact) => {
            let version = fact.fix_version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
            let date = fact.target_date.map(|date| format!(", planned for {date}")).unwrap_or_default();
            let fixed_by = brought(&fact.texts.fixed_by);
            with(&format!("release decision: {}{version}{date}{fixed_by}", fact.decision), &fact.texts.note)
        }
        Fact::Shipped(fact) => {
            let fixed_by = brought(&fact.texts.fixed_by);
            with(&format!("shipped in {}{fixed_by}", fact.fix_version), &fact.texts.note)
        }
        Fact::Notified(fact) => {
            let told = match (fact.via.is_at_once(), fact.settles.is_empty()) {
                (true, false) => "told",
                (true, true) => "sent an interim message to",
                (false, false) => "queued a notice to",
                (false, true) => "queued an interim message to",
            };
            let via = match fact.via {
                Via::Print => "printed",
                Via::Command | Via::Smtp => "by mail",
                Via::Webhook => "by webhook",
                Via::Phone => "by phone",
                Via::Portal => "through the portal",
                Via::InPerson => "in person",
            };
            format!("{told} {} ({via})", audience(fact.to, fact.csd.as_ref()))
        }
        Fact::Delivered(fact) => {
            let whom = audience(fact.to, fact.csd.as_ref());
            format!("delivered notice {} to {whom}: {}", fact.notice, fact.texts.receipt)
        }
        Fact::NoticeWithdrawn(fact) => format!("withdrew notice {} before it was delivered", fact.notice),
        Fact::Announced(fact) => {
            let what: Vec<String> = fact.what.iter().map(ToString::to_string).collect();
            format!("queued an announcement to {} ({}): {}", fact.audience, fact.via, what.join(", "))
        }
        Fact::AnnouncementDelivered(fact) => format!("delivered announcement {}: {}", fact.notice, fact.texts.receipt),
        Fact::AnnouncementDropped(fact) => format!("dropped announcement {}", fact.notice),
        Fact::NoticeCameBack(fact) => {
            with(&format!("recorded that notice {} of {} came back", fact.notice, fact.cus), &fact.texts.reason)
        }
        Fact::MovedToPostmortem(fact) => with("moved to Postmortem", &fact.texts.root_cause),
        Fact::PostmortemWritten(fact) => {
            let texts = &fact.texts;
            let written = [
                ("root cause", &texts.root_cause),
                ("category", &fact.category),
                ("lessons", &texts.lessons),
                ("note", &texts.note),
            ];
            let written = written.into_iter().filter_map(|(name, value)| Some(format!("{name}: {}", value.as_ref()?)));
            format!("postmortem written: {}", written.collect::<Vec<_>>().join("; "))
        }
        Fact::ActionAdded(fact) => {
            let owner = fact.texts.owner.as_ref().map(|owner| format!(" ({owner})")).unwrap_or_default();
            format!("action {}{owner}, by {}: {}", fact.action, local(fact.due), fact.texts.text)
        }
        Fact::ActionEnded(fact) => with(&format!("action {} is {}", fact.action, fact.state), &fact.texts.note),
        Fact::Answered(fact) => match fact.answer {
            AnswerKind::Resolved => {
                with(&format!("the customer of {} confirmed that it is resolved", fact.csd), &fact.texts.note)
            }
            AnswerKind::NotResolved => {
                with(&format!("the customer of {} says that it is not resolved", fact.csd), &fact.texts.note)
            }
            AnswerKind::Unreachable => {
                with(&format!("the customer of {} could not be reached", fact.csd), &fact.texts.note)
            }
        },
        Fact::Complained(fact) => with(&format!("complaint of {}", fact.csd), &fact.texts.note),
        Fact::HoldSet(fact) => {
            let version = fact.version.as_deref().unwrap_or("every version");
            with(&format!("holds upgrades of {version}"), &fact.texts.note)
        }
        Fact::HoldLifted(fact) => {
            let of = fact.version.as_ref().map(|version| format!(" of {version}")).unwrap_or_default();
            with(&format!("no longer holds upgrades{of}"), &fact.texts.note)
        }
        Fact::Closed(fact) => match &fact.of {
            Some(of) => with(&format!("closed as {} of {of}", fact.resolution), &fact.texts.note),
            None => with(&format!("closed as {}", fact.resolution), &fact.texts.note),
        },
        Fact::Commented(fact) => format!("comment: {}", fact.texts.text),
        Fact::ChangedElsewhere(fact) => {
            let texts = &fact.texts;
            let [from, to] = [&texts.from, &texts.to].map(|value| value.as_deref().unwrap_or("nothing"));
            format!("{} changed from {from} to {to}", fact.field)
        }
        Fact::Redacted(fact) => {
            let names: Vec<&str> = fact.removed.keys().map(String::as_str).collect();
            format!("redacted {} in event {}: {}", names.join(", "), fact.event, fact.texts.note)
        }
        Fact::Undone(fact) => format!("undid `{}`: {}", fact.step, fact.texts.note),
        Fact::SettledElsewhere(fact) => {
            format!("nothing more is owed for {}, which was finished before the import", fact.csd)
        }
        Fact::Imported(fact) => format!("imported from {} as {}", fact.tracker, fact.key),
        Fact::Assigned(fact) => match &fact.texts.assignee {
            Some(assignee) => format!("assigned to {assignee}"),
            None => "assigned to nobody".to_owned(),
        },
        Fact::Attached(fact) => format!("attached {} ({} bytes)", fact.texts.name, fact.size),
        Fact::Edited(fact) => {
            let texts = &fact.texts;
            let changed = [
                ("priority", fact.priority.map(|priority| priority.to_string())),
                ("key", fact.key.as_ref().map(Key::to_string)),
                ("channel", fact.channel.map(|channel| channel.to_string())),
                ("product version", fact.product_version.clone()),
                ("summary", texts.summary.clone()),
                ("description", texts.description.clone()),
                ("customer", texts.customer.clone()),
                ("contact", texts.contact.clone()),
                ("steps", texts.steps.clone()),
            ];
            let changed: Vec<String> =
                changed.into_iter().filter_map(|(name, value)| Some(format!("{name} is now {}", value?))).collect();
            with(&format!("corrected: {}", changed.join("; ")), &texts.note)
        }
    }
}

/// The development tickets of a fix, in words.
fn brought(fixed_by: &Option<String>) -> String {
    fixed_by.as_ref().map(|named| format!(", fixed by {}", named.replace('\n', ", "))).unwrap_or_default()
}

/// The audience of a notice, with the customer's ticket that it is about.
fn audience(to: Audience, csd: Option<&Key>) -> String {
    match (to, csd) {
        (Audience::Customer, Some(csd)) => format!("the customer of {csd}"),
        (Audience::Customer, None) => "the customer".to_owned(),
        (to, Some(csd)) => format!("{} about {csd}", audience_name(to)),
        (to, None) => audience_name(to).to_owned(),
    }
}
