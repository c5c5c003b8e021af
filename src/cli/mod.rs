//! The command line: arguments, prompts and output. It holds no rule of the workflow.

mod args;
mod commands;
mod config;
mod ctx;
mod deliveries;
mod delivery_settings;
mod error;
mod error_view;
mod form;
mod global;
mod hint;
#[cfg(feature = "hostile")]
pub(crate) mod hostile;
mod input;
mod offer;
mod outcome;
mod output;
mod progress;
mod prompt;
mod recovery;
mod reply;
mod step;
mod swallowed;
mod views;
mod write;

use std::ffi::OsString;
use std::process::ExitCode;

use args::Cli;
use ctx::Ctx;

/// Runs the program on the process's own arguments and streams.
pub fn main() -> ExitCode {
    let mut arguments: Vec<OsString> = std::env::args_os().collect();
    if arguments.iter().any(|word| word == recovery::FLAG) {
        match recovered(&arguments) {
            Ok(restored) => arguments = restored,
            Err(error) => return error_view::report(&error, global::Format::Table),
        }
    }
    let cli = match Cli::of(&arguments) {
        Ok(cli) => cli,
        Err(error) => return error_view::usage(&arguments, &error),
    };
    if cli.has_flag_for_value
        && let Some(message) = swallowed::flag(&arguments)
    {
        return error_view::report(&error::UsageError::new(message).into(), global::format_of(&cli.global));
    }
    let format = global::format_of(&cli.global);
    let result = Ctx::new(cli.global, arguments).and_then(|mut ctx| {
        let code = commands::run(&mut ctx, cli.command)?;
        error_view::even_if_unread(ctx.out.finish())?;
        Ok(code)
    });
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) => error_view::report(&error, format),
    }
}

/// The command line with what was typed before. A form that is edited as a whole is brought back by its own command.
fn recovered(arguments: &[OsString]) -> anyhow::Result<Vec<OsString>> {
    let database = ctx::Database::named(global::db_of(arguments).as_deref())?;
    match recovery::Place::of(arguments, commands::ASKING, &database.path)? {
        Some(place) => place.restored(arguments),
        None => Ok(arguments.to_vec()),
    }
}
