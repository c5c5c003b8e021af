//! Running a program until its deadline.

use std::io::{Read, Result, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::deadline::Deadline;
use super::process_group;

/// How often a program is looked at.
const PAUSE: Duration = Duration::from_millis(5);
/// How long what a program printed is waited for once it ended: something that it started may hold its output open.
const GRACE: Duration = Duration::from_millis(500);
/// How much of what a program prints is kept.
const KEPT: usize = 4096;

/// How a program ended.
pub(super) struct Ended {
    /// Its exit status, or `None` where its time was over.
    pub(super) status: Option<ExitStatus>,
    /// The beginning of its standard output.
    pub(super) output: String,
    /// The beginning of its standard error, where that was not the terminal.
    pub(super) errors: String,
}

/// Runs a program with this on its standard input, and ends it, with all that it started, when its time is over.
pub(super) fn run(command: &mut Command, input: &[u8], deadline: Deadline) -> Result<Ended> {
    let mut child = process_group::lead(command).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let terminal = process_group::lend_terminal(&child);
    let output = Beginning::of(child.stdout.take());
    let errors = Beginning::of(child.stderr.take());
    if let Some(mut stdin) = child.stdin.take() {
        let input = input.to_owned();
        // A program that does not read to the end says by its exit status what that means.
        std::thread::spawn(move || stdin.write_all(&input).ok());
    }
    let status = wait(&mut child, deadline);
    drop(terminal);
    let status = status?;
    if let Some(status) = status {
        process_group::pass_interrupt_on(status);
    }
    Ok(Ended { status, output: output.text(), errors: errors.text() })
}

/// Says how a program ended that did not succeed.
pub(super) fn how_it_ended(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exited with {code}"),
        None => "was ended by a signal".to_owned(),
    }
}

/// The exit status, or `None` where the time is over and the program was ended.
fn wait(child: &mut Child, deadline: Deadline) -> Result<Option<ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if deadline.is_over() {
            process_group::end(child)?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(PAUSE.min(deadline.left()));
    }
}

/// The beginning of what a program prints. The rest is read and forgotten, so that the program need not wait for a
/// reader.
struct Beginning {
    kept: Arc<Mutex<Vec<u8>>>,
    ended: Receiver<()>,
}

impl Beginning {
    fn of(source: Option<impl Read + Send + 'static>) -> Self {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let (end, ended) = channel::<()>();
        if let Some(mut source) = source {
            let kept = Arc::clone(&kept);
            std::thread::spawn(move || {
                let _open_until_the_end = end;
                let mut piece = [0; KEPT];
                while let Ok(read @ 1..) = source.read(&mut piece) {
                    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                    let room = KEPT.saturating_sub(kept.len()).min(read);
                    kept.extend_from_slice(&piece[..room]);
                }
            });
        }
        Self { kept, ended }
    }

    /// What was printed, once the program has ended.
    fn text(&self) -> String {
        // It ends by being closed; if it is held open, what is there must do.
        let _ = self.ended.recv_timeout(GRACE);
        String::from_utf8_lossy(&self.kept.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}
