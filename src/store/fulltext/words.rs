//! The words of a text, as they are searched and as the index splits it.
//!
//! Scripts without blanks are split into pairs of neighbouring characters, so that a word within a text is found. A version
//! is one word, without a leading `v` and without zeros at its end.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

/// How many bytes of a word the index keeps.
const LONGEST: usize = 32 * 1024;
/// What joins the numbers of a version to one word: the index takes it for a letter.
const JOINT: char = '\u{b7}';

/// The words of a text that is searched for: runs of letters and digits in small letters, pairs of characters, and versions.
pub fn words_of(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut take = |word: String| {
        if !words.contains(&word) {
            words.push(word);
        }
    };
    let mut from = 0;
    for version in versions(text) {
        runs(&text[from..version.range.start]).for_each(|run| run.wanted(&mut take));
        take(version.word);
        // Letters that stand on it are part of a word that the index has whole.
        let glued = text[version.range.end..].find(|c: char| !c.is_ascii_alphanumeric());
        from = glued.map_or(text.len(), |glued| version.range.end + glued);
    }
    runs(&text[from..]).for_each(|run| run.wanted(&mut take));
    words
}

/// The text as it is indexed, so that the index splits it into words by itself: it does so where there are no letters but
/// those of ASCII.
pub(in crate::store) fn normal(text: Cow<'_, str>) -> Cow<'_, str> {
    let mut versions = versions(&text).peekable();
    if text.is_ascii() && versions.peek().is_none() {
        drop(versions);
        return text;
    }
    let mut words: Vec<Cow<'_, str>> = Vec::new();
    for run in runs(&text) {
        run.indexed(&mut words);
    }
    words.extend(versions.map(|version| Cow::Owned(version.word)));
    Cow::Owned(words.join(" ").to_lowercase())
}

/// The words that the index has of a [`normal`] text in small letters.
pub(in crate::store) fn indexed(text: &str) -> BTreeSet<&[u8]> {
    let words = text.split(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word.as_bytes().get(..LONGEST).unwrap_or(word.as_bytes())).collect()
}

/// How words begin that are found beside a word itself: of a version those with more numbers. A single letter is found as
/// itself alone.
pub(in crate::store) fn beginning(word: &str) -> Option<String> {
    if word.contains(JOINT) {
        return Some(format!("{word}{JOINT}"));
    }
    let is_letter = word.len() == 1;
    (!is_letter).then(|| word.to_owned())
}

/// A word as people write it.
pub(in crate::store) fn written(word: &str) -> String {
    word.replace(JOINT, ".")
}

/// Whether a word can stand within another one: where nothing stands between words, or a version behind a `v`.
pub(in crate::store) fn is_found_within(word: &str) -> bool {
    word.contains(JOINT) || word.chars().all(is_unspaced)
}

/// Whether a script has no blanks between words: Chinese, Japanese, Korean, Thai and their neighbours.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{318f}' | '\u{31a0}'..='\u{31ff}' | '\u{3400}'..='\u{9fff}'
        | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}'
        | '\u{20000}'..='\u{3ffff}')
}

/// Letters and digits of one kind of script.
struct Run<'a> {
    text: &'a str,
    is_unspaced: bool,
}

fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.flat_map(|mut rest| {
        std::iter::from_fn(move || {
            let is_unspaced = self::is_unspaced(rest.chars().next()?);
            let end = rest.find(|c: char| self::is_unspaced(c) != is_unspaced).unwrap_or(rest.len());
            let (text, behind) = rest.split_at(end);
            rest = behind;
            Some(Run { text, is_unspaced })
        })
    })
}

impl<'a> Run<'a> {
    /// The words that are searched for: of several characters every pair.
    fn wanted(&self, take: &mut impl FnMut(String)) {
        let is_one = self.text.chars().nth(1).is_none();
        if !self.is_unspaced || is_one {
            return take(self.text.to_lowercase());
        }
        pairs(self.text).for_each(|pair| take(pair.to_lowercase()));
    }

