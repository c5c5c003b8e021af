//! Names of customers and versions (R1): how they are recorded, and when two of them are the same.

use unicase::UniCase;
use unicode_normalization::UnicodeNormalization;

/// Returns the name without white space at its ends or repeated inside, in Unicode's NFC.
pub fn tidy(name: &str) -> String {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_ascii() { name } else { name.nfc().collect() }
}

/// Returns the form in which customers' names are compared: upper and lower case make no difference.
pub fn customer_form(name: &str) -> String {
    let name = tidy(name);
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    let name: String = name.nfd().collect();
    UniCase::unicode(name).to_folded_case().nfc().collect()
}

/// Returns the names as they are recorded, each that says something once, in the spelling that comes first.
pub fn distinct(names: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in names.into_iter().map(|name| tidy(name.as_ref())).filter(|name| !name.is_empty()) {
        if !all.iter().any(|other| is_same_name(other, &name)) {
            all.push(name);
        }
    }
    all
}

/// Whether two names are the same person's or customer's.
pub fn is_same_name(one: &str, other: &str) -> bool {
    customer_form(one) == customer_form(other)
}

/// Returns the form in which versions are compared: upper and lower case, one leading `v` and any number of `.0` at the
/// end make no difference.
pub fn version_form(version: &str) -> String {
    let form = customer_form(version);
    let mut bare = form.strip_prefix('v').map(str::trim_start).filter(|rest| !rest.is_empty()).unwrap_or(&form);
    while let Some(shorter) = bare.strip_suffix(".0").filter(|rest| !rest.is_empty()) {
        bare = shorter;
    }
    bare.to_owned()
}

/// Whether two versions are the same.
pub fn is_same_version(one: &str, other: &str) -> bool {
    version_form(one) == version_form(other)
}

/// Whether two versions, where there are any, are the same.
pub fn is_same_version_or_none(one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => is_same_version(one, other),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn white_space_of_any_kind_is_one_blank_and_none_at_the_ends() {
        for name in ["Acme Couriers", " Acme  Couriers", "Acme\u{a0}\u{2003}Couriers\t", "\nAcme\r\nCouriers\u{3000}"] {
            assert_eq!(tidy(name), "Acme Couriers");
        }
        assert_eq!(tidy(" \u{2028} "), "");
    }

    #[test]
    fn of_several_names_each_is_there_once() {
        assert_eq!(distinct(["DEV-7 ", " ", "dev-7", "DEV-8"]), ["DEV-7", "DEV-8"]);
    }

    #[test]
    fn letters_are_composed() {
        assert_eq!(tidy("Cafe\u{301}"), "Café");
        assert_eq!(customer_form("CAFE\u{301}"), customer_form("café"));
    }

    #[test]
    fn customers_are_the_same_whatever_their_case() {
        for (one, other) in [("Acme", "ACME "), ("Straße", "STRASSE"), ("ΟΔΟΣ", "οδος"), ("Élan", "éLAN")] {
            assert_eq!(customer_form(one), customer_form(other), "{one} {other}");
        }
        assert_ne!(customer_form("Acme"), customer_form("Acme Ltd"));
    }

    #[test]
    fn versions_are_the_same_with_a_v_and_with_zeros_at_the_end() {
        for other in ["5.1", "v5.1.0", "V5.1", "5.1.0.0", " 5.1", "5.1.0 ", "v 5.1"] {
            assert!(is_same_version("5.1", other), "{other}");
        }
        for other in ["5.10", "5.1.1", "5", "5.1.0.1", "vv5.1", "5.1-rc1", "5.1.00", ""] {
            assert!(!is_same_version("5.1", other), "{other}");
        }
        assert!(is_same_version("xDispatch_25.5", "XDISPATCH_25.5") && is_same_version("5", "5.0"));
    }

    #[test]
    fn no_version_is_the_same_as_none() {
        for version in ["v", "V", ".0", ".0.0", "v.0", "0"] {
            assert_ne!(version_form(version), "", "{version}");
        }
    }

    proptest! {
        #[test]
        fn a_tidy_name_is_tidy_and_both_forms_stay_what_they_are(name in "\\PC*") {
            let tidied = tidy(&name);
            prop_assert_eq!(tidy(&tidied), tidied.clone());
            prop_assert_eq!(customer_form(&tidied), customer_form(&name));
            prop_assert_eq!(customer_form(&customer_form(&name)), customer_form(&name));
            prop_assert_eq!(version_form(&tidied), version_form(&name));
        }
    }
}
