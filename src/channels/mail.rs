//! A notice as a mail (RFC 5322).

use lettre::Message;
use lettre::address::Address;
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, MIME_VERSION_1_0};

use super::letter::Letter;
use super::not_delivered::NotDelivered;

/// The mail with its headers; its `Message-ID` and `References` join a customer's updates to one conversation.
pub(super) fn message(letter: &Letter) -> Result<Message, NotDelivered> {
    let mailbox = |address: &str, whose: &str| -> Result<Mailbox, NotDelivered> {
        let address: Address = address
            .parse()
            .map_err(|_| NotDelivered(format!("the {whose} `{}` is no mail address", address.escape_debug())))?;
        Ok(Mailbox::new(None, address))
    };
    let id = |id: &str| format!("<{id}>");
    let mut builder = Message::builder()
        .from(mailbox(&letter.from, "sender")?)
        .to(mailbox(&letter.to, "recipient")?)
        .subject(letter.subject.as_str())
        .date(letter.at.into())
        .message_id(Some(id(&letter.message_id)))
        .header(MIME_VERSION_1_0)
        .header(ContentType::TEXT_PLAIN);
    if let Some(last) = letter.references.last() {
        let all: Vec<String> = letter.references.iter().map(|reference| id(reference)).collect();
        builder = builder.in_reply_to(id(last)).references(all.join(" "));
    }
    builder.body(letter.text.clone()).map_err(|error| NotDelivered(format!("the mail cannot be written: {error}")))
}

/// The mail as bytes.
pub(super) fn rfc5322(letter: &Letter) -> Result<Vec<u8>, NotDelivered> {
    Ok(message(letter)?.formatted())
}
