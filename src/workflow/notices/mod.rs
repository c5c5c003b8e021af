//! Notices: the facts that each audience may know, and their wording.

pub mod address;
pub(in crate::workflow) mod announcement;
pub mod context;
pub mod draft;
pub mod template;
pub(in crate::workflow) mod tentative;
