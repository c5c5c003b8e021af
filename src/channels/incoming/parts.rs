//! The texts of a mail, in the order in which they are shown.

use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::{Message, MessagePart, MimeHeaders, PartType};

use super::{html, quotes};

/// How much of a mail's text is kept: far more than anybody writes by hand.
pub(super) const TEXT: usize = 64 * 1024;

/// What stands in the parts that are shown.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// What the writer wrote, with a mark for each picture.
    pub(super) own: String,
    /// The same with what is quoted.
    pub(super) whole: String,
    /// Whether something quoted is left out.
    pub(super) is_quote_left_out: bool,
    /// What could not be read.
    pub(super) unreadable: Vec<String>,
}

/// Reads every text that is shown, also those behind pictures.
pub(super) fn written(mail: &Message<'_>) -> Written {
    let mut written = Written::default();
    let mut whole = texts(mail, &mail.text_body, &mut written);
    if whole.trim().is_empty() {
        whole = texts(mail, &mail.html_body, &mut written);
    }
    if whole.chars().count() > TEXT {
        whole = whole.chars().take(TEXT).collect();
        written.unreadable.push(format!("the text behind its first {TEXT} characters"));
    }
    if whole.trim().is_empty() {
        let kind = mail.content_type().map(|kind| match kind.subtype() {
            Some(subtype) => format!("{}/{subtype}", kind.ctype()),
            None => kind.ctype().to_owned(),
        });
        let kind = kind.filter(|kind| kind != "text/plain").map(|kind| format!(" ({kind})")).unwrap_or_default();
        written.unreadable.push(format!("it has no text that can be read{kind}"));
    }
    let (own, is_cut) = quotes::own(&whole);
    written.own = own;
    written.is_quote_left_out |= is_cut;
    written.whole = whole.trim().to_owned();
    written
}

fn texts(mail: &Message<'_>, ids: &[u32], written: &mut Written) -> String {
    let mut texts = Vec::new();
    for part in ids.iter().filter_map(|id| mail.part(*id)) {
        let text = match &part.body {
            PartType::Text(text) => text.replace("\r\n", "\n").replace('\r', "\n"),
            PartType::Html(html) => {
                let (text, is_cut) = html::text_of(html);
                written.is_quote_left_out |= is_cut;
                text
            }
            PartType::InlineBinary(_) => format!("[{}]", picture(part)),
            PartType::Binary(_) | PartType::Message(_) | PartType::Multipart(_) => continue,
        };
        written.unreadable.extend(unreadable(part, &text));
        texts.push(text.trim_end().to_owned());
    }
    texts.join("\n")
}

/// Such as `image/png: screenshot.png`.
fn picture(part: &MessagePart<'_>) -> String {
    let kind = part.content_type().map(|kind| kind.ctype().to_owned()).unwrap_or_else(|| "file".to_owned());
    match part.attachment_name() {
        Some(name) => format!("{kind}: {}", name.split_whitespace().collect::<Vec<_>>().join(" ")),
        None => kind,
    }
}

/// What of a text cannot be read, if anything.
fn unreadable(part: &MessagePart<'_>, text: &str) -> Option<String> {
    let charset = part.content_type().and_then(|kind| kind.attribute("charset"));
    let is_unknown = charset.is_some_and(|charset| charset_decoder(charset.as_bytes()).is_none());
    let is_plain = |c: char| c.is_ascii() && (!c.is_control() || c.is_whitespace());
    if text.contains(char::REPLACEMENT_CHARACTER) || (is_unknown && !text.chars().all(is_plain)) {
        let charset = charset.map(|charset| format!(" `{charset}`")).unwrap_or_default();
        return Some(format!("text in the charset{charset}"));
    }
    part.is_encoding_problem.then(|| "text that is not encoded as it says".to_owned())
}
