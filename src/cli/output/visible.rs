//! Text from people, made safe for a terminal.

use std::borrow::Cow;
use std::fmt::Write;

/// The text with what a terminal would obey, or what would turn its order around, shown visibly instead.
/// Line breaks stay.
pub(in crate::cli) fn visible(text: &str) -> Cow<'_, str> {
    if is_plain(text) || !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if c == '\r' && characters.peek() == Some(&'\n') {
            continue;
        }
        if is_hidden(c) {
            // Writing to a string does not fail.
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// The same for a name in a line: a line break in it would pass for the next line.
pub(in crate::cli) fn visible_in_line(text: &str) -> Cow<'_, str> {
    let shown = visible(text);
    if shown.contains(['\n', '\t']) {
        return Cow::Owned(shown.replace('\n', "\\u{a}").replace('\t', "\\u{9}"));
    }
    shown
}

/// The first line of a text.
pub(in crate::cli) fn one_line(text: &str) -> String {
    visible_in_line(text.lines().next().unwrap_or_default()).into_owned()
}

/// JSON with what a terminal would obey written as JSON's own escapes, which say the same.
pub(super) fn escaped(json: &str) -> Cow<'_, str> {
    if !json.contains(is_hidden) {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len());
    for c in json.chars() {
        if is_hidden(c) {
            // Writing to a string does not fail, and none of these is beyond four digits.
            let _ = write!(shown, "\\u{:04x}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Whether it is one line of ASCII, which most texts are: each byte a column, and none that a terminal obeys.
pub(super) fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..0x7f).contains(&byte))
}

fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_in_its_line() {
        assert_eq!(visible_in_line("Acme\nCSD-9\tclosed\u{1b}"), "Acme\\u{a}CSD-9\\u{9}closed\\u{1b}");
        assert_eq!(visible_in_line("Acme Ltd"), "Acme Ltd");
    }

    #[test]
    fn escaped_json_says_the_same() {
        let value = serde_json::json!({ "a": "x\u{9b}31m\u{202e}y\u{7f}\u{1b}\n日" });
        let shown = escaped(&value.to_string()).into_owned();
        assert!(!shown.contains(is_hidden), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        assert_eq!(visible("a\u{1b}[31mb\u{202e}c\u{9b}d\r\ne\rf"), "a\\u{1b}[31mb\\u{202e}c\\u{9b}d\ne\\u{d}f");
        assert_eq!(visible("plain\ntext — ä 日本"), "plain\ntext — ä 日本");
    }
}
