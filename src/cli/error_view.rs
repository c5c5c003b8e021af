//! Errors as they are shown: to a person with hints, to a program as JSON, to a shell as an exit code.

use std::io::Write;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::doubts::Doubtful;
use super::error::{
    FAILURE, ILLEGAL, INTERRUPTED, Interrupted, NO_DATABASE, NOT_FOUND, NoSuch, REFUSED, RETRY, USAGE, UsageError,
};
use super::global::Format;
use super::hint::{self, Fix};
use super::output::visible;
use crate::app::DeskError;
use crate::store::StoreError;
use crate::workflow::refusal::{Failure, Refusal};

/// An error as programs and people read it.
pub(super) struct ErrorView {
    exit: u8,
    code: &'static str,
    message: String,
    failures: Vec<Value>,
    hints: Vec<String>,
}

impl ErrorView {
    fn as_json(&self) -> Value {
        json!({
            "code": self.code,
            "exit": self.exit,
            "message": self.message,
            "failures": self.failures,
            "hints": self.hints,
            "retryable": self.exit == RETRY,
        })
    }

    fn json_line(&self) -> String {
        json!({ "error": self.as_json() }).to_string()
    }

    /// It in words for a person, and the hints.
    fn lines(&self) -> Vec<String> {
        let error = format!("error: {}", visible(&self.message));
        let hints = self.hints.iter().map(|hint| format!("hint: {}", visible(hint)));
        std::iter::once(error).chain(hints).collect()
    }

    /// A command line that cannot be understood.
    pub(super) fn of_usage(message: String, hints: Vec<String>) -> Self {
        Self { exit: USAGE, code: "usage", message, failures: Vec::new(), hints }
    }

    /// Prints it on standard error, and returns its exit code.
    pub(super) fn print(&self, format: Format) -> ExitCode {
        let lines = if format == Format::Table { self.lines() } else { vec![self.json_line()] };
        let mut stderr = std::io::stderr().lock();
        // Where standard error is closed, the exit code is all that can be said.
        let _ = lines.iter().try_for_each(|line| writeln!(stderr, "{line}"));
        ExitCode::from(self.exit)
    }
}

/// The exit code of an error.
#[cfg(feature = "hostile")]
pub(super) fn exit_code(error: &anyhow::Error) -> u8 {
    view(error).exit
}

/// An error as a JSON object.
pub(super) fn as_json(error: &anyhow::Error) -> Value {
    view(error).as_json()
}

/// An error as a program reads it on standard error.
pub(super) fn json_line(error: &anyhow::Error) -> String {
    view(error).json_line()
}

/// An error as a person reads it on standard error, with its hints.
pub(super) fn lines(error: &anyhow::Error) -> Vec<String> {
    view(error).lines()
}

/// Prints an error on standard error, and returns its exit code. A closed pipe is no error.
pub(super) fn report(error: &anyhow::Error, format: Format) -> ExitCode {
    if is_broken_pipe(error) {
        return ExitCode::SUCCESS;
    }
    view(error).print(format)
}

/// Takes a result that nobody reads to its end for written.
pub(super) fn even_if_unread(written: anyhow::Result<()>) -> anyhow::Result<()> {
    match written {
        Err(error) if is_broken_pipe(&error) => Ok(()),
        other => other,
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    // An error of JSON's writer does not name what caused it as its source.
    let kind = |cause: &(dyn std::error::Error + 'static)| {
        let io = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        io.or_else(|| cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind))
    };
    error.chain().any(|cause| kind(cause) == Some(std::io::ErrorKind::BrokenPipe))
}

fn view(error: &anyhow::Error) -> ErrorView {
    let desk = error.downcast_ref::<DeskError>();
    if let Some(refusal) = error.downcast_ref::<Refusal>().or_else(|| desk?.refusal()) {
        return refused(refusal);
    }
    let bare = |exit, code, hints: Vec<String>| ErrorView {
        exit,
        code,
        message: format!("{error:#}"),
        failures: Vec::new(),
        hints,
    };
    if let Some(error) = error.downcast_ref::<UsageError>() {
        return bare(USAGE, "usage", error.fix.iter().cloned().collect());
    }
    if let Some(error) = error.downcast_ref::<NoSuch>() {
        let code = match error.what {
            "filter" => "no-such-filter",
            "customer" => "no-such-customer",
            _ => "not-found",
        };
        return bare(NOT_FOUND, code, vec![error.hint.clone()]);
    }
    if let Some(error) = error.downcast_ref::<Doubtful>() {
        return ErrorView { failures: error.failures(), ..bare(REFUSED, "doubtful", error.hints()) };
    }
    if error.is::<Interrupted>() {
        return bare(INTERRUPTED, "interrupted", Vec::new());
    }
    match (error.downcast_ref::<StoreError>(), desk) {
        (Some(error), _) | (None, Some(DeskError::Store(error))) => {
            let (exit, code, hints) = store_error(error);
            bare(exit, code, hints)
        }
        (None, Some(DeskError::Policy(_) | DeskError::Redact(_) | DeskError::Reply(_) | DeskError::Settings(_))) => {
            bare(USAGE, "usage", Vec::new())
        }
        (None, Some(DeskError::Refused(_) | DeskError::Random(_) | DeskError::TemporaryFile(_)) | None) => {
            bare(FAILURE, "failure", Vec::new())
        }
    }
}

