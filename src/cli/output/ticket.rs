//! A ticket as a page, and what is owed on it.

use super::colour::Colour;
use super::event::log_table;
use super::time::{due_words, length, local};
use super::visible::{visible, visible_in_line};
use super::wrap::{hanging, wrapped};
use crate::cli::hint;
use crate::store::Recorded;
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::obligations::duty::{DutyKind, Owed};
use crate::workflow::obligations::owed::{owed, owed_about};
use crate::workflow::reports::stalled::Stuck;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::cus::{Cus, NoticeStatus};
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::{Trigger, Word};

/// The page of a ticket: header, checklist, what is owed, customers, files, timeline.
pub(in crate::cli) fn page(
    tickets: &Tickets,
    ticket: &Ticket,
    events: &[Recorded],
    now: Time,
    width: u16,
    colour: Colour,
) -> String {
    let mut page = Page { text: String::new(), width: usize::from(width), colour };
    match ticket {
        Ticket::Csd(csd) => page.csd(tickets, csd, now),
        Ticket::Cus(cus) => page.cus(tickets, ticket, cus, now),
    }
    page.files(ticket);
    page.heading("Timeline");
    for recorded in events {
        for line in log_table(recorded, None, page.width.saturating_sub(2)).lines() {
            page.line(&format!("  {line}"));
        }
    }
    page.text
}

/// What is owed, a line for each duty with the command that settles it.
pub(in crate::cli) fn owed_lines(owed: &[Owed], now: Time, colour: Colour) -> Vec<String> {
    let begun = owed.iter().filter(|owed| owed.has_begun(now));
    begun
        .map(|owed| {
            let due = due_words(owed.due, now);
            let due = if owed.is_overdue(now) { colour.late(&due) } else { format!("due {due}") };
            let role = owed.by.as_str();
            let what = describe(owed.duty.kind, owed.duty.csd.as_ref());
            format!("  {} — {role}, {due}\n    {}", what, colour.key(hint::fix(&owed.remedy).text()))
        })
        .collect()
}

