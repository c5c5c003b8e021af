//! Printing: how things look. Rendering takes data, the time and a width, and returns text.

mod bar;
mod colour;
mod counted;
mod markdown;
mod out;
mod pager;
mod table;
mod time;
mod view;
mod visible;
mod wrap;

pub(super) use bar::{bar, sparkline};
pub(super) use colour::{Colour, Tone};
pub(super) use counted::{counted, cut};
pub(super) use markdown::{markdown, quoted};
pub(super) use out::{Looks, Out};
pub(super) use table::{Cell, Column, Table};
pub(super) use time::{ago, due_briefly, due_tone, due_words, length, local, rfc3339, roughly, utc, when_due};
pub(super) use view::{Items, Json, Keys, Page, Rows, View, plain_text};
pub(super) use visible::{one_line, visible, visible_in_line};
pub(super) use wrap::{hanging, wrapped};
