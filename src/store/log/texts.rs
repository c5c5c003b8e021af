//! The free texts of an event as they are stored. Each is hashed by itself, with a nonce of its own, so that one can be
//! removed for good while all the others, and what was there, go on being proved.
//!
//! | column | what it holds |
//! | --- | --- |
//! | `texts` | a JSON object: each text by its name, in the order of the names' bytes |
//! | `nonces` | a JSON object: 16 random bytes in hexadecimal digits for each text, in the same order |
//! | `hashes` | 32 bytes for each text in the same order, and for each that was removed: SHA-256 of its nonce and its UTF-8 |
//! | `hash` | SHA-256 of that list: for each text the length of its name as eight bytes (big-endian), the name, and its hash |
//!
//! The chain covers `hash` alone. An event without texts has NULL in all four. A redaction takes a text and its nonce
//! away, and names it in an event of its own; the hash stays. Without the nonce, a short text cannot be guessed from that.
//!
//! In PostgreSQL a text's hash is `sha256(nonce || convert_to(text, 'UTF8'))`, and the list's is
//! `sha256(string_agg(int8send(octet_length(name)) || convert_to(name, 'UTF8') || hash, '' ORDER BY name COLLATE "C"))`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::{Deserializer, MapAccess, Visitor};
use sha2::{Digest, Sha256};

use crate::store::error::{StoreError, damaged};
use crate::store::hex::{bytes_of, digits_of};
use crate::store::log::chain::Hash;
use crate::store::log::nonces::Nonces;
use crate::workflow::payload::NamedText;

/// Texts with their names.
pub(in crate::store) type NamedTexts<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// The columns of an event's texts.
#[derive(Debug)]
pub(in crate::store) struct Sealed {
    pub(in crate::store) texts: String,
    pub(in crate::store) nonces: String,
    pub(in crate::store) hashes: Vec<u8>,
    pub(in crate::store) hash: Hash,
}

/// The texts that an event has as stored.
#[derive(Debug, Default, Clone, Copy)]
pub(in crate::store) struct StoredTexts<'a> {
    pub(in crate::store) texts: Option<&'a str>,
    pub(in crate::store) nonces: Option<&'a str>,
    pub(in crate::store) hashes: Option<&'a [u8]>,
    pub(in crate::store) hash: Option<&'a [u8]>,
}

/// Seals texts to be stored, and puts them in order; `None` where there are none.
pub(in crate::store) fn seal(texts: &mut [NamedText<'_>], random: &mut Nonces) -> Result<Option<Sealed>, StoreError> {
    if texts.is_empty() {
        return Ok(None);
    }
    texts.sort_unstable_by(|(one, _), (other, _)| one.as_bytes().cmp(other.as_bytes()));
    let length: usize = texts.iter().map(|(name, text)| name.len() + text.len() + 8).sum();
    let (mut json, mut nonces) = (Vec::with_capacity(length + 2), Vec::with_capacity(48 * texts.len()));
    let mut hashes = Vec::with_capacity(32 * texts.len());
    let mut list = Sha256::new();
    for (name, text) in texts.iter() {
        let nonce = random.next(name)?;
        let hash = hash_of(&nonce, text);
        add_to_list(&mut list, name.as_bytes(), &hash);
        hashes.extend_from_slice(&hash);
        for (object, value) in [(&mut json, *text), (&mut nonces, &digits_of(&nonce))] {
            object.push(if object.is_empty() { b'{' } else { b',' });
            serde_json::to_writer(&mut *object, name).map_err(damaged)?;
            object.push(b':');
            serde_json::to_writer(object, value).map_err(damaged)?;
        }
    }
    let closed = |mut object: Vec<u8>| {
        object.push(b'}');
        String::from_utf8(object).map_err(damaged)
    };
    Ok(Some(Sealed { texts: closed(json)?, nonces: closed(nonces)?, hashes, hash: list.finalize().into() }))
}

/// The texts of a stored object, each with its name, in their order.
pub(in crate::store) fn entries(json: &str) -> Result<NamedTexts<'_>, StoreError> {
    struct Entries;

    impl<'de> Visitor<'de> for Entries {
        type Value = NamedTexts<'de>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object of texts")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut all = Vec::new();
            while let Some((name, text)) = map.next_entry::<BorrowedText<'de>, BorrowedText<'de>>()? {
                all.push((name.0, text.0));
            }
            Ok(all)
        }
    }

    let mut deserializer = serde_json::Deserializer::from_str(json);
    let all = deserializer.deserialize_map(Entries).map_err(damaged)?;
    deserializer.end().map_err(damaged)?;
    Ok(all)
}

