//! The plan of a version: its tickets, and what was promised of it.

use std::collections::BTreeSet;

use anyhow::Result;
use serde_json::{Value, json};

use super::owed::owed_lines;
use super::promise::{promise_json, promise_words};
use super::ticket_json::ticket_view;
use crate::cli::output::{Json, Keys, Page, Rows, View, counted, one_line, rfc3339, visible_in_line};
use crate::workflow::Time;
use crate::workflow::key::Key;
use crate::workflow::obligations::owed::owed;
use crate::workflow::reports::promise::Promise;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::cus::Cus;
use crate::workflow::tickets::{Ticket, Tickets};
use crate::workflow::vocabulary::Word;

/// A ticket that is, or was, decided for a version.
pub(in crate::cli) struct Planned {
    pub(in crate::cli) tickets: Tickets,
    pub(in crate::cli) key: Key,
    /// What customers were promised of that version.
    pub(in crate::cli) promises: Vec<Promise>,
    /// Whether the version is the one in force.
    pub(in crate::cli) is_current: bool,
}

impl Planned {
    pub(super) fn cus(&self) -> Option<&Cus> {
        self.tickets.cus(&self.key)
    }

    /// The customers who are linked, and then those who were told the version and are linked elsewhere by now.
    fn customers<'a>(&'a self, cus: &'a Cus) -> impl Iterator<Item = &'a Csd> {
        let told = self.promises.iter().map(|promise| &promise.csd).filter(|csd| cus.link(csd).is_none());
        let gone: BTreeSet<&Key> = told.collect();
        self.tickets.linked(cus).chain(gone.into_iter().filter_map(|csd| self.tickets.csd(csd)))
    }

    pub(super) fn has_shipped(&self) -> bool {
        self.cus().is_some_and(Cus::is_shipped)
    }
}

/// The plan of one version: what is decided for it first, then what slipped away.
pub(in crate::cli) struct PlanView {
    pub(in crate::cli) version: String,
    pub(in crate::cli) planned: Vec<Planned>,
    pub(in crate::cli) now: Time,
}

impl View for PlanView {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        let current = || self.planned.iter().filter(|planned| planned.is_current);
        let shipped = current().filter(|planned| planned.has_shipped()).count();
        let promised: usize = current().map(|planned| planned.promises.len()).sum();
        let title = page.colour.bold(&format!("Version {}", visible_in_line(&self.version)));
        let (tickets, promises) = (counted(current().count(), "ticket"), counted(promised, "promise"));
        page.line(format!("{title}: {tickets}, {shipped} shipped, {promises} to customers"))?;
        self.planned.iter().try_for_each(|planned| self.ticket(page, planned))
    }

    fn json(&self, json: &mut Json<'_>) -> Result<()> {
        json.list_under(&[("version", json!(self.version))], |items| {
            self.planned.iter().try_for_each(|planned| items.add(&self.value(planned)?))
        })
    }

    fn rows(&self, rows: &mut Rows<'_>) -> Result<()> {
        rows.header(&["cus", "csd", "customer", "version", "target_date", "told", "outcome", "slipped_to"])?;
        let each = self.planned.iter().flat_map(|planned| planned.promises.iter().map(move |one| (planned, one)));
        for (planned, promise) in each {
            let csd = planned.tickets.csd(&promise.csd);
            rows.row([
                planned.key.as_str(),
                planned.tickets.current_key(&promise.csd).as_str(),
                csd.map(|csd| csd.customer.as_str()).unwrap_or_default(),
                &promise.version,
                &promise.target_date.map(|date| date.to_string()).unwrap_or_default(),
                &rfc3339(promise.told),
                promise.outcome.as_str(),
                promise.slipped_to.as_deref().unwrap_or_default(),
            ])?;
        }
        Ok(())
    }

    fn keys(&self, keys: &mut Keys<'_>) -> Result<()> {
        let current = self.planned.iter().filter(|planned| planned.is_current);
        current.into_iter().try_for_each(|planned| keys.key(planned.key.as_str()))
    }
}

impl PlanView {
    fn ticket(&self, page: &mut Page<'_>, planned: &Planned) -> Result<()> {
        let Some(ticket @ Ticket::Cus(cus)) = planned.tickets.ticket(&planned.key) else { return Ok(()) };
        let stands = match &cus.release {
            Some(_) if !planned.is_current => "slipped away".to_owned(),
            Some(release) if release.shipped.is_some() => "shipped".to_owned(),
            Some(release) => {
                let date = release.target_date.map(|date| format!(" for {date}")).unwrap_or_default();
                format!("{}{}{date}", release.decision, if release.is_tentative() { " (TENTATIVE)" } else { "" })
            }
            None => "no longer decided".to_owned(),
        };
        let (key, priority) = (page.colour.key(planned.key.as_str()), page.colour.priority(cus.priority));
        page.line("")?;
        page.hanging(&format!("{key} [{}] {priority}, {stands}: {}", cus.stage, one_line(&cus.summary)), "  ")?;
        for csd in planned.customers(cus) {
            let promises: Vec<&Promise> = planned.promises.iter().filter(|promise| promise.csd == csd.id).collect();
            let words = match promises.as_slice() {
                [] if planned.is_current => "not told this version".to_owned(),
                [] => continue,
                promises => promises.iter().map(|promise| promise_words(promise)).collect::<Vec<_>>().join("; "),
            };
            let key = page.colour.key(csd.key.as_str());
            page.hanging(&format!("  {key} {} — {words}", visible_in_line(&csd.customer)), "    ")?;
        }
        if !planned.is_current {
            return Ok(());
        }
        let owed = owed_lines(&owed(&planned.tickets, ticket), self.now, page.colour);
        owed.iter().try_for_each(|line| page.line(line))
    }

    fn value(&self, planned: &Planned) -> Result<Value> {
        let mut object = match planned.tickets.ticket(&planned.key) {
            Some(ticket) => serde_json::to_value(ticket_view(&planned.tickets, ticket, self.now))?,
            None => json!({}),
        };
        let promises: Vec<Value> =
            planned.promises.iter().map(|promise| promise_json(&planned.tickets, promise)).collect();
        if let Some(object) = object.as_object_mut() {
            object.insert("on_version".to_owned(), json!(planned.is_current));
            object.insert("promises".to_owned(), json!(promises));
        }
        Ok(object)
    }
}
