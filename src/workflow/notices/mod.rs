//! Notices: what each audience may know, and in which words.

pub mod address;
pub mod context;
pub mod draft;
pub mod template;
