//! Errors as they are shown: to a person with hints, to a program as JSON, to a shell as an exit code.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};
use serde_json::{Value, json};

use super::args::Cli;
use super::error::{
    DONE, FAILURE, ILLEGAL, INTERRUPTED, Interrupted, NO_DATABASE, NOT_FOUND, NoSuch, REFUSED, RETRY, USAGE, UsageError,
};
use super::global::{Format, env};
use super::hint::{self, Fix};
use super::output::visible;
use crate::app::DeskError;
use crate::store::StoreError;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::vocabulary::Word;

/// An error as programs and people read it.
struct Told {
    exit: u8,
    code: &'static str,
    message: String,
    failures: Vec<Value>,
    hints: Vec<String>,
}

impl Told {
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

    /// Tells it on standard error, and returns its exit code.
    fn tell(&self, format: Format) -> ExitCode {
        let mut lines = Vec::new();
        if format == Format::Table {
            lines.push(format!("error: {}", visible(&self.message)));
            lines.extend(self.hints.iter().map(|hint| format!("hint: {}", visible(hint))));
        } else {
            lines.push(json!({ "error": self.as_json() }).to_string());
        }
        let mut stderr = std::io::stderr().lock();
        // Where standard error is closed, the exit code is all that can be told.
        let _ = lines.iter().try_for_each(|line| writeln!(stderr, "{line}"));
        ExitCode::from(self.exit)
    }
}

/// The exit code of an error.
pub(super) fn exit_code(error: &anyhow::Error) -> u8 {
    told(error).exit
}

/// An error as a JSON object.
pub(super) fn as_json(error: &anyhow::Error) -> Value {
    told(error).as_json()
}

/// Tells an error on standard error, and returns its exit code. A closed pipe is no error.
pub(super) fn report(error: &anyhow::Error, format: Format) -> ExitCode {
    if is_broken_pipe(error) {
        return ExitCode::SUCCESS;
    }
    told(error).tell(format)
}

/// Tells that the arguments cannot be understood; help and version are no errors.
pub(super) fn usage(arguments: &[OsString], error: &clap::Error) -> ExitCode {
    if !error.use_stderr() || !wants_json(arguments) {
        let code = u8::try_from(error.exit_code()).unwrap_or(FAILURE);
        return if error.print().is_ok() { ExitCode::from(code) } else { ExitCode::from(DONE) };
    }
    let text = error.render().to_string();
    let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
    let hints = usage_hints(arguments, error);
    Told { exit: USAGE, code: "usage", message, failures: Vec::new(), hints }.tell(Format::Json)
}

/// What puts arguments right that cannot be understood: what was probably meant, else what may stand there; and where the
/// rest is told.
fn usage_hints(arguments: &[OsString], error: &clap::Error) -> Vec<String> {
    let words = |kind| match error.get(kind) {
        Some(ContextValue::String(word)) => vec![word.clone()],
        Some(ContextValue::Strings(words)) => words.clone(),
        _ => Vec::new(),
    };
    let meant = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let meant: Vec<String> = meant.into_iter().flat_map(words).map(|word| format!("did you mean `{word}`?")).collect();
    let possible = words(ContextKind::ValidValue);
    let mut hints = meant;
    if hints.is_empty() && !possible.is_empty() {
        hints.push(format!("one of {}", possible.join(", ")));
    }
    let root = Cli::command();
    let command = arguments.iter().skip(1).find_map(|word| root.find_subcommand(word));
    hints.push(command.map_or("cus --help".to_owned(), |command| format!("cus {} --help", command.get_name())));
    hints
}

/// Whether the format was a machine's, as far as arguments that cannot be understood tell.
fn wants_json(arguments: &[OsString]) -> bool {
    let words: Vec<&str> = arguments.iter().filter_map(|word| word.to_str()).collect();
    let named = words.iter().enumerate().find_map(|(n, word)| match word.strip_prefix("--format") {
        Some("") => words.get(n + 1).copied(),
        Some(rest) => rest.strip_prefix('='),
        None => (*word == "--json").then_some("json"),
    });
    let named = named.map(str::to_owned).or_else(|| env("CUS_FORMAT"));
    named.and_then(|word| Format::from_word(&word)).is_some_and(|format| format != Format::Table)
}

/// What a command was asked for is done whether anybody reads its results to the end or not.
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

fn told(error: &anyhow::Error) -> Told {
    let desk = error.downcast_ref::<DeskError>();
    if let Some(refusal) = error.downcast_ref::<Refusal>().or_else(|| desk?.refusal()) {
        return refused(refusal);
    }
    let bare = |exit, code, hints: Vec<String>| Told {
        exit,
        code,
        message: format!("{error:#}"),
        failures: Vec::new(),
        hints,
    };
    if let Some(error) = error.downcast_ref::<UsageError>() {
        return bare(USAGE, "usage", error.fix.iter().map(|fix| hint::on_database(fix)).collect());
    }
    if let Some(error) = error.downcast_ref::<NoSuch>() {
        let code = match error.what {
            "filter" => "no-such-filter",
            "customer" => "no-such-customer",
            _ => "not-found",
        };
        return bare(NOT_FOUND, code, vec![hint::on_database(&error.hint)]);
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

fn refused(refusal: &Refusal) -> Told {
    let failures = refusal.failures.iter().map(failure).collect();
    let mut flags = Vec::new();
    let mut hints = Vec::new();
    for fix in refusal.failures.iter().filter_map(Failure::remedy).map(|remedy| hint::fix(&remedy)) {
        match fix {
            Fix::Command { line, .. } => hints.push(line),
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
    Told {
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
        StoreError::NoSuchTicket(_) => (NOT_FOUND, "no-such-ticket", command("list")),
        StoreError::NoSuchAttachment { key, .. } => {
            (NOT_FOUND, "no-such-attachment", command(&format!("attachment list {key}")))
        }
        StoreError::Changed { key, .. } => (RETRY, "changed", command(&format!("show {key}"))),
        StoreError::Busy => (RETRY, "busy", hint("try again in a moment")),
        StoreError::Missing(_) => (NO_DATABASE, "no-database", vec![hint::command("init"), hint::command("where")]),
        StoreError::InTheWay(_) | StoreError::Foreign(_) => (NO_DATABASE, "not-a-database", command("where")),
        StoreError::Newer { .. } | StoreError::NewerEvent(_) => {
            (NO_DATABASE, "newer-database", hint("install the newest cus"))
        }
        StoreError::Older(_) => (NO_DATABASE, "older-database", command("--db NEW.db import --create EXPORT.jsonl")),
        StoreError::ReadOnly(_) => (FAILURE, "read-only", hint("cp FILE COPY; cus --db COPY …")),
        StoreError::NotEmpty(_) => (REFUSED, "not-empty", vec!["cus --db NEW.db import --create FILE".to_owned()]),
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
