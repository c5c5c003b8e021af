//! The current state: a cache of the record. What it holds is one pure function of the tickets (`rows`), which writing,
//! filling and comparing use alike.

pub(in crate::store) mod buffer;
pub(in crate::store) mod compare;
pub(in crate::store) mod counts;
pub(in crate::store) mod fill;
pub(in crate::store) mod origins;
pub(in crate::store) mod rows;
pub(in crate::store) mod write;
