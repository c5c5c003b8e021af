//! The command line: arguments, prompts and output. It holds no rule of the workflow.

mod args;
mod board;
mod catalogue;
mod clock;
mod commands;
mod config;
mod ctx;
mod deliveries;
mod delivery_settings;
mod doubts;
mod error;
mod error_view;
mod examples;
mod global;
mod hint;
#[cfg(feature = "hostile")]
pub(crate) mod hostile;
mod input;
mod legal;
mod listed;
mod output;
mod progress;
mod settings;
mod similar;
mod stderr;
mod step;
mod usage;
mod views;
mod who;

use std::ffi::OsString;
use std::process::ExitCode;

use ctx::Ctx;
use error_view::even_if_unread;

/// Runs the program on the process's own arguments and streams.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let line = match args::read(&arguments) {
        Ok(line) => line,
        Err(misread) => return usage::report(&arguments, misread),
    };
    let format = global::format_of(&line.global);
    let result = Ctx::new(line.global, args::CATALOGUE, args::run).and_then(|mut ctx| {
        let code = (line.command.run)(&mut ctx, line.command, &line.matches)?;
        even_if_unread(ctx.out.finish())?;
        Ok(code)
    });
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) => error_view::report(&error, format),
    }
}