/// What is owed, in words.
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
        D::TellMarketing => "tell Marketing",
        D::TellSupport => "give Support the resolution information",
        D::TellCustomer => "update the customer",
        D::Postmortem => "move to Postmortem",
        D::Ship => "shipped, or revise",
        D::Confirm => "get the customer's confirmation",
        D::Review => "review the backlog decision",
        D::WordToProduct => "tell Product that it can be closed",
        D::Close => "close it",
        D::LiftHold => "lift the upgrade hold, or say why not",
    };
    match csd {
        Some(csd) => format!("{what} ({csd}, {})", kind.rule()),
        None => format!("{what} ({})", kind.rule()),
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

/// How far the values of fields stand to the right.
const INDENT: usize = 21;

struct Page {
    text: String,
    width: usize,
    colour: Colour,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn heading(&mut self, heading: &str) {
        let heading = self.colour.bold(heading);
        self.line(&format!("\n{heading}"));
    }

    fn title(&mut self, key: &Key, summary: &str) {
        let title = format!("{}  {}", self.colour.key(key.as_str()), self.colour.bold(&visible_in_line(summary)));
        self.line(&title);
    }

    fn field(&mut self, name: &str, value: &str) {
        let mut name = name;
        for line in value.lines() {
            for part in wrapped(&visible(line), self.width.saturating_sub(INDENT)) {
                self.line(&format!("  {name:<18} {part}"));
                name = "";
            }
        }
    }

    fn stage(&mut self, stage: &str) {
        let stage = self.colour.stage(stage);
        self.line(&format!("  {:<18} {stage}", "stage"));
    }

    fn field_if(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.field(name, value);
        }
    }

    fn owed(&mut self, owed: &[Owed], now: Time) {
        let lines = owed_lines(owed, now, self.colour);
        if !lines.is_empty() {
            self.heading("Owed");
            for line in lines {
                self.line(&line);
            }
        }
    }

    fn csd(&mut self, tickets: &Tickets, csd: &Csd, now: Time) {
        self.title(&csd.key, &csd.summary);
        self.stage(csd.stage.as_str());
        self.field("customer", &csd.customer);
        self.field_if("contact", csd.contact.as_deref());
        self.field("channel", csd.channel.as_str());
        self.field_if("product version", csd.product_version.as_deref());
        self.field("reporter", &csd.reporter);
        self.field("reported", &local(csd.created));
        self.field_if("handled by", csd.handled_by.map(Word::as_str));
        if csd.handled_by.is_some() {
            let triggers: Vec<&str> = csd.triggers.iter().map(|trigger: &Trigger| trigger.as_str()).collect();
            self.field("triggers", &if triggers.is_empty() { "none".to_owned() } else { triggers.join(", ") });
        }
        self.field_if("CUS ticket", csd.cus.as_ref().map(|cus| tickets.current_key(cus).to_string()).as_deref());
        self.field_if("answer", csd.answer.map(Word::as_str));
        self.field_if("resolution", csd.resolution.as_deref());
        if !csd.aliases.is_empty() {
            self.field("earlier keys", &csd.aliases.iter().map(Key::as_str).collect::<Vec<_>>().join(", "));
        }
        if let Some(description) = &csd.description {
            self.heading("Description");
            self.paragraph(description);
        }
        self.owed(&owed_about(tickets, &csd.key), now);
    }

    fn cus(&mut self, tickets: &Tickets, ticket: &Ticket, cus: &Cus, now: Time) {
        self.title(ticket.key(), &cus.summary);
        self.stage(cus.stage.as_str());
        let priority = self.colour.priority(cus.priority);
        self.line(&format!("  {:<18} {priority}", "priority"));
        self.field("escalated", &local(cus.created));
        if let Some(hold) = &cus.hold {
            let version = hold.version.as_deref().unwrap_or("every version");
            self.field("holds upgrades", &format!("of {version}, since {}", local(hold.since)));
        }
        if let Some(closing) = &cus.closing {
            self.field("closed as", closing.resolution.as_str());
            self.field_if("of", closing.of.as_ref().map(Key::as_str));
            self.field_if("because", closing.note.as_deref());
        }
        self.heading("Checklist (R8)");
        let customers: Vec<&str> = tickets.linked(cus).map(|csd| csd.customer.as_str()).collect();
        let keys: Vec<&str> = tickets.linked(cus).map(|csd| csd.key.as_str()).collect();
        self.field("customer", &customers.join(", "));
        self.field("CSD ticket", &keys.join(", "));
        self.field("priority level", cus.priority.as_str());
        self.field("steps", &cus.steps);
        let files = cus.attachments.len() + tickets.linked(cus).map(|csd| csd.attachments.len()).sum::<usize>();
        self.field("screenshots", &if files == 0 { "none".to_owned() } else { format!("{files} files") });
        if !cus.wanting.is_empty() {
            let wanting: Vec<&str> = cus.wanting.iter().map(|item| item.as_str()).collect();
            self.field("to be improved", &wanting.join(", "));
        }
        self.assessment(cus);
        self.release(cus);
        self.field_if("root cause", cus.root_cause.as_deref());
        self.field_if("lessons", cus.lessons.as_deref());
        self.owed(&owed(tickets, ticket), now);
        self.customers(tickets, cus);
        self.notices(tickets, cus);
    }

    /// Who was told what, when and by which way; the messages stand in the JSON and in the log.
    fn notices(&mut self, tickets: &Tickets, cus: &Cus) {
        if cus.notices.is_empty() {
            return;
        }
        self.heading("Notices");
        for notice in &cus.notices {
            let about = notice.csd.as_ref().map(|csd| format!(" ({})", tickets.current_key(csd))).unwrap_or_default();
            let what: Vec<&str> = notice.settles.iter().map(|duty| duty.as_str()).collect();
            let what = if what.is_empty() { "an interim message".to_owned() } else { what.join(", ") };
            let status = match &notice.status {
                NoticeStatus::Queued => format!("queued since {}", local(notice.at)),
                NoticeStatus::Told { at, receipt: None } => format!("told {}", local(*at)),
                NoticeStatus::Told { at, receipt: Some(receipt) } => format!("delivered {}: {receipt}", local(*at)),
                NoticeStatus::Withdrawn { at } => format!("withdrawn {}", local(*at)),
            };
            let line = format!("  {}  {}{about} by {} — {what}; {status}", notice.number, notice.to, notice.via);
            let line = hanging(&visible(&line), self.width, "     ");
            self.line(&line);
        }
    }

    fn assessment(&mut self, cus: &Cus) {
        let Some(assessment) = &cus.assessment else { return };
        self.heading("Assessment (R13)");
        self.field("cause", &assessment.cause);
        self.field("started", &assessment.started.map_or_else(|| "unknown".to_owned(), local));
        self.field("caused by", &assessment.caused_by);
        self.field("severity", assessment.severity.as_str());
        let affected = assessment.customers_affected.map(|count| format!(" ({count} customers)")).unwrap_or_default();
        self.field("impact", &format!("{}{affected}", assessment.impact));
        self.field("workaround", &assessment.workaround);
    }

    fn release(&mut self, cus: &Cus) {
        let Some(release) = &cus.release else { return };
        self.heading("Release (R16)");
        self.field("decision", release.decision.as_str());
        if let Some(version) = &release.fix_version {
            let tentative = if release.is_tentative() { " (TENTATIVE)" } else { "" };
            self.field("fix version", &format!("{version}{tentative}"));
        }
        self.field_if("target date", release.target_date.map(|date| date.to_string()).as_deref());
        self.field_if("shipped", release.shipped.map(local).as_deref());
        self.field_if("for customers", release.resolution.as_deref());
    }

    fn customers(&mut self, tickets: &Tickets, cus: &Cus) {
        self.heading("Customers");
        for link in &cus.links {
            let customer = tickets.csd(&link.csd).map_or("", |csd| csd.customer.as_str());
            let told = match link.customer_told {
                Some(told) if cus.customer_knows(link) => format!("told {}", local(told.at)),
                Some(told) => format!("told {}, not what is in force", local(told.at)),
                None if cus.was_told(link) => "told, before it was reopened".to_owned(),
                None => "not told".to_owned(),
            };
            let answer = link
                .answer
                .as_ref()
                .map_or_else(|| "no answer".to_owned(), |answer| format!("{} {}", answer.kind, local(answer.at)));
            let key = tickets.current_key(&link.csd);
            let line =
                format!("  {:<10} {} — {told}; {answer}", self.colour.key(key.as_str()), visible_in_line(customer));
            let line = hanging(&line, self.width, "    ");
            self.line(&line);
        }
    }

    fn files(&mut self, ticket: &Ticket) {
        if ticket.attachments().is_empty() {
            return;
        }
        self.heading("Files");
        for file in ticket.attachments() {
            self.line(&format!("  {} ({} bytes, {})", visible_in_line(&file.name), file.size, local(file.at)));
        }
    }

    fn paragraph(&mut self, text: &str) {
        for line in visible(text).lines() {
            for part in wrapped(line, self.width.saturating_sub(2)) {
                self.line(&format!("  {part}"));
            }
        }
    }
}
