//! Rules, given / when / then. The tests of one rule stand beside the code that carries it out; here are the kit that
//! they are written with, and the tests that span the whole process.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::wildcard_enum_match_arm)]

mod few_duties;
pub(crate) mod given;
mod histories;
mod invariants;
pub(crate) mod kit;
mod payloads;
mod steps;
mod vanishing;
mod walk;
