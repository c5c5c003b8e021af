//! A command with what goes beside it.

use std::path::PathBuf;

use crate::workflow::command::Command;
use crate::workflow::key::Key;

/// A command, with the files that it attaches and the revision at which its ticket must still be.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub(in crate::app) command: Command,
    pub(in crate::app) files: Vec<PathBuf>,
    pub(in crate::app) expected: Option<(Key, u64)>,
}

impl<C: Into<Command>> From<C> for Request {
    fn from(command: C) -> Self {
        Self { command: command.into(), files: Vec::new(), expected: None }
    }
}

impl Request {
    /// Takes the contents of the files that the command attaches from these, in its order.
    #[must_use]
    pub fn with_files(self, files: Vec<PathBuf>) -> Self {
        Self { files, ..self }
    }

    /// Refuses it if the ticket is not at this revision any more.
    #[must_use]
    pub fn at_revision(self, key: Key, revision: u64) -> Self {
        Self { expected: Some((key, revision)), ..self }
    }
}
