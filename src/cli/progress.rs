//! How far a long command has come, on a terminal: rate and time left, on standard error.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::stderr;

/// A bar that is drawn only where somebody sees it.
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar for so many bytes of input, counted in lines or rows of it.
    pub(super) fn new(bytes: u64, is_wanted: bool) -> Self {
        let bar = ProgressBar::new(bytes);
        if !is_wanted || stderr::is_quiet() || !std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
            return Self { bar };
        }
        let template = "{msg} {wide_bar} {percent:>3}% — {bytes_per_sec}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar }
    }

    /// So many bytes are read, and so many things are done.
    pub(super) fn at(&self, bytes: u64, done: usize, what: &str) {
        if self.bar.is_hidden() {
            return;
        }
        self.bar.set_position(bytes);
        if done.is_multiple_of(64) {
            let rate = done as u64 * 1000 / u64::try_from(self.bar.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
            self.bar.set_message(format!("{done} {what}, {rate}/s"));
        }
    }

    /// Leaves nothing on the terminal.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