    /// The words that are indexed: every pair, and the last character, so that each begins a word.
    fn indexed(&self, words: &mut Vec<Cow<'a, str>>) {
        if !self.is_unspaced {
            return words.push(self.text.into());
        }
        words.extend(pairs(self.text).map(Cow::Borrowed));
        words.extend(self.text.char_indices().next_back().map(|(at, _)| Cow::Borrowed(&self.text[at..])));
    }
}

/// Each character with the next one.
fn pairs(text: &str) -> impl Iterator<Item = &str> {
    let ends = text.char_indices().skip(2).map(|(at, _)| at).chain([text.len()]);
    let has_pair = text.chars().nth(1).is_some();
    text.char_indices().zip(ends).map(|((from, _), to)| &text[from..to]).take(if has_pair { usize::MAX } else { 0 })
}

/// A version within a text, and the word that stands for it.
struct Version {
    range: Range<usize>,
    word: String,
}

/// The numbers with dots between them, and those behind a `v`.
fn versions(text: &str) -> impl Iterator<Item = Version> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            if !bytes[at].is_ascii_digit() {
                at += 1;
                continue;
            }
            let digits = at;
            let mut numbers = Vec::new();
            loop {
                let from = at;
                while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                    at += 1;
                }
                numbers.push(&text[from..at]);
                let goes_on = bytes.get(at) == Some(&b'.') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
                if !goes_on {
                    break;
                }
                at += 1;
            }
            let before = |n: usize| digits.checked_sub(n).and_then(|at| bytes.get(at));
            let has_v = before(1).is_some_and(|v| v.eq_ignore_ascii_case(&b'v'))
                && !before(2).is_some_and(u8::is_ascii_alphanumeric);
            if numbers.len() > 1 || has_v {
                while numbers.len() > 2 && numbers.last().is_some_and(|last| last.bytes().all(|digit| digit == b'0')) {
                    numbers.pop();
                }
                let range = digits - usize::from(has_v)..at;
                return Some(Version { range, word: numbers.join(&JOINT.to_string()) });
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index_of(text: &str) -> Vec<String> {
        let lower = normal(text.into()).to_ascii_lowercase();
        indexed(&lower).into_iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect()
    }

    #[test]
    fn any_text_is_words() {
        assert_eq!(
            words_of("Rates are \"zero\" AND (NOT* fine): rates^2"),
            ["rates", "are", "zero", "and", "not", "fine", "2"]
        );
        assert_eq!(words_of("  ''--;\u{202e}\0 "), Vec::<String>::new());
        assert_eq!(words_of("Größe ÄRGER"), ["größe", "ärger"]);
    }

    #[test]
    fn every_pair_of_characters_is_a_word_where_nothing_stands_between_words() {
        assert_eq!(words_of("登録画面"), ["登録", "録画", "画面"]);
        assert_eq!(words_of("画"), ["画"]);
        assert_eq!(words_of("CSD画面5"), ["csd", "画面", "5"]);
        assert_eq!(index_of("真っ白 로그인x"), ["x", "っ白", "白", "真っ", "그인", "로그", "인"]);
    }

    #[test]
    fn a_version_is_one_word() {
        for text in ["v5.1.10", "5.1.10", "V5.1.10-rc1", "release5.1.10", "(5.1.10.0)", "5.1.10です"] {
            assert!(index_of(text).contains(&"5\u{b7}1\u{b7}10".to_owned()), "{text}: {:?}", index_of(text));
        }
        assert_eq!(words_of("v5.1.10 is out"), ["5\u{b7}1\u{b7}10", "is", "out"]);
        assert_eq!(words_of("v5"), ["5"]);
        assert_eq!(words_of("5.0 1.5GB"), ["5\u{b7}0", "1\u{b7}5"]);
        assert!(index_of("v5 x").contains(&"5".to_owned()));
        assert_eq!(words_of("CSD-12, 17."), ["csd", "12", "17"]);
    }

    #[test]
    fn a_version_begins_those_with_more_numbers_alone() {
        assert_eq!(beginning("5\u{b7}1").as_deref(), Some("5\u{b7}1\u{b7}"));
        assert_eq!(beginning("rate").as_deref(), Some("rate"));
        assert_eq!(beginning("画").as_deref(), Some("画"));
        assert_eq!(beginning("5"), None);
    }
}
