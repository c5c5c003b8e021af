//! A ticket as a document in Markdown: a page for one at work, a postmortem for one that is over.

use super::event::sentence;
use super::markdown::{markdown, quoted};
use super::time::{length, rfc3339};
use crate::core::Time;
use crate::core::case::{Case, Ticket};
use crate::core::csd::Csd;
use crate::core::cus::{Cus, Fate};
use crate::core::owed::{owed, owed_about};
use crate::core::stage::CusStage;
use crate::core::words::Word;
use crate::store::Recorded;

/// The document. Times are UTC; what people wrote is shown as text, whatever signs it holds.
pub(in crate::cli) fn document(case: &Case, ticket: &Ticket, events: &[Recorded], now: Time) -> String {
    let mut page = Page(String::new());
    match ticket {
        Ticket::Csd(csd) => page.csd(case, csd, now),
        Ticket::Cus(cus) => page.cus(case, ticket, cus, now),
    }
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

    fn csd(&mut self, case: &Case, csd: &Csd, now: Time) {
        self.line(&format!("# {}: {}\n", csd.key, markdown(&csd.summary)));
        self.fact("Stage", csd.stage.as_str());
        self.fact("Customer", &csd.customer);
        self.fact_if("Contact", csd.contact.as_deref());
        self.fact_if("Product version", csd.product_version.as_deref());
        self.fact("Reported", &format!("{} through {} by {}", rfc3339(csd.created), csd.channel, csd.reporter));
        self.fact_if("Handled by", csd.handled_by.map(Word::as_str));
        self.fact_if("Escalated as", csd.cus.as_ref().map(|cus| case.current_key(cus).to_string()).as_deref());
        self.text("Description", csd.description.as_deref());
        self.text("Resolution", csd.resolution.as_deref());
        self.owed(owed_about(case, &csd.key), now);
    }

    fn cus(&mut self, case: &Case, ticket: &Ticket, cus: &Cus, now: Time) {
        let is_over = matches!(cus.stage, CusStage::Postmortem | CusStage::Closed);
        let title = if is_over { "Postmortem of " } else { "" };
        self.line(&format!("# {title}{}: {}\n", ticket.key(), markdown(&cus.summary)));
        self.fact("Stage", cus.stage.as_str());
        self.fact("Priority", cus.priority.as_str());
        self.fact("Escalated", &rfc3339(cus.created));
        if let Some(assessment) = &cus.assessment {
            self.fact("Severity", assessment.severity.as_str());
            let affected = assessment.customers_affected.map(|count| format!(" ({count} customers)"));
            self.fact("Impact", &format!("{}{}", assessment.impact, affected.unwrap_or_default()));
            self.fact_if("Started", assessment.started.map(rfc3339).as_deref());
            self.fact("Caused by", &assessment.caused_by);
        }
        if let Some(release) = &cus.release {
            let tentative = if release.is_tentative() { " (TENTATIVE)" } else { "" };
            let version = release.fix_version.as_ref().map(|version| format!(" {version}{tentative}"));
            self.fact("Decision", &format!("{}{}", release.decision, version.unwrap_or_default()));
            self.fact_if("Target date", release.target_date.map(|date| date.to_string()).as_deref());
            self.fact_if("Shipped", release.shipped.map(rfc3339).as_deref());
            if let Some(shipped) = release.shipped {
                self.fact("From escalation to fix", &length(shipped - cus.created));
            }
        }
        if let Some(closing) = &cus.closing {
            self.fact("Closed as", closing.resolution.as_str());
        }
        self.text("What happens", Some(&cus.steps));
        self.text("Cause", cus.assessment.as_ref().map(|assessment| assessment.cause.as_str()));
        self.text("Workaround", cus.assessment.as_ref().map(|assessment| assessment.workaround.as_str()));
        self.text("Root cause", cus.root_cause.as_deref());
        self.text("Resolution", cus.release.as_ref().and_then(|release| release.resolution.as_deref()));
        self.text("Lessons", cus.lessons.as_deref());
        self.customers(case, cus);
        self.owed(owed(case, ticket), now);
    }

    fn customers(&mut self, case: &Case, cus: &Cus) {
        if cus.links.is_empty() {
            return;
        }
        self.heading("Customers");
        self.line("| ticket | customer | told | answer |");
        self.line("| --- | --- | --- | --- |");
        for link in &cus.links {
            let customer = case.csd(&link.csd).map_or("", |csd| csd.customer.as_str());
            let told = link.customer_told.map(|told| rfc3339(told.at)).unwrap_or_default();
            let answer = link.answer.as_ref().map(|answer| format!("{} {}", answer.kind, rfc3339(answer.at)));
            self.line(&format!(
                "| {} | {} | {told} | {} |",
                case.current_key(&link.csd),
                markdown(customer),
                answer.unwrap_or_default()
            ));
        }
        let told = cus.notices.iter().filter(|notice| matches!(notice.fate, Fate::Told { .. })).count();
        self.line(&format!("\n{told} of {} notices were delivered.", cus.notices.len()));
    }

    fn owed(&mut self, owed: Vec<crate::core::duty::Owed>, now: Time) {
        let begun: Vec<_> = owed.into_iter().filter(|owed| owed.has_begun(now)).collect();
        if begun.is_empty() {
            return;
        }
        self.heading("Owed");
        for owed in begun {
            let late = if owed.is_overdue(now) { ", overdue" } else { "" };
            let what = super::ticket::describe(owed.duty.kind, owed.duty.csd.as_ref());
            self.line(&format!("- [ ] {} — {}, until {}{late}", markdown(&what), owed.by, rfc3339(owed.due)));
        }
    }

    fn timeline(&mut self, events: &[Recorded]) {
        self.heading("Timeline");
        for recorded in events {
            let event = &recorded.event;
            let actor = markdown(&event.actor);
            self.line(&format!("- {} {} — {actor}", rfc3339(event.at), markdown(&sentence(event))));
        }
        self.line("");
    }
}
