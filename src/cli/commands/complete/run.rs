//! Answering a shell.

use std::ffi::OsString;

use clap::Args;

use super::candidates::candidates;
use super::line::Line;
use crate::cli::commands::completions::Shell;
use crate::cli::ctx::Ctx;
use crate::cli::error::DONE;
use crate::cli::input::word;
use crate::cli::output::visible;

/// What a line says where the shell is to offer its files. No candidate is empty.
const FILES: &str = "\tfiles";

#[derive(Debug, Args)]
pub(in crate::cli) struct CompleteArgs {
    /// The words after `cus`; the last is being typed
    #[arg(value_name = "WORD", trailing_var_arg = true, allow_hyphen_values = true)]
    word: Vec<OsString>,
    /// The whole line instead, as it stands before the cursor
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, conflicts_with = "word")]
    line: Option<OsString>,
    /// The shell that reads the line
    #[arg(long, value_name = "SHELL", value_parser = word::<Shell>(), default_value = "bash")]
    shell: Shell,
    /// The characters at which bash breaks words for completion
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, default_value = "")]
    breaks: String,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &CompleteArgs) -> anyhow::Result<u8> {
    let line = arguments.line.as_ref().map(|line| Line::read(&line.to_string_lossy(), arguments.shell));
    let words: Vec<String> = match &line {
        Some(line) => line.words.clone(),
        None => arguments.word.iter().map(|word| word.to_string_lossy().into_owned()).collect(),
    };
    let (typed, before) = words.split_last().map_or(("", &[][..]), |(last, before)| (last.as_str(), before));
    let offered = candidates(ctx, before, typed);
    if offered.wants_files {
        ctx.out.line(FILES)?;
    }
    for (value, about) in offered.values {
        // A name that a terminal would obey is not put on anybody's command line.
        if visible(&value) != value || !value.to_lowercase().starts_with(&typed.to_lowercase()) {
            continue;
        }
        let inserted = match &line {
            Some(line) if arguments.shell == Shell::Bash => line.insertion(&value, &arguments.breaks),
            Some(_) | None => Some(value),
        };
        if let Some(inserted) = inserted {
            let about = visible(&about).split_whitespace().collect::<Vec<_>>().join(" ");
            ctx.out.line(&format!("{inserted}\t{about}"))?;
        }
    }
    Ok(DONE)
}
