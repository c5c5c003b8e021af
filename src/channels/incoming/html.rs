//! What a person wrote in a mail of HTML, as text: without what is quoted, and without what is not shown.

use quick_xml::escape::{resolve_html5_entity, unescape_with};

/// Elements that end a line.
const BLOCKS: &str = "\
    address article blockquote dd div dl dt footer h1 h2 h3 h4 h5 h6 header hr li ol p pre section \
    table tr ul";
/// Elements without an end.
const VOID: &str = "area base br col embed hr img input link meta param source track wbr";
/// Elements that hold no text.
const UNSEEN: &[&str] = &["head", "script", "style", "template", "title", "noscript", "svg", "object"];
/// The names under which mail programs mark what they quote; Outlook's stand before a quote that goes to the end.
const QUOTES: &[&str] =
    &["gmail_quote", "gmail_quote_container", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote"];
const QUOTES_TO_THE_END: &[&str] = &[
    "divrplyfwdmsg",
    "appendonsend",
    "mail-editor-reference-message-container",
    "ms-outlook-mobile-reference-message",
    "olk_src_body_section",
    "zmail_extra",
    "isforwardcontent",
];

/// The most bytes between the `&` and the `;` of an entity.
const ENTITY: usize = 32;

/// Returns the text, and whether something quoted was left out.
pub(super) fn text_of(html: &str) -> (String, bool) {
    read(html, true)
}

/// Returns the text with what is quoted.
pub(super) fn whole_text_of(html: &str) -> String {
    read(html, false).0
}

fn read(html: &str, leaves_out_quotes: bool) -> (String, bool) {
    let mut text = Text::default();
    let mut left_out = false;
    // The element that is being left out, and how many of its name are open.
    let mut skipped: Option<(String, usize)> = None;
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        let (words, behind) = rest.split_at(open);
        if skipped.is_none() {
            text.push(words);
        }
        let Some(tag) = Tag::at(behind) else {
            // A sign that opens no tag is text.
            if skipped.is_none() {
                text.push("<");
            }
            rest = &behind[1..];
            continue;
        };
        rest = &behind[tag.length..];
        match &mut skipped {
            Some((name, depth)) if *name == tag.name => {
                *depth = if tag.closes { *depth - 1 } else { *depth + 1 };
                if *depth == 0 {
                    skipped = None;
                }
            }
            Some(_) => {}
            None if tag.closes || tag.is_empty() => text.push_break_of(&tag),
            None => match tag.left_out() {
                LeftOut::Rest if leaves_out_quotes => return (text.tidy(), true),
                LeftOut::Quote if leaves_out_quotes => {
                    left_out = true;
                    text.push_break_of(&tag);
                    skipped = Some((tag.name, 1));
                }
                LeftOut::Unseen => skipped = Some((tag.name, 1)),
                LeftOut::Nothing | LeftOut::Quote | LeftOut::Rest => text.push_break_of(&tag),
            },
        }
    }
    if skipped.is_none() {
        text.push(rest);
    }
    (text.tidy(), left_out)
}

/// Text as a browser shows it: blanks are one blank, and lines end where tags end them.
#[derive(Default)]
struct Text {
    shown: String,
    has_gap: bool,
}

impl Text {
    fn push(&mut self, html: &str) {
        let mut rest = html;
        while let Some(at) = rest.find('&') {
            let (words, behind) = rest.split_at(at);
            self.push_words(words);
            let end = behind.bytes().take(ENTITY).position(|byte| byte == b';').map_or(1, |end| end + 1);
            let (entity, behind) = behind.split_at(end);
            match unescape_with(entity, resolve_html5_entity) {
                Ok(character) => self.push_word(&character),
                // A sign that begins no entity is text.
                Err(_) => self.push_words(entity),
            }
            rest = behind;
        }
        self.push_words(rest);
    }

    fn push_words(&mut self, words: &str) {
        for (n, word) in words.split(|c: char| c.is_ascii_whitespace()).enumerate() {
            self.has_gap |= n > 0;
            self.push_word(word);
        }
    }

    fn push_word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        if self.has_gap && !self.is_at_start_of_line() {
            self.shown.push(' ');
        }
        self.has_gap = false;
        self.shown.push_str(word);
    }

    fn push_break_of(&mut self, tag: &Tag<'_>) {
        match tag.name.as_str() {
            "td" | "th" if tag.closes => self.has_gap = true,
            "br" => self.end_line(),
            name if BLOCKS.split(' ').any(|block| block == name) && !self.is_at_start_of_line() => self.end_line(),
            _ => {}
        }
    }

    fn end_line(&mut self) {
        self.shown.push('\n');
        self.has_gap = false;
    }

    fn is_at_start_of_line(&self) -> bool {
        self.shown.is_empty() || self.shown.ends_with('\n')
    }

    /// The text with one empty line at most between two others.
    fn tidy(&self) -> String {
        let mut tidy = String::with_capacity(self.shown.len());
        let mut is_blank = true;
        for line in self.shown.lines().map(str::trim) {
            if !(line.is_empty() && is_blank) {
                tidy.push_str(line);
                tidy.push('\n');
            }
            is_blank = line.is_empty();
        }
        tidy.truncate(tidy.trim_end().len());
        tidy
    }
}

