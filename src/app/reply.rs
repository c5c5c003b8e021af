//! A customer's reply by mail: found to belong to a ticket, and attached to it.

use std::path::{Path, PathBuf};

use crate::app::actor::Actor;
use crate::app::desk::Desk;
use crate::app::error::{DeskError, ReplyError};
use crate::app::request::Request;
use crate::channels::Reply;
use crate::store::Store;
use crate::workflow::command::{Attach, NewFile};
use crate::workflow::key::Key;
use crate::workflow::scope::Scope;
use crate::workflow::vocabulary::Audience;

/// A reply, and where it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenReply {
    /// The customer's ticket that it is about.
    pub csd: Key,
    /// The mail as it was read.
    pub reply: Reply,
    /// The name under which it was attached; `None` where it was there already.
    pub attachment: Option<String>,
}

impl Desk {
    /// Attaches a mail to the customer's ticket that it is about: that of the notice that it answers, else the one that is
    /// named. It confirms nothing by itself.
    ///
    /// # Errors
    /// Fails if it is no mail, or about no ticket or another one, or the database fails.
    pub fn take_reply(&mut self, mail: &[u8], named: Option<Key>, actor: &Actor) -> Result<TakenReply, DeskError> {
        let reply = Reply::read(mail).map_err(ReplyError::from)?;
        let csd = about(self.store(), &reply, named)?;
        let attachment = self.attach_once(&csd, mail, actor)?;
        Ok(TakenReply { csd, reply, attachment })
    }

    /// Attaches a mail under a name of its content, and returns that name; `None` where it is there already.
    fn attach_once(&mut self, csd: &Key, mail: &[u8], actor: &Actor) -> Result<Option<String>, DeskError> {
        let folder = tempfile::tempdir().map_err(DeskError::TemporaryFile)?;
        let (path, file) = written(folder.path(), mail)?;
        let name = file.name.clone();
        self.transaction(|transaction| {
            let loaded = transaction.load(&Scope::of([csd.clone()]), actor)?;
            let known = loaded.tickets().csd(csd).map(|csd| csd.attachments.as_slice()).unwrap_or_default();
            if known.iter().any(|known| known.sha256 == file.sha256) {
                return Ok(None);
            }
            let attach = Attach { key: csd.clone(), files: vec![file] };
            transaction.decide(loaded, Request::from(attach).with_files(vec![path]))?;
            Ok(Some(name))
        })
    }
}

/// Writes a mail into a folder, under a name of its content.
fn written(folder: &Path, mail: &[u8]) -> Result<(PathBuf, NewFile), DeskError> {
    let unnamed = folder.join("reply.eml");
    std::fs::write(&unnamed, mail).map_err(DeskError::TemporaryFile)?;
    let file = NewFile::look_at(&unnamed)?;
    let name = format!("reply-{}.eml", file.sha256.get(..12).unwrap_or(&file.sha256));
    let path = folder.join(&name);
    std::fs::rename(&unnamed, &path).map_err(DeskError::TemporaryFile)?;
    Ok((path, NewFile { name, ..file }))
}

/// The customer's ticket that a reply is about. Naming another one is refused.
fn about(store: &Store, reply: &Reply, named: Option<Key>) -> Result<Key, DeskError> {
    let mut found = None;
    if let Some((cus, number)) = store.notice_of(&reply.answers)? {
        let tickets = store.tickets(&Scope::of([cus.clone()]))?;
        let notice = tickets.cus(&cus).and_then(|cus| cus.notice(number));
        let csd = notice.filter(|notice| notice.to == Audience::Customer).and_then(|notice| notice.csd.clone());
        found = csd.map(|csd| tickets.current_key(&csd));
    }
    match (found, named) {
        (Some(found), Some(named)) if store.tickets(&Scope::of([named.clone()]))?.current_key(&named) != found => {
            Err(ReplyError::AboutAnother { found, named }.into())
        }
        (Some(found), _) => Ok(found),
        (None, Some(named)) => Ok(named),
        (None, None) => {
            let message_id = reply.answers.last().cloned().unwrap_or_default();
            Err(ReplyError::NoNotice { message_id }.into())
        }
    }
}
