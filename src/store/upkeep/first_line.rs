//! A line of an export of `cus` 0.1.0, and the chain that proves it.

use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::store::error::{StoreError, damaged, forged};
use crate::store::hex::bytes_of;
use crate::store::log::chain::Hash;
use crate::store::log::nonces::Nonce;
use crate::store::log::texts::hash_of;

/// The line of an event: its row, with the payload as it was stored.
#[derive(Debug, Deserialize)]
pub(in crate::store) struct FirstLine<'a> {
    pub(in crate::store) event: i64,
    pub(in crate::store) stream: String,
    pub(in crate::store) seq: i64,
    pub(in crate::store) r#type: String,
    version: i64,
    pub(in crate::store) at: i64,
    pub(in crate::store) actor: String,
    pub(in crate::store) role: Option<String>,
    pub(in crate::store) origin: String,
    pub(in crate::store) command: i64,
    pub(in crate::store) stage_before: Option<String>,
    pub(in crate::store) stage_after: Option<String>,
    #[serde(borrow)]
    pub(in crate::store) due: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(in crate::store) data: &'a RawValue,
    #[serde(borrow)]
    pub(in crate::store) texts: Option<&'a RawValue>,
    nonce: Option<String>,
    hash: Option<String>,
    chain: String,
    pub(in crate::store) redacted_by: Option<i64>,
}

impl FirstLine<'_> {
    /// Returns the nonce of all its texts.
    pub(in crate::store) fn nonce(&self) -> Result<Option<Nonce>, StoreError> {
        let Some(digits) = &self.nonce else { return Ok(None) };
        let nonce = bytes_of(digits).and_then(|bytes| Nonce::try_from(bytes).ok());
        nonce.map(Some).ok_or_else(|| damaged("its nonce is no row of 32 hexadecimal digits"))
    }

    /// Returns the hash of its texts as they are; `None` where it has none.
    pub(in crate::store) fn hash_of_texts(&self) -> Result<Option<Hash>, StoreError> {
        Ok(self.nonce()?.zip(self.texts).map(|(nonce, texts)| hash_of(&nonce, texts.get())))
    }

    /// Returns the head of the chain after it, where `before` was the old one.
    ///
    /// # Errors
    /// Where the chain or the hash of the texts is another. A redaction replaced texts: their hash is that of what it
    /// left, and is not looked at here.
    pub(in crate::store) fn verified(&self, before: &Hash) -> Result<Hash, StoreError> {
        let hash = self.hash.as_deref().map(|digits| bytes_of(digits).ok_or_else(|| damaged("its hash is no number")));
        let hash = hash.transpose()?;
        if self.redacted_by.is_none() && self.hash_of_texts()?.as_ref().map(<[u8; 32]>::as_slice) != hash.as_deref() {
            return Err(forged(format!("the texts of event {} were changed", self.event)));
        }
        let mut hasher = Sha256::new();
        hasher.update(before);
        for number in [self.event, self.seq, self.version, self.at, self.command] {
            hasher.update(number.to_be_bytes());
        }
        let texts = [
            Some(self.stream.as_str()),
            Some(self.r#type.as_str()),
            Some(self.actor.as_str()),
            self.role.as_deref(),
            Some(self.origin.as_str()),
            self.stage_before.as_deref(),
            self.stage_after.as_deref(),
            self.due.map(RawValue::get),
            Some(self.data.get()),
        ];
        for part in texts.map(|text| text.map(str::as_bytes)).into_iter().chain([hash.as_deref()]) {
            hasher.update(part.map_or(-1, |part| part.len() as i64).to_be_bytes());
            hasher.update(part.unwrap_or_default());
        }
        let chain: Hash = hasher.finalize().into();
        if bytes_of(&self.chain).is_some_and(|found| found == chain) {
            Ok(chain)
        } else {
            Err(forged(format!("event {} was changed, or one before it is missing", self.event)))
        }
    }
}