enum LeftOut {
    Nothing,
    Unseen,
    Quote,
    Rest,
}

/// A tag, or a comment.
struct Tag<'a> {
    /// In small letters; empty for a comment or a declaration.
    name: String,
    closes: bool,
    attributes: &'a str,
    length: usize,
}

impl<'a> Tag<'a> {
    /// The tag that begins here; `None` where none does.
    fn at(text: &'a str) -> Option<Self> {
        if let Some(comment) = text.strip_prefix("<!--") {
            let length = comment.find("-->").map_or(text.len(), |end| 4 + end + 3);
            return Some(Self { name: String::new(), closes: true, attributes: "", length });
        }
        let closes = text.starts_with("</");
        let inner = text.get(if closes { 2 } else { 1 }..)?;
        if !inner.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '?') {
            return None;
        }
        let end = end_of(inner)?;
        let name: String = inner.chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
        let attributes = inner.get(name.len()..end)?;
        let length = text.len() - inner.len() + end + 1;
        Some(Self { name: name.to_ascii_lowercase(), closes, attributes, length })
    }

    fn is_empty(&self) -> bool {
        self.name.is_empty() || VOID.split(' ').any(|name| name == self.name) || self.attributes.ends_with('/')
    }

    /// What of the element is left out.
    fn left_out(&self) -> LeftOut {
        let small = self.attributes.to_ascii_lowercase();
        let named: Vec<&str> = small.split(|c: char| c.is_whitespace() || "\"'=".contains(c)).collect();
        let is_named = |names: &[&str]| named.iter().any(|name| names.iter().any(|other| name.ends_with(other)));
        let style: String = small.chars().filter(|c| !c.is_whitespace()).collect();
        if UNSEEN.contains(&self.name.as_str())
            || ["display:none", "visibility:hidden", "mso-hide:all"].iter().any(|hidden| style.contains(hidden))
            || named.contains(&"hidden")
        {
            return LeftOut::Unseen;
        }
        if is_named(QUOTES_TO_THE_END) {
            return LeftOut::Rest;
        }
        match self.name == "blockquote" || is_named(QUOTES) {
            true => LeftOut::Quote,
            false => LeftOut::Nothing,
        }
    }
}

/// Where the tag ends: at the first `>` outside quotation marks, or at any where the marks are not closed.
fn end_of(inner: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in inner.bytes().enumerate() {
        match (byte, quote) {
            (b'>', None) => return Some(at),
            (b'"' | b'\'', None) => quote = Some(byte),
            (_, Some(open)) if byte == open => quote = None,
            // A tag is short: what is not closed by then is a quotation mark too many.
            _ if at > 4096 => break,
            _ => {}
        }
    }
    inner.find('>')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_kept_and_what_is_quoted_is_not() {
        for (html, text) in [
            ("<div>It is <b>not</b> solved.</div><div>Please reopen.</div>", "It is not solved.\nPlease reopen."),
            ("<p>Yes &amp; no: 1 < 2</p><br><br><br>end", "Yes & no: 1 < 2\n\nend"),
            ("<html><head><title>x</title><style>p{}</style></head><body>Hello</body></html>", "Hello"),
            ("Hello<span style=\"DISPLAY : none\">secret<span>x</span></span>!<!-- <p>no</p> -->", "Hello!"),
            ("caf&eacute; &#8364;5&nbsp;&#x41; &bogus; a&b &amp", "café €5\u{a0}A &bogus; a&b &amp"),
            ("<p>one\r\n  line</p>\n<p>  and <i>an</i>other</p>", "one line\nand another"),
            ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ] {
            assert_eq!(text_of(html), (text.to_owned(), false), "{html}");
        }
        for html in [
            "<div>Thanks</div><div class=\"gmail_quote\"><div class=gmail_attr>On Fri, Support wrote:<br></div>\
             <blockquote>We are <blockquote>x</blockquote> preparing</blockquote></div>",
            "Thanks<blockquote type=\"cite\">We are preparing</blockquote>",
            "<div>Thanks</div><div id=\"divRplyFwdMsg\"><b>From:</b> Support</div><div>We are preparing</div>",
            "<p>Thanks</p><div id='appendonsend'></div><hr><div>From: Support</div>",
            "Thanks<div class=\"x_gmail_quote\">We<div>are</div></div>",
        ] {
            assert_eq!(text_of(html), ("Thanks".to_owned(), true), "{html}");
        }
    }

    #[test]
    fn the_whole_text_has_its_quotes() {
        let html = "<div>Thanks</div><blockquote>We are preparing</blockquote><style>p{}</style>";
        assert_eq!(whole_text_of(html), "Thanks\nWe are preparing");
    }

    #[test]
    fn an_answer_below_or_within_a_quote_is_kept() {
        let html = "<blockquote>Does it work?</blockquote><div>Yes</div><blockquote>Twice?</blockquote>No";
        assert_eq!(text_of(html), ("Yes\nNo".to_owned(), true));
    }

    #[test]
    fn what_is_no_html_is_text() {
        for (html, text) in
            [("a < b > c", "a < b > c"), ("x <", "x <"), ("", ""), ("<p title='a>b\">hello</p>", "b\">hello")]
        {
            assert_eq!(text_of(html).0, text, "{html}");
        }
    }
}
