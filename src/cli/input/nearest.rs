//! Suggesting what was probably meant.

/// The word that is nearest to what was typed, if one is near enough to be a slip.
pub(in crate::cli) fn nearest<'a>(typed: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    let near = words.into_iter().map(|word| (strsim::jaro_winkler(&typed, &word.to_lowercase()), word));
    near.filter(|(likeness, _)| *likeness > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, word)| word)
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
}
