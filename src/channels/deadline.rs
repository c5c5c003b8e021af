//! The time that one delivery may take, over all its steps.

use std::time::{Duration, Instant};

/// The time that one delivery may take, over all its steps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    begun: Instant,
    timeout: Duration,
}

impl Deadline {
    /// A deadline that lies this far off.
    pub(super) fn within(timeout: Duration) -> Self {
        Self { begun: Instant::now(), timeout }
    }

    /// The time that is left, zero once it is over.
    pub(super) fn left(&self) -> Duration {
        self.timeout.saturating_sub(self.begun.elapsed())
    }

    /// Whether the time is over.
    pub(super) fn is_over(&self) -> bool {
        self.left().is_zero()
    }
}

impl std::fmt::Display for Deadline {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} s", self.timeout.as_secs_f32())
    }
}
