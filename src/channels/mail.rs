//! A notice as a mail (RFC 5322).

use lettre::Message;
use lettre::address::Address;
use lettre::message::header::{ContentTransferEncoding, ContentType, MIME_VERSION_1_0};
use lettre::message::{Body, Mailbox as Addressee};

use super::letter::Letter;
use super::not_delivered::NotDelivered;
use crate::workflow::notices::address::Mailbox;

/// The mail with its headers; its `Message-ID` and `References` join a customer's updates to one conversation.
pub(super) fn message(letter: &Letter) -> Result<Message, NotDelivered> {
    let id = |id: &str| format!("<{id}>");
    let mut builder = Message::builder()
        .from(addressee(letter.from.as_ref(), "sender")?)
        .to(addressee(letter.to.as_ref(), "recipient")?)
        .subject(letter.subject.as_str())
        .date(letter.at.into())
        .message_id(Some(id(&letter.message_id)))
        .header(MIME_VERSION_1_0)
        .header(ContentType::TEXT_PLAIN);
    if let Some(last) = letter.references.last() {
        let all: Vec<String> = letter.references.iter().map(|reference| id(reference)).collect();
        builder = builder.in_reply_to(id(last)).references(all.join(" "));
    }
    builder.body(body(&letter.text)).map_err(|error| NotDelivered(format!("the mail cannot be written: {error}")))
}

/// The mail as bytes.
pub(super) fn rfc5322(letter: &Letter) -> Result<Vec<u8>, NotDelivered> {
    Ok(message(letter)?.formatted())
}

/// Whose domain is not ASCII is reached by its form in ASCII, which every server takes.
fn addressee(mailbox: Option<&Mailbox>, whose: &str) -> Result<Addressee, NotDelivered> {
    let mailbox = mailbox.ok_or_else(|| NotDelivered(format!("the mail address of the {whose} is not known")))?;
    let address = Address::new(mailbox.local_part(), mailbox.domain())
        .map_err(|_| NotDelivered(format!("the {whose} `{mailbox}` is no mail address")))?;
    Ok(Addressee::new(mailbox.name.clone(), address))
}

/// The text as it is sent. A control character, such as a CR that ends no line, is encoded: a server could take it for
/// the end of a line, and what follows for the end of the mail.
fn body(text: &str) -> Body {
    let has_controls = text.replace("\r\n", "\n").contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t'));
    if has_controls {
        let encoded = Body::new_with_encoding(text.to_owned(), ContentTransferEncoding::Base64);
        return encoded.unwrap_or_else(Body::new);
    }
    Body::new(text.to_owned())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn mail(from: &str, to: &str, text: &str) -> String {
        let letter = Letter {
            message_id: "cus-1.1.x@example.com".to_owned(),
            references: Vec::new(),
            from: from.parse().ok(),
            to: Mailbox::of(to).ok(),
            audience: "customer".to_owned(),
            subject: "CSD-1: rates\r\nBcc: all@example.com".to_owned(),
            text: text.to_owned(),
            at: DateTime::UNIX_EPOCH,
            ticket: serde_json::Value::Null,
        };
        String::from_utf8(rfc5322(&letter).unwrap()).unwrap()
    }

    #[test]
    fn a_sender_has_its_name_and_a_recipient_every_sign() {
        let mail = mail("Support Team <support@vendor.example>", "o'brien@example.com", "Hello");
        assert!(mail.contains("From: \"Support Team\" <support@vendor.example>\r\n"), "{mail}");
        assert!(mail.contains("To: o'brien@example.com\r\n"), "{mail}");
        assert!(!mail.contains("\nBcc"), "{mail}");
    }

    #[test]
    fn a_foreign_domain_goes_out_in_ascii() {
        let mail = mail("Störung <support@vendor.example>", "dana@müller.example", "Hello");
        assert!(mail.is_ascii() && mail.contains("To: dana@xn--mller-kva.example\r\n"), "{mail}");
    }

    #[test]
    fn a_bare_cr_cannot_end_a_mail() {
        for text in ["hello\r.\r\nMAIL FROM:<evil@example.com>\r\n", "a\r.\rQUIT", "a\0b", "Grüße\r.\r\n"] {
            let mail = mail("support@vendor.example", "dana@example.com", text);
            assert!(!mail.replace("\r\n", "\n").contains(['\r', '\0']), "{mail:?}");
            assert!(!mail.contains("\n."), "{mail:?}");
        }
        assert!(mail("support@vendor.example", "dana@example.com", "one\r\ntwo\n").ends_with("\r\n\r\none\r\ntwo\r\n"));
    }
}
