//! The process itself: pure, without clock, terminal, SQL or files.
//!
//! A command comes in as data. [`decide`](rules::decide) answers with the events that follow from it, or with a
//! [`Refusal`](refusal::Refusal) that names every rule in its way. [`Tickets::apply`](tickets::Tickets::apply) folds events
//! into tickets, and [`owed`](obligations::owed::owed) lists what the rules still demand. Rules are cited by their number
//! in `docs/PROCESS.md`.

pub mod assessment;
mod attachment;
pub mod command;
mod context;
pub mod customers;
pub mod event;
pub mod field;
pub(crate) mod first_edition;
pub mod foreign;
pub mod key;
pub mod names;
pub mod notices;
pub mod obligations;
pub mod payload;
pub mod refusal;
pub mod remedy;
pub mod reports;
pub mod requirements;
pub mod rule;
pub mod rules;
pub mod scope;
pub mod spellings;
pub mod step;
pub mod suggestions;
pub mod tickets;
mod time;
pub mod upcast;
pub mod vocabulary;
mod wording;
pub mod zone;

#[cfg(test)]
pub(crate) mod tests;

pub use attachment::Attachment;
pub use context::Context;
pub use time::Time;
