//! Random bytes that make the hash of a text say nothing of it.

use sha2::{Digest, Sha256};

use crate::store::error::StoreError;

/// The bytes of a nonce.
pub(in crate::store) type Nonce = [u8; 16];

/// Bytes that nobody can guess, for text after text: the system is asked for many at once.
#[derive(Debug, Default)]
pub(in crate::store) struct Nonces {
    waiting: Vec<Nonce>,
    asked: usize,
    /// What they are derived from instead, so that the same texts get the same ones again.
    seed: Option<Nonce>,
}

impl Nonces {
    /// How many are asked for at first: as many as most events have texts.
    const FIRST: usize = 8;
    /// How many are asked for at most at once.
    const MOST: usize = 64;

    /// Nonces that are derived from one that nobody can guess, and from the names of the texts.
    pub(in crate::store) fn derived_from(seed: Nonce) -> Self {
        Self { seed: Some(seed), ..Self::default() }
    }

    /// Returns the nonce of the text with this name.
    pub(in crate::store) fn next(&mut self, name: &str) -> Result<Nonce, StoreError> {
        if let Some(seed) = self.seed {
            let digest: [u8; 32] = Sha256::new().chain_update(seed).chain_update(name).finalize().into();
            return Ok(digest.first_chunk().copied().unwrap_or_default());
        }
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
