//! Killed, out of room, and many at once: what was acknowledged is there, nothing is half there, and the file is good.
//!
//! Each test takes seconds here; `CUS_CRASHES` multiplies how long it goes on.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![cfg(target_os = "linux")]

use std::sync::{PoisonError, RwLock, RwLockReadGuard};

mod faults;
mod kills;
mod many;
mod pages;
mod place;

/// Tests that would disturb one that measures hold it to read; that one holds it to write.
static ALONE: RwLock<()> = RwLock::new(());

fn beside_others() -> RwLockReadGuard<'static, ()> {
    ALONE.read().unwrap_or_else(PoisonError::into_inner)
}

/// How many times as long as usual the tests go on.
fn persistence() -> u64 {
    std::env::var("CUS_CRASHES").ok().and_then(|times| times.parse().ok()).unwrap_or(1)
}
