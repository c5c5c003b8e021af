//! Reading a mail (RFC 5322).

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use sha2::{Digest, Sha256};

use super::bounce::{self, Bounce};
use super::seen::parsed;
use super::{automatic, html, parts};

/// How long the name of a file is at most, in bytes.
const LONGEST_NAME: usize = 200;

/// What somebody wrote, as data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingMail {
    /// The address from which it came; empty where it names none.
    pub from: String,
    /// The name beside it.
    pub name: Option<String>,
    /// The subject, on one line.
    pub subject: String,
    /// Its message id.
    pub message_id: Option<String>,
    /// The message ids of what it answers, the nearest last.
    pub answers: Vec<String>,
    /// The text, without what it quotes.
    pub text: String,
    /// The text with what it quotes.
    pub whole_text: String,
    /// Whether something quoted is left out of the text.
    pub is_quote_left_out: bool,
    /// What could not be read.
    pub unreadable: Vec<String>,
    /// The sign by which it is known that a machine wrote it, such as a note of absence.
    pub automatic: Option<String>,
    /// What it reports of another mail, if that came back.
    pub bounce: Option<Bounce>,
}

/// A file that came with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailFile {
    /// Its name, without folders; no two of a mail have the same.
    pub name: String,
    /// What it holds, byte for byte.
    pub content: Vec<u8>,
}

/// The bytes are no mail.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is no mail: it has neither sender nor subject nor message id")]
pub struct NotAMail;

impl IncomingMail {
    /// Reads a mail.
    ///
    /// # Errors
    /// Where it has neither sender nor subject nor message id.
    pub fn read(bytes: &[u8]) -> Result<Self, NotAMail> {
        let seen = parsed(bytes);
        let mail = parse(seen)?;
        let sender = mail.from().or_else(|| mail.sender()).and_then(|from| from.first());
        let from = sender.and_then(|sender| sender.address()).unwrap_or_default().trim().to_owned();
        let mut answers = ids(mail.references());
        answers.extend(ids(mail.in_reply_to()));
        let subject = one_line(mail.subject().unwrap_or_default());
        let mut written = parts::written(&mail);
        if seen.len() < bytes.len() {
            written.unreadable.push(format!("all behind its first {} KiB", seen.len() / 1024));
        }
        Ok(Self {
            automatic: automatic::sign_of(&mail, &from, &subject),
            bounce: bounce::of(&mail, &from),
            name: sender.and_then(|sender| sender.name()).map(one_line).filter(|name| !name.is_empty()),
            from,
            subject,
            message_id: mail.message_id().map(str::to_owned),
            answers,
            text: written.own,
            whole_text: written.whole,
            is_quote_left_out: written.is_quote_left_out,
            unreadable: written.unreadable,
        })
    }

    /// Returns a word that stands for a message id, or for a mail without one.
    pub fn mark_of(id: &[u8]) -> String {
        Sha256::digest(id).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Returns the files that came with a mail.
    ///
    /// # Errors
    /// Where it is no mail.
    pub fn files(bytes: &[u8]) -> Result<Vec<MailFile>, NotAMail> {
        let mail = parse(parsed(bytes))?;
        let mut files: Vec<MailFile> = Vec::new();
        for (n, part) in mail.attachments().enumerate() {
            let name = name_of(part, n + 1);
            let count = files.iter().filter(|file| file.name == name).count();
            let name = if count > 0 { numbered(&name, n + 1) } else { name };
            files.push(MailFile { name, content: content(&mail, part).into_owned() });
        }
        Ok(files)
    }
}

/// All that can be read in a mail once it is decoded, its quotes too; nothing where it is none.
pub fn words_of_mail(bytes: &[u8]) -> String {
    let Some(mail) = MessageParser::default().parse(parsed(bytes)) else { return String::new() };
    let bodies = mail.text_body.iter().filter_map(|id| match &mail.part(*id)?.body {
        PartType::Text(text) => Some(Cow::Borrowed(text.as_ref())),
        PartType::Html(html) => Some(Cow::Owned(html::whole_text_of(html))),
        PartType::Binary(_) | PartType::InlineBinary(_) | PartType::Message(_) | PartType::Multipart(_) => None,
    });
    let subject = mail.subject().map(Cow::Borrowed);
    subject.into_iter().chain(bodies).collect::<Vec<_>>().join("\n")
}

fn parse(bytes: &[u8]) -> Result<Message<'_>, NotAMail> {
    let mail = MessageParser::default().parse(bytes).ok_or(NotAMail)?;
    match mail.from().is_none() && mail.subject().is_none() && mail.message_id().is_none() {
        true => Err(NotAMail),
        false => Ok(mail),
    }
}

