//! The command line: arguments, prompts and output. It holds no rule of the workflow.

mod args;
mod commands;
mod config;
mod ctx;
mod delivery;
mod error;
mod form;
mod global;
mod hint;
pub(crate) mod hostile;
mod input;
mod offer;
mod output;
mod post;
mod progress;
mod prompt;
mod recovery;
mod reply;
mod step;
mod swallowed;
mod told;
mod write;
mod written;

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
            Err(error) => return told::report(&error, global::Format::Table),
        }
    }
    let cli = match Cli::of(&arguments) {
        Ok(cli) => cli,
        Err(error) => return told::usage(&arguments, &error),
    };
    if cli.has_flag_for_value
        && let Some(message) = swallowed::flag(&arguments)
    {
        return told::report(&error::UsageError::new(message).into(), global::format_of(&cli.global));
    }
    let format = global::format_of(&cli.global);
    let result = Ctx::new(cli.global, arguments).and_then(|mut ctx| {
        let code = commands::run(&mut ctx, cli.command)?;
        told::even_if_unread(ctx.out.finish())?;
        Ok(code)
    });
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) => told::report(&error, format),
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
