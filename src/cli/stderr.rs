//! Standard error: what stands beside the result.

use std::io::Write;

/// Writes a line to standard error, which may be closed: the result stands on standard output.
pub(super) fn line(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
