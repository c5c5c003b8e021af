//! A mail that came in: the ticket that it is about, and attaching it.

use crate::app::actor::Actor;
use crate::app::error::{DeskError, ReplyError};
use crate::app::kept_file::KeptFile;
use crate::app::request::Request;
use crate::app::transaction::Transaction;
use crate::channels::IncomingMail;
use crate::store::Store;
use crate::workflow::command::{Attach, NewFile};
use crate::workflow::key::Key;
use crate::workflow::scope::Scope;
use crate::workflow::tickets::Tickets;
use crate::workflow::tickets::cus::Notice;
use crate::workflow::vocabulary::Audience;

/// How many of the mails that a mail answers are looked for.
const MAILS: usize = 50;

/// A mail about a customer's ticket.
#[derive(Debug)]
pub struct Reply {
    /// The customer's ticket.
    pub csd: Key,
    /// The mail as it was read.
    pub mail: IncomingMail,
    /// The notice that it answers, or that came back: its CUS ticket and its number there.
    pub notice: Option<(Key, u32)>,
    /// The contact's address, where the mail came from another one.
    pub not_from: Option<String>,
    /// Whether it is attached already.
    pub is_attached: bool,
    file: KeptFile,
}

impl Reply {
    /// Finds the customer's ticket that a mail is about: that of the notice that it answers or that came back, or the one
    /// in its subject whose contact wrote it, or else the one that is named.
    ///
    /// # Errors
    /// Fails if it is no mail, or about no ticket or another one, or the database fails.
    pub fn read(store: &Store, mail: &[u8], named: Option<Key>) -> Result<Self, DeskError> {
        let bytes = mail;
        let mail = IncomingMail::read(bytes).map_err(ReplyError::from)?;
        let file = KeptFile::mail("reply", bytes, mail.message_id.as_deref())?;
        let found = found(store, &mail)?;
        let named = match named {
            Some(named) => Some(store.tickets(&Scope::of([named.clone()]))?.current_key(&named)),
            None => None,
        };
        let (csd, notice) = match (found, named) {
            (Found::ByNotice(csd, _), Some(named)) if csd != named => {
                return Err(ReplyError::AboutAnother { found: csd, named }.into());
            }
            (Found::ByNotice(csd, notice), _) => (csd, Some(notice)),
            (_, Some(named)) => (named, None),
            (Found::ByMail(csd) | Found::BySubject(csd), None) => (csd, None),
            (Found::Nothing { named }, None) => {
                return Err(ReplyError::NoTicket { from: mail.from, subject: named }.into());
            }
        };
        let tickets = store.tickets(&Scope::of([csd.clone()]))?;
        let contact = tickets.csd(&csd).and_then(|csd| csd.address());
        let is_stranger = |contact: &&str| mail.bounce.is_none() && !is_same(contact, &mail.from);
        let not_from = contact.filter(is_stranger).map(str::to_owned);
        // A server that changes message ids says of which customer a mail came back, and not which.
        let notice = notice.or_else(|| last_mailed(&tickets, &csd).filter(|_| mail.bounce.is_some()));
        let is_attached = has_file(&tickets, &csd, file.file());
        Ok(Self { csd, mail, notice, not_from, is_attached, file })
    }

    /// Returns the name under which it is attached.
    pub fn attachment(&self) -> &str {
        &self.file.file().name
    }
}

impl Transaction<'_, '_> {
    /// Attaches a mail to its ticket, unless it is attached already.
    ///
    /// # Errors
    /// Fails if the workflow refuses, or the database fails.
    pub fn attach_reply(&mut self, reply: &Reply, actor: &Actor) -> Result<(), DeskError> {
        let loaded = self.load(&Scope::of([reply.csd.clone()]), actor)?;
        if has_file(loaded.tickets(), &reply.csd, reply.file.file()) {
            return Ok(());
        }
        let attach = Attach { key: reply.csd.clone(), files: vec![reply.file.file().clone()] };
        self.decide(loaded, Request::from(attach).with_files(vec![reply.file.path().to_owned()]))?;
        Ok(())
    }
}

