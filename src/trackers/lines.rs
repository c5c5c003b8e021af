//! On which line of a file each record begins.

use std::collections::VecDeque;
use std::io::{self, Read};

/// Passes bytes on and remembers on which lines they stood.
///
/// The CSV reader's own count stands one line short after each record that ends in CR LF, and before blank lines.
#[derive(Debug)]
pub(super) struct Lines<R> {
    bytes: R,
    offset: u64,
    line: u64,
    ended: bool,
    filled: VecDeque<Filled>,
}

/// A line that is not empty.
#[derive(Debug)]
struct Filled {
    line: u64,
    /// The offset of its last byte.
    last: u64,
    quotes: u64,
}

impl<R> Lines<R> {
    /// Bytes that begin on that line of their file.
    pub(super) fn new(bytes: R, line: u64) -> Self {
        Self { bytes, offset: 0, line, ended: false, filled: VecDeque::new() }
    }

    /// The line of the first text at this offset or after it; the lines before it are forgotten.
    pub(super) fn at(&mut self, offset: u64) -> u64 {
        while self.filled.front().is_some_and(|filled| filled.last < offset) {
            self.filled.pop_front();
        }
        self.filled.front().map_or(self.line, |filled| filled.line)
    }

    /// Whether the file ended inside a quoted cell that the lines since the last [`at`](Self::at) opened: the cell then
    /// holds whatever followed, were it a hundred issues.
    pub(super) fn ended_in_quotes(&self) -> bool {
        let quotes: u64 = self.filled.iter().map(|filled| filled.quotes).sum();
        self.ended && self.filled.len() > 1 && !quotes.is_multiple_of(2)
    }

    fn pass(&mut self, byte: u8) {
        match byte {
            b'\n' => self.line += 1,
            b'\r' => {}
            _ => {
                let quotes = u64::from(byte == b'"');
                match self.filled.back_mut().filter(|filled| filled.line == self.line) {
                    Some(filled) => {
                        filled.last = self.offset;
                        filled.quotes += quotes;
                    }
                    None => self.filled.push_back(Filled { line: self.line, last: self.offset, quotes }),
                }
            }
        }
        self.offset += 1;
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let length = self.bytes.read(to)?;
        self.ended = length == 0;
        to[..length].iter().for_each(|byte| self.pass(*byte));
        Ok(length)
    }
}
