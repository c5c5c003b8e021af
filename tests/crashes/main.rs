//! Killed, out of room, and many at once: what was acknowledged is there, nothing is half there, and the file is good.
//!
//! Each test takes seconds here; `CUS_CRASHES` multiplies how long it goes on.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![cfg(target_os = "linux")]

mod faults;
mod kills;
mod many;
mod pages;
mod place;

/// How many times as long as usual the tests go on.
fn persistence() -> u64 {
    std::env::var("CUS_CRASHES").ok().and_then(|times| times.parse().ok()).unwrap_or(1)
}
