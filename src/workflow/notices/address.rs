//! Mail addresses (RFC 5322, and RFC 6531 for those that are not ASCII): of senders, and within what people write as a
//! contact.

use std::fmt;
use std::str::FromStr;

use email_address::EmailAddress;
use serde::Deserialize;
use unicode_normalization::char::is_combining_mark;

/// What a contact says about where mails go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addressed<'a> {
    /// It holds no address.
    Nowhere,
    /// It holds one address.
    To(&'a str),
    /// It holds several addresses, or this part around an `@`, which is no address as a whole.
    Unclear(&'a str),
}

/// An address, with a name where one is given: `Support <support@example.com>`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Mailbox {
    /// The name.
    pub name: Option<String>,
    /// The address.
    pub address: String,
}

/// The text is no mail address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is no mail address: write NAME@HOST, or WORDS <NAME@HOST>", .0.escape_debug())]
pub struct NotAMailbox(String);

impl Mailbox {
    /// Returns the mailbox of an address without a name.
    ///
    /// # Errors
    /// Fails if it is no address.
    pub fn of(address: &str) -> Result<Self, NotAMailbox> {
        match is_address(address) {
            true => Ok(Self { name: None, address: address.to_owned() }),
            false => Err(NotAMailbox(address.to_owned())),
        }
    }

    /// Returns the part before the `@`.
    pub fn local_part(&self) -> &str {
        self.address.rsplit_once('@').map_or(&self.address, |(local, _)| local)
    }

    /// Returns the domain as mail servers know it, in ASCII.
    pub fn domain(&self) -> String {
        let domain = self.address.rsplit_once('@').map_or("", |(_, domain)| domain);
        ascii_domain(domain).unwrap_or_else(|| domain.to_owned())
    }
}

impl FromStr for Mailbox {
    type Err = NotAMailbox;

    fn from_str(text: &str) -> Result<Self, NotAMailbox> {
        let error = || NotAMailbox(text.to_owned());
        let trimmed = text.trim();
        let Some(open) = outside_quotes(trimmed).find(|(_, c)| *c == '<').map(|(at, _)| at) else {
            return Self::of(trimmed).map_err(|_| error());
        };
        let (name, address) = (&trimmed[..open], &trimmed[open + 1..]);
        let address = address.strip_suffix('>').ok_or_else(error)?;
        let name = unquoted(name.trim()).ok_or_else(error)?;
        Ok(Self { name: Some(name).filter(|name| !name.is_empty()), ..Self::of(address).map_err(|_| error())? })
    }
}

impl TryFrom<String> for Mailbox {
    type Error = NotAMailbox;

    fn try_from(text: String) -> Result<Self, NotAMailbox> {
        text.parse()
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.address),
            None => f.write_str(&self.address),
        }
    }
}

/// Returns the mail address in a contact, such as `ops@example.com` in `Dana <ops@example.com>, +49 30 1234`. An address in
/// angle brackets is meant whatever stands beside them.
///
/// An address is never a part of a longer word: such a word makes the contact unclear, and so do several addresses. Of
/// several lines the first that holds an `@` counts.
pub fn mail_address(contact: &str) -> Addressed<'_> {
    let Some(contact) = contact.split(['\r', '\n']).find(|line| line.contains('@')) else { return Addressed::Nowhere };
    let whole = contact.trim();
    if is_address(whole) {
        return Addressed::To(whole);
    }
    match bracketed(contact) {
        Ok(brackets) if brackets.is_empty() => the_one(words_with_at(contact).map(|word| (word, plain(word)))),
        Ok(brackets) => the_one(brackets.into_iter().map(|part| (part, without_scheme(part)))),
        Err(part) => Addressed::Unclear(part),
    }
}

/// Returns the one address among these parts, each beside what of it has to be an address.
fn the_one<'a>(parts: impl Iterator<Item = (&'a str, &'a str)>) -> Addressed<'a> {
    let mut found = Addressed::Nowhere;
    for (part, address) in parts {
        match found {
            _ if !is_address(address) => return Addressed::Unclear(part),
            Addressed::To(other) if other.eq_ignore_ascii_case(address) => {}
            Addressed::To(_) => return Addressed::Unclear(part),
            Addressed::Nowhere | Addressed::Unclear(_) => found = Addressed::To(address),
        }
    }
    found
}

