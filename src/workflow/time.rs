//! Points in time.

/// A point in time, UTC, in whole milliseconds.
pub type Time = chrono::DateTime<chrono::Utc>;
