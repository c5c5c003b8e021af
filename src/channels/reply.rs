//! Reading a customer's reply (RFC 5322).

use mail_parser::{HeaderValue, Message, MessageParser};

/// How much of a mail is read: what somebody wrote stands at its beginning, before the files. A mail can be made so that
/// the time of reading it grows with the square of its length, and the stack with each message within a message.
const MAIL: usize = 128 * 1024;
/// How much of a reply's text is kept: far more than anybody writes by hand.
const TEXT: usize = 64 * 1024;

/// What a customer wrote, as data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The address from which it came; empty where it names none.
    pub from: String,
    /// The subject.
    pub subject: String,
    /// The message ids of what it answers, the nearest last.
    pub answers: Vec<String>,
    /// The text, without what it quotes.
    pub text: String,
    /// Whether a machine wrote it, such as a note of absence.
    pub is_automatic: bool,
}

/// The bytes are no mail.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is no mail: it has neither sender nor subject nor message id")]
pub struct NotAMail;

impl Reply {
    /// Reads a mail, or the beginning of one that is long.
    ///
    /// # Errors
    /// Where it has neither sender nor subject nor message id.
    pub fn read(bytes: &[u8]) -> Result<Self, NotAMail> {
        let bytes = bytes.get(..MAIL).unwrap_or(bytes);
        let mail = MessageParser::default().parse(bytes).ok_or(NotAMail)?;
        if mail.from().is_none() && mail.subject().is_none() && mail.message_id().is_none() {
            return Err(NotAMail);
        }
        let from = mail.from().and_then(|from| from.first()).and_then(|from| from.address());
        let mut answers = ids(mail.references());
        answers.extend(ids(mail.in_reply_to()));
        let text: String = mail.body_text(0).unwrap_or_default().chars().take(TEXT).collect();
        Ok(Self {
            from: from.unwrap_or_default().to_owned(),
            subject: mail.subject().unwrap_or_default().to_owned(),
            answers,
            text: without_quotes(&text),
            is_automatic: is_automatic(&mail),
        })
    }
}

/// All that can be read in a mail once it is decoded, its quotes too; nothing where it is none.
pub fn words_of_mail(bytes: &[u8]) -> String {
    let bytes = bytes.get(..MAIL).unwrap_or(bytes);
    let Some(mail) = MessageParser::default().parse(bytes) else { return String::new() };
    let bodies = (0..mail.text_body_count()).filter_map(|n| mail.body_text(n));
    let subject = mail.subject().map(std::borrow::Cow::Borrowed);
    subject.into_iter().chain(bodies).collect::<Vec<_>>().join("\n")
}

fn ids(header: &HeaderValue<'_>) -> Vec<String> {
    header.as_text_list().unwrap_or_default().iter().map(|id| id.trim_matches(['<', '>']).to_owned()).collect()
}

/// RFC 3834: whatever is not `no` was sent by a machine.
fn is_automatic(mail: &Message<'_>) -> bool {
    let said = mail.header_raw("Auto-Submitted").map(|value| value.trim().to_ascii_lowercase());
    said.is_some_and(|value| !value.starts_with("no"))
}

/// The lines that the writer wrote. Where every line is a quote, all of them.
fn without_quotes(text: &str) -> String {
    let own: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with('>')).collect();
    let own = own.join("\n").trim().to_owned();
    if own.is_empty() { text.trim().to_owned() } else { own }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPLY: &str = "From: Ada <ada@example.com>\r\nTo: support@example.com\r\nSubject: =?utf-8?q?Re=3A_Preise_f=C3=BCr_alle?=\r\n\
        References: <cus-1.1.a@x> <cus-1.2.b@x>\r\nIn-Reply-To: <cus-1.2.b@x>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
        It works now, thank you.\r\n\r\n> Dear Ada\r\n> the fix is available\r\n";

    #[test]
    fn a_reply_is_read_with_what_it_answers_and_without_what_it_quotes() {
        let reply = Reply::read(REPLY.as_bytes()).unwrap();
        assert_eq!((reply.from.as_str(), reply.subject.as_str()), ("ada@example.com", "Re: Preise für alle"));
        assert_eq!(reply.answers, ["cus-1.1.a@x", "cus-1.2.b@x", "cus-1.2.b@x"]);
        assert_eq!(reply.text, "It works now, thank you.");
        assert!(!reply.is_automatic);
    }

    #[test]
    fn a_note_of_absence_is_known_as_one() {
        let reply = Reply::read(format!("Auto-Submitted: auto-replied\r\n{REPLY}").as_bytes()).unwrap();
        assert!(reply.is_automatic);
        let reply = Reply::read(format!("Auto-Submitted: no\r\n{REPLY}").as_bytes()).unwrap();
        assert!(!reply.is_automatic);
    }

    #[test]
    fn what_a_mail_says_is_read_however_it_is_encoded() {
        let mail = "Subject: =?utf-8?q?Preise_f=C3=BCr_alle?=\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\n\
            Content-Type: text/plain; charset=utf-8\r\n\r\nTXkgYWNjb3VudCBpcyBERTU1NQo+IHF1b3RlZAo=\r\n";
        assert_eq!(words_of_mail(mail.as_bytes()), "Preise für alle\nMy account is DE555\n> quoted\n");
        assert_eq!(words_of_mail(b""), "");
    }

    #[test]
    fn what_has_no_headers_is_no_mail() {
        assert_eq!(Reply::read(b""), Err(NotAMail));
        assert_eq!(Reply::read(b"\xff\xfe\x00"), Err(NotAMail));
    }

    #[test]
    fn a_mail_that_is_made_to_be_endless_is_read_in_a_moment() {
        let head = "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nIt works\n";
        for rest in ["Content-Type: message/rfc822\n\n", "--b\nContent-Type: multipart/mixed; boundary=none\n\nx\n"] {
            let mail = format!("{head}--b\n{}", rest.repeat(4_000_000 / rest.len()));
            let begun = std::time::Instant::now();
            let reply = Reply::read(mail.as_bytes()).unwrap();
            assert!(reply.text.starts_with("It works"), "{}", reply.text);
            assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
        }
    }

    #[test]
    fn a_reply_of_quotes_alone_is_shown_whole() {
        let reply = Reply::read(b"Subject: x\r\n\r\n> all quoted\r\n").unwrap();
        assert_eq!(reply.text, "> all quoted");
    }
}
