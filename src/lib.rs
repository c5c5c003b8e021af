//! `cus` carries a customer's issue from Support's report to Product's closing, over one local SQLite file.

pub mod core;
pub mod store;
