//! `cus import`: other trackers' tickets with their history (R32), or an export of `cus` itself.

mod args;
mod file;
mod run;
mod take_in;

pub(super) use args::ImportArgs;
pub(super) use run::run;

#[cfg(feature = "hostile")]
pub(in crate::cli) use take_in::{Taking, take_in};