/// Returns what stands in angle brackets and holds an `@`, or the part in which a bracket is not closed.
fn bracketed(contact: &str) -> Result<Vec<&str>, &str> {
    let mut parts = Vec::new();
    let mut open = None;
    for (at, c) in outside_quotes(contact) {
        match (c, open) {
            ('<', _) => open = Some(at + 1),
            ('>', Some(from)) => {
                parts.extend(contact.get(from..at).filter(|part| part.contains('@')));
                open = None;
            }
            _ => {}
        }
    }
    match open.and_then(|from| contact.get(from..)).filter(|rest| rest.contains('@')) {
        Some(rest) => Err(rest),
        None => Ok(parts),
    }
}

/// Returns the words that hold an `@`: what stands between blanks, commas and semicolons.
fn words_with_at(contact: &str) -> impl Iterator<Item = &str> {
    let is_between = |c: char| c.is_whitespace() || c.is_control() || c == ',' || c == ';';
    contact.split(is_between).filter(|word| word.contains('@'))
}

/// Returns a word without the signs of a sentence around it, and without a label such as `mail:`.
fn plain(word: &str) -> &str {
    let word = word.trim_start_matches(['(', '[']).trim_end_matches([')', ']', '.', ':', '!', '?']);
    match word.split_once(':') {
        Some((label, rest)) if label.chars().all(|c| c.is_alphabetic() || c == '-') && !rest.starts_with('/') => rest,
        _ => word,
    }
}

fn without_scheme(part: &str) -> &str {
    let part = part.trim();
    part.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:")).map_or(part, |_| &part[7..])
}

/// Whether the text is one address: by the grammar, with a domain that can be a host's, and without signs that only look
/// like nothing.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_seen = |c: char| c.is_ascii() || c.is_alphanumeric() || is_combining_mark(c);
    EmailAddress::is_valid_local_part(local)
        && !local.starts_with('-')
        && local.chars().all(|c| is_seen(c) && !c.is_control())
        && ascii_domain(domain).is_some()
}

/// Returns a domain in ASCII (IDNA), or an address of a host in square brackets as it is.
fn ascii_domain(domain: &str) -> Option<String> {
    if domain.starts_with('[') {
        return EmailAddress::is_valid_domain(domain).then(|| domain.to_owned());
    }
    idna::domain_to_ascii_strict(domain).ok().filter(|ascii| EmailAddress::is_valid_domain(ascii))
}

/// Returns the characters outside quotation marks, with their places. A mark that is not closed quotes nothing.
fn outside_quotes(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut characters = text.char_indices();
    std::iter::from_fn(move || {
        loop {
            let (at, c) = characters.next()?;
            if c != '"' {
                return Some((at, c));
            }
            let mut rest = characters.clone();
            if closes(&mut rest) {
                characters = rest;
            }
        }
    })
}

/// Goes behind the quotation mark that closes, where there is one.
fn closes(rest: &mut std::str::CharIndices<'_>) -> bool {
    while let Some((_, c)) = rest.next() {
        match c {
            '"' => return true,
            '\\' => drop(rest.next()),
            _ => {}
        }
    }
    false
}

