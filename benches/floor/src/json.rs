//! The JSON of an event.

use std::borrow::Cow;

/// A step, as a line of a file has it.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Line<'a> {
    pub(crate) op: &'a str,
    #[serde(borrow)]
    pub(crate) title: Cow<'a, str>,
    pub(crate) customer: &'a str,
    pub(crate) stage: &'a str,
    pub(crate) severity: i64,
    #[serde(borrow)]
    pub(crate) text: Cow<'a, str>,
}

/// Writes the body of an event in place of what `out` holds.
pub(crate) fn body(kind: &str, customer: &str, severity: i64, text: &str, out: &mut String) {
    out.clear();
    out.push_str("{\"v\":1,\"op\":\"");
    out.push_str(kind);
    out.push_str("\",\"actor\":\"agent-017\",\"channel\":\"email\",\"customer\":\"");
    out.push_str(customer);
    out.push_str("\",\"severity\":");
    out.push_str(&severity.to_string());
    out.push_str(",\"text\":\"");
    escape(text, out);
    out.push_str("\"}");
}

/// Appends a text as it stands between quotes.
pub(crate) fn escape(text: &str, out: &mut String) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(&text[from..at]);
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            other => out.push_str(&format!("\\u{other:04x}")),
        }
        from = at + 1;
    }
    out.push_str(&text[from..]);
}
