//! Marking what a customer is told of versions that are not available yet (R22).

use crate::workflow::names::is_same_version_or_none;
use crate::workflow::spellings::Spellings;
use crate::workflow::tickets::csd::Csd;
use crate::workflow::tickets::cus::Cus;

/// The sentence below free text that names a version.
const ANY: &str = "Please note: any version named here for a fix is TENTATIVE until it is available.";

/// The words after which a number is a version.
const BEFORE_A_VERSION: [&str; 4] = ["v", "version", "release", "patch"];

/// Returns the message with the sentences that it lacks; none once the fix has shipped.
pub(super) fn marked(text: String, known: impl Fn() -> Spellings, cus: Option<&Cus>, csd: &Csd) -> String {
    if cus.is_some_and(Cus::is_shipped) {
        return text;
    }
    let mut message = text;
    let tentative = cus.and_then(tentative_version);
    let of_version = tentative.filter(|version| names(&message, version)).map(sentence);
    let of_any = names_another(&message, &known, cus, csd).then(|| ANY.to_owned());
    for sentence in of_version.into_iter().chain(of_any) {
        if !message.contains(&sentence) {
            message = format!("{}\n\n{sentence}\n", message.trim_end());
        }
    }
    message
}

/// Returns the words of a text that can be a version, alone and by twos.
pub(in crate::workflow) fn candidates(text: &str) -> Vec<String> {
    let words: Vec<&str> = words(text).collect();
    let pairs = words.windows(2).map(|pair| pair.join(" "));
    words.iter().map(|word| (*word).to_owned()).chain(pairs).filter(|word| has_digit(word)).collect()
}

fn sentence(version: &str) -> String {
    format!("Please note: the fix version {version} is TENTATIVE and may change.")
}

/// The fix version in force, where it is tentative.
fn tentative_version(cus: &Cus) -> Option<&str> {
    cus.release.as_ref().filter(|release| release.is_tentative())?.fix_version.as_deref()
}

/// Whether the text names a version beside the customer's own and the one that is decided.
fn names_another(text: &str, known: &impl Fn() -> Spellings, cus: Option<&Cus>, csd: &Csd) -> bool {
    let is_free = |word: &str| {
        let is =
            |version: Option<&str>| version.is_some_and(|version| is_same_version_or_none(Some(version), Some(word)));
        is(csd.product_version.as_deref()) || is(cus.and_then(Cus::fix_version))
    };
    let all: Vec<&str> = words(text).collect();
    let is_after = |n: usize| {
        let before = n.checked_sub(1).and_then(|before| all.get(before)).map(|word| word.to_lowercase());
        before.is_some_and(|before| BEFORE_A_VERSION.contains(&before.as_str()))
    };
    let mut numbered = all.iter().enumerate().filter(|(n, word)| {
        let digits = word.strip_prefix(['v', 'V']);
        digits.is_some_and(begins_with_digit) || (is_after(*n) && begins_with_digit(word))
    });
    if numbered.any(|(_, word)| !is_free(word)) {
        return true;
    }
    let named: Vec<String> = candidates(text).into_iter().filter(|word| !is_free(word)).collect();
    if named.is_empty() {
        return false;
    }
    let known = known();
    named.iter().any(|word| known.version(word).is_some())
}

/// Whether the text names that version as a word of its own.
fn names(text: &str, version: &str) -> bool {
    let (text, version) = (text.to_lowercase(), version.to_lowercase());
    let is_part = |c: char| c.is_alphanumeric();
    text.match_indices(&version).any(|(at, found)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    }) || words(&text).any(|word| is_same_version_or_none(Some(word), Some(&version)))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_edge = |c: char| !c.is_alphanumeric();
    text.split_whitespace().map(move |word| word.trim_matches(is_edge)).filter(|word| !word.is_empty())
}

fn begins_with_digit(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

fn has_digit(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::ANY;
    use crate::workflow::command::{Notify, Report, Wording};
    use crate::workflow::tests::given::{assess, backlog, decided, escalate, next_release, patch, report, say, ship};
    use crate::workflow::tests::kit::World;
    use crate::workflow::vocabulary::{Audience, Priority};

    fn said(world: World, words: &str) -> String {
        world.given(Notify { wording: Wording::Alone, ..say(Audience::Customer, words) }).last_message()
    }

    fn with_version() -> World {
        let reported = Report { product_version: Some("5.1".to_owned()), ..report("Alder") };
        World::new().given(reported).given(assess("CSD-1")).given(escalate(&["CSD-1"], Priority::Low))
    }

    #[test]
    fn given_free_text_that_names_a_version_then_it_is_tentative() {
        for words in ["It comes in version 5.4.", "We hope for v5.4", "release 6 has it", "the Patch 5.4.1 helps"] {
            assert!(said(with_version(), words).ends_with(&format!("{ANY}\n")), "{words}");
            let undecided = decided(Priority::Low, backlog());
            assert!(said(undecided, words).contains(ANY), "{words}");
        }
    }

    #[test]
    fn given_a_version_that_a_ticket_has_then_it_is_tentative_without_a_word_before_it() {
        let world = decided(Priority::Low, next_release("9.0")).given(report("Birch"));
        assert!(said(world.clone(), "Look at 9.0!").contains("the fix version 9.0 is TENTATIVE"));
        let other = world.given(assess("CSD-2")).given(escalate(&["CSD-2"], Priority::Low));
        assert!(!said(other, "We have 3 engineers at it since 2 days").contains("TENTATIVE"));
    }

    #[test]
    fn given_the_customers_own_version_a_patch_or_what_has_shipped_then_nothing_is_added() {
        assert_eq!(said(with_version(), "You run version 5.1.0, right?"), "You run version 5.1.0, right?");
        assert_eq!(said(decided(Priority::Low, patch("8.2")), "Patch 8.2 is near"), "Patch 8.2 is near");
        let shipped = decided(Priority::Low, next_release("9.0")).given(ship());
        assert_eq!(said(shipped, "Version 9.0 is out"), "Version 9.0 is out");
        assert!(said(decided(Priority::Low, patch("8.2")), "After patch 8.2 comes release 9").contains(ANY));
    }
}
