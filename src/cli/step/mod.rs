//! Completing a step and writing it: each input given, else asked, else missing.

pub(super) mod arguments;
pub(super) mod drafts;
mod fields;
pub(super) mod form;
pub(super) mod interactive_notify;
pub(super) mod prompt;
pub(super) mod record;
pub(super) mod reply;
pub(super) mod run;
