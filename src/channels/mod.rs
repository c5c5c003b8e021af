//! The one place that delivers notices: to a program, a mail server or a web address.
//!
//! Nothing here writes to the database. A delivery is tried once; who calls records what came of it.

mod channel;
mod claimant;
mod command;
mod deadline;
mod incoming;
mod letter;
mod mail;
mod not_delivered;
mod process_group;
mod program;
mod relay;
mod smtp;
mod webhook;

pub use channel::Channel;
pub use claimant::{is_gone, this_process};
pub use incoming::{Bounce, FolderError, IncomingMail, MailFile, Mails, NotAMail, mails_of, words_of_mail};
pub use letter::Letter;
pub use not_delivered::NotDelivered;
pub use smtp::{Encryption, Server};
