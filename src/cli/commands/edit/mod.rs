//! `cus edit` (R2, R27, R29).

mod arguments;
mod form;
mod run;

pub(super) use arguments::EditArgs;
