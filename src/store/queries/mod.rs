//! Questions about the current state.

pub(in crate::store) mod counts;
pub(in crate::store) mod customers;
pub(in crate::store) mod list;
pub(in crate::store) mod lookup;
mod origins;
pub(in crate::store) mod outbox;
pub(in crate::store) mod owed;
