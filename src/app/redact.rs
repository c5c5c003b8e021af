//! Removing a text or a file that must not be kept (R27).

use crate::app::actor::Actor;
use crate::app::error::{DeskError, RedactError};
use crate::app::transaction::Transaction;
use crate::channels::words_of_mail;
use crate::store::{Redaction, Removed};
use crate::workflow::key::Key;

/// A request to remove something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redact {
    /// The ticket, of either kind; those linked to it are looked through too.
    pub key: Key,
    /// The text or the file.
    pub what: Redaction,
    /// Why.
    pub note: String,
}

impl Transaction<'_, '_> {
    /// Removes a text or a file from a ticket and from those linked to it. What is left of it in the file's free pages
    /// goes with [`Desk::scrub`](crate::app::Desk::scrub).
    ///
    /// # Errors
    /// Fails if there is no such ticket or file, the note holds the text, or the database fails.
    pub fn redact(&mut self, redact: &Redact, actor: &Actor) -> Result<Removed, DeskError> {
        if let Redaction::Text(text) = &redact.what
            && redact.note.contains(text)
        {
            return Err(RedactError::NoteHoldsText.into());
        }
        let context = self.context(actor)?;
        let removed = self.writer.redact(&redact.key, &redact.what, &redact.note, &context, words_of_mail)?;
        self.notes.has_removed = true;
        Ok(removed)
    }
}
