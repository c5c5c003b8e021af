//! `cus db check|verify|rebuild|backup|restore`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, Interrupted, UsageError};
use crate::cli::hint;
use crate::cli::output::counted;
use crate::cli::views::answer::AnswerView;
use crate::cli::views::outbox::held_words;
use crate::store::{Restored, Store, UNVERIFIED};

/// Check, verify, rebuild, copy or restore the database
#[derive(Debug, Args)]
pub(in crate::cli) struct DbArgs {
    #[command(subcommand)]
    command: DbCmd,
}

#[derive(Debug, Subcommand)]
enum DbCmd {
    /// Check that the file is sound
    Check,
    /// Verify that the tables are what the events say, and that no event was changed
    Verify(VerifyArgs),
    /// Make the tables anew from the events, and keep a copy of what was there
    Rebuild,
    /// Write a complete copy, while others may write
    Backup(BackupArgs),
    /// Put a copy in the place of the database, and keep what was there
    Restore(RestoreArgs),
}

#[derive(Debug, Args)]
struct VerifyArgs {
    /// A head of the chain that was noted before: it must still be on the chain
    #[arg(long, value_name = "HEAD")]
    expect: Option<String>,
}

#[derive(Debug, Args)]
struct BackupArgs {
    /// The copy; nothing must be there yet
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Debug, Args)]
struct RestoreArgs {
    /// The copy
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Do not ask (without it, asked for on a terminal)
    #[arg(long)]
    yes: bool,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &DbArgs) -> anyhow::Result<u8> {
    match &arguments.command {
        DbCmd::Check => {
            ctx.store_to_read()?.check()?;
            print(ctx, json!({ "sound": true }), ["the file is sound".to_owned()])
        }
        DbCmd::Verify(arguments) => {
            // A script whose variable is empty must not hear that all is well.
            if arguments.expect.as_ref().is_some_and(|head| head.trim().is_empty()) {
                return Err(
                    UsageError::with_fix("no head is expected: --expect is empty", hint::command("db verify")).into()
                );
            }
            let store = ctx.store_to_read()?;
            let verified = store.verify()?;
            if let Some(head) = &arguments.expect {
                store.expect(head)?;
            }
            let object = json!({
                "verified": true,
                "events": verified.events,
                "tickets": verified.tickets,
                "head": verified.head,
                "unverified": UNVERIFIED,
            });
            let mut lines = vec![
                format!("verified: {} events, {} tickets", verified.events, verified.tickets),
                format!("head of the chain: {}", verified.head),
            ];
            if !store.outbox(None)?.is_empty() {
                lines.push(format!("not verified, since it is recorded nowhere else: {}", UNVERIFIED.join(", ")));
            }
            print(ctx, object, lines)
        }
        DbCmd::Rebuild => {
            let (tickets, kept) = Store::open(ctx.path())?.rebuild(chrono::Utc::now())?;
            let kept = kept.display().to_string();
            let lines = [
                format!("rebuilt {}", counted(usize::try_from(tickets).unwrap_or(usize::MAX), "ticket")),
                format!("what was there is kept as {kept}"),
            ];
            print(ctx, json!({ "rebuilt": tickets, "kept": kept }), lines)
        }
        DbCmd::Backup(arguments) => {
            ctx.store_to_read()?.backup(&arguments.file)?;
            let path = arguments.file.display().to_string();
            print(ctx, json!({ "backup": path }), [format!("copied to {path}")])
        }
        DbCmd::Restore(arguments) => restore(ctx, arguments),
    }
}

fn restore(ctx: &mut Ctx, arguments: &RestoreArgs) -> anyhow::Result<u8> {
    let database = ctx.path().to_owned();
    if database.exists() && !arguments.yes {
        agree(ctx, &database)?;
    }
    let Restored { verified, kept, held } = Store::restore(&arguments.file, &database, chrono::Utc::now())?;
    let kept = kept.map(|kept| kept.display().to_string());
    let object =
        json!({ "restored": database, "events": verified.events, "head": verified.head, "kept": kept, "held": held });
    let mut lines = vec![format!("restored {}: {} events", database.display(), verified.events)];
    lines.extend(kept.map(|kept| format!("what was there is kept as {kept}")));
    lines.extend((held > 0).then(|| held_words(held)));
    print(ctx, object, lines)
}

fn agree(ctx: &Ctx, database: &Path) -> anyhow::Result<()> {
    if !ctx.is_interactive() {
        let message = format!("{} would be replaced", database.display());
        return Err(UsageError::with_fix(message, "--yes").into());
    }
    match ctx.prompter().yes_no(&format!("Replace {}?", database.display()), false) {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => Err(Interrupted.into()),
    }
}

fn print(ctx: &mut Ctx, object: Value, lines: impl IntoIterator<Item = String>) -> anyhow::Result<u8> {
    ctx.print(&AnswerView::new(lines, object))?;
    Ok(DONE)
}
