//! Wrapping words to a width. Keys and versions are words: nothing is broken at a hyphen.

use std::borrow::Cow;

use textwrap::{Options, WordSplitter};

/// The text in lines of at most this width, broken between words; one line where it is empty.
pub(in crate::cli) fn wrapped(text: &str, width: usize) -> Vec<Cow<'_, str>> {
    textwrap::wrap(text, options(width))
}

/// The text in lines of at most this width, every line but the first further in.
pub(in crate::cli) fn hanging(text: &str, width: usize, indent: &str) -> String {
    textwrap::fill(text, options(width).subsequent_indent(indent))
}

fn options<'a>(width: usize) -> Options<'a> {
    Options::new(width.max(8)).word_splitter(WordSplitter::NoHyphenation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_wrap_and_keys_stay_whole() {
        assert_eq!(wrapped("nothing is owed on CSD-4821 now", 24), ["nothing is owed on", "CSD-4821 now"]);
        assert_eq!(hanging("nothing is owed on CSD-4821 now", 24, "    "), "nothing is owed on\n    CSD-4821 now");
        assert_eq!(wrapped("", 24), [""]);
    }
}
