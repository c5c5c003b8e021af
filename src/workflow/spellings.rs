//! How names are spelt: as they were recorded first (R1).

use std::collections::BTreeMap;

use crate::workflow::event::Fact;
use crate::workflow::names::{customer_form, tidy, version_form};

/// Names that are recorded already, each by the form in which it is compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spellings {
    customers: BTreeMap<String, String>,
    versions: BTreeMap<String, String>,
}

/// A name in a fact.
enum Name<'a> {
    Customer(&'a mut String),
    Version(&'a mut String),
}

impl Spellings {
    /// Takes in how a customer is spelt, unless one that is the same is known.
    pub fn know_customer(&mut self, name: &str) {
        self.customers.entry(customer_form(name)).or_insert_with(|| tidy(name));
    }

    /// Takes in that a customer has another name now, by which the old one is recorded (R39).
    pub fn rename_customer(&mut self, old: &str, new: &str) {
        self.customers.insert(customer_form(old), new.to_owned());
    }

    /// Takes in how a version is spelt, unless one that is the same is known.
    pub fn know_version(&mut self, version: &str) {
        self.versions.entry(version_form(version)).or_insert_with(|| tidy(version));
    }

    /// Returns how the customer was spelt first, if one that is the same is known.
    pub fn customer(&self, name: &str) -> Option<&str> {
        self.customers.get(&customer_form(name)).map(String::as_str)
    }

    /// Returns how the version was spelt first, if one that is the same is known.
    pub fn version(&self, version: &str) -> Option<&str> {
        self.versions.get(&version_form(version)).map(String::as_str)
    }
}

/// Spells the names of a fact as they were spelt first.
pub(crate) fn settle(fact: &mut Fact, known: impl FnOnce() -> Spellings) {
    let names = names_of(fact);
    if names.is_empty() {
        return;
    }
    let known = known();
    for name in names {
        match name {
            Name::Customer(name) => *name = known.customer(name).map_or_else(|| tidy(name), str::to_owned),
            Name::Version(version) => *version = known.version(version).map_or_else(|| tidy(version), str::to_owned),
        }
    }
}

/// The names in a fact. An optional one that says nothing is none.
#[expect(clippy::wildcard_enum_match_arm, reason = "no other fact has a name")]
fn names_of(fact: &mut Fact) -> Vec<Name<'_>> {
    fn given(name: &mut Option<String>) -> Option<&mut String> {
        name.take_if(|name| tidy(name).is_empty());
        name.as_mut()
    }
    let mut names = Vec::new();
    match fact {
        Fact::Reported(fact) => {
            names.push(Name::Customer(&mut fact.texts.customer));
            names.extend(given(&mut fact.product_version).map(Name::Version));
        }
        Fact::Edited(fact) => {
            names.extend(given(&mut fact.texts.customer).map(Name::Customer));
            names.extend(given(&mut fact.product_version).map(Name::Version));
        }
        Fact::ReleaseDecided(fact) => names.extend(given(&mut fact.fix_version).map(Name::Version)),
        Fact::Shipped(fact) => names.push(Name::Version(&mut fact.fix_version)),
        Fact::HoldSet(fact) => names.extend(fact.version.as_mut().map(Name::Version)),
        Fact::HoldLifted(fact) => names.extend(fact.version.as_mut().map(Name::Version)),
        _ => {}
    }
    names
}

#[cfg(test)]
mod tests {
    use super::Spellings;
    use crate::workflow::command::{Edit, Report};
    use crate::workflow::foreign::{Foreign, Happened, Past};
    use crate::workflow::refusal::Failure;
    use crate::workflow::rule::Rule;
    use crate::workflow::tests::given::{
        close_as, decided, edit, escalated, foreign_bug, foreign_issue, hold, next_release, patch, promised, report,
        reported, ship_version,
    };
    use crate::workflow::tests::kit::{World, hour, rules};
    use crate::workflow::tickets::stage::CusStage;
    use crate::workflow::vocabulary::{Priority, Resolution};

    /// A world in which names are spelt so elsewhere.
    fn knowing(customers: &[&str], versions: &[&str]) -> World {
        let mut world = World::new();
        customers.iter().for_each(|name| world.tickets.spellings.know_customer(name));
        versions.iter().for_each(|version| world.tickets.spellings.know_version(version));
        world
    }

    #[test]
    fn the_first_spelling_stays() {
        let mut spellings = Spellings::default();
        spellings.know_customer(" Acme  Couriers");
        spellings.know_customer("ACME COURIERS");
        spellings.know_version("5.1");
        assert_eq!((spellings.customer("acme couriers "), spellings.customer("Acme")), (Some("Acme Couriers"), None));
        assert_eq!((spellings.version("V5.1.0"), spellings.version("5.10")), (Some("5.1"), None));
    }

