//! Printing: rendering takes data, the time and a width, and returns text.

mod colour;
mod event;
mod list;
mod out;
mod ticket;
mod time;
mod view;
mod visible;

pub(super) use event::{event_json, log_table, sentence};
pub(super) use list::{ListTable, next_table};
pub(super) use out::Out;
pub(super) use ticket::{owed_lines, page};
pub(super) use time::{local, rfc3339};
pub(super) use view::{NoticeView, OwedView, ticket_view};
pub(super) use visible::visible;