fn refused(refusal: &Refusal) -> ErrorView {
    let failures = refusal.failures.iter().map(failure).collect();
    let mut flags = Vec::new();
    let mut hints = Vec::new();
    // Who may not take a step is not told how to prepare it.
    let is_anothers = refusal.failures.iter().any(|failure| matches!(failure, Failure::WrongRole { .. }));
    let failures_to_mend = refusal.failures.iter().filter(|_| !is_anothers);
    for fix in failures_to_mend.filter_map(Failure::remedy).map(|remedy| hint::fix(&remedy)) {
        match fix {
            Fix::Command { line, .. } => hints.push(line),
            // Where the step is illegal, what else it needs is no help.
            Fix::Flags(_) if refusal.is_illegal() => {}
            Fix::Flags(text) if !flags.contains(&text) => flags.push(text),
            Fix::Flags(_) => {}
        }
    }
    if !flags.is_empty() {
        let words = refusal.failures.iter().filter_map(|failure| {
            let Failure::Missing { field, .. } = failure else { return None };
            let words = field.words();
            (!words.is_empty()).then(|| format!("{} is {}", field.value_name(), words.join(", ")))
        });
        let words: Vec<String> = words.collect();
        hints.insert(0, format!("add {}", flags.join(" ")));
        hints.splice(1..1, words);
    }
    hints.dedup();
    ErrorView {
        exit: if refusal.is_illegal() { ILLEGAL } else { REFUSED },
        code: refusal.code(),
        message: refusal.to_string(),
        failures,
        hints,
    }
}

fn failure(failure: &Failure) -> Value {
    let fix = failure.remedy().map(|remedy| hint::fix(&remedy));
    json!({
        "rule": failure.rule(),
        "field": failure.field().map(|field| field.name()),
        "message": failure.to_string(),
        "fix": fix.as_ref().map(Fix::text),
        "ready": fix.as_ref().is_some_and(Fix::is_ready),
    })
}

fn store_error(error: &StoreError) -> (u8, &'static str, Vec<String>) {
    let hint = |text: &str| vec![text.to_owned()];
    let command = |words: &str| vec![hint::command(words)];
    match error {
        StoreError::Several { ids, .. } => {
            let commands = ids.iter().map(|id| hint::command(&format!("show {id}")));
            (NOT_FOUND, "several-tickets", commands.collect())
        }
        StoreError::NoSuchTicket(_) => (NOT_FOUND, "no-such-ticket", command("list")),
        StoreError::NoSuchAttachment { key, .. } => {
            (NOT_FOUND, "no-such-attachment", command(&format!("attachment list {key}")))
        }
        StoreError::Changed { key, .. } => (RETRY, "changed", command(&format!("show {key}"))),
        StoreError::Busy => (RETRY, "busy", hint("try again in a moment")),
        StoreError::Missing(_) => (NO_DATABASE, "no-database", vec![hint::command("init"), hint::command("where")]),
        StoreError::InTheWay(_) | StoreError::Foreign(_) => (NO_DATABASE, "not-a-database", command("where")),
        StoreError::TwoPaths(_) => {
            (NO_DATABASE, "two-paths", hint("keep one path, and mount the folder instead of the file"))
        }
        StoreError::Replaced(_) => (RETRY, "replaced", hint("try again: the file that is there now will be used")),
        StoreError::Newer { .. } | StoreError::NewerEvent(_) => {
            (NO_DATABASE, "newer-database", hint("install the newest cus"))
        }
        StoreError::Older(_) => {
            (NO_DATABASE, "older-database", vec![hint::command_on("NEW.db", "import --create FILE")])
        }
        StoreError::ReadOnly(_) => {
            (FAILURE, "read-only", vec![format!("cp FILE COPY; {}", hint::command_on("COPY", "…"))])
        }
        StoreError::NotEmpty(_) => (REFUSED, "not-empty", vec![hint::command_on("NEW.db", "import --create FILE")]),
        StoreError::Line { .. } => (NO_DATABASE, "damaged", Vec::new()),
        StoreError::Damaged(_) => {
            (NO_DATABASE, "damaged", ["db check", "db rebuild", "db restore COPY"].map(hint::command).to_vec())
        }
        StoreError::RecordDamaged(_) => (NO_DATABASE, "damaged", command("db restore COPY")),
        StoreError::NotACopy { error, .. } => {
            let (exit, code, _) = store_error(error);
            (exit, code, command("db restore ANOTHER-COPY"))
        }
        StoreError::FileChanged(_) => (FAILURE, "file-changed", hint("try again")),
        StoreError::File { error, .. } if error.kind() == std::io::ErrorKind::AlreadyExists => {
            (FAILURE, "failure", hint("choose another name"))
        }
        StoreError::File { .. } | StoreError::Output(_) | StoreError::Broken | StoreError::Sqlite(_) => {
            (FAILURE, "failure", Vec::new())
        }
    }
}
