//! Deciding: from tickets and a command to the events that follow, or to a refusal that says why not.
//!
//! There is one file for each step. Each checks the requirements first, then what was given.

mod announce;
mod assess;
mod assign;
mod attach;
mod came_back;
mod close;
mod comment;
mod confirm;
mod decide;
mod decision;
mod deliver;
mod edit;
mod eng_assess;
mod escalate;
mod foreign_history;
mod hold;
mod import;
mod interim;
mod next_word;
mod notify;
mod postmortem;
mod release;
mod rename;
mod reopen;
mod report;
mod return_to_support;
mod ship;
mod slip;
mod undo;
mod unlink;

pub use decide::decide;
