//! Step 1: a customer's issue is reported to Support (R1, R2).

use super::attach;
use super::decision::DecisionContext;
use crate::workflow::command::Report;
use crate::workflow::event::{Reported, ReportedTexts};
use crate::workflow::field::Field;
use crate::workflow::key::Key;
use crate::workflow::names::tidy;
use crate::workflow::refusal::{Failure, Refusal};
use crate::workflow::rule::Rule;
use crate::workflow::vocabulary::Role;

pub(super) fn decide(cx: &mut DecisionContext<'_>, command: &Report) -> Result<(), Refusal> {
    let mut failures = Vec::new();
    let roles = &cx.context.roles;
    if !roles.is_empty() && !roles.contains(&Role::Support) {
        failures.push(Failure::WrongRole { needed: vec![Role::Support], has: roles.clone() });
    }
    failures.extend(unnamed(&command.customer));
    if let Some(key) = &command.csd {
        failures.extend(refused_key(cx, key));
    }
    if !failures.is_empty() {
        return Err(Refusal::bare(failures));
    }
    cx.role = roles.contains(&Role::Support).then_some(Role::Support);
    let key = command.csd.clone().unwrap_or_else(|| Key::numbered(Key::CSD, cx.tickets.free.csd));
    cx.record(
        &key,
        Reported {
            channel: command.channel,
            product_version: command.product_version.clone(),
            key_given: command.csd.is_none(),
            texts: ReportedTexts {
                customer: command.customer.clone(),
                summary: command.summary.clone(),
                description: command.description.clone(),
                contact: command.contact.clone(),
            },
        },
    );
    attach::all(cx, &key, &command.attach);
    Ok(())
}

/// What a customer without a name lacks.
pub(super) fn unnamed(customer: &str) -> Option<Failure> {
    tidy(customer).is_empty().then_some(Failure::Missing { rule: Rule::R1, field: Field::Customer })
}

/// Returns why a CSD ticket cannot have this key (R2).
pub(super) fn refused_key(cx: &DecisionContext<'_>, key: &Key) -> Option<Failure> {
    if key.is_cus() {
        Some(Failure::KeyIsOurs { key: key.clone() })
    } else if cx.tickets.is_used(key) {
        Some(Failure::KeyTaken { key: key.clone() })
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use crate::workflow::command::{Edit, Report};
    use crate::workflow::obligations::duty::DutyKind;
    use crate::workflow::refusal::Failure;
    use crate::workflow::tests::given::{edit, file, report, reported};
    use crate::workflow::tests::kit::{World, hour, key, types};
    use crate::workflow::vocabulary::{Channel, Role};

    #[test]
    fn who_reports_what_through_which_channel_to_whom_and_when_is_recorded() {
        let mut world = World::new().at(7);
        world.when(Report {
            channel: Channel::Email,
            description: Some("Since Monday".to_owned()),
            contact: Some("ann@alder.example".to_owned()),
            product_version: Some("8.1".to_owned()),
            ..report("Alder")
        });
        let csd = world.csd("CSD-1");
        assert_eq!(
            (csd.customer.as_str(), csd.summary.as_str(), csd.reporter.as_str()),
            ("Alder", "Rates are wrong", "Sue Staff")
        );
        assert_eq!((csd.channel, csd.created), (Channel::Email, hour(7)));
        assert_eq!(csd.description.as_deref(), Some("Since Monday"));
        assert_eq!(csd.contact.as_deref(), Some("ann@alder.example"));
        assert_eq!(csd.product_version.as_deref(), Some("8.1"));
    }

    #[test]
    fn files_can_come_with_the_report() {
        let mut world = World::new();
        let events = world.when(Report { attach: vec![file("a.png"), file("a.png")], ..report("Alder") });
        assert_eq!(types(&events), ["reported", "attached", "attached"]);
        let names: Vec<&str> = world.csd("CSD-1").attachments.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["a.png", "a-2.png"]);
    }

    #[test]
    fn a_report_owes_supports_assessment_within_four_hours() {
        let world = World::new().at(7).given(report("Alder"));
        let owed = world.owed("CSD-1");
        assert_eq!(owed.len(), 2, "and the next word");
        assert_eq!((owed[0].duty.kind, owed[0].by), (DutyKind::Assess, Role::Support));
        assert_eq!((owed[0].begins, owed[0].due), (hour(7), hour(7 + 4)));
    }

    #[test]
    fn cus_gives_the_next_number_where_the_desk_has_no_key_of_its_own() {
        let own = Report { csd: Some(key("CSD-4821")), ..report("Birch") };
        let world = reported().given(own).given(report("Cedar"));
        assert_eq!(world.csd("CSD-1").customer, "Alder");
        assert_eq!(world.csd("CSD-4821").customer, "Birch");
        assert_eq!(world.csd("CSD-2").customer, "Cedar");
        assert!(world.csd("CSD-1").key_given && !world.csd("CSD-4821").key_given);
    }

    #[test]
    fn the_prefix_of_escalations_is_ours_alone() {
        let failures = World::new().refused(Report { csd: Some(key("CUS-5")), ..report("Alder") });
        assert_eq!(failures, [Failure::KeyIsOurs { key: key("CUS-5") }]);
    }

    #[test]
    fn a_key_is_never_used_twice_not_even_a_replaced_one() {
        let renamed = reported().given(Edit { csd: Some(key("SD-9")), ..edit("CSD-1") });
        for used in ["CSD-1", "SD-9"] {
            let failures = renamed.refused(Report { csd: Some(key(used)), ..report("Birch") });
            assert_eq!(failures, [Failure::KeyTaken { key: key(used) }]);
        }
    }

    #[test]
    fn reporting_is_supports() {
        let mut support = World::new().acting_as(&[Role::Product, Role::Support]);
        assert_eq!(support.when(report("Alder"))[0].role, Some(Role::Support));
        let failures = World::new().acting_as(&[Role::Engineering]).refused(report("Alder"));
        assert_eq!(failures, [Failure::WrongRole { needed: vec![Role::Support], has: vec![Role::Engineering] }]);
        assert_eq!(World::new().when(report("Alder"))[0].role, None);
    }
}
