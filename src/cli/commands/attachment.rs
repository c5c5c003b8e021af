//! `cus attachment list|save`.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde_json::json;

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, UsageError};
use crate::cli::input::ticket_key;
use crate::cli::output::{Column, Json, Keys, Page, Rows, Table, View, local, rfc3339, visible, visible_in_line};
use crate::store::{Store, StoreError};
use crate::workflow::Attachment;
use crate::workflow::key::Key;
use crate::workflow::scope::Scope;
use crate::workflow::tickets::Ticket;

/// List or save attached files
#[derive(Debug, Args)]
pub(in crate::cli) struct AttachmentArgs {
    #[command(subcommand)]
    command: AttachmentCmd,
}

#[derive(Debug, Subcommand)]
enum AttachmentCmd {
    /// List the files of a ticket
    List(ListArgs),
    /// Save a file of a ticket
    Save(SaveArgs),
}

#[derive(Debug, Args)]
struct ListArgs {
    /// The ticket
    #[arg(value_name = "KEY", value_parser = ticket_key)]
    key: Key,
}

#[derive(Debug, Args)]
struct SaveArgs {
    /// The ticket
    #[arg(value_name = "KEY", value_parser = ticket_key)]
    key: Key,
    /// The file's name, as `attachment list` shows it
    #[arg(value_name = "NAME")]
    name: String,
    /// Where to; `-` is standard output, and without it the file's name in the working directory
    #[arg(long, value_name = "PATH")]
    to: Option<PathBuf>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &AttachmentArgs) -> anyhow::Result<u8> {
    match &arguments.command {
        AttachmentCmd::List(arguments) => list(ctx, arguments),
        AttachmentCmd::Save(arguments) => save(ctx, arguments),
    }
}

fn list(ctx: &mut Ctx, arguments: &ListArgs) -> anyhow::Result<u8> {
    let files = attachments(&ctx.store_to_read()?, &arguments.key)?;
    ctx.print(&FilesView { files })?;
    Ok(DONE)
}

/// Saves a file under a name of its own that nothing has yet; the file is complete when it gets its name.
fn save(ctx: &mut Ctx, arguments: &SaveArgs) -> anyhow::Result<u8> {
    let store = ctx.store_to_read()?;
    if arguments.to.as_deref() == Some(Path::new("-")) {
        store.read_attachment(&arguments.key, &arguments.name, &mut ctx.out)?;
        return Ok(DONE);
    }
    let path = match &arguments.to {
        Some(path) if path.is_dir() => path.join(plain_name(&arguments.name)?),
        Some(path) => path.clone(),
        None => plain_name(&arguments.name)?.into(),
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = || format!("cannot write {}", path.display());
    let mut file = tempfile::Builder::new().prefix(".cus-").tempfile_in(folder).with_context(failed)?;
    store.read_attachment(&arguments.key, &arguments.name, &mut file)?;
    file.flush().with_context(failed)?;
    file.persist_noclobber(&path).map_err(|error| error.error).with_context(failed)?;
    ctx.print(&SavedView { path })?;
    Ok(DONE)
}

/// The name without anything that leads elsewhere.
fn plain_name(name: &str) -> anyhow::Result<String> {
    let is_plain = !name.contains(['/', '\\', '\0']) && !matches!(name, "" | "." | "..");
    if is_plain {
        return Ok(name.to_owned());
    }
    Err(UsageError::with_fix(format!("`{name}` is no name for a file here"), "--to PATH").into())
}

fn attachments(store: &Store, key: &Key) -> Result<Vec<Attachment>, StoreError> {
    let tickets = store.tickets(&Scope::of([key.clone()]))?;
    Ok(tickets.ticket(key).map(Ticket::attachments).unwrap_or_default().to_vec())
}

/// The files of a ticket.
struct FilesView {
    files: Vec<Attachment>,
}

impl View for FilesView {
    fn text(&self, page: &mut Page<'_>) -> anyhow::Result<()> {
        if self.files.is_empty() {
            return page.line("No files.");
        }
        let columns =
            [Column::words("NAME"), Column::numbers("BYTES"), Column::numbers("ATTACHED"), Column::spare("BY")];
        let mut table = Table::new(&columns);
        for file in &self.files {
            table.row([
                visible_in_line(&file.name).into(),
                file.size.to_string().into(),
                local(file.at).into(),
                visible_in_line(&file.by).into(),
            ]);
        }
        page.table(&mut table)
    }

    fn json(&self, json: &mut Json<'_>) -> anyhow::Result<()> {
        json.list(|items| {
            self.files.iter().try_for_each(|file| {
                let at = rfc3339(file.at);
                items.add(&json!({
                    "name": file.name, "size": file.size, "sha256": file.sha256, "at": at, "by": file.by,
                }))
            })
        })
    }

    fn rows(&self, rows: &mut Rows<'_>) -> anyhow::Result<()> {
        rows.header(&["name", "size", "sha256", "at"])?;
        let row = |file: &Attachment| [file.name.clone(), file.size.to_string(), file.sha256.clone(), rfc3339(file.at)];
        self.files.iter().try_for_each(|file| rows.row(row(file)))
    }

    fn keys(&self, keys: &mut Keys<'_>) -> anyhow::Result<()> {
        self.files.iter().try_for_each(|file| keys.key(&file.name))
    }
}

/// Where a file was saved.
struct SavedView {
    path: PathBuf,
}

impl SavedView {
    fn sentence(&self) -> String {
        format!("saved {}\n", visible(&self.path.to_string_lossy()))
    }
}

impl View for SavedView {
    fn text(&self, page: &mut Page<'_>) -> anyhow::Result<()> {
        page.text(&self.sentence())
    }

    fn json(&self, json: &mut Json<'_>) -> anyhow::Result<()> {
        json.document(&json!({ "saved": self.path }))
    }

    fn rows(&self, rows: &mut Rows<'_>) -> anyhow::Result<()> {
        rows.text(&self.sentence())
    }

    fn keys(&self, keys: &mut Keys<'_>) -> anyhow::Result<()> {
        keys.text(&self.sentence())
    }
}
