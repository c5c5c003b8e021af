//! Views: what commands show, one file for each. Each renders itself in every format; no command knows which.

pub(super) mod actions;
pub(super) mod answer;
pub(super) mod customer;
pub(super) mod customers;
pub(super) mod document;
pub(super) mod event;
pub(super) mod handover;
pub(super) mod import;
pub(super) mod import_plan;
pub(super) mod import_report;
pub(super) mod list;
pub(super) mod log;
pub(super) mod names;
pub(super) mod next;
pub(super) mod outbox;
pub(super) mod outcome;
pub(super) mod owed;
pub(super) mod plan;
pub(super) mod policy;
pub(super) mod promise;
pub(super) mod results;
pub(super) mod search;
pub(super) mod show;
pub(super) mod stats;
pub(super) mod ticket_json;
pub(super) mod versions;
