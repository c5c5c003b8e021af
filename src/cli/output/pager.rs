//! Where standard output goes: straight out, or through `$PAGER` where it is a terminal and the text is long.

use std::io::{BufWriter, Stdout, Write};
use std::process::{Child, Command, Stdio};

use crate::cli::global::env;

/// What is shown where `$PAGER` says nothing: it ends by itself where the text fits, and passes colours on.
const DEFAULT: &str = "less -FRX";

/// The way of the text.
pub(super) enum Way {
    /// Straight out.
    Straight(BufWriter<Stdout>),
    /// Kept until there are more lines than the terminal has.
    Kept { text: Vec<u8>, height: usize },
    /// To a pager.
    Paged(Child),
    /// Nowhere: the pager was left.
    Left,
}

impl Way {
    /// Lets the text go through a pager if it is longer than this.
    pub(super) fn page(&mut self, height: usize) {
        if matches!(self, Self::Straight(_)) && pager().is_some() {
            *self = Self::Kept { text: Vec::new(), height };
        }
    }

    /// Ends the text, and waits until the pager is left.
    pub(super) fn finish(&mut self) -> std::io::Result<()> {
        match std::mem::replace(self, Self::Straight(BufWriter::new(std::io::stdout()))) {
            Self::Kept { text, .. } => {
                self.write_all(&text)?;
                self.flush()
            }
            Self::Paged(mut pager) => {
                drop(pager.stdin.take());
                pager.wait().map(|_| ())
            }
            Self::Straight(mut straight) => straight.flush(),
            Self::Left => Ok(()),
        }
    }

    fn start(&mut self, text: &[u8]) -> std::io::Result<()> {
        match pager().and_then(|mut pager| pager.spawn().ok()) {
            Some(child) => *self = Self::Paged(child),
            // A pager that is not there does not keep the text back.
            None => *self = Self::Straight(BufWriter::new(std::io::stdout())),
        }
        self.write_all(text)
    }
}

impl Write for Way {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Straight(straight) => straight.write(bytes),
            Self::Left => Ok(bytes.len()),
            Self::Kept { text, height } => {
                text.extend_from_slice(bytes);
                if text.iter().filter(|byte| **byte == b'\n').count() >= *height {
                    let text = std::mem::take(text);
                    self.start(&text)?;
                }
                Ok(bytes.len())
            }
            Self::Paged(pager) => match pager.stdin.as_mut().map(|stdin| stdin.write(bytes)) {
                Some(Err(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
                    pager.wait()?;
                    *self = Self::Left;
                    Ok(bytes.len())
                }
                Some(result) => result,
                None => Ok(bytes.len()),
            },
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::Straight(straight) => straight.flush(),
            Self::Kept { .. } | Self::Paged(_) | Self::Left => Ok(()),
        }
    }
}

/// The pager that the environment names; `cat`, or nothing, is none.
fn pager() -> Option<Command> {
    let named = std::env::var("PAGER").unwrap_or_else(|_| DEFAULT.to_owned());
    let words = shlex::split(&named)?;
    let (program, arguments) = words.split_first()?;
    if program == "cat" || env("TERM").is_some_and(|term| term == "dumb") {
        return None;
    }
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped());
    if env("LESS").is_none() {
        command.env("LESS", "FRX");
    }
    Some(command)
}
