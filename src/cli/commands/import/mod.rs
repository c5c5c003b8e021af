//! `cus import`: other trackers' tickets with their history (R32), or an export of `cus` itself.

mod report;
mod run;
mod take_in;

#[cfg(feature = "hostile")]
pub(in crate::cli) use report::Report;
#[cfg(feature = "hostile")]
pub(in crate::cli) use run::count;
pub(super) use run::{ImportArgs, run};
#[cfg(feature = "hostile")]
pub(in crate::cli) use take_in::{Source, take_in};
