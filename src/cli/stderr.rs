//! Standard error: what stands beside the result.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether nothing but errors is wanted there.
static IS_QUIET: AtomicBool = AtomicBool::new(false);

/// From now on nothing but errors is written there.
pub(super) fn be_quiet() {
    IS_QUIET.store(true, Ordering::Relaxed);
}

/// Whether nothing but errors is written there.
pub(super) fn is_quiet() -> bool {
    IS_QUIET.load(Ordering::Relaxed)
}

/// Writes a line to standard error, which may be closed: the result stands on standard output.
pub(super) fn line(text: &str) {
    if !is_quiet() || text.starts_with("error:") {
        let _ = writeln!(std::io::stderr(), "{text}");
    }
}
