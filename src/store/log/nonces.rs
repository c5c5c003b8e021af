//! Random bytes that make the hash of a text say nothing of it.

use crate::store::error::StoreError;

/// Bytes that nobody can guess, for text after text: the system is asked for many at once.
#[derive(Debug, Default)]
pub(in crate::store) struct Nonces {
    waiting: Vec<[u8; 16]>,
    asked: usize,
}

impl Nonces {
    /// How many are asked for at first: as many as most events have texts.
    const FIRST: usize = 8;
    /// How many are asked for at most at once.
    const MOST: usize = 64;

    pub(in crate::store) fn next(&mut self) -> Result<[u8; 16], StoreError> {
        if let Some(nonce) = self.waiting.pop() {
            return Ok(nonce);
        }
        self.asked = (self.asked * 4).clamp(Self::FIRST, Self::MOST);
        let mut bytes = [[0; 16]; Self::MOST];
        let filled = bytes.split_at_mut(self.asked).0;
        getrandom::fill(filled.as_flattened_mut()).map_err(|error| StoreError::File {
            path: "the system's random numbers".into(),
            error: std::io::Error::other(error.to_string()),
        })?;
        self.waiting.extend_from_slice(filled);
        Ok(self.waiting.pop().unwrap_or_default())
    }
}
