//! `cus man`: manual pages, one for each command.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Command};

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, UsageError};
use crate::cli::hint;

/// Print manual pages
#[derive(Debug, Args)]
pub(in crate::cli) struct ManArgs {
    /// The command; without it, cus itself
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
    /// Write every page into this folder instead
    #[arg(long, value_name = "FOLDER", conflicts_with = "command")]
    to: Option<PathBuf>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &ManArgs) -> anyhow::Result<u8> {
    let mut root = (ctx.catalogue.tree)().disable_help_flag(true);
    root.build();
    if let Some(folder) = &arguments.to {
        for (name, page) in pages(&root)? {
            let path = folder.join(format!("{name}.1"));
            std::fs::write(&path, page).with_context(|| format!("cannot write {}", path.display()))?;
        }
        return Ok(DONE);
    }
    let name = arguments.command.as_ref().map_or_else(|| "cus".to_owned(), |command| format!("cus-{command}"));
    let page = pages(&root)?.into_iter().find(|(other, _)| *other == name);
    let Some((_, page)) = page else {
        let command = arguments.command.as_deref().unwrap_or_default();
        return Err(UsageError::with_fix(format!("there is no command `{command}`"), hint::help(None)).into());
    };
    ctx.out.write_all(&page)?;
    Ok(DONE)
}

/// The page of each command, by its name.
fn pages(root: &Command) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut pages = vec![("cus".to_owned(), page(root.clone(), "cus")?)];
    for command in root.get_subcommands().filter(|command| !command.is_hide_set()) {
        let name = format!("cus-{}", command.get_name());
        let page = page(command.clone(), &name)?;
        pages.push((name, page));
    }
    Ok(pages)
}

fn page(command: Command, title: &str) -> anyhow::Result<Vec<u8>> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command).title(title).render(&mut page)?;
    Ok(page)
}
