//! The forms of cells that hold more than one thing.

use super::dates;
use super::found::some;

/// The time, the author and the text of a comment in Jira's CSV, `date;user;text`, where the text may hold semicolons.
pub(super) fn comment(cell: &str) -> Option<(&str, Option<String>, &str)> {
    let mut parts = cell.splitn(3, ';');
    let (at, author, text) = (parts.next()?, parts.next()?, parts.next()?);
    dates::read(at).ok().map(|_| (at, some(author.trim()), text))
}

/// The time, the author, the name and the address of a file in Jira's CSV, `date;user;file name;URL`, where the file's
/// name may hold semicolons.
pub(super) fn attachment(cell: &str) -> Option<(&str, Option<String>, &str, &str)> {
    let (at, author, rest) = comment(cell)?;
    let (name, url) = rest.rsplit_once(';')?;
    Some((at, author, name, url.trim()))
}

/// Whether it has the form of a comment.
pub(super) fn is_comment(cell: &str) -> bool {
    comment(cell).is_some()
}

/// The time of a comment.
pub(super) fn time_of(cell: &str) -> Option<&str> {
    comment(cell).map(|(at, ..)| at)
}

/// Whether it has the form of a file with its address.
pub(super) fn is_attachment(cell: &str) -> bool {
    attachment(cell).is_some_and(|(.., url)| url.starts_with("http://") || url.starts_with("https://"))
}

/// Whether it is a key such as `DEV-7`.
pub(super) fn is_key(cell: &str) -> bool {
    let is_project = |project: &str| {
        project.starts_with(|c: char| c.is_ascii_alphabetic())
            && project.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let cell = cell.trim();
    cell.rsplit_once('-').is_some_and(|(project, number)| {
        is_project(project) && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_attachments_are_taken_apart_and_keep_every_character() {
        let (at, author, text) = comment("24/Apr/15 12:04 PM;ada;one; \"two\"\r\n, three").unwrap();
        assert_eq!((at, author.as_deref(), text), ("24/Apr/15 12:04 PM", Some("ada"), "one; \"two\"\r\n, three"));
        assert_eq!(comment("no; such; form"), None);
        assert!(is_comment("18/jul/26 9:20 AM;ada;uno"));
        let (_, author, name, url) = attachment("24/Apr/15 12:05 AM;;log;2.txt;https://example.com/1").unwrap();
        assert_eq!((author, name, url), (None, "log;2.txt", "https://example.com/1"));
        assert!(!is_attachment("24/Apr/15 12:05 AM;ada;one; two") && !is_attachment("plain.txt"));
    }

    #[test]
    fn a_key_is_a_project_and_a_number() {
        assert!(is_key("DEV-7") && is_key(" a_1-007 "));
        assert!(!is_key("7") && !is_key("DEV-") && !is_key("-7") && !is_key("DEV-7a") && !is_key("see DEV-7"));
    }
}
