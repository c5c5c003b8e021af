//! A customer's issues: what was promised, what was said last, and what is owed.

use anyhow::Result;
use serde_json::{Value, json};

use super::owed::owed_lines;
use super::promise::{promise_json, promise_words};
use super::ticket_json::{NoticeView, ticket_view};
use crate::cli::output::{
    Json, Keys, Page, Rows, View, ago, counted, local, one_line, rfc3339, visible, visible_in_line,
};
use crate::workflow::Time;
use crate::workflow::customers::Customer;
use crate::workflow::key::Key;
use crate::workflow::obligations::owed::owed_about;
use crate::workflow::reports::promise::{Outcome, Promise};
use crate::workflow::tickets::Tickets;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::cus::Notice;
use crate::workflow::vocabulary::{Audience, Word};

/// One issue of a customer.
pub(in crate::cli) struct Issue {
    pub(in crate::cli) tickets: Tickets,
    pub(in crate::cli) key: Key,
    pub(in crate::cli) promises: Vec<Promise>,
}

impl Issue {
    pub(in crate::cli) fn csd(&self) -> Option<&Csd> {
        self.tickets.csd(&self.key)
    }

    /// What the customer was last told about it.
    fn last_told(&self) -> Option<&Notice> {
        let told = |notice: &&Notice| {
            notice.to == Audience::Customer && notice.csd.as_ref() == Some(&self.key) && notice.told_at().is_some()
        };
        let own = self.csd().into_iter().flat_map(|csd| &csd.notices);
        let of_cus = self.tickets.cus_for(&self.key).into_iter().flat_map(|cus| &cus.notices);
        own.chain(of_cus).filter(told).max_by_key(|notice| notice.told_at())
    }
}

/// The issues of a customer, what is open first.
pub(in crate::cli) struct CustomerView {
    pub(in crate::cli) record: Option<Customer>,
    pub(in crate::cli) issues: Vec<Issue>,
    pub(in crate::cli) now: Time,
}

impl View for CustomerView {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        let open = self.issues.iter().filter(|issue| issue.csd().is_some_and(|csd| !csd.is_resolved())).count();
        let count = |outcome: Outcome| {
            let promises = self.issues.iter().flat_map(|issue| &issue.promises);
            promises.filter(|promise| promise.outcome == outcome).count()
        };
        let name = page.colour.bold(&visible_in_line(self.name()));
        page.line(name)?;
        self.known(page)?;
        page.line(format!(
            "  {}, {open} open; promises: {} open, {} kept, {} late, {} slipped, {} dropped",
            counted(self.issues.len(), "issue"),
            count(Outcome::Open),
            count(Outcome::Kept),
            count(Outcome::Late),
            count(Outcome::Slipped),
            count(Outcome::Dropped),
        ))?;
        self.issues.iter().try_for_each(|issue| self.issue(page, issue))
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        let record = self.record.as_ref().map(record_json);
        json.list_under(&[("customer", json!(self.name())), ("record", json!(record))], |items| {
            self.issues.iter().try_for_each(|issue| items.add(&self.value(issue)?))
        })
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        rows.header(&["key", "stage", "summary", "cus", "promised", "outcome", "last_told"])?;
        for (issue, csd) in self.issues.iter().filter_map(|issue| Some((issue, issue.csd()?))) {
            let promise = issue.promises.last();
            rows.row([
                csd.key.as_str(),
                csd.stage.as_str(),
                &csd.summary,
                csd.cus.as_ref().map(Key::as_str).unwrap_or_default(),
                promise.map(|promise| promise.version.as_str()).unwrap_or_default(),
                promise.map(|promise| promise.outcome.as_str()).unwrap_or_default(),
                &issue.last_told().and_then(Notice::told_at).map(rfc3339).unwrap_or_default(),
            ])?;
        }
        Ok(())
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        self.issues.iter().try_for_each(|issue| keys.key(issue.tickets.current_key(&issue.key).as_str()))
    }
}

/// A customer's record, as programs read it.
pub(in crate::cli) fn record_json(record: &Customer) -> Value {
    json!({
        "number": record.number,
        "name": record.name,
        "tier": record.tier,
        "zone": record.zone,
        "contacts": record.contacts,
        "product_version": record.product_version,
        "notes": record.notes,
    })
}

impl CustomerView {
    /// The name by which the customer goes.
    fn name(&self) -> &str {
        let first = self.issues.first().and_then(Issue::csd).map(|csd| csd.customer.as_str());
        self.record.as_ref().map(|record| record.name.as_str()).or(first).unwrap_or_default()
    }

    /// What is known of the customer beside the tickets.
    fn known(&self, page: &mut Page<'_>) -> Result<()> {
        let Some(record) = &self.record else { return Ok(()) };
        let contacts = Some(record.contacts.join(", ")).filter(|contacts| !contacts.is_empty());
        let known = [
            ("tier", record.tier.as_ref()),
            ("time zone", record.zone.as_ref()),
            ("contacts", contacts.as_ref()),
            ("runs", record.product_version.as_ref()),
        ];
        for (name, value) in known.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            page.line(format!("  {name}: {}", visible_in_line(value)))?;
        }
        record.notes.iter().try_for_each(|note| page.line(format!("  note: {}", visible_in_line(note))))
    }

    fn issue(&self, page: &mut Page<'_>, issue: &Issue) -> Result<()> {
        let Some(csd) = issue.csd() else { return Ok(()) };
        let cus = csd.cus.as_ref().map(|cus| format!(", {}", issue.tickets.current_key(cus))).unwrap_or_default();
        let key = page.colour.key(csd.key.as_str());
        page.line("")?;
        page.hanging(&format!("{key} [{}{cus}] {}", csd.stage, one_line(&csd.summary)), "  ")?;
        page.line(format!("  reported {} ({})", local(csd.created), ago(csd.created, self.now)))?;
        for promise in &issue.promises {
            page.hanging(&format!("  {}", promise_words(promise)), "    ")?;
        }
        if let Some(notice) = issue.last_told() {
            page.line(format!("  last told {} by {}:", ago(notice.at, self.now), notice.via))?;
            let message = visible(&notice.message);
            for line in message.lines().filter(|line| !line.trim().is_empty()) {
                let line = page.colour.dim(line);
                page.hanging(&format!("    {line}"), "    ")?;
            }
        } else if csd.cus.is_some() {
            page.line("  not told anything yet")?;
        }
        let owed = owed_lines(&owed_about(&issue.tickets, &csd.key), self.now, page.colour);
        owed.iter().try_for_each(|line| page.line(line))
    }

    fn value(&self, issue: &Issue) -> Result<Value> {
        let mut object = match issue.tickets.ticket(&issue.key) {
            Some(ticket) => serde_json::to_value(ticket_view(&issue.tickets, ticket, self.now))?,
            None => json!({}),
        };
        let promises: Vec<Value> = issue.promises.iter().map(|promise| promise_json(&issue.tickets, promise)).collect();
        let last = issue.last_told().map(|notice| json!(NoticeView::new(&issue.tickets, notice, None)));
        if let Some(object) = object.as_object_mut() {
            object.insert("promises".to_owned(), json!(promises));
            object.insert("last_told".to_owned(), json!(last));
        }
        Ok(object)
    }
}