/// The last notice that was mailed to the customer.
fn last_mailed(tickets: &Tickets, csd: &Key) -> Option<(Key, u32)> {
    let (cus, id) = (tickets.cus_for(csd)?, &tickets.csd(csd)?.id);
    let is_theirs = |notice: &&Notice| notice.to == Audience::Customer && notice.csd.as_ref() == Some(id);
    let mailed = cus.notices.iter().filter(is_theirs).filter(|notice| notice.via.is_mail());
    let last = mailed.filter(|notice| notice.told_at().is_some()).max_by_key(|notice| notice.number)?;
    Some((cus.key.clone(), last.number))
}

fn has_file(tickets: &Tickets, csd: &Key, file: &NewFile) -> bool {
    let known = tickets.csd(csd).map(|csd| csd.attachments.as_slice()).unwrap_or_default();
    known.iter().any(|known| known.sha256 == file.sha256)
}

/// How a mail leads to a ticket.
enum Found {
    /// It answers this notice, or says that it came back.
    ByNotice(Key, (Key, u32)),
    /// It answers a mail that is attached there, or is that mail.
    ByMail(Key),
    /// Its subject names the ticket, and its contact wrote it or was not reached.
    BySubject(Key),
    /// Nothing leads to one; its subject names this ticket, of another contact.
    Nothing { named: Option<Key> },
}

/// Returns the customer's ticket that a mail is known to be about.
///
/// # Errors
/// Fails if the database fails.
pub(in crate::app) fn conversation(store: &Store, mail: &IncomingMail) -> Result<Option<Key>, DeskError> {
    Ok(match found(store, mail)? {
        Found::ByNotice(csd, _) | Found::ByMail(csd) | Found::BySubject(csd) => Some(csd),
        Found::Nothing { .. } => None,
    })
}

fn found(store: &Store, mail: &IncomingMail) -> Result<Found, DeskError> {
    let of_bounce = mail.bounce.iter().flat_map(|bounce| &bounce.ids);
    let ids: Vec<String> = mail.answers.iter().chain(of_bounce).cloned().collect();
    if let Some((cus, number)) = store.notice_of(&ids)? {
        let tickets = store.tickets(&Scope::of([cus.clone()]))?;
        let notice = tickets.ticket(&cus).and_then(|ticket| ticket.notice(number));
        let csd = notice.filter(|notice| notice.to == Audience::Customer).and_then(|notice| notice.csd.clone());
        if let Some(csd) = csd {
            return Ok(Found::ByNotice(tickets.current_key(&csd), (cus, number)));
        }
    }
    for id in mail.answers.iter().chain(&mail.message_id).rev().take(MAILS) {
        let with_mail = store.tickets_with("name", &[IncomingMail::mark_of(id.as_bytes())])?;
        let tickets = store.tickets(&Scope::of(with_mail.clone()))?;
        if let Some(csd) = with_mail.iter().find_map(|key| tickets.csd(key)) {
            return Ok(Found::ByMail(csd.key.clone()));
        }
    }
    let writers: Vec<&str> = match &mail.bounce {
        Some(bounce) => bounce.recipients.iter().map(String::as_str).collect(),
        None => vec![&mail.from],
    };
    let mut named = None;
    for key in keys_in(&mail.subject) {
        let tickets = store.tickets(&Scope { perhaps: vec![key.clone()], ..Scope::default() })?;
        let about = about(&tickets, &key);
        let theirs = |csd: &&Key| {
            let contact = tickets.csd(csd).and_then(|csd| csd.address());
            contact.is_some_and(|contact| writers.iter().any(|writer| is_same(contact, writer)))
        };
        let mut matching = about.iter().filter(theirs);
        if let (Some(csd), None) = (matching.next(), matching.next()) {
            return Ok(Found::BySubject(csd.clone()));
        }
        named = named.or_else(|| about.first().cloned());
    }
    Ok(Found::Nothing { named })
}

/// The customers' tickets that a key is about: itself, or those linked to the CUS ticket.
fn about(tickets: &Tickets, key: &Key) -> Vec<Key> {
    match (tickets.csd(key), tickets.cus(key)) {
        (Some(csd), _) => vec![csd.key.clone()],
        (_, Some(cus)) => cus.links.iter().map(|link| tickets.current_key(&link.csd)).collect(),
        (None, None) => Vec::new(),
    }
}

/// The keys within a subject, such as `Re: [CSD-1] rates`.
fn keys_in(subject: &str) -> impl Iterator<Item = Key> {
    let words = subject.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'));
    words.filter_map(|word| word.parse().ok()).take(8)
}

fn is_same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.trim().to_lowercase()
}
