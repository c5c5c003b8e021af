//! The record: an append-only log of events, and what stands beside them.

pub(in crate::store) mod attachments;
pub(in crate::store) mod chain;
pub(in crate::store) mod customers;
pub(in crate::store) mod events;
pub(in crate::store) mod history;
pub(in crate::store) mod load;
pub(in crate::store) mod nonces;
pub(in crate::store) mod policy;
pub(in crate::store) mod redactions;
pub(in crate::store) mod texts;
