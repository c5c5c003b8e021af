//! `cus board`: the full-screen board. It reads by itself, and writes by the ordinary commands alone.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use clap::Args;
use ratatui::crossterm::event::{Event, KeyEventKind};

use super::work;
use crate::cli::board::{Board, Duties, Screen, Wish, draw};
use crate::cli::ctx::Ctx;
use crate::cli::error::{DONE, INTERRUPTED, Interrupted, UsageError};
use crate::cli::hint;
use crate::cli::output::plain_text;
use crate::cli::views::show::Looked;
use crate::cli::views::stages::is_on_a_board;
use crate::store::{ListQuery, ListRow, OwedQuery, OwedRow, StoreError};
use crate::workflow::key::Key;

/// How often is looked whether the database changed.
const AGAIN: Duration = Duration::from_millis(250);
/// How long after a signal the board has ended by itself.
const AT_LAST: Duration = Duration::from_secs(2);
/// After how many looks the due times are counted anew.
const A_MINUTE: u32 = 240;

/// Look at everything on a full screen, and do the next steps
#[derive(Debug, Args)]
pub(in crate::cli) struct BoardArgs {
    /// What every role owes
    #[arg(long)]
    all: bool,
    /// Only what is assigned to the actor
    #[arg(long)]
    mine: bool,
    /// Only the tickets of this customer
    #[arg(long, short, value_name = "NAME", allow_hyphen_values = true)]
    customer: Option<String>,
    /// Only what this person has
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    assignee: Option<String>,
    /// Only what this version fixes
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    fix_version: Option<String>,
}

pub(in crate::cli) fn run(ctx: &mut Ctx, arguments: &BoardArgs) -> anyhow::Result<u8> {
    if !ctx.is_interactive() || !ctx.out.is_terminal() {
        return Err(UsageError::with_fix("the board needs a terminal", hint::command("next")).into());
    }
    // The first handler serves: a signal ends the board, and its terminal is given back.
    let is_stopped = Arc::new(AtomicBool::new(false));
    let stop = Arc::clone(&is_stopped);
    let _ = ctrlc::set_handler(move || {
        stop.store(true, Ordering::SeqCst);
        // Where the terminal is gone, waiting for its keys never ends.
        std::thread::sleep(AT_LAST);
        if Screen::is_taken() {
            std::process::exit(INTERRUPTED.into());
        }
    });
    let duties_of = if arguments.all { Duties::All } else { Duties::Own };
    let mut board = Board::new(duties_of, arguments.mine, ctx.now());
    let mut stamp = changed(ctx.path());
    load(ctx, arguments, &mut board)?;
    let mut screen = Screen::take()?;
    let mut quiet = 0;
    while !is_stopped.load(Ordering::SeqCst) {
        let command = board.next_step().map(work::command);
        let colour = ctx.out.colour.is_on();
        screen.draw(|frame| draw(frame, &mut board, command.as_deref(), colour))?;
        let wish = match wait(&mut screen, &mut board)? {
            Some(wish) => wish,
            None => {
                quiet += 1;
                let now = changed(ctx.path());
                if now == stamp && quiet < A_MINUTE {
                    continue;
                }
                (stamp, quiet) = (now, 0);
                Wish::Load
            }
        };
        match wish {
            Wish::Nothing => {}
            Wish::Load => load(ctx, arguments, &mut board)?,
            Wish::Open(key) => open(ctx, &mut board, &key)?,
            Wish::Suspend => screen.suspend()?,
            Wish::Quit => return Ok(DONE),
            Wish::Step(duty) => {
                screen.give_back();
                step(ctx, &duty)?;
                screen.take_again()?;
                load(ctx, arguments, &mut board)?;
            }
        }
    }
    Err(Interrupted.into())
}

/// Waits for a key or the mouse; `None` where nothing happened for a while.
fn wait(screen: &mut Screen, board: &mut Board) -> std::io::Result<Option<Wish>> {
    Ok(screen.next(AGAIN)?.map(|event| match event {
        Event::Key(key) if key.kind == KeyEventKind::Press => board.on_key(key),
        Event::Mouse(mouse) => board.on_mouse(mouse),
        Event::Resize(..) => Wish::Load,
        Event::Key(_) | Event::Paste(_) | Event::FocusGained | Event::FocusLost => Wish::Nothing,
    }))
}

/// When the database was changed last, and how large it is: it and what is written beside it meanwhile.
fn changed(database: &Path) -> [Option<(SystemTime, u64)>; 2] {
    let mut beside = database.as_os_str().to_owned();
    beside.push("-wal");
    [database, Path::new(&beside)].map(|path| {
        let metadata = std::fs::metadata(path).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    })
}

fn load(ctx: &mut Ctx, arguments: &BoardArgs, board: &mut Board) -> anyhow::Result<()> {
    ctx.refresh_clock();
    let store = ctx.store_to_read()?;
    let now = ctx.now();
    let assignee = if board.mine { Some(ctx.actor()?.name) } else { arguments.assignee.clone() };
    let query = ListQuery {
        customer: arguments.customer.clone(),
        fix_version: arguments.fix_version.clone(),
        assignees: assignee.clone().into_iter().collect(),
        ..ListQuery::default()
    };
    let mut rows: Vec<ListRow> = Vec::new();
    let mut asked: Vec<Key> = Vec::new();
    store.list(&query, now, |row| -> Result<(), StoreError> {
        asked.push(row.id.clone());
        if is_on_a_board(&row) {
            rows.push(row);
        }
        Ok(())
    })?;
    let (owed, _) = store.owed(&OwedQuery::default(), now)?;
    let roles = match board.duties_of {
        Duties::Own => ctx.roles()?,
        Duties::All => Vec::new(),
        Duties::Of(role) => vec![role],
    };
    let (mut inbox, _): (Vec<OwedRow>, _) = store.owed(&OwedQuery { roles, assignee, ..OwedQuery::default() }, now)?;
    if arguments.customer.is_some() || arguments.fix_version.is_some() {
        inbox.retain(|duty| asked.contains(&duty.ticket));
    }
    drop(store);
    board.load(owed, inbox, rows, now);
    if let Some(key) = board.shown().cloned() {
        open(ctx, board, &key)?;
    }
    Ok(())
}

/// Shows the page of a ticket. One that is gone by that key is no longer shown.
fn open(ctx: &Ctx, board: &mut Board, key: &Key) -> anyhow::Result<()> {
    let looked = Looked { store: ctx.store_to_read()?, as_of: None };
    let width = Screen::width().unwrap_or(ctx.out.width);
    let page = plain_text(&looked.at(key, ctx.now())?, usize::from(width))?;
    board.show(key.clone(), page.lines().map(str::to_owned).collect());
    Ok(())
}

/// Does a step on the ordinary screen, where its command stands, until the person has read what came of it.
fn step(ctx: &mut Ctx, duty: &OwedRow) -> anyhow::Result<()> {
    let command = ctx.out.colour.command(&work::command(duty));
    ctx.out.line(&command)?;
    ctx.out.flush()?;
    work::take(ctx, duty)?;
    ctx.out.line("\nEnter leads back to the board.")?;
    ctx.out.flush()?;
    std::io::stdin().read_line(&mut String::new())?;
    Ok(())
}