fn ids(header: &HeaderValue<'_>) -> Vec<String> {
    header.as_text_list().unwrap_or_default().iter().map(|id| id.trim_matches(['<', '>']).to_owned()).collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The bytes of a file. A text was decoded, and is wanted as it came.
fn content<'a>(mail: &'a Message<'_>, part: &'a MessagePart<'_>) -> Cow<'a, [u8]> {
    let raw = || {
        let range = part.raw_body_offset() as usize..part.raw_end_offset() as usize;
        mail.raw_message().get(range).unwrap_or_default()
    };
    match (&part.body, part.encoding) {
        (PartType::Text(_) | PartType::Html(_), Encoding::Base64) => base64_decode(raw()).unwrap_or_default().into(),
        (PartType::Text(_) | PartType::Html(_), Encoding::QuotedPrintable) => {
            quoted_printable_decode(raw()).unwrap_or_default().into()
        }
        (PartType::Text(_) | PartType::Html(_) | PartType::Message(_), Encoding::None) => raw().into(),
        (PartType::Message(message), _) => message.raw_message().into(),
        (PartType::Binary(_) | PartType::InlineBinary(_) | PartType::Multipart(_), _) => part.contents().into(),
    }
}

/// The name under which a file is kept: its own without folders, or one of its kind.
fn name_of(part: &MessagePart<'_>, number: usize) -> String {
    let own = part.attachment_name().unwrap_or_default();
    let own = own.rsplit(['/', '\\']).next().unwrap_or_default();
    let own: String = own.chars().filter(|c| !c.is_control()).collect();
    let own = own.trim().trim_start_matches('.');
    if !own.is_empty() {
        return short(own);
    }
    let ending = match (&part.body, part.content_type().and_then(|kind| kind.subtype())) {
        (PartType::Message(_), _) => "eml",
        (PartType::Html(_), _) => "html",
        (PartType::Text(_), _) => "txt",
        (_, Some(subtype)) if subtype.chars().all(|c| c.is_ascii_alphanumeric()) => subtype,
        _ => "bin",
    };
    short(&format!("attachment-{number}.{ending}"))
}

/// The name with a number before its ending.
fn numbered(name: &str, number: usize) -> String {
    match name.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem}-{number}.{ending}"),
        None => format!("{name}-{number}"),
    }
}