/// A text that is only copied where JSON writes it otherwise than it is.
#[derive(Debug, serde::Deserialize)]
struct BorrowedText<'a>(#[serde(borrow)] Cow<'a, str>);

impl StoredTexts<'_> {
    /// Whether these are the texts that were recorded, but for those of the names `removed`, which must be gone.
    pub(in crate::store) fn are_as_recorded<'n>(
        &self,
        removed: impl IntoIterator<Item = &'n str>,
    ) -> Result<bool, StoreError> {
        let texts = self.texts.map(entries).transpose()?.unwrap_or_default();
        let nonces = self.nonces.map(entries).transpose()?.unwrap_or_default();
        let are_ordered = texts.is_sorted_by(|(one, _), (other, _)| one.as_bytes() < other.as_bytes());
        if !are_ordered || !texts.iter().map(|(name, _)| name).eq(nonces.iter().map(|(name, _)| name)) {
            return Ok(false);
        }
        // What is there, and what was removed, in one order. A removed text that is there again counts as changed.
        let mut all: BTreeMap<&[u8], Option<(&str, &str)>> = BTreeMap::new();
        for ((name, text), (_, nonce)) in texts.iter().zip(&nonces) {
            all.insert(name.as_bytes(), Some((text, nonce)));
        }
        for name in removed {
            if all.insert(name.as_bytes(), None).is_some_and(|old| old.is_some()) {
                return Ok(false);
            }
        }
        let (hashes, rest) = self.hashes.unwrap_or_default().as_chunks::<32>();
        if hashes.len() != all.len() || !rest.is_empty() {
            return Ok(false);
        }
        let mut list = Sha256::new();
        for ((name, text), hash) in all.iter().zip(hashes) {
            if let Some((text, nonce)) = text
                && bytes_of(nonce).is_none_or(|nonce| hash_of(&nonce, text) != *hash)
            {
                return Ok(false);
            }
            add_to_list(&mut list, name, hash);
        }
        let found: Option<Hash> = (!all.is_empty()).then(|| list.finalize().into());
        Ok(found.as_ref().map(<[u8; 32]>::as_slice) == self.hash)
    }
}

/// The hash of a text with its nonce.
pub(in crate::store) fn hash_of(nonce: &[u8], text: &str) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(nonce);
    hasher.update(text.as_bytes());
    hasher.finalize().into()
}

