//! A ticket as a document in Markdown: a page for one at work, a postmortem for one that is over.

use super::event::sentence;
use super::owed::describe;
use crate::cli::output::{length, markdown, quoted, utc};
use crate::store::Recorded;
use crate::workflow::Time;
use crate::workflow::obligations::owed::{owed, owed_about};
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::cus::{Cus, NoticeStatus};
use crate::workflow::tickets::stage::CusStage;
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::Word;

/// The document. Times are UTC; what people wrote is shown as text, whatever signs it holds.
pub(in crate::cli) fn document(tickets: &Tickets, ticket: &Ticket, events: &[Recorded], now: Time) -> String {
    let mut page = Page(String::new());
    match ticket {
        Ticket::Csd(csd) => page.csd(tickets, csd, now),
        Ticket::Cus(cus) => page.cus(tickets, ticket, cus, now),
    }
    page.elsewhere(ticket);
    page.timeline(events);
    page.0
}

struct Page(String);

impl Page {
    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    fn heading(&mut self, heading: &str) {
        self.line(&format!("\n## {heading}\n"));
    }

    fn fact(&mut self, name: &str, value: &str) {
        self.line(&format!("- **{name}:** {}", markdown(value)));
    }

    fn fact_if(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.fact(name, value);
        }
    }

    fn text(&mut self, heading: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.heading(heading);
            self.line(&quoted(text));
        }
    }

    /// What the tracker from which it was imported has beside, in a section of its own.
    fn elsewhere(&mut self, ticket: &Ticket) {
        let Some(origin) = ticket.origin() else { return };
        self.heading(&format!("From {}", markdown(&origin.source)));
        self.fact("Key there", &origin.key);
        origin.rest.iter().for_each(|(name, value)| self.fact(&markdown(name), value));
    }

    fn csd(&mut self, tickets: &Tickets, csd: &Csd, now: Time) {
        self.line(&format!("# {}: {}\n", csd.key, markdown(&csd.summary)));
        self.fact("Stage", csd.stage.as_str());
        self.fact("Customer", &csd.customer);
        self.fact_if("Contact", csd.contact.as_deref());
        self.fact_if("Product version", csd.product_version.as_deref());
        self.fact("Reported", &format!("{} through {} by {}", utc(csd.created), csd.channel, csd.reporter));
        self.fact_if("Handled by", csd.handled_by.map(Word::as_str));
        self.fact_if("Escalated as", csd.cus.as_ref().map(|cus| tickets.current_key(cus).to_string()).as_deref());
        self.text("Description", csd.description.as_deref());
        self.text("Resolution", csd.resolution.as_deref());
        self.owed(owed_about(tickets, &csd.key), now);
    }

    fn cus(&mut self, tickets: &Tickets, ticket: &Ticket, cus: &Cus, now: Time) {
        let is_over = matches!(cus.stage, CusStage::Postmortem | CusStage::Closed);
        let title = if is_over { "Postmortem of " } else { "" };
        self.line(&format!("# {title}{}: {}\n", ticket.key(), markdown(&cus.summary)));
        self.fact("Stage", cus.stage.as_str());
        self.fact("Priority", cus.priority.as_str());
        self.fact("Escalated", &utc(cus.created));
        if let Some(assessment) = &cus.assessment {
            self.fact("Severity", assessment.severity.as_str());
            let affected = assessment.customers_affected.map(|count| format!(" ({count} customers)"));
            self.fact("Impact", &format!("{}{}", assessment.impact, affected.unwrap_or_default()));
            self.fact_if("Started", assessment.started.map(utc).as_deref());
            self.fact("Caused by", &assessment.caused_by);
        }
        if let Some(release) = &cus.release {
            let tentative = if release.is_tentative() { " (TENTATIVE)" } else { "" };
            let version = release.fix_version.as_ref().map(|version| format!(" {version}{tentative}"));
            self.fact("Decision", &format!("{}{}", release.decision, version.unwrap_or_default()));
            self.fact_if("Target date", release.target_date.map(|date| date.to_string()).as_deref());
            self.fact_if("Shipped", release.shipped.map(utc).as_deref());
            if let Some(shipped) = release.shipped {
                self.fact("From escalation to fix", &length(shipped - cus.created));
            }
        }
        self.fact_if("Fixed by", Some(cus.fixed_by.join(", ")).filter(|all| !all.is_empty()).as_deref());
        if let Some(closing) = &cus.closing {
            self.fact("Closed as", closing.resolution.as_str());
        }
        self.fact_if("Category", cus.postmortem.category.as_deref());
        self.text("What happens", Some(&cus.steps));
        self.text("Cause", cus.assessment.as_ref().map(|assessment| assessment.cause.as_str()));
        self.text("Workaround", cus.assessment.as_ref().map(|assessment| assessment.workaround.as_str()));
        self.text("Root cause", cus.postmortem.root_cause.as_deref());
        self.text("Resolution", cus.release.as_ref().and_then(|release| release.resolution.as_deref()));
        self.text("Lessons", cus.postmortem.lessons.as_deref());
        self.actions(cus);
        self.customers(tickets, cus);
        self.owed(owed(tickets, ticket), now);
    }

    fn actions(&mut self, cus: &Cus) {
        if cus.postmortem.actions.is_empty() {
            return;
        }
        self.heading("Actions");
        for action in &cus.postmortem.actions {
            let owner = action.owner.as_ref().map(|owner| format!(", {owner}")).unwrap_or_default();
            let note = action.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
            let due = utc(action.due);
            self.fact(&action.number.to_string(), &format!("{} ({due}{owner}; {}{note})", action.text, action.state));
        }
    }

    fn customers(&mut self, tickets: &Tickets, cus: &Cus) {
        if cus.links.is_empty() {
            return;
        }
        self.heading("Customers");
        self.line("| ticket | customer | told | answer |");
        self.line("| --- | --- | --- | --- |");
        for link in &cus.links {
            let customer = tickets.csd(&link.csd).map_or("", |csd| csd.customer.as_str());
            let told = link.customer_told.map(|told| utc(told.at)).unwrap_or_default();
            let answer = link.answer.as_ref().map(|answer| format!("{} {}", answer.kind, utc(answer.at)));
            self.line(&format!(
                "| {} | {} | {told} | {} |",
                tickets.current_key(&link.csd),
                markdown(customer),
                answer.unwrap_or_default()
            ));
        }
        let told = cus.notices.iter().filter(|notice| matches!(notice.status, NoticeStatus::Told { .. })).count();
        self.line(&format!("\n{told} of {} notices were delivered.", cus.notices.len()));
    }

    fn owed(&mut self, owed: Vec<crate::workflow::obligations::duty::Owed>, now: Time) {
        let begun: Vec<_> = owed.into_iter().filter(|owed| owed.is_shown(now)).collect();
        if begun.is_empty() {
            return;
        }
        self.heading("Owed");
        for owed in begun {
            let late = if owed.is_overdue(now) { ", overdue" } else { "" };
            let what = describe(owed.duty.kind, owed.duty.csd.as_ref());
            self.line(&format!("- [ ] {} — {}, until {}{late}", markdown(&what), owed.by, utc(owed.due)));
        }
    }

    fn timeline(&mut self, events: &[Recorded]) {
        self.heading("Timeline");
        for recorded in events {
            let event = &recorded.event;
            let actor = markdown(&event.actor);
            self.line(&format!("- {} {} — {actor}", utc(event.at), markdown(&sentence(event))));
        }
        self.line("");
    }
}
