//! Completing a step and writing it: each input given, else asked, else missing.

pub(super) mod arguments;
pub(super) mod drafts;
mod editor;
mod fields;
pub(super) mod form;
pub(super) mod interactive_notify;
pub(super) mod introduction;
mod line;
mod menu;
pub(super) mod naming;
pub(super) mod question;
pub(super) mod record;
pub(super) mod reply;
pub(super) mod run;
#[cfg(test)]
pub(super) mod scripted;
pub(super) mod terminal;
pub(super) mod wizard;
