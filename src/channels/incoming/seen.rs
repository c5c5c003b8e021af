//! How much of a mail is parsed.

/// How many bytes are parsed of any mail.
const ALWAYS: usize = 128 * 1024;
/// How many bytes are gone through for all parts together: a mail can be made so that each part is looked for up to its end.
const WORK: usize = 1 << 30;
/// How many parts a longer mail may have.
const PARTS: usize = 2000;

/// Returns what is parsed of a mail: all of it, unless it is made so that reading it would take long. The time grows with
/// its length times its parts, the stack with each message within a message, and what an encoded message is made of cannot
/// be seen before.
pub(super) fn parsed(bytes: &[u8]) -> &[u8] {
    let limit = match count(bytes, b"content-type") {
        _ if bytes.len() <= ALWAYS => bytes.len(),
        PARTS.. => ALWAYS,
        _ if count(bytes, b"message/") > 0 || count(bytes, b"/digest") > 0 => ALWAYS,
        parts => (WORK / parts.max(1)).max(ALWAYS),
    };
    bytes.get(..limit).unwrap_or(bytes)
}

fn count(bytes: &[u8], word: &[u8]) -> usize {
    bytes.windows(word.len()).filter(|window| window.eq_ignore_ascii_case(word)).count()
}
