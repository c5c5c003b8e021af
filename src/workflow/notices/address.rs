//! Mail addresses within what people write as a contact.

/// Returns the first mail address in a contact, such as `ops@example.com` in `Dana <ops@example.com>, +49 30 1234`.
///
/// Only letters, digits and a few signs are taken, so nothing in it can pass for another header.
pub fn mail_address(contact: &str) -> Option<&str> {
    contact
        .split(|c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\"'".contains(c))
        .map(|word| word.trim_end_matches('.'))
        .find(|word| is_address(word))
}

fn is_address(word: &str) -> bool {
    let Some((local, domain)) = word.split_once('@') else { return false };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._%+-=/!#$&*?^{|}~".contains(c);
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    !local.is_empty()
        && local.len() <= 64
        && domain.len() <= 253
        && !local.starts_with(['.', '-'])
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(is_plain)
        && domain.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_address_is_found_among_other_words() {
        for contact in
            ["ops@example.com", "Dana <ops@example.com>", "+49 30 1, ops@example.com.", "mailto:ops@example.com"]
        {
            assert_eq!(mail_address(contact), Some("ops@example.com"), "{contact}");
        }
        assert_eq!(mail_address("a@example.com b@example.com"), Some("a@example.com"));
        assert_eq!(mail_address("me@localhost"), Some("me@localhost"));
    }

    #[test]
    fn what_is_no_address_is_none() {
        for contact in ["", "Dana", "@example.com", "ops@", "ops@-x.com", "a@b@c", ".a@example.com", "-x@example.com"] {
            assert_eq!(mail_address(contact), None, "{contact}");
        }
    }

    #[test]
    fn nothing_in_an_address_passes_for_another_header() {
        assert_eq!(mail_address("ops@example.com\r\nBcc: all@example.com"), Some("ops@example.com"));
        assert_eq!(mail_address("ops\r\n@example.com"), None);
    }
}
