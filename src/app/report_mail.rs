//! A customer's mail as a new report (R1).

use std::collections::BTreeMap;

use crate::app::error::{DeskError, ReplyError};
use crate::app::kept_file::KeptFile;
use crate::app::reply::conversation;
use crate::channels::IncomingMail;
use crate::store::{Store, words_of};
use crate::workflow::key::Key;
use crate::workflow::names::customer_form;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::scope::Scope;

/// How many tickets are looked at for a customer who has an address.
const TICKETS: usize = 50;
/// Domains at which anybody has an address, so that it says nothing about the customer; one a line.
const ANYBODYS: &str = include_str!("public_domains.txt");

/// What a mail reports.
#[derive(Debug)]
pub struct MailReport {
    /// The mail as it was read.
    pub mail: IncomingMail,
    /// The customer, where the address is known, or its domain as that of one customer.
    pub customer: Option<String>,
    /// What came with it, and the mail itself.
    pub files: Vec<KeptFile>,
}

impl MailReport {
    /// Reads a mail as a new report.
    ///
    /// # Errors
    /// Fails if it is no mail, a machine wrote it, it belongs to a ticket that is known, or the database fails.
    pub fn read(store: &Store, bytes: &[u8]) -> Result<Self, DeskError> {
        let mail = IncomingMail::read(bytes).map_err(ReplyError::from)?;
        if let Some(sign) = mail.automatic {
            return Err(Refusal::bare(vec![Failure::WrittenByMachine { csd: None, sign }]).into());
        }
        if let Some(csd) = conversation(store, &mail)? {
            return Err(Refusal::bare(vec![Failure::KnownConversation { csd }]).into());
        }
        let mut files = Vec::new();
        for file in IncomingMail::files(bytes).map_err(ReplyError::from)? {
            files.push(KeptFile::new(&file.name, &file.content)?);
        }
        files.push(KeptFile::mail("mail", bytes, mail.message_id.as_deref())?);
        Ok(Self { customer: customer_at(store, &mail.from)?, mail, files })
    }

    /// Returns the summary: the subject, or else the first line.
    pub fn summary(&self) -> &str {
        let line = || self.mail.text.lines().find(|line| !line.trim().is_empty()).map(str::trim);
        Some(self.mail.subject.as_str()).filter(|subject| !subject.is_empty()).or_else(line).unwrap_or("(no subject)")
    }

    /// Returns the description. What is passed on is what somebody else wrote.
    pub fn description(&self) -> Option<&str> {
        let subject = self.mail.subject.to_lowercase();
        let is_passed_on =
            ["fw:", "fwd:", "wg:", "tr:", "rv:", "i:", "vs:"].iter().any(|begin| subject.starts_with(begin));
        let text = if is_passed_on { &self.mail.whole_text } else { &self.mail.text };
        Some(text.as_str()).filter(|text| !text.is_empty())
    }

    /// Returns the contact: the address, with the name beside it.
    pub fn contact(&self) -> Option<String> {
        let IncomingMail { from, name, .. } = &self.mail;
        match name {
            _ if from.is_empty() => None,
            Some(name) if name.contains(['<', '>', '"', '\\']) => {
                Some(format!("\"{}\" <{from}>", name.replace('\\', "\\\\").replace('"', "\\\"")))
            }
            Some(name) => Some(format!("{name} <{from}>")),
            None => Some(from.clone()),
        }
    }
}

/// Returns the customer whose ticket has this address as its contact; else the only one with an address at its domain.
fn customer_at(store: &Store, from: &str) -> Result<Option<String>, DeskError> {
    let Some((_, domain)) = from.rsplit_once('@') else { return Ok(None) };
    let known = contacts(store, from)?;
    if let Some((_, customer)) = known.into_iter().find(|(address, _)| *address == from.to_lowercase()) {
        return Ok(Some(customer));
    }
    let domain = domain.to_lowercase();
    if ANYBODYS.lines().any(|other| other == domain) {
        return Ok(None);
    }
    let at_domain = contacts(store, &domain)?.into_iter();
    let customers: BTreeMap<String, String> = at_domain
        .filter(|(address, _)| address.rsplit_once('@').is_some_and(|(_, other)| other == domain))
        .map(|(_, customer)| (customer_form(&customer), customer))
        .collect();
    Ok(if customers.len() == 1 { customers.into_values().next() } else { None })
}

/// Returns the addresses of contacts with these words, in small letters, each with its customer; the newest first.
fn contacts(store: &Store, words: &str) -> Result<Vec<(String, String)>, DeskError> {
    let mut keys: Vec<Key> = store.tickets_with("contact", &words_of(words))?;
    keys.truncate(TICKETS);
    let tickets = store.tickets(&Scope::of(keys.clone()))?;
    let of = |key: &Key| tickets.csd(key).and_then(|csd| Some((csd.address()?.to_lowercase(), csd.customer.clone())));
    Ok(keys.iter().filter_map(of).collect())
}