/// Returns the name that a quoted string or plain words stand for; `None` where it cannot be one.
fn unquoted(name: &str) -> Option<String> {
    if name.chars().any(char::is_control) {
        return None;
    }
    let Some(quoted) = name.strip_prefix('"') else {
        return Some(name.to_owned()).filter(|name| !name.contains(['"', '>']));
    };
    let mut characters = quoted.strip_suffix('"')?.chars();
    let mut name = String::new();
    while let Some(c) = characters.next() {
        match c {
            '"' => return None,
            '\\' => name.push(characters.next()?),
            c => name.push(c),
        }
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_among_other_words() {
        for contact in [
            "ops@example.com",
            "Dana <ops@example.com>",
            "+49 30 1, ops@example.com.",
            "mailto:ops@example.com",
            "E-Mail:ops@example.com",
            "Dana (ops@example.com)",
            "<mailto:ops@example.com>",
            "OPS@example.com <ops@example.com>",
            "ops@example.com; ops@EXAMPLE.com",
        ] {
            let Addressed::To(address) = mail_address(contact) else { panic!("{contact}") };
            assert_eq!(address, "ops@example.com", "{contact}");
        }
        assert_eq!(mail_address("me@localhost"), Addressed::To("me@localhost"));
    }

    #[test]
    fn every_sign_that_the_grammar_allows_is_part_of_it() {
        for address in [
            "o'brien@example.com",
            "d'angelo+cus@example.com",
            "!#$%&'*+/=?^_`{|}~x@example.com",
            "\"john doe\"@example.com",
            "\"a@b\"@example.com",
            "ops@[192.0.2.1]",
            "użytkownik@example.pl",
            "dana@müller.example",
            "用户@例え.jp",
        ] {
            assert_eq!(mail_address(address), Addressed::To(address));
            let named = format!("Dana O'Neill <{address}>");
            assert_eq!(mail_address(&named), Addressed::To(address));
        }
    }

    #[test]
    fn brackets_win_over_a_name_that_holds_an_address() {
        for contact in [
            "\"dana@old.example\" <dana@new.example>",
            "dana@old.example <dana@new.example>",
            "Dana @ Acme <dana@new.example>",
            "\"Dana <dana@old.example>\" <dana@new.example>",
            "'dana@new.example' <dana@new.example>",
        ] {
            assert_eq!(mail_address(contact), Addressed::To("dana@new.example"), "{contact}");
        }
    }

    #[test]
    fn what_holds_no_at_is_no_address() {
        for contact in ["", "Dana", "+49 30 1234", "<Dana>"] {
            assert_eq!(mail_address(contact), Addressed::Nowhere, "{contact}");
        }
    }

    #[test]
    fn what_is_not_clear_is_never_cut() {
        for contact in [
            "@example.com",
            "ops@",
            "ops@-x.com",
            "a@b@c",
            ".a@example.com",
            "a..b@example.com",
            "-x@example.com",
            "'ops@example.com'",
            "ops@example.com b@example.com",
            "ops@example.com <a@example.com> <b@example.com>",
            "Dana <ops@example.com",
            "Dana <a b@example.com>",
            "o brien @example.com",
            "ops@example.com/b@example.com",
            "https://ops@example.com/",
            "https://example.com/@ops",
            "ops@exam_ple.com",
            "ops\u{200b}@example.com",
            "op\u{202e}s@example.com",
            "ops\r\n@example.com",
        ] {
            assert!(matches!(mail_address(contact), Addressed::Unclear(_)), "{contact:?}");
        }
    }

    #[test]
    fn nothing_in_an_address_passes_for_another_header() {
        let contact = "ops@example.com\r\nBcc: all@example.com";
        assert_eq!(mail_address(contact), Addressed::To("ops@example.com"));
        assert_eq!(mail_address("ops@example.com\r\nBcc: all"), Addressed::To("ops@example.com"));
    }

    #[test]
    fn a_mailbox_has_a_name_or_none() {
        let parsed = |text: &str| text.parse::<Mailbox>().map(|mailbox| (mailbox.name, mailbox.address));
        let named = |name: &str| Ok((Some(name.to_owned()), "ops@example.com".to_owned()));
        assert_eq!(parsed(" ops@example.com "), Ok((None, "ops@example.com".to_owned())));
        assert_eq!(parsed("<ops@example.com>"), Ok((None, "ops@example.com".to_owned())));
        assert_eq!(parsed("Support Team <ops@example.com>"), named("Support Team"));
        assert_eq!(parsed("Störung <ops@example.com>"), named("Störung"));
        assert_eq!(parsed("\"Acme, \\\"Support\\\" <1>\" <ops@example.com>"), named("Acme, \"Support\" <1>"));
        for text in ["", "Support", "Support <ops>", "a <ops@example.com> b", "a\nb <ops@example.com>", "\"a <x@y>"] {
            assert_eq!(parsed(text), Err(NotAMailbox(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_domain_goes_out_in_ascii() {
        let mailbox = Mailbox::of("dana@Müller.example").unwrap();
        assert_eq!((mailbox.local_part(), mailbox.domain().as_str()), ("dana", "xn--mller-kva.example"));
    }
}
