//! Exit codes, and the errors that arise on the command line itself.

/// Done.
pub(super) const DONE: u8 = 0;
/// An unexpected failure.
pub(super) const FAILURE: u8 = 1;
/// Wrong usage.
pub(super) const USAGE: u8 = 2;
/// No such ticket, attachment or filter.
pub(super) const NOT_FOUND: u8 = 3;
/// The workflow refuses.
pub(super) const REFUSED: u8 = 4;
/// Not legal from this stage, or not this role's.
pub(super) const ILLEGAL: u8 = 5;
/// Busy, or changed meanwhile: try again.
pub(super) const RETRY: u8 = 6;
/// No usable database.
pub(super) const NO_DATABASE: u8 = 7;
/// Some lines, keys or deliveries failed.
pub(super) const SOME_FAILED: u8 = 8;
/// Found some, or no.
pub(super) const FOUND: u8 = 9;
/// Interrupted.
pub(super) const INTERRUPTED: u8 = 130;

/// Something was asked for in a way that cannot be understood.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub(super) struct UsageError {
    message: String,
    pub(super) fix: Option<String>,
}

impl UsageError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), fix: None }
    }

    pub(super) fn with_fix(message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { message: message.into(), fix: Some(fix.into()) }
    }
}

/// Nothing goes by this name: a filter, a customer, a version.
#[derive(Debug, Clone, thiserror::Error)]
#[error("there is no {what} `{name}`")]
pub(super) struct NoSuch {
    pub(super) what: &'static str,
    pub(super) name: String,
    /// The command that was probably meant, or that shows what there is.
    pub(super) hint: String,
}

/// A person broke off.
#[derive(Debug, thiserror::Error)]
#[error("cancelled, nothing was saved")]
pub(super) struct Interrupted;
