//! The words of a text, as they are searched and as the index splits it.

use std::borrow::Cow;
use std::collections::BTreeSet;

/// How many bytes of a word the index keeps.
const LONGEST: usize = 32 * 1024;

/// The words of a text: runs of letters and digits, in small letters.
pub fn words_of(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let word = word.to_lowercase();
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// The text as it is indexed, so that the index splits it where [`words_of`] does: it does so by itself where there are
/// no letters but those of ASCII.
pub(in crate::store) fn normal(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.is_ascii() {
        return text;
    }
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    Cow::Owned(words.join(" ").to_lowercase())
}

/// The words that the index has of a [`normal`] text in small letters.
pub(in crate::store) fn indexed(text: &str) -> BTreeSet<&[u8]> {
    let words = text.split(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word.as_bytes().get(..LONGEST).unwrap_or(word.as_bytes())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_words() {
        assert_eq!(
            words_of("Rates are \"zero\" AND (NOT* fine): rates^2"),
            ["rates", "are", "zero", "and", "not", "fine", "2"]
        );
        assert_eq!(words_of("  ''--;\u{202e}\0 "), Vec::<String>::new());
        assert_eq!(words_of("Größe ÄRGER 見積"), ["größe", "ärger", "見積"]);
    }
}