    #[test]
    fn names_are_tidied_where_they_enter() {
        let messy = Report { product_version: Some(" 5.1\u{a0}".to_owned()), ..report("  Acme \t Couriers ") };
        let world = World::new().given(messy);
        let csd = world.csd("CSD-1");
        assert_eq!((csd.customer.as_str(), csd.product_version.as_deref()), ("Acme Couriers", Some("5.1")));
        let world = world.given(Edit { customer: Some(" Birch ".to_owned()), ..edit("CSD-1") });
        assert_eq!(world.csd("CSD-1").customer, "Birch");
        let world = World::new().given(Report { product_version: Some("  ".to_owned()), ..report("Acme") });
        assert_eq!(world.csd("CSD-1").product_version, None);
        let held = escalated(Priority::Low).given(hold(Some(" 5.1 ")));
        assert_eq!(held.cus("CUS-1").holds[0].version.as_deref(), Some("5.1"));
    }

    #[test]
    fn a_name_is_spelt_as_it_was_recorded_first() {
        let world = knowing(&["Acme Couriers"], &["v5.1"]);
        let world = world.given(Report { product_version: Some("5.1.0".to_owned()), ..report("acme couriers") });
        let csd = world.csd("CSD-1");
        assert_eq!((csd.customer.as_str(), csd.product_version.as_deref()), ("Acme Couriers", Some("v5.1")));
    }

    #[test]
    fn what_is_imported_is_spelt_so_too_and_imported_again_is_nothing_new() {
        use crate::workflow::command::{Command, Import};
        use crate::workflow::tests::given;
        let mut world = knowing(&["Alder Ltd"], &["8.2"]);
        let mut import = |ticket: &Foreign, known: &[_]| {
            let command = Import { known: known.to_vec(), ..given::import(ticket.clone()) };
            let decided = crate::workflow::rules::decide(&world.tickets, &Command::from(command), &world.context);
            let events = decided.unwrap();
            events.iter().for_each(|event| world.tickets.apply(event));
            events
        };
        let issue = Foreign { customer: "ALDER  LTD".to_owned(), ..foreign_issue() };
        let known = import(&issue, &[]);
        assert_eq!(import(&issue, &known), []);
        let fixed = Past { at: hour(-50), actor: "Ben".to_owned(), what: Happened::Fixed("v8.2.0".to_owned()) };
        let bug = Foreign { past: vec![fixed], stands: CusStage::ReleaseAssessed.into(), ..foreign_bug() };
        let known = import(&bug, &[]);
        assert_eq!(import(&bug, &known), []);
        assert_eq!(world.csd("HELP-3").customer, "Alder Ltd");
        assert_eq!(world.cus("CUS-1").release.clone().unwrap().fix_version.as_deref(), Some("8.2"));
    }

    #[test]
    fn another_spelling_is_no_change() {
        let world = reported().given(Edit { product_version: Some("5.1".to_owned()), ..edit("CSD-1") });
        for same in [
            Edit { customer: Some("ALDER ".to_owned()), ..edit("CSD-1") },
            Edit { product_version: Some("v5.1.0".to_owned()), ..edit("CSD-1") },
        ] {
            assert!(matches!(world.refused(same)[..], [Failure::NothingChanges { .. }]));
        }
        let world = decided(Priority::Low, promised(30, patch("8.2")));
        assert_eq!(rules(&world.refused(promised(30, patch("v8.2.0")))), [Rule::R20]);
        let moved = world.given(promised(40, patch("V8.2")));
        assert_eq!(moved.cus("CUS-1").release.clone().unwrap().fix_version.as_deref(), Some("8.2"));
    }

    #[test]
    fn a_version_ships_however_it_is_spelt() {
        let world = decided(Priority::Low, next_release("5.2")).given(ship_version("v5.2.0 "));
        assert!(world.cus("CUS-1").is_shipped());
    }

    #[test]
    fn a_customer_without_a_name_is_missing() {
        assert_eq!(rules(&World::new().refused(report(" \u{2003} "))), [Rule::R1]);
        let nobody = Edit { customer: Some(" ".to_owned()), ..edit("CSD-1") };
        assert_eq!(rules(&reported().refused(nobody)), [Rule::R1]);
        let unnamed = patch(" ");
        assert_eq!(rules(&escalated(Priority::Low).eng_assessed().refused(unnamed)), [Rule::R16]);
        let closed = escalated(Priority::Low).given(close_as(Resolution::NotABug));
        assert!(closed.cus("CUS-1").is_closed());
    }
}