/// The name, cut in its middle where it is too long, so that its ending stays.
fn short(name: &str) -> String {
    if name.len() <= LONGEST_NAME {
        return name.to_owned();
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| ending.len() <= 16);
    let ending = ending.map(|ending| format!(".{ending}")).unwrap_or_default();
    let mut end = LONGEST_NAME - ending.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{ending}", &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPLY: &str = "From: Ada <ada@example.com>\r\nTo: support@example.com\r\nSubject: =?utf-8?q?Re=3A_Preise_f=C3=BCr_alle?=\r\n\
        References: <cus-1.1.a@x> <cus-1.2.b@x>\r\nIn-Reply-To: <cus-1.2.b@x>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
        It works now, thank you.\r\n\r\n> Dear Ada\r\n> the fix is available\r\n";

    fn read(mail: impl AsRef<[u8]>) -> IncomingMail {
        IncomingMail::read(mail.as_ref()).unwrap()
    }

    /// A mail of several parts, each with its headers.
    fn mixed(parts: &[&str]) -> String {
        let parts: String = parts.iter().map(|part| format!("--B\r\n{part}\r\n")).collect();
        format!(
            "From: ada@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n{parts}--B--\r\n"
        )
    }

    const PICTURE: &str =
        "Content-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n";

    #[test]
    fn a_reply_is_read_with_what_it_answers_and_without_what_it_quotes() {
        let reply = read(REPLY);
        assert_eq!((reply.from.as_str(), reply.subject.as_str()), ("ada@example.com", "Re: Preise für alle"));
        assert_eq!(reply.name.as_deref(), Some("Ada"));
        assert_eq!(reply.answers, ["cus-1.1.a@x", "cus-1.2.b@x", "cus-1.2.b@x"]);
        assert_eq!((reply.text.as_str(), reply.is_quote_left_out), ("It works now, thank you.", true));
        assert_eq!((reply.automatic, reply.bounce, reply.unreadable), (None, None, Vec::new()));
    }

    #[test]
    fn all_charsets_are_read() {
        for (charset, bytes, text) in [
            ("iso-2022-jp", &b"\x1b$B$^$@D>$C$F$$$^$;$s\x1b(B"[..], "まだ直っていません"),
            ("shift_jis", b"\x82\xdc\x82\xbe", "まだ"),
            ("euc-kr", b"\xbe\xc6\xc1\xf7", "아직"),
            ("gb2312", b"\xbb\xb9\xc3\xbb", "还没"),
            ("big5", b"\xc1\xd9\xa8S", "還沒"),
            ("windows-874", b"\xc2\xd1\xa7", "ยัง"),
            ("koi8-r", b"\xc5\xdd\xc5", "еще"),
            ("windows-1252", b"\x80 gr\xfcn", "€ grün"),
            ("utf-7", b"+AOQ-", "ä"),
        ] {
            let head = format!("From: a@example.com\nSubject: x\nContent-Type: text/plain; charset={charset}\n\n");
            let mail = read([head.as_bytes(), bytes].concat());
            assert_eq!((mail.text.as_str(), mail.unreadable), (text, Vec::new()), "{charset}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let head = "From: a@example.com\nSubject: x\nContent-Type: text/plain; charset=x-unknown\n\n";
        assert_eq!(read([head.as_bytes(), b"caf\xe9"].concat()).unreadable, ["text in the charset `x-unknown`"]);
        assert_eq!(read(format!("{head}plain")).unreadable, Vec::<String>::new());
        let mail = "From: a@example.com\nSubject: x\nContent-Type: application/pkcs7-mime\n\nMIAG\n";
        assert_eq!(read(mail).unreadable, ["it has no text that can be read (application/pkcs7-mime)"]);
    }

    #[test]
    fn every_text_is_read_around_pictures_of_any_size() {
        let picture = format!("{}{}", PICTURE, "AAAA\r\n".repeat(100_000));
        let mail = mixed(&[
            "Content-Type: text/plain\r\n\r\nHere is what I see:",
            &picture,
            "Content-Type: text/html\r\n\r\n<p>So it is <b>NOT</b> solved.</p>",
        ]);
        let mail = read(mail);
        assert_eq!(mail.text, "Here is what I see:\n[image: a.png]\nSo it is NOT solved.");
        assert_eq!(mail.unreadable, Vec::<String>::new());
        let first = mixed(&[&picture, "Content-Type: text/plain\r\n\r\nStill broken."]);
        assert!(read(first).text.ends_with("Still broken."));
    }

    #[test]
    fn an_empty_text_beside_html_is_no_answer() {
        let mail = "From: a@example.com\nContent-Type: multipart/alternative; boundary=B\n\n--B\nContent-Type: text/plain\n\n\n\
            --B\nContent-Type: text/html\n\n<div>It works</div>\n--B--\n";
        assert_eq!(read(mail).text, "It works");
    }

    #[test]
    fn files_keep_their_bytes_and_get_a_safe_name() {
        let mail = mixed(&[
            "Content-Type: text/plain\r\n\r\nhello",
            PICTURE,
            PICTURE,
            "Content-Type: text/plain; charset=iso-8859-1; name=\"../../etc/log.txt\"\r\nContent-Disposition: attachment\r\n\
             Content-Transfer-Encoding: base64\r\n\r\nZ3L8bg==",
            "Content-Type: application/zip\r\n\r\nPK",
        ]);
        let files = IncomingMail::files(mail.as_bytes()).unwrap();
        let files: Vec<(&str, &[u8])> = files.iter().map(|file| (file.name.as_str(), &file.content[..])).collect();
        let png: &[u8] = b"\x89PNG\r\n\x1a\n";
        assert_eq!(files, [("a.png", png), ("a-2.png", png), ("log.txt", b"gr\xfcn"), ("attachment-4.zip", b"PK")]);
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
        assert_eq!(IncomingMail::read(b""), Err(NotAMail));
        assert_eq!(IncomingMail::read(b"\xff\xfe\x00"), Err(NotAMail));
    }

    #[test]
    fn a_mail_that_is_made_to_be_endless_is_read_in_a_moment() {
        let head = "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nIt works\n";
        for rest in ["Content-Type: message/rfc822\n\n", "--b\nContent-Type: multipart/mixed; boundary=none\n\nx\n"] {
            let mail = format!("{head}--b\n{}", rest.repeat(4_000_000 / rest.len()));
            let begun = std::time::Instant::now();
            let mail = read(mail);
            assert!(mail.text.starts_with("It works"), "{}", mail.text);
            assert!(mail.unreadable.contains(&"all behind its first 128 KiB".to_owned()));
            assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
        }
    }
}
