//! The terminal under the board: taken whole, and given back as it was, whatever ends the board.

use std::io::{Stdout, stdout};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::event::{DisableMouseCapture, EnableMouseCapture, Event, poll, read};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode, size,
};
use ratatui::{Frame, Terminal};

/// Whether the board has the terminal now.
static IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal while the board has it.
pub(in crate::cli) struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
}

impl Screen {
    /// Takes the terminal.
    pub(in crate::cli) fn take() -> std::io::Result<Self> {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back();
            before(panic);
        }));
        let terminal = Terminal::new(CrosstermBackend::new(stdout()))?;
        let mut screen = Self { terminal };
        screen.take_again()?;
        Ok(screen)
    }

    /// Takes the terminal again after it was given back, and draws everything anew.
    pub(in crate::cli) fn take_again(&mut self) -> std::io::Result<()> {
        IS_TAKEN.store(true, Ordering::SeqCst);
        enable_raw_mode()?;
        execute!(stdout(), EnterAlternateScreen, EnableMouseCapture)?;
        // Clearing it would ask the terminal where its cursor stands, which not every one answers.
        let size = self.terminal.size()?;
        self.terminal.resize(size.into())
    }

    /// Whether the board has the terminal now.
    pub(in crate::cli) fn is_taken() -> bool {
        IS_TAKEN.load(Ordering::SeqCst)
    }

    /// Returns how many columns it has, which may change at any time.
    pub(in crate::cli) fn width() -> Option<u16> {
        size().ok().map(|(columns, _)| columns)
    }

    /// Gives the terminal back for a while.
    pub(in crate::cli) fn give_back(&mut self) {
        give_back();
    }

    /// Gives the terminal back and stops, until the shell has the process go on.
    pub(in crate::cli) fn suspend(&mut self) -> std::io::Result<()> {
        give_back();
        #[cfg(unix)]
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
        self.take_again()
    }

    /// Draws the board.
    pub(in crate::cli) fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> std::io::Result<()> {
        self.terminal.draw(draw).map(drop)
    }

    /// Waits so long for something to happen.
    pub(in crate::cli) fn next(&mut self, patience: Duration) -> std::io::Result<Option<Event>> {
        // A signal that interrupts the waiting is seen by who asks.
        match poll(patience) {
            Ok(true) => read().map(Some),
            Ok(false) => Ok(None),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

/// Gives the terminal back as it was. Where that fails there is nothing left to try.
fn give_back() {
    IS_TAKEN.store(false, Ordering::SeqCst);
    let _ = execute!(stdout(), DisableMouseCapture, LeaveAlternateScreen, ratatui::crossterm::cursor::Show);
    let _ = disable_raw_mode();
}