fn add_to_list(list: &mut Sha256, name: &[u8], hash: &Hash) {
    list.update((name.len() as u64).to_be_bytes());
    list.update(name);
    list.update(hash);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three texts as they are stored, reckoned by another program.
    const TEXTS: &str = r#"{"customer":"Acmé","rest.Größe":"x\u0000y","summary":"a \"b\"\n"}"#;
    const NONCES: &str = r#"{"customer":"01010101010101010101010101010101","rest.Größe":"02020202020202020202020202020202","summary":"03030303030303030303030303030303"}"#;
    const HASHES: [&str; 3] = [
        "6e1e239bc300d6557663a78bd484b506b8768b932f6d11056d8a9045732f8267",
        "1b6af5c86b46b6d0b7ccae32286f1a1cfe7512e25aeadb6fc46ee0a763bb972a",
        "b8e041862b89280fd86c512d9db9ae30762051ba1b733790323cd3a6e3ad6d2f",
    ];
    const HASH: &str = "7cd8c690f14ebf883e00f35bf764698e56da6c5b1648eef4c00d7866d0c55b71";

    #[track_caller]
    fn are_as_recorded(texts: &str, nonces: &str, hashes: &[&str], hash: &str, removed: &[&str]) -> bool {
        let (hashes, hash) = (bytes_of(&hashes.concat()).unwrap(), bytes_of(hash).unwrap());
        let stored = StoredTexts { texts: Some(texts), nonces: Some(nonces), hashes: Some(&hashes), hash: Some(&hash) };
        stored.are_as_recorded(removed.iter().copied()).unwrap()
    }

    /// The object without the entry of a name.
    fn without(json: &str, name: &str) -> String {
        let mut object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).unwrap();
        object.remove(name).unwrap();
        serde_json::Value::Object(object).to_string()
    }

    #[test]
    fn texts_are_proved_by_their_hashes() {
        assert!(are_as_recorded(TEXTS, NONCES, &HASHES, HASH, &[]));
        let [first, second, third] = HASHES;
        for (texts, nonces, hashes, hash) in [
            (TEXTS.replace("Acm", "Acn"), NONCES.to_owned(), &[first, second, third][..], HASH),
            (TEXTS.replace("summary", "steps"), NONCES.replace("summary", "steps"), &[first, second, third], HASH),
            (TEXTS.to_owned(), NONCES.replace("0303", "0304"), &[first, second, third], HASH),
            (TEXTS.to_owned(), NONCES.to_owned(), &[first, third, second], HASH),
            (TEXTS.to_owned(), NONCES.to_owned(), &[first, second], HASH),
            (TEXTS.to_owned(), NONCES.to_owned(), &[first, second, third, third], HASH),
            (TEXTS.to_owned(), NONCES.to_owned(), &[first, second, third], first),
            (without(TEXTS, "summary"), without(NONCES, "summary"), &[first, second, third], HASH),
            (without(TEXTS, "summary"), NONCES.to_owned(), &[first, second, third], HASH),
        ] {
            assert!(!are_as_recorded(&texts, &nonces, hashes, hash, &[]), "{texts} {nonces}");
        }
        let repeated = (TEXTS.replace('{', r#"{"customer":"b","#), NONCES.replace('{', r#"{"customer":"01","#));
        assert!(!are_as_recorded(&repeated.0, &repeated.1, &HASHES, HASH, &[]));
        assert!(StoredTexts::default().are_as_recorded([]).unwrap());
        assert!(!StoredTexts { hash: Some(&[0; 32]), ..StoredTexts::default() }.are_as_recorded([]).unwrap());
    }

    #[test]
    fn what_a_redaction_leaves_is_still_proved_and_nothing_stands_in_its_place() {
        let (texts, nonces) = (without(TEXTS, "rest.Größe"), without(NONCES, "rest.Größe"));
        assert!(are_as_recorded(&texts, &nonces, &HASHES, HASH, &["rest.Größe"]));
        assert!(!are_as_recorded(&texts, &nonces, &HASHES, HASH, &["rest.Größe", "steps"]));
        assert!(!are_as_recorded(&texts, &nonces, &HASHES, HASH, &["rest.Höhe"]));
        assert!(!are_as_recorded(TEXTS, NONCES, &HASHES, HASH, &["rest.Größe"]), "it was put back");
        let other = TEXTS.replace(r"x\u0000y", "another");
        assert!(!are_as_recorded(&other, NONCES, &HASHES, HASH, &["rest.Größe"]), "it was replaced");
        let all = ["summary", "customer", "rest.Größe"];
        assert!(are_as_recorded("{}", "{}", &HASHES, HASH, &all));
    }

    #[test]
    fn what_is_sealed_is_as_recorded_and_in_order() {
        let mut texts: Vec<NamedText<'_>> =
            vec![("summary".into(), "a \"b\"\n"), ("rest.Größe".into(), "x\0y"), ("customer".into(), "Acmé")];
        let sealed = seal(&mut texts, &mut Nonces::default()).unwrap().unwrap();
        assert_eq!(sealed.texts, TEXTS);
        let stored = StoredTexts {
            texts: Some(&sealed.texts),
            nonces: Some(&sealed.nonces),
            hashes: Some(&sealed.hashes),
            hash: Some(&sealed.hash),
        };
        assert!(stored.are_as_recorded([]).unwrap());
        assert!(seal(&mut [], &mut Nonces::default()).unwrap().is_none());
        let again = seal(&mut texts, &mut Nonces::default()).unwrap().unwrap();
        assert_ne!((again.nonces, again.hashes, again.hash), (sealed.nonces, sealed.hashes, sealed.hash));
    }
}
