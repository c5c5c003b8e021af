//! `cus` carries a customer's issue from Support's report to Product's closing, over one local SQLite file.
//!
//! [`app`] is what a program calls; [`workflow`] is the process, pure; [`store`] keeps its record; [`cli`] is the command
//! line over them.
//!
//! ```
//! use cus::app::{Actor, Desk};
//! use cus::workflow::command::{Assess, Escalate, Report};
//! use cus::workflow::vocabulary::{Channel, Handler, Priority, Role};
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("desk.db");
//! let mut desk = Desk::create(&path)?;
//! let dana = Actor::new("dana").with_role(Role::Support);
//! let csd = desk.transaction(|tx| {
//!     let reported = tx.execute(Report::new("Acme Couriers", "Rates are zero", Channel::Phone), &dana)?;
//!     let csd = reported.keys[0].clone();
//!     tx.execute(Assess::new(csd.clone(), Handler::Engineering), &dana).map(|_| csd)
//! })?;
//! let escalated = desk.execute(Escalate::new([csd], Priority::High, "Rate any parcel."), &dana)?;
//! assert_eq!(escalated.keys[0].as_str(), "CUS-1");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What is wrong with a command comes back as data: [`DeskError::Refused`](app::DeskError::Refused) names every rule in its
//! way. The feature `cli`, which is on by default, brings the command line and what it needs; without it the rest stands
//! alone.

pub mod app;
pub mod channels;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "hostile")]
pub mod hostile;
mod private;
pub mod store;
pub mod trackers;
pub mod workflow;
