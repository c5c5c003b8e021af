//! Printing: rendering takes data, the time and a width, and returns text.

mod bar;
mod colour;
mod columns;
mod counted;
mod document;
mod event;
mod list;
mod markdown;
mod out;
mod pager;
mod promise;
mod table;
mod ticket;
mod time;
mod view;
mod visible;
mod wrap;

pub(super) use bar::bar;
pub(super) use colour::Colour;
pub(super) use columns::Columns;
pub(super) use counted::{counted, cut};
pub(super) use document::document;
pub(super) use event::{event_json, log_table, sentence};
pub(super) use list::{ListTable, next_page, one_line};
pub(super) use markdown::markdown;
pub(super) use out::Out;
pub(super) use promise::{promise_json, promise_words};
pub(super) use table::Grid;
pub(super) use ticket::{describe, owed_lines, page, stuck_words};
pub(super) use time::{ago, due_words, length, local, rfc3339, roughly, when_due};
pub(super) use view::{NoticeView, OwedView, ticket_view};
pub(super) use visible::{visible, visible_in_line};
pub(super) use wrap::hanging;
