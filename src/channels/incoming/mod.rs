//! Mails that come in: what a person wrote, whether a machine did, and what came back.

mod automatic;
mod bounce;
mod folder;
mod html;
mod mail;
mod parts;
mod quotes;
mod seen;

pub use bounce::Bounce;
pub use folder::{FolderError, Mails, mails_of};
pub use mail::{IncomingMail, MailFile, NotAMail, words_of_mail};
