//! Mails that came back (RFC 3464, and servers that say it in words of their own).

use mail_parser::{Message, MimeHeaders, PartType};

use super::automatic::has_no_return_path;

/// How many message ids of what came back are looked at.
const IDS: usize = 200;
/// How long a message id is at most.
const LONGEST_ID: usize = 256;
/// How much of a reason is kept.
const REASON: usize = 300;

/// What a mail server reports about a mail that it could not deliver.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bounce {
    /// The addresses that were not reached.
    pub recipients: Vec<String>,
    /// The server's reason, on one line; empty where it gives none.
    pub reason: String,
    /// The message ids within the report, in their order: that of the mail that came back among them.
    pub ids: Vec<String>,
}

/// Returns what the mail reports, if it says that another mail was not delivered. One that is only late did not come back.
pub(super) fn of(mail: &Message<'_>, from: &str) -> Option<Bounce> {
    let statuses: Vec<Status> = mail.parts.iter().filter_map(status).collect();
    let failed: Vec<&Status> = statuses.iter().filter(|status| status.has_failed).collect();
    let named = mail.header_raw("X-Failed-Recipients").map(str::trim);
    if failed.is_empty() && (!statuses.is_empty() || (named.is_none() && !is_from_server(mail, from))) {
        return None;
    }
    let mut recipients: Vec<String> = failed.iter().flat_map(|status| status.recipients.clone()).collect();
    if recipients.is_empty() {
        recipients.extend(named.into_iter().flat_map(|names| names.split(',')).map(|name| name.trim().to_owned()));
    }
    let reason = failed.iter().map(|status| status.reason.as_str()).find(|reason| !reason.is_empty());
    let reason = reason.unwrap_or_default().chars().take(REASON).collect();
    let mut ids = Vec::new();
    take_ids(mail.raw_message(), &mut ids);
    for part in &mail.parts {
        // One that is encoded stands in the mail itself as something else.
        if let PartType::Message(message) = &part.body {
            take_ids(message.raw_message(), &mut ids);
        }
    }
    Some(Bounce { recipients, reason, ids })
}

/// Whether a mail server wrote it that gives no status: it has no return address and a server's name.
fn is_from_server(mail: &Message<'_>, from: &str) -> bool {
    let local = from.split('@').next().unwrap_or_default().to_lowercase();
    has_no_return_path(mail) && ["mailer-daemon", "mailerdaemon", "postmaster", "mail-daemon"].contains(&local.as_str())
}

/// The status of a delivery.
#[derive(Debug, Default)]
struct Status {
    has_failed: bool,
    recipients: Vec<String>,
    reason: String,
}

/// Reads the part that gives the status.
fn status(part: &mail_parser::MessagePart<'_>) -> Option<Status> {
    let kind = part.content_type()?;
    let is_status = kind.ctype().eq_ignore_ascii_case("message")
        && kind
            .subtype()
            .is_some_and(|kind| ["delivery-status", "global-delivery-status"].contains(&&*kind.to_lowercase()));
    if !is_status {
        return None;
    }
    let text = String::from_utf8_lossy(part.contents());
    let mut status = Status::default();
    let mut code = String::new();
    for (name, value) in fields(&text) {
        let behind_kind = || value.split_once(';').map_or(value.as_str(), |(_, rest)| rest).trim().to_owned();
        match name.to_lowercase().as_str() {
            "action" => status.has_failed |= value.eq_ignore_ascii_case("failed"),
            "final-recipient" | "original-recipient" if !status.recipients.contains(&behind_kind()) => {
                status.recipients.push(behind_kind());
            }
            "diagnostic-code" if status.reason.is_empty() => status.reason = behind_kind(),
            "status" => code = value,
            _ => {}
        }
    }
    if status.reason.is_empty() {
        status.reason = code;
    }
    Some(status)
}

/// The fields of a status, those folded over several lines too.
fn fields(text: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        match (line.starts_with([' ', '\t']), fields.last_mut(), line.split_once(':')) {
            (true, Some((_, value)), _) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            (_, _, Some((name, value))) => fields.push((name.trim().to_owned(), value.trim().to_owned())),
            _ => {}
        }
    }
    fields
}

/// Takes the message ids that stand anywhere: in what came back, in its headers alone, or in a server's own words.
fn take_ids(bytes: &[u8], ids: &mut Vec<String>) {
    let mut rest = bytes;
    while let Some(open) = rest.iter().position(|byte| *byte == b'<') {
        rest = rest.get(open + 1..).unwrap_or_default();
        let end = rest.iter().take(LONGEST_ID).position(|byte| !byte.is_ascii_graphic() || b"<>".contains(byte));
        let id = end.filter(|end| rest.get(*end) == Some(&b'>')).and_then(|end| std::str::from_utf8(&rest[..end]).ok());
        if let Some(id) = id.filter(|id| id.contains('@') && !ids.iter().any(|other| other == id)) {
            ids.push(id.to_owned());
        }
        if ids.len() >= IDS {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use mail_parser::MessageParser;

    use super::*;

    const REPORT: &str = "From: MAILER-DAEMON@mx.example.com\r\nSubject: Undelivered Mail Returned to Sender\r\n\
        Return-Path: <>\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/report; report-type=delivery-status; boundary=B\r\n\r\n\
        --B\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\
        --B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\r\n\
        Final-Recipient: rfc822; ada@acme.example\r\nAction: ACTION\r\nStatus: 5.1.1\r\n\
        Diagnostic-Code: smtp; 550 5.1.1\r\n  no such user\r\n\r\n\
        --B\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <cus-1.2.0f@vendor.example>\r\nSubject: x\r\n\r\nhello\r\n--B--\r\n";

    fn read(mail: &str) -> Option<Bounce> {
        let mail = MessageParser::default().parse(mail.as_bytes()).unwrap();
        let from = mail.from().and_then(|from| from.first()?.address()).unwrap_or_default().to_owned();
        of(&mail, &from)
    }

    #[test]
    fn a_report_names_what_came_back_and_why() {
        let bounce = read(&REPORT.replace("ACTION", "failed")).unwrap();
        assert_eq!(bounce.recipients, ["ada@acme.example"]);
        assert_eq!(bounce.reason, "550 5.1.1 no such user");
        assert_eq!(bounce.ids, ["cus-1.2.0f@vendor.example"]);
    }

    #[test]
    fn what_is_late_or_was_delivered_did_not_come_back() {
        for action in ["delayed", "relayed", "delivered"] {
            assert_eq!(read(&REPORT.replace("ACTION", action)), None, "{action}");
        }
    }

    #[test]
    fn a_server_that_gives_no_status_is_understood_too() {
        let mail = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.com\nSubject: failure notice\n\nI couldn't deliver it.\n\n\
            <ada@acme.example>:\n550 no such user\n\n--- Below this line is a copy of the message.\n\n\
            Message-ID: <cus-1.2.0f@vendor.example>\n";
        assert!(read(mail).unwrap().ids.contains(&"cus-1.2.0f@vendor.example".to_owned()));
        let bounce = read("From: x@mx.example.com\nX-Failed-Recipients: a@x.example, b@x.example\n\nhello\n").unwrap();
        assert_eq!(bounce.recipients, ["a@x.example", "b@x.example"]);
        assert_eq!(read("From: ada@acme.example\nSubject: failure notice\n\n<cus-1.2.0f@vendor.example>\n"), None);
    }
}
