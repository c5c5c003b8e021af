//! Suggesting what was probably meant.

/// The word that is nearest to what was typed, if one is near enough to be a slip.
pub(in crate::cli) fn nearest<'a>(typed: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    let near = words.into_iter().map(|word| (strsim::jaro_winkler(&typed, &word.to_lowercase()), word));
    near.filter(|(likeness, _)| *likeness > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, word)| word)
}

/// The name of which this one is probably a slip: one or two letters are others, are missing or have changed places.
pub(in crate::cli) fn slip_of<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    let most = if typed.chars().count() < 6 { 1 } else { 2 };
    let near = names.into_iter().map(|name| (strsim::osa_distance(&typed, &name.to_lowercase()), name));
    near.filter(|(letters, _)| (1..=most).contains(letters)).min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_near_and_something_else_is_not() {
        let words = ["open-bugs", "overdue", "held", "stuck"];
        assert_eq!(nearest("openbugs", words), Some("open-bugs"));
        assert_eq!(nearest("OVERDU", words), Some("overdue"));
        assert_eq!(nearest("zebra", words), None);
    }
    #[test]
    fn a_name_is_a_slip_of_one_that_differs_by_a_letter_or_two() {
        let names = ["Kestrel Freight", "Acme GmbH", "Ilo"];
        assert_eq!(slip_of("Kestrel Frieght", names), Some("Kestrel Freight"));
        assert_eq!(slip_of("Acme Ltd", names), None);
        assert_eq!(slip_of("Ivo", names), Some("Ilo"));
        assert_eq!(slip_of("Eva", names), None);
        assert_eq!(slip_of("acme gmbh", names), None, "it is the same");
    }
}
